"""The private recipe on a toy: what it spends is what was asked for, clipping and noise act, and a killed run goes on."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest
import yaml

from finetune.private import ORDERS, SHIPPED, PrivateSettings, Trained, noise_for, train
from finetune.settings import RecipeError, load

ROWS = [
    {
        "id": str(n),
        "messages": [{"role": "user", "content": f"Say {n}."}, {"role": "assistant", "content": f"It is {n}."}],
    }
    for n in range(6)
]


def settings(folder: Path, *more: str) -> PrivateSettings:
    folder.mkdir(exist_ok=True)
    data = folder / "rows.jsonl"
    data.write_text("".join(json.dumps(r) + "\n" for r in ROWS), encoding="utf-8")
    small = ["steps=2", "batch=3", "part=2", "layers=1", "rank=2", "log=1", "checkpoint=1", "seed=5", "delta=0.01"]
    return load(PrivateSettings, SHIPPED, None, [f"data={data}", f"out={folder / 'run'}", *small, *more])


@pytest.fixture(scope="module")
def made(tiny: None, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A run of two steps at epsilon 3."""
    return train(settings(tmp_path_factory.mktemp("private") / "a", "epsilon=3"))


def log(run: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (run / "log.jsonl").read_text(encoding="utf-8").splitlines()]


def test_the_shipped_file_names_every_key_and_explains_it() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    head = text[: text.index("\ndata:")]
    assert list(yaml.safe_load(text)) == list(PrivateSettings.model_fields)
    assert [key for key in PrivateSettings.model_fields if not re.search(rf"\b{key}[ ,:]", head)] == []


def test_what_is_spent_is_what_was_allowed_and_is_written_down(made: Trained) -> None:
    assert 2.9 < made.epsilon <= 3.0 and made.delta == 0.01
    told = json.loads((made.adapter / "training.json").read_text(encoding="utf-8"))
    assert told["epsilon"] == made.epsilon and told["noise"] > 0.5
    first, second = log(made.adapter)
    assert 0 < first["epsilon"] < second["epsilon"] == made.epsilon
    assert (made.adapter / "adapter.gguf").is_file()
    # The seed by which the noise could be taken off does not stay behind.
    assert not any((made.adapter / "checkpoints").iterdir())


@pytest.mark.parametrize("epsilon", [0.02, 1, 3, 8])
def test_the_order_that_bounds_what_is_spent_is_not_the_last_one_tried(epsilon: float) -> None:
    from opacus.accountants import RDPAccountant

    delta, share, steps = 1 / 60_000, 64 / 6000, 8
    accountant = RDPAccountant()
    accountant.history = [(noise_for(epsilon, delta, share, steps), share, steps)]
    spent, order = accountant.get_privacy_spent(delta=delta, alphas=ORDERS)
    assert 0.97 * epsilon < spent <= epsilon
    assert ORDERS[0] < order < ORDERS[-1] == 1024
    # So little epsilon needs high orders.
    assert (order > 127) == (epsilon == 0.02)


def test_noise_acts_and_a_killed_run_takes_the_same_steps(tiny: None, made: Trained, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    bare = train(settings(tmp_path / "bare", "epsilon=null"))
    assert math.isinf(bare.epsilon)
    # The first step sees the untouched model, whatever the noise.
    assert log(bare.adapter)[0]["loss"] == log(made.adapter)[0]["loss"]
    one, other = (load_file(run.adapter / "adapter_model.safetensors") for run in (made, bare))
    assert any((one[name] - other[name]).abs().max() > 1e-4 for name in one)
    chosen = settings(tmp_path / "killed", "epsilon=3")
    stopped(chosen)
    again = train(chosen.model_copy(update={"resume": True}))
    assert again.epsilon == pytest.approx(made.epsilon) and log(again.adapter) == log(made.adapter)
    same = load_file(again.adapter / "adapter_model.safetensors")
    assert all((one[name] - same[name]).abs().max() < 1e-5 for name in one)


def stopped(chosen: PrivateSettings) -> None:
    """A run that dies after its first checkpoint."""
    from finetune import private

    class Killed(Exception):
        pass

    def save(self: private.Private) -> None:
        kept(self)
        raise Killed

    kept = private.Private.save
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr(private.Private, "save", save)
        train(chosen)
    # As a kill in the midst of the next one would leave it.
    (chosen.out / "checkpoints" / "checkpoint-2.part").write_text("torn")


def test_a_promise_that_any_row_may_break_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"delta 0\.2 would allow a row in 6 to leak whole"):
        train(settings(tmp_path / "x", "delta=0.2"))


def test_what_an_adapter_had_learnt_stays_but_for_the_part_that_is_trained(made: Trained, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    again = train(settings(tmp_path / "on", f"adapter={made.adapter}", "targets=[q_proj]", "rank=7"))
    before, after = (load_file(run.adapter / "adapter_model.safetensors") for run in (made, again))
    moved = {name for name in before if (before[name] - after[name]).abs().max() > 1e-6}
    assert moved == {name for name in before if ".q_proj." in name}
    with pytest.raises(RecipeError, match="holds no PEFT adapter"):
        train(settings(tmp_path / "no", f"adapter={tmp_path}"))
