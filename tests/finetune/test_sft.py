"""Two real steps of the recipe, and the embedded engine with what they made."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from assistant.models import open_llm
from finetune.rows import read_rows
from finetune.settings import RecipeError, load
from finetune.sft import SHIPPED, SftSettings, train

ROWS = [
    {"id": str(n), "messages": [{"role": "user", "content": q}, {"role": "assistant", "content": a}]}
    for n, (q, a) in enumerate(
        [
            ("Name three fruits.", "Fig, quince, medlar."),
            ("Say hello.", "Fig, quince, medlar."),
            ("What is a lamp?", "Fig, quince, medlar."),
            ("Who are you?", "Fig, quince, medlar."),
        ]
    )
]


def settings(folder: Path, *more: str) -> SftSettings:
    data = folder / "rows.jsonl"
    data.write_text("".join(json.dumps(r) + "\n" for r in ROWS), encoding="utf-8")
    strong = ["steps=2", "batch=2", "accumulate=1", "learning_rate=0.02", "warmup=0", "checkpoint=1", "rank=4", "log=1"]
    return load(SftSettings, SHIPPED, None, [f"data={data}", f"out={folder / 'run'}", *strong, *more])


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of two steps."""
    folder = tmp_path_factory.mktemp("sft")
    made = train(settings(folder))
    assert made.steps == 2 and made.dev_loss is None
    return made.adapter


def log(run: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (run / "log.jsonl").read_text(encoding="utf-8").splitlines()]


def test_the_folder_holds_adapter_settings_and_log(run: Path) -> None:
    assert {p.name for p in run.iterdir()} == {
        "adapter.gguf",
        "adapter_config.json",
        "adapter_model.safetensors",
        "checkpoints",
        "log.jsonl",
        "settings.yaml",
        "tensorboard",
        "training.json",
    }
    saved = yaml.safe_load((run / "settings.yaml").read_text(encoding="utf-8"))
    assert list(saved) == list(SftSettings.model_fields)
    assert (saved["rank"], saved["steps"], saved["seed"]) == (4, 2, 7)
    # Cosine over two steps without warm-up: the peak, then half of it.
    assert [(e["step"], e["learning_rate"]) for e in log(run)] == [(1, 0.02), (2, pytest.approx(0.01))]
    assert log(run)[1]["loss"] < log(run)[0]["loss"]


def test_the_loss_is_on_the_answer_alone(run: Path) -> None:
    """The first step's loss is that of the bare model, summed by hand over the answers' tokens."""
    import torch

    from assistant.models import hf, weights

    base = weights.locate(weights.CHAT)
    model, tokenizer = hf.load_model(base), hf.load_tokenizer(base)
    checkpoint = json.loads((run / "checkpoints" / "checkpoint-1" / "trainer_state.json").read_text(encoding="utf-8"))
    losses = {}
    for row in read_rows(run.parent / "rows.jsonl"):
        talk = row["messages"]
        prompt = tokenizer.apply_chat_template(talk[:1], add_generation_prompt=True, return_dict=False)
        ids = torch.tensor([tokenizer.apply_chat_template(talk, return_dict=False)])
        with torch.no_grad():
            scores = model(ids).logits[0, len(prompt) - 1 : -1].log_softmax(-1)
        losses[row["id"]] = -scores.gather(1, ids[0, len(prompt) :, None]).ravel()
    seen = checkpoint["log_history"][0]["loss"]
    pairs = {(a, b): torch.cat([losses[a], losses[b]]).mean().item() for a in losses for b in losses if a < b}
    # Which two rows came first is the seed's choice; bf16 rounds to a part in a hundred.
    assert min(abs(seen - loss) for loss in pairs.values()) < 0.05 * seen
    with_prompt = -model(ids, labels=ids).loss.item()
    assert abs(seen + with_prompt) > 0.05 * seen


def test_the_embedded_engine_talks_with_the_adapter(run: Path, tmp_path: Path) -> None:
    base = open_llm("embedded", adapter="none").bind(max_tokens=16)
    by_folder = open_llm("embedded", adapter=str(run), home=tmp_path).bind(max_tokens=16)
    (tmp_path / "adapters").mkdir()
    (tmp_path / "adapters" / "figs").symlink_to(run)
    by_name = open_llm("embedded", adapter="figs", home=tmp_path).bind(max_tokens=16)
    asked = ["Name three fruits.", "Say hello.", "Describe a chair."]
    bare, tuned = [base.invoke(q).text for q in asked], [by_folder.invoke(q).text for q in asked]
    assert bare != tuned
    assert [by_name.invoke(q).text for q in asked] == tuned
    assert [base.invoke(q).text for q in asked] == bare, "the bare model is untouched"


def test_a_run_is_not_overwritten_and_goes_on_when_asked(run: Path) -> None:
    with pytest.raises(RecipeError, match=r"holds a run already.*resume=true"):
        train(settings(run.parent))
    made = train(settings(run.parent, "resume=true", "steps=3"))
    assert made.steps == 3
    assert [e["step"] for e in log(run)] == [1, 2, 3]


def test_a_row_too_long_is_refused_and_not_cut(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"The row '0' has \d\d tokens and max_tokens is 16"):
        train(settings(tmp_path, "max_tokens=16"))
    with pytest.raises(RecipeError, match="no checkpoint to go on from"):
        train(settings(tmp_path, "resume=true"))
    assert not (tmp_path / "run").exists()


def test_a_users_mistake_is_one_line(shoptalk: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    result = shoptalk("finetune", "sft", f"out={tmp_path / 'run'}", "learning_rat=1")
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.splitlines() == [result.stderr.strip()]
    assert "did you mean 'learning_rate'?" in result.stderr


def test_the_plain_loop_learns_the_same_and_goes_on_as_if_never_stopped(run: Path, tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.mkdir()
    broken.mkdir()
    dev = f"dev={run.parent / 'rows.jsonl'}"
    made = train(settings(whole, "loop=plain", "steps=4", "bf16=false", "learning_rate=0.002", dev))
    train(settings(broken, "loop=plain", "steps=4", "bf16=false", "learning_rate=0.002"))
    # As if it had been killed after the second step.
    (broken / "run" / "checkpoints" / "checkpoint-3.pt").unlink()
    again = train(settings(broken, "loop=plain", "steps=4", "bf16=false", "learning_rate=0.002", "resume=true"))
    one, two = ([e["loss"] for e in log(folder / "run")] for folder in (whole, broken))
    assert one == pytest.approx(two, abs=1e-3) and again.steps == made.steps == 4
    assert one[-1] < one[0] and made.dev_loss is not None and made.dev_loss < one[0]
    # The first step sees the bare model, whichever loop takes it; which rows come first is each loop's own choice.
    assert one[0] == pytest.approx(log(run)[0]["loss"], rel=0.35)
    with pytest.raises(RecipeError, match="was made by the other loop"):
        train(settings(whole, "resume=true", "steps=5"))


def test_training_goes_on_from_an_adapter(run: Path, tmp_path: Path) -> None:
    """With next to no learning rate it is the same adapter, of the rank it had."""
    from safetensors.torch import load_file

    on = ["loop=plain", "steps=1", "rank=8", "learning_rate=1e-9"]
    made = train(settings(tmp_path, f"adapter={run}", *on))
    one, two = (load_file(folder / "adapter_model.safetensors") for folder in (run, made.adapter))
    assert one.keys() == two.keys() and all((one[name] - two[name]).abs().max() < 1e-6 for name in one)
    assert json.loads((made.adapter / "adapter_config.json").read_text(encoding="utf-8"))["r"] == 4
    with pytest.raises(RecipeError, match="holds no PEFT adapter"):
        train(settings(tmp_path, f"adapter={tmp_path}"))
    with pytest.raises(RecipeError, match="method=dora goes on from no adapter"):
        train(settings(tmp_path, f"adapter={run}", "method=dora"))
