"""The topics of the report, each from a shop's records to its section: for the command and for the desk alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ui.insights import ads as ads_page
from ui.insights import needs as needs_page
from ui.insights import reviews as reviews_page
from ui.insights import segments as segments_page
from ui.insights.frame import Section, Spent, document

if TYPE_CHECKING:
    from assistant.insights.records import Records
    from assistant.profile.tastes import Profile

T = TypeVar("T")


class Tell(Protocol):
    """Passes items through and tells how far it is: ``ui.commands.talk.progress``, or ``silent``."""

    def __call__(self, items: Iterable[T], total: int, what: str, /) -> Iterable[T]:
        """``items``, of which there are ``total``."""


def silent(items: Iterable[T], total: int, what: str, /) -> Iterable[T]:
    """Tells nobody."""
    return items


@dataclass
class Work:
    """What a report is made with."""

    records: Records
    tell: Tell = silent
    # Counts people anew and spends for it, instead of showing what was released this month.
    fresh: bool = False

    @cached_property
    def everybody(self) -> list[Profile]:
        """All profiles, learnt once a report and only where a topic needs them."""
        who = self.records.customers()
        return [self.records.profiles.of(customer) for customer in self.tell(who, len(who), "profiles")]


@dataclass(frozen=True, slots=True)
class Made:
    """One topic, done."""

    # JSON-ready.
    row: Mapping[str, Any]
    section: Section


def _segments(work: Work) -> Made:
    from assistant.insights.segments import segments

    found = segments(work.records, lambda: work.everybody, fresh=work.fresh)
    return Made(segments_page.row(found), segments_page.section(found))


def _reviews(work: Work) -> Made:
    from assistant.insights.reviews import reviews
    from assistant.privacy import kept
    from assistant.privacy.hiding import open_hiding

    hide = open_hiding(work.records.folder, kept.open_masker())
    found = reviews(work.records, lambda items, total: work.tell(items, total, "reviews"), hide)
    return Made(reviews_page.row(found), reviews_page.section(found))


def _needs(work: Work) -> Made:
    from assistant.insights.needs import needs

    found = needs(work.records, fresh=work.fresh)
    return Made(needs_page.row(found), needs_page.section(found))


def _ads(work: Work) -> Made:
    from assistant.insights.ads import campaigns

    found = campaigns(work.records, fresh=work.fresh)
    return Made(ads_page.row(found), ads_page.section(found))


TOPICS: Mapping[str, Callable[[Work], Made]] = {
    "segments": _segments,
    "reviews": _reviews,
    "needs": _needs,
    "ads": _ads,
}


def report(records: Records, sections: Sequence[Section]) -> str:
    """The whole page."""
    account = records.ledger.account()
    spent = Spent(account.month, account.spent.epsilon, account.budget.epsilon)
    return document(records.name, datetime.now(UTC).date().isoformat(), sections, spent)
