"""Advertisements as a section of the report. Pure."""

from __future__ import annotations

from typing import Any

from assistant.ads.limits import STANDARD
from assistant.insights.ads import Campaigns
from assistant.jsonable import to_dict
from ui.insights.frame import Section, fold, paragraph, table
from ui.insights.plots import Bar, bars


def section(found: Campaigns) -> Section:
    """What was clicked by department, how many customers each is for, and what is shown to nobody."""
    limits, (people, responses) = STANDARD, found.off
    rows = [(r.department, f"{r.shown:,}", f"{r.clicked:,}") for r in found.responses]
    reach = sorted(found.responses, key=lambda r: (-r.people, r.department))
    texts = [(r.department, ad.id, ad.text) for r in found.responses for ad in r.ads]
    body = [
        "<h3>Shown and clicked</h3>",
        paragraph(f"Customers who were shown an advertisement, and who clicked one; each number ± {responses}."),
        table(("department", "customers shown one", "customers who clicked"), rows, (1, 2)),
        "<h3>Whom they are for</h3>",
        paragraph("Customers who agreed to advertisements, by the advertised department in which they take most."),
        bars(
            [
                Bar(r.department, r.people, f"about {r.people:,}", max(r.people - people, 0), r.people + people)
                for r in reach
            ]
        ),
        "<h3>Shown to nobody</h3>",
        table(("advertisement", "touches on"), sorted(found.refused.items()))
        if found.refused
        else paragraph("No advertisement of the shop touches on a sensitive trait."),
        fold(f"The {len(texts)} advertisements that may run", table(("department", "name", "text"), texts)),
    ]
    return Section(
        "ads",
        "Advertisements",
        "Which advertisements are followed, and how many customers each department's are for.",
        "".join(body),
        (
            "Which advertisement a customer is shown is worked out when it is asked for (`shoptalk ads`): from what "
            "they took of the department and of those very products, how content they were, their segment, the text, "
            "and how often it was shown to them.",
            f"Nobody sees more than {limits.a_day} a day, or one of them more than {limits.the_same} times in "
            f"{limits.days} days. Whoever did not agree sees none. What touches on health, religion, politics, "
            "sexuality or ethnicity, or is meant for minors, is shown to nobody, and purchases of that kind choose no "
            "advertisement.",
            "A customer counts in two departments at most, so that the shares of clicks are too high by a little.",
        ),
    )


def row(found: Campaigns) -> dict[str, Any]:
    """The same as JSON-ready data."""
    rows: dict[str, Any] = to_dict(found)
    return rows
