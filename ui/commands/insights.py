"""The command ``insights``: what a shop can learn of its customers. Its topics: ``ui/insights/topics.py``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.commands.talk import ShopOption, progress, settings, writable

if TYPE_CHECKING:
    from ui.insights.topics import Made, Work


def register(app: typer.Typer) -> None:
    """Adds this module's command to ``app``."""
    app.command("insights")(insights)


def insights(
    topics: Annotated[
        list[str] | None, typer.Argument(metavar="[TOPIC]...", help="segments, reviews, needs, ads; all by default.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="HTML file to write the report to.")] = None,
    shop: ShopOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the values as JSON.")] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Count people anew; this spends from the month's privacy budget.")
    ] = False,
) -> None:
    """Tell what a shop can learn: segments of customers, praise and complaints, what is asked for and not found.

    Whatever counts people is changed by chance and paid for from a monthly privacy budget. What was told this month is
    shown again for nothing.
    """
    from assistant.build import open_insights
    from assistant.errors import InsightsError
    from ui.insights.topics import TOPICS, Work, report

    unknown = [t for t in topics or () if t not in TOPICS]
    if unknown:
        raise InsightsError(f"There is no topic {unknown[0]!r}", f"Choose from {', '.join(TOPICS)}")
    if out is None and not as_json:
        raise InsightsError("There is nowhere to write the report to", "Give --out report.html, or --json")
    if out is not None:
        writable(out)
    work = Work(open_insights(settings(shop, None, None)), progress, fresh)
    made = _made(work, topics or [])
    if as_json:
        print(json.dumps({topic: found.row for topic, found in made.items()}, ensure_ascii=False))
    if out is not None:
        out.write_text(report(work.records, [found.section for found in made.values()]), encoding="utf-8")
        account = work.records.ledger.account()
        spent = f"{account.spent.epsilon:g} of {account.budget.epsilon:g}"
        print(f"{out}: {', '.join(made)}. Privacy budget of {account.month}: {spent} spent.", file=sys.stderr)


def _made(work: Work, named: list[str]) -> dict[str, Made]:
    """The topics that were named, else all for which the shop has records; what it has none for is told."""
    from assistant.errors import InsightsError, PrivacyError
    from ui.insights.topics import TOPICS

    made: dict[str, Made] = {}
    missing: list[InsightsError | PrivacyError] = []
    for topic in dict.fromkeys(named or TOPICS):
        try:
            made[topic] = TOPICS[topic](work)
        except (InsightsError, PrivacyError) as error:
            # One that the budget does not allow takes no other along.
            if named:
                raise
            missing.append(error)
            print(f"shoptalk: no {topic}: {error}", file=sys.stderr)
    if not made:
        raise missing[0]
    return made
