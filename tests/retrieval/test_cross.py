"""The slot of the cross-encoder: what it reads, what it may change, and a clear no where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from shops import shelf

from retrieval import search
from retrieval.catalogue import Catalogue, Entry
from retrieval.cross import CrossEncoder, open_reranker
from retrieval.embed import open_embedder
from retrieval.errors import ShopError, WeightsMissing
from retrieval.product import Product
from retrieval.query import Filters, Query
from retrieval.search import Shelf

PRODUCTS = [Product(str(n), f"Desk lamp {n}", "A lamp", brand="Acme" if n % 2 else "Bolt") for n in range(8)]


class Backwards:
    """Likes what stands last, and remembers what it read."""

    name = "backwards"

    def __init__(self) -> None:
        self.read: list[str] = []

    def scores(self, query: str, texts: Sequence[str]) -> np.ndarray:
        self.read = [query, *texts]
        return np.linspace(0, 1, len(texts), dtype=np.float32)


def reread(reader: Backwards, query: Query) -> list[str]:
    entries = tuple(Entry.of(p, "test") for p in PRODUCTS)
    opened = Shelf(Path("nowhere"), Catalogue(entries, {}, {}), None, reader)
    return [hit.product.id for hit in opened.search(query)]


def test_it_reads_the_best_and_orders_them_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_REREAD", 3)
    reader = Backwards()
    assert reread(reader, Query("desk lamp", 8)) == ["2", "1", "0", "3", "4", "5", "6", "7"]
    assert reader.read == ["desk lamp", "Desk lamp 0. A lamp", "Desk lamp 1. A lamp", "Desk lamp 2. A lamp"]


def test_it_breaks_no_filter_and_no_order() -> None:
    plain = [hit.product.id for hit in shelf(PRODUCTS).search(Query("", 8))]
    assert set(reread(Backwards(), Query("lamp", 8, Filters(brands=("Acme",))))) == {"1", "3", "5", "7"}
    reader = Backwards()
    assert reread(reader, Query("", 8)) == plain
    reread(reader, Query("lamp", 8, order="price_up"))
    assert reader.read == []


def test_an_absent_model_is_refused_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match=r"no cross-encoder 'cross-encoder/none'.*hf download cross-encoder/none"):
        open_reranker("cross-encoder/none")
    with pytest.raises(WeightsMissing, match="holds no cross-encoder"):
        open_reranker(str(tmp_path))
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ShopError, match="cannot be loaded"):
        open_reranker(str(tmp_path)).scores("lamp", ["Lamp"])


def test_a_real_model_of_a_folder_reads(tmp_path: Path) -> None:
    """A tiny one with random weights: it need not be right, it must be read."""
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    embedder = open_embedder()
    AutoTokenizer.from_pretrained(embedder.folder).save_pretrained(tmp_path)  # type: ignore[attr-defined]
    config = BertConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, num_labels=1)
    BertForSequenceClassification(config).save_pretrained(tmp_path)
    reader = open_reranker(str(tmp_path))
    assert isinstance(reader, CrossEncoder)
    found = reader.scores("red lamp", ["Red lamp", "Blue lamp " * 500, ""])
    assert found.shape == (3,)
    assert found.dtype == np.float32
    assert ((found > 0) & (found < 1)).all()
