"""Is what a reply says true? Judged from the text and the feed's own rows, not from what the assistant says of itself.

Four questions: is every product that the text names on a card; is every model number and every number in it in the
record of a product on a card, in the shopper's words, or a count of the shop; does every piece of evidence equal its
record; does an alternative really break a wish.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eval.predicates import text_of

Row = Mapping[str, Any]

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_TRIM = ".,;:!?\"'()[]“”‘’…"
# A span that starts more titles than this names a sort of product, not a product ("Xerox toner cartridge").
_FEW = 5
# Fewer words than this at the start of a title name a brand and a noun, not a product.
_SPAN = 3


class Catalogue:
    """The feed's rows, ready to be looked up by id and by how a title starts, and the reviews of the products."""

    def __init__(self, rows: Iterable[Row], reviews: Iterable[Row] = ()) -> None:
        # Feeds print prices as numbers and as text.
        self.rows: dict[str, Row] = {str(row["id"]): {**row, "price": _price(row.get("price"))} for row in rows}
        self.reviews: dict[str, Row] = {str(row["id"]): row for row in reviews}
        self._titles: dict[tuple[str, str], list[tuple[str, list[str]]]] = {}
        self._codes: dict[str, int] = {}
        for id_, row in self.rows.items():
            title = _tokens(str(row["title"]))
            if len(title) > 1:
                self._titles.setdefault((title[0], title[1]), []).append((id_, title))
            for token in {t for t in title if _is_code(t)}:
                self._codes[token] = self._codes.get(token, 0) + 1

    def price(self, id_: str, variant: str = "") -> float | None:
        """What one costs, in major units; None where the feed does not say."""
        row = self.rows.get(id_, {})
        own = next((v.get("price") for v in row.get("variants") or [] if v["id"] == variant), None)
        return row.get("price") if own in (None, "") else float(own)

    def named(self, text: str) -> list[tuple[str, set[str]]]:
        """(words, ids they may mean) for each product that ``text`` names by the start of its title."""
        tokens, found, at = _tokens(text), [], 0
        while at < len(tokens) - 1:
            length, ids = self._longest(tokens, at)
            if length >= _SPAN and len(ids) <= _FEW:
                found.append((" ".join(tokens[at : at + length]), ids))
            at += max(length, 1)
        return found

    def _longest(self, tokens: list[str], at: int) -> tuple[int, set[str]]:
        best, ids = 0, set[str]()
        for id_, title in self._titles.get((tokens[at], tokens[at + 1]), ()):
            length = 0
            while length < len(title) and at + length < len(tokens) and title[length] == tokens[at + length]:
                length += 1
            if length > best:
                best, ids = length, {id_}
            elif length == best:
                ids.add(id_)
        return best, ids

    def is_model_number(self, token: str) -> bool:
        """Whether ``token`` is letters and digits that stand in the titles of only a few products."""
        return 0 < self._codes.get(token, 0) <= _FEW


def named_faults(text: str, cards: Sequence[Row], catalogue: Catalogue) -> list[str]:
    """Products that ``text`` names and no card shows, one line each. ``cards`` are shown products and alternatives."""
    ids = {str(card["id"]) for card in cards}
    return [f"names “{words}”, which is on no card" for words, means in catalogue.named(text) if not means & ids]


def claim_faults(text: str, cards: Sequence[Row], heard: str, counts: Iterable[str], catalogue: Catalogue) -> list[str]:
    """Numbers and model numbers in ``text`` that no card's record, nothing ``heard`` and no count supports.

    ``heard`` is all the shopper said so far, ``counts`` what may be counted: cards, and evidence of the source "shop".
    """
    records = "\n".join([*(_record(card) for card in cards), heard, *counts])
    supported = _numbers(records)
    known = set(_tokens(records))
    faults = [f"says {n}, which no record on a card has" for n in _numbers(text) if n not in supported]
    faults += [
        f"says “{token}”, which is no card's model number"
        for token in _tokens(text)
        if catalogue.is_model_number(token) and token not in known and not _numbers(token) <= supported
    ]
    return list(dict.fromkeys(faults))


def evidence_fault(field: str, value: str, row: Row) -> str | None:
    """What is wrong with a piece of evidence that is said to be ``field`` of ``row``; None where it equals it."""
    actual = _values(field, row)
    if actual is None:
        return f"{row['id']} has no field {field!r}"
    if any(_same(value, option) for option in actual):
        return None
    # A long text is cited by a passage of it.
    if field in ("description", "title") and value and value in actual[0]:
        return None
    return f"{field} of {row['id']} is {actual[0]!r}, not {value!r}"


def quote_fault(field: str, value: str, review: Row) -> str | None:
    """What is wrong with a quotation of ``review``; None where it stands there word for word."""
    if field == "rating":
        same = review.get("rating") is not None and float(value) == float(review["rating"])
        return None if same else f"the review {review['id']} gives {review.get('rating')} stars, not {value}"
    said, written = (" ".join(text.split()).casefold() for text in (value, str(review.get("text") or "")))
    return None if said and said in written else f"{value!r} does not stand in the review {review['id']}"


def _price(said: Any) -> float | None:
    return None if said is None or said == "" else float(said)


def _values(field: str, row: Row) -> list[str] | None:
    if field.startswith("attributes."):
        name = field.removeprefix("attributes.")
        attributes = row.get("attributes") or {}
        if name not in attributes:
            return None
        value = attributes[name]
        if isinstance(value, bool):
            # A flag is said by its name or by yes and no.
            return ["yes", "true", name.replace("_", " ")] if value else ["no", "false"]
        return [str(value)]
    value = row.get(field)
    return None if value is None or value == "" else [str(value)]


def _same(said: str, actual: str) -> bool:
    if said.casefold() == actual.casefold():
        return True
    # "$1,099.95" is the price 1099.95; "16" is 16.0.
    one, other = _numbers(said), _numbers(actual)
    bare = re.sub(r"[\d.,\s$€£¥₹-]|[A-Z]{3}\b", "", said)
    return bool(one) and one == other and len(one) == 1 and not bare


def _record(row: Row) -> str:
    # Without a description's own line breaks nothing is lost; the price is not part of the text.
    return f"{text_of(row)}\n{row.get('brand') or ''}\n{row.get('price')}"


def _numbers(text: str) -> set[str]:
    found = set()
    for match in _NUMBER.findall(text):
        digits = match.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", match) else match
        for part in [digits] if "," not in digits else digits.split(","):
            if part:
                found.add(part.rstrip("0").rstrip(".") if "." in part else part)
    return found


def _tokens(text: str) -> list[str]:
    return [t for t in (token.strip(_TRIM).casefold() for token in text.split()) if t]


def _is_code(token: str) -> bool:
    return len(token) > 3 and any(c.isdigit() for c in token) and any(c.isalpha() for c in token)
