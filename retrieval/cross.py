"""A cross-encoder over the best hits: reads query and product together, so slow that it wants a GPU. Optional.

Nothing ships and nothing is ever downloaded here: who wants one names a model that is on this machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from retrieval.errors import ShopError, WeightsMissing
from retrieval.offline import stay_offline

if TYPE_CHECKING:
    import numpy as np

# Characters of a product's text; the models read some 512 tokens of query and text together.
_LONGEST = 1500
_BATCH = 32


class Reranker(Protocol):
    """Reads a query beside each text."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    def scores(self, query: str, texts: Sequence[str]) -> np.ndarray:
        """float32 of shape (len(texts),), 0 to 1: how well each answers the query."""
        ...


def open_reranker(name: str) -> Reranker:
    """A folder with a cross-encoder of sentence-transformers, or one of the local Hugging Face cache by name.

    Only looks for the files; the model is loaded at the first use. Raises WeightsMissing when they are not there.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file():
            raise WeightsMissing(f"{folder} holds no cross-encoder", "Name a folder with a config.json")
        return CrossEncoder(str(folder.resolve()), folder.resolve())
    stay_offline()
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return CrossEncoder(name, Path(snapshot_download(name, local_files_only=True)))
    except (LocalEntryNotFoundError, HFValidationError, OSError) as error:
        raise WeightsMissing(
            f"There is no cross-encoder {name!r} on this machine",
            f"Fetch it with `hf download {name}`, give the folder that holds it, or search without one",
        ) from error


class CrossEncoder:
    """A cross-encoder of sentence-transformers, on the GPU where there is one. Safe to share between threads."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder
        self._lock = Lock()
        self._model: Any = None

    def scores(self, query: str, texts: Sequence[str]) -> np.ndarray:
        """float32 of shape (len(texts),), 0 to 1: how well each answers the query."""
        import numpy as np
        import torch

        with self._lock:
            if self._model is None:
                self._model = self._load()
            found = self._model.predict(
                [(query, text[:_LONGEST]) for text in texts],
                batch_size=_BATCH,
                show_progress_bar=False,
                activation_fn=torch.nn.Sigmoid(),
            )
        return np.asarray(found, dtype=np.float32).reshape(len(texts))

    def _load(self) -> Any:
        stay_offline()
        from sentence_transformers import CrossEncoder as Model

        try:
            return Model(str(self._folder), num_labels=1, local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            reason = str(error).strip().splitlines() or [type(error).__name__]
            raise ShopError(
                f"The cross-encoder in {self._folder} cannot be loaded ({reason[0]})", "Check the folder's files"
            ) from error
