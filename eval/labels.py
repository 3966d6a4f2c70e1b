"""Real messages with what they ask for: the labels that ship, joined with texts that stay with their owners."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.plan import EvalError, lines, need

SHIPPED = Path(__file__).parent / "data"
_CHECKOUT = Path(__file__).resolve().parent.parent
_ONE = ("category", "for_whom", "order_id")
_MANY = ("brands", "not_brands", "features", "dislikes", "references")
_NUMBERS = ("price_min", "price_max", "min_rating", "currency")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One message, what came before it, and what careful readers took from it."""

    id: str
    # Messages as `shoptalk understand` reads them, the last one labelled.
    messages: tuple[Mapping[str, str], ...]
    intent: str
    # Slot -> phrase, phrases or number; null and empty ones are left out.
    meant: Mapping[str, Any] = field(default_factory=dict)
    # Messages of one conversation are drawn together.
    group: str = ""


def shared() -> Path:
    """The folder of the public data sets. Raises ``EvalError`` where there is none."""
    named = os.environ.get("SHOPTALK_DATA")
    folder = Path(named) if named else _CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        raise EvalError("The public data sets are absent", "Name their folder in SHOPTALK_DATA (see docs/data.md)")
    return folder


def shipped() -> list[Labelled]:
    """The labels of eval/data with the texts of the public data sets."""
    rows = [json.loads(line) for path in sorted(SHIPPED.glob("labels_*.jsonl")) for _, line in lines(path)]
    folder = shared()
    readers = {"recquest": _recquest, "mg_shopdial": _mg_shopdial, "webshop": _webshop}
    conversations: dict[str, dict[str, tuple[Mapping[str, str], ...]]] = {}
    found = []
    for row in rows:
        source = row["id"].partition(":")[0]
        if source not in conversations:
            conversations[source] = readers[source](folder)
        messages = conversations[source].get(row["id"])
        if messages is None:
            raise EvalError(f"The public data sets lack the message {row['id']}", "Fetch them anew (see docs/data.md)")
        found.append(_labelled(row, messages))
    return found


def of_folder(folder: Path) -> list[Labelled]:
    """``labels.jsonl`` of a folder: rows ``{"id", "text" or "messages", "intent", slots as phrases}``."""
    found = []
    for number, line in lines(need(folder, "labels.jsonl")):
        row = json.loads(line)
        messages = row.get("messages") or [{"role": "user", "content": row.get("text")}]
        if "intent" not in row or not all(isinstance(m.get("content"), str) for m in messages):
            raise EvalError(f"labels.jsonl, line {number} lacks its text or intent", 'Write {"id", "text", "intent"}')
        meant = {s: row[s] for s in (*_ONE, *_MANY, *_NUMBERS) if row.get(s) not in (None, [])}
        found.append(Labelled(str(row["id"]), tuple(messages), row["intent"], meant, str(row["id"])))
    return found


def _labelled(row: Mapping[str, Any], messages: tuple[Mapping[str, str], ...]) -> Labelled:
    text = messages[-1]["content"]
    meant: dict[str, Any] = {s: text[slice(*row[s])] for s in _ONE if row[s] is not None}
    meant |= {s: [text[slice(*span)] for span in row[s]] for s in _MANY if row[s]}
    meant |= {s: row[s] for s in _NUMBERS if row[s] is not None}
    dialogue = row["id"].rpartition(":")[0] if row["id"].count(":") > 1 else row["id"]
    return Labelled(row["id"], messages, row["intent"], meant, dialogue)


def _recquest(folder: Path) -> dict[str, tuple[Mapping[str, str], ...]]:
    found = {}
    for talk in _rows(folder / "recquest", "dialogues.jsonl"):
        before: list[Mapping[str, str]] = []
        for n, message in enumerate(talk["messages"]):
            human = message["role"] == "human"
            before.append({"role": "user" if human else "assistant", "content": message["text"]})
            if human:
                found[f"recquest:{talk['id']}:{n}"] = tuple(before)
    return found


def _mg_shopdial(folder: Path) -> dict[str, tuple[Mapping[str, str], ...]]:
    found = {}
    for talk in _rows(folder / "mg_shopdial", "dialogues.jsonl"):
        before: list[Mapping[str, str]] = []
        for message in talk["utterances"]:
            client = message["speaker"] == "client"
            before.append({"role": "user" if client else "assistant", "content": message["text"]})
            if client:
                found[f"mg_shopdial:{talk['id']}:{message['n']}"] = tuple(before)
    return found


def _webshop(folder: Path) -> dict[str, tuple[Mapping[str, str], ...]]:
    rows = _rows(folder / "webshop_goals", "goals.jsonl")
    return {f"webshop:{r['id']}": ({"role": "user", "content": r["text"]},) for r in rows}


def _rows(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for _, line in lines(need(folder, name))]
