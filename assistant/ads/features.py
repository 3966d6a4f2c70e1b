"""What is known when an advertisement may be shown: of the customer, of the advertisement, and of the two together."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log, log1p

import numpy as np

from assistant.ads.values import Ad, Shown
from assistant.profile.past import CONTENT, Act, ActKind
from retrieval.product import Product

# What an act says beside a purchase; a product counts once, by the most that was done with it.
_WEIGHTS: Mapping[ActKind, float] = {"ordered": 1.0, "reviewed": 1.0, "carted": 0.4, "viewed": 0.25}
# Acts, and showings, that a share is pulled towards everybody's by.
_ACTS, _SHOWINGS = 4.0, 12.0
_ALL = ("all",)
NAMES = (
    "share of what they do that is of the theme",
    "the same squared",
    "more of the theme than others",
    "more of these very products than others",
    "how much they do",
    "how much of the theme",
    "likeness of text to what they took",
    "sentiment towards the theme",
    "clicks on the advertisement",
    "clicks of their segment in the theme",
    "shown to them before",
    "clicked by them before",
)


@dataclass(frozen=True, slots=True)
class Goods:
    """A shop's products as advertising sees them; ``vectors`` are (products, dimension), rows of length 1."""

    products: Sequence[Product]
    vectors: np.ndarray

    @property
    def departments(self) -> dict[str, str]:
        """Product id -> the first part of its category."""
        return {p.id: _parts(p)[0] for p in self.products}

    def about(self, ad: Ad) -> tuple[frozenset[str], frozenset[str]]:
        """The products that an advertisement is for, and the departments that they stand in."""
        name = ad.about.casefold()
        found = [p for p in self.products if name in (*map(str.casefold, _parts(p)), p.brand.casefold())]
        return frozenset(p.id for p in found), frozenset(_parts(p)[0] for p in found)


def _parts(product: Product) -> list[str]:
    return [part.strip() for part in (product.category or "").split(">")] or [""]


@dataclass(frozen=True, slots=True)
class Theme:
    """What an advertisement is for."""

    narrow: frozenset[str]
    departments: frozenset[str]
    # Of length 1.
    vector: np.ndarray


class Known:
    """What customers did, and what became of advertisements so far; ``note`` adds to the latter as time goes on."""

    def __init__(
        self,
        goods: Goods,
        themes: Mapping[str, Theme],
        past: Mapping[str, Sequence[Act]],
        segments: np.ndarray,
        until: str,
    ) -> None:
        """``segments``: centres of customers' shares by department, (segments, departments).

        What everybody does is taken from before the day of ``until`` (ISO 8601).
        """
        self._until = until
        self._themes = themes
        self._past = past
        self._times = {customer: [act.time[:10] for act in acts] for customer, acts in past.items()}
        self._department = goods.departments
        self._place = {product.id: n for n, product in enumerate(goods.products)}
        self._vectors = goods.vectors
        self._centre = goods.vectors.mean(0)
        self.departments = sorted(set(self._department.values()))
        self._segments = segments
        self._counts: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])

    @cached_property
    def _common(self) -> tuple[Mapping[str, float], Mapping[str, float]]:
        """What everybody did before ``until``, by department and by product."""
        wide, narrow = defaultdict[str, float](float), defaultdict[str, float](float)
        for customer in self._past:
            for product, weight in self._done(self._before(customer, self._until)).items():
                wide[self._department[product]] += weight
                narrow[product] += weight
        return wide, narrow

    def _done(self, acts: Sequence[Act]) -> dict[str, float]:
        """Product -> the most that was done with it."""
        found: dict[str, float] = {}
        for act in acts:
            if act.product_id in self._department:
                found[act.product_id] = max(found.get(act.product_id, 0.0), _WEIGHTS[act.kind])
        return found

    def note(self, shown: Shown) -> None:
        """Remembers what became of one."""
        for key in (*self._keys(shown.customer, shown.ad, shown.time), _ALL):
            self._counts[key][0] += 1
            self._counts[key][1] += shown.clicked

    def of(self, customer: str, ad: str, time: str) -> list[float]:
        """The values of ``NAMES`` for showing ``ad`` at ``time``, from what was before that day or is noted."""
        theme, acts = self._themes[ad], self._before(customer, time)
        wide, narrow = self._common
        total = sum(wide.values()) or 1.0
        weights = self._done(acts)
        within = [self._department.get(act.product_id) in theme.departments for act in acts]
        done = sum(weights.values())
        here = sum(w for product, w in weights.items() if self._department[product] in theme.departments)
        exact = sum(w for product, w in weights.items() if product in theme.narrow)
        in_theme = [act for act, inside in zip(acts, within, strict=True) if inside]
        share = here / max(done, min(_WEIGHTS.values()))
        advertisement, segment, pair = self._keys(customer, ad, time)
        return [
            share,
            share**2,
            _lift(here, done, sum(wide[d] for d in theme.departments) / total),
            _lift(exact, done, sum(narrow[p] for p in theme.narrow) / total),
            log1p(done),
            log1p(here),
            self._likeness(list(weights), theme),
            _sentiment(in_theme),
            self._clicks(advertisement),
            self._clicks(segment),
            log1p(self._counts[pair][0]),
            float(self._counts[pair][1]),
        ]

    def shares(self, customer: str, time: str) -> np.ndarray:
        """How what somebody does is spread over the departments, pulled towards everybody's: (departments,)."""
        wide, _ = self._common
        total = sum(wide.values()) or 1.0
        found = {d: _ACTS * wide[d] / total for d in self.departments}
        for product, weight in self._done(self._before(customer, time)).items():
            found[self._department[product]] += weight
        values = np.array([found[d] for d in self.departments])
        return np.asarray(values / values.sum())

    def _before(self, customer: str, time: str) -> Sequence[Act]:
        return self._past.get(customer, ())[: bisect_left(self._times.get(customer, []), time[:10])]

    def _keys(self, customer: str, ad: str, time: str) -> tuple[tuple[str, ...], ...]:
        theme = "+".join(sorted(self._themes[ad].departments))
        return ("ad", ad), ("segment", str(self.segment(customer, time)), theme), ("pair", customer, ad)

    def segment(self, customer: str, time: str) -> int:
        """The segment whose centre is nearest."""
        return int(((self._segments - self.shares(customer, time)) ** 2).sum(1).argmin()) if len(self._segments) else 0

    def _clicks(self, key: tuple[str, ...]) -> float:
        """The log odds of a click, pulled towards everybody's."""
        shown, clicked = self._counts[key]
        everything = self._counts[_ALL]
        base = (everything[1] + 1) / (everything[0] + 15)
        rate = (clicked + _SHOWINGS * base) / (shown + _SHOWINGS)
        return log(rate / (1 - rate))

    def _likeness(self, products: Sequence[str], theme: Theme) -> float:
        """How much nearer what they took is to the text than what the shop has."""
        places = [self._place[product] for product in products]
        return float((self._vectors[places].mean(0) - self._centre) @ theme.vector) if places else 0.0


def _lift(here: float, done: float, share: float) -> float:
    """How much more of what somebody does is here than of what everybody does, as a logarithm."""
    return log((here + _ACTS * share) / (done + _ACTS) / share) if share else 0.0


def _sentiment(acts: Sequence[Act]) -> float:
    """Stars above or below content that somebody gave to what a theme sells, less the fewer they are."""
    stars = [act.rating - CONTENT for act in acts if act.rating is not None]
    return sum(stars) / (len(stars) + 2.0)
