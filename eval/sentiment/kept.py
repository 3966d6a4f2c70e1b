"""Networks that were learned, kept by the content of what they learned from: a second run does not train again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING

from eval.plan import Plan

if TYPE_CHECKING:
    from assistant.opinions.reader import OpinionReader
    from assistant.opinions.training import Recipe


def encoder() -> Path:
    """The folder of the encoder that every network starts from."""
    from retrieval.embed import default_folder

    return default_folder()


def kept(plan: Plan, files: Sequence[Path], recipe: Recipe, learn: Callable[[], OpinionReader]) -> OpinionReader:
    """The reader that was learned from exactly these files by this recipe and code, else a new one, which is kept."""
    from assistant.opinions import kept as store

    home = (plan.home or plan.out) / "opinions"
    key = hashlib.sha256(repr(astuple(recipe)).encode())
    for file in [*files, *sorted(Path(store.__file__).parent.glob("*.py"))]:
        key.update(file.read_bytes())
    folder = home / key.hexdigest()[:16]
    if (folder / store.SETTINGS).is_file():
        return store.open_reader(folder, encoder())
    reader = learn()
    store.save(reader, folder)
    return reader
