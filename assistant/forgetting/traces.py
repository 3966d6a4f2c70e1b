"""By what a customer is recognised in texts: ids, address, their own words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from retrieval.forgotten import OWNERS

# Shorter texts of theirs are everybody's: "yes please".
_OWN_WORDS = 20


@dataclass(frozen=True)
class Traces:
    """What tells that a row or a line is about one customer."""

    customer: str
    # Ids that are theirs alone: of conversations, reviews, orders, means of payment; and their email.
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
        """The same for what is left nowhere."""
        return _any_of({self.customer, *self.ids})

    @cached_property
    def _words(self) -> tuple[str, ...]:
        return tuple(text for text in (" ".join(t.split()) for t in self.texts) if len(text) >= _OWN_WORDS)

    def in_text(self, text: str) -> bool:
        """Whether ``text`` names them, or holds what they wrote."""
        if self.pattern.search(text):
            return True
        plain = " ".join(text.split())
        return len(plain) >= _OWN_WORDS and any(words in plain for words in self._words)

    def in_value(self, value: Any) -> bool:
        """The same for JSON-ready data: in any text of it, names of fields included, or as whose it says it is."""
        if self.owns(value):
            return True
        if _of_another(value, self.customer):
            # Two customers may have written the same words.
            return any(self.pattern.search(text) for text in _texts(value))
        return any(self.in_text(text) for text in _texts(value))

    def owns(self, value: Any) -> bool:
        """Whether JSON-ready data, or a part of it, says that it is theirs."""
        if isinstance(value, dict):
            mine = any(str(value[name]) == self.customer for name in OWNERS if isinstance(value.get(name), str | int))
            return mine or any(map(self.owns, value.values()))
        return isinstance(value, list | tuple) and any(map(self.owns, value))


def _of_another(value: Any, customer: str) -> bool:
    return isinstance(value, dict) and any(value.get(name) not in (None, "", customer) for name in OWNERS)


def _any_of(ids: Iterable[str]) -> re.Pattern[str]:
    telling = sorted(filter(_telling, ids), key=len, reverse=True)
    found = "|".join(map(re.escape, telling)) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{found})(?!\w)", re.IGNORECASE)


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
