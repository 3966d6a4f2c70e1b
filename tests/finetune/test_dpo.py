"""Preference pairs: one is true and the other is not, by the chat's own check; two steps of the recipe."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
import yaml

from finetune import embellish
from finetune.dpo import SHIPPED, DpoSettings, preferences, train
from finetune.explanations import passes
from finetune.settings import RecipeError, load


def settings(folder: Path, *more: str) -> DpoSettings:
    small = ["pairs=6", "dev=4", "steps=2", "batch=2", "accumulate=1", "rank=2", "checkpoint=1", "log=1"]
    return load(DpoSettings, SHIPPED, None, [f"out={folder / 'run'}", "adapter=none", "warmup=0", *small, *more])


def test_the_shipped_file_names_every_key_and_explains_it() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    head = text[: text.index("\nadapter:")]
    assert list(yaml.safe_load(text)) == list(DpoSettings.model_fields)
    assert [key for key in DpoSettings.model_fields if not re.search(rf"\b{key}[ ,:]", head)] == []


@pytest.mark.parametrize("dev", [False, True])
def test_the_chat_would_show_the_chosen_sentence_and_not_the_other(dev: bool) -> None:
    rows = list(embellish.rows(random.Random(3), 60, dev))
    assert len(rows) == 60
    assert all(passes(row, row["chosen"]) and not passes(row, row["rejected"]) for row in rows)
    # Something was changed, and most of the sentence stands.
    assert all(row["chosen"] != row["rejected"] for row in rows)
    assert len({row["rejected"] for row in rows}) == 60


def test_dev_pairs_are_dressed_up_in_words_of_their_own() -> None:
    for way in ("clause", "sentence", "opening"):
        own, other = (embellish._said(way, dev) for dev in (True, False))
        assert own and other and not set(own) & set(other)


def test_two_steps_and_a_third_after_a_stop(tiny: None, tmp_path: Path) -> None:
    made = train(settings(tmp_path, "learning_rate=0.01"))
    assert made.steps == 2 and 0 <= made.before <= 1 and 0 <= made.after <= 1
    told = json.loads((made.adapter / "training.json").read_text(encoding="utf-8"))
    assert told["prompts"] == "tuned" and (made.adapter / "adapter.gguf").is_file()
    with pytest.raises(RecipeError, match="holds a run already"):
        train(settings(tmp_path))
    assert train(settings(tmp_path, "resume=true", "steps=3")).steps == 3


def test_pairs_are_asked_in_the_prompt_of_the_chat(tmp_path: Path) -> None:
    pair = next(iter(preferences(settings(tmp_path), False)))
    assert [m["role"] for m in pair["prompt"]] == ["system", "user"]
    assert pair["prompt"][1]["content"].startswith("wish: ")
    with pytest.raises(RecipeError, match="holds no PEFT adapter"):
        train(settings(tmp_path, f"adapter={tmp_path}"))
