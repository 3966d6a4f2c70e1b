"""What a shopper chooses within a product: its size or the like, each with its own stock and price."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.cart.choices import choices
from retrieval.product import Product, Variant
from ui import render
from ui.page.html import text
from ui.words import Words


def named(variant: Variant, product: Product, say: Words) -> str:
    """A variant as one says it: "size M"; "M, blue" where more than one thing is chosen."""
    by = _varying(choices(product))
    return f"{render.field_label(by, say).lower()} {_label(variant, by)}" if by else _label(variant, by)


def chosen_by(product: Product, say: Words) -> str:
    """What is chosen within ``product``, as a label: "Size"."""
    by = _varying(choices(product))
    return render.field_label(by, say) if by else say("card.variant")


def select(product: Product, name: str, say: Words, chosen: str = "") -> str:
    """The choice among the variants of ``product``, called ``name``; "" where there is but one.

    What is sold out cannot be chosen. Nothing is chosen until the shopper does so: a size nobody chose is not bought.
    """
    among = choices(product)
    if not among:
        return ""
    by, what = _varying(among), chosen_by(product, say)
    first = f'<option value="">{text(say("card.choose", option=what.lower()))}</option>' if not chosen else ""
    options = "".join(_option(v, product, by, chosen, say) for v in among)
    spoken = text(say("card.variant_of", option=what, name=name))
    return f'<select name="variant" class="st-select" aria-label="{spoken}">{first}{options}</select>'


def _varying(among: Sequence[Variant]) -> str:
    """What is chosen, as the record names it: "size"; "" where the record has no single word for it."""
    names = dict.fromkeys(name for v in among for name in v.options)
    different = [name for name in names if len({v.options.get(name) for v in among}) > 1]
    return different[0] if len(different) == 1 else ""


def _label(variant: Variant, by: str) -> str:
    return variant.options.get(by, "") if by else ", ".join(variant.options.values())


def _option(variant: Variant, product: Product, by: str, chosen: str, say: Words) -> str:
    words = _label(variant, by)
    if len({v.price or product.price for v in choices(product)}) > 1:
        words += f" · {variant.price or product.price}"
    gone = variant.stock is not None and variant.stock <= 0 and variant.id != chosen
    if gone:
        words = say("card.gone", value=words)
    marks = " disabled" * gone + " selected" * (variant.id == chosen)
    return f'<option value="{text(variant.id)}"{marks}>{text(words)}</option>'
