"""When a line came out and what it has cost since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from retrieval.demo.chance import between, pick, roll
from retrieval.demo.days import TODAY, ago, later
from retrieval.demo.spec import Line

# Of all lines, how many take part in a given year's sale.
_ON_SALE = 0.35
_SALE_DAYS = 8


@dataclass(frozen=True, slots=True)
class Price:
    """What a product costs from a day on."""

    day: date
    cents: int
    # "launch", "change", "sale" or "sale ends".
    reason: str


def release(line: Line, seed: int) -> date:
    """The day on which the line came out: within the last five years and not in the last two weeks."""
    return ago(14 + int(1800 * roll(seed, line.id, "release") ** 1.3))


def history(line: Line, cents: int, seed: int) -> tuple[Price, ...]:
    """The prices of ``line`` from its first day to today, when it costs ``cents``; neighbours differ.

    A sale ends at the price it began at. Where one is on today, ``cents`` is the sale price.
    """
    born = release(line, seed)
    sales = [s for s in _sales(born) if roll(seed, line.id, "sale", s.year) < _ON_SALE]
    on_sale = bool(sales) and later(sales[-1], _SALE_DAYS) > TODAY
    regular = _whole(cents / _discount(line, TODAY, seed)) if on_sale else cents
    changes = sorted(
        {
            ago(int(between(30, (TODAY - born).days - 20, seed, line.id, "change", n)))
            for n in range(int(roll(seed, line.id, "changes") * 3.2))
            if (TODAY - born).days > 120
        }
    )
    # From the last change backwards: the price before it, before that, and at the launch.
    levels = [regular]
    for n, _ in enumerate(reversed(changes)):
        levels.append(_whole(levels[-1] / pick((0.88, 0.94, 1.05, 1.08, 1.12), seed, line.id, "step", n)))
    levels.reverse()
    found = [Price(born, levels[0], "launch")]
    found += [Price(day, level, "change") for day, level in zip(changes, levels[1:], strict=True)]
    for day in sales:
        before = price_on(found, day)
        ends = later(day, _SALE_DAYS)
        if any(day <= p.day <= ends for p in found):
            continue
        reduced = cents if ends > TODAY else _whole(before * _discount(line, day, seed))
        found.append(Price(day, reduced, "sale"))
        if ends <= TODAY:
            found.append(Price(ends, before, "sale ends"))
        found.sort(key=lambda price: price.day)
    return _thinned(found, cents)


def price_on(prices: Sequence[Price], day: date) -> int:
    """Cents on ``day``; before the first day, the first price."""
    return next((p.cents for p in reversed(prices) if p.day <= day), prices[0].cents)


def _sales(born: date) -> list[date]:
    """First days of the sales since ``born``: a week at the end of November and one in January."""
    days = [date(year, month, day) for year in range(born.year, TODAY.year + 1) for month, day in ((1, 4), (11, 23))]
    return [day for day in days if later(born, 40) < day <= TODAY]


def _discount(line: Line, day: date, seed: int) -> float:
    return pick((0.75, 0.8, 0.85, 0.9), seed, line.id, "discount", day.year)


def _whole(cents: float) -> int:
    """Rounded to what shops print: .99 below 20, else whole units."""
    return max(round(cents / 100) * 100 - (1 if cents < 2000 else 0), 199)


def _thinned(prices: list[Price], cents: int) -> tuple[Price, ...]:
    """Without days on which nothing changed; the last is today's."""
    kept = [prices[0]]
    for price in prices[1:]:
        if price.cents != kept[-1].cents:
            kept.append(price)
    assert kept[-1].cents == cents, (prices, cents)
    return tuple(kept)
