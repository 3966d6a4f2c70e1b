"""What the adapter that ships reads in messages written by hand that taught nothing, beside the bare model.

`python -m benchmarks.handwritten [ADAPTER...]`

366 messages by a writer whose rows are in no training (`finetune/handwritten/dev.jsonl`; `docs/labels.md`), each read
alone by the model. ADAPTER are more adapters to put beside: folders that `shoptalk finetune` wrote. Readings are kept
under SHOPTALK_HOME.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from benchmarks.record import write
from benchmarks.tuning import Pair, key, readings, row

SHIPPED, BARE = "shopper", "none"


def main(*adapters: str) -> None:
    """Measures and writes the results."""
    from finetune import messages
    from finetune.score import understanding

    rows = list(messages.handwritten(True))
    # Two runs may end in folders of one name. An adapter that is not there ends the program before anything is read.
    names = {name: name if name in (SHIPPED, BARE) else f"{Path(name).name} {key(name)[:6]}" for name in adapters}
    names = {SHIPPED: SHIPPED, BARE: BARE, **names}
    found = {name: readings(name, rows) for name in names}
    table = [["adapter", "intent", "intent macro-F1", "slot F1", "less the one that ships", "whole answer"]]
    values: dict[str, Any] = {"rows": len(rows), "adapters": {}}
    for name, pairs in found.items():
        (told, cells), scores, macro = row(pairs, found[SHIPPED]), understanding(pairs), intent_macro_f1(pairs)
        values["adapters"][names[name]] = {"scores": scores, "intent_macro_f1": macro, **told}
        table.append([f"`{names[name]}`", f"{scores['intent']:.3f}", f"{macro:.3f}", *cells, f"{scores['exact']:.3f}"])
    note = (
        f"{len(rows)} messages of all sixteen intents, by a writer none of whose rows was trained on; labels by two "
        "readers and a third. F1 of (slot, value), exactly equal but for letter case; 95 % bootstrap intervals over "
        "messages, differences paired. The bare model has its own prompt with examples."
    )
    write("handwritten", "Messages written by hand", values, table, note)


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
