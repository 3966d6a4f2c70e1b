"""Conversations in Chinese over the demo shop, on rules alone: asserted on state, answered in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.play import play
from eval.expectations import KEYS, state_faults
from eval.judge import Catalogue
from eval.suites.conversations import SHIPPED
from retrieval.jsonlines import read_rows
from retrieval.search import Shelf

TALKS = read_rows(SHIPPED / "dialogues_chinese.jsonl")


@pytest.fixture(scope="module")
def shelf(demo_shop: Path) -> Iterator[Shelf]:
    yield Shelf.open(demo_shop)


@pytest.fixture(scope="module")
def catalogue(demo_shop: Path) -> Catalogue:
    return Catalogue(read_rows(demo_shop / "products.jsonl"))


@pytest.mark.parametrize("talk", TALKS, ids=[t["id"] for t in TALKS])
def test_every_turn_leaves_what_was_asked_and_speaks_chinese(
    talk: dict[str, Any], shelf: Shelf, catalogue: Catalogue
) -> None:
    assert len(talk["expects"]) == len(talk["turns"]) and set().union(*talk["expects"]) <= KEYS
    turns: list[dict[str, Any]] = []
    for turn in play([talk], shelf=shelf, model=None):
        turns.append(turn)
        assert state_faults(turns, talk["expects"], catalogue) == [], turn["text"]
        assert re.search("[\u4e00-\u9fff]", turn["reply"])
        assert not re.search(r"\b(?:the|is|of|your|you|products? fit)\b", _without_evidence(turn)), turn["reply"]


def _without_evidence(turn: dict[str, Any]) -> str:
    """The reply less the shop's own words."""
    said = str(turn["reply"])
    for value in sorted({str(e["value"]) for e in turn["evidence"]}, key=len, reverse=True):
        said = said.replace(value, " ")
    return said
