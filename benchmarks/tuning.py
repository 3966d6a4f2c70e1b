"""What the benchmarks of training recipes share: what an adapter answers, kept as it comes; slot F1 with intervals."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.models import tuned
from benchmarks.icecat import home
from eval.metrics import Metric, resampled

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Row = Mapping[str, Any]
# What a row means, and what was answered.
Pair = tuple[Mapping[str, Any], str]


def place(name: str) -> Path:
    """Where runs lie that go on from the adapter that ships: another one's begin anew."""
    adapter = tuned.adapter_file(tuned.SHIPPED, home())
    assert adapter is not None
    return home() / name / adapter.stem


def readings(kept: Path, adapter: str, rows: Sequence[Row]) -> list[Pair]:
    """What the embedded model with ``adapter`` makes of messages: each is read once, and stays in ``kept``."""
    from assistant.understand import SCHEMA

    texts = told(
        kept, adapter, rows, lambda model, row: str(read(model, SCHEMA, row["context"], row["message"])["text"])
    )
    return list(zip([row["answer"] for row in rows], texts, strict=True))


def sentences(kept: Path, adapter: str, rows: Sequence[Row]) -> list[str]:
    """What it says of products, as ``readings``."""
    return told(kept, adapter, rows, lambda model, row: str(said(model, dict(row))["text"]))


def told(kept: Path, adapter: str, rows: Sequence[Row], ask: Callable[[BaseChatModel, Row], str]) -> list[str]:
    """An answer a row; a stopped run goes on behind the last one that stands in ``kept`` whole."""
    from assistant.models import open_llm

    lines = kept.read_text("utf-8").splitlines(keepends=True) if kept.is_file() else []
    texts = [str(json.loads(line)) for line in lines if line.endswith("\n")]
    if len(texts) < len(rows):
        kept.parent.mkdir(parents=True, exist_ok=True)
        model = open_llm("embedded", adapter=adapter, home=home())
        with kept.open("w", encoding="utf-8") as file:
            file.writelines(lines[: len(texts)])
            for row in rows[len(texts) :]:
                texts.append(ask(model, row))
                file.write(json.dumps(texts[-1], ensure_ascii=False) + "\n")
                file.flush()
    return texts


def read(model: BaseChatModel, schema: dict[str, Any], context: str, message: str) -> dict[str, Any]:
    """One message read: the answer, seconds, tokens."""
    from assistant.prompts import render_for

    structured = model.with_structured_output(schema, method="json_schema", include_raw=True)
    started = time.perf_counter()
    answer = structured.invoke(render_for(model, "understand", context=context, message=message))
    seconds = time.perf_counter() - started
    assert isinstance(answer, dict)
    return {"text": answer["raw"].text, "seconds": seconds, **_usage(answer["raw"])}


def said(model: BaseChatModel, row: dict[str, Any]) -> dict[str, Any]:
    """One explanation: the sentence, seconds, tokens."""
    from assistant.prompts import render_for
    from assistant.respond import MAX_TOKENS

    started = time.perf_counter()
    answer = model.bind(max_tokens=MAX_TOKENS).invoke(
        render_for(model, "explain", wish=row["wish"], facts=row["facts"])
    )
    seconds = time.perf_counter() - started
    text = " ".join(str(answer.text).split())
    # As the chat does: what follows the first sentence is not shown.
    first = re.match(r"^.*?[.!?](?=\s|$)", text)
    return {"text": first[0] if first else text, "seconds": seconds, **_usage(answer)}


def _usage(answer: Any) -> dict[str, int]:
    usage = answer.usage_metadata or {}
    return {"prompt": usage.get("input_tokens", 0), "made": usage.get("output_tokens", 0)}


def slot_f1(pairs: Sequence[Pair]) -> Metric:
    """F1 of (slot, value) over all pairs, with its interval over messages."""
    return resampled(len(pairs), _f1(pairs), seed=0)


def slot_f1_gain(pairs: Sequence[Pair], before: Sequence[Pair]) -> Metric:
    """Slot F1 of ``pairs`` less that of ``before``, answers to the same messages, on the same resamples."""
    now, then = _f1(pairs), _f1(before)
    return resampled(len(pairs), lambda picks: now(picks) - then(picks), seed=0)


def _f1(pairs: Sequence[Pair]) -> Callable[[Sequence[int]], float]:
    from finetune.score import shared

    both, either = np.array([shared(*pair) for pair in pairs]).T

    def of(picks: Sequence[int]) -> float:
        at = np.asarray(picks)
        return float(2 * both[at].sum() / either[at].sum()) if either[at].any() else 1.0

    return of


def shown(metric: Metric, *, gain: bool = False, digits: int = 3) -> str:
    """A number with its interval as a table has it; of a ``gain`` with its sign."""
    form = f"{'+' if gain else ''}.{digits}f"
    return f"{metric.value:{form}} [{metric.low:{form}}, {metric.high:{form}}]"
