"""Imports killed with SIGKILL at random moments, then finished by a second one: is the shop what it should be?

`python -m benchmarks.crash [--kills N] [--rows N] [--seed N]` kills half of the imports while they make a shop, and
half while they bring one up to date. Everything in the two shops is compared: rows, vectors, BM25 scores.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.icecat import PROGRAM
from benchmarks.invented_feed import write_feed
from benchmarks.record import write
from benchmarks.shop_content import content, differences

KILLS, ROWS = 20, 1_000


def command(feed: Path, reviews: Path, shop: Path) -> list[str]:
    """The import that is killed and run again."""
    return [PROGRAM, "import", str(feed), "--reviews", str(reviews), "--shop", str(shop)]


def write_feeds(folder: Path, rows: int) -> dict[str, tuple[Path, Path]]:
    """Product and review feeds before and after a change of every fifth product; both pairs have the same names."""
    pairs = {}
    for name in ("before", "after"):
        place = folder / name
        place.mkdir()
        write_feed(place / "feed.csv", rows, with_category=False)
        if name == "after":
            lines = (place / "feed.csv").read_text(encoding="utf-8").splitlines(keepends=True)
            changed = [line if n % 5 else line.replace(",", ",New ", 1) for n, line in enumerate(lines)]
            changed[0] = lines[0]
            (place / "feed.csv").write_text("".join(changed[: -rows // 20]) + "broken row\n", encoding="utf-8")
        reviews = [f"r{n},S{n:07d},{1 + n % 5},Said {name} of {n}\n" for n in range(rows // 2)]
        (place / "reviews.csv").write_text("id,product_id,rating,text\n" + "".join(reviews), encoding="utf-8")
        pairs[name] = (place / "feed.csv", place / "reviews.csv")
    return pairs


def run(arguments: list[str]) -> float:
    """Runs an import to its end; seconds from the moment its working folder is there."""
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        started = began(process, Path(arguments[-1]))
        if process.wait():
            raise SystemExit(f"crash: an import failed: {' '.join(arguments)}")
        return time.monotonic() - started


def began(process: subprocess.Popen[bytes], shop: Path) -> float:
    """Waits until the import works in its shop; the time then."""
    while process.poll() is None and not (shop / ".import" / "rows.sqlite").exists():
        time.sleep(0.01)
    return time.monotonic()


def kill(arguments: list[str], after: float) -> str | None:
    """Kills an import ``after`` seconds of work; what it was doing, None where it had ended before."""
    shop = Path(arguments[-1])
    with subprocess.Popen(
        arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        began(process, shop)
        time.sleep(after)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        if process.wait() != -signal.SIGKILL:
            return None
    work = shop / ".import"
    pages = len(list(work.glob("pages/*.npy")))
    if (work / "lexical").exists():
        return "indexing or taking over"
    if (work / "chroma").exists():
        return "storing vectors, or deriving types"
    if (work / "pages" / "plan.jsonl").exists():
        return f"embedding, {pages} pages done"
    return "reading" if (work / "rows.sqlite").exists() else "starting or ending"


def main(*options: str) -> None:
    """Measures and writes the results."""
    given = dict(zip(options[::2], map(int, options[1::2]), strict=True))
    kills, rows = given.get("--kills", KILLS), given.get("--rows", ROWS)
    chance = random.Random(given.get("--seed", 5))
    trials: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="shoptalk-crash-") as name:
        folder = Path(name)
        feeds = write_feeds(folder, rows)
        base, whole = folder / "base", {}
        seconds = {"make": run(command(*feeds["before"], base))}
        whole["make"] = content(base)
        shutil.copytree(base, folder / "updated")
        seconds["update"] = run(command(*feeds["after"], folder / "updated"))
        whole["update"] = content(folder / "updated")
        while len(trials) < kills:
            what = ("make", "update")[len(trials) % 2]
            shop = folder / "shop"
            shutil.rmtree(shop, ignore_errors=True)
            if what == "update":
                shutil.copytree(base, shop)
            arguments = command(*feeds["before" if what == "make" else "after"], shop)
            moment = chance.uniform(0, seconds[what])
            place = kill(arguments, moment)
            if place is None:
                continue
            run(arguments)
            faults = differences(whole[what], content(shop))
            trials.append({"import": what, "second": round(moment, 2), "killed_while": place, "differences": faults})
            print(f"crash: {len(trials)}/{kills} {what} killed while {place}: {faults or 'equal'}", file=sys.stderr)
    report(trials, rows)


def report(trials: list[dict[str, Any]], rows: int) -> None:
    """Writes what came of the trials."""
    table = [["import", "killed after, s", "while", "finished shop"]]
    table += [
        [t["import"], f"{t['second']:.2f}", t["killed_while"], "; ".join(t["differences"]) or "equal"] for t in trials
    ]
    equal = sum(not t["differences"] for t in trials)
    note = (
        f"**{equal} of {len(trials)} equal** to a shop whose import nobody disturbed: every row of every table, every "
        f"vector to the last bit, every BM25 score. {rows:,} invented products without categories, so that types are "
        "derived from titles and vectors, and half as many reviews. The moments are drawn evenly over the time that an "
        "undisturbed import works."
    )
    write("crash", "Imports killed at random moments", {"equal": equal, "trials": trials, "rows": rows}, table, note)


if __name__ == "__main__":
    main(*sys.argv[1:])
