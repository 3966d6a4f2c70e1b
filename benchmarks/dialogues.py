"""120 scripted conversations asserted on state, over the demo shop and the 19,406-product catalogue, and 17 in Chinese.

`python -m benchmarks.dialogues [--model SPEC] [--adapter NAME]`; each is played with the model, then with readings that
stand in the script, which tells faults of reading from faults of what is made of it. Those in Chinese are read by
rules alone, as the model that ships knows no Chinese.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.icecat import PROGRAM, catalogue, home, row, shop
from benchmarks.record import write
from eval.metrics import mean
from eval.suites.conversations import RULES, SCRIPTED, SHIPPED

# Metric -> at least, with the model and with the readings of the script.
GOALS = {"state_as_expected": (0.95, 1.0, 0.95), "hard_wishes_met": (1.0, 1.0, 1.0)}
# The place of the reader of Chinese among the readers.
_CHINESE = 2


def main(*options: str) -> None:
    """Measures and writes the results."""
    table = [["understood by", "metric", "value", "95 % interval", "turns", "goal"]]
    values: dict[str, Any] = {}
    readers = {"model": options, "script": ("--model", SCRIPTED), "rules, Chinese": ("--model", RULES)}
    for place, (reader, chosen) in enumerate(readers.items()):
        sets = ("chinese",) if place == _CHINESE else ("demo", "icecat")
        turns = [turn for name in sets for turn in _play(name, chosen)]
        values[reader] = {name: _share(turns, name) for name in GOALS}
        for line in dict.fromkeys(turn["line"] for turn in turns):
            among = [turn for turn in turns if turn["line"] == line]
            values[reader][f"state_as_expected, {line}"] = _share(among, "state_as_expected")
        for name, metric in values[reader].items():
            goal = f"at least {GOALS[name][place]:g}" if name in GOALS else ""
            table.append([reader, *row(name, metric), goal])
    note = (
        "60 conversations over each shop (`eval/data/dialogues_*.jsonl`), written before they were first played. "
        "`state_as_expected`: wishes in force, cards, cart, what is asked, offered, pending and handed over are all as "
        "written down for the turn (`eval/expectations.py`); a fault in an early turn makes later ones wrong as well. "
        "`hard_wishes_met`: every shown product meets every hard wish. Read by the script, each message is understood "
        "as its author meant it and no model is asked. The 17 conversations in Chinese stand over the demo shop; they "
        "were played while the rules for Chinese were written. Intervals: bootstrap over conversations."
    )
    write("dialogues", "120 conversations asserted on state", values, table, note)


def _play(name: str, options: Sequence[str]) -> list[dict[str, Any]]:
    """The judged turns of one set."""
    out = home() / f"dialogues-{name}"
    where = ["--data", str(catalogue()), "--shop", str(shop()[0])] if name == "icecat" else []
    script = str(SHIPPED / f"dialogues_{name}.jsonl")
    command = [PROGRAM, "eval", "run", "conversations", "--script", script, "--out", str(out), *where, *options]
    subprocess.run(command, check=True, stdout=sys.stderr)
    print(f"benchmarks: report in {out / 'conversations' / 'report.html'}", file=sys.stderr)
    lines = Path(out / "conversations" / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _share(turns: Iterable[Mapping[str, Any]], name: str) -> dict[str, Any]:
    scored = [turn for turn in turns if name in turn["scores"]]
    groups = [turn["conversation"] for turn in scored]
    return dict(mean([turn["scores"][name] for turn in scored], seed=0, groups=groups).to_dict())


if __name__ == "__main__":
    main(*sys.argv[1:])
