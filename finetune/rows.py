"""Training rows: read, rendered as the chat renders them, and kept apart from what evaluation holds."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.prompts import render
from finetune.overlap import Held
from finetune.settings import RecipeError

Message = dict[str, str]
ROLES = ("system", "user", "assistant")
# Read, never imported: recipes and evaluation do not know each other.
SHIPPED_SUITES = Path(__file__).parent.with_name("eval") / "data"
EXAMPLE = 'Write {"id", "messages": [{"role", "content"}, ...]} or {"id", "prompt", "values", "answer"}'


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file (also .gz) as ``{"id", "messages", "prompt"}``; the last message is the answer.

    A row either holds its messages, or names one of the assistant's prompts with its values and the answer: then the
    chat's own renderer makes the messages. Raises ``RecipeError`` naming the line that is neither.
    """
    if not path.is_file():
        raise RecipeError(f"The training rows {path} do not exist", "Name a JSON Lines file with data=FILE")
    rows: dict[str, dict[str, Any]] = {}
    for number, line in _lines(path):
        where = f"{path}, line {number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise RecipeError(f"{where} is not JSON: {error}", EXAMPLE) from error
        read = _row(row, where)
        if read["id"] in rows:
            raise RecipeError(f"{where} repeats the id {read['id']!r}", "Give every row an id of its own")
        rows[read["id"]] = read
    if not rows:
        raise RecipeError(f"{path} holds no rows", EXAMPLE)
    return list(rows.values())


def refuse_held_out(rows: Sequence[dict[str, Any]], held_out: Sequence[Path]) -> None:
    """Raises ``RecipeError`` when an evaluation suite holds a row's id, or the words that a shopper says in it.

    The suites that ship are always held out; ``held_out`` names more: files of ids (one a line, or JSON Lines with
    "id") or folders of such files.
    """
    held: dict[str, Path] = {}
    for place in [SHIPPED_SUITES, *held_out]:
        if not place.exists():
            raise RecipeError(f"The ids to hold out, {place}, do not exist", "Name files or folders in held_out")
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.is_file() and file.name.removesuffix(".gz").endswith((".jsonl", ".txt")):
                held |= {_held_id(line): file for _, line in _lines(file)}
    if both := [row["id"] for row in rows if row["id"] in held]:
        raise RecipeError(
            f"{len(both)} training rows are test items, the first {both[0]!r} of {held[both[0]]}",
            "Take them out of the training rows",
        )
    words = Held.read([SHIPPED_SUITES, *held_out])
    for row in rows:
        # Of the last thing asked: the words around it are the prompt's own.
        asked = next((m["content"] for m in reversed(row["messages"]) if m["role"] == "user"), "")
        if words.has(asked.rpartition("shopper: ")[2]):
            raise RecipeError(
                f"The training row {row['id']!r} has the words of a test item", "Take it out of the training rows"
            )


def training_rows(
    data: Path, dev: Path | None, held_out: Sequence[Path], share: float = 1
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows to train on, the first ``share`` of those in ``data``, and the rows of ``dev`` that measure.

    Raises ``RecipeError`` as ``read_rows`` and ``refuse_held_out`` do.
    """
    rows = read_rows(data)
    rows = rows[: math.ceil(len(rows) * share)]
    measuring = read_rows(dev) if dev else []
    refuse_held_out([*rows, *measuring], held_out)
    return rows, measuring


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, line.strip()


def _held_id(line: str) -> str:
    try:
        row = json.loads(line)
    except ValueError:
        return line
    return str(row.get("id", "")) if isinstance(row, dict) else str(row)


def _row(row: Any, where: str) -> dict[str, Any]:
    if not isinstance(row, dict) or "id" not in row:
        raise RecipeError(f"{where} has no id", EXAMPLE)
    if "prompt" in row:
        try:
            rendered = render(row["prompt"], **row["values"])
        except (KeyError, TypeError, OSError) as error:
            raise RecipeError(f"{where} fits no prompt of the assistant ({error!r})", EXAMPLE) from error
        answer = row.get("answer")
        text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
        messages = [{"role": role, "content": content} for role, content in rendered]
        messages.append({"role": "assistant", "content": text if answer is not None else ""})
    else:
        messages = row.get("messages") or []
    if not _is_conversation(messages):
        raise RecipeError(f"{where} is no conversation that ends with an answer", EXAMPLE)
    return {"id": str(row["id"]), "messages": messages, "prompt": str(row.get("prompt", ""))}


def prompts_of(rows: Iterable[dict[str, Any]]) -> str:
    """Which prompts a model trained on ``rows`` wants: "tuned" where all that name one name a short one, else ""."""
    named = {row["prompt"] for row in rows if row["prompt"]}
    return "tuned" if named and all(name.endswith("_tuned") for name in named) else ""


def _is_conversation(messages: Any) -> bool:
    return (
        isinstance(messages, list)
        and len(messages) >= 2
        and all(isinstance(m, dict) and m.get("role") in ROLES and isinstance(m.get("content"), str) for m in messages)
        and messages[-1]["role"] == "assistant"
        and bool(messages[-1]["content"].strip())
    )
