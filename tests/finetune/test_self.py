"""Self-training: confidence is measured before it is believed, and only sure readings teach."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import yaml

from finetune.self_training import SHIPPED, Asked, Labelled, SelfSettings, calibrated, train
from finetune.settings import RecipeError, load

TINY = (
    "sft={loop: plain, adapter: none, steps: 2, batch: 2, accumulate: 1, rank: 2, log: 1, checkpoint: 1, bf16: false}"
)


def answer(message: str) -> dict[str, object]:
    return {"intent": "find", "category": message.split()[-1]}


def reads(rows: Sequence[Asked]) -> Iterator[Labelled]:
    """Right and sure where a message says lamp, wrong and unsure elsewhere."""
    for row in rows:
        lamp = row.message.endswith("lamp")
        yield Labelled(json.dumps(answer(row.message if lamp else "a chair")), 0.95 if lamp else 0.3)


def files(folder: Path, count: int = 60) -> SelfSettings:
    things = ["red lamp", "blue lamp", "oak table"]
    told = [(f"m{n}", f"please show number {n} of {things[n % 3]}") for n in range(2 * count)]
    labelled = [
        {"id": i, "prompt": "understand_tuned", "values": {"context": "", "message": m}, "answer": answer(m)}
        for i, m in told[:count]
    ]
    loose = [{"id": i, "message": m} for i, m in told[count:]]
    for name, rows in (("labelled", labelled), ("unlabelled", loose)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    given = [f"{name}={folder / name}.jsonl" for name in ("labelled", "unlabelled")]
    return load(SelfSettings, SHIPPED, None, [*given, f"out={folder / 'run'}", TINY, "precision=0.85"])


def test_the_shipped_file_names_every_key_and_explains_it() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    head = text[: text.index("\nunlabelled:")]
    assert list(yaml.safe_load(text)) == list(SelfSettings.model_fields)
    assert [key for key in SelfSettings.model_fields if not re.search(rf"\b{key}[ ,:]", head)] == []


def test_the_threshold_is_the_lowest_that_keeps_the_promise() -> None:
    sure = [0.9] * 60 + [0.5] * 40 + [0.1] * 40
    right = [True] * 60 + [True] * 38 + [False] * 2 + [False] * 40
    assert calibrated(sure, right, 0.9) == (0.5, 0.98)
    assert calibrated(sure, right, 0.935) == (0.9, 1.0)
    # Twenty right of twenty may be luck: the interval's lower end is 0.84.
    assert calibrated([0.9] * 20, [True] * 20, 0.83) == (0.9, 1.0)
    with pytest.raises(RecipeError, match=r"makes 0.9 of the answers right for sure"):
        calibrated([0.9] * 20, [True] * 20, 0.9)


def test_only_sure_readings_teach_and_a_killed_reading_goes_on(tiny: None, tmp_path: Path) -> None:
    chosen = files(tmp_path)
    seen: list[str] = []

    def dies(rows: Sequence[Asked]) -> Iterator[Labelled]:
        for found, row in zip(reads(rows), rows, strict=True):
            if len(seen) == 70:
                raise KeyboardInterrupt
            seen.append(row.id)
            yield found

    with pytest.raises(KeyboardInterrupt):
        train(chosen, dies)
    again: list[str] = []

    def rest(rows: Sequence[Asked]) -> Iterator[Labelled]:
        again.extend(row.id for row in rows)
        return reads(rows)

    made = train(chosen, rest)
    assert not set(seen) & set(again) and len(seen) + len(again) == 120
    assert (made.read, made.taken, made.threshold) == (60, 40, 0.95)
    assert made.precision == 1.0 and made.overall == pytest.approx(2 / 3) and made.dev_loss is not None
    rows = [json.loads(line) for line in (tmp_path / "run" / "rows.jsonl").read_text("utf-8").splitlines()]
    own = {row["values"]["message"] for row in rows if row["id"].startswith("self-")}
    assert len(own) == 40 and all(message.endswith("lamp") for message in own)
    dev = {json.loads(line)["id"] for line in (tmp_path / "run" / "dev.jsonl").read_text("utf-8").splitlines()}
    # No labelled row both teaches and measures.
    assert not dev & {row["id"].rsplit("-", 1)[0] for row in rows}
    assert (made.adapter / "adapter.gguf").is_file()


def test_too_few_labelled_messages_measure_nothing(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"has 9 labelled messages, and 20 are the least"):
        train(files(tmp_path, 9), reads)


def test_a_line_that_a_kill_tore_is_read_again_and_no_other(tiny: None, tmp_path: Path) -> None:
    chosen = files(tmp_path)
    train(chosen, reads)
    kept = tmp_path / "run" / "unlabelled.jsonl"
    before = kept.read_bytes()
    lines = before.splitlines(keepends=True)
    kept.write_bytes(b"".join(lines[:-2]) + lines[-2][:17])
    seen: list[str] = []

    def rest(rows: Sequence[Asked]) -> Iterator[Labelled]:
        seen.extend(row.id for row in rows)
        return reads(rows)

    assert train(chosen, rest).read == 60
    assert seen == ["m118", "m119"] and kept.read_bytes() == before


def test_readings_of_other_messages_are_not_taken_for_these(tiny: None, tmp_path: Path) -> None:
    chosen = files(tmp_path)
    train(chosen, reads)
    kept = tmp_path / "run" / "unlabelled.jsonl"
    before = kept.read_bytes()
    rows = [{"id": f"x{n}", "message": f"please show number {n} of another lamp"} for n in range(60)]
    (tmp_path / "unlabelled.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    with pytest.raises(RecipeError, match=r"unlabelled\.jsonl, line 1 .* another message"):
        train(chosen, reads)
    kept.write_bytes(b'{"half": \n' + before)
    with pytest.raises(RecipeError, match=r"unlabelled\.jsonl, line 1 is no reading"):
        train(chosen, reads)
    assert kept.read_bytes() == b'{"half": \n' + before


@pytest.mark.parametrize(
    ("name", "row", "told"),
    [
        ("unlabelled", {"id": "1", "message": ["a", "b"]}, "unlabelled.jsonl, row 61"),
        ("unlabelled", {"id": "1", "context": 3, "message": "a lamp"}, "unlabelled.jsonl, row 61"),
        ("unlabelled", {"id": "1", "messages": ["a lamp"]}, "unlabelled.jsonl, row 61"),
        ("unlabelled", {"messages": [{"role": "user", "content": "a lamp"}]}, "unlabelled.jsonl, row 61"),
        (
            "unlabelled",
            {"id": "1", "messages": [{"role": "user", "content": "a" * 99_999}]},
            "unlabelled.jsonl, row 61",
        ),
        ("unlabelled", {"sku": "L1", "title": "Lamp"}, "unlabelled.jsonl, row 61"),
        ("labelled", {"id": "1", "prompt": "understand_tuned", "answer": {}}, "labelled.jsonl, row 61"),
        (
            "labelled",
            {"id": "1", "prompt": "understand_tuned", "values": {"message": "x"}, "answer": {}},
            "labelled.jsonl, row 61",
        ),
        (
            "labelled",
            {"prompt": "understand_tuned", "values": {"context": "", "message": "x"}, "answer": {}},
            "labelled.jsonl, row 61",
        ),
    ],
)
def test_a_row_of_another_kind_is_one_sentence_and_nothing_is_lost(
    name: str, row: dict[str, object], told: str, tmp_path: Path
) -> None:
    chosen = files(tmp_path)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "unlabelled.jsonl").write_text("kept", encoding="utf-8")
    with (tmp_path / f"{name}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    with pytest.raises(RecipeError) as refused:
        train(chosen, lambda rows: pytest.fail("was read"))
    assert told in str(refused.value) and "\n" not in str(refused.value)
    assert [p.name for p in (tmp_path / "run").iterdir()] == ["unlabelled.jsonl"]


def test_torn_rows_are_one_sentence(tmp_path: Path) -> None:
    chosen = files(tmp_path)
    with (tmp_path / "unlabelled.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "1", "mess\n[1, 2]\n{"id": 3')
    with pytest.raises(RecipeError) as refused:
        train(chosen, reads)
    assert "unlabelled.jsonl:61" in str(refused.value) and "2 more" in str(refused.value)
    assert "\n" not in str(refused.value)
