"""Questions about a shop's documents: the right passage first, the right answer, and silence where there is none.

What ships: ``policy_questions.jsonl`` on the demo shop's documents (a half to learn from, a half held out),
``policy_questions_fresh.jsonl`` and ``policy_questions_second.jsonl`` (each written when the weights of its day had
shipped; the former has been learned from since),
``policy_conflicts.jsonl`` (a sentence that contradicts a document is added as one of its own). ``--data`` takes a
folder with a ``faq.jsonl`` of rows ``{"id", "question", "answer"}``: its questions are put to the demo shop
(``policy_faq_labels.jsonl`` says which passage answers them), and its rows are a shop of their own, asked in other
words (``policy_faq_paraphrases.jsonl``). Baselines over the same passages: BM25 alone and the embedding model alone,
each with the score below which it says nothing read from the half to learn from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval import report
from eval.demo import NOW, built, open_desk
from eval.metrics import Metric
from eval.plan import EvalError, Outcome, Plan, need
from eval.policy_questions import (
    DATA,
    LATER,
    Finds,
    Question,
    best_limit,
    hits,
    later,
    refusals,
    right,
    shares,
    shipped,
)
from eval.shop import shop_hash
from retrieval.jsonlines import read_rows
from retrieval.text import words

if TYPE_CHECKING:
    from assistant.service.talk import ServiceDesk
    from retrieval.embed import Embedder
    from retrieval.passages import Passage
    from retrieval.policy_search import PolicyShelf

OURS = "ours"
MEANING = {
    "hit@1": "the best passage is one that answers, over the questions that have an answer",
    "hit@3": "one of the best three is",
    "right_answer": "the reply holds the right figure, day or words and no wrong one",
    "cited": "the passage cited first is one that answers",
    "refusal_precision": "of the questions it did not answer, the share that has no answer",
    "refusal_recall": "of the questions without an answer, the share it did not answer",
    "refusal_f1": "both in one number",
    "recognised": "questions that the conversation takes for ones about the rules, read by rules alone",
    "conflict_shown": "a planted contradiction is shown with both passages",
    "conflict_invented": "a conflict is told of where none was planted",
}
Finder = Callable[[str], Finds]


def run(plan: Plan) -> Outcome:
    """The held-out half for every system; under ``dev/`` the half to learn from, under a name of ``LATER`` its set."""
    folder, desk, shelf = _opened(plan)
    asked = [*shipped(), *later()]
    embedder = _embedder(shelf)
    finders = {OURS: _ours(shelf), **_baselines(shelf.passages, embedder)}
    found = {name: [find(q.text) for q in asked] for name, find in finders.items()}
    limits = {name: _limit(asked, found[name]) for name in finders}
    limits[OURS] = 0.0
    replies = [_reply(desk, q) for q in asked]
    metrics = _systems(asked, found, limits, plan.seed, "test")
    metrics[OURS] |= _answers(asked, replies, plan.seed, "test")
    metrics[OURS] |= {f"dev/{k}": m for k, m in _systems(asked, found, limits, plan.seed, "dev")[OURS].items()}
    for half in LATER:
        for name, measured in _systems(asked, found, limits, plan.seed, half).items():
            metrics[name] |= {f"{half}/{k}": m for k, m in measured.items()}
    for half in ("dev", *LATER):
        metrics[OURS] |= {f"{half}/{k}": m for k, m in _answers(asked, replies, plan.seed, half).items()}
    metrics[OURS]["recognised"] = shares(_recognised(folder, desk, [q for q in asked if q.half == "test"]), plan.seed)
    metrics[OURS] |= _conflicts(shelf, embedder, [r for r, q in zip(replies, asked, strict=True) if q.passages], plan)
    if plan.data is not None:
        for name, measured in _faq(plan.data, shelf, embedder, limits, plan.seed).items():
            metrics[name] |= measured
    rows = [_row(q, finds, reply) for q, finds, reply in zip(asked, found[OURS], replies, strict=True)]
    baselines = {name: m for name, m in metrics.items() if name != OURS}
    sections = [
        ("Scores", report.metric_table(metrics[OURS], {n: MEANING[n.rpartition("/")[2]] for n in metrics[OURS]})),
        ("Beside the baselines", report.comparison_table(list(MEANING), metrics)),
        ("Not answered rightly", _cases([r for r in rows if not r["right"]])),
    ]
    lead = (
        f"{len(asked)} questions on {len(shelf.passages)} passages, {sum(not q.passages for q in asked)} without an "
        f"answer; scores without a prefix are those of the {sum(q.half == 'test' for q in asked)} held out."
    )
    return Outcome(rows, metrics[OURS], "none", lead, sections, baselines, shop_hash(folder))


def _opened(plan: Plan) -> tuple[Path, ServiceDesk, PolicyShelf]:
    """The shop's folder, its customer service and its documents."""
    from retrieval.search import Shelf

    folder = built(plan)
    desk = open_desk(Shelf.open(folder))
    assert desk.policies is not None
    return folder, desk, desk.policies.shelf


def _embedder(shelf: PolicyShelf) -> Embedder:
    if shelf.embedder is None:
        raise EvalError("The shop has no vectors", "Import it without --no-embed")
    return shelf.embedder


def _ours(shelf: PolicyShelf) -> Finder:
    def find(text: str) -> Finds:
        found = shelf.find(text)
        # Above 0 is an answer.
        return Finds(tuple(f.passage.id for f in found.found), found.limit - found.doubt)

    return find


def _baselines(passages: Sequence[Passage], embedder: Embedder) -> dict[str, Finder]:
    import bm25s
    import numpy as np

    texts = [f"{p.context}. {p.text}" for p in passages]
    index = bm25s.BM25()
    index.index([words(text) for text in texts], show_progress=False)
    matrix = embedder.encode(texts)

    def ranked(scores: np.ndarray) -> Finds:
        order = np.argsort(-scores, kind="stable")[:5].tolist()
        return Finds(tuple(passages[n].id for n in order), float(scores[order[0]]))

    def by_words(text: str) -> Finds:
        known = [w for w in words(text) if w in index.vocab_dict]
        return ranked(index.get_scores(known) if known else np.zeros(len(texts)))

    return {"BM25": by_words, "MiniLM": lambda text: ranked(matrix @ embedder.encode([text])[0])}


def _limit(asked: Sequence[Question], found: Sequence[Finds]) -> float:
    dev = [(f.sure, not q.passages) for q, f in zip(asked, found, strict=True) if q.half == "dev"]
    return best_limit([s for s, _ in dev], [none for _, none in dev])


def _systems(
    asked: Sequence[Question], found: dict[str, list[Finds]], limits: dict[str, float], seed: int, half: str
) -> dict[str, dict[str, Metric]]:
    picked = [n for n, q in enumerate(asked) if q.half == half]
    some = [asked[n] for n in picked]
    measured = {}
    for name, finds in found.items():
        ranked = [finds[n].ranked for n in picked]
        measured[name] = {f"hit@{k}": shares(hits(some, ranked, k), seed) for k in (1, 3)}
        measured[name] |= refusals(some, [finds[n].sure < limits[name] for n in picked], seed)
    return measured


def _reply(desk: ServiceDesk, asked: Question) -> dict[str, Any]:
    """What the conversation says to a question that was understood as one about the rules."""
    from assistant.state import DialogueState, Understanding

    state = DialogueState(asked.id, asked.customer, asked.customer is not None)
    served = desk.serve(state, Understanding("ask_policy"), asked.text)
    cited = [e.id for s in served.sentences for e in s.evidence if e.source == "policy" and "#" in e.id]
    return {"text": " ".join(s.text for s in served.sentences), "cited": cited, "shown": len(served.citations)}


def _answers(asked: Sequence[Question], replies: Sequence[dict[str, Any]], seed: int, half: str) -> dict[str, Metric]:
    pairs = [(q, r) for q, r in zip(asked, replies, strict=True) if q.half == half and q.passages]
    return {
        "right_answer": shares([float(right(q, r["text"])) for q, r in pairs], seed),
        "cited": shares([float(bool(r["cited"]) and r["cited"][0] in q.passages) for q, r in pairs], seed),
    }


def _recognised(folder: Path, desk: ServiceDesk, asked: Sequence[Question]) -> list[float]:
    from assistant.state import DialogueState
    from assistant.understand import understand
    from retrieval.search import Shelf

    vocabulary, state = Shelf.open(folder).vocabulary, DialogueState("recognised")
    found = []
    for q in asked:
        said = desk.reads(state, understand(None, state, q.text, vocabulary)[0], q.text)
        found.append(float(said is not None and said.intent == "ask_policy"))
    return found


def _conflicts(
    shelf: PolicyShelf, embedder: Embedder, replies: Sequence[dict[str, Any]], plan: Plan
) -> dict[str, Metric]:
    from assistant.service.policy import answer_policy
    from retrieval.passages import split
    from retrieval.policies import Policy
    from retrieval.policy_search import PolicyShelf

    shown = []
    for row in read_rows(DATA / "policy_conflicts.jsonl"):
        text = f"# Notice\n\n## {row['heading']}\n\n{row['says']}"
        other = split(Policy("notice.md", "Notice", text))
        both = PolicyShelf([*shelf.passages, *other], shelf.groups, embedder, shelf.folder)
        answer = answer_policy(str(row["text"]), both, today=NOW.date())
        shown.append(float(answer.conflicting and len({c.document for c in answer.citations}) == 2))
    invented = [float(r["shown"] > 1) for r in replies]
    return {"conflict_shown": shares(shown, plan.seed), "conflict_invented": shares(invented, plan.seed)}


def _faq(
    data: Path, shelf: PolicyShelf, embedder: Embedder, limits: dict[str, float], seed: int
) -> dict[str, dict[str, Metric]]:
    """The public FAQ's questions put to the demo shop, and the FAQ as a shop's documents asked in other words."""
    from retrieval.passages import split
    from retrieval.policies import Policy
    from retrieval.policy_groups import Groups
    from retrieval.policy_search import PolicyShelf

    rows = {row["id"]: row for row in read_rows(need(data, "faq.jsonl"))}
    put = [
        Question(f"faq-{r['faq']}", str(rows[r["faq"]]["question"]), frozenset(r["passages"]))
        for r in read_rows(DATA / "policy_faq_labels.jsonl")
    ]
    documents = [Policy(f"{i}", str(r["question"]), f"# {r['question']}\n\n{r['answer']}") for i, r in rows.items()]
    passages = [replace(p, id=p.document) for document in documents for p in split(document)]
    own = PolicyShelf(passages, Groups(), embedder)
    in_words = [
        Question(str(r["id"]), str(r["text"]), frozenset(map(str, r["faq"])))
        for r in read_rows(DATA / "policy_faq_paraphrases.jsonl")
    ]
    measured: dict[str, dict[str, Metric]] = {}
    for label, asked, over in (("faq_questions", put, shelf), ("faq_documents", in_words, own)):
        finders = {OURS: _ours(over), **_baselines(over.passages, embedder)}
        found = {name: [find(q.text) for q in asked] for name, find in finders.items()}
        for name, metrics in _systems(asked, found, limits, seed, "test").items():
            measured.setdefault(name, {}).update({f"{label}/{key}": m for key, m in metrics.items()})
    return measured


def _row(asked: Question, finds: Finds, reply: dict[str, Any]) -> dict[str, Any]:
    answered = finds.sure >= 0
    good = right(asked, reply["text"]) if asked.passages else not answered
    return {
        "id": asked.id,
        "half": asked.half,
        "question": asked.text,
        "passages": sorted(asked.passages),
        "ranked": list(finds.ranked),
        "answered": answered,
        "reply": reply["text"],
        "right": good,
        "scores": {"right": float(good)},
    }


def _cases(rows: Sequence[dict[str, Any]]) -> str:
    cases = [
        report.case(r["id"], [("question:", r["question"]), ("reply:", r["reply"])], [", ".join(r["passages"])])
        for r in rows[:60]
    ]
    return "".join(cases) or report.paragraph("None.")
