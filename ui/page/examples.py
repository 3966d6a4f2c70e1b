"""Ways to begin a conversation, made from what the shop really sells, so that each of them finds something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from retrieval.product import Money, Product
from retrieval.query import Filters, Query
from ui.render import amount

if TYPE_CHECKING:
    from retrieval.search import Shelf

# The commonest types are looked at, and of each some products.
_TYPES, _PRODUCTS = 24, 60
_COLOURS = ("colour", "color")


def examples(shelf: Shelf) -> list[str]:
    """Up to four first messages about four different types of product; fewer where the shop has fewer."""
    labels = shelf.vocabulary.to_dict()["labels"]
    commonest = sorted(labels, key=lambda label: (-labels[label], label))[:_TYPES]
    stocks = {label: _stock(shelf, label) for label in commonest}
    chosen = _apart({label: stock for label, stock in stocks.items() if stock})
    return [_opening(n, label, stocks[label], shelf.currency) for n, label in enumerate(chosen)]


def _stock(shelf: Shelf, label: str) -> list[Product]:
    return [hit.product for hit in shelf.search(Query(label, _PRODUCTS, Filters(kinds=(label,))))]


def _apart(stocks: dict[str, list[Product]], count: int = 4) -> list[str]:
    """The commonest type of each of ``count`` departments, then the commonest of those left."""
    department = {label: stock[0].category.partition(">")[0].strip() for label, stock in stocks.items()}
    first = {department[label]: label for label in reversed(stocks)}.values()
    order = [label for label in stocks if label in first]
    return [*order, *(label for label in stocks if label not in order)][:count]


def _opening(n: int, label: str, stock: Sequence[Product], currency: str) -> str:
    """The ``n``-th kind of opening, or a plain one where the records do not give what it needs."""
    prices = sorted(p.price for p in stock if p.price is not None)
    colours = Counter(str(p.attributes[c]).lower() for p in stock for c in _COLOURS if c in p.attributes)
    colour = next((c for c, _ in colours.most_common() if c.isalpha()), "")
    brands = Counter(p.brand for p in stock if p.brand)
    if n == 0 and prices:
        return f"I'm looking for {_one(label)} under {amount(round_up(prices[len(prices) // 2]), currency)}"
    if n == 1 and colour:
        return f"Do you have {_one(f'{colour} {label}')}?"
    if n == 2 and brands:
        return f"Show me {_one(label)} from {brands.most_common(1)[0][0]}"
    if n == 3 and any(p.rating for p in stock):
        return f"The best rated {label}, please"
    return f"I'm looking for {_one(label)}"


def _one(noun: str) -> str:
    return noun if noun.endswith("s") else f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def round_up(price: Money) -> Decimal:
    """The next price with one significant digit, in major units: $37.20 -> 40, $873 -> 900."""
    step = Decimal(10) ** max(price.major.adjusted(), 0)
    return (price.major // step + 1) * step
