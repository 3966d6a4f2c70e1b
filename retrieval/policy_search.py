"""Finding what a shop's documents say to a question, and how doubtful it is that they say anything.

A question meets every statement by meaning (MiniLM), by words (BM25 over words and ideas of customer service) and
by the subject that both are about (as other shops' questions and statements tell it); learned weights join the three.
Whether the best of it is an answer is another question, with weights of its own: what tells most is whether any
statement is about the question's subject, and whether the question is nearer to the shop's statements than to a
background of what few shops say.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from retrieval import catalogue, ideas
from retrieval.embed import Embedder
from retrieval.passages import Passage, split
from retrieval.policy_groups import Groups
from retrieval.policy_vectors import of_passage, of_statement
from retrieval.policy_views import Compared, View, compared

if TYPE_CHECKING:
    import numpy as np

    from retrieval.search import Shelf

FILE = Path(__file__).with_name("policy_weights.json")
# What is seen of a statement beside a question, one number each; all that is compared is between 0 and 1.
STATEMENT = ("near", "near_passage", "words", "suits", "elsewhere", "heading", "subject")
# What is seen of a question beside all statements: with vectors, and by words alone.
DOUBT = ("over", "subject", "unmet", "top", "covered", "ideas")
BY_VECTORS = (*STATEMENT, "over", "subject", "unmet", "top")
BY_WORDS = ("words", "suits", "elsewhere", "heading", "covered", "ideas")
# "#W0173487": a number says nothing of what is asked.
_NUMBER = re.compile(r"#?\bW?\d{5,}\b")
_BM25 = {"k1": 1.2, "b": 0.3}
# Sharing a subject counts by its logarithm; less than this is not sharing it.
_LEAST = 1e-3
# What brings the other logarithms to about 1, and what keeps them from running off.
_TOP, _UNMET, _SOME = 10.0, 4.0, 0.02


@dataclass(frozen=True, slots=True)
class Quote:
    """One statement of a passage beside a question."""

    text: str
    score: float
    # Categories of the shop's products that it names.
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found:
    """A passage beside a question."""

    passage: Passage
    # The logarithm of the summed exponentials of its statements' scores.
    score: float
    # Every statement of it, in the order of the document.
    quotes: tuple[Quote, ...]

    @property
    def best(self) -> Quote:
        """The statement that answers best."""
        return max(self.quotes, key=lambda q: q.score)


@dataclass(frozen=True, slots=True)
class Findings:
    """What the documents have for a question."""

    # The best passage first.
    found: tuple[Found, ...]
    # How likely it is that none of it answers the question, 0 to 1.
    doubt: float
    # From which doubt on it is better to say that the documents do not say.
    limit: float
    # How near the question is to anything that shops write about, the own documents included, 0 to 1.
    about: float

    @property
    def answered(self) -> bool:
        """Whether the documents answer the question, as far as can be seen."""
        return bool(self.found) and self.doubt < self.limit


class PolicyShelf:
    """The documents of one shop, open for questions. Safe to share between threads."""

    def __init__(
        self, passages: Sequence[Passage], groups: Groups, embedder: Embedder | None, folder: Path | None = None
    ) -> None:
        """``folder`` is the shop whose store has vectors; without it they are made at the first question."""
        self.passages = tuple(passages)
        self.groups = groups
        self.embedder = embedder
        self.folder = folder
        self._rows = [(n, s) for n, passage in enumerate(self.passages) for s in passage.statements]
        self._loading = RLock()

    @classmethod
    def open(cls, shelf: Shelf) -> PolicyShelf | None:
        """The documents of the shop that ``shelf`` has open; None where it has none."""
        passages = [p for policy in catalogue.policies(shelf.folder) for p in split(policy)]
        return cls(passages, Groups.of(shelf), shelf.embedder, shelf.folder) if passages else None

    def find(self, question: str, k: int = 5) -> Findings:
        """The ``k`` best passages and the doubt whether they answer."""
        import numpy as np

        asked = self._asked(question)
        scores = self._statements(asked) @ self._weights("statement", STATEMENT)
        by_passage = self._summed(scores)
        order = np.argsort(-by_passage, kind="stable")
        seen = self._doubts(asked, order, by_passage)
        doubt = 1 / (1 + math.exp(-float(seen @ self._weights("doubt", DOUBT)) - _file()[self._mode]["bias"]))
        return Findings(
            tuple(self._found(int(n), scores, float(by_passage[n])) for n in order[:k]),
            doubt,
            float(_file()[self._mode]["limit"]),
            max((max(v.own, v.common) for v in asked.views), default=float(seen[DOUBT.index("covered")])),
        )

    def statement_features(self, question: str) -> tuple[np.ndarray, np.ndarray]:
        """float32 (statements, len(STATEMENT)) and int (statements,), the passage of each: for training."""
        import numpy as np

        return self._statements(self._asked(question)), np.array([n for n, _ in self._rows])

    def doubt_features(self, question: str, weights: np.ndarray) -> np.ndarray:
        """float32 (len(DOUBT),) as ``find`` sees them with these weights of statements: for training."""
        import numpy as np

        asked = self._asked(question)
        summed = self._summed(self._statements(asked) @ weights)
        return self._doubts(asked, np.argsort(-summed, kind="stable"), summed)

    def likeness(self, texts: Sequence[str]) -> np.ndarray:
        """float32 (n, n): how alike texts are in meaning; zeros without an embedding model."""
        import numpy as np

        if self.embedder is None:
            return np.zeros((len(texts), len(texts)), dtype=np.float32)
        rows = self.embedder.encode(list(texts))
        found: np.ndarray = rows @ rows.T
        return found

    # What is seen.

    def _asked(self, question: str) -> _Asked:
        text = _NUMBER.sub(" ", question)
        views: tuple[View, ...] = ()
        if self.embedder is not None:
            rows = self.embedder.encode((text, self.groups.blurred(text)))
            views = tuple(View(self.compared, row) for row in rows)
        return _Asked(frozenset(ideas.tokens(text)), ideas.asks(text), self.groups.around(text), views)

    def _statements(self, asked: _Asked) -> np.ndarray:
        """float32 (statements, len(STATEMENT))."""
        import numpy as np

        own = np.array([n for n, _ in self._rows])
        nothing = np.zeros(len(self._rows), dtype=np.float32)
        columns = {
            "near": asked.views[0].statements if asked.views else nothing,
            "near_passage": asked.views[0].passages[own] if asked.views else nothing,
            "words": self._bm25(asked),
            "suits": np.array([bool(held & asked.sorts) for held in self._holds]),
            "elsewhere": np.array([bool(g) and not g & asked.groups for g in self._groups]),
            "heading": self._shares(asked, self._headings)[own],
            "subject": asked.subject() if asked.views else nothing,
        }
        return np.stack([columns[name] for name in STATEMENT], axis=1).astype(np.float32)

    def _doubts(self, asked: _Asked, order: np.ndarray, by_passage: np.ndarray) -> np.ndarray:
        """float32 (len(DOUBT),); ``order`` are the passages, the best first."""
        import numpy as np

        covered = self._shares(asked, [self._words[n] for n in order[:3].tolist()])
        views = asked.views
        seen = {
            "over": np.mean([v.own - v.common for v in views]) if views else 0.0,
            "subject": asked.subject().max() if views else 0.0,
            "unmet": self._unmet(asked) if views else 0.0,
            "top": by_passage.max() / _TOP,
            "covered": covered.max(initial=0.0),
            "ideas": min(sum(t.startswith("~") for t in asked.words), 3) / 3,
        }
        return np.array([seen[name] for name in DOUBT], dtype=np.float32)

    def _unmet(self, asked: _Asked) -> float:
        """By how much what the question is about is rather what no statement is about; below 0 it is not."""
        import numpy as np

        about, met = np.mean([view.about for view in asked.views], axis=0), self.compared.met
        return float(np.log((about * (1 - met)).max() + _SOME) - np.log((about * met).max() + _SOME)) / _UNMET

    def _summed(self, scores: np.ndarray) -> np.ndarray:
        """float64 (passages,): the logarithm of the summed exponentials of each passage's statements."""
        import numpy as np

        sums = np.zeros(len(self.passages))
        top = float(scores.max(initial=0.0))
        np.add.at(sums, [n for n, _ in self._rows], np.exp(scores - top))
        found: np.ndarray = np.log(sums + 1e-30) + top
        return found

    def _found(self, n: int, scores: np.ndarray, score: float) -> Found:
        rows = [r for r, (passage, _) in enumerate(self._rows) if passage == n]
        quotes = tuple(Quote(self._rows[r][1], float(scores[r]), self._groups[r]) for r in rows)
        return Found(self.passages[n], score, quotes)

    def _shares(self, asked: _Asked, texts: Sequence[frozenset[str]]) -> np.ndarray:
        """float64 (len(texts),): the share of the question's words, by their rarity, that each text has."""
        import numpy as np

        total = sum(map(self._rarity, asked.words)) or 1.0
        return np.array([sum(map(self._rarity, asked.words & text)) / total for text in texts])

    def _bm25(self, asked: _Asked) -> np.ndarray:
        import numpy as np

        known = sorted(t for t in asked.words if t in self._index.vocab_dict)
        total = sum(map(self._rarity, asked.words)) or 1.0
        if not known:
            return np.zeros(len(self._rows), dtype=np.float32)
        found: np.ndarray = self._index.get_scores(known) / total
        return found

    # What is made once.

    @cached_property
    def _index(self) -> Any:
        import bm25s

        index = bm25s.BM25(**_BM25)
        told = [sorted(set(ideas.tokens(of_statement(self.passages[n], s)))) for n, s in self._rows]
        index.index(told if any(told) else [["nothing"]], show_progress=False)
        return index

    @cached_property
    def _words(self) -> list[frozenset[str]]:
        return [frozenset(ideas.tokens(of_passage(p))) for p in self.passages]

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(word for told in self._words for word in told)

    def _rarity(self, word: str) -> float:
        """The inverse document frequency as BM25 has it, over passages."""
        held = self._counts[word]
        return math.log(1 + (len(self.passages) - held + 0.5) / (held + 0.5))

    @cached_property
    def _headings(self) -> list[frozenset[str]]:
        return [frozenset(ideas.tokens(p.heading)) for p in self.passages]

    @cached_property
    def _holds(self) -> list[frozenset[str]]:
        return [ideas.holds(s) for _, s in self._rows]

    @cached_property
    def _groups(self) -> list[frozenset[str]]:
        return [self.groups.named(s) for _, s in self._rows]

    @property
    def compared(self) -> Compared:
        """All that a question is compared with by meaning; only with an embedding model."""
        with self._loading:
            return self._compared

    @cached_property
    def _compared(self) -> Compared:
        assert self.embedder is not None
        return compared(self.passages, self.embedder, self.folder)

    @property
    def _mode(self) -> str:
        return "words" if self.embedder is None else "vectors"

    def _weights(self, sort: str, names: Sequence[str]) -> np.ndarray:
        import numpy as np

        table = _file()[self._mode][sort]
        return np.array([table.get(name, 0.0) for name in names], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as it is compared."""

    words: frozenset[str]
    # Sorts of answer that it asks for, categories of the shop's products that it names.
    sorts: frozenset[str]
    groups: frozenset[str]
    # As asked, and with "item" for each product; () without an embedding model.
    views: tuple[View, ...]

    def subject(self) -> np.ndarray:
        """float32 (statements,): how far each is about the question's subject, 0 to 1 over orders of magnitude."""
        import numpy as np

        shared = np.mean([view.shared for view in self.views], axis=0)
        found: np.ndarray = 1 - np.log(np.maximum(shared, _LEAST)) / math.log(_LEAST)
        return found


@cache
def _file() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found
