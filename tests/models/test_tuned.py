"""Which file runs for which adapter: merged once, kept, and marked with the prompts that it learnt."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import ModelSpecError
from assistant.models import weights
from assistant.models.gguf_file import adapter_prompts, read_safetensors, read_tensors, write_adapter
from assistant.models.tuned import adapter_file, tuned
from assistant.prompts import render, render_for

NAME = "blk.3.attn_q.weight"


def adapter(folder: Path, prompts: str = "") -> Path:
    """A LoRA of rank 2 and alpha 4 over one matrix."""
    folder.mkdir(parents=True)
    write_adapter(folder / "adapter.gguf", {NAME: lora()}, 4.0, prompts)
    return folder


def lora() -> tuple[np.ndarray, np.ndarray]:
    """Its A and B."""
    rng = np.random.default_rng(0)
    a, b = (rng.normal(size=shape).astype(np.float32) for shape in ((2, 576), (576, 2)))
    return a, b


def test_without_an_adapter_the_packages_file_runs(tmp_path: Path) -> None:
    bare = tuned("none", tmp_path)
    assert (bare.model, bare.lora, bare.prompts) == (weights.locate(weights.CHAT), None, "")
    assert not (tmp_path / "derived").exists()


def test_an_adapter_beside_the_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "FORM", "lora")
    folder = adapter(tmp_path / "adapters" / "mine", "tuned")
    what = tuned("mine", tmp_path)
    assert what.model == weights.locate(weights.CHAT)
    assert what.lora == (folder / "adapter.gguf").resolve() and what.prompts == "tuned"


def test_an_adapter_is_merged_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "FORM", "Q8_0")
    folder = adapter(tmp_path / "mine")
    what = tuned(str(folder), tmp_path)
    assert what.lora is None and what.model.parent == tmp_path / "derived" and what.prompts == ""
    made = what.model.stat().st_mtime_ns
    assert tuned(str(folder), tmp_path) == what and what.model.stat().st_mtime_ns == made
    assert [p.name for p in (tmp_path / "derived").iterdir()] == [what.model.name], "nothing half made is left"
    bare, merged = read_tensors(weights.locate(weights.CHAT)), read_tensors(what.model)
    a, b = lora()
    wanted = bare[NAME] + 4 / 2 * (b @ a)
    assert np.abs(merged[NAME] - wanted).max() < 0.02 * np.abs(wanted).max()
    assert np.abs(wanted - bare[NAME]).max() > 0.1
    # What no adapter lies over stays what it was, as near as the form holds it.
    others = [name for name in bare if name != NAME and bare[name].ndim == 2]
    assert all(np.abs(merged[n] - bare[n]).max() < 0.02 * np.abs(bare[n]).max() for n in others)


def test_an_unknown_adapter_is_answered_with_those_there(tmp_path: Path) -> None:
    adapter(tmp_path / "adapters" / "shop-a")
    with pytest.raises(ModelSpecError, match=r"no adapter .shop-b.; there are .*shop-a"):
        adapter_file("shop-b", tmp_path)


def test_bfloat16_is_read_without_torch(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    values = torch.randn(3, 5)
    save_file({"half": values.bfloat16(), "whole": values, "f16": values.half()}, tmp_path / "t.safetensors")
    read = read_safetensors(tmp_path / "t.safetensors")
    assert np.array_equal(read["half"], values.bfloat16().float().numpy())
    assert np.array_equal(read["whole"], values.numpy())
    assert np.array_equal(read["f16"], values.half().float().numpy())


def test_peft_weights_are_converted_once_with_their_mark(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    folder = tmp_path / "peft"
    folder.mkdir()
    key = "base_model.model.model.layers.3.self_attn.v_proj.lora_{}.weight"
    parts = {key.format("A"): torch.randn(4, 576).bfloat16(), key.format("B"): torch.randn(192, 4).bfloat16()}
    save_file(parts, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text(json.dumps({"lora_alpha": 8}), encoding="utf-8")
    (folder / "training.json").write_text(json.dumps({"prompts": "tuned"}), encoding="utf-8")
    made = adapter_file(str(folder), tmp_path)
    assert made is not None and made.parent == tmp_path / "derived" and adapter_prompts(made) == "tuned"
    assert adapter_file(str(folder), tmp_path) == made
    # The same weights with another strength are another adapter.
    (folder / "adapter_config.json").write_text(json.dumps({"lora_alpha": 16}), encoding="utf-8")
    other = adapter_file(str(folder), tmp_path)
    assert other not in (None, made)


def test_a_tuned_model_is_asked_without_examples() -> None:
    class Model:
        prompts = "tuned"

    short = render_for(Model(), "understand", context="shop: Which size?\n", message="42")
    assert short == render("understand_tuned", context="shop: Which size?\n", message="42")
    assert [role for role, _ in short] == ["system", "user"] and short[-1][1] == "shop: Which size?\nshopper: 42"
    assert render_for(object(), "understand", context="", message="42") == render("understand", message="42")
