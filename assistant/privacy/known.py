"""What a shop's own records say of its customers, found again in texts: no guess is needed for these."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from assistant.privacy.values import LETTER, Span
from retrieval import catalogue

# Where an id may begin or end: beside a sign, the end of the text, or a script without spaces.
_EDGE = re.compile(rf"(?<!{LETTER})|(?!{LETTER})")
# Fields of an address, whoever's feed it is, and of what kind their values are.
_ADDRESS: Mapping[str, str] = {
    "address1": "STREET_ADDRESS",
    "address2": "STREET_ADDRESS",
    "line1": "STREET_ADDRESS",
    "line2": "STREET_ADDRESS",
    "street": "STREET_ADDRESS",
    "city": "GPE",
    "zip": "ZIP_CODE",
    "postcode": "ZIP_CODE",
    "postal_code": "ZIP_CODE",
}
# Shorter values are words like any other.
_SHORTEST = 3


@dataclass(frozen=True)
class Known:
    """Ids that name somebody wherever they stand, and what a customer is called and where they live."""

    # In small letters; of an order without "#" -> the kind.
    ids: Mapping[str, str]
    # By customer: values and their kinds.
    own: Mapping[str, tuple[tuple[str, str], ...]]

    def find(self, text: str, customer: str | None) -> list[Span]:
        """Where ``text``, by ``customer`` if one is known, has any of it; longer values first, none over another."""
        found, small = self._ids(text), text.casefold()
        # Looked for first: nearly no text has any, and a pattern takes long to make.
        for value, kind in (v for v in self.own.get(customer or "", ()) if v[0].casefold() in small):
            for match in _pattern(value).finditer(text):
                if all(match.end() <= s.start or match.start() >= s.end for s in found):
                    found.append(Span(match.start(), match.end(), kind))
        return sorted(found)

    @cached_property
    def _lengths(self) -> list[int]:
        return sorted({len(id_) for id_ in self.ids}, reverse=True)

    def _ids(self, text: str) -> list[Span]:
        edges = [match.start() for match in _EDGE.finditer(text)]
        ends = frozenset(edges)
        found, after = [], 0
        for start in edges:
            # The longest that begins here, and none in one that was found: card_C1 is no C1.
            for end in (start + n for n in self._lengths if start >= after and start + n in ends):
                if kind := self.ids.get(text[start:end].casefold()):
                    found.append(Span(start, end, kind))
                    after = end
                    break
        return found


def read_known(folder: Path) -> Known:
    """From the customers and orders that were imported into the shop in ``folder``; of what else there is, nothing."""
    return known(catalogue.customers(folder), catalogue.orders(folder))


def known(customers: Mapping[str, Mapping[str, Any]], orders: Iterable[str]) -> Known:
    """From customers by id, each a row of a feed, and the ids of orders."""
    ids: dict[str, str] = {}
    own: dict[str, tuple[tuple[str, str], ...]] = {}
    for customer, row in customers.items():
        ids[customer.casefold()] = "RECORD_ID"
        for method in row.get("payment_methods") or ():
            ids[str(method).casefold()] = "RECORD_ID"
        if email := str(row.get("email") or ""):
            ids[email.casefold()] = "EMAIL_ADDRESS"
        own[customer] = tuple(sorted(set(_values(row)), key=lambda pair: (-len(pair[0]), pair)))
    for order in orders:
        ids[order.lstrip("#").casefold()] = "RECORD_ID"
    return Known({id_: kind for id_, kind in ids.items() if len(id_) > _SHORTEST}, own)


def _values(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    name = row.get("name")
    parts = [name] if isinstance(name, str) else list((name or {}).values()) if isinstance(name, Mapping) else []
    parts = [str(part).strip() for part in (*parts, row.get("first_name"), row.get("last_name")) if part]
    for value in (*parts, " ".join(parts[:2])):
        if len(value) >= _SHORTEST:
            yield value, "PERSON"
    address = row.get("address")
    for field, kind in _ADDRESS.items():
        value = str((address if isinstance(address, Mapping) else {}).get(field) or "").strip()
        if len(value) >= _SHORTEST:
            yield value, kind


@lru_cache(maxsize=4096)
def _pattern(value: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!{LETTER}){re.escape(value)}(?!{LETTER})", re.IGNORECASE)
