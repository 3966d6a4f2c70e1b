"""How finds and answers about a shop's rules are judged, on cases done by hand."""

from __future__ import annotations

import re

import pytest

from eval.policy_questions import LATER, Question, best_limit, hits, later, refusals, right, shipped
from retrieval.passages import split
from retrieval.policies import read_policies


def asked(*passages: str, says: tuple[str, ...] = (), never: tuple[str, ...] = ()) -> Question:
    return Question("q", "text", frozenset(passages), says=says, never=never)


def test_the_shipped_questions_name_passages_that_exist_and_split_into_halves() -> None:
    from pathlib import Path

    import retrieval.demo

    folder = Path(retrieval.demo.__file__).parent / "policies"
    ids = {p.id for policy in read_policies(folder) for p in split(policy)}  # type: ignore[arg-type]
    questions, since = shipped(), later()
    assert [sum(q.half == name for q in since) for name in LATER] == [80, 80]
    assert sum(not q.passages for q in since) == 60 and len({q.text for q in (*questions, *since)}) >= len(since) + 150
    assert {i for q in since for i in q.passages} <= ids and all(q.says for q in since if q.passages)
    assert len(questions) >= 150 and sum(not q.passages for q in questions) >= 30
    assert {i for q in questions for i in q.passages} <= ids
    assert all(q.says for q in questions if q.passages)
    assert all(re.compile(p) for q in questions for p in (*q.says, *q.never))
    assert abs(sum(q.half == "dev" for q in questions) - len(questions) / 2) <= 1


def test_an_answer_is_right_with_all_it_must_say_and_nothing_it_must_not() -> None:
    q = asked("a", says=(r"\b14\b",), never=(r"\b30\b",))
    assert right(q, "You have 14 days.")
    assert not right(q, "You have 14 or 30 days.") and not right(q, "You have 140 days.")


def test_hits_count_questions_with_an_answer_alone() -> None:
    questions = [asked("a"), asked("b", "c"), asked()]
    ranked = [("a", "x"), ("x", "c"), ("a",)]
    assert hits(questions, ranked, 1) == [1.0, 0.0]
    assert hits(questions, ranked, 3) == [1.0, 1.0]


def test_refusals_are_judged_over_all_questions() -> None:
    questions = [asked("a"), asked("b"), asked(), asked()]
    found = refusals(questions, [True, False, True, False], seed=0)
    assert {name: m.value for name, m in found.items()} == pytest.approx(
        {"refusal_precision": 0.5, "refusal_recall": 0.5, "refusal_f1": 0.5}
    )


def test_the_limit_is_the_one_that_parts_them_best() -> None:
    limit = best_limit([0.1, 0.2, 0.6, 0.9], [True, True, False, False])
    assert 0.2 < limit <= 0.6
