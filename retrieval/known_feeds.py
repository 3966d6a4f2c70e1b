"""What a shop remembers of its product feeds: where each lay, and which of its columns were mapped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import ShopError
from retrieval.work import Work

# What the shop's meta calls it.
_KEY = "feeds"
# A feed from another folder that takes away more than this share of the goods that came under its name is asked about.
_MOST_REMOVED = 0.5


@dataclass(frozen=True, slots=True)
class KnownFeed:
    """One feed, as it was read last."""

    # The folder it lay in, resolved.
    folder: str
    # Field -> column, as ``--map`` named them.
    mapping: Mapping[str, str]


def known_feeds(meta: Mapping[str, str]) -> dict[str, KnownFeed]:
    """By file name; none for a shop made before they were remembered."""
    stored = json.loads(meta.get(_KEY, "{}"))
    return {name: KnownFeed(row["folder"], row["mapping"]) for name, row in stored.items()}


def mappings(
    meta: Mapping[str, str], feeds: Sequence[Path], given: Mapping[str, str] | None
) -> dict[str, Mapping[str, str]]:
    """File name -> field -> column: ``given`` for every feed, else what each was last read with."""
    known = known_feeds(meta)
    return {
        path.name: given if given is not None else known[path.name].mapping if path.name in known else {}
        for path in feeds
    }


def remembered(meta: Mapping[str, str], feeds: Sequence[Path], used: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The entry of the shop's meta after ``feeds`` were read with the mappings ``used``."""
    now = {path.name: KnownFeed(str(path.resolve().parent), used[path.name]) for path in feeds}
    rows = {
        name: {"folder": feed.folder, "mapping": dict(feed.mapping)}
        for name, feed in sorted({**known_feeds(meta), **now}.items())
    }
    return {_KEY: json.dumps(rows, ensure_ascii=False)}


def same_feeds(work: Work, feeds: Sequence[Path]) -> None:
    """Raises ShopError where a feed from another folder would take most goods of its name away: it may be another."""
    known = known_feeds(work.meta)
    for path in feeds:
        before = known.get(path.name)
        if before is None or before.folder == str(path.resolve().parent):
            continue
        had = work.number("SELECT count(*) FROM shop.products WHERE source = ?", path.name)
        gone = work.counts("products", [path.name]).removed
        if gone > _MOST_REMOVED * had:
            raise ShopError(
                f"{path} would remove {gone:,} of the {had:,} products that came from {before.folder}/{path.name}",
                "Add --replace if it is the newer feed; give the file another name if it is one more",
            )
