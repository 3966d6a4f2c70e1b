"""Products side by side, field by field: what differs first, what is the same for all after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.recommend import printed
from assistant.state import Recommendation
from retrieval.product import Product
from ui import render
from ui.page.cards import add_form, stars, title
from ui.page.html import data, hidden, image, text
from ui.words import Words

# Rows of each group at most: what a reader still compares.
_DIFFERENT, _SAME = 16, 8


@dataclass(frozen=True, slots=True)
class Row:
    """One field of the records."""

    # As the records name it: "price", "attributes.weight_kg".
    field: str
    # One a product, in their order; "" where its record says nothing.
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        return len(set(self.values)) > 1


def rows(items: Sequence[tuple[Recommendation, Product]], say: Words) -> list[Row]:
    """The fields of all records, those first that differ, and among them those that a wish rests on."""
    fields: list[tuple[str, Callable[[Product], str]]] = [
        ("brand", lambda p: p.brand),
        ("rating", lambda p: "" if p.rating is None else f"{p.rating:g}"),
        ("stock", lambda p: render.stock_label(p.stock, say)),
    ]
    wished = [e.field for item, _ in items for e in item.evidence if e.field.startswith("attributes.")]
    named = dict.fromkeys([*wished, *(f"attributes.{name}" for _, p in items for name in p.attributes)])
    fields += [(name, _attribute(name.removeprefix("attributes."))) for name in named]
    found = [Row(name, tuple(of(p) for _, p in items)) for name, of in fields]
    different = [r for r in found if r.differs]
    # What all records state can be compared; what one alone states comes after it.
    different.sort(key=lambda r: (r.field not in wished, r.values.count("")))
    return different[:_DIFFERENT] + [r for r in found if not r.differs and r.values[0]][:_SAME]


def _attribute(name: str) -> Callable[[Product], str]:
    return lambda product: printed(product.attributes[name]) if name in product.attributes else ""


def table(
    items: Sequence[tuple[Recommendation, Product]], picture_of: Callable[[Product], str], live: bool, say: Words
) -> str:
    """The comparison of two or more products as a table that scrolls sideways where it is too wide."""
    heads = "".join(_head(n, item, p, picture_of(p), live, say) for n, (item, p) in enumerate(items, 1))
    groups = {True: "", False: ""}
    for row in rows(items, say):
        cells = "".join(f"<td>{text(v) if v else _unsaid(say)}</td>" for v in row.values)
        groups[row.differs] += f'<tr><th scope="row">{text(render.field_label(row.field, say))}</th>{cells}</tr>'
    body = "".join(
        f'<tbody class="st-{name}"><tr><th class="st-group" colspan="{len(items) + 1}" scope="rowgroup">'
        f"{text(say(f'compare.{name}'))}</th></tr>{groups[differs]}</tbody>"
        for name, differs in (("differs", True), ("same", False))
        if groups[differs]
    )
    label = text(say("compare.table"))
    return (
        f'<div class="st-table" role="region" aria-label="{label}" tabindex="0"><table>'
        f'<thead><tr><th scope="col">{hidden(say("compare.field"))}</th>{heads}</tr></thead>{body}</table></div>'
    )


def _head(number: int, item: Recommendation, product: Product, picture: str, live: bool, say: Words) -> str:
    about = data(product=product.id, price="" if product.price is None else product.price.major)
    return (
        f'<th scope="col"{about}><span class="st-picture"><span class="st-number" aria-hidden="true">{number}</span>'
        f'{image(picture)}</span><span class="st-name">{title(product)}</span>'
        f'<span class="st-price">{text(render.price_label(product, say))}</span>{stars(product, say)}'
        f"{add_form(item.name, product, say) if live else ''}</th>"
    )


def _unsaid(say: Words) -> str:
    return f'<span class="st-unsaid">{text(say("compare.unsaid"))}</span>'
