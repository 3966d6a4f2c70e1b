"""Is it seen what a short message wants, and when it wants none of the known things? Beside simpler classifiers.

Data: ``NAME_train.jsonl`` with ``NAME_test.jsonl`` (rows ``{"id"?, "text", "intent"}``), any number of sets. A set
without a test file is judged by cross-validation. Test messages whose intent is one of ``OUTSIDE`` are out of scope.
Where rows also have ``intent_v1`` (the labels as they were first published), these are learned and judged, because
published answers (``predictions``: system -> [intent, score]) were made with them; the corrected ones stand beside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eval import report
from eval.classification import Split, auroc, classes, folds, splits
from eval.metrics import Metric
from eval.plan import EvalError, Outcome, Plan
from eval.remembering import Remembering
from retrieval.jsonlines import read_rows

if TYPE_CHECKING:
    from assistant.evidence import Embedder
    from assistant.intents import IntentReader

OUTSIDE = {"NO_NODES_DETECTED", "oos", "out_of_scope"}
FOLDS = 5
OURS, MEANING_ALONE, SPELLING_ALONE = "shoptalk", "minilm+logreg", "tfidf+logreg"
MEANING = {
    "accuracy": "share of messages, those out of scope left out, with the right intent; none is refused",
    "macro_f1": "the F1 of each intent among them, whatever its size, averaged",
    "oos_auroc": "how well the score parts messages out of scope from the others: 0.5 is chance, 1 is always",
}


@dataclass(slots=True)
class Guesses:
    """What one system said of the judged messages of a set: intents, and how much it doubts each."""

    intents: list[str] = field(default_factory=list)
    doubts: list[float] = field(default_factory=list)


# Learns from messages and their intents, and guesses those of others.
System = Callable[[Sequence[str], Sequence[str], Sequence[str]], Guesses]


def run(plan: Plan) -> Outcome:
    """Learns each set of ``plan.data`` from its training file; raises ``EvalError`` where there is none."""
    if plan.data is None:
        raise EvalError("The suite intents ships no test set", "Name a folder with NAME_train.jsonl files: --data DIR")
    from retrieval.embed import open_embedder

    found = splits(plan.data)
    if not found:
        raise EvalError(f"{plan.data} has no file NAME_train.jsonl", "Name another folder with --data DIR")
    embedder = open_embedder(None)
    systems = made(Remembering(embedder))
    metrics: dict[str, dict[str, Metric]] = {}
    predictions: list[dict[str, Any]] = []
    # Sets with a test file first: their rows keep their own ids.
    ordered = sorted(found, key=lambda s: s.test is None)
    for done, split in enumerate(ordered):
        plan.on_progress(done, len(ordered), "sets")
        predictions += judge(split, systems, metrics, plan.seed, {row["id"] for row in predictions})
    plan.on_progress(len(ordered), len(ordered), "sets")
    return Outcome(
        predictions=predictions,
        metrics=metrics[OURS],
        baselines={name: scores for name, scores in metrics.items() if name != OURS},
        model=embedder.name,
        lead=(
            f"{len(predictions)} messages of {len(ordered)} sets. Each system learns from a set's training file alone; "
            f"a set without a test file is judged by cross-validation in {FOLDS} parts. Intervals are the 95 % "
            "bootstrap over messages."
        ),
        sections=_sections(metrics, predictions),
    )


def made(embedder: Embedder) -> dict[str, System]:
    """Ours, and what a developer would write first: a logistic regression on embeddings, or on TF-IDF."""
    from assistant.intents import learn

    def ours(texts: Sequence[str], intents: Sequence[str], asked: Sequence[str]) -> Guesses:
        reader: IntentReader = learn(texts, intents, embedder)
        read = reader.read(asked)
        return Guesses([g.intent for g in read], [g.doubt for g in read])

    def meaning(texts: Sequence[str], intents: Sequence[str], asked: Sequence[str]) -> Guesses:
        return _regression(embedder.encode(texts), intents, embedder.encode(asked), 10.0)

    def spelling(texts: Sequence[str], intents: Sequence[str], asked: Sequence[str]) -> Guesses:
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
        rows = vectorizer.fit_transform(texts)
        return _regression(rows, intents, vectorizer.transform(asked), 30.0)

    return {OURS: ours, MEANING_ALONE: meaning, SPELLING_ALONE: spelling}


def _regression(rows: Any, intents: Sequence[str], asked: Any, strength: float) -> Guesses:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=1000).fit(rows, list(intents))
    shares = model.predict_proba(asked)
    return Guesses([str(model.classes_[n]) for n in shares.argmax(axis=1)], (1 - shares.max(axis=1)).tolist())


def judge(
    split: Split,
    systems: Mapping[str, System],
    metrics: dict[str, dict[str, Metric]],
    seed: int,
    taken: set[str | int],
) -> list[dict[str, Any]]:
    """Scores every system on one set into ``metrics``; returns its rows, whose ids are none of ``taken``."""
    train = _rows(split.train)
    label = "intent_v1" if any(row.get("intent_v1") for row in train) else "intent"
    train = [row for row in train if row.get(label)]
    judged = train if split.test is None else _rows(split.test)
    guesses = {}
    for name, system in systems.items():
        cross = split.test is None
        guesses[name] = _crossed(system, train, label, seed) if cross else _tested(system, train, judged, label)
    guesses |= _published(judged)
    for name, said in guesses.items():
        found = metrics.setdefault(name, {})
        for column in dict.fromkeys((label, "intent")):
            prefix = split.name if column == label else f"{split.name}/corrected"
            found |= {f"{prefix}/{key}": m for key, m in measured(judged, said, column, seed).items()}
    ours = guesses[OURS]
    rows = []
    for n, row in enumerate(judged):
        own = row.get("id")
        kept = own is not None and split.test is not None and own not in taken
        meant, read = str(row.get(label) or row["intent"]), ours.intents[n]
        scores = {} if meant in OUTSIDE else {"accuracy": float(meant == read)}
        rows.append(
            {
                "id": own if kept else f"{split.name}:{own if own is not None else n + 1}",
                "set": split.name,
                "text": row["text"],
                "meant": meant,
                "intent": read,
                "doubt": round(ours.doubts[n], 6),
                "scores": scores,
            }
        )
    return rows


def measured(rows: Sequence[Mapping[str, Any]], said: Guesses, label: str, seed: int) -> dict[str, Metric]:
    """In scope: accuracy and macro F1. Out of scope, where there are such messages: AUROC of the doubt."""
    meant = [str(row.get(label) or row["intent"]) for row in rows]
    outside = [name in OUTSIDE for name in meant]
    inside = [n for n, out in enumerate(outside) if not out]
    found: dict[str, Metric] = {}
    if inside:
        found = classes([meant[n] for n in inside], [said.intents[n] for n in inside], seed)
    if any(outside) and inside:
        found["oos_auroc"] = auroc(said.doubts, outside, seed)
    return found


def _tested(
    system: System, train: Sequence[Mapping[str, Any]], judged: Sequence[Mapping[str, Any]], label: str
) -> Guesses:
    return system([r["text"] for r in train], [str(r[label]) for r in train], [r["text"] for r in judged])


def _crossed(system: System, rows: Sequence[Mapping[str, Any]], label: str, seed: int) -> Guesses:
    """Each message as a system says that learned from the other parts."""
    part = folds([str(row[label]) for row in rows], FOLDS, seed)
    said = Guesses([""] * len(rows), [0.0] * len(rows))
    for fold in range(FOLDS):
        asked = [n for n in range(len(rows)) if part[n] == fold]
        found = _tested(
            system, [r for r, p in zip(rows, part, strict=True) if p != fold], [rows[n] for n in asked], label
        )
        for n, intent, doubt in zip(asked, found.intents, found.doubts, strict=True):
            said.intents[n], said.doubts[n] = intent, doubt
    return said


def _published(rows: Sequence[Mapping[str, Any]]) -> dict[str, Guesses]:
    """The answers that stand in the test file, system by system; one that named no intent doubts most."""
    names = sorted({name for row in rows for name in row.get("predictions") or {}})
    found = {}
    for name in names:
        answers = [row["predictions"].get(name) or [None, None] for row in rows]
        none = [intent is None or intent in OUTSIDE for intent, _ in answers]
        found[f"published {name}"] = Guesses(
            [str(intent) for intent, _ in answers],
            [1.0 if no else 1.0 - float(score or 0) for (_, score), no in zip(answers, none, strict=True)],
        )
    return found


def _rows(path: Any) -> list[dict[str, Any]]:
    rows = read_rows(path)
    for number, row in enumerate(rows, start=1):
        if not isinstance(row.get("text"), str) or not (row.get("intent") or row.get("intent_v1")):
            raise EvalError(f"{path}, row {number} has no text or no intent", 'A row is {"text": ..., "intent": ...}')
    if not rows:
        raise EvalError(f"{path} holds no message", "Name another folder with --data DIR")
    return rows


def _sections(
    metrics: Mapping[str, Mapping[str, Metric]], predictions: Sequence[Mapping[str, Any]]
) -> list[tuple[str, str]]:
    keys = list(metrics[OURS])
    meaning = {key: MEANING[key.rpartition("/")[2]] for key in keys}
    charts = "".join(
        report.interval_chart([(name, m[key]) for name, m in metrics.items() if key in m], f"{key}.", top=1.0)
        for key in keys
        if not key.endswith("macro_f1")
    )
    wrong = [row for row in predictions if row["scores"].get("accuracy") == 0.0]
    sure = sorted(wrong, key=lambda row: row["doubt"])[:40]
    taken = sorted((row for row in predictions if row["meant"] in OUTSIDE), key=lambda row: row["doubt"])[:40]
    return [
        ("Scores", report.metric_table(metrics[OURS], meaning)),
        ("Beside other systems", report.comparison_table(keys, metrics) + charts),
        ("Wrong intents with the least doubt", "".join(map(_case, sure))),
        ("Out of scope, and taken for in scope with the least doubt", "".join(map(_case, taken))),
    ]


def _case(row: Mapping[str, Any]) -> str:
    told = [("meant:", str(row["meant"])), ("read:", str(row["intent"])), ("doubt:", f"{row['doubt']:.3f}")]
    return report.case(f"{row['set']}: {row['text']}", told)
