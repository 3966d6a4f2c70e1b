"""Runs a suite over labelled public sets and writes one table: ours beside every other system, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.icecat import home, run_suite
from benchmarks.record import data_folder, write


def measure(
    name: str,
    title: str,
    suite: str,
    folders: Sequence[str],
    goals: Mapping[str, str],
    note: str,
    options: Sequence[str],
) -> None:
    """``goals`` are by metric name, as in the suite's metrics. Stops where the public data sets are absent."""
    data = data_folder()
    if data is None:
        raise SystemExit(f"benchmarks.{name}: the public data sets are absent. Name their folder with SHOPTALK_DATA.")
    found: dict[str, Any] = {}
    table = [["set", "metric", "ours", "95 % interval", "items", "others", "goal"]]
    for folder in folders:
        found[folder] = run_suite(suite, home() / name / folder, "--data", str(data / folder), *options)
        table += _rows(folder, found[folder], goals)
    write(name, title, found, table, note)


def _rows(folder: str, found: Mapping[str, Any], goals: Mapping[str, str]) -> list[list[str]]:
    rows = []
    for key, metric in found["metrics"].items():
        of, _, name = key.rpartition("/")
        others = {system: scores[key]["value"] for system, scores in found["baselines"].items() if key in scores}
        beside = ", ".join(f"{system} {value:.3f}" for system, value in others.items())
        interval = f"{metric['low']:.3f} – {metric['high']:.3f}"
        value = f"{metric['value']:.3f}"
        rows.append([f"{folder}: {of}", f"`{name}`", value, interval, str(metric["n"]), beside, goals.get(key, "")])
    return rows
