"""The one question worth asking beside the cards: whose answer is expected to narrow the list the most.

Pure. For each field the expected number of products left is computed over the values that the matches really have;
where no answer would leave clearly fewer, nothing is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.comparison import is_packing
from assistant.degrees import written
from assistant.framed import Framed, framed, phrase
from assistant.recommend import printed
from assistant.state import Evidence, Preferences
from retrieval.measures import split_suffix
from retrieval.product import Money, Product
from retrieval.text import words

# A question is worth it where the list is so many times longer than what is shown ...
_LONG = 3
# ... and where the answer is expected to leave at most this share of it.
_WORTH = 0.6
# A field is asked for where at least this share of the matches states it,
_STATED = 0.7
# with at most so many values that at least this share of the matches has.
_VALUES = 8
_COMMON = 0.04
# Values offered as answers.
_CHOICES = 5
# Shoppers have no opinion this often, and then nothing is narrowed: nearly all know what they would spend, fewer which
# maker they prefer, and many never thought of an aspect ratio.
_NO_MATTER = {"price_max": 0.2, "brand": 0.3}
_NO_MATTER_ELSE = 0.4


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask, and what may be answered."""

    # "price_max", "brand" or "attributes.NAME".
    field: str
    frame: str
    # Values that products of the list have; of a price, sums as printed.
    values: tuple[str, ...]
    # Expected share of the list that the answer leaves.
    leaves: float

    def sentence(self) -> Framed:
        """The question, and what it rests on: answers that products of the list really give."""
        if self.field == "price_max":
            return framed(self.frame, also=self._answers())
        return framed(self.frame, *self._answers())

    def choices(self, language: str) -> tuple[str, ...]:
        """The answers as a shopper would give them."""
        if self.field != "price_max":
            return self.values
        return tuple(phrase(framed("up_to", answer), language) for answer in self._answers())

    def _answers(self) -> list[Evidence]:
        field = "sum" if self.field == "price_max" else self.field
        return [Evidence("shop", "", field, value) for value in self.values]


def question(
    products: Sequence[Product], shown: int, preferences: Preferences, asked: Iterable[str] = ()
) -> Question | None:
    """The best question about these matches; None where the list is short or no answer would narrow it.

    ``asked`` are the fields asked about before: nobody is asked twice.
    """
    if len(products) <= _LONG * max(shown, 1):
        return None
    before = set(asked)
    open_ = [q for q in _candidates(products, preferences) if q.field not in before]
    best = min(open_, key=lambda q: (round(q.leaves, 6), q.field), default=None)
    return best if best is not None and best.leaves <= _WORTH else None


def _candidates(products: Sequence[Product], preferences: Preferences) -> list[Question]:
    found = []
    if not preferences.of("price_max") and (price := _price(products)):
        found.append(price)
    if not preferences.of("brand"):
        counts = Counter(p.brand for p in products if p.brand)
        if asked := _listed("brand", "prefer_brand", counts, len(products)):
            found.append(asked)
    wished = {token for w in preferences if w.slot in ("feature", "dislike") for token in words(f"{w.value} {w.words}")}
    for name in dict.fromkeys(n for p in products for n in p.attributes):
        if is_packing(name) or set(words(name.replace("_", " "))) & wished:
            continue
        if asked := _attribute(name, products, wished):
            found.append(asked)
    return found


def _price(products: Sequence[Product]) -> Question | None:
    """A limit somewhere between the cheapest and the dearest: any of the prices is as likely."""
    prices = sorted(p.price.minor for p in products if p.price is not None)
    currency = next((p.price.currency for p in products if p.price is not None), "")
    if len(prices) < _STATED * len(products) or prices[0] == prices[-1]:
        return None
    left = sum(sum(other <= limit for other in prices) for limit in prices) / len(prices)
    thirds = dict.fromkeys(_round(prices[len(prices) * n // 4]) for n in (1, 2, 3))
    offered = tuple(_whole(Money(minor, currency)) for minor in thirds)
    return Question("price_max", "spend", offered, _expected("price_max", left / len(products)))


def _round(minor: int) -> int:
    """Up to a sum that people name: 4,995 becomes 5,000."""
    step = 10 ** max(0, len(str(minor)) - 2) * 5 if minor >= 1000 else 100
    return -(-minor // step) * step


def _whole(money: Money) -> str:
    return str(money).removesuffix(".00")


def _attribute(name: str, products: Sequence[Product], wished: set[str]) -> Question | None:
    values = [p.attributes[name] for p in products if name in p.attributes]
    base, token = split_suffix(name)
    label, unit = base.replace("_", " "), written(token or "")
    if all(isinstance(v, bool) for v in values):
        return _yes_or_no(name, label, values, len(products))
    counts: Counter[str] = Counter()
    for value in values:
        said = printed(value)
        if isinstance(value, bool) or len(said) > 24 or "," in said:
            return None
        counts[f"{said} {unit}".strip() if not isinstance(value, str) else said] += 1
    if not unit and any(not isinstance(v, str) for v in values):
        # A bare number is no answer that could be understood.
        return None
    if any(set(words(value)) & wished for value in counts):
        return None
    return _listed(f"attributes.{name}", "prefer_value", counts, len(products))


def _yes_or_no(name: str, label: str, values: Sequence[object], total: int) -> Question | None:
    """ "Should it be waterproof?": only a yes narrows the list."""
    if len(values) < _STATED * total or len(label.split()) > 3:
        return None
    share = sum(v is True for v in values) / total
    if not _COMMON <= share <= 1 - _COMMON:
        return None
    left = 0.5 * share + 0.5
    return Question(f"attributes.{name}", "matters", (label,), left)


def _listed(field: str, frame: str, counts: Counter[str], total: int) -> Question | None:
    """A choice among values: each is as likely as it is frequent."""
    common = [(value, n) for value, n in counts.most_common() if n >= _COMMON * total]
    stated = sum(counts.values())
    if stated < _STATED * total or not 2 <= len(common) <= _VALUES or sum(n for _, n in common) < _STATED * total:
        return None
    left = sum(n * n for _, n in common) / sum(n for _, n in common) / total
    offered = tuple(value for value, _ in common[:_CHOICES])
    return Question(field, frame, offered, _expected(field, left))


def _expected(field: str, left: float) -> float:
    """The share that is left when some do not mind."""
    idle = _NO_MATTER.get(field, _NO_MATTER_ELSE)
    return (1 - idle) * left + idle
