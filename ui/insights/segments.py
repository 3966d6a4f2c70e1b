"""Segments as a section of the report. Pure."""

from __future__ import annotations

from html import escape
from typing import Any

from assistant.insights.clusters import SETTLED
from assistant.insights.segments import LEVELS, Counted, Segment, Segments
from ui.insights.frame import Section, card, cards, counted, paragraph, tiles
from ui.insights.plots import Bar, bars


def section(found: Segments) -> Section:
    """The segments, the largest first."""
    total = sum(s.customers.people for s in found.segments)
    body = [
        tiles(
            (
                (f"about {total:,}", "customers who bought something"),
                (str(len(found.segments)), "segments"),
                (f"{found.segments[0].customers.share:.0%}", f"of them in the largest, {found.segments[0].name}"),
            )
        ),
        "<h3>How large each segment is</h3>",
        bars([_sized(s) for s in found.segments]),
        paragraph("The thin lines show between which numbers the true one lies, in 95 of 100 cases."),
        cards(_card(s) for s in found.segments),
        _refused(found),
    ]
    return Section(
        "segments",
        "Who your customers are",
        "Customers who buy alike, grouped by the parts of the shop in which they take most. Each is in one segment.",
        "".join(body),
        _method(found),
    )


def row(found: Segments) -> dict[str, Any]:
    """The same as JSON-ready data."""
    return {
        "segments": [
            {
                "name": s.name,
                "customers": _counted(s.customers),
                "themes": {t.what: round(t.share, 3) for t in s.themes},
                "prices": {p.what: _counted(p) for p in s.prices},
                "kinds": {k.what: _counted(k) for k in s.kinds},
                "tastes": {t.what: _counted(t) for t in s.tastes},
            }
            for s in found.segments
        ],
        "refused": dict(found.refused),
        "attempts": [
            {"segments": a.count, "agreement": round(a.agreement, 3), "silhouette": round(a.apart, 3)}
            for a in found.grouping.attempts
        ],
    }


def _counted(counted: Counted) -> dict[str, Any]:
    return {"about": counted.people, "low": counted.low, "high": counted.high, "share": round(counted.share, 3)}


def _sized(segment: Segment) -> Bar:
    size = segment.customers
    return Bar(segment.name, size.people, f"about {size.people:,} · {size.share:.0%}", size.low, size.high)


def _card(segment: Segment) -> str:
    lines = [f"<p>{escape(_in_words(segment))}</p>"]
    themes = [Bar(_short(t.what), t.share, f"{t.share:.0%}") for t in segment.themes[:4]]
    lines.append("<h4>Take most, or second most, in</h4>" + bars(themes, 1.0))
    loud = [*segment.kinds[:5], *segment.tastes[:3]]
    if loud:
        most = max(c.high for c in loud)
        bought = [Bar(c.what, c.people, f"about {c.people:,}", c.low, c.high) for c in loud]
        lines.append("<h4>Buy first of all (customers)</h4>" + bars(bought, most))
    size = segment.customers
    return card(segment.name, "".join(lines), f"about {size.people:,} customers")


def _in_words(segment: Segment) -> str:
    """What sets the segment apart, in a sentence or two; how dear they buy only where that is more than noise."""
    first, *others = (t for t in segment.themes if t.share >= 0.15)
    found = f"{_often(first.share)} take most, or second most, in {_short(first.what)}"
    if others:
        found += f"; {_and([f'{_short(t.what)} ({t.share:.0%})' for t in others[:3]])} come next"
    return f"{found}. {_prices(segment)}".rstrip()


def _prices(segment: Segment) -> str:
    cheap, _, dear = segment.prices
    # More than noise: the two ranges do not meet.
    if dear.low > cheap.high:
        return f"They lean towards {LEVELS[2]}."
    if cheap.low > dear.high:
        return f"They lean towards {LEVELS[0]}."
    return ""


def _often(share: float) -> str:
    return "All of them" if share > 0.98 else "Nearly all" if share > 0.9 else f"{share:.0%}"


def _and(parts: list[str]) -> str:
    return " and ".join(", ".join(parts).rsplit(", ", 1)) if len(parts) > 1 else "".join(parts)


def _short(theme: str) -> str:
    return theme.split(">")[-1].strip()


def _refused(found: Segments) -> str:
    if not found.refused:
        return ""
    names = "; ".join(f"{what} ({why})" for what, why in sorted(found.refused.items()))
    return paragraph(f"Left out on purpose, because it may tell what is nobody's business: {names}.")


def _method(found: Segments) -> list[str]:
    chosen = found.grouping.chosen
    tried = ", ".join(f"{a.count}: {a.agreement:.2f} and {a.apart:.2f}" for a in found.grouping.attempts)
    return [
        "Customers are counted by the two parts of the shop in which their profiles say they took most. Chance is "
        "added to each of these counts, and the segments are made of the changed counts alone (spherical k-means). Who "
        "paused their profile is not counted.",
        f"The number of segments is {chosen.count}. It is the one whose segments are best apart (silhouette), of the "
        f"numbers at which tables drawn anew give nearly the same segments (adjusted Rand {SETTLED} or more; where "
        f"none does, the steadiest). Tried were, with agreement and distance: {tried}.",
        "Kinds of things, tastes and price levels are shown where they are clearly more than the added chance; in a "
        "small shop that is few of them.",
        counted(found.counted),
        "Nothing rests on health, religion or belief, politics, sexuality, ethnicity, or on children and young people.",
    ]
