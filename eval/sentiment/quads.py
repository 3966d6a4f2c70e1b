"""Opinions to be found in sentences: aspect, category, words and polarity. The network beside a word list it made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from assistant.opinions.marked import sentences
from assistant.opinions.values import Quad, Sentence, Span
from eval.classification import Split, micro_f1
from eval.metrics import Metric
from eval.plan import Plan
from eval.sentiment.judged import Judged
from eval.sentiment.kept import encoder, kept
from retrieval.jsonlines import read_rows

# A training file of so many sentences is gone through less often.
_MANY = 2000
# Longest run of words that the word list knows.
_LONGEST = 5
# What of a quad is compared; a None is left out.
_PARTS: dict[str, Callable[[Quad], object]] = {
    "quad_f1": lambda q: q,
    "aspect_sentiment_f1": lambda q: (q.aspect, q.polarity),
    "category_sentiment_f1": lambda q: (q.category, q.polarity),
    "opinion_f1": lambda q: q.opinion,
    "implicit_f1": lambda q: q if q.aspect is None or q.opinion is None else None,
}


def read(split: Split) -> tuple[list[Sentence], list[Sentence], list[Sentence]]:
    """What teaches, what the threshold is read from, and what is judged; raises ``OpinionError`` for a bad row."""
    assert split.test is not None
    train = sentences(split.train)
    return train, sentences(split.dev) if split.dev else train, sentences(split.test)


def judge(split: Split, plan: Plan) -> Judged:
    """Learns the training file, reads the threshold from the dev file (or else from it as well), judges the test."""
    from assistant.opinions.learn import learn
    from assistant.opinions.training import Recipe

    assert split.test is not None
    train, dev, test = read(split)
    recipe = Recipe(epochs=12 if len(train) >= _MANY else 14)

    def tell(done: int, of: int, what: str) -> None:
        plan.on_progress(done, of, f"{split.name}: {what}")

    files = [split.train, *([split.dev] if split.dev else [])]
    reader = kept(plan, files, recipe, lambda: learn(train, dev, encoder(), recipe, tell))
    words = WordList(train)
    said_by = {
        "shoptalk": reader.read([s.words for s in test]),
        "word list": [words.read(s.words) for s in test],
    }
    metrics = {name: measured(test, said, plan.seed) for name, said in said_by.items()}
    rows = []
    for row, sentence, said in zip(read_rows(split.test), test, said_by["shoptalk"], strict=True):
        hits, held, found = _counts(sentence, said, _PARTS["quad_f1"])
        rows.append(
            {
                **({"id": row["id"]} if "id" in row else {}),
                "text": row["text"],
                "meant": [_written(q, sentence.words) for q in sentence.quads],
                "read": [_written(q, sentence.words) for q in sorted(said, key=str)],
                "quads": [q.to_dict(sentence.words) for q in sorted(said, key=str)],
                "scores": {"quad_f1": 2 * hits / (held + found) if held + found else 1.0},
            }
        )
    note = (
        f"{len(train)} sentences learned from in {recipe.epochs} rounds; an opinion is believed from a probability of "
        f"{reader.threshold:.2f} on, read from {'the dev file' if split.dev else 'the training file'}. Quads of one "
        "sentence that are equal count once."
    )
    return Judged(metrics, rows, note)


def measured(test: Sequence[Sentence], said: Sequence[set[Quad]], seed: int) -> dict[str, Metric]:
    """Every F1 of one system."""
    return {
        name: micro_f1([_counts(s, r, part) for s, r in zip(test, said, strict=True)], seed)
        for name, part in _PARTS.items()
    }


def _counts(sentence: Sentence, said: set[Quad], part: Callable[[Quad], object]) -> tuple[int, int, int]:
    gold, read = ({part(q) for q in quads} - {None} for quads in (sentence.quads, said))
    return len(gold & read), len(gold), len(read)


def _written(quad: Quad, words: tuple[str, ...]) -> str:
    row = quad.to_dict(words)
    return f"{row['aspect'] or '–'} / {row['category']} / {row['opinion'] or '–'} / {row['sentiment']}"


class WordList:
    """The baseline: words of opinion and aspects of the training file, each opinion with the aspect nearest to it."""

    def __init__(self, train: Sequence[Sentence]) -> None:
        self._opinions: dict[tuple[str, ...], Counter[tuple[str, str]]] = {}
        self._aspects: Counter[tuple[str, ...]] = Counter()
        for sentence in train:
            for quad in sentence.quads:
                if quad.opinion:
                    said = sentence.words[slice(*quad.opinion)]
                    self._opinions.setdefault(said, Counter())[quad.category, quad.polarity] += 1
                if quad.aspect:
                    self._aspects[sentence.words[slice(*quad.aspect)]] += 1

    def read(self, words: tuple[str, ...]) -> set[Quad]:
        """One quad an opinion word found, of the category and polarity that it most often had."""
        aspects = [span for span in _runs(words) if words[slice(*span)] in self._aspects]
        found, covered = set(), 0
        for start, end in _runs(words):
            kinds = self._opinions.get(words[start:end])
            if kinds is None or start < covered:
                continue
            covered = end
            (category, polarity), _ = kinds.most_common(1)[0]
            others = [a for a in aspects if a[1] <= start or a[0] >= end]
            nearest = min(others, key=lambda a: (abs(a[0] - start), a[0] - a[1]), default=None)
            found.add(Quad(nearest, category, (start, end), polarity))  # type: ignore[arg-type]
        return found


def _runs(words: Sequence[str]) -> list[Span]:
    """Every run of at most ``_LONGEST`` words, by its begin, the longest first."""
    return [(start, end) for start in range(len(words)) for end in range(min(len(words), start + _LONGEST), start, -1)]
