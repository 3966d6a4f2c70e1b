"""Advertisements as a shop sees them: how they did by department, how many each is for, what may not run.

Whatever counts people goes through the ledger, in two tables over the departments that are advertised. In the first a
customer who agreed to advertisements counts where they took most. In the second a customer counts in at most
``_DEPARTMENTS`` departments, once as somebody who was shown an advertisement and once more if they clicked one. Where
somebody counts depends on their own records alone, and not on what a model learned from others.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.ads.consent import Consents
from assistant.ads.features import Goods
from assistant.ads.serving import aimable, read_shown, refused
from assistant.ads.values import Ad, Shown, read_ads
from assistant.errors import InsightsError
from assistant.insights.ledger import Cost, Table
from assistant.insights.noise import noisy, spread
from assistant.insights.records import Records
from assistant.profile.past import read_past

FOR, CLICKED = "ads: who agreed, by department", "ads: shown and clicked"
FOR_COST, CLICKED_COST = Cost(0.3), Cost(0.4)
FOR_EACH, _DEPARTMENTS = 1, 2
CLICKED_EACH = 2 * _DEPARTMENTS
_NONE = (None, None)


@dataclass(frozen=True, slots=True)
class Response:
    """How many customers are one department's, were shown its advertisements, and clicked one; about."""

    department: str
    ads: tuple[Ad, ...]
    # Who agreed to advertisements and took more here than in the other advertised departments; None, as below, where
    # nobody was counted: the department is advertised since the count, or there is nobody to count.
    people: int | None
    shown: int | None
    clicked: int | None


@dataclass(frozen=True, slots=True)
class Campaigns:
    """All of it."""

    # Most clicked first.
    responses: tuple[Response, ...]
    # How far the counts may be off, in 95 of 100 cases: of ``people``, and of ``shown`` and ``clicked``.
    off: tuple[int, int]
    # Advertisement -> the sensitive trait that it touches on: it is shown to nobody.
    refused: Mapping[str, str]
    # The day of the count, ISO 8601.
    counted: str


def campaigns(records: Records, *, fresh: bool = False) -> Campaigns:
    """The shop's advertisements. Both tables are paid for, or neither is.

    Raises ``InsightsError`` where it has none, or nobody to show them to, ``PrivacyError`` at the budget's end.
    """
    ads = read_ads(records.folder)
    if not ads:
        raise InsightsError("The shop has no advertisements", f"Put ads.jsonl into {records.folder}")
    goods = Goods(list(records.products.values()), np.zeros((len(records.products), 0)))
    wrong = refused(ads)
    of = {ad.id: min(parts) for ad in ads if ad.id not in wrong and (parts := goods.about(ad)[1])}
    places = sorted(set(of.values()))
    shown, tables = read_shown(records.folder), list[Table[Any]]()
    if Consents(records.engine, records.folder).everybody():
        tables.append(Table(FOR, FOR_COST, lambda: theirs(records, goods, places), lambda c: _reach(c, places)))
    if shown:
        tables.append(Table(CLICKED, CLICKED_COST, lambda: responded(shown, of), lambda c: _followed(c, places)))
    if not tables:
        raise InsightsError("This shop has no customers yet", "Import customers with `shoptalk import --orders FILE`")
    told = {release.name: release for release in records.ledger.release_all(tables, fresh=fresh)}
    people, clicks = (told[name].value if name in told else {} for name in (FOR, CLICKED))
    responses = [
        Response(place, tuple(ad for ad in ads if of.get(ad.id) == place), people.get(place), *clicks.get(place, _NONE))
        for place in places
    ]
    off = round(spread(FOR_COST.epsilon, FOR_EACH)), round(spread(CLICKED_COST.epsilon, CLICKED_EACH))
    day = min(release.at for release in told.values())[:10]
    return Campaigns(tuple(sorted(responses, key=lambda r: (-(r.clicked or 0), r.department))), off, wrong, day)


def _reach(counts: Mapping[str, int], places: Sequence[str]) -> dict[str, int]:
    found = noisy([counts[place] for place in places], FOR_COST.epsilon, FOR_EACH)
    return {place: max(n, 0) for place, n in zip(places, found, strict=True)}


def _followed(counts: Mapping[tuple[str, bool], int], places: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Department -> customers who were shown an advertisement of it, and who clicked one."""
    cells = [counts[place, clicked] for place in places for clicked in (False, True)]
    found = iter(max(n, 0) for n in noisy(cells, CLICKED_COST.epsilon, CLICKED_EACH))
    return dict(zip(places, zip(found, found, strict=True), strict=True))


def theirs(records: Records, goods: Goods, places: Sequence[str]) -> Counter[str]:
    """Customers who agreed, by the department of ``places`` in which they took most things; each counts once."""
    department = goods.departments
    past = aimable(goods, read_past(records.folder))
    counts: Counter[str] = Counter()
    for customer, agreed in Consents(records.engine, records.folder).everybody().items():
        taken = {act.product_id for act in past.get(customer, ()) if act.kind in ("ordered", "reviewed")}
        own = Counter(department[product] for product in taken if department.get(product) in places)
        if agreed and own:
            counts[min(own, key=lambda place: (-own[place], place))] += 1
    return counts


def responded(shown: Sequence[Shown], of: Mapping[str, str]) -> Counter[tuple[str, bool]]:
    """Customers by department, as shown (False) and as having clicked (True); those clicked count before others.

    ``of``: advertisement -> its department. Which of more departments count follows from the customer's id.
    """
    people: dict[str, dict[str, bool]] = defaultdict(dict)
    for one in shown:
        if place := of.get(one.ad):
            people[one.customer][place] = people[one.customer].get(place, False) or one.clicked
    counts: Counter[tuple[str, bool]] = Counter()
    for customer, clicked in people.items():
        kept = sorted(clicked, key=lambda place: (not clicked[place], _draw(customer, place)))[:_DEPARTMENTS]
        counts.update((place, False) for place in kept)
        counts.update((place, True) for place in kept if clicked[place])
    return counts


def _draw(customer: str, place: str) -> bytes:
    return hashlib.sha256(f"{customer} {place}".encode()).digest()
