"""Every kind of tuning trains, goes on as if never stopped, and leaves a file that computes what was trained."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.models import hf
from assistant.models.gguf_file import is_model, read_fields
from finetune.methods import Ranks, wrap
from finetune.settings import RecipeError, load
from finetune.sft import SHIPPED, SftSettings, train

TARGETS = ["q_proj", "k_proj", "up_proj", "down_proj"]


def settings(folder: Path, *more: str) -> SftSettings:
    folder.mkdir(exist_ok=True)
    data = folder / "rows.jsonl"
    rows = [
        {
            "id": str(n),
            "messages": [{"role": "user", "content": f"{n}?"}, {"role": "assistant", "content": f"{n + 1}."}],
        }
        for n in range(8)
    ]
    data.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    given = [f"data={data}", f"out={folder / 'run'}", "loop=plain", "steps=8", "batch=2", "accumulate=1", "warmup=0"]
    return load(SftSettings, SHIPPED, None, [*given, "bf16=false", "rank=4", "alpha=8", "checkpoint=2", "log=1", *more])


def losses(folder: Path) -> list[float]:
    return [json.loads(line)["loss"] for line in (folder / "run" / "log.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("method", ["adalora", "full"])
def test_a_killed_run_goes_on_as_if_never_stopped(tiny: None, tmp_path: Path, method: str, monkeypatch: Any) -> None:
    from finetune import methods

    monkeypatch.setattr(methods, "write", lambda *_: None)
    whole, broken = (settings(tmp_path / name, f"method={method}", "learning_rate=0.01") for name in ("a", "b"))
    train(whole)
    train(broken)
    for step in (6, 4):
        last = tmp_path / "b" / "run" / "checkpoints" / f"checkpoint-{step}.pt"
        if step == 6:
            last.unlink()
    train(broken.model_copy(update={"resume": True}))
    assert losses(tmp_path / "b") == pytest.approx(losses(tmp_path / "a"), abs=1e-4)
    assert losses(tmp_path / "a")[-1] < losses(tmp_path / "a")[0]


def test_a_share_of_the_rows_is_the_first_of_them(tiny: None, tmp_path: Path, monkeypatch: Any) -> None:
    from finetune import methods

    monkeypatch.setattr(methods, "write", lambda *_: None)
    train(settings(tmp_path / "a", "share=0.3"))
    assert json.loads((tmp_path / "a" / "run" / "training.json").read_text("utf-8"))["rows"] == 3


def test_an_adalora_becomes_a_lora_that_computes_the_same(tiny: None, tmp_path: Path) -> None:
    import peft
    import torch

    from assistant.models import weights
    from finetune import methods

    model = wrap(hf.load_model(), "adalora", rank=4, alpha=8, dropout=0.0, targets=TARGETS, steps=10)
    for name, values in model.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(values, std=0.1)
    ids = torch.tensor([[5, 9, 2, 7]])
    with torch.no_grad():
        wanted, bare = model(ids).logits, hf.load_model()(ids).logits
    methods.write(model, "adalora", tmp_path, weights.locate(weights.CHAT), "tuned")
    again = peft.PeftModel.from_pretrained(hf.load_model(), tmp_path).eval()
    with torch.no_grad():
        assert torch.allclose(again(ids).logits, wanted, atol=1e-4)
    assert (wanted - bare).abs().max() > 1e-3
    assert read_fields(tmp_path / "adapter.gguf")["adapter.lora.alpha"] == 12.0 and not is_model(
        tmp_path / "adapter.gguf"
    )


def test_ranks_are_taken_away_down_to_those_asked_for(tiny: None) -> None:
    import torch

    model = wrap(hf.load_model(), "adalora", rank=4, alpha=8, dropout=0.0, targets=TARGETS, steps=10)
    ranks = Ranks.of(model)
    assert ranks is not None and ranks.penalty() > 0 and Ranks.of(hf.load_model()) is None
    optimiser = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1)
    ids = torch.tensor([[5, 9, 2, 7]])
    for step in range(1, 11):
        model(ids, labels=ids).loss.backward()
        optimiser.step()
        ranks.after(step)
        optimiser.zero_grad()
    left = [int((v != 0).sum()) for n, v in model.named_parameters() if "lora_E" in n]
    assert sum(left) <= 4 * len(left) < 6 * len(left)


def test_adalora_needs_the_loop_that_remembers_its_ranks(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="loop=trl does not train an AdaLoRA"):
        train(settings(tmp_path, "method=adalora", "loop=trl"))
