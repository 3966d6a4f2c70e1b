"""Intents learned from a few examples; the embedder is a stand-in that knows which words mean the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.intents import IntentError, learn, spoken

MEANS = {"parcel": 0, "package": 0, "refund": 1, "money": 1, "cancel": 2, "stop": 2}


class Meaning:
    def encode(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.full((len(texts), 4), 0.01, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[MEANS.get(word, 3)] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


EXAMPLES = [
    ("where is my parcel", "track_order"),
    ("my parcel is late", "track_order"),
    ("i want my money back", "get_refund"),
    ("please refund me", "get_refund"),
    ("cancel it", "cancel_order"),
    ("please cancel the order", "cancel_order"),
]
TEXTS, INTENTS = [t for t, _ in EXAMPLES], [i for _, i in EXAMPLES]


def test_other_words_of_the_same_meaning_and_slips_are_read() -> None:
    reader = learn(TEXTS, INTENTS, Meaning())
    said = [g.intent for g in reader.read(["package where", "stop", "my parcl is lat"])]
    assert said == ["track_order", "cancel_order", "track_order"]


def test_doubt_is_nothing_for_an_example_and_greatest_far_from_all() -> None:
    reader = learn(TEXTS, INTENTS, Meaning())
    known, near, far = reader.read(["cancel it", "stop it", "zzz qqq"])
    assert known.doubt == pytest.approx(0.0, abs=1e-6)
    assert known.doubt < near.doubt < far.doubt <= 1.0
    assert 0.0 < far.probability < known.probability <= 1.0


def test_an_intents_name_is_an_example_of_it() -> None:
    reader = learn([*TEXTS, "xylophone"], [*INTENTS, "play_music"], Meaning())
    assert reader.read(["play music"])[0].intent == "play_music"
    assert spoken("PLAY_music-now") == "play music now"


def test_nothing_to_tell_apart_is_refused() -> None:
    with pytest.raises(IntentError, match="examples of 1 intents"):
        learn(["a", "b"], ["x", "x"], Meaning())
    assert learn(TEXTS, INTENTS, Meaning()).read([]) == []
