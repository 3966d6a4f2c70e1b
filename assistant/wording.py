"""Fixed sentences about what was found, each made of counts and records alone; the words stand in ``framed.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from assistant.degrees import Reading
from assistant.framed import Framed, framed
from assistant.relax import Relaxation
from assistant.state import Evidence, Preferences, Recommendation, Wish
from retrieval.product import Money

# By which order the cards were chosen, and the word of grade that says so.
_LEADS = {"relevance": "closest", "price_up": "cheapest", "price_down": "most expensive", "rating": "best rated"}
# Words of a shopper that are quoted at once.
_QUOTED = 12
_BOUNDS: dict[str, str] = {"price_min": "over", "price_max": "under"}


def of_shop(field: str, value: object, id_: str = "") -> Evidence:
    """A count or fact over the whole shelf, or what the shop itself made of a product's record."""
    return Evidence("shop", id_, field, str(value))


def called(card: Recommendation) -> Evidence:
    """What a card's product is called."""
    return Evidence("product", card.product_id, "title", card.name)


def wished(field: str, value: object) -> Evidence:
    """A wish in force, as it is repeated to the shopper."""
    return of_shop(field, value)


def _short(said: str) -> str:
    """The shopper's words as they are said again: the first of them, where there are many."""
    words = said.split()
    return said if len(words) <= _QUOTED else f"{' '.join(words[:_QUOTED])} …"


def wishes(preferences: Preferences, currency: str, *, soft: bool = True) -> Framed:
    """The wishes in one line: "black laptop under $900, not HP"; on demand without the soft ones."""
    held = [w for w in preferences if soft or w.hard]
    things = [wished("wish", w.value) for slot in ("feature", "category") for w in held if w.slot == slot]
    parts = [framed("part/brand", wished("maker", w.value)) for w in held if w.slot == "brand"]
    sums = {
        w.slot: wished(_BOUNDS[w.slot], Money.of(Decimal(str(w.value)), currency))
        for w in reversed(held)
        if w.slot in _BOUNDS
    }
    if sums:
        frame = "part/between" if len(sums) > 1 else "part/under" if "price_max" in sums else "part/over"
        parts.append(framed(frame, *sums.values()))
    parts += [framed("part/not", wished("rejected", w.value)) for w in held if w.slot in ("not_brand", "dislike")]
    first = framed("part/thing", *things) if things else framed("part/anything" if parts else "part/nothing")
    return framed("wishes", first, *parts)


def found(total: int, shown: Sequence[Recommendation], what: Framed, order: str) -> Framed:
    """How many fit and how many stand on the cards."""
    count = of_shop("matching products", total)
    if total == 1:
        return framed("found/one", what, also=[count])
    if total == len(shown):
        return framed("found/all", what, count)
    lead = order if order in _LEADS else "relevance"
    return framed("found/some", what, count, framed(f"lead/{lead}", of_shop(_LEADS[lead], len(shown))))


def superlative(
    said_so: str, best: Sequence[Recommendation], readings: Sequence[Reading], stated: int, total: int, what: Framed
) -> list[Framed]:
    """Which of the whole selection it is: ``readings`` are those of all the equally good, ``best`` those on cards.

    ``stated`` of the ``total`` products say anything of it.
    """
    grade = of_shop("grade", said_so.lower().removeprefix("the "))
    amount = of_shop("amount", readings[0].words, readings[0].evidence.id)
    count = of_shop("matching products", total)
    proof = [r.evidence for r in readings[: len(best)]]
    if total == 1:
        return [framed("best/only", what, framed("winner/only", called(best[0]), amount), also=[*proof, count])]
    if len(readings) == 1:
        sentence = framed("best/one", what, count, framed("winner/one", called(best[0]), grade, amount), also=proof)
    else:
        left = len(readings) - len(best)
        further = framed("further/some", of_shop("not on cards", left)) if left else framed("further/none")
        equal = of_shop("equally good", len(readings))
        sentence = framed("best/several", what, count, equal, grade, amount, *map(called, best), further, also=proof)
    if stated == total:
        return [sentence]
    frame = "silent/one" if total - stated == 1 else "silent/some"
    silent = of_shop("products that do not state it", total - stated)
    return [sentence, framed(frame, also=[silent]) if frame == "silent/one" else framed(frame, silent)]


def not_stated(said_so: str) -> Framed:
    """No record of the selection says what was asked to be graded."""
    return framed("not_stated", of_shop("grade", said_so.lower()))


def unstated(missing: Iterable[Wish]) -> Framed:
    """Soft wishes that the record of no product found confirms."""
    return framed("unstated", *(wished("asked for", _short(w.words)) for w in missing))


def later(needs: Iterable[str]) -> Framed:
    """Needs that the message named beside the one answered."""
    return framed("later", *(of_shop("asked beside", _short(said)) for said in needs))


def refusal(relaxations: Sequence[Relaxation], what: Framed, unknown: Sequence[str]) -> list[Framed]:
    """The explained no: what there is none of, and the smallest changes that would give results."""
    if unknown:
        return [
            framed("none/sold", *(wished("asked for", _short(name)) for name in unknown), also=[of_shop("products", 0)])
        ]
    sentences = [framed("none/fits", what, also=[of_shop("matching products", 0)])]
    for relaxation in relaxations[:2]:
        dropped = [wished("asked for", _short(w.words)) for w in relaxation.dropped]
        nearest, count = relaxation.nearest, of_shop("matching products", relaxation.count)
        closest = framed("closest/unsaid")
        if nearest is not None and nearest.price is not None and any("price" in w.slot for w in relaxation.dropped):
            price = Evidence("product", nearest.id, "price", str(nearest.price))
            closest = framed("closest/price", price, also=[of_shop("closest price", nearest.price)])
        if relaxation.count == 1:
            sentences.append(framed("without/one", *dropped, closest, also=[count]))
        else:
            sentences.append(framed("without/some", *dropped, closest, count))
    return sentences
