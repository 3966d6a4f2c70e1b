"""An adapter between two: one trained further from another gains on its rows and loses elsewhere, by different shares.

A point on the way between their weights often keeps most of the gain and little of the loss (Wortsman et al., 2022,
"Robust fine-tuning of zero-shot models"), and costs no training. What is averaged here are the two factors of each
LoRA, which is near the mean of their products as long as one adapter was trained from the other.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from finetune.methods import peft_folder
from finetune.runs import absent
from finetune.settings import RecipeError

_WEIGHTS = "adapter_model.safetensors"
# What two adapters must have in common for their weights to be of one space.
_ALIKE = ("peft_type", "r", "lora_alpha", "rank_pattern", "alpha_pattern", "fan_in_fan_out", "use_rslora", "use_dora")


def mix(first: str, second: str, share: float, out: Path) -> Path:
    """Writes the adapter that has gone ``share`` of the way from ``first`` to ``second``; returns its folder.

    Both are PEFT folders, or the name of the one that ships; ``second`` should have been trained from ``first``, since
    the factors of adapters trained apart have no common meaning. ``share`` is from 0 to 1. Raises ``RecipeError`` for
    adapters of different shapes or prompts, for a share outside its range, and for an ``out`` that holds something.
    """
    if not 0 <= share <= 1:
        raise RecipeError(
            f"A share of {share:g} is not between 0 and 1", "Say 0 for the first adapter, 1 for the second"
        )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise RecipeError(f"{out} is not an empty folder", "Name another one with --out")
    try:
        from safetensors.torch import load_file, save_file
    except ImportError as error:
        raise absent(error) from error

    folders = [peft_folder(name) for name in (first, second)]
    configs = [json.loads((f / "adapter_config.json").read_text(encoding="utf-8")) for f in folders]
    one, two = (load_file(f / _WEIGHTS) for f in folders)
    shapes = [{name: tuple(t.shape) for name, t in tensors.items()} for tensors in (one, two)]
    told = [_told(f) for f in folders]
    alike = shapes[0] == shapes[1] and all(configs[0].get(key) == configs[1].get(key) for key in _ALIKE)
    if not alike or told[0].get("prompts", "") != told[1].get("prompts", ""):
        raise RecipeError(
            f"{folders[0]} and {folders[1]} are not of one shape, or learnt other prompts",
            "Train one of them from the other",
        )
    mixed = {name: ((1 - share) * t.float() + share * two[name].float()).to(two[name].dtype) for name, t in one.items()}
    out.mkdir(parents=True, exist_ok=True)
    save_file(mixed, out / _WEIGHTS, metadata={"format": "pt"})
    (out / "adapter_config.json").write_bytes((folders[1] / "adapter_config.json").read_bytes())
    first_runs, second_runs = (t.get("runs", []) for t in told)
    # A run that went on from the first adapter tells of itself alone.
    runs = second_runs if second_runs[: len(first_runs)] == first_runs else [*first_runs, *second_runs]
    made_of = {"mixed": [hashlib.sha256((f / _WEIGHTS).read_bytes()).hexdigest() for f in folders], "share": share}
    made = {**told[1], "runs": [*runs, made_of]}
    (out / "training.json").write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    return out


def _told(folder: Path) -> dict[str, Any]:
    """What the folder's training.json says; a run's own form becomes the first of ``runs``."""
    file = folder / "training.json"
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if "runs" in told:
        return told
    prompts = {"prompts": told.pop("prompts")} if "prompts" in told else {}
    return prompts | ({"runs": [told]} if told else {})
