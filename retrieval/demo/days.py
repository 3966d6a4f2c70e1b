"""The demo shop's calendar: it stands still on one day, so that the same seed gives the same bytes on every other."""

from __future__ import annotations

from datetime import date, timedelta

# The shop's today. What a return window or a delivery date means is counted from here.
TODAY = date(2026, 11, 27)
# How far back purchases go, and how far back the order export does: older orders are archived, their reviews stay.
HISTORY_DAYS = 1095
ORDER_DAYS = 270
# How far back the log of clicks goes.
LOG_DAYS = 120


def ago(days: int) -> date:
    """The day that many days before TODAY."""
    return TODAY - timedelta(days=days)


def later(day: date, days: int) -> date:
    """The day that many days after ``day``."""
    return day + timedelta(days=days)
