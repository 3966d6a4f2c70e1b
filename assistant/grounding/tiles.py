"""A clause cut into tiles: stretches that the record has something for, the longest first at each place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from assistant.grounding.lists import listed
from assistant.grounding.record import Field, Record, Tokens, dimension, figure, same_amount, sequence_at
from retrieval.lexicon import lexicon
from retrieval.text import words


@dataclass(frozen=True, slots=True)
class Tile:
    """A stretch of the clause and what the record has for it."""

    kind: Literal["name", "value", "amount", "phrase"]
    tokens: Tokens
    # The fields whose value it is, or which it names.
    fields: tuple[Field, ...] = ()
    amount: tuple[float, str] | None = None
    # Also printed so in the title.
    titled: bool = False


def cut(tokens: Sequence[str], record: Record, small: frozenset[str], first: str) -> tuple[list[Tile], list[str]]:
    """The clause cut into tiles, and the words that nothing covers; ``small`` are words that claim nothing.

    Where a word may be a name or a value, ``first`` says which it is taken for.
    """
    tiles: list[Tile] = []
    faults: list[str] = []
    at = 0
    while at < len(tokens):
        tile = _longest(tokens, at, record, first)
        token = tokens[at]
        if tile is None or (token in small and len(tile.tokens) == 1 and not _in_full(tile, tokens)):
            if token not in small and token not in listed("negations"):
                faults.append(f"{token!r} is not in the record")
            at += 1
        else:
            tiles.append(tile)
            at += len(tile.tokens)
    return tiles, faults


def _in_full(tile: Tile, tokens: Sequence[str]) -> bool:
    """Whether a tile names a field in full, or is the value of one that the clause so names."""
    if tile.kind == "value":
        return any(set(f.labels[0]) <= set(tokens) for f in tile.fields)
    return tile.kind == "name" and any(tile.tokens in f.labels[:2] for f in tile.fields)


def _longest(tokens: Sequence[str], at: int, record: Record, first: str) -> Tile | None:
    found = [t for t in (_label(tokens, at, record), _amount(tokens, at, record), _value(tokens, at, record)) if t]
    found += [t for t in (_phrase(tokens, at, record), _naming(tokens, at, record)) if t]
    # Of equally long ones the first: a field speaks before the title does.
    return max(found, key=lambda t: (len(t.tokens), t.kind == first), default=None)


def _label(tokens: Sequence[str], at: int, record: Record) -> Tile | None:
    hits = [(lab, f) for f in record.fields for lab in f.labels if sequence_at(tokens, at, lab)]
    size = max((len(lab) for lab, _ in hits), default=0)
    fields = tuple(f for lab, f in hits if len(lab) == size)
    return Tile("name", tuple(tokens[at : at + size]), fields) if size else None


def _naming(tokens: Sequence[str], at: int, record: Record) -> Tile | None:
    if tokens[at] in listed("negations"):
        return None
    fields = tuple(f for f in record.fields if tokens[at] in f.names)
    return Tile("name", (tokens[at],), fields) if fields else None


def _value(tokens: Sequence[str], at: int, record: Record) -> Tile | None:
    hits = [(p, f) for f in record.fields for p in f.phrases if f.amount is None and sequence_at(tokens, at, p)]
    size = max((len(p) for p, _ in hits), default=0)
    fields = tuple(dict.fromkeys(f for p, f in hits if len(p) == size))
    said = tuple(tokens[at : at + size])
    return Tile("value", said, fields, titled=_printed(said, record)) if size else None


def _amount(tokens: Sequence[str], at: int, record: Record) -> Tile | None:
    said = figure(tokens[at], tokens[at + 1] if at + 1 < len(tokens) else "")
    if said is None:
        return None
    value, unit, size = said
    own = tuple(tokens[at : at + size])
    titled = bool(unit) and _printed(own, record)
    fields = tuple(
        f
        for f in record.fields
        if f.amount
        and (
            same_amount((value, unit), f.amount)
            # A number whose field names no unit is in the one that the title prints behind it.
            or (titled and f.amount == (value, "") and dimension(unit) in f.dimensions)
        )
    )
    fields += tuple(f for f in record.fields if own in f.phrases and f not in fields)
    return Tile("amount", own, fields, (value, unit), titled) if fields or titled else None


def _printed(tokens: Tokens, record: Record) -> bool:
    return any(sequence_at(clause, i, tokens) for clause in record.title for i in range(len(clause)))


def _phrase(tokens: Sequence[str], at: int, record: Record) -> Tile | None:
    """Words in a row that the title, a plain sentence of the description, the type or a proven wish has in that row."""
    if tokens[at] in listed("neutral"):
        return None
    best = 0
    maker = [tuple(words(record.brand))]
    sources = ((record.title, 1), (record.texts, 2), ([record.kind], 1), (record.wishes, 1), (maker, len(maker[0])))
    for source, least in sources:
        for clause in source:
            for i in range(len(clause)):
                size = 0
                while at + size < len(tokens) and i + size < len(clause) and tokens[at + size] == clause[i + size]:
                    size += 1
                if size >= least and size > best and (size > 1 or _alone(tokens[at], record)):
                    best = size
    said = tuple(tokens[at : at + best])
    while said and said[-1] in listed("neutral"):
        said = said[:-1]
    return Tile("phrase", said) if said else None


def _alone(token: str, record: Record) -> bool:
    """Whether one word of the title says something true by itself."""
    if token in {t for wish in record.wishes for t in wish} or (token,) == tuple(words(record.brand)):
        return True
    # A bare number, a part of the maker's name, and "laptop" of a laptop sleeve do not.
    if figure(token, "") is not None or token in words(record.brand) or token in record.kind[:-1]:
        return False
    # Nor does any other word of a title: "Sunday" is a pan's own name, "Intel" the maker of a part.
    if token not in record.kind and not _is_known(token):
        return False
    # A colour or material counts from the field that holds it, where there is one.
    return not (is_colour((token,)) and holding(record, "color")) and not (
        is_material((token,)) and holding(record, "materi")
    )


def _is_known(token: str) -> bool:
    """Whether a word names a property, a colour or a material wherever it stands."""
    return token in _properties() or is_colour((token,)) or is_material((token,))


@cache
def _properties() -> frozenset[str]:
    return frozenset(words(flag)[0] for flag in lexicon().flags if len(words(flag)) == 1)


def is_colour(tokens: Tokens) -> bool:
    """Whether the words name a colour."""
    return any(token in _stems("colours") for token in tokens)


def is_material(tokens: Tokens) -> bool:
    """Whether the words name a material."""
    return any(token in _stems("materials") for token in tokens)


@cache
def _stems(kind: Literal["colours", "materials"]) -> frozenset[str]:
    phrases = lexicon().colours if kind == "colours" else lexicon().materials
    return frozenset(token for phrase in phrases for token in words(phrase))


def holding(record: Record, head: str) -> list[Field]:
    """The fields whose names end in ``head``: those of colours, those of materials."""
    return [f for f in record.fields if f.labels[0][-1] == head and f.phrases]
