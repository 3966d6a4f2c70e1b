"""Semi-supervised training: what the model reads with measured confidence teaches it. The manual is in self.yaml."""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from assistant.models import tuned
from finetune import methods, runs, sft
from finetune.overlap import Held
from finetune.rows import SHIPPED_SUITES
from finetune.score import parsed, understanding
from finetune.settings import RecipeError, RecipeSettings, begin, load
from retrieval.errors import RowsError, ShopTalkError
from retrieval.jsonlines import read_rows

SHIPPED = Path(__file__).with_name("self.yaml")
EXAMPLE = 'A row is {"id": "1", "message": "...", "context": "..."} or {"id": "1", "messages": [...]}'
# Fewer labelled rows than this say nothing of a confidence.
_LEAST = 20


class SelfSettings(RecipeSettings):
    """The keys of self.yaml, where each is explained."""

    unlabelled: Path
    labelled: Path
    out: Path
    held_out: list[Path]
    adapter: str | None
    precision: float = Field(gt=0, lt=1)
    mix: float = Field(ge=0)
    sft: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A message with its line of context, as the prompt has them."""

    id: str
    context: str
    message: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """What the model made of a message, and how sure it was: the probability of the answer's least sure token."""

    text: str
    sure: float


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run made."""

    adapter: Path
    # Messages read, those whose reading was taken, and from which confidence on.
    read: int
    taken: int
    threshold: float
    # Share of right answers among the labelled rows of at least that confidence, and over all of them.
    precision: float
    overall: float
    dev_loss: float | None


Reader = Callable[[Sequence[Asked]], Iterator[Labelled]]


def train(settings: SelfSettings, reader: Reader | None = None) -> Trained:
    """One run, top to bottom; ``reader`` stands in for the model with its adapter.

    Raises ``RecipeError`` where no confidence is as good as was asked for.
    """
    start = settings.adapter or tuned.SHIPPED
    if start != "none":
        # What reads is what is trained, whatever else is in use under that name.
        start = str(methods.peft_folder(start))
        if settings.sft.get("method", "lora") != "lora":
            raise RecipeError(f"method={settings.sft['method']} goes on from no adapter", "Say adapter=none")
    held = Held.read([SHIPPED_SUITES, *settings.held_out])
    marked = list(_marked(settings.labelled))
    asked = [row for row in _asked(settings.unlabelled) if not held.has(row.message)]
    adapter = settings.out / "adapter"
    begin(settings, settings.out)
    read = reader or (lambda rows: of_model(rows, start))
    known = _read(settings.out / "labelled.jsonl", [row for row, _ in marked], read)
    right = [
        understanding([(answer, found.text)])["exact"] == 1 for (_, answer), found in zip(marked, known, strict=True)
    ]
    threshold, precision = calibrated([found.sure for found in known], right, settings.precision)
    found = _read(settings.out / "unlabelled.jsonl", asked, read)
    taken = [(row, f) for row, f in zip(asked, found, strict=True) if f.sure >= threshold and parsed(f.text)]
    if not taken:
        raise RecipeError(f"No message of {settings.unlabelled} was read that surely", "Give more messages")
    rows = [_row(f"self-{row.id}", row, parsed(f.text)) for row, f in taken]
    # Half of the labelled rows teach, or the model would believe itself alone; the others measure it.
    own = [_row(f"own-{row.id}", row, answer) for row, answer in marked]
    teach, dev = own[::2], own[1::2]
    rows += teach * math.ceil(settings.mix * len(rows) / len(teach)) if settings.mix else []
    rows = [{**row, "id": f"{row['id']}-{number}"} for number, row in enumerate(rows)]
    for name, part in (("rows", rows), ("dev", dev)):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in part)
        (settings.out / f"{name}.jsonl").write_text(text, encoding="utf-8")
    given: dict[str, Any] = {"data": settings.out / "rows.jsonl", "dev": settings.out / "dev.jsonl", "out": adapter}
    given |= {"adapter": start, **settings.sft}
    begun = bool(runs.checkpoints(adapter))
    if not begun:
        # What a kill left before the first checkpoint.
        shutil.rmtree(adapter, ignore_errors=True)
    given["resume"] = str(begun).lower()
    made = sft.train(load(sft.SftSettings, sft.SHIPPED, None, [f"{k}={v}" for k, v in given.items()]))
    overall = sum(right) / len(right)
    return Trained(made.adapter, len(asked), len(taken), threshold, precision, overall, made.dev_loss)


def calibrated(sure: Sequence[float], right: Sequence[bool], wanted: float) -> tuple[float, float]:
    """The lowest confidence from which on answers are right in ``wanted`` of the cases, and how many are.

    By the lower end of the 95 % Wilson interval, so that luck with a few rows is not taken for it. Raises
    ``RecipeError`` where there is none.
    """
    order = sorted(range(len(sure)), key=lambda n: -sure[n])
    best: tuple[float, float] | None = None
    hits = 0
    for count, at in enumerate(order, 1):
        hits += right[at]
        ends = count == len(order) or sure[order[count]] < sure[at]
        if ends and count >= _LEAST and _wilson(hits, count) >= wanted:
            best = sure[at], hits / count
    if best is None:
        raise RecipeError(
            f"No confidence on the {len(sure)} labelled rows makes {wanted:g} of the answers right for sure",
            "Ask for a lower precision, or label more rows",
        )
    return best


def _wilson(hits: int, count: int) -> float:
    z, share = 1.96, hits / count
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (middle - spread) / (1 + z * z / count)


def of_model(rows: Sequence[Asked], adapter: str | None) -> Iterator[Labelled]:
    """Reads by the embedded engine, and asks the same weights in transformers how likely each token was."""
    import torch

    from assistant.config import Settings
    from assistant.models import hf, open_llm, tuned, weights
    from assistant.prompts import render
    from assistant.understand import SCHEMA
    from finetune.encode import encode

    home = Settings().root
    engine = open_llm("embedded", adapter=adapter, home=home)
    structured = engine.with_structured_output(SCHEMA, method="json_schema", include_raw=True)
    base = weights.verified(weights.CHAT)
    model, tokenizer = hf.load_model(base, tuned.adapter_file(adapter, home)), hf.load_tokenizer(base)
    for row in rows:
        prompt = render("understand_tuned", context=row.context, message=row.message)
        found = structured.invoke(prompt)
        assert isinstance(found, dict)
        text = str(found["raw"].text)
        talk = [*({"role": r, "content": c} for r, c in prompt), {"role": "assistant", "content": text}]
        (sample,) = encode([{"id": row.id, "messages": talk}], tokenizer, 4096)
        ids = torch.tensor([sample.ids])
        with torch.no_grad():
            scores = model(ids).logits[0, sample.prompt - 1 : -1].log_softmax(-1)
        yield Labelled(text, float(scores.gather(1, ids[0, sample.prompt :, None]).min().exp()))


def _read(kept: Path, rows: Sequence[Asked], reader: Reader) -> list[Labelled]:
    """What was read before a kill is read again from ``kept``, but for a line that it tore."""
    made = _kept(kept, rows)
    with kept.open("a", encoding="utf-8") as file:
        for row, found in zip(
            rows[len(made) :], reader(rows[len(made) :]) if len(made) < len(rows) else (), strict=True
        ):
            made.append(found)
            file.write(json.dumps({"id": row.id, "text": found.text, "sure": found.sure}) + "\n")
            file.flush()
    return made


def _kept(path: Path, rows: Sequence[Asked]) -> list[Labelled]:
    """The readings in ``path``, which are of the first of ``rows``. A last line without an end is cut off.

    Raises ``RecipeError`` naming a line that is no reading, or one of another message.
    """
    data = path.read_bytes() if path.is_file() else b""
    whole = data[: data.rfind(b"\n") + 1]
    made = []
    for number, line in enumerate(whole.splitlines(), 1):
        try:
            row = json.loads(line)
            made.append(Labelled(str(row["text"]), float(row["sure"])))
        except (ValueError, TypeError, KeyError) as error:
            mend = "Delete that file to read all messages again, or name another folder with out=DIR"
            raise RecipeError(f"{path}, line {number} is no reading", mend) from error
        if number > len(rows) or row.get("id") != rows[number - 1].id:
            raise RecipeError(
                f"{path}, line {number} is the reading of another message than the one of now",
                "Name another folder with out=DIR, or delete that file",
            )
    if len(whole) < len(data):
        os.truncate(path, len(whole))
    return made


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        return read_rows(path)
    except RowsError as error:
        more = f"; {len(error.faults) - 1} more lines are wrong" if len(error.faults) > 1 else ""
        raise RecipeError(f"{error.faults[0].split('. ')[0]}{more}", EXAMPLE) from error


def _asked(path: Path) -> Iterator[Asked]:
    from assistant.batch import conversation
    from assistant.context import context
    from retrieval.vocabulary import Vocabulary

    vocabulary = Vocabulary.build((), {})
    for number, row in enumerate(_rows(path), 1):
        messages, where = row.get("messages"), f"{path}, row {number}"
        if messages is None:
            before, message = row.get("context", ""), row.get("message") or row.get("text")
        elif isinstance(messages, list) and all(isinstance(m, dict) for m in messages):
            try:
                state, message = conversation(row, vocabulary)
            except ShopTalkError as error:
                raise RecipeError(f"{where} cannot be read: {error.fault}", EXAMPLE) from error
            before = context(state)
        else:
            before, message = "", None
        if not isinstance(message, str) or not message.strip() or not isinstance(before, str):
            raise RecipeError(f"{where} has no message", EXAMPLE)
        yield Asked(str(row.get("id", number)), before, message)


def _marked(path: Path) -> Iterable[tuple[Asked, dict[str, Any]]]:
    found = []
    for number, row in enumerate(_rows(path), 1):
        if row.get("prompt") != "understand_tuned" or not isinstance(row.get("answer"), dict):
            continue
        values = row.get("values")
        told = [values.get(name) for name in ("context", "message")] if isinstance(values, dict) else []
        if "id" not in row or len(told) != 2 or not all(isinstance(value, str) for value in told):
            raise RecipeError(
                f"{path}, row {number} has no id, or no context and message in its values",
                "Write rows as `shoptalk finetune data` does",
            )
        found.append((Asked(str(row["id"]), *map(str, told)), row["answer"]))
    if len(found) < _LEAST:
        raise RecipeError(
            f"{path} has {len(found)} labelled messages, and {_LEAST} are the least that measures anything",
            "Write rows as `shoptalk finetune data` does",
        )
    return found


def _row(id_: str, asked: Asked, answer: dict[str, Any]) -> dict[str, Any]:
    values = {"context": asked.context, "message": asked.message}
    return {"id": id_, "prompt": "understand_tuned", "values": values, "answer": answer}
