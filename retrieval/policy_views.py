"""What a question is compared with by meaning: a shop's statements, its passages, other shops' statements, subjects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval import vectors
from retrieval.embed import Embedder
from retrieval.passages import Passage
from retrieval.policy_subjects import Subjects, background, examples
from retrieval.policy_vectors import COLLECTION, matrix, of_passage, of_statement
from retrieval.vectors import Vectors

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Compared:
    """float32, one row a text."""

    # Statements with what they are about, and alone; a row each in the order of the document.
    statements: np.ndarray
    alone: np.ndarray
    passages: np.ndarray
    background: np.ndarray
    subjects: Subjects
    # (statements, subjects): what each statement is about.
    about: np.ndarray
    # (subjects,): how surely any statement, with what it is about or alone, is about each.
    met: np.ndarray


class View:
    """One wording of a question beside all of it."""

    def __init__(self, made: Compared, row: np.ndarray) -> None:
        self.statements = made.statements @ row
        self.passages = made.passages @ row
        # The nearest of the shop's own statements, and of what few shops write.
        self.own = float(max(self.statements.max(), (made.alone @ row).max()))
        self.common = float((made.background @ row).max())
        # What the question is about, and how likely each statement is about the same.
        self.about = made.subjects.of(row[None])[0]
        self.shared = made.about @ self.about


def compared(passages: Sequence[Passage], embedder: Embedder, folder: Path | None) -> Compared:
    """All of it for these passages; vectors that the shop in ``folder`` has are not made again."""
    import numpy as np

    parts = (
        [of_statement(passage, s) for passage in passages for s in passage.statements],
        [s for passage in passages for s in passage.statements],
        [of_passage(passage) for passage in passages],
        list(background()),
        list(examples()),
    )
    store = None
    if folder is not None and vectors.exists(folder):
        store = Vectors(folder, embedder.name, of=COLLECTION)
    try:
        rows = matrix([text for part in parts for text in part], store, embedder)
    finally:
        if store is not None:
            store.close()
    found, start = [], 0
    for part in parts:
        found.append(rows[start : start + len(part)])
        start += len(part)
    statements, alone, whole, common, told = found
    subjects = Subjects(told)
    about = subjects.of(statements)
    met = np.maximum(about, subjects.of(alone)).max(axis=0, initial=0.0)
    return Compared(statements, alone, whole, common, subjects, about, met)
