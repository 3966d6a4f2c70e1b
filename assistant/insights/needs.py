"""What customers asked for and did not get, and what they look at that is running out.

Both count people, so that both go through the ledger. What was asked for are people's own words: only words that many
share are told of. A person counts once in either table: for what they asked most, and for where they looked most.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.errors import InsightsError
from assistant.insights.ledger import Cost, Table
from assistant.insights.noise import least, noisy, noisy_known, spread
from assistant.insights.records import Records
from assistant.insights.segments import Counted
from assistant.jsonable import from_dict
from assistant.state import Preferences
from assistant.tables import ConversationRow, TurnRow
from retrieval.product import Product

ASKED, LOOKED = "needs: asked for and not found", "needs: looked at and running out"
ASKED_COST, LOOKED_COST = Cost(0.75, 1e-5), Cost(0.5)
EACH = 1
# Units on hand at which a thing is running out.
_FEW = 2
# Kinds of things running out that are counted, those with the most such products; each more hides all of them more.
_KINDS = 40
# What a log calls it when somebody looks at a product.
_LOOKS = ("view", "cart", "order")
_NO = re.compile(r"[^\w\s.'’-]+")
_LONGEST = 6


@dataclass(frozen=True, slots=True)
class Hint:
    """A kind of thing that people look at while it runs out."""

    kind: str
    people: Counted
    # Ids of its products of which two or fewer are left, out of so many in all.
    short: tuple[str, ...]
    all: int


@dataclass(frozen=True, slots=True)
class Needs:
    """What is asked for in vain, the most wanted first."""

    asked: tuple[Counted, ...]
    # A need is told of only where about so many people share it.
    least: int
    stock: tuple[Hint, ...]
    # Kinds of things that began to run out after the count: of these nobody was counted.
    since: tuple[str, ...]
    # The day of the count, ISO 8601.
    counted: str


def needs(records: Records, *, fresh: bool = False) -> Needs:
    """Unmet needs and stock hints of a shop, both or neither where the budget ends.

    Raises ``InsightsError`` where nobody searched, talked or looked, ``PrivacyError`` at the budget.
    """
    short = _short(records)
    kinds = sorted(short, key=lambda k: (-len(short[k]), k))[:_KINDS]
    tables: list[Table[Any]] = []
    if _asks(records):
        tables.append(
            Table(
                ASKED,
                ASKED_COST,
                lambda: asked_counts(unmet(records)),
                lambda counts: noisy_known(counts, ASKED_COST.epsilon, ASKED_COST.delta, EACH),
            )
        )
    if kinds and any(row.get("kind") in _LOOKS for row in records.clicks()):
        place = {id_: n for n, kind in enumerate(kinds) for id_ in short[kind]}
        tables.append(
            Table(
                LOOKED,
                LOOKED_COST,
                lambda: looked_counts(records.clicks(), place, len(kinds)),
                lambda counts: dict(zip(kinds, noisy(counts, LOOKED_COST.epsilon, EACH), strict=True)),
            )
        )
    if not tables:
        raise InsightsError(
            "This shop has no conversations and no log of searches yet",
            "Talk with `shoptalk web`, or put clicks.jsonl into the shop's folder",
        )
    told = {release.name: release for release in records.ledger.release_all(tables, fresh=fresh)}
    wide = spread(ASKED_COST.epsilon, EACH)
    asked: Mapping[str, int] = told[ASKED].value if ASKED in told else {}
    found = [_counted(what, n, wide) for what, n in sorted(asked.items(), key=lambda w: (-w[1], w[0]))]
    looked: Mapping[str, int] = told[LOOKED].value if LOOKED in told else {}
    since = tuple(kind for kind in kinds if kind not in looked) if looked else ()
    rarest = least(ASKED_COST.epsilon, ASKED_COST.delta, EACH)
    day = min(release.at for release in told.values())[:10]
    return Needs(tuple(found), rarest, _hints(records, short, looked), since, day)


def _asks(records: Records) -> bool:
    """Whether anybody talked or searched."""
    with Session(records.engine) as session:
        if session.scalar(select(TurnRow.number).limit(1)) is not None:
            return True
    return any(row.get("kind") == "search" for row in records.clicks())


def unmet(records: Records) -> Iterator[tuple[str, str]]:
    """(person, what they asked for) of each search and turn that found nothing; a visitor counts as their talk."""
    rows = list(records.clicks())
    whose = _signed_in(rows)
    for row in rows:
        if row.get("kind") == "search" and row.get("results") == 0 and (asked := plain(str(row.get("query", "")))):
            yield _person(row, whose), asked
    with Session(records.engine) as session:
        query = select(TurnRow.body, TurnRow.conversation, ConversationRow.customer).join(
            ConversationRow, ConversationRow.id == TurnRow.conversation
        )
        for body, conversation, customer in session.execute(query):
            if asked := _in_vain(json.loads(body)):
                yield customer or f"talk {conversation}", asked


def _in_vain(turn: Mapping[str, Any]) -> str:
    """What a turn asked for, where it found nothing that fits; "" for any other turn."""
    said, reply = turn["understanding"], turn["reply"]
    # A turn that waits for an answer has not looked yet.
    if said["intent"] not in ("find", "refine") or reply["shown"] or reply.get("pending"):
        return ""
    preferences = from_dict(Preferences, turn["preferences"])
    wished = [
        str(w.value)
        for slot in ("feature", "brand", "category")
        for w in preferences.of(slot)
        if w.hard or slot == "category"
    ]
    return plain(" ".join(dict.fromkeys(wished)))


def plain(query: str) -> str:
    """A search as it is counted: small letters, no signs, no longer than six words."""
    return " ".join(_NO.sub(" ", query.casefold()).split()[:_LONGEST])


def asked_counts(asked: Iterator[tuple[str, str]]) -> dict[str, int]:
    """People by what they asked for most, of equally frequent things the first by name. Everybody adds 1."""
    by_person: dict[str, Counter[str]] = defaultdict(Counter)
    for person, what in asked:
        by_person[person][what] += 1
    return dict(Counter(min(c, key=lambda w: (-c[w], w)) for c in by_person.values()))


def _short(records: Records) -> dict[str, list[str]]:
    """Kinds of things -> ids of their products that run out."""
    short: dict[str, list[str]] = defaultdict(list)
    for id_, product in records.products.items():
        if (group := records.groups.get(id_, "")) and _runs_out(product):
            short[group].append(id_)
    return short


def _hints(records: Records, short: Mapping[str, list[str]], looked: Mapping[str, int]) -> tuple[Hint, ...]:
    """People as they were counted, beside what runs out now: of what was ordered again there is nothing to say."""
    many = Counter(records.groups.values())
    wide, loud = spread(LOOKED_COST.epsilon, EACH), EACH / LOOKED_COST.epsilon * log(max(len(looked), 1) / 0.1)
    hints = [
        Hint(kind, _counted(kind, n, wide), tuple(short[kind]), many[kind])
        for kind, n in looked.items()
        if n >= loud and kind in short
    ]
    return tuple(sorted(hints, key=lambda h: (-h.people.people, h.kind)))


def _signed_in(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Session -> the customer who signed in during it: what came before is theirs as well."""
    return {str(row.get("session")): str(row["customer_id"]) for row in rows if row.get("customer_id")}


def _person(row: Mapping[str, Any], whose: Mapping[str, str]) -> str:
    session = str(row.get("session"))
    return str(row.get("customer_id") or whose.get(session) or f"session {session}")


def looked_counts(clicks: Iterator[Mapping[str, Any]], place: Mapping[str, int], kinds: int) -> list[int]:
    """People by the kind of thing running out that they looked at most. Everybody adds 1 at most."""
    by_person: dict[str, Counter[int]] = defaultdict(Counter)
    rows = list(clicks)
    whose = _signed_in(rows)
    for row in rows:
        kind = place.get(str(row.get("product_id", "")))
        if kind is not None and row.get("kind") in _LOOKS:
            by_person[_person(row, whose)][kind] += 1
    counts = Counter(min(c, key=lambda k: (-c[k], k)) for c in by_person.values())
    return [counts[n] for n in range(kinds)]


def _runs_out(product: Product) -> bool:
    stocks = [v.stock for v in product.variants if v.stock is not None]
    stock = sum(stocks) if stocks else product.stock
    return stock is not None and stock <= _FEW


def _counted(what: str, people: int, wide: float) -> Counted:
    return Counted(what, max(people, 0), max(round(people - wide), 0), max(round(people + wide), 0), 0.0)
