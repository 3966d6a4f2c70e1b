"""Charts as HTML and SVG that need no script and can be read aloud. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

# The longest bar of a side leaves room for its number.
_SIDE = 80


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, with what is written behind it."""

    label: str
    value: float
    text: str
    # Where the true value lies in 95 of 100 cases; None where it is exact.
    low: float | None = None
    high: float | None = None


def bars(items: Sequence[Bar], longest: float | None = None) -> str:
    """Horizontal bars from 0 to ``longest``, by default the largest value or upper end."""
    most = longest or max((max(b.value, b.high or 0) for b in items), default=0) or 1.0
    return f'<div class="bars">{"".join(_bar(b, most) for b in items)}</div>'


def _bar(bar: Bar, most: float) -> str:
    whisker = ""
    if bar.low is not None and bar.high is not None:
        low, high = _percent(bar.low, most), _percent(bar.high, most)
        whisker = f'<i style="left:{low:.1f}%;width:{high - low:.1f}%"></i>'
    return (
        f'<div><span class="name">{escape(bar.label)}</span><span class="rail">'
        f'<b style="width:{_percent(bar.value, most):.1f}%"></b>{whisker}</span>'
        f'<span class="much">{escape(bar.text)}</span></div>'
    )


@dataclass(frozen=True, slots=True)
class Sides:
    """What speaks for something and what against."""

    label: str
    good: int
    bad: int


def sides(items: Sequence[Sides]) -> str:
    """Bars to the left for what speaks against, to the right for what speaks for it, on one scale."""
    most = max((max(s.good, s.bad) for s in items), default=0) or 1
    rows = "".join(
        f'<div><span class="name">{escape(s.label)}</span>'
        f'<span class="rail left"><b class="bad" style="width:{_SIDE * s.bad / most:.1f}%"></b>'
        f'<em>{s.bad}</em></span><span class="rail"><b class="good" style="width:{_SIDE * s.good / most:.1f}%"></b>'
        f"<em>{s.good}</em></span></div>"
        for s in items
    )
    head = '<div class="legend"><span></span><span>complaints</span><span>praise</span></div>'
    return f'<div class="sides">{head}{rows}</div>'


def line(points: Sequence[tuple[str, float]], low: float, high: float, what: str) -> str:
    """A line through ``(label, value)`` from left to right, between the values ``low`` and ``high``."""
    if len(points) < 2:
        return ""
    width, height, edge = 320, 84, 18
    step = (width - 2 * edge) / (len(points) - 1)
    places = [
        (edge + n * step, 8 + (height - 34) * (1 - (min(max(v, low), high) - low) / (high - low)))
        for n, (_, v) in enumerate(points)
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"><title>{escape(label)}: {value:.2f}</title></circle>'
        for (x, y), (label, value) in zip(places, points, strict=True)
    )
    ends = "".join(
        f'<text x="{places[n][0]:.1f}" y="{height - 4}" text-anchor="{anchor}">{escape(points[n][0])} · '
        f"{points[n][1]:.1f}</text>"
        for n, anchor in ((0, "start"), (-1, "end"))
    )
    told = f"{what}: " + ", ".join(f"{label} {value:.2f}" for label, value in points)
    return (
        f'<figure><svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(told)}">'
        f'<polyline points="{path}"/>{dots}{ends}</svg><figcaption>{escape(what)}</figcaption></figure>'
    )


def _percent(value: float, most: float) -> float:
    return 100 * min(max(value / most, 0.0), 1.0)
