"""Products put into the cart: each once it is clear which size, and as many as there are. Pure, but for the shelf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.cart import wording
from assistant.cart.choices import choices, free, label, meant, only, price, stock, values
from assistant.cart.reading import letters
from assistant.cart.served import Served, Shelf, asks, same, too_odd
from assistant.cart.values import Cart, CartLine
from assistant.framed import Framed
from retrieval.product import Product, Variant


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product that shall go into the cart."""

    product_id: str
    # As the card called it.
    name: str
    # What was said of the size: an SKU, or words; "" for nothing.
    said: str = ""


def added(cart: Cart, wanted: Sequence[Wanted], quantity: int, shelf: Shelf) -> Served:
    """The cart with ``quantity`` of each; the first that leaves anything open is asked for."""
    before = cart
    sentences: list[Framed] = []
    committed: list[str] = []
    for place, one in enumerate(wanted):
        found = shelf.products([one.product_id])
        if not found:
            continue
        product = found[0]
        among = choices(product)
        left = [v for v in among if v.id == one.said] or meant(among, one.said, letters())
        if len(left) > 1:
            step = _which(cart, one, left, among, product, quantity, wanted[place + 1 :])
        else:
            step = put(cart, product, one.name, left[0] if left else only(product), quantity)
        if not step.committed:
            return replace(step, sentences=(*sentences, *step.sentences), committed=tuple(committed))
        cart = step.cart
        sentences += step.sentences
        committed += step.committed
    if not committed:
        return same(before, wording.nothing_shown())
    return Served(cart, (*sentences, wording.so_far(cart)), None, tuple(committed))


def _which(
    cart: Cart,
    one: Wanted,
    left: Sequence[Variant],
    among: Sequence[Variant],
    product: Product,
    quantity: int,
    others: Sequence[Wanted],
) -> Served:
    """Asks for the size, where any is on hand; ``others`` wait for the answer."""
    there = values((v for v in left if stock(product, v) != 0), among)
    question = wording.which_variant(product, one.name, left, among)
    if not there:
        return same(cart, question)
    rest = [[o.product_id, o.name, o.said] for o in others]
    pending = asks("add", "variant", product=one.product_id, name=one.name, quantity=quantity, options=there, rest=rest)
    return same(cart, question, pending=pending)


def put(cart: Cart, product: Product, name: str, chosen: Variant | None, quantity: int) -> Served:
    """One product put in, without the sum; where nothing is committed, why not."""
    each = price(product, chosen)
    if each is None:
        return same(cart, wording.no_price(product, name))
    sku = chosen.id if chosen else ""
    what = label(chosen, choices(product)) if chosen and choices(product) else ""
    old = cart.line(product.id, sku)
    in_all = quantity + (old.quantity if old else 0)
    left = free(cart, product, chosen)
    if left is not None and in_all > left:
        return _short(cart, product, name, chosen, old, left)
    if fault := too_odd(in_all):
        return same(cart, fault)
    line = CartLine(product.id, name, in_all, each, sku, what)
    return Served(cart.with_line(line), (wording.added(line, quantity),), None, (f"add {line.sku} x{quantity}",))


def _short(cart: Cart, product: Product, name: str, chosen: Variant | None, old: CartLine | None, left: int) -> Served:
    """Too few on hand: the rest is proposed, other sizes are named, nothing is done."""
    among = choices(product)
    what = label(chosen, among) if chosen and among else ""
    more = left - (old.quantity if old else 0)
    if more > 0:
        pending = asks("add", "yes", product=product.id, name=name, quantity=more, options=[])
        pending["variant"] = chosen.id if chosen else ""
        return same(cart, wording.only_so_many(product, name, what, left, more), pending=pending)
    others = [v for v in among if v is not chosen and stock(product, v) != 0]
    if not (others and chosen):
        return same(cart, wording.sold_out(product, name, what, []))
    options = values(others, among)
    pending = asks("add", "variant", product=product.id, name=name, quantity=1, options=options, rest=[])
    return same(cart, wording.sold_out(product, name, what, options), pending=pending)
