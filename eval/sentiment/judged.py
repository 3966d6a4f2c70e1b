"""What a judged set gives back, and the polarity lexicon beside which English sets are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.classification import classes
from eval.metrics import Metric


@dataclass(frozen=True, slots=True)
class Judged:
    """Scores by system, one row a judged item (``id`` where it has one, ``text``, ``meant``, ``read``, ``scores``)."""

    metrics: dict[str, dict[str, Metric]]
    rows: list[dict[str, Any]]
    # How the set was read, in a sentence.
    note: str


def polarities(
    items: Sequence[Mapping[str, Any]], meant: Sequence[str], read: Mapping[str, Sequence[str]], ours: str, seed: int
) -> tuple[dict[str, dict[str, Metric]], list[dict[str, Any]]]:
    """Accuracy and macro F1 of every system, and the rows of ours."""
    metrics = {name: classes(meant, said, seed) for name, said in read.items()}
    rows = [
        {
            **({"id": item["id"]} if "id" in item else {}),
            "text": item["text"],
            **({"aspect": item["aspect"]} if "aspect" in item else {}),
            "meant": gold,
            "read": said,
            "scores": {"accuracy": float(gold == said)},
        }
        for item, gold, said in zip(items, meant, read[ours], strict=True)
    ]
    return metrics, rows


def vader(texts: Sequence[str], known: Sequence[str]) -> list[str] | None:
    """What the VADER lexicon says of each text, of the polarities in ``known``; None where it is not installed."""
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        return None
    analyzer = SentimentIntensityAnalyzer()
    found = []
    for text in texts:
        score = analyzer.polarity_scores(text)["compound"]
        # The bounds of its authors; where nothing is neutral, its sign.
        sure = 0.05 if "neutral" in known else 0.0
        found.append("positive" if score >= sure else "neutral" if score > -sure and sure else "negative")
    return found
