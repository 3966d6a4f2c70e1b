"""The labels of real messages: rows that parse, spans that hold in the texts, and a document that counts them right."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = {"labels_turns": 150, "labels_webshop": 200}
SOURCES = ("recquest", "mg_shopdial", "webshop")
INTENTS = set(
    "find refine compare ask_product ask_policy cart order_status cancel_order change_order return_order "
    "exchange_order confirm decline hand_off small_talk out_of_scope".split()
)
ONE = ("category", "for_whom", "order_id")
MANY = ("brands", "not_brands", "features", "dislikes", "references")
NUMBERS = ("price_min", "price_max", "min_rating")
FIELDS = {"id", "source", "intent", "currency", *ONE, *MANY, *NUMBERS}


def rows(name: str) -> list[dict[str, Any]]:
    text = (ROOT / "eval" / "data" / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def spans(row: dict[str, Any]) -> list[tuple[str, list[int]]]:
    """Every span of the row with its field."""
    return [(f, row[f]) for f in ONE if row[f] is not None] + [(f, span) for f in MANY for span in row[f]]


@pytest.mark.parametrize("name", FILES)
def test_rows_have_every_field_and_no_text(name: str) -> None:
    found = rows(name)
    assert len(found) == FILES[name]
    for row in found:
        assert set(row) == FIELDS, row["id"]
        assert row["source"] in SOURCES and row["id"].startswith(row["source"] + ":")
        assert row["intent"] in INTENTS, row["id"]
        assert row["currency"] is None or re.fullmatch("[A-Z]{3}", row["currency"]), row["id"]
        assert all(row[f] is None or row[f] >= 0 for f in NUMBERS), row["id"]
        assert all(isinstance(row[f], list) for f in MANY), row["id"]


def test_ids_are_unique() -> None:
    counts = Counter(row["id"] for name in FILES for row in rows(name))
    assert [i for i, n in counts.items() if n > 1] == []


@pytest.mark.parametrize("name", FILES)
def test_spans_are_ordered_and_no_field_marks_a_phrase_twice(name: str) -> None:
    for row in rows(name):
        found = spans(row)
        for field, span in found:
            assert len(span) == 2 and all(type(n) is int for n in span), (row["id"], field)
            assert 0 <= span[0] < span[1], (row["id"], field)
        assert len({(f, *s) for f, s in found}) == len(found), row["id"]


def test_the_document_counts_the_intents_right() -> None:
    text = (ROOT / "docs" / "labels.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \|$", text, re.MULTILINE)
    counts = [Counter(row["intent"] for row in rows(name)) for name in FILES]
    assert {i: (int(a), int(b)) for i, a, b in table} == {
        i: (counts[0][i], counts[1][i]) for i in counts[0] | counts[1]
    }


@pytest.fixture(scope="module")
def texts(data_dir: Path) -> dict[str, str]:
    """The messages that could be labelled, by id."""

    def read(path: str) -> list[Any]:
        file = data_dir / path
        if not file.is_file():
            pytest.skip(f"the labelled messages are absent: SHOPTALK_DATA has no {path} (see docs/data.md)")
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    found = {f"webshop:{goal['id']}": goal["text"] for goal in read("webshop_goals/goals.jsonl.gz")}
    for talk in read("recquest/dialogues.jsonl.gz"):
        human = [(n, m["text"]) for n, m in enumerate(talk["messages"]) if m["role"] == "human"]
        found |= {f"recquest:{talk['id']}:{n}": text for n, text in human}
    for talk in read("mg_shopdial/dialogues.jsonl.gz"):
        # In one dialogue an assistant's and a client's utterance share a number; the client's is labelled.
        client = [u for u in talk["utterances"] if u["speaker"] == "client"]
        found |= {f"mg_shopdial:{talk['id']}:{u['n']}": u["text"] for u in client}
    return found


@pytest.mark.data
@pytest.mark.parametrize("name", FILES)
def test_every_span_marks_words_of_its_message(name: str, texts: dict[str, str]) -> None:
    for row in rows(name):
        text = texts[row["id"]]
        for field, (start, end) in spans(row):
            phrase = text[start:end]
            assert end <= len(text) and phrase and phrase == phrase.strip(), (row["id"], field, phrase)
