"""The vectors of a shop's documents, in a collection of their own in its Chroma, each under the hash of its text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from retrieval import vectors
from retrieval.embed import Embedder
from retrieval.errors import ShopError
from retrieval.pages import Made, text_hash
from retrieval.passages import Passage, split
from retrieval.policies import Policy
from retrieval.policy_subjects import examples
from retrieval.vectors import Vectors

if TYPE_CHECKING:
    import numpy as np

    from retrieval.work import Work

COLLECTION = "policies"


def of_statement(passage: Passage, statement: str) -> str:
    """The text by which a statement is found: what it is about goes before it."""
    return f"{passage.context}. {statement}"


def of_passage(passage: Passage) -> str:
    """The text by which a passage is found as a whole."""
    return f"{passage.context}. {passage.text}"


def texts(passages: Iterable[Passage]) -> dict[str, str]:
    """Every text that finding needs a vector of, by its hash; {} without passages."""
    found: dict[str, str] = {}
    for passage in passages:
        said = [t for s in passage.statements for t in (s, of_statement(passage, s))]
        found |= {text_hash(text): text for text in (of_passage(passage), *said)}
    return found and found | {text_hash(text): text for text in examples()}


def wanted(work: Work, sources: Mapping[str, Collection[str]]) -> dict[str, str]:
    """The texts of the shop as an import will leave it; ``sources`` are those read, by table."""
    read = sources.get("policies", ())
    marks = ", ".join("?" * len(read))
    rows = work.db.execute(
        "SELECT id, title, text FROM read_policies UNION ALL "
        f"SELECT id, title, text FROM shop.policies p WHERE source NOT IN ({marks}) "
        "AND NOT EXISTS (SELECT 1 FROM read_policies r WHERE r.id = p.id) ORDER BY id",
        list(read),
    ).fetchall()
    return texts(passage for row in rows for passage in split(Policy(*row)))


def differ(work: Work, embedder: Embedder | None, now: Mapping[str, str]) -> bool:
    """Whether the shop's vectors are not those of the texts ``now``."""
    if embedder is None or embedder.name != work.meta.get("embedder"):
        return embedder is not None and bool(now)
    return stored(work, embedder) != set(now)


def stored(work: Work, embedder: Embedder) -> set[str]:
    """Hashes of the texts that the shop has vectors of. A shop without documents is not asked: asking makes a place."""
    if not work.number("SELECT count(*) FROM shop.policies") or not vectors.exists(work.shop):
        return set()
    try:
        with Vectors(work.shop, embedder.name, of=COLLECTION) as store:
            return set(store.hashes())
    except ShopError:
        # Whatever is wrong with the store, the products' vectors tell it, or it is left behind.
        return set()


def make(work: Work, made: Made, embedder: Embedder | None, now: Mapping[str, str]) -> None:
    """Brings the vectors in the store of ``made`` up to ``now``: only texts that are new to it are embedded."""
    if embedder is None or made.place is None or made.place == work.shop:
        return
    if not now and not work.number("SELECT count(*) FROM shop.policies"):
        return
    with Vectors(made.place, embedder.name, work.shop, of=COLLECTION) as store:
        have = set(store.hashes())
        store.delete(sorted(have - set(now)))
        have |= _taken(work, embedder, store, [hashed for hashed in now if hashed not in have])
        if new := [hashed for hashed in now if hashed not in have]:
            store.put(new, embedder.encode([now[hashed] for hashed in new]), new)


def _taken(work: Work, embedder: Embedder, store: Vectors, missing: Sequence[str]) -> set[str]:
    """Takes over what the shop has of ``missing`` in another place, and says which."""
    known = stored(work, embedder) if embedder.name == work.meta.get("embedder") else set()
    if kept := [hashed for hashed in missing if hashed in known]:
        with Vectors(work.shop, embedder.name, of=COLLECTION) as old:
            store.take(old, {hashed: hashed for hashed in kept})
    return set(kept)


def matrix(said: Sequence[str], store: Vectors | None, embedder: Embedder) -> np.ndarray:
    """float32 of shape (n, dimension): the vectors of texts, from the store or, where it lacks them, made now."""
    import numpy as np

    known = {text_hash(text): text for text in said}
    hashes = list(known)
    rows = np.zeros((len(hashes), embedder.dimension), dtype=np.float32)
    if store is not None and (found := store.matrix(hashes)).shape[1] == embedder.dimension:
        rows = found.copy()
    missing = np.flatnonzero(~rows.any(axis=1))
    if len(missing):
        rows[missing] = embedder.encode([known[hashes[n]] for n in missing])
    place = {hashed: n for n, hashed in enumerate(hashes)}
    return rows[[place[text_hash(text)] for text in said]]
