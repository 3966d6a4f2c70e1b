"""Several needs in one message: each is read by itself, the first one now, and the others when they are turned to.

"A tent for up to 200 and a sleeping bag for up to 80" are two searches with a bound each; read as one it would be a
sleeping bag of a tent. What only comes with a thing ("a bag with a strap and a pocket") is no need of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import cast

from assistant.reading import cues
from assistant.reading.needs import relation
from assistant.state import DialogueState, Scope, Understanding
from assistant.understand import Vocabulary, understand
from retrieval.text import words


@cache
def _pattern(name: str) -> re.Pattern[str]:
    import yaml

    lists = cast(dict[str, str], yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")))
    return re.compile(lists[name], re.IGNORECASE)


def apart(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The parts of ``text`` that each ask for a thing of another type, in their own words; () where it asks for one."""
    cuts = [*_pattern("between").finditer(text)]
    if not cuts or _pattern("one").search(text) or _pattern("owned").search(text[: cuts[0].start()]):
        return ()
    # "a desk, a lamp and a chair": in a list that ends with "and" a comma parts as well.
    listed = (m for m in _pattern("comma").finditer(text, 0, cuts[0].start()))
    cuts = [*listed, *cuts]
    edges = [0, *(m.end() for m in cuts)], [*(m.start() for m in cuts), len(text)]
    parts = [text[start:end].strip(" ,;") for start, end in zip(*edges, strict=True)]
    parts[0] = _pattern("counted").sub("", parts[0])
    types = [_type(part, vocabulary) for part in parts]
    if not all(types) or any(_belongs(a, t, b) for a, t, b in zip(parts, types, parts[1:], strict=False)):
        return ()
    different = all(relation(a, b, vocabulary) == "other" for n, a in enumerate(types) for b in types[n + 1 :])
    if each := _pattern("each").search(parts[-1]):
        parts = [part if each[0] in part else f"{part}{each[0]}" for part in parts]
    return tuple(parts) if different else ()


def _type(part: str, vocabulary: Vocabulary) -> str:
    """The type that ``part`` asks for: one that the shop knows, or that has a bound of its own; "" for none."""
    read, _ = understand(None, DialogueState(""), part, vocabulary)
    named = str(read.first("category") or "")
    known = named and (vocabulary.resolve_kind(named) or _pattern("anew").search(part))
    return named if read.intent == "find" and known else ""


def _belongs(before: str, type_: str, part: str) -> bool:
    """Whether ``part`` goes on with what the thing before it has, or is for, and does not ask anew."""
    if _pattern("anew").search(part):
        return False
    noun = type_.split()[-1]
    behind = before[before.lower().rfind(noun.lower()) + len(noun) :]
    return _pattern("has").search(behind) is not None or _pattern("binds").search(before) is not None


def turned_to(state: DialogueState, text: str, vocabulary: Vocabulary) -> Understanding | None:
    """The reading of a message that turns to a need said earlier beside another; None for any other message."""
    open_ = later(state)
    match = _pattern("turns").match(text) if open_ else None
    if match is None:
        return None
    said = words(match["thing"] or "")
    for part in open_:
        named = words(_type(part, vocabulary))
        if match["next"] or (said and said[-1:] == named[-1:] and set(said) <= set(words(part)) | _plain()):
            read, _ = understand(None, replace(state, turns=()), part, vocabulary)
            whose = next(t.preferences.of("for_whom") for t in reversed(state.turns) if part in t.understanding.later)
            wishes = [*read.wishes, *(() if read.values("for_whom") else whose)]
            scope: Scope = "gift" if any(w.scope == "gift" for w in whose) else "now"
            turn = len(state.turns) + 1
            return replace(read, wishes=tuple(replace(w, turn=turn, scope=scope) for w in wishes), fresh=True)
    return None


def later(state: DialogueState) -> Sequence[str]:
    """Needs that were said beside another and not looked at yet, in the shopper's words."""
    known = [part for turn in state.turns for part in turn.understanding.later]
    taken = [str(w.value) for turn in state.turns for w in turn.preferences.of("category")]
    return [part for part in known if not any(set(words(t)) <= set(words(part)) for t in taken)]


def _plain() -> set[str]:
    return {token for word in cues.stop_words() for token in words(word)}
