"""Reviews as a whole: liked or not. The linear reader beside TF-IDF with logistic regression and a lexicon."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from eval.plan import EvalError, Plan
from eval.sentiment.judged import Judged, polarities, vader

# One review of so many is judged, the others are learned from.
_EVERY = 5


def judge(rows: Sequence[Mapping[str, Any]], plan: Plan) -> Judged:
    """Learns four fifths of the reviews that have a text and judges the last; see ``held_out``."""
    from assistant.opinions.linear import is_chinese, learn_whole
    from retrieval.embed import open_embedder

    rows = [{**row, "text": said(row)} for row in rows if row.get("text") and feeling(row)]
    judged, known = [r for r in rows if held_out(r)], [r for r in rows if not held_out(r)]
    if not judged or len({feeling(r) for r in known}) < 2:
        raise EvalError("The reviews are too few, or all of one label", "A row is {text, label or recommended}")
    texts, labels = [str(r["text"]) for r in known], [str(feeling(r)) for r in known]
    asked, meant = [str(r["text"]) for r in judged], [str(feeling(r)) for r in judged]
    chinese = is_chinese(" ".join(texts[:200]))
    embedder = None if chinese else open_embedder(None)
    plan.on_progress(0, 3, "readers of whole reviews")
    reader = learn_whole(texts, labels, embedder)
    read = {"shoptalk": reader.read([[text] * (1 if embedder is None else 2) for text in asked])}
    plan.on_progress(1, 3, "readers of whole reviews")
    read["tfidf+logreg"] = tfidf(texts, labels, asked, chinese=chinese)
    plan.on_progress(2, 3, "readers of whole reviews")
    lexicon = None if chinese else vader(asked, sorted(set(meant)))
    if lexicon is not None:
        read["vader"] = lexicon
    plan.on_progress(3, 3, "readers of whole reviews")
    metrics, scored = polarities(judged, meant, read, "shoptalk", plan.seed)
    views = "n-grams of characters" if chinese else "n-grams of words and the MiniLM embedding"
    note = f"{len(known)} reviews learned from, {len(judged)} judged; read by {views}, in one linear model."
    return Judged(metrics, scored, note)


def said(row: Mapping[str, Any]) -> str:
    """Title and text."""
    return f"{row['title']}. {row['text']}" if row.get("title") else str(row["text"])


def feeling(row: Mapping[str, Any]) -> str | None:
    """``label`` (1 or 0) or ``recommended``, as a polarity; None where a row has neither."""
    value = row.get("label", row.get("recommended"))
    return None if value is None else "positive" if value else "negative"


def held_out(row: Mapping[str, Any]) -> bool:
    """Whether a review is judged: by a hash of the item it is of, else of its text, so by nothing that it says."""
    of = str(row["item_id"]) if row.get("item_id") is not None else "".join(str(row["text"]).split())
    return int(hashlib.sha256(of.encode()).hexdigest(), 16) % _EVERY == 0


def tfidf(texts: Sequence[str], labels: Sequence[str], asked: Sequence[str], *, chinese: bool) -> list[str]:
    """What a developer would write first."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    kind = {"analyzer": "char"} if chinese else {"analyzer": "word"}
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, **kind)
    rows = vectorizer.fit_transform(texts)
    model = LogisticRegression(C=4.0, max_iter=1000).fit(rows, list(labels))
    return [str(name) for name in model.predict(vectorizer.transform(asked))]
