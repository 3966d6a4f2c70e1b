"""An adapter between two."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from finetune.mixed import mix
from finetune.settings import RecipeError

NAME = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"


def adapter(folder: Path, value: float, told: dict, rank: int = 2) -> Path:
    folder.mkdir()
    save_file({NAME: torch.full((rank, 4), value, dtype=torch.bfloat16)}, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA", "r": rank, "lora_alpha": 4}))
    (folder / "training.json").write_text(json.dumps(told))
    return folder


def test_the_weights_lie_between_and_the_runs_are_told(tmp_path: Path) -> None:
    first = adapter(tmp_path / "first", 1.0, {"prompts": "tuned", "steps": 3})
    second = adapter(tmp_path / "second", 2.0, {"prompts": "tuned", "runs": [{"steps": 3}, {"steps": 5}]})
    made = mix(str(first), str(second), 0.25, tmp_path / "out")
    weights = load_file(made / "adapter_model.safetensors")[NAME]
    assert weights.dtype == torch.bfloat16 and torch.equal(weights.float(), torch.full((2, 4), 1.25))
    told = json.loads((made / "training.json").read_text())
    assert told["prompts"] == "tuned" and [r.get("steps") for r in told["runs"]] == [3, 5, None]
    assert told["runs"][2]["share"] == 0.25 and len(set(told["runs"][2]["mixed"])) == 2
    alone = adapter(tmp_path / "alone", 2.0, {"prompts": "tuned", "steps": 5})
    told = json.loads((mix(str(first), str(alone), 1, tmp_path / "more") / "training.json").read_text())
    assert [r.get("steps") for r in told["runs"]] == [3, 5, None]


def test_what_cannot_be_mixed_is_told(tmp_path: Path) -> None:
    first, other = adapter(tmp_path / "first", 1.0, {}), adapter(tmp_path / "other", 1.0, {}, rank=3)
    with pytest.raises(RecipeError, match="not of one shape"):
        mix(str(first), str(other), 0.5, tmp_path / "out")
    untuned = adapter(tmp_path / "untuned", 1.0, {"prompts": "tuned"})
    with pytest.raises(RecipeError, match="learnt other prompts"):
        mix(str(first), str(untuned), 0.5, tmp_path / "out")
    with pytest.raises(RecipeError, match="share of 2 is not between 0 and 1"):
        mix(str(first), str(first), 2, tmp_path / "out")
    with pytest.raises(RecipeError, match="is not an empty folder"):
        mix(str(first), str(first), 0.5, first)
    with pytest.raises(RecipeError, match="holds no PEFT adapter"):
        mix(str(first), str(tmp_path / "none"), 0.5, tmp_path / "out")
    assert not (tmp_path / "out").exists()
