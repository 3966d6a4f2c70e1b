"""Segments: groups of customers who buy alike, named by what sets them apart.

Two counts leave, together or not at all. The first counts customers by the two themes in which they took most; the
segments are made of it alone, and a customer's segment is that of their own pair. The second counts, within each
segment, how dear they buy, their first kind of thing and their strongest taste. Nothing in either may rest on a
sensitive trait. What was counted is shown with the themes and columns that the shelf had then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Any, NamedTuple

from assistant.errors import InsightsError
from assistant.insights.clusters import Grouping, grouped
from assistant.insights.ledger import Cost
from assistant.insights.noise import noisy, spread
from assistant.insights.records import Records
from assistant.insights.themes import Themes, taken, themes
from assistant.profile.sensitive import rests_on, trait
from assistant.profile.tastes import Profile
from assistant.profile.traits import traits

SEGMENTS = "segments"
PAIRS_COST, TASTES_COST = Cost(1.0), Cost(1.0)
SEGMENTS_COST = Cost(PAIRS_COST.epsilon + TASTES_COST.epsilon)
# Customers are in one pair; in the second table each adds a price level, a kind of thing and a taste.
PAIRS_EACH, TASTES_EACH = 1, 3
# Below so many customers the noise hides what there is.
_PEOPLE = 100
# Where customers buy: the cheapest of what there is is 0, the dearest 1.
LEVELS = ("cheaper things", "middling prices", "dearer things")
_CHEAP, _DEAR = 0.4, 0.6
# Kinds of things looked at in a segment, and tastes in all: each more makes all of them harder to tell from noise.
_KINDS, _TASTES = 12, 24
# A theme belongs to a segment's name where this share of it has it among their two.
_NAMED = 0.3


@dataclass(frozen=True, slots=True)
class Counted:
    """One noisy count of customers."""

    what: str
    people: int
    # Where the true count lies in 95 of 100 cases.
    low: int
    high: int
    # Its share of the segment, 0 to 1.
    share: float


class Part(NamedTuple):
    """A theme, and the share of a segment's customers who take most, or second most, in it."""

    what: str
    # 0 to 1.
    share: float


@dataclass(frozen=True, slots=True)
class Segment:
    """Customers who buy alike."""

    # "Kitchen and Home".
    name: str
    customers: Counted
    # The largest first.
    themes: tuple[Part, ...]
    # By LEVELS.
    prices: tuple[Counted, ...]
    # Only what is more than noise: kinds of things that come first, tastes such as "colour: navy".
    kinds: tuple[Counted, ...]
    tastes: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Segments:
    """All of them, and what they rest on."""

    segments: tuple[Segment, ...]
    # The themes of the shop, and each pair's segment: what ``place`` reads.
    themes: Themes
    grouping: Grouping
    # What was left out -> the sensitive trait it touches on.
    refused: Mapping[str, str]
    # The day of the count, ISO 8601.
    counted: str

    def place(self, profile: Profile) -> int | None:
        """The number of the segment that a customer is in; None for somebody who took nothing yet."""
        cell = self.themes.cell(profile)
        return None if cell is None else self.grouping.of[cell]


def segments(records: Records, everybody: Callable[[], Sequence[Profile]], *, fresh: bool = False) -> Segments:
    """The segments of a shop. ``everybody`` gives all profiles, and is called only where people have to be counted.

    Raises ``InsightsError`` where there are too few customers or themes, ``PrivacyError`` at the budget.
    """
    found = themes(records.products.values())

    def exact() -> Sequence[Profile]:
        who = everybody()
        if not any(pair_counts(who, found)):
            raise _few("there are none")
        return who

    told = records.ledger.release(
        SEGMENTS, SEGMENTS_COST, exact, lambda who: _drawn(who, found, records).to_dict(), fresh=fresh
    )
    drawn = _Drawn(**told.value)
    if not drawn.columns:
        raise _few("this shop has fewer")
    then = found.named(drawn.themes)
    return _described(then, drawn, told.at[:10])


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What leaves: both noisy tables, and what their rows are."""

    themes: tuple[str, ...]
    # By ``Themes.cell``.
    pairs: list[int]
    # None, as the second table, where there are too few customers.
    columns: dict[str, Any] | None
    tastes: list[int]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"themes": self.themes, "pairs": self.pairs, "columns": self.columns, "tastes": self.tastes}

    def grouping(self) -> Grouping:
        """The segments that the first table makes."""
        return grouped(self.pairs, len(self.themes), PAIRS_EACH / PAIRS_COST.epsilon)


def _drawn(who: Sequence[Profile], found: Themes, records: Records) -> _Drawn:
    """Both tables, the second by the segments of the first: together they spend the sum of what each does."""
    pairs = noisy(pair_counts(who, found), PAIRS_COST.epsilon, PAIRS_EACH)
    first = _Drawn(found.names, pairs, None, [])
    if sum(pairs) < _PEOPLE:
        return first
    grouping = first.grouping()
    columns = Columns.of(records, found, grouping, pairs)
    counts = taste_counts(who, found, grouping, columns, records.groups)
    tastes = noisy(counts, TASTES_COST.epsilon, TASTES_EACH)
    return replace(first, columns={"kinds": columns.kinds, "tastes": columns.tastes}, tastes=tastes)


def _few(those: str) -> InsightsError:
    return InsightsError(
        f"Segments need about {_PEOPLE} customers who bought something, and {those}",
        "Import more orders or reviews with customer ids",
    )


def pair_counts(profiles: Sequence[Profile], found: Themes) -> list[int]:
    """Customers by their pair of themes, as ``Themes.cell`` numbers them. Everybody adds 1 at most."""
    counts = Counter(found.cell(profile) for profile in profiles)
    return [counts[cell] for cell in range(len(found.names) ** 2)]


@dataclass(frozen=True, slots=True)
class Columns:
    """What the second table counts in each segment: chosen by the shelf and the first table, not by people."""

    # By segment: the categories looked at.
    kinds: tuple[tuple[str, ...], ...]
    # "colour:navy": entries of profiles, the same in each segment.
    tastes: tuple[str, ...]

    @classmethod
    def of(cls, records: Records, found: Themes, grouping: Grouping, table: Sequence[int]) -> Columns:
        """The commonest on the shelf: kinds of a segment's leading themes, and tastes."""
        groups: dict[int, Counter[str]] = {}
        common: Counter[str] = Counter()
        for id_, product in records.products.items():
            if id_ in found.of and (group := records.groups.get(id_, "")) and not trait(group):
                groups.setdefault(found.of[id_], Counter())[group] += 1
            common.update(t.entry for t in traits(product))
        kinds = []
        for segment in range(max(grouping.of) + 1):
            leading = [n for n, share in _shares(found, grouping, table, segment).items() if share >= _NAMED]
            of_them: Counter[str] = Counter()
            for theme in leading:
                of_them.update(groups.get(theme, {}))
            kinds.append(tuple(sorted(group for group, _ in of_them.most_common(_KINDS))))
        tastes = [entry for entry, _ in common.most_common(4 * _TASTES) if not trait(entry)]
        return cls(tuple(kinds), tuple(sorted(tastes[:_TASTES])))

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Columns:
        """As a release has them."""
        return cls(tuple(map(tuple, found["kinds"])), tuple(found["tastes"]))

    @property
    def all(self) -> list[str]:
        """A name for each column of each segment, in the order of the table."""
        return [
            f"{segment}|{what}"
            for segment, kinds in enumerate(self.kinds)
            for what in (*LEVELS, *(f"kind {k}" for k in kinds), *(f"taste {t}" for t in self.tastes))
        ]


def taste_counts(
    profiles: Sequence[Profile], found: Themes, grouping: Grouping, columns: Columns, groups: Mapping[str, str]
) -> list[int]:
    """Customers by what ``columns`` name. Everybody adds 1 to each of three counts at most."""
    counts: Counter[str] = Counter()
    for profile in profiles:
        cell = found.cell(profile)
        if cell is not None:
            segment = grouping.of[cell]
            counts.update(f"{segment}|{what}" for what in _said(profile, columns, segment, groups))
    return [counts[name] for name in columns.all]


def _said(profile: Profile, columns: Columns, segment: int, groups: Mapping[str, str]) -> list[str]:
    found = []
    level = next((t.strength for t in profile.tastes if t.about == ("price", "all")), None)
    if level is not None:
        found.append(LEVELS[(level >= _CHEAP) + (level > _DEAR)])
    bought = Counter(groups.get(p, "") for p in taken(profile))
    kinds = [k for k in columns.kinds[segment] if bought[k]]
    if kinds:
        found.append(f"kind {max(kinds, key=lambda k: (bought[k], k))}")
    # Sorted by strength already.
    tastes = (t.id for t in profile.tastes if t.likes and t.id in columns.tastes and not rests_on(t))
    return [*found, *(f"taste {entry}" for entry in list(tastes)[:1])]


def _described(found: Themes, drawn: _Drawn, day: str) -> Segments:
    grouping, table, told = drawn.grouping(), drawn.pairs, drawn.tastes
    columns = Columns.from_dict(drawn.columns or {})
    counts = dict(zip(columns.all, told, strict=True))
    # What the largest noise of so many empty counts stays below in 19 of 20 cases.
    loud = TASTES_EACH / TASTES_COST.epsilon * log(len(told) / 0.1)
    described, names = [], set[str]()
    for segment, kinds in enumerate(columns.kinds):
        cells = [n for n, label in enumerate(grouping.of) if label == segment]
        people = max(sum(table[n] for n in cells), 1)
        size = _counted("customers", people, spread(PAIRS_COST.epsilon, PAIRS_EACH, len(cells)), max(sum(table), 1))
        shares = sorted(_shares(found, grouping, table, segment).items(), key=lambda s: -s[1])
        by_theme = tuple(Part(found.names[n], share) for n, share in shares if share > 0)
        wide = spread(TASTES_COST.epsilon, TASTES_EACH)
        prices = [_counted(level, counts[f"{segment}|{level}"], wide, people) for level in LEVELS]
        every = [_counted(_last(k), counts[f"{segment}|kind {k}"], wide, people) for k in kinds]
        tastes = [_counted(t.replace(":", ": "), counts[f"{segment}|taste {t}"], wide, people) for t in columns.tastes]
        name = _name(by_theme, names)
        names.add(name)
        described.append(Segment(name, size, by_theme, tuple(prices), _loud(every, loud), _loud(tastes, loud)))
    return Segments(tuple(described), found, grouping, found.refused, day)


def _counted(what: str, people: int, wide: float, of: int) -> Counted:
    """A noisy count, which may be below 0, as it is told."""
    return Counted(
        what, max(people, 0), max(round(people - wide), 0), max(round(people + wide), 0), max(people, 0) / of
    )


def _loud(counts: Sequence[Counted], loud: float) -> tuple[Counted, ...]:
    """Those that are more than noise, the largest first."""
    return tuple(sorted((c for c in counts if c.people >= loud), key=lambda c: -c.people))


def _last(category: str) -> str:
    return category.split(">")[-1].strip()


def _shares(found: Themes, grouping: Grouping, table: Sequence[int], segment: int) -> dict[int, float]:
    """Theme -> the share of a segment that takes most or second most in it, from the noisy table."""
    of = {n: max(table[n], 0) for n, label in enumerate(grouping.of) if label == segment}
    people = max(sum(of.values()), 1)
    size = len(found.names)
    return {t: sum(n for cell, n in of.items() if t in divmod(cell, size)) / people for t in range(size)}


def _name(shares: Sequence[Part], taken_already: set[str]) -> str:
    """The themes that most of a segment has; as many as make the name its own."""
    plain = [(_last(what), share) for what, share in shares]
    least = next((n for n, (_, share) in enumerate(plain) if share < _NAMED), len(plain))
    for many in range(max(min(least, 2), 1), len(plain) + 1):
        name = " and ".join(", ".join(w for w, _ in plain[:many]).rsplit(", ", 1))
        if name not in taken_already:
            return name
    return f"Segment {len(taken_already) + 1}"
