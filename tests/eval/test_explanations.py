"""Reasons measured: shares and variety done by hand."""

from __future__ import annotations

import pytest

from eval.suites.explanations import measured


def row(text: str, said: str, origin: str) -> dict[str, object]:
    scores = {name: float(name == origin) for name in ("first_try", "retry", "plain")}
    if origin != "plain":
        words = said.lower().split()
        runs = [tuple(words[i : i + 3]) for i in range(len(words) - 2)]
        scores |= {"words": float(len(words)), "repeated": float(len(set(runs)) != len(runs))}
    return {"id": said, "text": text, "said": said, "scores": scores}


def test_shares_and_variety_are_those_done_by_hand() -> None:
    rows = [
        row("a", "It is red and costs $5.", "first_try"),
        row("a", "It is red and costs $6.", "first_try"),
        row("b", "It holds 1 l.", "retry"),
        row("c", "costs $7.", "plain"),
    ]
    found = measured(rows, 0)
    assert (found["first_try"].value, found["retry"].value, found["plain"].value) == (0.5, 0.25, 0.25)
    assert found["words"].value == pytest.approx((6 + 6 + 4) / 3) and found["words"].n == 3
    # 5 + 5 + 3 pairs; the second sentence shares four of its five with the first.
    assert found["distinct_2"].value == pytest.approx(9 / 13)
    assert found["repeated"].value == 0.0
