"""What the adapter that ships is worth, and in which form the engine should run it.

`python -m benchmarks.adapter [ROWS] [none lora Q8_0 Q4_0]`

The same messages and the same explanations, drawn from types, makers and phrasings that training never saw, go to the
bare model (with its examples in the prompt) and to the adapter in each form: laid over the packaged file, or merged
into the weights and quantised anew. The forms take turns row by row, so that a busy machine slows all alike.
"""

from __future__ import annotations

import random
import statistics
import sys
from typing import TYPE_CHECKING, Any

from benchmarks.record import write
from benchmarks.tuning import read, said, shown, slot_f1

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

FORMS = ("none", "lora", "Q8_0", "Q4_0")
SEED = 20261127


def main() -> None:
    """Measures and writes the results."""
    from assistant.understand import SCHEMA
    from finetune import explanations, messages

    given = sys.argv[2:] if len(sys.argv) > 2 else []
    forms = [f for f in FORMS if not given or f in given]
    count = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 300
    asked = list(messages.rows(random.Random(SEED), count, True))
    told = list(explanations.rows(random.Random(SEED + 1), count // 3, True))
    models = {form: opened(form) for form in forms}
    for model in models.values():
        read(model, SCHEMA, "", "hello")
    readings: dict[str, list[dict[str, Any]]] = {form: [] for form in forms}
    sentences: dict[str, list[dict[str, Any]]] = {form: [] for form in forms}
    for row in asked:
        for form, model in models.items():
            readings[form].append(read(model, SCHEMA, row["context"], row["message"]))
    for row in told:
        for form, model in models.items():
            sentences[form].append(said(model, row))
    report(forms, asked, told, readings, sentences)


def opened(form: str) -> BaseChatModel:
    """The embedded model with the shipped adapter in this form."""
    from assistant.config import Settings
    from assistant.models import open_llm, weights

    if form != "none":
        weights.FORM = form  # type: ignore[assignment]
    return open_llm("embedded", adapter="none" if form == "none" else None, home=Settings().root)


def report(
    forms: list[str],
    asked: list[dict[str, Any]],
    told: list[dict[str, Any]],
    readings: dict[str, list[dict[str, Any]]],
    sentences: dict[str, list[dict[str, Any]]],
) -> None:
    """Writes the table."""
    from eval.metrics import mean
    from finetune.explanations import passes
    from finetune.score import understanding

    table = [
        [
            "form",
            "intent",
            "slot F1",
            "whole answer",
            "sentence passes at once",
            "ms a reading",
            "ms a sentence",
            "prompt tokens",
        ]
    ]
    values: dict[str, Any] = {}
    for form in forms:
        pairs = [(row["answer"], r["text"]) for row, r in zip(asked, readings[form], strict=True)]
        scores = understanding(pairs)
        passed = [passes(row, s["text"]) for row, s in zip(told, sentences[form], strict=True)]
        share = mean(passed, seed=0)
        ms = statistics.median(r["seconds"] for r in readings[form]) * 1000
        ms_said = statistics.median(s["seconds"] for s in sentences[form]) * 1000
        tokens = statistics.mean(r["prompt"] for r in readings[form])
        values[form] = {"scores": scores, "passes": share.value, "ms": ms, "ms_said": ms_said, "prompt_tokens": tokens}
        table.append(
            [
                f"`{form}`",
                f"{scores['intent']:.3f}",
                shown(slot_f1(pairs)),
                f"{scores['exact']:.3f}",
                shown(share),
                f"{ms:.0f}",
                f"{ms_said:.0f}",
                f"{tokens:.0f}",
            ]
        )
    note = (
        f"{len(asked)} messages and {len(told)} explanations of the dev split; 95 % bootstrap intervals over rows. "
        "`none` is the bare model with its examples in the prompt, of which the engine reads only what is new. "
        "Milliseconds are medians of the wall time; the forms took turns row by row."
    )
    write("adapter", "The adapter that ships", {"rows": len(asked), "sentences": len(told), **values}, table, note)


if __name__ == "__main__":
    main()
