"""What the model writes about recommended products: does it pass the check at once, and is it worth reading?

Data: ``products.jsonl`` (also ``.gz``) of ``--data``, else the demo shop. Wishes are made of products of the shop: a
type, one or two of its own values, often a price bound; the assistant answers them as in a chat.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from eval import report
from eval.metrics import Metric, mean, resampled
from eval.plan import EvalError, Outcome, Plan
from eval.shop import demo_feed, open_or_build, shop_hash

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from retrieval.search import Shelf

# Recommendations looked at.
COUNT = 300
MEANING = {
    "first_try": "share of reasons shown as the model first wrote them",
    "retry": "share of reasons shown after a second try with fewer facts",
    "plain": "share of reasons where both tries failed the check and a plain sentence stands",
    "words": "words a reason that the model wrote has",
    "distinct_2": "pairs of neighbouring words that are different, of all pairs in the model's reasons together",
    "repeated": "share of the model's reasons that say a run of three words twice",
}
_ORIGINS = {"model": "first_try", "retry": "retry", "plain": "plain"}


def run(plan: Plan) -> Outcome:
    """Explains ``COUNT`` recommendations by the chosen model, and by the bare one beside it."""
    from assistant.models import open_llm

    shelf = open_or_build(plan, plan.data or demo_feed(plan))
    chosen = [("chosen", open_llm(plan.model, adapter=plan.adapter, home=plan.home))]
    if plan.model == "embedded" and plan.adapter != "none":
        chosen.append(("bare", open_llm("embedded", adapter="none", home=plan.home)))
    texts = list(_messages(shelf, plan.seed))
    if not texts:
        raise EvalError("No product of the shop has a type and a value to ask for", "Name another with --data DIR")
    found = {name: explained(model, shelf, texts, plan, name) for name, model in chosen}
    metrics = {name: measured(rows, plan.seed) for name, rows in found.items()}
    rows = found["chosen"]
    return Outcome(
        predictions=rows,
        metrics=metrics["chosen"],
        baselines={name: metrics[name] for name in metrics if name != "chosen"},
        model=f"{plan.model} {plan.adapter or ''}".strip(),
        shop=shop_hash(shelf.folder),
        lead=f"{len(rows)} reasons given for recommended products of the shop {shelf.folder.name}.",
        sections=[
            ("Scores", report.metric_table(metrics["chosen"], MEANING)),
            ("Beside the bare model", report.comparison_table(list(MEANING), metrics)),
            ("The first forty", "".join(_case(row) for row in rows[:40])),
        ],
    )


def explained(model: BaseChatModel, shelf: Shelf, texts: Sequence[str], plan: Plan, name: str) -> list[dict[str, Any]]:
    """A row a reason: message, product, sentence, and whether the model wrote it at once."""
    from assistant.state import DialogueState, Done
    from assistant.turn import reply

    rows: list[dict[str, Any]] = []
    for text in texts:
        events = reply(DialogueState("e"), text, shelf=shelf, model=model)
        turn = next(e.turn for e in events if isinstance(e, Done))
        for card in turn.reply.shown:
            sentence = next((s for s in turn.reply.sentences if s.text.startswith(f"{card.name}:")), None)
            if sentence is not None and len(rows) < COUNT:
                said = sentence.text.removeprefix(f"{card.name}:").strip()
                scores = {column: float(sentence.origin == origin) for origin, column in _ORIGINS.items()}
                if sentence.origin != "plain":
                    scores |= {"words": float(len(said.split())), "repeated": float(_repeats(said))}
                id_ = f"{len(rows)}"
                rows.append({"id": id_, "text": text, "product": card.product_id, "said": said, "scores": scores})
        plan.on_progress(len(rows), COUNT, f"reasons ({name})")
        if len(rows) >= COUNT:
            break
    if not rows:
        raise EvalError("No message was answered with a product", "Name another shop with --data DIR")
    return rows


def measured(rows: Sequence[Mapping[str, Any]], seed: int) -> dict[str, Metric]:
    """Every metric, its interval over the messages: the reasons of one message are alike."""
    found = {}
    for column in ("first_try", "retry", "plain", "words", "repeated"):
        kept = [r for r in rows if column in r["scores"]]
        if kept:
            found[column] = mean([r["scores"][column] for r in kept], seed=seed, groups=[r["text"] for r in kept])
    written = [r for r in rows if not r["scores"]["plain"]]
    if written:
        pairs = [list(_pairs(r["said"])) for r in written]
        found["distinct_2"] = resampled(
            len(written), lambda picked: _distinct(pairs, picked), seed=seed, groups=[r["text"] for r in written]
        )
    return found


def _distinct(pairs: Sequence[Sequence[tuple[str, str]]], picked: Sequence[int]) -> float:
    # A resample holds some reasons twice, which says nothing of the model: each counts once.
    every = [pair for i in set(picked) for pair in pairs[i]]
    return len(set(every)) / len(every) if every else 0.0


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    words = re.findall(r"[\w$€£.,'-]+", text.lower())
    yield from pairwise(words)


def _repeats(text: str) -> bool:
    words = re.findall(r"\w+", text.lower())
    runs = [tuple(words[i : i + 3]) for i in range(len(words) - 2)]
    return len(runs) != len(set(runs))


def _messages(shelf: Shelf, seed: int) -> Iterator[str]:
    """Wishes that the shop can meet, made of its own products."""
    from retrieval import catalogue

    held = catalogue.load(shelf.folder)
    rng = random.Random(seed)
    entries = [e for e in held.entries if e.product.id in held.kinds and e.product.attributes]
    for entry in rng.sample(entries, min(len(entries), 2 * COUNT)):
        product = entry.product
        values = [
            name.replace("_", " ") if value is True else str(value)
            for name, value in product.attributes.items()
            if value is not False and len(str(value)) < 24
        ]
        if not values:
            continue
        wished = rng.sample(values, min(len(values), rng.choice([1, 1, 2])))
        opening, kind = rng.choice(["i need a", "looking for a", "a"]), held.kinds[product.id].label
        text = f"{opening} {kind} with {' and '.join(wished)}"
        if product.price is not None and rng.random() < 0.5:
            text += f" under {int(float(product.price.major) * rng.uniform(1.05, 1.6)) + 1}"
        yield text


def _case(row: Mapping[str, Any]) -> str:
    origin = next(name for name, column in _ORIGINS.items() if row["scores"][column])
    return report.case(row["text"], [("product:", row["product"]), (f"{origin}:", row["said"])])
