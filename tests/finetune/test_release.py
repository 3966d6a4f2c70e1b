"""The gate: what falls or does not rise is refused with its numbers, what is admitted can be taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from lora_files import trained
from typed import typed

from assistant.models.tuned import adapter_file, own
from eval import run as suites
from eval.plan import Plan
from finetune.installed import install, roll_back
from finetune.release import SHIPPED, Gap, ReleaseSettings, admit, changes, refusals
from finetune.settings import RecipeError, load
from ui.commands import release
from ui.commands.release import results_of

SUITES = "suites={understanding: null, explanations: null}"


def settings(*more: str) -> ReleaseSettings:
    return load(ReleaseSettings, SHIPPED, None, [SUITES, "name=mine", *more])


def gap(value: float, half: float, p: float) -> Gap:
    return SimpleNamespace(value=value, low=value - half, high=value + half, p=p, n=100)


def results(out: Path, adapter: Path, **columns: Callable[[int], float]) -> None:
    """What the suites would have written of ``adapter``: 60 items, a function of the item's number a column."""
    folder = results_of(out, adapter / "adapter.gguf", None, 0)
    for suite in ("understanding", "explanations"):
        (folder / suite).mkdir(parents=True)
        own = {name.removeprefix(f"{suite}_"): f for name, f in columns.items() if name.startswith(suite)}
        rows = [{"id": str(n), "scores": {name: f(n) for name, f in own.items()}} for n in range(60)]
        (folder / suite / "predictions.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")
        (folder / suite / "metrics.json").write_text("{}", "utf-8")


def test_of_errors_less_is_better_and_times_say_nothing() -> None:
    found = {"rating": {"error": gap(0.2, 0.1, 0.0)}, "conversations": {"total_ms": gap(900.0, 1.0, 0.0)}}
    (change,) = changes(found, settings())
    assert (change.name, change.value) == ("rating/error", -0.2)
    assert (change.low, change.high) == pytest.approx((-0.3, -0.1))


def test_a_fall_beyond_its_interval_is_refused_and_one_within_is_not() -> None:
    risen = {"understanding": {"features_f1": gap(0.05, 0.04, 0.01)}}
    within = changes({**risen, "explanations": {"first_try": gap(-0.02, 0.03, 0.2)}}, settings())
    assert refusals(within, "understanding/features_f1") == []
    beyond = changes({**risen, "explanations": {"first_try": gap(-0.04, 0.03, 0.01)}}, settings())
    (reason,) = refusals(beyond, "understanding/features_f1")
    assert reason == "explanations/first_try -0.0400 [-0.0700, -0.0100], p 0.010, n 100 has fallen"


@pytest.mark.parametrize(("value", "p"), [(0.05, 0.05), (0.0, 1.0), (-0.01, 0.4)])
def test_a_target_that_may_have_risen_by_chance_is_refused(value: float, p: float) -> None:
    measured = changes({"understanding": {"features_f1": gap(value, 0.06, p)}}, settings())
    assert "has not risen" in refusals(measured, "understanding/features_f1")[0]


def test_a_target_nobody_measured_is_named_with_those_that_were() -> None:
    measured = changes({"understanding": {"price": gap(0.1, 0.01, 0.0)}}, settings())
    with pytest.raises(RecipeError, match=r"features_f1 was not measured.*understanding/price"):
        refusals(measured, "understanding/features_f1")


def test_an_admitted_adapter_is_found_by_name_and_taken_back(tmp_path: Path) -> None:
    first, second = trained(tmp_path / "a", 1), trained(tmp_path / "b", 2)
    good = changes({"understanding": {"features_f1": gap(0.05, 0.04, 0.01)}}, settings())
    for run in (first, second):
        place = admit(run, tmp_path, good, settings())
        found = adapter_file("mine", tmp_path)
        assert place == tmp_path / "adapters" / "mine" and found is not None
        assert found.read_bytes() == (run / "adapter.gguf").read_bytes()
    assert [file.parent.name for file in own(tmp_path)] == ["mine"]
    assert roll_back(tmp_path, "mine").endswith("again")
    found = adapter_file("mine", tmp_path)
    assert found is not None and found.read_bytes() == (first / "adapter.gguf").read_bytes()
    assert roll_back(tmp_path, "mine") == "mine is gone" and own(tmp_path) == []
    with pytest.raises(RecipeError, match="Nothing was released as 'mine'"):
        roll_back(tmp_path, "mine")


def test_what_a_person_put_there_is_not_replaced(tmp_path: Path) -> None:
    trained(tmp_path / "adapters" / "mine", 1)
    with pytest.raises(RecipeError, match="was not put there by a release"):
        install(trained(tmp_path / "b", 2), tmp_path, "mine")
    with pytest.raises(RecipeError, match="holds no adapter"):
        install(tmp_path, tmp_path, "other")


def test_the_command_refuses_by_the_suites_results_and_admits_a_better_one(tmp_path: Path) -> None:
    env = {"SHOPTALK_HOME": str(tmp_path)}
    now, worse, better = (trained(tmp_path / name, n) for n, name in enumerate(("now", "worse", "better")))
    install(now, tmp_path, "mine")
    out = tmp_path / "out"
    results(out, now, understanding_features_f1=lambda n: 0.5 + n % 3 / 10, explanations_first_try=lambda n: 1.0)
    results(out, worse, understanding_features_f1=lambda n: 0.6 + n % 3 / 10, explanations_first_try=lambda n: n % 2)
    results(out, better, understanding_features_f1=lambda n: 0.6 + n % 3 / 10, explanations_first_try=lambda n: 1.0)
    said = typed("finetune", "release", worse, SUITES, "name=mine", f"out={out}", env=env)
    assert said.returncode == 2 and said.stdout == ""
    assert "is refused: explanations/first_try -0.5" in said.stderr and "n 60 has fallen" in said.stderr
    mine = tmp_path / "adapters" / "mine" / "adapter.gguf"
    assert mine.read_bytes() == (now / "adapter.gguf").read_bytes()
    said = typed("finetune", "release", better, SUITES, "name=mine", f"out={out}", env=env)
    assert (said.returncode, said.stdout.strip()) == (0, str(mine.parent)), said.stderr
    assert mine.read_bytes() == (better / "adapter.gguf").read_bytes()
    assert "understanding/features_f1 +0.1000" in said.stderr
    said = typed("finetune", "release", "--roll-back", "name=mine", env=env)
    assert said.returncode == 0 and mine.read_bytes() == (now / "adapter.gguf").read_bytes()
    assert typed("finetune", "release", env=env).returncode == 2


def test_a_candidate_that_does_not_open_is_refused_before_anything_is_measured(tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "adapter.gguf").write_bytes(b"GGUF and no more")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suites, "run", lambda name, plan: pytest.fail(f"{name} was measured"))
        said = typed("finetune", "release", tmp_path / "bad", SUITES, env={"SHOPTALK_HOME": str(tmp_path)})
    assert said.returncode == 2 and said.stderr.count("\n") == 1 and "adapter.gguf" in said.stderr


def test_scores_are_measured_anew_where_anything_is_not_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The adapter's bytes, the data's bytes, the seed and the product: each alone, and none of them nothing."""
    data, run = tmp_path / "data", trained(tmp_path / "run", 1)
    (data / "deep").mkdir(parents=True)
    (data / "turns.jsonl").write_text("{}", encoding="utf-8")
    (data / "deep" / "more.jsonl").write_text("{}", encoding="utf-8")
    measured: list[tuple[str, int]] = []

    def run_suite(name: str, plan: Plan) -> None:
        measured.append((name, plan.seed))
        (plan.out / name).mkdir(parents=True)
        (plan.out / name / "predictions.jsonl").write_text('{"id": "1", "scores": {"features_f1": 1}}', "utf-8")
        (plan.out / name / "metrics.json").write_text("{}", "utf-8")

    monkeypatch.setattr(suites, "run", run_suite)

    def measures(seed: int = 0) -> int:
        measured.clear()
        given = (f"suites={{understanding: {data}}}", "name=mine", f"out={tmp_path / 'out'}", f"seed={seed}")
        typed("finetune", "release", run, *given, env={"SHOPTALK_HOME": str(tmp_path)})
        return len(measured)

    # The candidate, and the adapter that ships.
    assert (measures(), measures()) == (2, 0)
    assert (measures(seed=1), measures(seed=1)) == (2, 0)
    (data / "deep" / "more.jsonl").write_text("[]", encoding="utf-8")
    assert (measures(), measures()) == (2, 0)
    (data / "deep" / "more.jsonl").rename(data / "deep" / "other.jsonl")
    assert (measures(), measures()) == (2, 0)
    (run / "adapter.gguf").write_bytes((trained(tmp_path / "again", 2) / "adapter.gguf").read_bytes())
    assert (measures(), measures()) == (1, 0)
    monkeypatch.setattr(release, "product", lambda: "the next version")
    assert (measures(), measures()) == (2, 0)
