"""Whether a value is what the records, the cart and the wishes say now: the last look at a fixed sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, get_args

from assistant.cart.choices import choices, label, stock, values
from assistant.cart.values import Cart, CartLine
from assistant.recommend import record_evidence
from assistant.state import Evidence, Preferences, Recommendation, Slot, Understanding
from retrieval.product import Money, Product, Review

# Fields of wishes as they are repeated to the shopper, and the slots they come from.
_WISHED: dict[str, tuple[Slot, ...]] = {
    "wish": tuple(slot for slot in get_args(Slot) if slot not in ("brand", "not_brand")),
    "asked for": get_args(Slot),
    "maker": ("brand",),
    "rejected": ("not_brand", "dislike"),
    "over": ("price_min",),
    "under": ("price_max",),
    "grade": ("order",),
}
# Fields of what is chosen within a product.
_CHOSEN = ("what", "variant", "variant before", "variant sold out")
# How many of the products found stand on cards.
_ON_CARDS = ("closest", "cheapest", "most expensive", "best rated")


# Whether the shopper's profile says what a piece of evidence quotes of it.
Remembers = Callable[[Evidence], bool]


class Records(Protocol):
    """What is looked up."""

    @property
    def currency(self) -> str:
        """ISO 4217 code of the shop."""
        ...

    def products(self, ids: list[str]) -> list[Product]:
        """The products of these ids, in this order; unknown ids are left out."""
        ...

    def reviews(self, id_: str) -> list[Review]:
        """What customers wrote about the product."""
        ...


class Screen(Protocol):
    """What the reply has come to so far."""

    @property
    def cart(self) -> Cart: ...
    @property
    def shown(self) -> tuple[Recommendation, ...]: ...

    # The message as it was read.
    said: Understanding


class Truth:
    """The records that one turn speaks of, each looked up once.

    Counts over the whole shelf stand in no record; these it believes, as far as they agree with the cards.
    """

    def __init__(
        self, records: Records, preferences: Preferences, before: Cart, screen: Screen, remembers: Remembers
    ) -> None:
        self._records = records
        self._preferences = preferences
        self._before = before
        self._screen = screen
        self._remembers = remembers
        self._known: dict[str, dict[str, set[str]]] = {}

    def __call__(self, evidence: Evidence, about: str) -> bool:
        """Whether ``evidence`` in a sentence about the product ``about`` is so."""
        match evidence.source:
            case "product":
                return self._of_product(evidence)
            case "review":
                return self._of_review(evidence, about)
            case "profile":
                return self._remembers(evidence)
            case _ if evidence.field in _WISHED:
                return self._wished(evidence)
            case _ if evidence.field == "asked beside":
                return evidence.value in self._screen.said.later
            case _ if evidence.field in _ON_CARDS:
                return evidence.value == str(len(self._screen.shown))
            case _ if evidence.field == "matching products":
                return _whole_number(evidence) >= len(self._screen.shown)
            case _ if evidence.field in _CHOSEN and evidence.id:
                return self._of_choices(evidence)
            case _:
                return self._of_cart(evidence)

    def _of_product(self, evidence: Evidence) -> bool:
        if evidence.id not in self._known:
            self._known[evidence.id] = {}
            for product in self._records.products([evidence.id]):
                for true in record_evidence(product, None, product.title):
                    self._known[evidence.id].setdefault(true.field, set()).add(true.value)
        values = self._known[evidence.id].get(evidence.field, set())
        # Names are the beginnings of titles, and of long texts a passage is cited.
        part = evidence.field in ("title", "description", "category")
        return any(evidence.value == v or (part and evidence.value in v) for v in values)

    def _of_review(self, evidence: Evidence, about: str) -> bool:
        review = next((r for r in self._records.reviews(about) if r.id == evidence.id), None)
        if review is None:
            return False
        if evidence.field == "rating":
            return review.rating is not None and f"{review.rating:g}" == evidence.value
        return evidence.value in review.text

    def _wished(self, evidence: Evidence) -> bool:
        held = [w for w in self._preferences if w.slot in _WISHED[evidence.field]]
        if evidence.field in ("over", "under"):
            return any(evidence.value == str(Money.of(str(w.value), self._records.currency)) for w in held)
        if evidence.field == "grade":
            said = {w.lower().removeprefix("the ") for wish in held for w in (str(wish.value), wish.words)}
            return evidence.value.removeprefix("the ") in said | {"cheapest", "most expensive", "best rated"}
        return any(evidence.value in (str(w.value), w.words) for w in held)

    def _of_choices(self, evidence: Evidence) -> bool:
        """Whether a product comes so, came so in the cart, or is sold out so."""
        if evidence.field == "variant before":
            return evidence.value in {n.chosen for n in self._before.lines if n.product_id == evidence.id}
        products = self._records.products([evidence.id])
        found = [(p, v) for p in products for v in choices(p)]
        if evidence.field == "what":
            return evidence.value == "version" or any(evidence.value in v.options for _, v in found)
        if evidence.field == "variant sold out":
            found = [(p, v) for p, v in found if stock(p, v) == 0]
        taken = () if evidence.field == "variant sold out" else self._screen.cart.lines
        offered = {said for p, v in found for said in (label(v, choices(p)), *values([v], choices(p)))}
        return evidence.value in offered | {n.chosen for n in taken if n.product_id == evidence.id}

    def _of_cart(self, evidence: Evidence) -> bool:
        now = self._screen.cart
        lines = [n for n in (*now.lines, *self._before.lines) if n.product_id == evidence.id]
        match evidence.field:
            case "cart total":
                return evidence.value in _totals(now)
            case "things in the cart":
                return evidence.value == str(now.count)
            case "quantity added":
                return _whole_number(evidence) in {self._change(n) for n in now.lines if n in lines}
            case "on hand":
                return self._on_hand(evidence)
            case "quantity":
                return evidence.value in {str(n.quantity) for n in lines}
            case "price of one":
                return evidence.value in {str(n.price) for n in lines}
            case "line total":
                return evidence.value in set(map(_whole, lines))
            case _:
                return True

    def _change(self, line: CartLine) -> int:
        """How many more there are of a line than before this turn."""
        return line.quantity - sum(n.quantity for n in self._before.lines if _same(n, line))

    def _on_hand(self, evidence: Evidence) -> bool:
        products = self._records.products([evidence.id])
        stocks = [s for p in products for s in (p.stock, *(v.stock for v in p.variants)) if s is not None]
        # Of a stock that sizes share, what others in the cart take is gone.
        shared = any(n.product_id == evidence.id for n in self._screen.cart.lines)
        said = _whole_number(evidence)
        return said in stocks or (shared and 0 <= said <= max(stocks, default=0))


def _whole_number(evidence: Evidence) -> int:
    """The number that it is, -1 for none."""
    return int(evidence.value) if evidence.value.isdecimal() else -1


def _same(one: CartLine, other: CartLine) -> bool:
    return (one.product_id, one.variant) == (other.product_id, other.variant)


def _totals(cart: Cart) -> Iterable[str]:
    return () if cart.total is None else (str(cart.total),)


def _whole(line: CartLine) -> str:
    return str(Money(line.price.minor * line.quantity, line.price.currency))
