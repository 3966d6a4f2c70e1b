"""Ways to begin a conversation, made from what the shop really sells, so that each of them finds something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from assistant.state import Wish
from retrieval.lexicon import lexicon
from retrieval.product import Money, Product
from retrieval.query import Filters, Query
from ui.render import amount
from ui.words import Words

if TYPE_CHECKING:
    from retrieval.search import Shelf

# The commonest types are looked at, and of each some products.
_TYPES, _PRODUCTS = 12, 40
_COLOURS = ("colour", "color")


@dataclass(frozen=True, slots=True)
class Example:
    """A first message, and a product that it would find."""

    # Which of the texts under "example" says it.
    form: Literal["price", "colour", "brand", "rated", "plain"]
    # The shop's own type, and what the form adds: "$40", "black", "Lumo".
    label: str
    value: str
    # What it wishes for.
    wishes: tuple[Wish, ...]
    product: Product

    def text(self, say: Words) -> str:
        """The message in the page's language, about the shop's own types."""
        what = f"{self.value} {self.label}" if self.form == "colour" else self.label
        one = what if self.form == "rated" or say.language != "en" else _one(what)
        return say(f"example.{self.form}", what=one, value=self.value)


def examples(shelf: Shelf, count: int = 4) -> list[Example]:
    """First messages about ``count`` different types of product; fewer where the shop has fewer."""
    labels = shelf.vocabulary.to_dict()["labels"]
    commonest = sorted(labels, key=lambda label: (-labels[label], label))[:_TYPES]
    stocks = {label: _stock(shelf, label) for label in commonest}
    chosen = _apart({label: stock for label, stock in stocks.items() if stock}, count)
    return [_opening(n, label, stocks[label], shelf.currency) for n, label in enumerate(chosen)]


def _stock(shelf: Shelf, label: str) -> list[Product]:
    return [hit.product for hit in shelf.search(Query(label, _PRODUCTS, Filters(kinds=(label,))))]


def _apart(stocks: dict[str, list[Product]], count: int) -> list[str]:
    """The commonest types, first those of another department and another noun than the ones before them."""
    seen: set[str] = set()
    first = []
    for label, stock in stocks.items():
        marks = {label.rpartition(" ")[2], stock[0].category.partition(">")[0].strip()} - {""}
        if not marks & seen:
            first.append(label)
        seen |= marks
    return [*first, *(label for label in stocks if label not in first)][:count]


def _opening(n: int, label: str, stock: Sequence[Product], currency: str) -> Example:
    """The ``n``-th kind of opening, or a plain one where the records do not give what it needs."""
    priced = sorted((p for p in stock if p.price is not None), key=lambda p: (p.price, p.id))
    colours = Counter(c for p in stock if (c := _colour(p)))
    brands = Counter(p.brand for p in stock if p.brand)
    kind = Wish("category", label, True, label, 1)
    if n == 0 and priced and (middle := priced[len(priced) // 2].price):
        below = round_up(middle)
        found = next(p for p in stock if p.price and p.price.major < below)
        value = int(below) if below == int(below) else float(below)
        printed = amount(below, currency)
        return Example("price", label, printed, (kind, Wish("price_max", value, True, printed, 1)), found)
    if n == 1 and colours:
        colour = colours.most_common(1)[0][0]
        found = next(p for p in stock if _colour(p) == colour)
        return Example("colour", label, colour, (kind, Wish("feature", colour, False, colour, 1)), found)
    if n == 2 and brands:
        brand = brands.most_common(1)[0][0]
        found = next(p for p in stock if p.brand == brand)
        return Example("brand", label, brand, (kind, Wish("brand", brand, True, brand, 1)), found)
    rated = [p for p in stock if p.rating is not None]
    if n == 3 and rated:
        best = max(rated, key=lambda p: p.rating or 0)
        return Example("rated", label, "", (kind, Wish("order", "rating", False, label, 1)), best)
    return Example("plain", label, "", (kind,), stock[0])


def _colour(product: Product) -> str:
    """The product's colour where its record has one plain word for it."""
    value = next((product.attributes[c] for c in _COLOURS if c in product.attributes), "")
    word = str(value).lower()
    return word if isinstance(value, str) and word.isalpha() and lexicon().colour(word) else ""


def _one(noun: str) -> str:
    return noun if noun.endswith("s") else f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def round_up(price: Money) -> Decimal:
    """The next round amount above a price, in major units: $37.20 -> 40, $110 -> 150, $873 -> 900."""
    step = Decimal(10) ** max(price.major.adjusted(), 0)
    if price.major >= 10 and price.major < 3 * step:
        step /= 2
    return (price.major // step + 1) * step
