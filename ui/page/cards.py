"""Product cards: what the record says, why it stands here, and what a shopper can do with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.framed import framed, phrase
from assistant.state import Evidence, Recommendation
from retrieval.product import Product
from ui import render
from ui.page.html import CART, CROSS, TICK, data, hidden, image, text
from ui.page.variants import select
from ui.words import Words


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card stands."""

    # Unique on the page.
    key: str
    # What "the second one" counts, from 1; None for a near miss.
    number: int | None = None
    # The shopper may still act on it: it is of the latest answer.
    live: bool = False


def stars(product: Product, say: Words) -> str:
    """Stars with their number and count; "" where nobody rated the product."""
    if product.rating is None:
        return ""
    share = max(0.0, min(100.0, product.rating * 20))
    count = f" ({product.rating_count:,})" if product.rating_count else ""
    spoken = text(render.rating_label(product, say))
    return (
        f'<span class="st-rating"><span class="st-stars" role="img" aria-label="{spoken}">'
        f'<span style="width:{share:.0f}%"></span></span>'
        f'<span aria-hidden="true">{product.rating:.1f}{count}</span></span>'
    )


def stock(product: Product, say: Words) -> str:
    """What the feed says about stock, warmly coloured where it is little or none."""
    label = render.stock_label(product.stock, say)
    low = product.stock is not None and product.stock <= render.FEW_LEFT
    return f'<span class="st-stock{" st-low" * low}">{text(label)}</span>' if label else ""


def evidence_rows(evidence: Iterable[Evidence], say: Words) -> str:
    """Field, value and source of each piece of evidence as a table; equal rows once."""
    rows = dict.fromkeys(
        f'<tr><th scope="row">{text(render.field_label(e.field, say))}</th><td>{text(e.value)}</td>'
        f'<td class="st-source">{text(render.source_label(e, say))}</td></tr>'
        for e in evidence
    )
    return f'<table class="st-evidence"><tbody>{"".join(rows)}</tbody></table>' if rows else ""


def title(product: Product) -> str:
    """The product's title; a link to its page where the feed gives one."""
    words = text(product.title)
    if not product.url.startswith(("https://", "http://")):
        return words
    return f'<a href="{text(product.url)}" target="_blank" rel="noopener noreferrer nofollow">{words}</a>'


def card(item: Recommendation, product: Product, picture: str, place: Place, blurb: str | None, say: Words) -> str:
    """One product card. ``blurb`` is the sentence about this product; None while it is still being checked."""
    badge = f'<span class="st-number" aria-hidden="true">{place.number}</span>' if place.number else ""
    breaks = f'<p class="st-breaks">{CROSS}<span>{text(say("card.breaks", wish=item.breaks))}</span></p>'
    met = "".join(f"<li>{TICK}{text(m)}</li>" for m in dict.fromkeys(item.meets))
    meets = f'<ul class="st-meets" aria-label="{text(say("card.meets"))}">{met}</ul>' if met else ""
    rows = evidence_rows(item.evidence, say)
    why = (
        f'<details class="st-why"{data(key=place.key)}><summary>{text(say("card.why"))}'
        f"{hidden(f': {item.name}')}</summary>{rows}</details>"
        if rows
        else ""
    )
    # A comparison is of products that fit: they alone have numbers.
    pick = _pick(item.name, product, say) if place.number else ""
    actions = add_form(item.name, product, say, pick) if place.live else ""
    about = data(product=product.id, price="" if product.price is None else product.price.major)
    return (
        f'<article class="st-card"{about}>'
        f'<div class="st-picture">{badge}{image(picture)}</div>'
        f'<div class="st-facts"><p class="st-brand">{text(product.brand) or "&nbsp;"}</p>'
        f'<h3 class="st-name" title="{text(product.title)}">{title(product)}</h3>'
        f'<p class="st-price">{text(render.price_label(product, say))}</p>'
        f'<p class="st-meta">{stars(product, say)}{stock(product, say)}</p>'
        f"{breaks if item.breaks else ''}{meets}{_blurb(blurb, product, say)}</div>"
        f"{actions}{why}</article>"
    )


def add_form(name: str, product: Product, say: Words, more: str = "") -> str:
    """Choice of a variant and add to cart, with ``more`` between them. What is sold out cannot be added."""
    if product.stock is not None and product.stock <= 0:
        return f'<div class="st-actions">{more}</div>' if more else ""
    add = (
        f'<button class="st-pill st-add" aria-label="{text(say("card.add_it", name=name))}">'
        f"{CART}<span>{text(say('card.add'))}</span></button>"
    )
    return (
        f'<form class="st-actions"{data(send="add", product=product.id)}>{select(product, name, say)}{more}{add}</form>'
    )


def _pick(name: str, product: Product, say: Words) -> str:
    """The box to tick for a comparison."""
    return (
        f'<label class="st-pick"><input type="checkbox" name="compare" value="{text(product.id)}"'
        f' aria-label="{text(say("card.compare_it", name=name))}"><span>{text(say("card.compare"))}</span></label>'
    )


def _price_alone(price: str) -> set[str]:
    """The plain sentence that says a product's price and nothing else, in each language, in small letters."""
    costs = framed("reason/price", Evidence("product", "", "title", ""), Evidence("product", "", "price", price))
    return {phrase(costs, language).removeprefix(": ").lower() for language in ("en", "zh")}


def _blurb(blurb: str | None, product: Product, say: Words) -> str:
    """The sentence on a card; a grey line while there is none yet, and nothing where it only repeats the price."""
    if blurb is None:
        return '<p class="st-blurb st-waiting"></p>'
    repeats = blurb == "" or blurb.lower() in _price_alone(render.price_label(product, say))
    return "" if repeats else f'<p class="st-blurb">{text(blurb)}</p>'
