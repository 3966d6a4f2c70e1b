"""The values of a cart: what was taken, and what is to be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from retrieval.product import Money


@dataclass(frozen=True, slots=True)
class CartLine:
    """So many of one thing: sizes of one product are lines of their own."""

    product_id: str
    # As the card called it.
    name: str
    quantity: int
    # Of one, when it was put in.
    price: Money
    # The SKU of what was chosen within the product; "" where there is nothing to choose.
    variant: str = ""
    # What was chosen, in words: "size 43".
    chosen: str = ""

    @property
    def sku(self) -> str:
        """What names the line: the SKU of what was chosen; the product's id where there was nothing to choose."""
        return self.variant or self.product_id


@dataclass(frozen=True, slots=True)
class Cart:
    """What the shopper has taken so far."""

    lines: tuple[CartLine, ...] = ()

    def line(self, product_id: str, variant: str) -> CartLine | None:
        """The line of exactly this thing."""
        return next((n for n in self.lines if (n.product_id, n.variant) == (product_id, variant)), None)

    def with_line(self, line: CartLine) -> Cart:
        """The cart with this line in place of the one for the same thing, or behind the others."""
        old = self.line(line.product_id, line.variant)
        return Cart(tuple(line if n is old else n for n in self.lines) if old else (*self.lines, line))

    @property
    def count(self) -> int:
        """How many things there are, all lines together."""
        return sum(line.quantity for line in self.lines)

    @property
    def total(self) -> Money | None:
        """What they cost together; None for an empty cart."""
        if not self.lines:
            return None
        return Money(sum(n.price.minor * n.quantity for n in self.lines), self.lines[0].price.currency)


@dataclass(frozen=True, slots=True)
class CartCommand:
    """What is to be done with the cart, said exactly: what a control of the page sends, where words could be misread.

    A line is named by ``product_id`` and ``variant``. Whatever does not exist is answered, never guessed.
    """

    action: Literal["add", "remove", "quantity", "variant", "clear", "show"]
    product_id: str = ""
    # The SKU of the variant chosen, or of the line; "" where there is nothing to choose, or where the shop shall ask.
    variant: str = ""
    # How many to add, or how many of it there shall be.
    quantity: int = 1
    # For "variant": the SKU that takes the line's place.
    to: str = ""
