"""What a shop recommends to a customer, or to a history: the next item, learnt from the shop's own past.

The weights are learnt once and kept beside the shop, in ``FILE``, until its products or its past change; they are
a few numbers about everybody and nothing about anybody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.profile.content import Content
from assistant.profile.habits import COLUMNS, Habits, Step
from assistant.profile.past import CONTENT, Act, read_past
from assistant.profile.sequence import NextItem, prior, teachable, weigh
from retrieval import catalogue, vectors
from retrieval.errors import RowsError
from retrieval.product import Product

FILE = "next_item.json"
# Items of a history that a step looks back at.
_BACK = 10
_ROW = 'Write {"id": ..., "history": [product id...]} or {"id": ..., "customer": ...}'


@dataclass(frozen=True, slots=True)
class Liked:
    """What somebody had, oldest first, and what they want no more of; places among the products."""

    history: tuple[int, ...] = ()
    unwanted: tuple[int, ...] = ()


class Recommender:
    """A shop's products, its past and the model learnt from it."""

    def __init__(self, ids: Sequence[str], model: NextItem, people: Mapping[str, Liked]) -> None:
        self.ids = ids
        self.model = model
        self._people = people
        self._places = {id_: place for place, id_ in enumerate(ids)}

    def liked(self, customer: str | None, history: Iterable[str] = ()) -> Liked:
        """What ``customer`` had, then ``history``; nothing of a customer nobody knows, no product no longer sold."""
        known = self._people.get(customer, Liked()) if customer is not None else Liked()
        more = tuple(self._places[id_] for id_ in history if id_ in self._places)
        return Liked((*known.history, *more), known.unwanted)

    def recommend(self, asked: Sequence[Liked], k: int) -> Iterator[list[tuple[str, float]]]:
        """For each up to ``k`` products, best first, with their scores, which compare within one list alone."""
        histories = [liked.history[-_BACK:] for liked in asked]
        for liked, scores in zip(asked, self.model.scores(histories), strict=True):
            open_ = np.ones(len(scores), dtype=bool)
            open_[list(liked.unwanted)] = False
            best = [p for p in np.argsort(-scores, kind="stable").tolist() if open_[p]][:k]
            yield [(self.ids[place], float(scores[place])) for place in best]


def open_recommender(folder: Path) -> Recommender:
    """The shop in ``folder``; learns its weights where they are not kept. Raises ShopError where it cannot be read."""
    shop = catalogue.load(folder)
    products = [entry.product for entry in shop.entries]
    ids = [product.id for product in products]
    places = {id_: place for place, id_ in enumerate(ids)}
    past = read_past(folder)
    steps = steps_of(past, places)
    content = describe_products(folder, shop.meta.get("embedder", ""), products)
    weights = _kept_weights(folder, steps, content, ids)
    # Without a past, what others rated often is the best known of what sells.
    sold = None if steps else np.array([product.rating_count for product in products], dtype=np.float32)
    people = {customer: _liked(acts, places) for customer, acts in past.items()}
    return Recommender(ids, NextItem(Habits(steps, content, sold), weights), people)


def recommend_rows(rows: Sequence[Mapping[str, Any]], recommender: Recommender, k: int) -> Iterator[dict[str, Any]]:
    """A row ``{"id", "products", "scores"}`` for each ``{"id", "history"}`` or ``{"id", "customer"}``, in order."""
    asked = [
        recommender.liked(
            None if row.get("customer") is None else str(row["customer"]), map(str, row.get("history") or ())
        )
        for row in rows
    ]
    for row, found in zip(rows, recommender.recommend(asked, k), strict=True):
        yield {
            "id": row["id"],
            "products": [id_ for id_, _ in found],
            "scores": [round(score, 6) for _, score in found],
        }


def check_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    """Raises RowsError with every row that asks nothing, counted from 1."""
    faults = [f"row {number}: {fault}. {_ROW}." for number, row in enumerate(rows, 1) if (fault := _fault(row))]
    if faults:
        raise RowsError(faults)


def _fault(row: Mapping[str, Any]) -> str:
    def is_id(value: object) -> bool:
        return isinstance(value, (str, int)) and not isinstance(value, bool)

    if not is_id(row.get("id")):
        return "there is no id, or one that is neither text nor a whole number"
    history, customer = row.get("history"), row.get("customer")
    if history is None and customer is None:
        return f"{row['id']!r} has neither a history nor a customer"
    if history is not None and not (isinstance(history, list) and all(map(is_id, history))):
        return f"the history of {row['id']!r} is not a list of product ids"
    if customer is not None and not is_id(customer):
        return f"the customer of {row['id']!r} is not an id"
    return ""


def describe_products(folder: Path, embedder: str, products: Sequence[Product]) -> Content:
    """The products as texts, with the vectors that the model named ``embedder`` made; "" is a shop without any."""
    ids = [product.id for product in products]
    brands = [product.brand for product in products]
    return Content([_text(product) for product in products], _vectors(folder, embedder, ids), brands)


def _text(product: Product) -> str:
    values = " ".join(str(value) for value in product.attributes.values() if isinstance(value, str))
    return f"{product.title} {product.brand} {product.category} {values}"


def _vectors(folder: Path, embedder: str, ids: Sequence[str]) -> np.ndarray:
    if not embedder or not ids or not vectors.exists(folder):
        return np.zeros((len(ids), 0), dtype=np.float32)
    with vectors.Vectors(folder, embedder) as store:
        return store.matrix(ids)


def _had(acts: Sequence[Act], places: Mapping[str, int]) -> list[tuple[str, int]]:
    """(time, place) of what was bought, oldest first: each order, and what was reviewed without one in the records."""
    found: list[tuple[str, int]] = []
    ordered = {act.product_id for act in acts if act.kind == "ordered"}
    for act in acts:
        bought = act.kind == "ordered" or (act.kind == "reviewed" and act.product_id not in ordered)
        if bought and act.product_id in places:
            found.append((act.time, places[act.product_id]))
    return found


def _liked(acts: Sequence[Act], places: Mapping[str, int]) -> Liked:
    """The history that speaks for a customer: what they bought, or, where that is nothing, what they looked at."""
    unwanted = {
        act.product_id for act in acts if act.kind == "reviewed" and act.rating is not None and act.rating < CONTENT
    }
    had = [place for _, place in _had(acts, places)]
    seen = had or [places[act.product_id] for act in acts if act.product_id in places]
    gone = tuple(sorted(places[id_] for id_ in unwanted if id_ in places))
    return Liked(tuple(place for place in seen if place not in gone), gone)


def steps_of(past: Mapping[str, Sequence[Act]], places: Mapping[str, int], *, first: bool = False) -> list[Step]:
    """Each purchase after somebody's first, in time order over all customers; with ``first``, that one, too."""
    found: list[tuple[str, Step]] = []
    for customer, acts in past.items():
        line = _had(acts, places)
        for at in range(0 if first else 1, len(line)):
            time, target = line[at]
            history = tuple(place for _, place in line[max(0, at - _BACK) : at])
            found.append((time, Step(customer, history, target)))
    return [step for _, step in sorted(found, key=lambda pair: pair[0])]


def _kept_weights(folder: Path, steps: Sequence[Step], content: Content, ids: Sequence[str]) -> np.ndarray:
    """As kept in ``FILE`` for this very past, else learnt now and kept; the hand-set ones where the past is short."""
    if not teachable(steps):
        return prior()
    told = json.dumps([COLUMNS, list(ids), [[s.user, s.history, s.target] for s in steps]])
    stamp = hashlib.sha256(told.encode()).hexdigest()
    file = folder / FILE
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["stamp"] == stamp:
            return np.array([kept["weights"][name] for name in COLUMNS], dtype=np.float32)
    weights = weigh(steps, content)
    # A shop on a disk that nobody may write to recommends as well, and learns anew each time.
    with suppress(OSError):
        named = dict(zip(COLUMNS, (round(float(w), 6) for w in weights), strict=True))
        file.write_text(json.dumps({"stamp": stamp, "weights": named}, indent=2) + "\n", encoding="utf-8")
    return weights
