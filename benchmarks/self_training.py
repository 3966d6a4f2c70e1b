"""What `finetune self` makes of messages that nobody has labelled: a desk's own notes, read by the adapter that ships.

`python -m benchmarks.self_training`

The notes (benchmarks/slips.py) were drawn, so that their labels are known; the recipe is not told them. Labelled notes
measure its confidence alone (mix=0), so that what is gained comes from its own readings. Everything is kept under
SHOPTALK_HOME, and what was stopped goes on: the same command may be given again until the table is there.
"""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path
from typing import Any

from assistant.models import tuned
from benchmarks import slips
from benchmarks.icecat import home
from benchmarks.record import write
from benchmarks.tuning import Pair, key, once, readings, row, shown
from eval.metrics import mean

# Of what is taken so much is right for sure; so few labelled notes vouch for no more, though most of it may be right.
PRECISION = 0.6
UNLABELLED, LABELLED, MESSAGES, SEED = 200, 120, 100, 20261128
# Name of the run -> keys of sft.yaml.
RUNS: dict[str, dict[str, object]] = {
    "rate 1e-4, one pass": {"learning_rate": 1e-4, "epochs": 1},
    "rate 3e-4, two passes": {"learning_rate": 3e-4, "epochs": 2},
}
BEFORE = "the adapter that ships"


def main() -> None:
    """Reads and trains what is missing, measures and writes the results."""
    notes = home() / "self"
    unlabelled, answers = rows(notes)
    folder = place(notes)
    asked = slips.rows("form", SEED, MESSAGES, True)
    found: dict[str, dict[str, Any]] = {BEFORE: {"pairs": readings(tuned.SHIPPED, asked)}}
    for name, sft in RUNS.items():
        out = folder / key(tuned.SHIPPED, PRECISION, sft)
        found[name] = once(out / "trained.json", partial(one, notes, out, sft))
        found[name]["taken"] = taken(out, answers, found[name]["threshold"])
        found[name]["pairs"] = readings(str(out / "adapter"), asked)
    report(found, len(unlabelled))


def rows(folder: Path) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """Writes the notes that the recipe is given; returns the unlabelled ones, and their labels by id."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = slips.rows("form", SEED, UNLABELLED + LABELLED, False)
    labelled = [slips.training_row(f"labelled-{n}", row) for n, row in enumerate(drawn[UNLABELLED:])]
    loose = [{"id": f"note-{n}", "message": row["message"]} for n, row in enumerate(drawn[:UNLABELLED])]
    for name, part in (("labelled", labelled), ("unlabelled", loose)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in part), encoding="utf-8")
    return loose, {f"note-{n}": row["answer"] for n, row in enumerate(drawn[:UNLABELLED])}


def place(notes: Path) -> Path:
    """Where readings of the ``notes`` are kept, with the runs that learn from them: by notes and prompt."""
    from finetune.rows import read_rows

    loose = (notes / "unlabelled.jsonl").read_text(encoding="utf-8")
    return notes.resolve() / key(tuned.SHIPPED, read_rows(notes / "labelled.jsonl"), loose)


def one(notes: Path, out: Path, sft: dict[str, object]) -> dict[str, Any]:
    """One run as far as it was not, on readings that all runs share: they depend on no rate."""
    from finetune.self_training import SHIPPED, SelfSettings, train
    from finetune.settings import load

    out.mkdir(parents=True, exist_ok=True)
    for name in ("labelled.jsonl", "unlabelled.jsonl"):
        if not (out / name).is_symlink():
            (out / name).symlink_to(out.parent / name)
    if not any(out.glob("adapter/checkpoints/*.pt")):
        shutil.rmtree(out / "adapter", ignore_errors=True)
    given: dict[str, object] = {name: notes / f"{name}.jsonl" for name in ("labelled", "unlabelled")}
    given |= {"out": out, "precision": PRECISION, "mix": 0}
    given["sft"] = json.dumps({"loop": "plain", "checkpoint": 2, "log": 1, **sft})
    made = train(load(SelfSettings, SHIPPED, None, [f"{name}={value}" for name, value in given.items()]))
    return {"threshold": made.threshold, "precision": made.precision, "overall": made.overall, "read": made.read}


def taken(out: Path, answers: dict[str, dict[str, Any]], threshold: float) -> list[Pair]:
    """What was meant and what was read, of the notes whose readings taught."""
    from finetune.score import parsed

    found = [json.loads(line) for line in (out / "unlabelled.jsonl").read_text(encoding="utf-8").splitlines()]
    return [(answers[r["id"]], r["text"]) for r in found if r["sure"] >= threshold and parsed(r["text"])]


def report(found: dict[str, dict[str, Any]], read: int) -> None:
    """Writes the table."""
    from finetune.score import understanding

    table = [["run", "threshold", "readings taken", "of them right", "slot F1", "more than before", "whole answer"]]
    values: dict[str, Any] = {"read": read, "labelled": LABELLED, "messages": MESSAGES, "wanted": PRECISION, "runs": {}}
    before = found[BEFORE]["pairs"]
    for name, run in found.items():
        pairs, used = run.pop("pairs"), run.pop("taken", [])
        (told, cells), scores = row(pairs, before), understanding(pairs)
        values["runs"][name] = {**run, "scores": scores, **told}
        of_run = ["–", "–", "–"]
        if used:
            right = mean([understanding([pair])["exact"] for pair in used], seed=0)
            values["runs"][name] |= {"taken": len(used), "right": right.to_dict()}
            of_run = [f"{run['threshold']:.2f}", f"{len(used)} of {read}", shown(right)]
        table.append([name, *of_run, *cells, f"{scores['exact']:.3f}"])
    note = (
        f"Notes of a desk's form (benchmarks/slips.py): {read} that nobody labelled, {LABELLED} labelled ones that "
        f"tell from which confidence on at least {PRECISION:g} of the readings are right, by the lower end of a 95 % "
        "interval, and teach nothing, and "
        f"{MESSAGES} others, of types and makers that no row has, to measure by. “Of them right”: whole answers, by "
        "labels that the recipe was not told. The gain is paired by message; 95 % bootstrap intervals over messages."
    )
    write("self_training", "Learning from its own sure readings", values, table, note)


if __name__ == "__main__":
    main()
