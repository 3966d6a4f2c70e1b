"""Every recipe is a command, and a user's mistake in it is one line that names the mend."""

from __future__ import annotations

from pathlib import Path

import pytest
from typed import typed


@pytest.mark.parametrize(
    ("recipe", "wrong", "meant"),
    [
        ("embed", "learning_rat", "learning_rate"),
        ("private", "epsilo", "epsilon"),
        ("dpo", "bet", "beta"),
        ("self", "precisio", "precision"),
        ("release", "targe", "target"),
    ],
)
def test_a_misspelt_key_is_one_line_with_the_one_meant(recipe: str, wrong: str, meant: str, tmp_path: Path) -> None:
    said = typed("finetune", recipe, f"out={tmp_path / 'run'}", f"{wrong}=1")
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.splitlines() == [said.stderr.strip()] and f"did you mean {meant!r}?" in said.stderr
    assert not (tmp_path / "run").exists()


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    for recipe, given in (("private", "data"), ("self", "labelled"), ("embed", "shop")):
        said = typed("finetune", recipe, f"out={tmp_path / recipe}", f"{given}={absent}")
        assert said.returncode == 2 and str(absent) in said.stderr and "Traceback" not in said.stderr, said.stderr
