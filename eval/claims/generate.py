"""A seeded draw of true and false sentences over a shop's products and a few policy passages."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.claims.facts import Fact, facts, unsupported
from eval.claims.pairs import comparisons
from eval.claims.policy import Passage, policy_facts
from retrieval.product import Product

SORTS = ("price", "size", "stock", "brand", "rating", "comparison", "policy", "attribute", "denial", "count")
# Of the sentences about one product, how many say two or three things; one of them is false in a false sentence.
_COMBINED = 0.3


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence, and what is known when it is to be shown."""

    id: str
    sort: str
    text: str
    true: bool
    # How it was made false; "" for a true one.
    how: str
    # The cards of the reply, the one that "it" means first.
    cards: tuple[str, ...]
    # What a card calls each of them.
    names: tuple[str, ...]
    # Policy passages that were found for the reply.
    passages: tuple[Passage, ...] = ()
    # How many products fit, as the shop counted.
    count: int = 0


def claims(
    products: Sequence[Product],
    labels: Mapping[str, str],
    names: Callable[[Sequence[Product]], Mapping[str, str]],
    passages: Sequence[Passage],
    *,
    n: int,
    seed: int,
) -> list[Claim]:
    """``n`` true and ``n`` false sentences, spread over the sorts that the records allow.

    ``labels`` are the products' types by id: cards beside each other are of one type, as in a reply. ``names`` is what
    the cards call some products.
    """
    rng = random.Random(seed)
    of_type: dict[str, list[Product]] = defaultdict(list)
    for product in sorted(products, key=lambda p: p.id):
        of_type[labels.get(product.id, "")].append(product)
    groups = [group for group in of_type.values() if len(group) >= 3]
    weights = [min(len(group), 40) for group in groups]
    wanted = {(sort, true): n // len(SORTS) for sort in SORTS for true in (True, False)}
    found: list[Claim] = []
    misses = 0
    while sum(c.true for c in found) < n or sum(not c.true for c in found) < n:
        cards = rng.sample(rng.choices(groups, weights)[0], 3)
        called = names(cards)
        sort = rng.choice(SORTS)
        for true in (True, False):
            left = sum(wanted[s, true] for s in SORTS)
            if sum(c.true == true for c in found) >= n or (left > 0 and wanted[sort, true] <= 0 and misses < 40 * n):
                misses += 1
                continue
            claim = _claim(rng, sort, true, cards, called, passages, f"{'t' if true else 'f'}{len(found):05d}")
            if claim is None or any(c.text == claim.text and c.cards == claim.cards for c in found[-400:]):
                misses += 1
                continue
            wanted[sort, true] -= 1
            found.append(claim)
    return found


def _claim(
    rng: random.Random,
    sort: str,
    true: bool,
    cards: Sequence[Product],
    names: Mapping[str, str],
    passages: Sequence[Passage],
    id_: str,
) -> Claim | None:
    given = tuple(rng.sample(list(passages), min(3, len(passages)))) if sort == "policy" else ()
    count = rng.randint(3, 400)
    fact, text, how = _sentence(rng, sort, true, cards, names, given, count)
    if fact is None or not text:
        return None
    ids = tuple(c.id for c in cards)
    called = tuple(names[c.id] for c in cards)
    return Claim(id_, sort, text, true, how, ids, called, given, count)


def _sentence(
    rng: random.Random,
    sort: str,
    true: bool,
    cards: Sequence[Product],
    names: Mapping[str, str],
    given: Sequence[Passage],
    count: int,
) -> tuple[Fact | None, str, str]:
    if sort == "comparison":
        return _whole(rng, list(comparisons(rng, cards, names)), true)
    if sort == "count":
        template = rng.choice(["{} products fit.", "The shop has {} products that match.", "There are {} that fit."])
        wrong = rng.choice([count + rng.randint(1, 30), max(1, count // 2), len(cards)])
        wrong = count + 1 if wrong == count else wrong
        fact = Fact("count", template.format(count), (("another count", template.format(wrong)),))
        return _whole(rng, [fact], true)
    about = cards[0]
    if sort == "policy" and not (not true and rng.random() < 0.25):
        return _whole(rng, policy_facts(rng, given), true)
    pool = facts(rng, about, cards[1:])
    if true:
        chosen = _pick(rng, [f for f in pool if f.sort == sort and f.phrase])
        if chosen is None:
            return None, "", ""
        phrase, how = chosen.phrase, ""
    else:
        chosen = _pick(rng, [f for f in [*pool, *unsupported(rng, about)] if f.sort == sort and f.lies])
        if chosen is None:
            return None, "", ""
        how, phrase = rng.choice(chosen.lies)
    phrases = [phrase]
    if rng.random() < _COMBINED:
        more = [f.phrase for f in pool if f.phrase and f.sort != sort]
        phrases += rng.sample(more, min(rng.choice([1, 1, 2]), len(more)))
        rng.shuffle(phrases)
    subject = rng.choice(["It", "It", "This one", names[about.id]])
    joined = phrases[0] if len(phrases) == 1 else ", ".join(phrases[:-1]) + " and " + phrases[-1]
    return chosen, f"{subject} {joined}.", how


def _whole(rng: random.Random, pool: Sequence[Fact], true: bool) -> tuple[Fact | None, str, str]:
    fact = _pick(rng, [f for f in pool if (f.phrase if true else f.lies)])
    if fact is None:
        return None, "", ""
    if true:
        return fact, fact.phrase, ""
    how, text = rng.choice(fact.lies)
    return fact, text, how


def _pick(rng: random.Random, pool: Sequence[Fact]) -> Fact | None:
    return rng.choice(pool) if pool else None
