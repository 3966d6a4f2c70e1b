"""What a short message wants, learned from a handful of examples an intent, and how far it is from all of them.

Bring your own intents: ``learn`` takes the examples of a shop, ``read`` says which intent fits best and how much it
doubts that any does. A message is seen by meaning (MiniLM) and by spelling (character TF-IDF) at once. Two readings of
that are multiplied: a logistic regression, in which every intent weighs the same however many examples it has, and the
likeness to each intent's nearest example. An intent's own name is one more example of it. The doubt is the distance to
the nearest example of all: what none resembles is out of scope, whatever the regression makes of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.errors import ShopTalkError

if TYPE_CHECKING:
    from assistant.evidence import Embedder

# What spelling counts beside meaning, how freely the regression bends, and how much likeness makes an intent e times
# likelier: chosen by cross-validation on the three hint3 training files of data/service_intents, plain and with
# near-copies of a message kept in its fold.
_SPELLING = 0.7
_STRENGTH = 45.0
_LIKENESS = 0.3


class IntentError(ShopTalkError):
    """Examples that nothing can be learned from."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The intent that fits a message best."""

    intent: str
    # Among the intents that were learned, 0 to 1.
    probability: float
    # That it is none of them: 0 for a message that is an example, 1 for one that resembles none.
    doubt: float


class IntentReader:
    """Made by ``learn``; safe to share between threads."""

    def __init__(self, embedder: Embedder, spelling: Any, model: Any, examples: Any, intents: Sequence[str]) -> None:
        import numpy as np

        self._embedder = embedder
        self._spelling = spelling
        self._model = model
        # Sparse (examples, columns), and the rows of each intent in the model's order.
        self._examples = examples
        self._own = [np.flatnonzero(np.asarray(intents) == name) for name in model.classes_]

    def read(self, texts: Sequence[str]) -> list[Guess]:
        """The best intent of each message."""
        if not texts:
            return []
        import numpy as np
        from scipy.special import softmax

        rows = _features(self._embedder, self._spelling, texts)
        likeness = (rows @ self._examples.T).toarray()
        near = np.stack([likeness[:, own].max(axis=1) for own in self._own], axis=1)
        shares = softmax(self._model.predict_log_proba(rows) + near / _LIKENESS, axis=1)
        doubts = np.clip(1.0 - near.max(axis=1), 0.0, 1.0)
        return [
            Guess(str(self._model.classes_[best]), float(row[best]), float(doubt))
            for row, best, doubt in zip(shares, shares.argmax(axis=1), doubts, strict=True)
        ]


def learn(texts: Sequence[str], intents: Sequence[str], embedder: Embedder) -> IntentReader:
    """A reader of the intents that ``texts`` are examples of, one each. Raises ``IntentError`` for fewer than two."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    names = sorted(set(intents))
    if len(names) < 2:
        raise IntentError(f"There are examples of {len(names)} intents", "Give examples of two at least")
    said, meant = [*texts, *map(spoken, names)], [*intents, *names]
    spelling = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True).fit(said)
    rows = _features(embedder, spelling, said)
    model = LogisticRegression(C=_STRENGTH, max_iter=1000, class_weight="balanced").fit(rows, meant)
    return IntentReader(embedder, spelling, model, rows, meant)


def spoken(intent: str) -> str:
    """``"JOIN_CONTEST"`` -> ``"join contest"``."""
    return intent.replace("_", " ").replace("-", " ").lower()


def _features(embedder: Embedder, spelling: Any, texts: Sequence[str]) -> Any:
    """Sparse float64 of shape (n, columns); a row has length 1, or less where none of its letters is known."""
    from scipy import sparse

    blocks = [sparse.csr_matrix(embedder.encode(texts)), spelling.transform(texts) * _SPELLING]
    return sparse.hstack(blocks).tocsr() / (1 + _SPELLING**2) ** 0.5
