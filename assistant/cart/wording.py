"""What the cart says, each sentence made of its lines and the records alone; the words stand in ``framed.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.cart.choices import stock, values, varying
from assistant.cart.values import Cart, CartLine
from assistant.framed import Framed, framed
from assistant.state import Evidence, Recommendation
from retrieval.product import Money, Product, Variant


def _shop(field: str, value: object, id_: str = "") -> Evidence:
    return Evidence("shop", id_, field, str(value))


def _title(id_: str, name: str) -> Evidence:
    return Evidence("product", id_, "title", name)


def _thing(id_: str, name: str, chosen: str) -> Framed:
    """A product, and what was chosen in it."""
    if not chosen:
        return framed("line/plain", _title(id_, name))
    return framed("line/chosen", _title(id_, name), _shop("variant", chosen, id_))


def _line(line: CartLine) -> Framed:
    return _thing(line.product_id, line.name, line.chosen)


def _each(line: CartLine) -> Evidence:
    # What a variant costs may differ from the product's price.
    return _shop("price of one", line.price, line.product_id)


def _quantity(line: CartLine) -> Evidence:
    return _shop("quantity", line.quantity, line.product_id)


def _options(options: Iterable[str], id_: str = "") -> list[Evidence]:
    return [_shop("variant", option, id_) for option in options]


def _items(cart: Cart) -> Framed:
    count = _shop("things in the cart", cart.count)
    return framed("items/one", also=[count]) if cart.count == 1 else framed("items/some", count)


def added(line: CartLine, quantity: int) -> Framed:
    """What was put in, and how many of it there are now."""
    put = _shop("quantity added", quantity, line.product_id)
    if line.quantity == quantity:
        return framed("added/new", put, _line(line), _each(line), also=[_quantity(line)])
    return framed("added/more", put, _line(line), _each(line), _quantity(line))


def so_far(cart: Cart) -> Framed:
    """Count and total of the cart."""
    if cart.total is None:
        return framed("cart/none")
    return framed("cart/so_far", _items(cart), _shop("cart total", cart.total))


def contents(cart: Cart) -> list[Framed]:
    """Every line, and the total."""
    if not cart.lines:
        return [empty()]
    return [*(_row(n) for n in cart.lines), so_far(cart)]


def _row(line: CartLine) -> Framed:
    total = _shop("line total", Money(line.price.minor * line.quantity, line.price.currency), line.product_id)
    if line.quantity == 1:
        return framed("cart/one", _quantity(line), _line(line), total, also=[_each(line)])
    return framed("cart/some", _quantity(line), _line(line), total, _each(line))


def empty() -> Framed:
    """There is nothing in it."""
    return framed("cart/empty")


def cleared() -> Framed:
    """It was emptied."""
    return framed("cart/cleared")


def sure_to_clear(cart: Cart) -> Framed:
    """Asks before everything goes."""
    return framed("cart/sure", _items(cart))


def removed(line: CartLine) -> Framed:
    """What was taken out."""
    return framed("cart/removed", _line(line))


def changed(line: CartLine) -> Framed:
    """A line with its new quantity."""
    return framed("cart/changed", _line(line), _quantity(line))


def exchanged(old: CartLine, new: CartLine) -> Framed:
    """A line with its new variant."""
    chosen = _shop("variant", new.chosen, new.product_id)
    before = _shop("variant before", old.chosen or "—", old.product_id)
    return framed("cart/exchanged", _title(new.product_id, new.name), chosen, before, _quantity(new), _each(new))


def checkout(cart: Cart) -> list[Framed]:
    """The chat takes no payment."""
    return [*contents(cart), framed("cart/checkout")] if cart.lines else [empty()]


def which_product(cards: Sequence[Recommendation]) -> Framed:
    """Asks which of the cards is meant."""
    return framed("cart/which", *(_title(c.product_id, c.name) for c in cards[:6]))


def which_variant(product: Product, name: str, left: Sequence[Variant], among: Sequence[Variant]) -> Framed:
    """Asks for the size, those on hand first; what is sold out is said to be."""
    there = [v for v in left if stock(product, v) != 0]
    gone = [v for v in left if stock(product, v) == 0]
    by = varying(left)
    asked = [_title(product.id, name), _shop("what", by[0] if len(by) == 1 else "version", product.id)]
    if not there:
        return framed("cart/all_gone", *asked)
    asked += _options(values(there, among), product.id)
    if not gone:
        return framed("cart/variant", *asked)
    missing = [_shop("variant sold out", v, product.id) for v in values(gone, among)]
    return framed("cart/variant_gone", *asked, *missing)


def which_instead(line: CartLine, options: Sequence[str]) -> Framed:
    """Asks what a line shall be changed to."""
    before = _shop("variant before", line.chosen, line.product_id)
    return framed("cart/instead", _title(line.product_id, line.name), before, *_options(options, line.product_id))


def which_line(lines: Sequence[CartLine]) -> Framed:
    """Asks which line is meant."""
    return framed("cart/which_line", *map(_line, lines))


def no_choice(line: CartLine) -> Framed:
    """It comes in no other size."""
    return framed("cart/no_choice", _title(line.product_id, line.name))


def how_many(line: CartLine) -> Framed:
    """Asks for a number."""
    return framed("cart/how_many", _line(line))


def at_least_one() -> Framed:
    """Zero and less cannot be bought."""
    return framed("cart/least")


def too_many(most: int) -> Framed:
    """More than anybody buys at once."""
    return framed("cart/most", _shop("most", most))


def not_so_many(line: CartLine, left: int) -> Framed:
    """The stock does not reach; the line stays as it is."""
    return framed("cart/not_so_many", _shop("on hand", left, line.product_id), _line(line), _quantity(line))


def only_so_many(product: Product, name: str, chosen: str, left: int, free: int) -> Framed:
    """Proposes what is on hand."""
    here, proposed = _shop("on hand", left, product.id), _shop("proposed", free, product.id)
    return framed("cart/only_so_many", here, _thing(product.id, name, chosen), proposed)


def too_few(product: Product, line: CartLine, chosen: str, left: int) -> Framed:
    """Another size has fewer than the line; the line stays as it is."""
    return framed(
        "cart/too_few",
        _shop("on hand", left, product.id),
        _title(line.product_id, line.name),
        _shop("variant", chosen, product.id),
        _quantity(line),
        _shop("variant before", line.chosen, line.product_id),
    )


def size_or_number(line: CartLine, chosen: str, number: int) -> Framed:
    """Asks whether a number is a size, as it may be; the other meaning is one sentence away."""
    to = _shop("variant", chosen, line.product_id)
    return framed("cart/size_or_number", _line(line), to, _shop("wanted", number))


def not_in_cart() -> Framed:
    """The line is not there (any more)."""
    return framed("cart/not_in")


def sold_out(product: Product, name: str, chosen: str, others: Sequence[str]) -> Framed:
    """It is not on hand; what else there is."""
    title = _title(product.id, name)
    thing = framed("line/in", title, _shop("variant", chosen, product.id)) if chosen else framed("line/plain", title)
    proof = [_shop("on hand", 0, product.id)]
    if not others:
        return framed("cart/sold_out", thing, also=proof)
    return framed("cart/sold_out_others", thing, *_options(others, product.id), also=proof)


def no_price(product: Product, name: str) -> Framed:
    """Nothing without a price can be bought."""
    return framed("cart/no_price", _title(product.id, name))


def nothing_shown() -> Framed:
    """There is no card to take from."""
    return framed("cart/nothing_shown")


def none_of_them(options: Sequence[str], id_: str) -> Framed:
    """What was named is not on offer of the product ``id_``; what is."""
    return framed("cart/none_of_them", *_options(options, id_))


def unclear() -> Framed:
    """What was asked is still open."""
    return framed("cart/unclear")


def declined() -> Framed:
    """Nothing was done."""
    return framed("cart/declined")
