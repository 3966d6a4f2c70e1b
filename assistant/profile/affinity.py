"""Candidates in the order of somebody's history, where nothing but titles is known and nothing can be learnt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.profile.content import Content

# How much the item before counts beside a later one: slower than in ``habits``, as all of a history tells the taste.
_DECAY = 0.95
# Beside the mean likeness by words: by meaning, and the likeness by words with the nearest item of the history.
_MEANING, _NEAREST = 0.3, 0.5
# What one more recommender that names a candidate adds; likeness by words is mostly below 0.3.
_NAMED = 0.1
# What was bought already goes last.
_HAVE = 10.0


def affinities(
    content: Content, history: Sequence[int], candidates: Sequence[int], named: Sequence[int] | None = None
) -> np.ndarray:
    """Shape (len(candidates),), higher fits the history (places, oldest first) better.

    A candidate's score depends on no other candidate, so a part of a list keeps its order. ``named`` is how many
    recommenders, other than where the candidates come from, have named each for this customer; None where that is
    not known. An empty history leaves that alone.
    """
    found = np.zeros(len(candidates)) if named is None else _NAMED * np.asarray(named, dtype=float)
    if not len(history):
        return found
    ages = _DECAY ** np.arange(len(history), dtype=float)[::-1]
    shares = ages / ages.sum()
    words = content.words[list(candidates)] @ content.words[list(history)].T
    likeness = words.toarray()
    meaning = content.vectors[list(candidates)] @ content.vectors[list(history)].T
    found += likeness @ shares + _MEANING * (meaning @ shares) + _NEAREST * likeness.max(axis=1)
    result: np.ndarray = found - _HAVE * np.isin(candidates, history)
    return result
