"""What a turn should leave behind, asserted on state: wishes, cards, cart; never on wording.

A conversation carries ``expects``, one object a turn. Of these keys each that is present must hold:

=================  ================================================================================================
``intent``         one of the list
``wishes``         those in force after the turn: each ``{"slot", "value": [spellings], "hard"?, "scope"?}`` is there,
                   and no other hard one. A spelling "*" is any value; further soft wishes only move the ranking
``may``            further hard wishes that are no fault
``gone``           wishes that are no longer in force
``best``           the first card is one of these products
``shows``          false: no card
``help``           true: a card or a question
``about``          the cards are these ``[turn, place]`` cards, or without cards the evidence speaks of no others
``compared``       the products compared are these ``[turn, place]`` cards
``answer``         what the evidence rests on: ``{"field"}`` of the record of what the talk is about (nothing where the
                   record lacks it), or ``{"source"}``: "review", "any" of both, "none"
``question``       whether the shop asks something to narrow the list
``alternatives``   whether near misses are offered
``cart``           the lines: ``{"card": [turn, place], "quantity", "chosen"?}``, at the feed's price
``pending``        whether something waits for an answer
``committed``      whether something was done
``hand_off``       whether a person takes over
``language``       as detected, ISO 639-1
``reply_language`` "zh": the reply has Chinese characters
=================  ================================================================================================

A place counts the cards of that turn from 1; -1 is the last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eval.judge import Catalogue, evidence_fault
from eval.predicates import says

Row = Mapping[str, Any]
Expect = Mapping[str, Any]

KEYS = {
    "intent",
    "wishes",
    "may",
    "gone",
    "best",
    "shows",
    "help",
    "about",
    "compared",
    "answer",
    "question",
    "alternatives",
    "cart",
    "pending",
    "committed",
    "hand_off",
    "language",
    "reply_language",
}
# Slots whose hard wishes no shown product may break.
_DECIDING = ("category", "price_min", "price_max", "brand", "not_brand", "feature", "dislike", "min_rating", "in_stock")


class Missing(Exception):
    """A card that an expectation points at and that no turn showed."""


def state_faults(turns: Sequence[Row], expects: Sequence[Expect], catalogue: Catalogue) -> list[str]:
    """What of the latest of ``turns`` (rows of ``play`` from the first on) is not as expected, one line each.

    ``expects`` are those of all turns of the conversation.
    """
    turn, expect = turns[-1], expects[len(turns) - 1]
    faults = list(_said(turn, expect))
    if "wishes" in expect:
        faults += _wishes(turn["wishes"], expect)
    faults += _cards(turn, expect)
    try:
        faults += _pointed(turns, expect)
        faults += _answered(turns, expects, catalogue)
        faults += _cart(turns, expect, catalogue)
    except Missing as missing:
        faults.append(str(missing))
    return faults


def _said(turn: Row, expect: Expect) -> Iterator[str]:
    understood = turn["understanding"]
    if "intent" in expect and understood["intent"] not in expect["intent"]:
        yield f"intent is {understood['intent']}, not {' or '.join(expect['intent'])}"
    if expect.get("language", understood["language"]) != understood["language"]:
        yield f"language is {understood['language']}, not {expect['language']}"
    if expect.get("reply_language") == "zh" and not re.search(r"[\u4e00-\u9fff]", turn["reply"]):
        yield "the reply has no Chinese"
    for key, actual in (
        ("question", turn["asked"]),
        ("alternatives", turn["alternatives"]),
        ("pending", turn["pending"]),
        ("committed", turn["committed"]),
        ("hand_off", turn["hand_off"]),
    ):
        if key in expect and expect[key] != bool(actual):
            yield f"{key} should be {'there' if expect[key] else 'absent'}" + (f", is {actual}" if actual else "")


def _wishes(actual: Sequence[Row], expect: Expect) -> Iterator[str]:
    for wish in expect["wishes"]:
        found = [w for w in actual if _matches(w, wish)]
        label = f"{wish['slot']} {wish['value'][0]}"
        if not found:
            yield f"wish {label} is not in force"
            continue
        if "hard" in wish and all(w["hard"] != wish["hard"] for w in found):
            yield f"wish {label} should be {'hard' if wish['hard'] else 'soft'}"
        if all(w["scope"] != wish.get("scope", "now") for w in found):
            yield f"wish {label} should be of the scope {wish.get('scope', 'now')!r}, is of {found[0]['scope']!r}"
    allowed = [*expect["wishes"], *expect.get("may", [])]
    for wish in actual:
        deciding = wish["hard"] and wish["slot"] in _DECIDING
        if deciding and not any(_matches(wish, a) or _part(wish, a) for a in allowed):
            yield f"hard wish {wish['slot']} {wish['value']} was not said"
    for gone in expect.get("gone", []):
        if any(_matches(w, gone) for w in actual):
            yield f"wish {gone['slot']} {gone['value'][0]} is still in force"


def _matches(actual: Row, wish: Row) -> bool:
    return actual["slot"] == wish["slot"] and any(_same(actual["value"], v) for v in wish["value"])


def _same(actual: Any, expected: Any) -> bool:
    if expected == "*":
        return True
    if isinstance(expected, (int, float)) or isinstance(actual, (int, float)):
        return str(actual).removesuffix(".0") == str(expected).removesuffix(".0")
    wanted = _words(expected)
    return bool(wanted) and wanted <= _words(actual)


def _part(actual: Row, wish: Row) -> bool:
    """Whether ``actual`` is a piece of the wish: "4 people" may stand as one wish or as two."""
    if actual["slot"] != wish["slot"] or actual["slot"] not in ("feature", "dislike", "category"):
        return False
    return any(_words(actual["value"]) <= _words(v) for v in wish["value"])


def _words(value: Any) -> set[str]:
    return {w.removesuffix("s") for w in re.findall(r"[\w.]+", str(value).casefold())}


def _cards(turn: Row, expect: Expect) -> Iterator[str]:
    shown = turn["shown"]
    if "best" in expect and (not shown or shown[0] not in expect["best"]):
        yield f"the first card is {shown[0] if shown else 'none'}, not {' or '.join(expect['best'])}"
    if expect.get("shows") is False and shown:
        yield f"shows {len(shown)} products where none was asked for"
    if expect.get("help") and not (shown or turn["asked"]):
        yield "neither shows nor asks anything"


def _card(turns: Sequence[Row], reference: Sequence[int]) -> str:
    """Id of the card at ``[turn, place]``."""
    number, place = reference
    shown = turns[number - 1]["shown"]
    if not shown or place > len(shown):
        raise Missing(f"turn {number} shows {len(shown)} products, so none at {place}")
    return str(shown[place - 1 if place > 0 else place])


def _pointed(turns: Sequence[Row], expect: Expect) -> Iterator[str]:
    turn = turns[-1]
    if "about" in expect:
        meant = {_card(turns, r) for r in expect["about"]}
        actual = set(turn["shown"]) or {id_ for source, id_, _ in _evidence(turn) if source == "product"}
        if (turn["shown"] and actual != meant) or not actual <= meant:
            yield f"speaks of {', '.join(sorted(actual))}, not of {', '.join(sorted(meant))}"
    if "compared" in expect:
        meant = {_card(turns, r) for r in expect["compared"]}
        if set(turn["compared"]) != meant:
            yield f"compares {', '.join(turn['compared']) or 'nothing'}, not {', '.join(sorted(meant))}"


def _evidence(turn: Row) -> list[tuple[str, str, Row]]:
    """(source, id, evidence) of each piece."""
    parts = [(str(e["source"]).partition(":"), e) for e in turn["evidence"]]
    return [(source, id_, e) for (source, _, id_), e in parts]


def _answered(turns: Sequence[Row], expects: Sequence[Expect], catalogue: Catalogue) -> Iterator[str]:
    wanted = expects[len(turns) - 1].get("answer")
    if wanted is None:
        return
    # "It" is what was spoken of last.
    latest: Sequence[Sequence[int]] = next((e["about"] for e in reversed(expects[: len(turns)]) if "about" in e), [])
    ids = [_card(turns, r) for r in latest]
    # A title names what is spoken of and says nothing of it.
    said = [piece for piece in _evidence(turns[-1]) if piece[2]["field"] != "title"]
    found = [piece for piece in said if piece[0] in ("product", "review")]
    if wanted.get("source") == "none":
        if found:
            yield f"answers with {found[0][2]['field']} {found[0][2]['value']!r} what the shop does not know"
        return
    for id_ in ids:
        own = [(s, e) for s, of, e in found if id_ in (of, catalogue.reviews.get(of, {}).get("product_id"))]
        if "field" in wanted:
            yield from _of_field(wanted["field"], own, catalogue.rows[id_])
        elif not any(s == "review" or wanted["source"] == "any" for s, _ in own):
            yield f"the answer quotes no {'review' if wanted['source'] == 'review' else 'record or review'} of {id_}"


def _of_field(field: str, own: Sequence[tuple[str, Row]], row: Row) -> Iterator[str]:
    value = (row.get("attributes") or {}).get(field.removeprefix("attributes."), row.get(field))
    if value in (None, ""):
        if own:
            yield f"answers with {own[0][1]['field']} though the record of {row['id']} has no {field}"
        return
    for source, piece in own:
        told = piece["field"] == field and evidence_fault(field, str(piece["value"]), row) is None
        quoted = piece["field"] == "description" and says(piece["value"], str(value))
        if source == "product" and (told or quoted):
            return
    yield f"the answer does not rest on {field} of {row['id']}, which is {value!r}"


def _cart(turns: Sequence[Row], expect: Expect, catalogue: Catalogue) -> Iterator[str]:
    if "cart" not in expect:
        return
    lines = turns[-1]["cart"]["lines"]
    wanted = [(_card(turns, line["card"]), line) for line in expect["cart"]]
    left = list(lines)
    for id_, line in wanted:
        match = next((n for n in left if n["product_id"] == id_ and _is_line(n, line)), None)
        if match is None:
            yield f"the cart has no line of {line['quantity']} x {id_} {line.get('chosen', '')}".rstrip()
        else:
            left.remove(match)
    for line in left:
        yield f"the cart has {line['quantity']} x {line['product_id']} {line['chosen']}, which is not as asked"
    for line in lines:
        price = catalogue.price(line["product_id"], line["variant"])
        if price is not None and round(price * 100) != line["price"]["minor"]:
            yield f"{line['product_id']} costs {price}, in the cart {line['price']['minor'] / 100}"


def _is_line(actual: Row, line: Row) -> bool:
    chosen = line.get("chosen")
    return actual["quantity"] == line["quantity"] and (chosen is None or says(actual["chosen"], chosen))
