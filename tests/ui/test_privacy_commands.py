"""The commands ``privacy`` and ``ads``: what they refuse in one line, and what an empty batch gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from profile_shop import make
from typed import typed


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("privacy"))


def _rows(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_mistakes_are_one_line_each(shop: Path, tmp_path: Path) -> None:
    good, bad = _rows(tmp_path / "good.jsonl", {"id": 1, "text": "x"}), _rows(tmp_path / "bad.jsonl", {"id": 1})
    out, asked = tmp_path / "out.jsonl", _rows(tmp_path / "asked.jsonl", {"id": 1, "customer": "ANNA-1"})
    full = tmp_path / "full"
    full.mkdir()
    (full / "kept.txt").write_text("mine")
    for command, word in (
        (("privacy", "mask", "--in", bad, "--out", out), "row 1"),
        (("privacy", "mask", "--in", good, "--out", out, "--keep", "SHOE"), "SHOE"),
        (("privacy", "mask", "--in", tmp_path / "none.jsonl", "--out", out), "none.jsonl"),
        (("privacy", "export", "--out", full, "--shop", tmp_path / "nowhere"), "no shop"),
        (("ads", "--in", bad, "--out", out, "--shop", shop), "row 1"),
        (("ads", "--in", asked, "--out", out, "--shop", shop), "no advertisements"),
        (("insights", "ads", "--out", tmp_path / "r.html", "--shop", shop), "no advertisements"),
    ):
        done = typed(*command)
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        assert (done.returncode, len(lines)) == (2, 1) and word in lines[0], done.stderr
    assert not out.exists() and [p.name for p in full.iterdir()] == ["kept.txt"]


def test_an_empty_batch_succeeds_and_a_customer_may_say_no(shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    done = typed("ads", "--in", _rows(tmp_path / "empty.jsonl"), "--out", out, "--shop", shop)
    assert (done.returncode, out.read_text()) == (0, "")
    assert typed("profile", "edit", "ANNA-1", "--no-ads", "--shop", shop).returncode == 0
    assert typed("profile", "edit", "ANNA-1", "--shop", shop).returncode == 2
    assert typed("profile", "edit", "NOBODY", "--ads", "--shop", shop).returncode == 2
