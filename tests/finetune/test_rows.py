"""Training rows: two forms, one renderer, and never a test item."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from assistant.prompts import render
from finetune.rows import read_rows, refuse_held_out
from finetune.settings import RecipeError
from finetune.sft import TOY

TALK = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]


def write(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return path


def test_the_toy_rows_are_read_and_no_suite_holds_them() -> None:
    rows = read_rows(TOY)
    assert len(rows) == 36
    refuse_held_out(rows, [])


def test_a_prompt_row_is_rendered_as_the_chat_renders_it(tmp_path: Path) -> None:
    answer = {"intent": "find", "category": "Bücherregal"}
    row = {"id": 1, "prompt": "understand", "values": {"message": "ein Bücherregal"}, "answer": answer}
    read = read_rows(write(tmp_path / "rows.jsonl", row))
    assert read[0]["id"] == "1"
    chat = [{"role": role, "content": text} for role, text in render("understand", message="ein Bücherregal")]
    said = '{"intent": "find", "category": "Bücherregal"}'
    assert read[0]["messages"] == [*chat, {"role": "assistant", "content": said}]


def test_rows_may_be_compressed(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps({"id": "a", "messages": TALK}).encode()))
    assert read_rows(path) == [{"id": "a", "messages": TALK, "prompt": ""}]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"messages": TALK}, "line 2 has no id"),
        ([1], "line 2 has no id"),
        ({"id": "b"}, "line 2 is no conversation"),
        ({"id": "b", "messages": TALK[:1]}, "line 2 is no conversation"),
        ({"id": "b", "messages": [TALK[1], TALK[0]]}, "line 2 is no conversation"),
        ({"id": "b", "messages": [{"role": "robot", "content": "x"}, TALK[1]]}, "line 2 is no conversation"),
        ({"id": "b", "messages": [TALK[0], {"role": "assistant", "content": " "}]}, "line 2 is no conversation"),
        ({"id": "b", "prompt": "understand", "values": {"message": "x"}}, "line 2 is no conversation"),
        ({"id": "b", "prompt": "understand", "values": {}, "answer": "x"}, "line 2 fits no prompt"),
        ({"id": "b", "prompt": "no-such", "values": {}, "answer": "x"}, "line 2 fits no prompt"),
        ({"id": "a", "messages": TALK}, "line 2 repeats the id 'a'"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, row: Any, says: str) -> None:
    path = write(tmp_path / "rows.jsonl", {"id": "a", "messages": TALK}, row)
    with pytest.raises(RecipeError, match=says):
        read_rows(path)


def test_missing_empty_and_broken_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="do not exist"):
        read_rows(tmp_path / "absent.jsonl")
    with pytest.raises(RecipeError, match="holds no rows"):
        read_rows(write(tmp_path / "empty.jsonl"))
    (tmp_path / "broken.jsonl").write_text("{", encoding="utf-8")
    with pytest.raises(RecipeError, match="line 1 is not JSON"):
        read_rows(tmp_path / "broken.jsonl")


def test_a_test_item_is_refused_wherever_it_is_held(tmp_path: Path) -> None:
    rows = read_rows(write(tmp_path / "rows.jsonl", {"id": "a", "messages": TALK}, {"id": 7, "messages": TALK}))
    refuse_held_out(rows, [write(tmp_path / "other.jsonl", {"id": "b"}, {"id": "c"})])
    plain = tmp_path / "held.txt"
    plain.write_text("b\na\n", encoding="utf-8")
    with pytest.raises(RecipeError, match=r"1 training rows are test items, the first 'a' of .*held\.txt"):
        refuse_held_out(rows, [plain])
    folder = tmp_path / "suite"
    (folder / "deep").mkdir(parents=True)
    write(folder / "deep" / "test.jsonl", {"id": 7, "text": "x"})
    with pytest.raises(RecipeError, match="the first '7'"):
        refuse_held_out(rows, [folder])
    with pytest.raises(RecipeError, match="do not exist"):
        refuse_held_out(rows, [tmp_path / "nowhere"])


def test_suites_that_ship_are_always_held_out(tmp_path: Path) -> None:
    shipped = next((Path(__file__).parents[2] / "eval" / "data").glob("*.jsonl"))
    held = json.loads(shipped.read_text(encoding="utf-8").splitlines()[0])["id"]
    rows = read_rows(write(tmp_path / "rows.jsonl", {"id": held, "messages": TALK}))
    with pytest.raises(RecipeError, match=f"the first '{held}' of .*{shipped.name}"):
        refuse_held_out(rows, [])
