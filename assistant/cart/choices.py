"""What is chosen within a product: its variants, what there is of each, and which of them a message means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assistant.cart.values import Cart
from retrieval.product import Money, Product, Variant
from retrieval.text import words

_LISTS = ("size", "sizes")


def choices(product: Product) -> tuple[Variant, ...]:
    """The variants that a buyer chooses among; () where there is nothing to choose.

    A feed without variants may still list the sizes in an attribute; each of them is a choice then.
    """
    if product.variants:
        return product.variants if len(product.variants) > 1 else ()
    for name in _LISTS:
        listed = [v.strip() for v in str(product.attributes.get(name, "")).split(",") if v.strip()]
        if len(listed) > 1:
            return tuple(Variant(f"{product.id}#{value}", {"size": value}) for value in listed)
    return ()


def only(product: Product) -> Variant | None:
    """The one variant of a product that has no other."""
    return product.variants[0] if len(product.variants) == 1 else None


def varying(among: Iterable[Variant]) -> list[str]:
    """The options in which variants differ, in the record's order: ["size"]."""
    listed = list(among)
    names = dict.fromkeys(name for v in listed for name in v.options)
    return [name for name in names if len({v.options.get(name) for v in listed}) > 1]


def label(variant: Variant, among: Iterable[Variant]) -> str:
    """What distinguishes a variant, in words: "size 43"."""
    by = varying(among) or list(variant.options)
    return ", ".join(f"{name} {variant.options[name]}" for name in by if name in variant.options)


def values(some: Iterable[Variant], among: Iterable[Variant]) -> list[str]:
    """What distinguishes ``some`` of the variants ``among`` all, and may be answered when one is asked for: "43"."""
    by = varying(among)
    return list(dict.fromkeys(", ".join(v.options[name] for name in by if name in v.options) for v in some))


def price(product: Product, variant: Variant | None) -> Money | None:
    """What one costs."""
    return variant.price if variant is not None and variant.price is not None else product.price


def stock(product: Product, variant: Variant | None) -> int | None:
    """Units on hand; None where the feed does not say."""
    return variant.stock if variant is not None and variant.stock is not None else product.stock


def called(product: Product, sku: str) -> Variant | None:
    """The variant with this SKU."""
    return next((v for v in (*product.variants, *choices(product)) if v.id == sku), None)


def free(cart: Cart, product: Product, variant: Variant | None) -> int | None:
    """Units that may stand on the line of ``variant``: less what other sizes take of a stock that all share.

    None where the feed does not say.
    """
    left = stock(product, variant)
    if left is None or (variant is not None and variant.stock is not None):
        return left
    own = variant.id if variant else ""
    return left - sum(n.quantity for n in cart.lines if n.product_id == product.id and n.variant != own)


def meant(among: Iterable[Variant], said: str, letters: Mapping[str, str]) -> list[Variant]:
    """The variants whose differing options ``said`` names: one where it is clear, all where it names none.

    Whole words count, the longest first: "XL" is not "L", and "medium" is "M".
    """
    listed = list(among)
    text = f" {' '.join(words(_spelled(said, letters)))} "
    left = listed
    for name in varying(listed):
        options = dict.fromkeys(v.options.get(name, "") for v in listed)
        found = [o for o in options if o and f" {' '.join(words(o))} " in text]
        # "US English" over "English".
        longest = max((len(words(o)) for o in found), default=0)
        found = [o for o in found if len(words(o)) == longest]
        if len(found) == 1:
            left = [v for v in left if v.options.get(name) == found[0]]
    return left


def _spelled(said: str, letters: Mapping[str, str]) -> str:
    text = f" {said.lower()} "
    for spelling in sorted(letters, key=len, reverse=True):
        text = text.replace(f" {spelling} ", f" {letters[spelling]} ")
    return text
