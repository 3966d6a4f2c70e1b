"""Does the assistant read what people mean? Intents and slots of labelled messages, by rules, by the model, by both.

Data: the labels that ship, with the texts of the public data sets; or ``labels.jsonl`` of ``--data``; or the requests
of ShoppingBench (``product.jsonl``, ``shop.jsonl``, ``voucher.jsonl``), whose constraints are scored as slots.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval import labels, report, shoppingbench
from eval.labels import Labelled
from eval.metrics import Metric, resampled
from eval.phrases import alike_hits, plain, singular, strict_hits
from eval.plan import EvalError, Outcome, Plan, find

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# One reading as the row of `shoptalk understand`.
Reading = Mapping[str, Any]
SYSTEMS = ("both", "rules", "model")
MEANING = {
    "intent_f1": "F1 of the intents, averaged over those that the labels have, whatever their number",
    "intent": "share of messages with the right intent",
    "price": "share of messages with both price bounds as labelled, none where none is",
    "brand": "share of messages with exactly the labelled brands, wanted and unwanted",
    "category": "share of messages with the labelled type, of those where the labels or the reading have one",
    "features_f1": "F1 of wished properties; two phrases are one from half their words in common on (Jaccard 0.5)",
    "features_strict": "the same for phrases that are equal but for letter case",
    "features_precision": "share of the properties read that the labels have, by the first of these two rules",
    "features_recall": "share of the properties labelled that were read",
    "dislikes_f1": "F1 of what is not wanted, by half their words in common",
    "references_f1": "F1 of words that point at something shown, likewise",
    "for_whom": "share of messages with the person as labelled, none where none is",
}


def run(plan: Plan) -> Outcome:
    """Reads every message three ways; raises ``EvalError`` where the texts are absent."""
    if plan.data is not None and find(plan.data, "product.jsonl") and not find(plan.data, "labels.jsonl"):
        return shoppingbench.run(plan, reader)
    items = labels.shipped() if plan.data is None else labels.of_folder(plan.data)
    if not items:
        raise EvalError("There is no labelled message", "Name another folder with --data DIR")
    from assistant.models import open_llm

    model = open_llm(plan.model, adapter=plan.adapter, home=plan.home)
    read = reader(model)
    rows = []
    for done, item in enumerate(items, start=1):
        readings = read({"id": item.id, "messages": list(item.messages)})
        rows.append(Read(item, readings))
        plan.on_progress(done, len(items), "messages")
    return outcome(rows, plan)


@dataclass(frozen=True, slots=True)
class Read:
    """A labelled message with its reading by each system."""

    item: Labelled
    readings: Mapping[str, Reading]


def reader(model: BaseChatModel) -> Callable[[Mapping[str, Any]], dict[str, Reading]]:
    """Reads a row by rules alone, by the model alone and by both, with one call of the model."""
    from assistant.batch import conversation
    from assistant.context import context
    from assistant.prompts import is_tuned
    from assistant.understand import Trust, ask_model, combine
    from retrieval.vocabulary import Vocabulary

    vocabulary = Vocabulary.build((), {})
    trust: Trust = "model" if is_tuned(model) else "rules"

    def read(row: Mapping[str, Any]) -> dict[str, Reading]:
        state, text = conversation(row, vocabulary)
        values = ask_model(model, text, context(state)).values
        return {
            "both": combine(values, state, text, vocabulary, trust=trust).to_row(),
            "rules": combine({}, state, text, vocabulary).to_row(),
            "model": values,
        }

    return read


def outcome(rows: Sequence[Read], plan: Plan) -> Outcome:
    """Scores every system on the same messages."""
    metrics = {name: measured(rows, name, plan.seed) for name in SYSTEMS}
    sections = [
        ("Scores", report.metric_table(metrics["both"], MEANING)),
        ("By rules, by the model, by both", report.comparison_table(list(MEANING), metrics)),
        ("Intent by intent", _intents(rows)),
        ("Where the reading differs from the labels", "".join(_case(r) for r in rows if _differs(r))[:400_000]),
    ]
    predictions = [
        {
            "id": r.item.id,
            "intent": r.item.intent,
            "meant": dict(r.item.meant),
            "readings": {name: dict(reading) for name, reading in r.readings.items()},
            "scores": _scores(r, "both"),
        }
        for r in rows
    ]
    lead = (
        f"{len(rows)} messages of people, read after the earlier ones of their conversation. Intervals are the "
        "95 % bootstrap over conversations. “Rules” is the reading without a model, “model” what the model alone "
        "answered."
    )
    return Outcome(
        predictions=predictions,
        metrics=metrics["both"],
        baselines={name: metrics[name] for name in SYSTEMS[1:]},
        model=f"{plan.model} {plan.adapter or ''}".strip(),
        lead=lead,
        sections=sections,
    )


def measured(rows: Sequence[Read], system: str, seed: int) -> dict[str, Metric]:
    """Every metric of one system, with its interval."""
    found = {}
    for name, make in _MEASURES.items():
        kept = [r for r in rows if name != "category" or _has_category(r, system)]
        if kept:
            groups = [r.item.group for r in kept]
            found[name] = resampled(len(kept), make(kept, system), seed=seed, groups=groups)
    return found


# From rows and a system to the measure of any choice of those rows, by position.
Make = Callable[[Sequence[Read], str], Callable[[Sequence[int]], float]]


def _share(right: Callable[[Read, str], bool]) -> Make:
    def make(rows: Sequence[Read], system: str) -> Callable[[Sequence[int]], float]:
        judged = [float(right(r, system)) for r in rows]
        return lambda picked: sum(judged[i] for i in picked) / len(picked)

    return make


def _intent_f1(rows: Sequence[Read], system: str) -> Callable[[Sequence[int]], float]:
    pairs = [(r.item.intent, r.readings[system].get("intent")) for r in rows]

    def measure(picked: Sequence[int]) -> float:
        wanted = Counter(pairs[i][0] for i in picked)
        given = Counter(pairs[i][1] for i in picked)
        hits = Counter(pairs[i][0] for i in picked if pairs[i][0] == pairs[i][1])
        return sum(2 * hits[n] / (wanted[n] + given[n]) for n in wanted) / len(wanted)

    return measure


def _f1(slot: str, hits: Callable[[Sequence[str], Sequence[str]], int], part: str = "f1") -> Make:
    def make(rows: Sequence[Read], system: str) -> Callable[[Sequence[int]], float]:
        counts = []
        for r in rows:
            meant, read = _list(r.item.meant, slot), _list(r.readings[system], slot)
            counts.append((hits(meant, read), len(read), len(meant)))

        def measure(picked: Sequence[int]) -> float:
            found, given, wanted = (sum(counts[i][k] for i in picked) for k in range(3))
            below = {"f1": (wanted + given) / 2, "precision": given, "recall": wanted}[part]
            return found / below if below else 1.0

        return measure

    return make


def _list(row: Mapping[str, Any], slot: str) -> list[str]:
    value = row.get(slot)
    return [str(v) for v in value] if isinstance(value, list) else []


def _price(r: Read, system: str) -> bool:
    read = r.readings[system]
    return all(_number(read.get(s)) == _number(r.item.meant.get(s)) for s in ("price_min", "price_max"))


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _brand(r: Read, system: str) -> bool:
    read = r.readings[system]
    return all({plain(b) for b in _list(read, s)} == {plain(b) for b in _list(r.item.meant, s)} for s in _BRANDS)


def _category(r: Read, system: str) -> bool:
    return singular(str(r.readings[system].get("category") or "")) == singular(str(r.item.meant.get("category") or ""))


def _has_category(r: Read, system: str) -> bool:
    return bool(r.item.meant.get("category") or r.readings[system].get("category"))


def _whom(r: Read, system: str) -> bool:
    return plain(str(r.readings[system].get("for_whom") or "")) == plain(str(r.item.meant.get("for_whom") or ""))


_BRANDS = ("brands", "not_brands")
_MEASURES: dict[str, Make] = {
    "intent_f1": _intent_f1,
    "intent": _share(lambda r, s: r.readings[s].get("intent") == r.item.intent),
    "price": _share(_price),
    "brand": _share(_brand),
    "category": _share(_category),
    "features_f1": _f1("features", alike_hits),
    "features_strict": _f1("features", strict_hits),
    "features_precision": _f1("features", alike_hits, "precision"),
    "features_recall": _f1("features", alike_hits, "recall"),
    "dislikes_f1": _f1("dislikes", alike_hits),
    "references_f1": _f1("references", alike_hits),
    "for_whom": _share(_whom),
}


def _scores(r: Read, system: str) -> dict[str, float]:
    """The columns of one message, for comparisons run by run."""
    found = {
        "intent": float(r.readings[system].get("intent") == r.item.intent),
        "price": float(_price(r, system)),
        "brand": float(_brand(r, system)),
    }
    if _has_category(r, system):
        found["category"] = float(_category(r, system))
    if _list(r.item.meant, "features") or _list(r.readings[system], "features"):
        found["features_f1"] = _f1("features", alike_hits)([r], system)([0])
    return found


def _intents(rows: Sequence[Read]) -> str:
    """One line an intent: how often it was meant, and what it was read as."""
    text = []
    for intent in sorted({r.item.intent for r in rows}):
        those = [r for r in rows if r.item.intent == intent]
        for system in SYSTEMS:
            read: dict[str, int] = {}
            for r in those:
                guess = str(r.readings[system].get("intent"))
                read[guess] = read.get(guess, 0) + 1
            parts = ", ".join(f"{name} {count}" for name, count in sorted(read.items(), key=lambda p: -p[1]))
            text.append(report.paragraph(f"{intent} ({len(those)}), {system}: {parts}"))
    return "".join(text)


def _differs(r: Read) -> bool:
    scores = _scores(r, "both")
    return any(value < 1 for value in scores.values())


def _case(r: Read) -> str:
    rows = [("labelled:", f"{r.item.intent} {dict(r.item.meant)}")]
    rows += [(f"{name}:", str({k: v for k, v in r.readings[name].items() if v not in (None, [])})) for name in SYSTEMS]
    return report.case(f"{r.item.id}: {r.item.messages[-1]['content']}", rows)
