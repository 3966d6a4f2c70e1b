"""Rows of the simulated shopper: labels that stand in the text, splits that share nothing, sentences that are true."""

from __future__ import annotations

import gzip
import json
import random
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.state import Intent
from assistant.understand import SCHEMA
from finetune import explanations, messages
from finetune.amounts import draw
from finetune.data import SHIPPED, DataSettings, write
from finetune.goods import brand, goods, held_out, plural, pools, rules
from finetune.overlap import Held
from finetune.phrasings import tokens
from finetune.rows import SHIPPED_SUITES, read_rows, refuse_held_out
from finetune.settings import RecipeError, load

LISTS = ("features", "dislikes", "brands", "not_brands", "references")


@pytest.fixture(scope="module")
def drawn() -> list[dict[str, Any]]:
    return list(messages.rows(random.Random(11), 1500, False))


def spoken(text: str) -> str:
    return " ".join(re.sub(r"[^\w'.+/&%\"-]+", " ", text.lower()).split())


@pytest.fixture(scope="module")
def by_hand() -> dict[bool, list[dict[str, Any]]]:
    """The hand-written rows, those of the writer kept apart under True."""
    return {dev: list(messages.handwritten(dev)) for dev in (False, True)}


def test_every_phrase_stands_in_its_message(
    drawn: list[dict[str, Any]], by_hand: dict[bool, list[dict[str, Any]]]
) -> None:
    for row in [*drawn, *by_hand[False], *by_hand[True]]:
        said = spoken(row["message"])
        for slot in LISTS:
            for phrase in row["answer"].get(slot, ()):
                assert spoken(phrase) in said, row
        if who := row["answer"].get("for_whom"):
            assert spoken(who) in said, row
        if kind := row["answer"].get("category"):
            assert spoken(kind) in said or spoken(plural(kind)) in said or spoken(kind)[:-1] in said, row


def test_answers_fit_the_schema_in_its_order(
    drawn: list[dict[str, Any]], by_hand: dict[bool, list[dict[str, Any]]]
) -> None:
    order = list(SCHEMA["properties"])
    for row in [*drawn, *by_hand[False], *by_hand[True]]:
        keys = list(row["answer"])
        assert keys == [k for k in order if k in keys], row
        assert row["answer"]["intent"] in SCHEMA["properties"]["intent"]["enum"]
        for slot in LISTS:
            values = row["answer"].get(slot, [])
            assert len(values) <= SCHEMA["properties"][slot]["maxItems"]
            assert all(0 < len(v) <= SCHEMA["properties"][slot]["items"]["maxLength"] for v in values), row


def test_every_intent_is_said_and_prices_are_bounds(drawn: list[dict[str, Any]]) -> None:
    assert {r["answer"]["intent"] for r in drawn} == set(Intent.__args__)  # type: ignore[attr-defined]
    both = [r["answer"] for r in drawn if {"price_min", "price_max"} <= set(r["answer"])]
    assert both and all(a["price_min"] < a["price_max"] for a in both)
    assert any(r["context"] for r in drawn) and any(not r["context"] for r in drawn)


def test_handwritten_messages_are_many_and_those_kept_apart_are_others(
    by_hand: dict[bool, list[dict[str, Any]]],
) -> None:
    train, dev = (Held(row["message"] for row in by_hand[kept]) for kept in (False, True))
    assert len(by_hand[False]) > 3000 and len(by_hand[True]) > 300
    assert not train.whole & dev.whole and not train.runs & dev.runs
    tested = Held.read([SHIPPED_SUITES])
    assert not [row for kept in by_hand.values() for row in kept if tested.has(row["message"])]
    for rows in by_hand.values():
        assert {row["answer"]["intent"] for row in rows} == set(Intent.__args__)  # type: ignore[attr-defined]
        keys = [(row["context"], row["message"]) for row in rows]
        assert len(set(keys)) == len(keys)


def test_the_same_seed_says_the_same(drawn: list[dict[str, Any]]) -> None:
    assert list(messages.rows(random.Random(11), 200, False)) == drawn[:200]
    assert list(messages.rows(random.Random(12), 200, False)) != drawn[:200]


def test_no_two_rows_are_alike(drawn: list[dict[str, Any]]) -> None:
    assert len({(r["context"], r["message"]) for r in drawn}) == len(drawn)


def test_dev_has_types_makers_and_phrasings_of_its_own(drawn: list[dict[str, Any]]) -> None:
    names = {True: set[str](), False: set[str]()}
    for kind in goods():
        names[held_out(kind.name)].add(kind.name)
    assert len(names[True]) > 50 and not names[True] & names[False]
    dev = list(messages.rows(random.Random(3), 400, True))
    kinds = {r["answer"]["category"].lower() for r in drawn if "category" in r["answer"]}
    assert len(kinds & names[True]) == 0
    rng = random.Random(1)
    makers = {dev: {brand(rng, "wear", dev).lower() for _ in range(300)} for dev in (True, False)}
    assert not makers[True] & makers[False]
    assert {r["message"] for r in dev}.isdisjoint(r["message"] for r in drawn if len(r["message"].split()) > 6)


def test_the_tables_are_whole() -> None:
    kinds = goods()
    assert len(kinds) > 700
    for kind in kinds:
        assert kind.low < kind.high and kind.adjectives and kind.parts and kind.uses and kind.does, kind.name
        assert set(kind.pools) <= set(pools()), kind.name
    for name in ("speech", "find", "refine", "talk", "shop"):
        for alternatives in rules(name).values():
            for phrase in alternatives:
                tokens(phrase)


def test_amounts_are_those_a_person_names() -> None:
    rng = random.Random(2)
    amounts = [draw(rng, 20, 400) for _ in range(500)]
    assert min(amounts) >= 20 and max(amounts) <= 500
    assert sum(a == int(a) for a in amounts) > 300


def test_explanations_pass_the_check_and_repeat_nothing() -> None:
    rows = list(explanations.rows(random.Random(5), 400, False))
    for row in rows:
        assert row["answer"].endswith(".") and row["answer"].count("$") + row["answer"].count("€") <= 3
        words = row["answer"].lower().split()
        grams = [tuple(words[i : i + 3]) for i in range(len(words) - 2)]
        assert len(grams) == len(set(grams)), row
    assert len({r["answer"] for r in rows}) == len(rows)


def test_a_test_items_words_are_left_out() -> None:
    held = Held(["a quiet blender for my small kitchen please", "yes please"])
    assert held.has("A quiet blender, for my small kitchen, please!")
    assert not held.has("yes please")
    assert not held.has("a quiet blender for my small kitchen")
    run = "one two three four five six seven eight nine ten eleven twelve thirteen"
    assert Held([f"well {run} fourteen"]).has(f"and {run} more")


def test_a_row_with_a_test_items_words_is_refused(tmp_path: Path) -> None:
    text = "i would like a very quiet blender for my small kitchen"
    row = {
        "id": "a",
        "prompt": "understand_tuned",
        "values": {"context": "", "message": text},
        "answer": {"intent": "find"},
    }
    data, held = tmp_path / "rows.jsonl", tmp_path / "held.jsonl"
    data.write_text(json.dumps(row) + "\n", encoding="utf-8")
    held.write_text(json.dumps({"id": "other", "text": text.upper()}) + "\n", encoding="utf-8")
    with pytest.raises(RecipeError, match="has the words of a test item"):
        refuse_held_out(read_rows(data), [held])


def test_the_command_writes_rows_that_training_reads(
    shoptalk: Callable[..., subprocess.CompletedProcess[str]],
    shoptalk_process: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
) -> None:
    out = tmp_path / "data"
    made = shoptalk("finetune", "data", "--out", str(out), "understanding=200", "explanation=50", "dev=20")
    assert made.returncode == 0, made.stderr
    assert made.stdout.strip() == str(out)
    # Another process hashes words in another order, and writes the same.
    twin = tmp_path / "twin"
    shoptalk_process(
        "finetune",
        "data",
        "--out",
        str(twin),
        "understanding=200",
        "explanation=50",
        "dev=20",
        env={"PYTHONHASHSEED": "3"},
    )
    assert (twin / "train.jsonl.gz").read_bytes() == (out / "train.jsonl.gz").read_bytes()
    rows = read_rows(out / "train.jsonl.gz")
    by_hand = 2 * len(list(messages.handwritten(False)))
    assert 240 <= len(rows) - by_hand <= 250 and {r["prompt"] for r in rows} == {"understand_tuned", "explain_tuned"}
    report = json.loads((out / "data.json").read_text(encoding="utf-8"))
    assert sum(report["counts"]["train"].values()) == len(rows)
    again = shoptalk("finetune", "data", "--out", str(out), "understanding=200")
    assert again.returncode == 2 and "is not an empty folder" in again.stderr


def test_some_of_the_hand_written_files_can_be_named(tmp_path: Path) -> None:
    small = ["understanding=20", "explanation=0", "handwritten=1", "dev=10"]
    write(load(DataSettings, SHIPPED, None, [*small, "handwritten_files=[stories]"]), tmp_path / "one")
    rows = read_rows(tmp_path / "one" / "train.jsonl.gz")
    assert 0 <= len(list(messages.handwritten(False, ["stories"]))) + 20 - len(rows) <= 2
    with pytest.raises(RecipeError, match="called 'novels'; there are answers, "):
        write(load(DataSettings, SHIPPED, None, [*small, "handwritten_files=[novels]"]), tmp_path / "none")


def test_cores_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finetune.data._SHARD", 40)
    settings = load(DataSettings, SHIPPED, None, ["understanding=100", "explanation=20", "handwritten=0", "dev=10"])
    for cores in (1, 3):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        write(settings, tmp_path / str(cores))
    one, three = (gzip.decompress((tmp_path / n / "train.jsonl.gz").read_bytes()) for n in ("1", "3"))
    assert one == three
