"""Polarity toward an aspect that is named: the network (English) or linear reader (Chinese) beside simpler ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eval.classification import Split
from eval.plan import EvalError, Plan
from eval.sentiment.judged import Judged, polarities, vader
from eval.sentiment.whole import tfidf
from retrieval.jsonlines import read_rows

if TYPE_CHECKING:
    from assistant.opinions.toward import Toward


def judge(split: Split, plan: Plan) -> Judged:
    """Learns the training file and judges the test file."""
    from assistant.opinions.linear import is_chinese, learn_near, near

    assert split.test is not None
    train, rows = _items(split.train), read_rows(split.test)
    test = _items(split.test)
    texts, asked = [i.text for i in train], [i.text for i in test]
    labels, meant = [str(i.polarity) for i in train], [str(i.polarity) for i in test]
    chinese = is_chinese(" ".join(texts[:200]))
    if chinese:
        reader = learn_near(train)
        read = {"shoptalk": reader.read([near(item) for item in test])}
        note = f"{len(train)} aspects learned from; read by pairs of characters, in the text and around the aspect."
    else:
        from assistant.opinions.toward import learn_toward
        from assistant.opinions.training import Recipe
        from eval.sentiment.kept import encoder

        def tell(done: int, of: int, what: str) -> None:
            plan.on_progress(done, of, f"{split.name}: {what}")

        network = learn_toward(train, encoder(), Recipe(epochs=6), tell)
        read = {"shoptalk": [str(p) for p in network.read(test)]}
        note = f"{len(train)} aspects learned from; read by the MiniLM encoder with a head on the aspect's words."
    # The aspect's words once more, so that two aspects of one text can differ.
    both = [[f"{i.text} {i.aspect}" for i in items] for items in (train, test)]
    read["tfidf+logreg"] = tfidf(both[0], labels, both[1], chinese=chinese)
    most = max(sorted(set(labels)), key=labels.count)
    read["always " + most] = [most] * len(test)
    lexicon = None if chinese else vader(asked, sorted(set(labels)))
    if lexicon is not None:
        read["vader"] = lexicon
    metrics, scored = polarities(rows, meant, read, "shoptalk", plan.seed)
    return Judged(metrics, scored, note)


def _items(path: Path) -> list[Toward]:
    from assistant.opinions.toward import Toward
    from assistant.opinions.values import POLARITIES

    found = []
    for number, row in enumerate(read_rows(path), start=1):
        if row.get("polarity") not in POLARITIES or not isinstance(row.get("start"), int):
            raise EvalError(
                f"{path}, row {number} has no polarity or no start", "A row is {text, aspect, start, polarity}"
            )
        found.append(Toward(str(row["text"]), str(row["aspect"]), row["start"], row["polarity"]))
    return found
