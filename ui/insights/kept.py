"""The report for whoever is signed in: made of what was released this month, and never spending for a look."""

from __future__ import annotations

from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from ui.insights.frame import Section
from ui.insights.topics import TOPICS, Work, report

if TYPE_CHECKING:
    from assistant.build import Assistant

# Seconds after which a report is made anew; reading all reviews takes a while.
_KEPT = 600


class ShopReport:
    """The report of an open shop."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._lock = Lock()
        self._made: tuple[float, str] | None = None

    def __call__(self) -> str:
        """The page. What was not released this month, or has no records, is named with what to do."""
        with self._lock:
            if self._made is None or monotonic() > self._made[0] + _KEPT:
                self._made = monotonic(), self._make()
            return self._made[1]

    def _make(self) -> str:
        from assistant.build import open_insights
        from assistant.errors import InsightsError, PrivacyError

        shop = self._assistant
        records = open_insights(shop.settings, shop.shelf, shop.profiles, spends=False)
        sections = []
        for topic, make in TOPICS.items():
            try:
                sections.append(make(Work(records)).section)
            except (InsightsError, PrivacyError) as error:
                sections.append(Section(topic, topic.capitalize(), str(error), ""))
        return report(records, sections)
