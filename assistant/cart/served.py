"""What comes of a message at the cart: done and said, or asked back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from assistant.cart import wording
from assistant.cart.values import Cart
from assistant.framed import Framed
from retrieval.product import Product

# More of one thing is no shopping any more, it is a slip.
_MOST = 99


class Shelf(Protocol):
    """What the cart needs of the shop."""

    def products(self, ids: list[str]) -> list[Product]:
        """The products of these ids, in this order; unknown ids are left out."""
        ...


@dataclass(frozen=True, slots=True)
class Served:
    """The cart after a message, what is said about it, and what it still asks."""

    cart: Cart
    sentences: tuple[Framed, ...]
    # JSON-ready; {"about": "cart", "needs": "variant" | "product" | "line" | "number" | "yes", ...}.
    pending: dict[str, Any] | None = None
    committed: tuple[str, ...] = ()


def same(cart: Cart, *sentences: Framed, pending: dict[str, Any] | None = None) -> Served:
    """The cart as it was."""
    return Served(cart, sentences, pending)


def asks(action: str, needs: str, **more: Any) -> dict[str, Any]:
    """What is open of ``action``, as ``Served.pending``; ``more`` is what the answer will be held against."""
    return {"about": "cart", "action": action, "needs": needs, **more}


def too_odd(quantity: int | None) -> Framed | None:
    """What is said to a quantity that nobody buys; None where it is possible, or not said."""
    if quantity is not None and quantity < 1:
        return wording.at_least_one()
    return wording.too_many(_MOST) if quantity is not None and quantity > _MOST else None
