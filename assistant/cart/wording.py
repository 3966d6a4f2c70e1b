"""What the cart says, each sentence made of its lines and the records alone."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.cart.choices import stock, values, varying
from assistant.state import Cart, CartLine, Evidence, Recommendation, Sentence
from retrieval.product import Money, Product, Variant


def _said(text: str, *evidence: Evidence) -> Sentence:
    return Sentence(text, evidence, "plain")


def _of(line: CartLine) -> list[Evidence]:
    """What a line is, and what was chosen in it."""
    return _product(line.product_id, line.name, line.chosen)


def _product(id_: str, name: str, *chosen: str) -> list[Evidence]:
    return [Evidence("product", id_, "title", name), *(Evidence("shop", id_, "variant", c) for c in chosen if c)]


def _priced(line: CartLine) -> Evidence:
    # What a variant costs may differ from the product's price.
    return Evidence("shop", line.product_id, "price of one", str(line.price))


def _total(cart: Cart) -> list[Evidence]:
    return [] if cart.total is None else [Evidence("shop", "", "cart total", str(cart.total))]


def _count(cart: Cart) -> Evidence:
    return Evidence("shop", "", "things in the cart", str(cart.count))


def _full(line: CartLine) -> str:
    return f"{line.name}, {line.chosen}" if line.chosen else line.name


def _things(n: int) -> str:
    return "1 item" if n == 1 else f"{n} items"


def _either(options: Sequence[str]) -> str:
    return options[0] if len(options) == 1 else ", ".join(options[:-1]) + " or " + options[-1]


def added(line: CartLine, quantity: int) -> Sentence:
    """What was put in, and how many of it there are now."""
    now = f", which makes {line.quantity}" if line.quantity != quantity else ""
    return _said(
        f"In your cart: {quantity} × {_full(line)} at {line.price}{now}.",
        *_of(line),
        _priced(line),
        _number(quantity),
        _number(line.quantity),
    )


def _number(n: int) -> Evidence:
    return Evidence("shop", "", "quantity", str(n))


def so_far(cart: Cart) -> Sentence:
    """Count and total of the cart."""
    if cart.total is None:
        return _said("Your cart is empty.")
    return _said(f"Your cart: {_things(cart.count)}, {cart.total} in all.", _count(cart), *_total(cart))


def contents(cart: Cart) -> list[Sentence]:
    """Every line, and the total."""
    if not cart.lines:
        return [empty()]
    return [*(_line(n) for n in cart.lines), so_far(cart)]


def _line(line: CartLine) -> Sentence:
    whole = Money(line.price.minor * line.quantity, line.price.currency)
    text = f"{line.quantity} × {_full(line)}: {whole}" + (f" ({line.price} each)." if line.quantity > 1 else ".")
    total = Evidence("shop", "", "line total", str(whole))
    return _said(text, *_of(line), _priced(line), total, _number(line.quantity))


def empty() -> Sentence:
    """There is nothing in it."""
    return _said("Your cart is empty. Say “add the first one” to put something in.")


def cleared() -> Sentence:
    """It was emptied."""
    return _said("Your cart is empty now.")


def sure_to_clear(cart: Cart) -> Sentence:
    """Asks before everything goes."""
    return _said(f"Shall I take all {_things(cart.count)} out of your cart?", _count(cart))


def removed(line: CartLine) -> Sentence:
    """What was taken out."""
    return _said(f"Taken out: {_full(line)}.", *_of(line))


def changed(line: CartLine) -> Sentence:
    """A line with its new quantity."""
    return _said(f"{_full(line)}: {line.quantity} now.", *_of(line), _number(line.quantity))


def exchanged(old: CartLine, new: CartLine) -> Sentence:
    """A line with its new variant."""
    was = old.chosen or "the other one"
    text = f"{new.name}: {new.chosen} instead of {was}, {new.quantity} × {new.price}."
    return _said(text, *_of(old), *_of(new), _priced(new), _number(new.quantity))


def checkout(cart: Cart) -> list[Sentence]:
    """The chat takes no payment."""
    if not cart.lines:
        return [empty()]
    return [*contents(cart), _said("I cannot take payment here; your cart is kept as it is for the shop's checkout.")]


def which_product(cards: Sequence[Recommendation]) -> Sentence:
    """Asks which of the cards is meant."""
    asked = cards[:6]
    named = [e for c in asked for e in _product(c.product_id, c.name)]
    return _said(f"Which one shall I put into your cart: {_either([c.name for c in asked])}?", *named)


def which_variant(product: Product, name: str, left: Sequence[Variant], among: Sequence[Variant]) -> Sentence:
    """Asks for the size, those on hand first; what is sold out is said to be."""
    there = [v for v in left if stock(product, v) != 0]
    gone = [v for v in left if stock(product, v) == 0]
    what = _what(left)
    if not there:
        return _said(f"{name} is sold out in every {what}.", *_product(product.id, name, what))
    text = f"Which {what} of {name}: {_either(values(there, among))}?"
    if gone:
        text += f" Sold out: {', '.join(values(gone, among))}."
    chosen = (what, *values(left, among))
    return _said(text, *_product(product.id, name, *chosen))


def _what(among: Sequence[Variant]) -> str:
    by = varying(among)
    return by[0] if len(by) == 1 else "version"


def which_instead(line: CartLine, options: Sequence[str]) -> Sentence:
    """Asks what a line shall be changed to."""
    text = f"What would you like {line.name} in instead of {line.chosen}: {_either(options)}?"
    return _said(text, *_of(line), *(Evidence("shop", line.product_id, "variant", o) for o in options))


def which_line(lines: Sequence[CartLine]) -> Sentence:
    """Asks which line is meant."""
    named = [e for line in lines for e in _of(line)]
    return _said(f"Which one do you mean: {_either([_full(line) for line in lines])}?", *named)


def no_choice(line: CartLine) -> Sentence:
    """It comes in no other size."""
    return _said(f"{line.name} comes in no other version that is in stock here.", *_of(line))


def how_many(line: CartLine) -> Sentence:
    """Asks for a number."""
    return _said(f"How many of {_full(line)} would you like?", *_of(line))


def at_least_one() -> Sentence:
    """Zero and less cannot be bought."""
    return _said("A quantity starts at one. To take something out, say “remove” and which one.")


def too_many(most: int) -> Sentence:
    """More than anybody buys at once."""
    text = f"I can put in {most} of one thing at most; a person of the shop can help with more."
    return _said(text, _number(most))


def not_so_many(line: CartLine, left: int) -> Sentence:
    """The stock does not reach; the line stays as it is."""
    return _said(
        f"The shop has only {left} of {_full(line)}; your cart still has {line.quantity}.",
        *_of(line),
        Evidence("shop", line.product_id, "stock", str(left)),
        _number(line.quantity),
    )


def only_so_many(product: Product, name: str, chosen: str, left: int, free: int) -> Sentence:
    """Proposes what is on hand."""
    full = f"{name}, {chosen}" if chosen else name
    proof = Evidence("shop", product.id, "stock", str(left))
    return _said(
        f"The shop has only {left} of {full}. Shall I put in {free}?",
        *_product(product.id, name, chosen),
        proof,
        _number(free),
    )


def too_few(product: Product, line: CartLine, chosen: str, left: int) -> Sentence:
    """Another size has fewer than the line; the line stays as it is."""
    return _said(
        f"The shop has only {left} of {line.name} in {chosen}; your cart still has {line.quantity} in {line.chosen}.",
        *_of(line),
        Evidence("shop", product.id, "variant", chosen),
        Evidence("shop", product.id, "stock", str(left)),
        _number(line.quantity),
    )


def size_or_number(line: CartLine, chosen: str, number: int) -> Sentence:
    """Asks whether a number is a size, as it may be; the other meaning is one sentence away."""
    text = f"Shall I change {_full(line)}, to {chosen}? If you want {number} of it, say “quantity {number}”."
    return _said(text, *_of(line), Evidence("shop", line.product_id, "variant", chosen), _number(number))


def not_in_cart() -> Sentence:
    """The line is not there (any more)."""
    return _said("That is not in your cart.")


def sold_out(product: Product, name: str, chosen: str, others: Sequence[str]) -> Sentence:
    """It is not on hand; what else there is."""
    full = f"{name} in {chosen}" if chosen else name
    text = f"{full} is sold out."
    if others:
        text += f" There is {_either(others)}; say which, or leave it."
    named = [*_product(product.id, name, chosen, *others), Evidence("shop", product.id, "stock", "0")]
    return _said(text, *named)


def no_price(product: Product, name: str) -> Sentence:
    """Nothing without a price can be bought."""
    text = f"The record of {name} has no price, so I cannot put it into your cart."
    return _said(text, *_product(product.id, name))


def nothing_shown() -> Sentence:
    """There is no card to take from."""
    return _said("Which product? Search for it first, then say “add the first one”.")


def none_of_them(options: Sequence[str]) -> Sentence:
    """What was named is not on offer; what is."""
    text = f"There is no such choice. There is {_either(options)}; say which, or “no” to leave it."
    return _said(text, *(Evidence("shop", "", "variant", o) for o in options))


def unclear() -> Sentence:
    """What was asked is still open."""
    return _said("I did not get that. Say which one, or “no” to leave everything as it is.")


def declined() -> Sentence:
    """Nothing was done."""
    return _said("All right, your cart stays as it is.")
