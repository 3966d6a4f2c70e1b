"""Conversations that shop and serve at once: what each reading of them leaves behind in orders, cart and cards.

`python -m benchmarks.mixed_goals [--shop DIR] [MODEL...]` plays the 60 conversations of `eval/data/mixed_goals.jsonl`
with each model named, `scripted`, `embedded` and `rules` by default, four minutes each. The results hold whatever was
measured last of each.
"""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.icecat import PROGRAM, home
from benchmarks.record import write

MODELS = {"scripted": "as written", "embedded": "embedded model", "rules": "rules alone"}
GOALS = {"scripted": "1", "embedded": "0.9"}
SHARES = ("conversations_right", "turns_right", "database_right", "shopping_right")


def main(*options: str) -> None:
    """Measures and writes the results."""
    shop, named = (options[:2], options[2:]) if options[:1] == ("--shop",) else ((), options)
    for model in named or MODELS:
        command = [PROGRAM, "eval", "run", "service", "--model", model, "--out", str(home() / "mixed_goals" / model)]
        subprocess.run([*command, *shop], check=True, stdout=sys.stderr)
    found = {}
    for model in MODELS:
        file = home() / "mixed_goals" / model / "service" / "metrics.json"
        if file.exists():
            found[model] = json.loads(file.read_text(encoding="utf-8"))
    table = [["read by", "conversations in", "what", "value", "95 % interval", "n", "goal"]]
    for model, measured in found.items():
        for language, label in (("", "both"), (", en", "English"), (", zh", "Chinese")):
            for name in SHARES:
                metric = measured["metrics"][name + language]
                goal = GOALS.get(model, "") if name == SHARES[0] and not language else ""
                interval = f"{metric['low']:.3f} – {metric['high']:.3f}"
                value = f"{metric['value']:.3f}"
                table.append([MODELS[model], label, f"`{name}`", value, interval, str(metric["n"]), goal])
    note = (
        "30 conversations in English and the same 30 in Chinese over the demo shop's orders, written before they were "
        "first played and known since to those who wrote the code, so they say what works and not how strangers fare. "
        "A turn is right where every order, the audit, what is still asked, cards, wishes and cart are as a person "
        "wrote down; a conversation where every turn is. The embedded model reads English alone: the Chinese ones are "
        "read by rules."
    )
    write("mixed_goals", "Shopping and service in one conversation", found, table, note)


if __name__ == "__main__":
    main(*sys.argv[1:])
