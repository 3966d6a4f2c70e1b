"""What the benchmarks of the recipes rest on: invented messages with right labels, answers kept, F1 compared in pairs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import dpo, private, record, self_training, slips, tuning
from finetune.score import shared


@pytest.mark.parametrize("kind", ["shorthand", "form"])
def test_every_label_of_a_slip_stands_in_it_behind_its_mark(kind: slips.Kind) -> None:
    marks = slips._notations()[kind]["marks"]
    for row in slips.rows(kind, 3, 200, False):
        for slot, value in row["answer"].items():
            for one in value if isinstance(value, list) else [value]:
                said = f"{one:g}" if isinstance(one, int | float) else one
                assert slot == "intent" or marks[slot].format(said) in row["message"]


def test_slips_to_measure_by_have_types_and_makers_of_no_other() -> None:
    def of(dev: bool) -> set[str]:
        found = slips.rows("shorthand", 3, 300, dev)
        makers = {m.lower() for row in found for s in ("brands", "not_brands") for m in row["answer"].get(s, ())}
        return makers | {row["answer"]["category"] for row in found}

    assert not of(True) & of(False)
    assert slips.rows("form", 3, 20, True) == slips.rows("form", 3, 20, True) != slips.rows("form", 4, 20, True)


def test_an_answer_that_a_kill_tore_is_asked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.models.open_llm", lambda *_, **__: None)
    asked: list[str] = []

    def ask(_: Any, row: tuning.Row) -> str:
        asked.append(row["message"])
        return str(row["message"]).upper()

    kept, rows = tmp_path / "kept.jsonl", [{"message": name} for name in "abc"]
    kept.write_text('"A"\n"B', encoding="utf-8")
    assert tuning.told(kept, "none", rows, ask) == ["A", "B", "C"] and asked == ["b", "c"]
    assert tuning.told(kept, "none", rows, ask) == ["A", "B", "C"] and asked == ["b", "c"]


def test_no_answer_of_yesterday_is_given_for_another_adapter_row_or_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOPTALK_HOME", str(tmp_path))
    monkeypatch.setattr("assistant.models.open_llm", lambda *_, **__: None)
    asked: list[str] = []

    def read(_: object, schema: object, context: str, message: str) -> dict[str, str]:
        asked.append(message)
        return {"text": "{}"}

    monkeypatch.setattr(tuning, "read", read)
    # Two adapters in folders of one name, told apart by their bytes.
    one, other = (tmp_path / name / "adapter" for name in ("a", "b"))
    for folder in (one, other):
        folder.mkdir(parents=True)
        (folder / "adapter.gguf").write_text(folder.parent.name)
    row = {"context": "", "message": "a mug", "answer": {"intent": "find"}}
    for adapter, message, count in ((one, "a mug", 1), (one, "a mug", 1), (other, "a mug", 2), (one, "a cup", 3)):
        assert tuning.readings(str(adapter), [{**row, "message": message}]) == [(row["answer"], "{}")]
        assert len(asked) == count
    (one / "adapter.gguf").write_text("trained on")
    tuning.readings(str(one), [row])
    assert len(asked) == 4
    monkeypatch.setattr(tuning, "render", lambda name, **values: [("user", f"Another prompt: {values['message']}")])
    tuning.readings(str(one), [row])
    tuning.readings(str(one), [row])
    assert len(asked) == 5


def test_what_was_made_once_is_kept_by_the_settings_it_was_made_with(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> int:
        made.append(len(made))
        return made[-1]

    names = [tuning.key("none", ["a row"], {"learning_rate": rate}) for rate in (1e-4, 1e-4, 2e-4)]
    assert [tuning.once(tmp_path / "kept" / name, make) for name in names] == [0, 0, 1]


def test_f1_over_messages_counts_slots_and_gains_are_paired() -> None:
    meant = {"intent": "find", "category": "mug", "features": ["blue", "big"]}
    half = json.dumps({"intent": "find", "features": ["Blue", "red"]})
    assert shared(meant, half) == (1, 5)
    worse, better = [(meant, half)] * 4, [(meant, json.dumps(meant))] * 4
    assert tuning.slot_f1(worse).value == pytest.approx(0.4)
    gain = tuning.slot_f1_gain(better, worse)
    assert gain.value == gain.low == gain.high == pytest.approx(0.6)
    values, cells = tuning.row(better, worse)
    assert values["gain"]["value"] == pytest.approx(0.6) and cells == [
        "1.000 [1.000, 1.000]",
        "+0.600 [+0.600, +0.600]",
    ]
    assert tuning.row(worse, worse)[1][1] == "–"


def test_the_tables_say_what_was_gained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "RESULTS", tmp_path)
    meant = {"intent": "find", "category": "mug"}
    worse, better = [(meant, "{}")] * 3, [(meant, json.dumps(meant))] * 3
    run = {"epsilon": 3.0, "delta": 1e-5, "noise": 0.7, "dev_loss": 0.5, "exposures": [0.0, 4.0]}
    start = {"dev_loss": 2.0, "exposures": [1.0, 1.0], "pairs": worse}
    private.report(
        {private.UNTOUCHED: start, "epsilon 3": {**run, "pairs": better}, private.BY_HEART: run | {"pairs": []}}
    )
    assert (
        "| 1.000 [1.000, 1.000] | +1.000 [+1.000, +1.000] | 2.00 [0.00, 4.00] |"
        in (tmp_path / "private.md").read_text()
    )
    before = {"margins": [0.1, -0.1], "passed": [True, False], "words": [9, 9]}
    dpo.report({dpo.BEFORE: before, "after": {"margins": [0.2, 0.2], "passed": [True, True], "words": [8, 9]}})
    assert json.loads((tmp_path / "dpo.json").read_text())["runs"]["after"]["passes"]["gain"]["value"] == 0.5
    taught = {"pairs": better, "taken": [*better, *worse], "threshold": 0.9}
    self_training.report({self_training.BEFORE: {"pairs": worse}, "after": taught}, 8)
    assert "| 6 of 8 | 0.500 [" in (tmp_path / "self_training.md").read_text()
