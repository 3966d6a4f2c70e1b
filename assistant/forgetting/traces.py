"""By what a customer is recognised in texts: ids, address, their own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from assistant.privacy.values import UNSPACED
from retrieval.forgotten import OWNERS

# What an object is called by.
_IDENTIFIERS = ("id", "order_id", "conversation", "conversation_id", "review_id", "email")
# Shorter texts of theirs are everybody's: "Do you ship to Norway, please?"
_OWN_WORDS = 60
# Whose a line of a log says it is.
_OWNER = re.compile(rf"\b(?:{'|'.join(OWNERS)})[\"']?\s*[=:]\s*[\"']?([^\s\"',;]+)")


@dataclass(frozen=True)
class Traces:
    """What tells that a row or a line is about one customer."""

    customer: str
    # Ids that are theirs alone: of conversations, reviews, means of payment; and their email.
    ids: frozenset[str] = frozenset()
    # Ids of their orders, which stay for the books when nobody can tell any more whose they were.
    orders: frozenset[str] = frozenset()
    # What they wrote.
    texts: frozenset[str] = frozenset()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds an id of theirs that stands for itself: C0001 is not in C00012."""
        return _any_of({self.customer, *self.ids, *self.orders})

    @cached_property
    def personal(self) -> re.Pattern[str]:
        """The same for what is left nowhere, in bytes read as Latin-1."""
        return _any_of({self.customer, *self.ids}, re.ASCII)

    @property
    def untold(self) -> int:
        """How many ids of theirs are too short to be found in texts."""
        return sum(not _telling(id_) for id_ in {self.customer, *self.ids, *self.orders})

    @cached_property
    def _words(self) -> tuple[str, ...]:
        return tuple(text for text in (" ".join(t.split()) for t in self.texts) if len(text) >= _OWN_WORDS)

    def in_text(self, text: str) -> bool:
        """Whether ``text`` names them, or holds what they wrote and does not say that somebody else did."""
        if self.pattern.search(text):
            return True
        said = _OWNER.search(text)
        return self._own_words(text) and (said is None or said[1] == self.customer)

    def in_value(self, value: Any) -> bool:
        """The same for JSON-ready data: in any text of it, names of fields included, or as whose it says it is."""
        if self.owns(value):
            return True
        if self.of_another(value):
            return False
        texts = list(_texts(value))
        return any(map(self.pattern.search, texts)) or (not _owned(value) and any(map(self._own_words, texts)))

    def owns(self, value: Any) -> bool:
        """Whether JSON-ready data, or a part of it, says that it is theirs."""
        if isinstance(value, dict):
            return self.mine(value) or any(map(self.owns, value.values()))
        return isinstance(value, list | tuple) and any(map(self.owns, value))

    def mine(self, value: Any) -> bool:
        """Whether an object itself says that it is theirs."""
        return isinstance(value, dict) and self.customer in _owners(value)

    def of_another(self, value: Any) -> bool:
        """Whether an object says that it is somebody else's."""
        return isinstance(value, dict) and bool(owners := _owners(value)) and self.customer not in owners

    def others_in(self, value: Any) -> bool:
        """Whether an object in JSON-ready data says that it is somebody else's."""
        if isinstance(value, dict):
            return self.of_another(value) or any(map(self.others_in, value.values()))
        return isinstance(value, list | tuple) and any(map(self.others_in, value))

    def identified(self, value: Mapping[str, Any]) -> bool:
        """Whether what an object is called by is theirs: itself, an order, a conversation, a review, their address."""
        found = (value.get(name) for name in _IDENTIFIERS)
        return any(isinstance(i, str | int) and self.pattern.fullmatch(str(i)) for i in found)

    def _own_words(self, text: str) -> bool:
        plain = " ".join(text.split())
        return len(plain) >= _OWN_WORDS and any(words in plain for words in self._words)


def _owners(value: Mapping[str, Any]) -> set[str]:
    """Whose an object says it is; what has a space is a name, which says nothing of whose the id is."""
    found = set()
    for name in OWNERS:
        owner = value.get(name)
        if isinstance(owner, dict):
            owner = next((owner[n] for n in ("id", *OWNERS) if isinstance(owner.get(n), str | int)), None)
        if isinstance(owner, str | int) and str(owner).strip():
            found.add(str(owner))
    return {o for o in found if not any(map(str.isspace, o))}


def _owned(value: Any) -> bool:
    """Whether JSON-ready data, or a part of it, says whose it is."""
    if isinstance(value, dict):
        return bool(_owners(value)) or any(map(_owned, value.values()))
    return isinstance(value, list | tuple) and any(map(_owned, value))


def _any_of(ids: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    """Beside an id that begins and ends in Latin script may stand one without spaces, beside any other nothing may."""
    latin: list[str] = []
    others: list[str] = []
    for id_ in sorted(filter(_telling, ids), key=len, reverse=True):
        # An address is the same whatever its capitals; an id is not.
        found = f"(?i:{re.escape(id_)})" if "@" in id_ else re.escape(id_)
        (others if re.search(f"^{UNSPACED}|{UNSPACED}$", id_) else latin).append(found)
    beside = rf"[^\W{UNSPACED[1:-1]}]"
    # One group of many: files are gone through byte by byte.
    groups = [rf"(?<!{beside})(?:{'|'.join(latin)})(?!{beside})"] if latin else []
    groups += [rf"(?<!\w)(?:{'|'.join(others)})(?!\w)"] if others else []
    return re.compile("|".join(groups) or r"(?!)", flags)


def _telling(id_: str) -> bool:
    """Whether an id is told from other things where it stands alone: 7 is not, and neither is 2024."""
    return len(id_) > 3 and not (id_.isdigit() and len(id_) < 6)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
