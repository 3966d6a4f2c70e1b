"""What the benchmarks of training recipes share: what an adapter answers, kept as it comes; slot F1 with intervals."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.models import tuned
from assistant.prompts import Message, render
from benchmarks.icecat import home
from eval.metrics import Metric, resampled

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Row = Mapping[str, Any]
# What a row means, and what was answered.
Pair = tuple[Mapping[str, Any], str]


def key(adapter: str, *made_of: object) -> str:
    """16 hex digits that change with the adapter's bytes and with whatever else an answer or a run is made of.

    That is JSON: rows with their prompt, as ``sent`` or ``finetune.rows.read_rows`` gives them, and settings.
    """
    from assistant.models import weights

    file = tuned.adapter_file(adapter, home())
    told = [weights.CHAT.files[weights.CHAT.main], weights.sha256(file) if file else None, *made_of]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def sent(prompt: str, rows: Sequence[Row]) -> list[list[Message]]:
    """What is said to a model for ``rows``, first by the prompt of the bare one, then by that of a tuned one."""
    return [render(name, **row) for name in (prompt, f"{prompt}_tuned") for row in rows]


def readings(adapter: str, rows: Sequence[Row]) -> list[Pair]:
    """What the embedded model with ``adapter`` makes of messages: each is read once."""
    from assistant.understand import SCHEMA

    asked = [{name: row[name] for name in ("context", "message")} for row in rows]
    file = kept(f"{key(adapter, sent('understand', asked), SCHEMA)}.jsonl")
    texts = told(file, adapter, asked, lambda model, row: str(read(model, SCHEMA, **row)["text"]))
    return list(zip([row["answer"] for row in rows], texts, strict=True))


def sentences(adapter: str, rows: Sequence[Row]) -> list[str]:
    """What it says of products, as ``readings``."""
    from assistant.respond import MAX_TOKENS

    asked = [{name: row[name] for name in ("wish", "facts")} for row in rows]
    file = kept(f"{key(adapter, sent('explain', asked), MAX_TOKENS)}.jsonl")
    return told(file, adapter, asked, lambda model, row: str(said(model, row)["text"]))


def kept(name: str) -> Path:
    """Where answers lie."""
    return home() / "answers" / name


def told(file: Path, adapter: str, rows: Sequence[Row], ask: Callable[[BaseChatModel, Row], str]) -> list[str]:
    """An answer a row; a stopped run goes on behind the last one that stands in ``file`` whole."""
    from assistant.models import open_llm

    lines = file.read_text("utf-8").splitlines(keepends=True) if file.is_file() else []
    texts = [str(json.loads(line)) for line in lines if line.endswith("\n")]
    if len(texts) < len(rows):
        file.parent.mkdir(parents=True, exist_ok=True)
        model = open_llm("embedded", adapter=adapter, home=home())
        with file.open("w", encoding="utf-8") as out:
            out.writelines(lines[: len(texts)])
            for row in rows[len(texts) :]:
                texts.append(ask(model, row))
                out.write(json.dumps(texts[-1], ensure_ascii=False) + "\n")
                out.flush()
    return texts


def once(file: Path, make: Callable[[], Any]) -> Any:
    """What ``make`` made, which is JSON; it is made where ``file`` does not hold it yet."""
    if not file.is_file():
        made = json.dumps(make())
        file.parent.mkdir(parents=True, exist_ok=True)
        file.with_suffix(".part").write_text(made, encoding="utf-8")
        file.with_suffix(".part").replace(file)
    return json.loads(file.read_text(encoding="utf-8"))


def read(model: BaseChatModel, schema: dict[str, Any], context: str, message: str) -> dict[str, Any]:
    """One message read: the answer, seconds, tokens."""
    from assistant.prompts import render_for

    structured = model.with_structured_output(schema, method="json_schema", include_raw=True)
    started = time.perf_counter()
    answer = structured.invoke(render_for(model, "understand", context=context, message=message))
    seconds = time.perf_counter() - started
    assert isinstance(answer, dict)
    return {"text": answer["raw"].text, "seconds": seconds, **_usage(answer["raw"])}


def said(model: BaseChatModel, row: Row) -> dict[str, Any]:
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


def row(pairs: Sequence[Pair], first: Sequence[Pair]) -> tuple[dict[str, Any], list[str]]:
    """Slot F1 and what it has more than that of ``first``, on the same messages: as values, and as two cells."""
    f1, gain = slot_f1(pairs), slot_f1_gain(pairs, first)
    cells = [shown(f1), "–" if pairs is first else shown(gain, gain=True)]
    return {"slot_f1": f1.to_dict(), "gain": gain.to_dict()}, cells


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
