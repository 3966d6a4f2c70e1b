"""Advertisements as a section of the report. Pure."""

from __future__ import annotations

from typing import Any

from assistant.ads.limits import STANDARD
from assistant.insights.ads import Campaigns
from assistant.jsonable import to_dict
from ui.insights.frame import Section, counted, fold, paragraph, table
from ui.insights.plots import Bar, bars


def section(found: Campaigns) -> Section:
    """What was clicked by department, how many customers each is for, and what is shown to nobody."""
    limits, (people, responses) = STANDARD, found.off
    rows = [(r.department, _told(r.shown), _told(r.clicked)) for r in found.responses]
    reach = sorted((-r.people, r.department) for r in found.responses if r.people is not None)
    texts = [(r.department, ad.id, ad.text) for r in found.responses for ad in r.ads]
    body = [
        "<h3>Shown and clicked</h3>",
        paragraph(f"Customers who were shown an advertisement, and who clicked one; each number ± {responses}."),
        table(("department", "customers shown one", "customers who clicked"), rows, (1, 2)),
        "<h3>Whom they are for</h3>",
        paragraph("Customers who agreed to advertisements, by the advertised department in which they take most."),
        bars([Bar(name, -n, f"about {-n:,}", max(-n - people, 0), -n + people) for n, name in reach])
        if reach
        else paragraph("The shop knows no customer yet, and nobody was counted."),
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
            "A customer counts in two departments at most, so that the shares of clicks are too high by a little. A "
            "dash stands where nobody was counted: nothing was shown then, or the department is advertised since.",
            counted(found.counted),
        ),
    )


def _told(people: int | None) -> str:
    return "–" if people is None else f"{people:,}"


def row(found: Campaigns) -> dict[str, Any]:
    """The same as JSON-ready data."""
    rows: dict[str, Any] = to_dict(found)
    return rows
