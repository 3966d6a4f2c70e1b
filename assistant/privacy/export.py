"""Conversations and reviews given out under pseudonyms: for whoever studies them, or trains a model on them.

Ids become pseudonyms made with a key that nobody keeps, so that not even the shop can tell later whose they were;
days become months; texts are masked by the shop's own records first and by the masker then. What remains can still
tell a person apart: which products they wrote of (``benchmarks/privacy`` measures how often).
"""

from __future__ import annotations

import hmac
import secrets
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.privacy.hiding import Hiding, open_hiding
from assistant.privacy.marked import PersonalDataError
from assistant.privacy.masker import Masker
from assistant.state import DialogueState
from assistant.store import Store
from retrieval import catalogue
from retrieval.jsonlines import write_rows
from retrieval.product import Review

CONVERSATIONS = "conversations.jsonl"
REVIEWS = "reviews.jsonl"
# Texts that are masked together.
_BATCH = 256

Row = dict[str, Any]


class Pseudonyms:
    """Ids -> names that say nothing, the same one for the same id as long as this object lives, and never again."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def of(self, kind: str, id_: str) -> str:
        """Such as "customer-9f2c0a41b7d3"."""
        return f"{kind}-{hmac.digest(self._key, f'{kind} {id_}'.encode(), 'sha256').hex()[:12]}"


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation, when it began (ISO 8601), and what the shopper thought of its answers: turn -> 1 or -1."""

    state: DialogueState
    started: str
    ratings: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Given:
    """What was written."""

    folder: Path
    conversations: int
    reviews: int
    # Stretches of texts that were masked, by kind.
    masked: Mapping[str, int]

    def to_dict(self) -> dict[str, Any]:
        """As ``privacy export --json`` prints it."""
        counts = {"conversations": self.conversations, "reviews": self.reviews, "masked": dict(self.masked)}
        return {"folder": str(self.folder), **counts}


@dataclass(frozen=True, slots=True)
class Exporter:
    """Rows of people -> rows of nobody. ``linked`` keeps together what one customer said and wrote."""

    hide: Hiding
    linked: bool = True

    def conversations(self, talks: Iterable[Talk], names: Pseudonyms, counts: Counter[str]) -> Iterator[Row]:
        """A row each: pseudonyms, month, what was said and answered, and by turn what was shown and thought of it."""
        for talk in talks:
            state = talk.state
            said = [text for turn in state.turns for text in (turn.text, turn.reply.text)]
            hidden = self.hide([(text, state.customer) for text in said], counts)
            roles = ("user", "assistant") * len(state.turns)
            messages = [{"role": r, "content": text} for r, text in zip(roles, hidden, strict=True)]
            turns = [
                {"shown": [card.product_id for card in t.reply.shown], "rating": talk.ratings.get(t.number, 0)}
                for t in state.turns
            ]
            name = names.of("conversation", state.id)
            owner = state.customer if self.linked else state.customer and f"{state.id} {state.customer}"
            customer = names.of("customer", owner) if owner else None
            about = {"customer": customer, "month": talk.started[:7]}
            yield {"id": name, **about, "messages": messages, "turns": turns}

    def reviews(self, reviews: Sequence[Review], names: Pseudonyms, counts: Counter[str]) -> Iterator[Row]:
        """A row each: pseudonyms, product, stars, month, title and text."""
        for at in range(0, len(reviews), _BATCH):
            batch = reviews[at : at + _BATCH]
            texts = [(text, review.customer_id) for review in batch for text in (review.title, review.text)]
            hidden = iter(self.hide(texts, counts))
            for review in batch:
                owner = (
                    review.customer_id if self.linked else review.customer_id and f"{review.id} {review.customer_id}"
                )
                yield {
                    "id": names.of("review", review.id),
                    "customer": names.of("customer", owner) if owner else None,
                    "product": review.product_id,
                    "rating": review.rating,
                    "month": review.date[:7],
                    "title": next(hidden),
                    "text": next(hidden),
                }


def give_out(
    folder: Path,
    talks: Iterable[Talk],
    masker: Masker,
    out: Path,
    *,
    linked: bool = True,
    on_progress: Callable[[Iterator[Row], int, str], Iterator[Row]] = lambda rows, count, what: rows,
) -> Given:
    """Writes the conversations and reviews of the shop in ``folder`` into the empty or new folder ``out``.

    Raises ``PersonalDataError`` where ``out`` holds something, ShopError where the shop cannot be read.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise PersonalDataError(f"{out} is not an empty folder", "Name another one with --out")
    reviews = [review for product in _products(folder) for review in catalogue.reviews_of(folder, product)]
    exporter = Exporter(open_hiding(folder, masker), linked)
    names, counts = Pseudonyms(), Counter[str]()
    spoken = [talk for talk in talks if talk.state.turns]
    # The shop's own order would say which came first.
    chance = secrets.SystemRandom()
    chance.shuffle(spoken)
    chance.shuffle(reviews)
    out.mkdir(parents=True, exist_ok=True)
    talked = on_progress(exporter.conversations(spoken, names, counts), len(spoken), "conversations")
    write_rows(out / CONVERSATIONS, talked)
    write_rows(out / REVIEWS, on_progress(exporter.reviews(reviews, names, counts), len(reviews), "reviews"))
    return Given(out, len(spoken), len(reviews), dict(counts.most_common()))


def told(store: Store) -> Iterator[Talk]:
    """Every conversation of a store."""
    for summary in store.list(limit=sys.maxsize):
        yield Talk(store.load(summary.id), summary.started.isoformat(), store.ratings(summary.id))


def _products(folder: Path) -> list[str]:
    return [id_ for id_, *_ in catalogue.hashes(folder, "products")]
