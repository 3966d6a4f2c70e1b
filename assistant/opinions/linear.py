"""Polarity by linear models: of whole texts in any language, and toward a named aspect where no encoder reads it.

Character n-grams need no word boundaries, so the same code reads Chinese. In whole English texts each n-gram counts by
how much oftener it stands in those of one class than of the others (the log-count ratio of Wang and Manning, 2012).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.evidence import Embedder
    from assistant.opinions.toward import Toward

# From this share of Han characters on a text is read by characters alone.
_HAN = 0.2
# Characters before and after an aspect that speak of it first.
_NEAR = 12


def is_chinese(text: str) -> bool:
    """Whether a text is to be read by characters."""
    han = sum("一" <= c <= "鿿" for c in text)
    return han > _HAN * max(1, len(text))


class LinearReader:
    """Made by ``learn_whole`` or ``learn_near``."""

    def __init__(self, views: Sequence[_View], model: Any) -> None:
        self._views = views
        self._model = model

    def read(self, rows: Sequence[Sequence[str]]) -> list[str]:
        """The class of each row; a row has one text a view, as in training."""
        return [str(name) for name in self._model.predict(_join(self._views, rows))]


class _View:
    """One column of texts as numbers: n-grams, weighed by class where there are ratios, or an embedding."""

    def __init__(self, vectorizer: Any, ratios: Any, embedder: Embedder | None = None) -> None:
        self._vectorizer = vectorizer
        self._ratios = ratios
        self._embedder = embedder

    def numbers(self, texts: Sequence[str]) -> Any:
        """Sparse (texts, columns)."""
        from scipy import sparse

        if self._embedder is not None:
            return sparse.csr_matrix(self._embedder.encode(texts))
        counts = self._vectorizer.transform(texts)
        if self._ratios is None:
            return counts
        return sparse.hstack([counts.multiply(ratio) for ratio in self._ratios]).tocsr()


def learn_whole(texts: Sequence[str], labels: Sequence[str], embedder: Embedder | None = None) -> LinearReader:
    """A reader of whole texts: rows of one text, or of the same text twice where an embedder reads it too."""
    if is_chinese(" ".join(texts[:200])):
        # So many characters stand in a review that how seldom each is says more than which class it is of.
        views, strength = [_plain(texts, 3)], 0.5
    else:
        views, strength = [_weighed(texts, labels, {"ngram_range": (1, 3)}, least=2)], 0.1
    rows = [[text] * (1 if embedder is None else 2) for text in texts]
    if embedder is not None:
        views.append(_View(None, None, embedder))
    return _fit(views, rows, labels, strength)


def learn_near(items: Sequence[Toward]) -> LinearReader:
    """A reader of rows made by ``near``."""
    from sklearn.linear_model import LogisticRegression

    rows = [near(item) for item in items]
    # Of a few hundred aspects log-count ratios and longer n-grams learn too much: by cross-validation on the training
    # files they cost 0.05 of the right ones.
    views = [_plain([row[n] for row in rows], 2) for n in range(len(rows[0]))]
    model = LogisticRegression(C=4.0, max_iter=1000, class_weight="balanced")
    return LinearReader(views, model.fit(_join(views, rows), [str(item.polarity) for item in items]))


def near(item: Toward) -> list[str]:
    """A named aspect as two texts: the whole with the aspect once more, and what stands around it."""
    end = item.start + len(item.aspect)
    around = item.text[max(0, item.start - _NEAR) : item.start] + "\n" + item.text[end : end + _NEAR]
    return [f"{item.text} {item.aspect}", around]


def _plain(texts: Sequence[str], longest: int) -> _View:
    """Runs of up to so many characters."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    found = TfidfVectorizer(analyzer="char", ngram_range=(1, longest), sublinear_tf=True, min_df=2, dtype=np.float32)
    return _View(found.fit(texts), None)


def _weighed(texts: Sequence[str], labels: Sequence[str], kind: dict[str, Any], least: int) -> _View:
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(sublinear_tf=True, min_df=least, dtype=np.float32, **kind)
    counts = vectorizer.fit_transform(texts)
    of = np.asarray(labels)
    names = sorted(set(labels))
    ratios = []
    # Two classes are each other's opposite: one ratio says it all.
    for name in names[:1] if len(names) == 2 else names:
        here, rest = (1.0 + np.asarray(counts[rows].sum(axis=0)).ravel() for rows in (of == name, of != name))
        ratio = np.abs(np.log((here / here.sum()) / (rest / rest.sum())))
        ratios.append(ratio.astype(np.float32).reshape(1, -1))
    return _View(vectorizer, ratios)


def _fit(views: Sequence[_View], rows: Sequence[Sequence[str]], labels: Sequence[str], strength: float) -> LinearReader:
    from sklearn.svm import LinearSVC

    model = LinearSVC(C=strength, random_state=0)
    return LinearReader(views, model.fit(_join(views, rows), list(labels)))


def _join(views: Sequence[_View], rows: Sequence[Sequence[str]]) -> Any:
    from scipy import sparse

    return sparse.hstack([view.numbers([row[n] for row in rows]) for n, view in enumerate(views)]).tocsr()
