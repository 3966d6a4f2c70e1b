"""Products side by side, field by field: what differs first, what is the same for all after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.state import Recommendation, Row
from retrieval.product import Product
from ui import render
from ui.page.cards import add_form, stars, title
from ui.page.html import TICK, data, hidden, image, text
from ui.words import Words

# What stands over each column.
_IN_HEAD = ("price", "rating")


def table(
    items: Sequence[tuple[Recommendation, Product]],
    compared: Sequence[Row],
    picture_of: Callable[[Product], str],
    live: bool,
    say: Words,
) -> str:
    """Two or more products, in the order of each row's values; it scrolls sideways where it is too wide."""
    heads = "".join(_head(n, item, p, picture_of(p), live, say) for n, (item, p) in enumerate(items, 1))
    groups = {True: "", False: ""}
    for row in compared:
        if row.field in _IN_HEAD:
            continue
        cells = "".join(f"<td>{text(v) if v else _unsaid(say)}</td>" for v in row.values)
        asked = TICK + hidden(say("compare.wished")) if row.wished else ""
        name = text(render.field_label(row.field, say))
        groups[row.differs] += f'<tr><th scope="row">{name}{asked}</th>{cells}</tr>'
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
