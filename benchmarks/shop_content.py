"""All that a shop's folder holds, as one value: two shops with equal content answer every question alike."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from retrieval import catalogue, derived, lexical, vectors
from retrieval.lexical import Lexical
from retrieval.policy_vectors import COLLECTION


def content(folder: Path) -> dict[str, Any]:
    """Rows of every table, every vector, every BM25 score, pictures and the list of refused rows, by what they are."""
    found: dict[str, Any] = {}
    with closing(sqlite3.connect(folder / catalogue.FILE)) as db:
        for table in catalogue.TABLES:
            found[table] = {row[0]: row[1:] for row in db.execute(f"SELECT * FROM {table}")}
        meta = dict(db.execute("SELECT key, value FROM meta"))
    # What the folder is called is no part of what it holds.
    del found["meta"]["name"]
    found["vectors"] = _vectors(folder, meta.get("embedder", ""))
    if found["policies"]:
        found["vectors of policies"] = _vectors(folder, meta.get("embedder", ""), of=COLLECTION)
    found["bm25"] = _scores(folder, derived.stamp(meta))
    files = [p for name in ("pictures/*", "refused.jsonl") for p in folder.glob(name)]
    found["files"] = {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}
    return found


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Where two contents differ, a line each; none where they are equal."""
    lines = []
    for name in one:
        if one[name] != other[name]:
            keys = [k for k in {**one[name], **other[name]} if one[name].get(k) != other[name].get(k)]
            lines.append(f"{name}: {len(keys)} differ, such as {keys[0]!r}")
    return lines


def _vectors(folder: Path, embedder: str, of: str = "products") -> dict[str, tuple[str, bytes]]:
    if not embedder or not vectors.exists(folder):
        return {}
    with vectors.Vectors(folder, embedder, of=of) as store:
        hashes = store.hashes()
        ids = sorted(hashes)
        return {i: (hashes[i], row.tobytes()) for i, row in zip(ids, store.matrix(ids), strict=True)}


def _scores(folder: Path, stamp: str) -> dict[str, Any]:
    """Part and word -> rows and scores; the stamp alone where the saved index is of other products."""
    if Lexical.load(folder, stamp) is None:
        return {"stale": stamp}
    import bm25s

    found: dict[str, Any] = {}
    for place in sorted(p for p in (folder / lexical.FOLDER).iterdir() if p.is_dir()):
        part = bm25s.BM25.load(place, show_progress=False)
        starts, rows, scores = part.scores["indptr"], part.scores["indices"], part.scores["data"]
        for word, number in part.vocab_dict.items():
            if number < len(starts) - 1:
                held = slice(starts[number], starts[number + 1])
                found[f"{place.name} {word}"] = (rows[held].tolist(), scores[held].tolist())
    return found
