"""How often somebody may be shown advertisements. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.ads.values import Shown


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one customer is shown."""

    # Advertisements in any 24 hours.
    a_day: int = 3
    # The same one in any ``days``, and hours between two showings of it.
    the_same: int = 3
    days: int = 30
    apart: int = 24

    def left_today(self, now: datetime, shown: Iterable[Shown]) -> int:
        """How many more a customer may see at ``now``."""
        ages = [now - datetime.fromisoformat(one.time) for one in shown]
        return max(self.a_day - sum(timedelta(0) <= age < timedelta(days=1) for age in ages), 0)

    def hold_back(self, ad: str, now: datetime, shown: Iterable[Shown]) -> str | None:
        """Why ``ad`` may not be shown to the customer of whom ``shown`` tells, or None where it may."""
        ago = [(now - datetime.fromisoformat(s.time), s.ad) for s in shown]
        if sum(timedelta(0) <= age < timedelta(days=1) for age, _ in ago) >= self.a_day:
            return f"{self.a_day} advertisements in a day"
        same = [age for age, other in ago if other == ad and age >= timedelta(0)]
        if any(age < timedelta(hours=self.apart) for age in same):
            return f"shown less than {self.apart} hours ago"
        if sum(age < timedelta(days=self.days) for age in same) >= self.the_same:
            return f"shown {self.the_same} times in {self.days} days"
        return None


STANDARD = Limits()
