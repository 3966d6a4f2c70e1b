"""Unmet needs and stock hints as a section of the report. Pure."""

from __future__ import annotations

from typing import Any

from assistant.insights.needs import Hint, Needs
from assistant.jsonable import to_dict
from ui.insights.frame import Section, counted, fold, paragraph, table
from ui.insights.plots import Bar, bars

# Hints that stand open.
_OPEN = 10


def section(found: Needs) -> Section:
    """What is asked for in vain, then what runs out while people look at it."""
    asked = (
        bars([Bar(c.what, c.people, f"about {c.people:,}", c.low, c.high) for c in found.asked])
        if found.asked
        else paragraph(
            f"No request that found nothing was shared by enough people, about {found.least}, to be told of."
        )
    )
    body = [
        "<h3>Asked for, and not found</h3>",
        paragraph("People who searched or asked for it and were shown nothing that fits. A person counts once."),
        asked,
    ]
    if found.stock:
        rows = [_row(h) for h in found.stock]
        head, numbers = ("kind of thing", "people who looked", "products with 2 or fewer left"), (1, 2)
        body += [
            "<h3>Running out while people look</h3>",
            paragraph("Order these first: where most people looked at products of which two or fewer are left."),
            table(head, rows[:_OPEN], numbers),
            fold(f"{len(rows) - _OPEN} more", table(head, rows[_OPEN:], numbers)) if len(rows) > _OPEN else "",
        ]
    if found.since:
        names = ", ".join(kind.split(">")[-1].strip() for kind in found.since)
        body.append(paragraph(f"Running out since then, and not counted yet: {names}."))
    return Section(
        "needs",
        "What they want and do not get",
        "What to add to the shelf, and what to order again.",
        "".join(body),
        (
            "From the stored conversations, where a search ended with nothing that fits, and from the log of the "
            "shop's searches. The words are the shoppers' own, so that only words that about "
            f"{found.least} people share are told of; different spellings count apart.",
            "A person counts for what they asked most and for where they looked most, and for nothing else; that keeps "
            "the added chance small. The true numbers are therefore somewhat higher.",
            counted(found.counted),
        ),
    )


def row(found: Needs) -> dict[str, Any]:
    """The same as JSON-ready data."""
    rows: dict[str, Any] = to_dict(found)
    return rows


def _row(hint: Hint) -> tuple[str, str, str]:
    people = hint.people
    return (
        hint.kind.split(">")[-1].strip(),
        f"about {people.people:,} ({people.low:,} to {people.high:,})",
        f"{len(hint.short)} of {hint.all}",
    )
