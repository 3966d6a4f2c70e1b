"""Products side by side: a table whose first rows matter to this shopper, and sentences about the differences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from assistant.framed import Framed, framed
from assistant.prompts import plain
from assistant.reading import cues
from assistant.recommend import printed
from assistant.state import Evidence, Recommendation, Row, Table
from retrieval.product import Product
from retrieval.text import words

# Rows of the table at most: what differs, and what all have in common.
_DIFFERENT, _SAME = 16, 8
# Sentences about differences, beside that about the price: the table says the rest.
_SENTENCES = 4
# Characters of a quoted passage in the table.
_QUOTED = 90
# Fields that matter to a warehouse and not to a shopper.
_PACKING = ("package", "pallet", "master_outer", "quantity_per", "harmonized", "products_per", "unspsc", "carton")


def is_packing(name: str) -> bool:
    """Whether an attribute is about the box and not about the thing."""
    return name.startswith(_PACKING) or "pallet" in name


def table(products: Sequence[Product], cards: Sequence[Recommendation], wished: Iterable[str] = ()) -> Table:
    """The fields of all records: those a wish rests on first, then what differs, then what is the same.

    ``wished`` are further fields ("attributes.weight_kg") that the shopper spoke of.
    """
    matters = set(wished) | {
        e.field for c in cards for e in c.evidence if e.field.startswith("attributes.") and e.source == "product"
    }
    names = dict.fromkeys(f"attributes.{n}" for p in products for n in p.attributes if not is_packing(n))
    fields: list[tuple[str, Callable[[Product], str]]] = [
        ("price", lambda p: "" if p.price is None else str(p.price)),
        ("rating", lambda p: "" if p.rating is None else f"{p.rating:g}"),
        ("stock", lambda p: "" if p.stock is None else str(p.stock)),
        ("brand", lambda p: p.brand),
        *((name, _attribute(name.removeprefix("attributes."))) for name in names),
    ]
    rows = [Row(name, tuple(of(p) for p in products), name in matters) for name, of in fields]
    rows += _told(products, cards)
    rows = [r for r in rows if any(r.values)]
    different = [r for r in rows if r.differs]
    # What all records state can be compared; what one alone states comes after it.
    different.sort(key=lambda r: (not r.wished, r.field.startswith("attributes."), r.values.count("")))
    same = sorted((r for r in rows if not r.differs), key=lambda r: not r.wished)
    return Table(tuple(p.id for p in products), tuple(different[:_DIFFERENT] + same[:_SAME]))


def _told(products: Sequence[Product], cards: Sequence[Recommendation]) -> list[Row]:
    """A row for each wish that words of a record prove and no attribute does: those words, or that it is met."""
    found = []
    by_id = {c.product_id: c for c in cards}
    for wish in dict.fromkeys(w for c in cards for w in c.meets):
        quoted = {p.id: _quoted(by_id[p.id], wish) for p in products}
        if any(quoted.values()):
            met = tuple(quoted[p.id] or (printed(True) if wish in by_id[p.id].meets else "") for p in products)
            found.append(Row(f"wish.{wish}", met, True))
    return found


def _quoted(card: Recommendation, wish: str) -> str:
    """The words of title, category or description that prove ``wish``; "" where it is not met, or met otherwise."""
    said = {token for word in wish.split() if word.lower() not in cues.stop_words() for token in words(word)}

    def proves(evidence: Evidence) -> bool:
        return 2 * len(said & set(words(f"{evidence.field} {evidence.value}"))) >= len(said)

    if (
        not said
        or wish not in card.meets
        or any(e.field.startswith("attributes.") and proves(e) for e in card.evidence)
    ):
        return ""
    texts = [e for e in card.evidence if e.field in ("description", "category", "title")]
    # A line of a list is quoted without its dash.
    return next((plain(e.value, _QUOTED).lstrip("-•* ") for e in texts if proves(e)), "")


def _attribute(name: str) -> Callable[[Product], str]:
    return lambda product: printed(product.attributes[name]) if name in product.attributes else ""


def sentences(products: Sequence[Product], cards: Sequence[Recommendation], rows: Sequence[Row]) -> list[Framed]:
    """The price first, then the fields in which the products differ and that all of them state; one sentence each."""
    called = {c.product_id: Evidence("product", c.product_id, "title", c.name) for c in cards}
    found = list(_price(products, called))
    differing = [r for r in rows if r.differs and all(r.values) and r.field.startswith("attributes.")]
    for row in differing[:_SENTENCES]:
        proof = [Evidence("product", p.id, row.field, v) for p, v in zip(products, row.values, strict=True)]
        found.append(framed("differ", proof[0], *(framed("each", called[e.id], e) for e in proof)))
    if not differing:
        found.append(framed("alike"))
    return found


def _price(products: Sequence[Product], called: Mapping[str, Evidence]) -> Iterable[Framed]:
    priced = [p for p in products if p.price is not None]
    if len(priced) < 2:
        return
    proof = {p.id: Evidence("product", p.id, "price", str(p.price)) for p in priced}
    listed = [framed("priced", called[p.id], proof[p.id]) for p in priced]
    cheapest = min(priced, key=lambda p: p.price.minor if p.price else 0)
    if len({p.price for p in priced}) == 1:
        yield framed("prices/same", proof[cheapest.id], also=[*(called[p.id] for p in priced), *proof.values()])
    elif len({p.price for p in priced}) == len(priced):
        word = "less" if len(priced) == 2 else "least"
        lead = Evidence("shop", cheapest.id, "costs less, least", str(cheapest.price))
        yield framed("prices/graded", *listed, framed(f"cost/{word}", called[cheapest.id]), also=[lead])
    else:
        yield framed("prices/plain", *listed)
