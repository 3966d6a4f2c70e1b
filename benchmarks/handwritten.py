"""What the adapter that ships reads in messages written by hand that taught nothing, beside the bare model.

`python -m benchmarks.handwritten [ADAPTER...]`

366 messages by a writer whose rows are in no training (`finetune/handwritten/dev.jsonl`; `docs/labels.md`), each read
alone by the model. ADAPTER are more adapters to put beside: folders that `shoptalk finetune` wrote, or names. Readings
are kept under SHOPTALK_HOME by the adapter's checksum.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from benchmarks.icecat import home
from benchmarks.record import write
from benchmarks.tuning import Pair, readings, shown, slot_f1, slot_f1_gain

SHIPPED, BARE = "shopper", "none"


def main(*adapters: str) -> None:
    """Measures and writes the results."""
    from finetune import messages
    from finetune.score import understanding

    rows = list(messages.handwritten(True))
    found = {name: readings(place(name), name, rows) for name in dict.fromkeys((SHIPPED, BARE, *adapters))}
    table = [["adapter", "intent", "intent macro-F1", "slot F1", "less the one that ships", "whole answer"]]
    values: dict[str, Any] = {"rows": len(rows), "adapters": {}}
    for name, pairs in found.items():
        scores, f1 = understanding(pairs), slot_f1(pairs)
        gain = slot_f1_gain(pairs, found[SHIPPED])
        macro = intent_macro_f1(pairs)
        own = Path(name).name
        values["adapters"][own] = {
            "scores": scores,
            "intent_macro_f1": macro,
            "slot_f1": f1.to_dict(),
            "gain": gain.to_dict(),
        }
        less = "–" if name == SHIPPED else shown(gain, gain=True)
        table.append([f"`{own}`", f"{scores['intent']:.3f}", f"{macro:.3f}", shown(f1), less, f"{scores['exact']:.3f}"])
    note = (
        f"{len(rows)} messages of all sixteen intents, by a writer none of whose rows was trained on; labels by two "
        "readers and a third. F1 of (slot, value), exactly equal but for letter case; 95 % bootstrap intervals over "
        "messages, differences paired. The bare model has its own prompt with examples."
    )
    write("handwritten", "Messages written by hand", values, table, note)


def place(adapter: str) -> Path:
    """Where the readings of an adapter are kept."""
    from assistant.config import Settings
    from assistant.models import tuned, weights

    file = tuned.adapter_file(adapter, Settings().root)
    return home() / "handwritten" / f"{weights.sha256(file)[:16] if file else BARE}.jsonl"


def intent_macro_f1(pairs: list[Pair]) -> float:
    """F1 of each intent that is meant, whatever its number, averaged."""
    from finetune.score import parsed

    both = [(str(meant["intent"]), str(parsed(text).get("intent"))) for meant, text in pairs]
    scores = []
    for name in {meant for meant, _ in both}:
        hits = sum(meant == name == read for meant, read in both)
        scores.append(2 * hits / sum((meant == name) + (read == name) for meant, read in both))
    return sum(scores) / len(scores)


if __name__ == "__main__":
    main(*sys.argv[1:])
