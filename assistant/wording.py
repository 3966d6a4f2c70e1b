"""Fixed sentences, each made of counts and records alone. One place, so that they can be read and translated."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.degrees import Reading
from assistant.relax import Relaxation
from assistant.state import Evidence, Recommendation, Sentence, Wish

GREETING = "Hello! Tell me what you are looking for, what matters to you and what you would like to spend."
THANKS = "You are welcome. Tell me if you need anything else."
OUT_OF_SCOPE = "That is beyond this shop. I can help you find and compare what it sells."
NO_ORDERS = "I cannot see or change orders in this shop yet; a person of the shop can."
NO_POLICIES = "The shop has given me no policy documents, so I will not guess; a person of the shop can tell you."
WHAT_NOW = "What are you looking for? A kind of product, a brand or a budget is a good start."
WHICH_ONE = "Which product do you mean? Search for it first, then ask about the first, the second and so on."
NOTHING_PENDING = "There is nothing to confirm. Tell me what you are looking for."
ENGLISH_ONLY = "我目前只能用英文回答，但可以理解价格、品牌和订单号。"


def said(text: str, *evidence: Evidence) -> Sentence:
    """A plain sentence and what it rests on."""
    return Sentence(text, evidence, "plain")


def of_shop(field: str, value: str) -> Evidence:
    """A count or fact over the whole shelf."""
    return Evidence("shop", "", field, value)


def wished(what: str) -> Evidence:
    """The wishes in force, as they are repeated to the shopper: printed, so not always in the shopper's own words."""
    return of_shop("wishes", what)


def found(total: int, shown: Sequence[Recommendation], what: str, order: str) -> Sentence:
    """How many fit and how many stand on the cards."""
    evidence = (of_shop("matching products", str(total)), wished(what))
    if total == 1:
        return said(f"One product fits {what}:", *evidence)
    if total == len(shown):
        return said(f"{total} products fit {what}:", *evidence)
    lead = {"price_up": "the cheapest", "price_down": "the most expensive", "rating": "the best rated"}.get(order)
    some = of_shop(lead or "closest", str(len(shown)))
    return said(f"{total} products fit {what}; here are {lead or 'the closest'} {len(shown)}:", *evidence, some)


def superlative(
    said_so: str, best: Sequence[Recommendation], readings: Sequence[Reading], stated: int, total: int, what: str
) -> Sentence:
    """Which of the whole selection it is: ``readings`` are those of all the equally good, ``best`` those on cards.

    ``stated`` of the ``total`` products say anything of it.
    """
    which = said_so.lower().removeprefix("the ")
    names = [card.name for card in best]
    evidence = [Evidence("product", c.product_id, "title", c.name) for c in best]
    evidence += [r.evidence for r in readings[: len(names)]]
    evidence += [wished(what), of_shop(which, readings[0].words), of_shop("equally good", str(len(readings)))]
    evidence += [of_shop("matching products", str(total)), of_shop("products that state it", str(stated))]
    value = readings[0].words
    if total == 1:
        return said(f"One product fits {what}: {names[0]}, {value}.", *evidence)
    if len(readings) == 1:
        text = f"Of the {total} products that fit {what}, {names[0]} is the {which}: {value}."
    else:
        evidence.append(of_shop("not on cards", str(len(readings) - len(names))))
        more = f" and {len(readings) - len(names)} more" if len(readings) > len(names) else ""
        listed = ", ".join(names) if more else " and ".join([", ".join(names[:-1]), names[-1]])
        text = f"Of the {total} products that fit {what}, {len(readings)} are the {which}: {value} ({listed}{more})."
    if stated < total:
        evidence.append(of_shop("products that do not state it", str(total - stated)))
        text += f" {_silent(total - stated)} not state it."
    return said(text, *evidence)


def _silent(n: int) -> str:
    return "1 of them does" if n == 1 else f"{n} of them do"


def not_stated(said_so: str) -> Sentence:
    """No record of the selection says what was asked to be graded."""
    return said(f"None of their records states what would make one {said_so.lower()}.", of_shop("asked", said_so))


def unstated(wishes: Sequence[Wish]) -> Sentence:
    """Soft wishes that the record of no product found confirms."""
    asked = [of_shop("wish", w.words) for w in wishes]
    return said("None of these records says " + _either([f"“{w.words}”" for w in wishes]) + ".", *asked)


def refusal(relaxations: Sequence[Relaxation], what: str, unknown: Sequence[str]) -> list[Sentence]:
    """The explained no: what there is none of, and the smallest changes that would give results."""
    if unknown:
        return [said(f"This shop has no {_either(list(unknown))}.", of_shop("products", "0"), *map(wished, unknown))]
    sentences = [said(f"Nothing in the shop fits {what}.", of_shop("matching products", "0"), wished(what))]
    for relaxation in relaxations[:2]:
        dropped = " and ".join(f"“{w.words}”" for w in relaxation.dropped)
        text = f"Without {dropped}, {_count(relaxation.count)} would fit"
        nearest = relaxation.nearest
        evidence = [of_shop("matching products", str(relaxation.count))]
        evidence += [of_shop("wish", w.words) for w in relaxation.dropped]
        if nearest is not None and nearest.price is not None and any("price" in w.slot for w in relaxation.dropped):
            text += f"; the closest costs {nearest.price}"
            evidence.append(Evidence("product", nearest.id, "price", str(nearest.price)))
            evidence.append(of_shop("closest price", str(nearest.price)))
        sentences.append(said(text + ".", *evidence))
    return sentences


def _count(n: int) -> str:
    return "one product" if n == 1 else f"{n} products"


def _either(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " or " + items[-1]
