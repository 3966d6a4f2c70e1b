"""Subjects of what shops are asked: the list is sound, and a discriminant analysis by hand says the same."""

from __future__ import annotations

import numpy as np
import pytest
from shops import WordEmbedder

from retrieval.measures import read_table
from retrieval.passages import split
from retrieval.policies import Policy
from retrieval.policy_groups import Groups
from retrieval.policy_search import STATEMENT, PolicyShelf
from retrieval.policy_subjects import Subjects, background, examples


def rows() -> dict[str, dict[str, list[str]]]:
    return {name: row for area in read_table("policy_subjects.yaml").values() for name, row in area.items()}


@pytest.fixture(scope="module")
def subjects() -> Subjects:
    return Subjects(WordEmbedder().encode(examples()))


def test_every_subject_has_questions_and_statements_and_no_text_has_two_subjects() -> None:
    assert all(row["asked"] and (row.get("said") or row.get("seldom")) for row in rows().values())
    assert all(set(row) <= {"asked", "said", "seldom"} for row in rows().values())
    assert len(set(examples())) == len(examples())
    assert set(background()) == {text for row in rows().values() for text in row.get("seldom", ())}


def test_an_example_is_about_its_subject_and_likelihoods_sum_to_one(subjects: Subjects) -> None:
    names = list(rows())
    asked = ["how many points for 100", "Were you hacked?", "do you offset the emissions"]
    told = subjects.of(WordEmbedder().encode(asked))
    assert told.sum(axis=1) == pytest.approx(np.ones(3), abs=1e-4)
    assert [names[n] for n in told.argmax(axis=1)] == ["points", "data breach", "carbon"]


def test_a_question_whose_subject_no_statement_has_is_doubted_more() -> None:
    passages = split(Policy("g.md", "Gift cards", "# Gift cards\n\n## Using\n\nVouchers are valid for three years."))
    shelf = PolicyShelf(passages, Groups(), WordEmbedder())
    said, unsaid = shelf.find("how long is a gift card good for"), shelf.find("how do I take part in the prize draw")
    assert said.doubt < unsaid.doubt


def test_a_statement_is_seen_to_share_the_subject_of_a_question_without_its_words() -> None:
    text = "# Rules\n\n## One\n\nNo parcels come on Sundays.\n\n## Two\n\nDuties are paid by the recipient."
    shelf = PolicyShelf(split(Policy("r.md", "Rules", text)), Groups(), WordEmbedder())
    features, own = shelf.statement_features("are customs fees in the price")
    words, subject = (features[:, STATEMENT.index(name)] for name in ("words", "subject"))
    assert words.max() == 0 and subject[own == 1] > subject[own == 0]
