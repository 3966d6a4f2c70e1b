"""Settings of a recipe: file, overlay, and faults named with the nearest known key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from finetune.settings import RecipeError, load, save
from finetune.sft import SHIPPED, SftSettings


def test_the_shipped_file_names_every_key_and_explains_it() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    head = text[: text.index("\ndata:")]
    assert list(yaml.safe_load(text)) == list(SftSettings.model_fields)
    assert [key for key in SftSettings.model_fields if not re.search(rf"\b{key}[ ,:]", head)] == []


def test_the_command_line_wins_over_the_file(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("rank: 4\nseed: 3\n", encoding="utf-8")
    settings = load(SftSettings, SHIPPED, own, ["seed=5", "out=runs/x", "held_out=[a, b]"])
    assert (settings.rank, settings.seed, settings.out) == (4, 5, Path("runs/x"))
    assert settings.held_out == [Path("a"), Path("b")]
    assert settings.alpha == yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))["alpha"]


def test_all_faults_are_named_at_once_with_the_nearest_key() -> None:
    with pytest.raises(RecipeError) as caught:
        load(SftSettings, SHIPPED, None, ["learning_rat=1", "rank=0", "targets=[q_proj, x_proj]"])
    said = str(caught.value)
    assert "the key 'learning_rat' is unknown, did you mean 'learning_rate'?" in said
    assert "rank: Input should be greater than or equal to 1" in said
    assert "targets.1: Input should be 'q_proj'" in said
    assert "sft.yaml" in said and "\n" not in said


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read: No such file"),
        ("- a\n", "are no table"),
        ("a: [", "are no YAML"),
        ("a: \x00", "are no YAML"),
    ],
)
def test_a_file_that_is_no_settings_is_named(tmp_path: Path, content: str | None, says: str) -> None:
    own = tmp_path / "own.yaml"
    if content is not None:
        own.write_text(content, encoding="utf-8")
    with pytest.raises(RecipeError, match=rf"own\.yaml {says}"):
        load(SftSettings, SHIPPED, own)


def test_a_word_without_equals_sets_nothing() -> None:
    with pytest.raises(RecipeError, match="'rank' sets nothing"):
        load(SftSettings, SHIPPED, None, ["rank"])


def test_saved_settings_load_as_they_were(tmp_path: Path) -> None:
    settings = load(SftSettings, SHIPPED, None, ["seed=5", "bf16=false", "out=runs/x"])
    save(settings, tmp_path / "settings.yaml")
    assert load(SftSettings, SHIPPED, tmp_path / "settings.yaml") == settings
