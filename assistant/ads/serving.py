"""Which advertisements somebody may be shown now, the likeliest click first; and which may be shown to nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine

from assistant.ads.clicking import known_at, learn
from assistant.ads.consent import Consents
from assistant.ads.features import Goods, Theme
from assistant.ads.limits import STANDARD, Limits
from assistant.ads.values import Ad, AdsError, Shown, read_ads, shown_in
from assistant.profile.past import CLICKS, Act, read_past
from assistant.profile.sensitive import trait
from retrieval import catalogue
from retrieval.embed import Embedder, open_embedder
from retrieval.errors import RowsError
from retrieval.jsonlines import read_rows

_ROW = 'Write {"id": ..., "customer": ...}'


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody may be shown now."""

    # Ids with the probability of a click, the likeliest first.
    ads: tuple[tuple[str, float], ...]
    # Why each of the others may not be shown; "" stands for all of them.
    held_back: Mapping[str, str]


class AdServer:
    """One shop's advertisements, and what was learned from those that were shown."""

    def __init__(
        self,
        ads: Sequence[Ad],
        goods: Goods,
        themes: Mapping[str, Theme],
        past: Mapping[str, Sequence[Act]],
        shown: Sequence[Shown],
        consents: Mapping[str, bool],
        limits: Limits = STANDARD,
    ) -> None:
        """Learns at once; raises ``AdsError`` where too little was shown. ``consents`` as ``Consents.everybody``."""
        self.limits = limits
        self.refused = refused(ads, goods)
        self.ads = [ad for ad in ads if ad.id not in self.refused and ad.id in themes]
        self._consents = consents
        acts = aimable(goods, past)
        seen = [s for s in shown if s.ad in themes]
        until = seen[-1].time if seen else ""
        rows, self._known = known_at(seen, goods, themes, acts, until)
        self._weights = learn(rows, np.array([s.clicked for s in seen], dtype=float))
        # Advertisement that may run -> the department it is for, the first by name of several.
        self.departments = {ad.id: min(themes[ad.id].departments) for ad in self.ads}
        # By customer, oldest first.
        self.shown: dict[str, list[Shown]] = defaultdict(list)
        # Those no longer among the advertisements count as well.
        for one in shown:
            self.shown[one.customer].append(one)

    def choose(self, customer: str, now: datetime, k: int) -> Chosen:
        """Up to ``k`` advertisements for ``customer`` at ``now`` (without a time zone, as the shop's log has it)."""
        if not self._consents.get(customer, False):
            return Chosen((), {"": "did not agree to advertisements"})
        left, held = [], {id_: f"touches on {name}" for id_, name in self.refused.items()}
        for ad in self.ads:
            reason = self.limits.hold_back(ad.id, now, self.shown.get(customer, ()))
            if reason is None:
                left.append(ad.id)
            else:
                held[ad.id] = reason
        if not left:
            return Chosen((), held)
        rows = np.array([self._known.of(customer, id_, now.isoformat()) for id_ in left])
        chances = self._weights.chances(rows)
        best = sorted(zip(left, chances.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))
        best = best[: min(k, self.limits.left_today(now, self.shown.get(customer, ())))]
        return Chosen(tuple(best), held)

    def give(self, shown: Shown) -> None:
        """Counts one against the limits from now on; how it is followed is not known yet."""
        self.shown[shown.customer].append(shown)

    def note(self, shown: Shown) -> None:
        """Remembers that one was shown, and whether it was clicked."""
        self.give(shown)
        self._known.note(shown)


def refused(ads: Iterable[Ad], goods: Goods | None = None) -> dict[str, str]:
    """Advertisements that touch on a sensitive trait -> the trait: by their words, or by most of what they are for."""
    found = {}
    for ad in ads:
        if name := trait(ad.about, ad.text) or (_trait_of(ad, goods) if goods else None):
            found[ad.id] = name
    return found


def _trait_of(ad: Ad, goods: Goods) -> str | None:
    """The trait that at least half of the products of an advertisement touch on: a maker of toys names none."""
    for_, _ = goods.about(ad)
    traits = [name for p in goods.products if p.id in for_ and (name := trait(p.category or "", p.title))]
    return traits[0] if traits and 2 * len(traits) >= len(for_) else None


def aimable(goods: Goods, past: Mapping[str, Sequence[Act]]) -> dict[str, list[Act]]:
    """What customers did, without what touches on a sensitive trait: nothing may be aimed by that."""
    kept = {p.id for p in goods.products if not trait(p.category or "", p.title)}
    return {customer: [act for act in acts if act.product_id in kept] for customer, acts in past.items()}


def themes_of(ads: Sequence[Ad], goods: Goods, embedder: Embedder) -> dict[str, Theme]:
    """Advertisement -> its theme; one that is about nothing the shop sells is left out."""
    vectors = embedder.encode([f"{ad.about}. {ad.text}" for ad in ads]) if ads else ()
    found = {ad.id: Theme(*goods.about(ad), vector) for ad, vector in zip(ads, vectors, strict=True)}
    return {id_: theme for id_, theme in found.items() if theme.narrow}


def read_goods(folder: Path, embedder: Embedder) -> Goods:
    """The products of the shop in ``folder``; their titles are embedded, some seconds for a thousand."""
    products = [entry.product for entry in catalogue.load(folder).entries]
    return Goods(products, embedder.encode([product.title for product in products]))


def read_shown(folder: Path) -> list[Shown]:
    """What the log beside the shop tells of advertisements."""
    log = next((folder / name for name in CLICKS if (folder / name).is_file()), None)
    return shown_in(read_rows(log) if log else ())


def open_ads(folder: Path, engine: Engine, embedder: Embedder | None = None) -> AdServer:
    """The advertisements of the shop in ``folder``, whose conversations are kept in ``engine``.

    Raises ``AdsError`` where the shop has none, or too few that were clicked to learn from.
    """
    if not (ads := read_ads(folder)):
        raise AdsError(f"There are no advertisements beside the shop in {folder}", "Put ads.jsonl there")
    embedder = embedder or open_embedder(None)
    goods = read_goods(folder, embedder)
    themes = themes_of(ads, goods, embedder)
    return AdServer(ads, goods, themes, read_past(folder), read_shown(folder), Consents(engine, folder).everybody())


def check_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    """Raises RowsError with every row that names no customer, counted from 1."""
    faults = [
        f"row {number} names no id and customer. {_ROW}."
        for number, row in enumerate(rows, 1)
        if not all(isinstance(row.get(name), str | int) for name in ("id", "customer"))
    ]
    if faults:
        raise RowsError(faults)


def choose_rows(rows: Iterable[Mapping[str, Any]], server: AdServer, now: datetime, k: int) -> Iterator[dict[str, Any]]:
    """A row ``{"id", "ads", "chances", "held_back"}`` for each ``{"id", "customer"}``, in order.

    What a row gets counts against the limits of those after it, so that they hold over all of ``rows``.
    """
    for row in rows:
        customer = str(row["customer"])
        chosen = server.choose(customer, now, k)
        for id_, _ in chosen.ads:
            server.give(Shown(now.isoformat(), customer, id_, False))
        ids = [id_ for id_, _ in chosen.ads]
        chances = [round(chance, 6) for _, chance in chosen.ads]
        yield {"id": row["id"], "ads": ids, "chances": chances, "held_back": dict(chosen.held_back)}
