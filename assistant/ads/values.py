"""Advertisements and what became of them, as a shop's files have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.errors import ShopTalkError
from retrieval.jsonlines import read_rows

# Beside the shop: a row an advertisement, ``{"id", "about", "text"}``.
ADS = ("ads.jsonl", "ads.jsonl.gz")


class AdsError(ShopTalkError):
    """Advertisements that cannot be read, learned from or shown."""


@dataclass(frozen=True, slots=True)
class Ad:
    """An advertisement. ``about`` names what it is for: a department, a category or a maker of the shop."""

    id: str
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An advertisement that somebody was shown."""

    # ISO 8601 with the time of day, without a time zone.
    time: str
    customer: str
    ad: str
    clicked: bool


def read_ads(folder: Path) -> list[Ad]:
    """The advertisements beside the shop in ``folder``, [] where it has none. Raises ``AdsError`` with a bad row."""
    found = []
    for path in (folder / name for name in ADS):
        for number, row in enumerate(read_rows(path) if path.is_file() else (), 1):
            values = [row.get(name) for name in ("id", "about", "text")]
            if not all(isinstance(value, str) and value.strip() for value in values):
                raise AdsError(f"{path}, row {number} is no advertisement", 'Write {"id", "about", "text"}')
            found.append(Ad(*map(str, values)))
    return found


def shown_in(events: Iterable[Mapping[str, object]]) -> list[Shown]:
    """What a log of the shop's pages tells of advertisements, oldest first.

    Rows of other kinds are passed over, and those that do not say to whom, which or when.
    """
    found = [
        Shown(time, str(e["customer_id"]), str(e["ad_id"]), bool(e.get("clicked")))
        for e in events
        if e.get("kind") == "ad" and e.get("customer_id") and e.get("ad_id") and (time := _moment(e.get("time")))
    ]
    return sorted(found, key=lambda shown: shown.time)


def _moment(time: object) -> str:
    """As ISO 8601 on the shop's own clock; "" where it is none."""
    try:
        told = datetime.fromisoformat(str(time))
        return (told.astimezone().replace(tzinfo=None) if told.tzinfo else told).isoformat()
    except ValueError:
        return ""
