"""60 simulated shoppers in the demo shop and 60 over the 19,406-product catalogue, and 20 faults planted into shoppers.

`python -m benchmarks.simulated [model] [rules] [--fresh]`. Each crowd is played with the model that ships and by rules
alone; naming one leaves out the other. Finished visits are kept, so that a stopped run goes on; `--fresh` forgets them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.icecat import PROGRAM, catalogue, home, row, shop
from benchmarks.planted_shoppers import PLANTS, planted
from benchmarks.record import write
from eval.judge import Catalogue
from eval.lost import Detector
from eval.metrics import mean
from retrieval.jsonlines import read_rows

# Seed of the crowds: no visit of theirs was read while the assistant was mended. Take another after you have.
CROWD = 20271
SHOPS = {"demo": "demo shop", "icecat": "real catalogue"}
READERS = {"model": (), "rules": ("--model", "rules")}


def main(*options: str) -> None:
    """Measures what is not measured yet, and writes the results."""
    table = [["shop", "read by", "metric", "value", "95 % interval", "items"]]
    values: dict[str, Any] = {}
    runs: dict[str, list[dict[str, Any]]] = {}
    readers = {name: chosen for name, chosen in READERS.items() if name in options} or READERS
    for name, title in SHOPS.items():
        for reader, chosen in readers.items():
            out = home() / f"simulated-{name}-{reader}"
            if "--fresh" in options:
                shutil.rmtree(out, ignore_errors=True)
            values[f"{name}, {reader}"] = found = _played(name, out, chosen)
            runs.setdefault(name, []).extend(read_rows(out / "simulated" / "predictions.jsonl"))
            table += [[title, reader, *row(metric, value)] for metric, value in found["metrics"].items()]
    marks = {name: _marks(name, rows) for name, rows in runs.items()}
    for name, found in marks.items():
        for what in ("planted_marked", "faultless_marked"):
            table.append([SHOPS[name], "either", *row(what, found[what])])
    write("simulated", "Simulated shoppers", {"crowds": values, "detector": marks}, table, _note(marks))


def _played(name: str, out: Path, chosen: Sequence[str]) -> dict[str, Any]:
    """``metrics.json`` of one crowd."""
    done = out / "simulated" / "metrics.json"
    if not done.is_file():
        where = ["--data", str(catalogue()), "--shop", str(shop()[0])] if name == "icecat" else []
        command = [PROGRAM, "eval", "run", "simulated", "--seed", str(CROWD), "--out", str(out)]
        command += [*where, *chosen]
        subprocess.run(command, check=True, stdout=sys.stderr)
        print(f"benchmarks: report in {done.with_name('report.html')}", file=sys.stderr)
    found: dict[str, Any] = json.loads(done.read_text(encoding="utf-8"))
    return found


def _marks(name: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How many planted faults are marked, which are not, and how many visits that report no fault are marked too."""
    feed = catalogue() / "products.jsonl.gz" if name == "icecat" else _demo_feed()
    known = Catalogue(read_rows(feed)).rows
    detector = Detector(known)
    own = [dict(run) for run in rows if not run["reported"]]
    clean = [run for run in own if not detector.marks(run)]
    faulty = [(plant, bool(detector.marks(run))) for plant, run in planted(clean, known)]
    kinds = Counter(mark.kind for run in own for mark in detector.marks(run))
    return {
        "planted_marked": mean([float(found) for _, found in faulty], seed=0).to_dict(),
        "missed": [plant for plant, found in faulty if not found],
        "no_place": sorted(set(PLANTS) - {plant for plant, _ in faulty}),
        "faultless_marked": mean([float(bool(detector.marks(run))) for run in own], seed=0).to_dict(),
        "false_kinds": dict(kinds),
    }


def _demo_feed() -> Path:
    return next(home().glob("simulated-demo-*/demo-feed/products.jsonl"))


def _note(marks: Mapping[str, Mapping[str, Any]]) -> str:
    missed = "; ".join(
        f"{SHOPS[name]}: {', '.join(found['missed']) or 'none'}"
        + (f" (no visit had a place for {', '.join(found['no_place'])})" if found["no_place"] else "")
        for name, found in marks.items()
    )
    return (
        "Each shopper has hidden wishes drawn from the feed's own values, a style, patience, and may slip or change "
        "their mind; their words are fixed phrases that share no run of words with training or the demo shop. What "
        "they take is judged on the feed's rows. The assistant was mended on crowds of other seeds, and no visit of "
        "these was read. `success`: they left with what they wanted at the end; `regret`: what "
        "the best product is worth more than theirs, 0 to 1; `shown_right`: shown products that meet all that had been "
        "said so far, nice-to-haves too; `lost`: visits that the detector (`eval/lost.py`) marks as the shopper's own "
        f"fault. The {len(PLANTS)} planted faults (`benchmarks/planted_shoppers.py`) were written before the detector, "
        "which was mended in one place after a first crowd, "
        "and put into visits without one; `faultless_marked` is the share marked of the visits in which the simulator "
        f"reports no fault. Planted faults missed: {missed}. Intervals: bootstrap over shoppers; a share of 0 or 1 has "
        "no width and still only says that nothing else was seen."
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
