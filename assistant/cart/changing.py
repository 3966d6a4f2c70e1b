"""What is done with a line that is in the cart: gone, more or fewer of it, another size. Pure, but for the shelf."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.cart import wording
from assistant.cart.choices import called, choices, free, label, meant, price, stock, values
from assistant.cart.reading import letters
from assistant.cart.served import Served, Shelf, asks, same, too_odd
from assistant.cart.values import Cart, CartLine
from retrieval.product import Product, Variant


def taken_out(cart: Cart, lines: Sequence[CartLine], step: int, shelf: Shelf) -> Served:
    """The lines as a whole, or one piece less of a single one that has several."""
    if step and len(lines) == 1 and lines[0].quantity > 1:
        return requantified(cart, lines[0], lines[0].quantity + step, shelf)
    return removed(cart, lines)


def removed(cart: Cart, lines: Sequence[CartLine]) -> Served:
    """The lines as a whole."""
    left = Cart(tuple(n for n in cart.lines if n not in lines))
    committed = tuple(f"remove {n.sku}" for n in lines)
    return Served(left, (*(wording.removed(n) for n in lines), wording.so_far(left)), None, committed)


def requantified(cart: Cart, line: CartLine, wanted: int | None, shelf: Shelf) -> Served:
    """So many of it as ``wanted``; asked for where that is None."""
    if wanted is None:
        return same(cart, wording.how_many(line), pending=asks("quantity", "number", options=[line.sku]))
    if fault := too_odd(wanted):
        return same(cart, fault)
    found = shelf.products([line.product_id])
    left = free(cart, found[0], called(found[0], line.variant)) if found else 0
    if left is not None and wanted > left:
        return same(cart, wording.not_so_many(line, left))
    new = replace(line, quantity=wanted)
    after = cart.with_line(new)
    return Served(after, (wording.changed(new), wording.so_far(after)), None, (f"quantity {line.sku} x{wanted}",))


def size_or_number(cart: Cart, line: CartLine, number: int, shelf: Shelf) -> Served | None:
    """ "Make it 42" of boots that come in size 42: nobody knows whether that is how many, so it is asked.

    None where no other size is called so.
    """
    found = shelf.products([line.product_id])
    among = choices(found[0]) if found else ()
    sizes = [v for v in meant(among, str(number), letters()) if v.id != line.variant]
    if len(sizes) != 1:
        return None
    pending = asks("variant", "yes", product=line.product_id, variant=line.variant, to=sizes[0].id, options=[])
    return same(cart, wording.size_or_number(line, label(sizes[0], among), number), pending=pending)


def exchanged(cart: Cart, line: CartLine, said: str, shelf: Shelf) -> Served:
    """Another size of the same thing, by its SKU or in words; what else is in the cart stays as it is."""
    found = shelf.products([line.product_id])
    among = [v for v in choices(found[0]) if v.id != line.variant] if found else []
    if not among:
        return same(cart, wording.no_choice(line))
    product = found[0]
    # "instead of M" names what is given up.
    said = re.sub(r"\binstead of\b.*", " ", said, flags=re.IGNORECASE)
    left = [v for v in among if v.id == said] or meant(among, said, letters())
    if len(left) == 1 and (left[0].id == said or len(meant(choices(product), said, letters())) == 1):
        return _replaced(cart, line, product, left[0], among)
    options = values((v for v in left if stock(product, v) != 0), choices(product))
    if not options:
        return same(cart, wording.no_choice(line))
    return same(
        cart,
        wording.which_instead(line, options),
        pending=asks("variant", "variant", options=options, line=line.sku),
    )


def _replaced(cart: Cart, line: CartLine, product: Product, variant: Variant, among: Sequence[Variant]) -> Served:
    """The line in the size ``variant``, or why not; ``among`` are the sizes besides its own."""
    rest = Cart(tuple(n for n in cart.lines if n is not line))
    each, on_hand = price(product, variant), free(rest, product, variant)
    there = rest.line(product.id, variant.id)
    wanted = line.quantity + (there.quantity if there else 0)
    what = label(variant, choices(product))
    if each is None or (on_hand is not None and wanted > on_hand):
        if on_hand:
            return same(cart, wording.too_few(product, line, what, on_hand))
        options = values((v for v in among if v is not variant and stock(product, v) != 0), choices(product))
        return same(cart, wording.sold_out(product, line.name, what, options))
    new = CartLine(product.id, line.name, wanted, each, variant.id, what)
    after = Cart(tuple(new if n == line else n for n in cart.lines if n is not there))
    done = f"variant {line.sku} -> {variant.id}"
    return Served(after, (wording.exchanged(line, new), wording.so_far(after)), None, (done,))
