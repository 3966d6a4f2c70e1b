"""The embedding model: found, named, loaded late, and the same in every order of texts."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from retrieval import embed
from retrieval.embed import Embedder, open_embedder
from retrieval.errors import ShopError, WeightsMissing


@pytest.fixture(scope="module")
def model() -> Embedder:
    return open_embedder()


def test_importing_it_loads_nothing_heavy() -> None:
    heavy = ("torch", "chromadb", "bm25s", "sentence_transformers", "transformers")
    code = f"import sys, retrieval.search, retrieval.importer; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_vectors_are_rows_of_length_one(model: Embedder) -> None:
    matrix = model.encode(["a red lamp", "", "a lamp that is red", "quarterly tax report " * 500])
    assert (matrix.dtype, matrix.shape) == (np.float32, (4, model.dimension))
    assert np.linalg.norm(matrix, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert matrix[0] @ matrix[2] > 0.85 > 0.3 > matrix[0] @ matrix[3]
    assert model.encode([]).shape == (0, model.dimension)


def test_a_text_has_one_vector_whatever_stands_beside_it(model: Embedder) -> None:
    texts = ["lamp", "a desk lamp with a shade and a dimmer", "toner cartridge for a laser printer, black"]
    together = model.encode(texts)
    for n, text in enumerate(texts):
        assert together[n] @ model.encode([text])[0] > 0.999


def test_a_model_in_a_folder_gives_what_the_same_model_gives(model: Embedder) -> None:
    assert isinstance(model, embed.SentenceEmbedder)
    own = open_embedder(str(model.folder))
    assert own.name == str(model.folder)
    assert own.encode(["lamp"])[0] @ model.encode(["lamp"])[0] > 0.999


def test_missing_weights_are_named_with_the_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WeightsMissing, match=r"no-such/model.*hf download no-such/model"):
        open_embedder("no-such/model")
    with pytest.raises(WeightsMissing, match="holds no embedding model"):
        open_embedder(str(tmp_path))
    monkeypatch.setattr(embed, "_PACKAGE", "no_such_package")
    with pytest.raises(WeightsMissing, match=r"all-MiniLM-L6-v2.*shoptalk model pull"):
        open_embedder()


def test_a_broken_model_is_told_when_it_is_first_used(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}), encoding="utf-8")
    broken = open_embedder(str(tmp_path))
    with pytest.raises(ShopError, match="cannot be loaded"):
        broken.encode(["lamp"])
