"""What of a review is quoted in answer to a question; the embedding model has its say in the suite of questions."""

from __future__ import annotations

import pytest

from assistant import evidence

REVIEWS = [
    "Came on time, well packed. Three cats, no more fluff!",
    "The handle is solid but the cord is far too short; I keep tripping over it.",
    "Great",
]


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("is it good with cat fluff?", (0, "Three cats, no more fluff!")),
        ("tell me about the cord", (1, "the cord is far too short;")),
        ("what do people say of the handle?", (1, "The handle is solid")),
        ("does it float?", None),
    ],
)
def test_words_alone_find_the_clause_or_the_short_sentence(question: str, quoted: tuple[int, str] | None) -> None:
    found = evidence.answer(question, REVIEWS, None)
    assert (found and (found.text, found.words)) == quoted
    if found:
        assert REVIEWS[found.text][found.start : found.end] == found.words


def test_nothing_is_quoted_of_nothing() -> None:
    assert evidence.nearest("is it loud?", [], None) is None
    assert evidence.nearest("is it loud?", ["", "  \n"], None) is None


def test_a_question_for_judgement_is_told_from_one_for_a_fact() -> None:
    assert evidence.asks_opinion("how comfortable is it?")
    assert not evidence.asks_opinion("how many litres does it hold?")
    assert evidence.topic("What do customers say about the battery life?") == ["battery", "life"]
