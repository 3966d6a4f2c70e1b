"""The report for whoever is signed in: made of what was released this month, and never spending for a look."""

from __future__ import annotations

import hashlib
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from retrieval import catalogue
from retrieval.forgotten import KEY
from ui.insights.frame import Section
from ui.insights.topics import TOPICS, Work, report

if TYPE_CHECKING:
    from assistant.build import Assistant

# How often a report is made anew because the shop changed in the meantime.
_ROUNDS = 4
# Seconds after which a report is made anew; reading all reviews takes a while.
_KEPT = 600


class ShopReport:
    """The report of an open shop."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._lock = Lock()
        self._made: tuple[float, str, str] | None = None

    def __call__(self) -> str:
        """The page. What was not released this month, or has no records, is named with what to do.

        Nobody is quoted in it who has been forgotten, or whose review has left the shop, by whatever process.
        """
        from assistant.errors import InsightsError

        with self._lock:
            for _ in range(_ROUNDS):
                written = self._written()
                if self._made and monotonic() <= self._made[0] + _KEPT and self._made[1] == written:
                    return self._made[2]
                # Looked at once more before it is shown: reading all reviews takes a while.
                page = self._make()
                self._made = monotonic(), written, page
            self._made = None
            raise InsightsError("The shop's reviews change faster than they can be read", "Try again in a minute")

    def _written(self) -> str:
        """Digest of what may be quoted: the reviews that the shop has, and whom it has forgotten."""
        folder = self._assistant.settings.shop_folder
        found = catalogue.recorded(folder).get(KEY), catalogue.hashes(folder, "reviews")
        return hashlib.sha256(repr(found).encode()).hexdigest()

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
