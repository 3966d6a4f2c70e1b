"""Measures beside other libraries on random inputs: equal to 1e-9. ranx, which compiles long, is `benchmarks.oracles`."""

from __future__ import annotations

import random

import numpy as np
import pytest
from sacrebleu.metrics import BLEU, CHRF
from sklearn.metrics import f1_score

from eval.metrics import mean, quantile
from eval.text_metrics import bleu, bleu_counts, chrf, token_f1

TIGHT = 1e-9
WORDS = "red 24-inch laptop's, bag for the 15.6 screen (cheap) & light; under $1,000. waterproof über-soft not-too-big".split()


def texts(seed: int) -> list[tuple[str, list[str]]]:
    """Random texts, each with one to three right ones, some of them near."""
    rng = random.Random(seed)

    def text() -> str:
        return " ".join(rng.choices(WORDS, k=rng.randint(1, 12)))

    return [
        (said := text(), [text() for _ in range(rng.randint(0, 2))] + [f"{said} {rng.choice(WORDS)}"])
        for _ in range(60)
    ]


def test_chrf_equals_sacrebleu() -> None:
    oracle = CHRF()
    for said, right in texts(3):
        assert chrf(said, right) == pytest.approx(oracle.sentence_score(said, right).score / 100, abs=TIGHT)


def test_bleu_equals_sacrebleu_on_collections_of_any_size() -> None:
    oracle = BLEU()
    rows = texts(4)
    for size in (1, 3, 20, 60):
        said = [text for text, _ in rows[:size]]
        deepest = max(len(right) for _, right in rows[:size])
        # Its form: one list a place of the right texts, None where a text has fewer.
        right = [[r[place] if place < len(r) else None for _, r in rows[:size]] for place in range(deepest)]
        ours = bleu(bleu_counts(text, r) for text, r in rows[:size])
        assert ours == pytest.approx(oracle.corpus_score(said, right).score / 100, abs=TIGHT)


def test_text_measures_by_hand() -> None:
    # Two of three words, and of two: 2 * 2 / (3 + 2).
    assert token_f1("Red laptop bag", ["red bag", "shoe"]) == pytest.approx(0.8)
    assert token_f1("", [""]) == 1.0 and token_f1("bag", []) == 0.0
    assert chrf("same words", ["same words"]) == 1.0 and chrf("abc", ["xyz"]) == 0.0
    assert bleu([bleu_counts("one two three four", ["one two three four"])]) == pytest.approx(1.0)
    assert bleu([]) == 0.0


def test_means_and_quantiles_equal_numpy_and_their_intervals_hold_them() -> None:
    rng = np.random.default_rng(8)
    values = rng.exponential(size=301).tolist()
    for got, value in (
        (mean(values, seed=1), np.mean(values)),
        *((quantile(values, q, seed=1), np.quantile(values, q)) for q in (0.5, 0.95)),
    ):
        assert got.value == pytest.approx(float(value), abs=TIGHT)
        assert got.low < got.value < got.high


def test_the_interval_of_a_mean_is_that_of_normal_theory_where_theory_knows() -> None:
    values = np.random.default_rng(9).normal(5, 2, 2000)
    got = mean(values.tolist(), seed=0)
    half = 1.96 * values.std() / np.sqrt(len(values))
    assert got.high - got.low == pytest.approx(2 * half, rel=0.05)


def test_the_mean_f1_of_intents_equals_scikit_learn() -> None:
    from eval.labels import Labelled
    from eval.suites.understanding import Read, measured

    rng = random.Random(2)
    names = ["find", "refine", "cart", "compare"]
    rows = [
        Read(Labelled(str(i), (), rng.choice(names)), {"both": {"intent": rng.choice([*names[:3], "confirm"])}})
        for i in range(80)
    ]
    truth, said = [r.item.intent for r in rows], [str(r.readings["both"]["intent"]) for r in rows]
    expected = f1_score(truth, said, labels=sorted(set(truth)), average="macro", zero_division=0)
    assert measured(rows, "both", 0)["intent_f1"].value == pytest.approx(expected, abs=TIGHT)
