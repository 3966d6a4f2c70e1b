"""Questions about a product, answered from one review: is there an answer, and which words are it?

Data: ``test.jsonl`` with rows ``{"id", "question", "review", "answers": [{"text", "start"}], "answerable"}``, and
``train.jsonl`` of the same form, from which the score is read that separates answer from none: for the shop's own
answerer and for the baseline alike. Nothing else is learnt from it. The answerer is the chat's (`assistant.evidence`);
the baseline quotes the sentence nearest to the question by the same embedding model.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant import evidence
from eval import report
from eval.metrics import Metric, mean, resampled
from eval.plan import EvalError, Outcome, Plan, need
from eval.remembering import Remembering
from retrieval.jsonlines import read_rows

if TYPE_CHECKING:
    pass

Row = Mapping[str, Any]

MEANING = {
    "answerable_f1": "F1 of saying that the review answers the question, where half of its readers say so",
    "answerable_macro_f1": "mean of that and of the F1 of saying that it does not",
    "span_f1": "share of words in common (F1) with what a reader marked, over the answerable questions; 0 for none",
    "overall_f1": "the same over all questions; silence is right where readers marked nothing",
    "quoted": "share of answers that stand in the review word for word",
}
OURS, BASE = "ours", "nearest sentence"


@dataclass(frozen=True, slots=True)
class Found:
    """One system's best words for one question, before it is decided whether they are an answer."""

    start: int
    end: int
    words: str
    score: float


Answerer = Callable[[str, str], Found]


def run(plan: Plan) -> Outcome:
    """Both systems over the test file, their thresholds from the training file; no language model is called."""
    from retrieval.embed import open_embedder

    if plan.data is None:
        raise EvalError("No test set of product questions ships", "Name a folder of one with --data DIR")
    train, test = (read_rows(need(plan.data, f"{name}.jsonl")) for name in ("train", "test"))
    embedder = Remembering(open_embedder(None))
    total = 2 * (len(train) + len(test))
    done = 0

    def all_of(rows: Sequence[Row], answer: Answerer) -> list[Found]:
        nonlocal done
        found = []
        for row in rows:
            found.append(answer(str(row["question"]), str(row["review"])))
            done += 1
            if done % 50 == 0:
                plan.on_progress(done, total, "questions")
        return found

    rows: list[dict[str, Any]] = [
        {"id": r["id"], "question": r["question"], "answerable": r["answerable"], "scores": {}} for r in test
    ]
    kept: dict[str, list[bool]] = {}
    thresholds: dict[str, float] = {}
    for name, answer in ((OURS, _ours(embedder)), (BASE, _nearest_sentence(embedder))):
        thresholds[name] = threshold([f.score for f in all_of(train, answer)], [bool(r["answerable"]) for r in train])
        found = all_of(test, answer)
        kept[name] = [f.score >= thresholds[name] for f in found]
        for row, source, f, says in zip(rows, test, found, kept[name], strict=True):
            _judge(row, source, f, says, name)
    metrics = {name: measured(rows, kept[name], name, plan.seed) for name in kept}
    gaps = differences(rows, kept, plan.seed)
    lead = (
        f"{len(test)} questions about a product, each with one review; {sum(bool(r['answerable']) for r in test)} of "
        f"them are answered there. Score from which on a clause is quoted: {thresholds[OURS]:.3f} (the chat's own is "
        f"{evidence.ENOUGH}); for the nearest sentence {thresholds[BASE]:.3f}."
    )
    sections = [
        ("Scores", report.metric_table(metrics[OURS], MEANING)),
        ("Beside the nearest sentence", report.comparison_table(list(MEANING), metrics)),
        ("Ours less the nearest sentence", report.metric_table(gaps, {})),
        ("The first forty", "".join(_case(r) for r in rows[:40])),
    ]
    return Outcome(rows, metrics[OURS] | gaps, "none", lead, sections, {BASE: metrics[BASE]})


def _ours(embedder: evidence.Embedder) -> Answerer:
    def answer(question: str, review: str) -> Found:
        best = evidence.nearest(question, [review], embedder)
        return Found(0, 0, "", float("-inf")) if best is None else Found(best.start, best.end, best.words, best.score)

    return answer


_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def _nearest_sentence(embedder: evidence.Embedder) -> Answerer:
    def answer(question: str, review: str) -> Found:
        ends = [m.start() for m in _SENTENCE.finditer(review)] + [len(review)]
        starts = [0] + [m.end() for m in _SENTENCE.finditer(review)]
        pairs = [(s, e) for s, e in zip(starts, ends, strict=True) if review[s:e].strip()] or [(0, len(review))]
        encoded = embedder.encode([question, *(review[s:e] for s, e in pairs)])
        likeness = encoded[1:] @ encoded[0]
        best = int(likeness.argmax())
        start, end = pairs[best]
        return Found(start, end, review[start:end], float(likeness[best]))

    return answer


def threshold(scores: Sequence[float], right: Sequence[bool]) -> float:
    """The score from which on to answer, so that the mean F1 of answering and of silence is highest."""
    candidates = sorted({round(s, 2) for s in scores if s > float("-inf")})
    return max(candidates, key=lambda t: (macro_f1([s >= t for s in scores], right), -t))


def f1(said: Sequence[bool], right: Sequence[bool]) -> float:
    """F1 of the class True; 0 where nothing of it was said rightly."""
    both = sum(a and b for a, b in zip(said, right, strict=True))
    return 2 * both / (sum(said) + sum(right)) if both else 0.0


def macro_f1(said: Sequence[bool], right: Sequence[bool]) -> float:
    """Mean of the F1 of both classes."""
    return (f1(said, right) + f1([not s for s in said], [not r for r in right])) / 2


def token_f1(said: str, gold: str) -> float:
    """Words in common of two texts, as F1."""
    one, other = (re.findall(r"\w+", text.lower()) for text in (said, gold))
    common = sum((Counter(one) & Counter(other)).values())
    return 2 * common / (len(one) + len(other)) if common else 0.0


def _judge(row: dict[str, Any], source: Row, found: Found, says: bool, name: str) -> None:
    review = str(source["review"])
    span = max((token_f1(found.words, a["text"]) for a in source["answers"]), default=0.0) if says else 0.0
    row[name] = {"says": says, "words": found.words if says else "", "score": round(found.score, 4)}
    if source["answerable"]:
        row["scores"][f"span_f1/{name}"] = span
    row["scores"][f"overall_f1/{name}"] = span if source["answerable"] else float(not says)
    if says:
        row["scores"][f"quoted/{name}"] = float(bool(found.words) and review[found.start : found.end] == found.words)
    row["marked"] = [a["text"] for a in source["answers"]]


def measured(rows: Sequence[Row], kept: Sequence[bool], name: str, seed: int) -> dict[str, Metric]:
    """All metrics of one system."""
    right = [bool(r["answerable"]) for r in rows]

    def over(positions: Sequence[int], score: Callable[[Sequence[bool], Sequence[bool]], float]) -> float:
        return score([kept[i] for i in positions], [right[i] for i in positions])

    found = {
        "answerable_f1": resampled(len(rows), lambda p: over(p, f1), seed=seed),
        "answerable_macro_f1": resampled(len(rows), lambda p: over(p, macro_f1), seed=seed),
    }
    for column in ("span_f1", "overall_f1", "quoted"):
        values = [r["scores"][f"{column}/{name}"] for r in rows if f"{column}/{name}" in r["scores"]]
        if values:
            found[column] = mean(values, seed=seed)
    return found


def differences(rows: Sequence[Row], kept: Mapping[str, Sequence[bool]], seed: int) -> dict[str, Metric]:
    """Ours less the baseline, question by question drawn together."""
    right = [bool(r["answerable"]) for r in rows]

    def gap(score: Callable[[Sequence[bool], Sequence[bool]], float]) -> Metric:
        def over(p: Sequence[int]) -> float:
            gold = [right[i] for i in p]
            return score([kept[OURS][i] for i in p], gold) - score([kept[BASE][i] for i in p], gold)

        return resampled(len(rows), over, seed=seed)

    found = {"gain/answerable_f1": gap(f1), "gain/answerable_macro_f1": gap(macro_f1)}
    for column in ("span_f1", "overall_f1"):
        values = [
            r["scores"][f"{column}/{OURS}"] - r["scores"][f"{column}/{BASE}"]
            for r in rows
            if f"{column}/{OURS}" in r["scores"]
        ]
        if values:
            found[f"gain/{column}"] = mean(values, seed=seed)
    return found


def _case(row: Row) -> str:
    lines = [("question:", str(row["question"])), ("marked:", " | ".join(row["marked"]) or "nothing")]
    lines += [(f"{name}:", row[name]["words"] or "nothing") for name in (OURS, BASE)]
    return report.case(str(row["id"]), lines)
