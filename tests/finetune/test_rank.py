"""The ranker's recipe: it finds the feature that the judges went by, and is the same each time."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import yaml

from finetune.rank import SHIPPED, Example, RankSettings, apart, fit, read_examples, train
from finetune.settings import RecipeError, load
from retrieval.importer import import_shop
from retrieval.rank import FEATURES, fingerprint
from retrieval.search import Shelf


def example(text: str, deciding: str, seed: int) -> Example:
    """Forty candidates judged by one feature, a fifth of them by nobody."""
    rng = np.random.default_rng(seed)
    features = rng.random((40, len(FEATURES))).astype(np.float32)
    gains = np.where(features[:, FEATURES.index(deciding)] > 0.8, 7.0, 0.0)
    gains[::5] = np.nan
    return Example(text, features, gains)


def test_the_shipped_file_names_every_key_and_explains_it() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    head = text[: text.index("\ndata:")]
    assert list(yaml.safe_load(text)) == list(RankSettings.model_fields)
    assert [key for key in RankSettings.model_fields if not re.search(rf"\b{key}[ ,:]", head)] == []


def test_the_feature_that_the_judges_went_by_gets_the_weight() -> None:
    examples = [example(f"query {n}", "modifiers", n) for n in range(12)]
    found = fit(examples, unjudged=0.3, l2=0.01)
    assert list(found) == list(FEATURES)
    assert max(found, key=lambda name: found[name]) == "modifiers"
    assert sum(found.values()) == pytest.approx(1, abs=1e-4)
    assert min(found.values()) >= 0
    assert fit(examples, unjudged=0.3, l2=0.01) == found


def test_a_query_is_measured_without_those_that_share_a_word_with_it() -> None:
    examples = [example(text, "text", 1) for text in ("mouse", "gaming mouse", "Gaming laptops", "laptop bag", "desk")]
    assert [e.text for e in apart(examples, "mouse")] == ["Gaming laptops", "laptop bag", "desk"]
    assert [e.text for e in apart(examples, "gaming laptop")] == ["mouse", "desk"]


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """A shop of forty lamps and three judged queries, one of them without anything relevant."""
    colours = ["red", "blue", "green", "white"]
    rows = [f"{n},{colours[n % 4]} {'desk' if n % 2 else 'floor'} lamp,{n}" for n in range(40)]
    (tmp_path / "lamps.csv").write_text("id,title,price\n" + "\n".join(rows), encoding="utf-8")
    import_shop(tmp_path / "shop", [tmp_path / "lamps.csv"])
    queries = {"q1": "red lamp", "q2": "blue desk", "q3": "sofa"}
    lines = [json.dumps({"id": i, "text": text}) for i, text in queries.items()]
    (tmp_path / "queries.jsonl").write_text("\n".join(lines), encoding="utf-8")
    grades = [f"q1\t{n}\t{3 if n % 4 == 0 else 0}" for n in range(12)] + ["q2\t1\t2", "q2\tgone\t3", "q3\t2\t0"]
    (tmp_path / "qrels.tsv").write_text("query\tproduct\tgrade\n" + "\n".join(grades), encoding="utf-8")
    return tmp_path


def test_the_recipe_writes_what_the_program_reads(judged: Path) -> None:
    given = [f"data={judged}", f"shop={judged / 'shop'}", f"out={judged / 'out'}"]
    file = train(load(RankSettings, SHIPPED, None, given))
    stored = json.loads(file.read_text(encoding="utf-8"))
    assert list(stored["weights"]) == list(FEATURES)
    assert set(stored["left_out"]) == {fingerprint("red lamp"), fingerprint("blue desk")}
    # No text of the judged queries goes along.
    assert "lamp" not in file.read_text(encoding="utf-8")
    assert (judged / "out" / "settings.yaml").is_file()


def test_judgements_without_a_relevant_product_are_refused(judged: Path) -> None:
    (judged / "qrels.tsv").write_text("query\tproduct\tgrade\nq1\t1\t0\n", encoding="utf-8")
    with pytest.raises(RecipeError, match="judged above 0"):
        read_examples(Shelf.open(judged / "shop"), judged, 10)
    (judged / "qrels.tsv").write_text("query\tproduct\tgrade\nq1 1 0\n", encoding="utf-8")
    with pytest.raises(RecipeError, match=r"qrels\.tsv cannot be read"):
        read_examples(Shelf.open(judged / "shop"), judged, 10)
