"""What is left of a clause, word by word: every word belongs to a value, a name or a phrase of the record, or claims
nothing.

A value is tied to the field that is named beside it: a number or a word that the record has in another field does not
count. In doubt which field is meant, the clause is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assistant.grounding.lists import listed, verbs, whole
from assistant.grounding.record import Field, Record, figure, sequence_at
from assistant.grounding.tiles import Tile, cut, holding, is_colour, is_material
from retrieval.text import words

# Verbs of having, as tokens; words that make something else of them; and those that say a value is not simply there.
_HAS = frozenset(words("has have with"))
_ARTICLES = frozenset(("a", "an", "the"))
_OTHER = frozenset(
    words("need needs fit fits match matches look looks want wants we our you support supports take takes")
)
_NO_MORE = frozenset(
    words("optional requires required needs without except sold separately purchase up compatible supports available")
    + words("extra additional recommended for")
)


def cover(tokens: Sequence[str], record: Record, small: frozenset[str], denied: bool) -> list[str]:
    """What the words ``tokens`` say beyond ``record``; ``small`` are words that claim nothing here.

    ``denied`` says that a negation of an earlier clause reaches this one.
    """
    first = _covered(tokens, record, small, denied, "name")
    # "the type Battery": the same word may name a field or be the value of one.
    return first and (_covered(tokens, record, small, denied, "value") and first)


def _covered(tokens: Sequence[str], record: Record, small: frozenset[str], denied: bool, first: str) -> list[str]:
    tiles, faults = cut(tokens, record, small, first)
    denied = denied or any(t in listed("negations") for t in tokens if not _within(t, tiles))
    if faults:
        return faults
    labels = [t for t in tiles if t.kind == "name"]
    values = [t for t in tiles if t.kind in ("value", "amount")]
    if denied:
        return _denial(labels, len(labels) < len(tiles))
    if "made" in tokens and all(set(t.tokens) <= set(record.kind) for t in tiles) and tiles:
        return ["is made of nothing that the record has"]
    if _has_what_it_names(tiles, tokens, record):
        return []
    if not values:
        return _flags(labels)
    return _tied(tiles, record)


def _has_what_it_names(tiles: Sequence[Tile], tokens: Sequence[str], record: Record) -> bool:
    """Whether the clause says of the thing no more than that it has one value, whole, that holds its field's name.

    The "mineral glass" of the field glass needs no name beside it. What stands beside it would be said of it, and a
    thing that is, or is made of, mineral glass is another.
    """
    own = [t for t in tiles if t.kind == "value" and all(_is_whole(t, f) for f in t.fields)]
    rest = [t for t in tiles if t not in own]
    subject = all(t.kind == "phrase" and t.tokens == record.kind[-len(t.tokens) :] for t in rest)
    if len(own) != 1 or not subject or not _OTHER.isdisjoint(tokens) or not _NO_MORE.isdisjoint(own[0].tokens):
        return False
    start = next(i for i in range(len(tokens)) if sequence_at(tokens, i, own[0].tokens))
    before = [token for token in tokens[:start] if token not in _ARTICLES]
    return before[-1:] != [] and before[-1] in _HAS


def _is_whole(tile: Tile, field: Field) -> bool:
    longest = max(field.phrases, key=len, default=())
    return tile.tokens == longest and set(field.labels[0]) < set(tile.tokens)


def _within(token: str, tiles: Sequence[Tile]) -> bool:
    """Whether a negation is part of the record's own phrase ("no added sugar")."""
    return any(token in tile.tokens for tile in tiles)


def _denial(labels: Sequence[Tile], more: bool) -> list[str]:
    """A denial holds where the record says "no" to exactly what is named."""
    if more or not labels:
        return ["denies something the record does not deny"]
    return _named_flags(labels, False, "denies something the record does not deny")


def _flags(labels: Sequence[Tile]) -> list[str]:
    return _named_flags(labels, True, "names a field without what the record has in it")


def _named_flags(labels: Sequence[Tile], wanted: bool, fault: str) -> list[str]:
    """Faults unless the words of ``labels`` are the full names of yes-or-no fields that say ``wanted``."""
    for tile in labels:
        full = [f for f in tile.fields if tile.tokens in f.labels]
        if not full or not all(f.flag is wanted for f in full):
            return [f"{' '.join(tile.tokens)!r} {fault}"]
    return []


def _tied(tiles: Sequence[Tile], record: Record) -> list[str]:
    """Each name belongs to the value before it, or each to the value after it: one of the two must hold throughout."""
    if any(_misplaced(one, two, record) for one, two in pairwise(tiles)):
        return ["an amount stands beside what it is not the amount of"]
    free = [t for t in tiles if not _is_true_flag(t)]
    for considered in (tiles, free):
        for order in (1, -1):
            parts = _parts([t for t in considered if t.kind != "phrase"][::order])
            if parts is not None and all(_holds(value, named, record) for value, named in parts):
                return []
    said = " ".join(t for tile in tiles for t in tile.tokens)
    return [f"{said!r} ties a value to a field that does not hold it"]


def _misplaced(one: Tile, two: Tile, record: Record) -> bool:
    """Whether the record prints other amounts before these words, and this one not: "4 GB HDD" where 250 GB are."""
    amount, thing = (one, two) if one.kind == "amount" else (two, one)
    if amount.kind != "amount" or (thing.kind != "value" and (thing.kind != "phrase" or thing is one)):
        return False
    before = {
        clause[i - 1]
        for clause in (*record.title, *record.texts)
        for i in range(1, len(clause))
        if clause[i] == thing.tokens[0] and figure(clause[i - 1], "")
    }
    return bool(before) and amount.tokens[0] not in before


def _is_true_flag(tile: Tile) -> bool:
    full = [f for f in tile.fields if tile.kind == "name" and tile.tokens in f.labels]
    return bool(full) and all(f.flag is True for f in full)


def _parts(tiles: Sequence[Tile]) -> list[tuple[Tile, list[Tile]]] | None:
    """Each value with the names that stand before it; the only value of a clause takes those behind it too."""
    values = [t for t in tiles if t.kind != "name"]
    if len(values) == 1:
        return [(values[0], [t for t in tiles if t.kind == "name"])]
    parts: list[tuple[Tile, list[Tile]]] = []
    names: list[Tile] = []
    for tile in tiles:
        if tile.kind == "name":
            names.append(tile)
        else:
            parts.append((tile, names))
            names = []
    return None if names else parts


def _holds(value: Tile, named: Sequence[Tile], record: Record) -> bool:
    """Whether the field that the names mean holds the value."""
    if not named:
        return _bare(value, record)
    if len(named) == 1 and (exact := [f for f in named[0].fields if f.labels[0] == named[0].tokens]):
        return all(f in value.fields for f in exact)
    said = frozenset(token for tile in named for token in tile.tokens)
    # "Its battery life lasts": the verb names what the noun does.
    near = _nearest(said, record) or _nearest(said - verbs().keys(), record)
    return bool(near) and all(f in value.fields for f in near)


def _nearest(said: frozenset[str], record: Record) -> list[Field]:
    """The fields that these words name with the fewest words left out; a field's own name before what it measures."""
    if not said:
        return []
    own = [f for f in record.fields if any(set(label) == said for label in f.labels[:2])]
    if own:
        return own
    distances = [(d, f) for f in record.fields if (d := f.distance(said)) is not None]
    least = min((d for d, _ in distances), default=0)
    return [f for d, f in distances if d == least]


def _bare(value: Tile, record: Record) -> bool:
    """Whether a value may stand without the name of its field: it speaks of the whole product."""
    if value.kind == "amount":
        assert value.amount is not None
        others = [f for f in record.fields if f.amount and f.amount[1] == value.amount[1]]
        return value.titled or (bool(value.amount[1]) and len(others) == 1 and value.fields == tuple(others))
    for head, test in (("color", is_colour), ("materi", is_material)):
        holders = holding(record, head)
        plain = [f for f in holders if len(f.labels[0]) == 1 or f.labels[0][0] in ("product", "main")] or holders
        if test(value.tokens) or any(f in value.fields for f in plain):
            return all(f in value.fields for f in plain) if holders else value.titled
    # The shopper asked for it in these words, and the record was shown to meet them.
    if any(sequence_at(wish, i, value.tokens) for wish in record.wishes for i in range(len(wish))):
        return True
    # One word of a title may be the maker of a part ("Intel"); two and more name what they name.
    return (value.titled and len(value.tokens) > 1) or any(f.labels[0] in whole() for f in value.fields)


def runs(tokens: Sequence[str]) -> str:
    """The first run of four words that occurs twice, or ""; words that claim nothing do not make one."""
    seen: set[tuple[str, ...]] = set()
    for i in range(len(tokens) - 3):
        run = tuple(tokens[i : i + 4])
        if run in seen and len(set(run) - listed("neutral")) > 1:
            return " ".join(run)
        seen.add(run)
    return ""
