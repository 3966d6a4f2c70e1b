"""What a message says in figures and fixed phrases: prices, stars, stock, whom it is for, the cheapest first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assistant.reading.cues import for_whom, order_wish, pointing, says, stars
from assistant.reading.money import price_by_sense
from assistant.reading.phrases import Span
from assistant.reading.prices import read_prices
from assistant.reading.replaced import Replaced
from assistant.state import Preferences, Slot, Wish

Place = tuple[int, int]
# Stands for each letter of what is no price, read as something else.
_BLANK = "_"


def read_figures(
    text: str, current: Preferences, amounts: Sequence[Span] = (), anew: Replaced | None = None
) -> tuple[list[Wish], list[Place]]:
    """The wishes, and where they stand in ``text``; words that point at something shown are taken as well.

    What ``amounts`` measure is no price ("a page yield of 10000 or more"); prices are read in the message put right,
    ``anew``.
    """
    wishes: list[Wish] = []
    anew = anew or Replaced(text)
    taken = [*pointing(text), *anew.places]
    money = _blank(anew.text, [(a.start, a.end) for a in amounts if _FIGURE.search(a.words)])

    def add(slot: Slot, value: str | float | bool, hard: bool, words: str) -> None:
        wishes.append(Wish(slot, value, hard, words))
        start = text.find(words)
        if start >= 0:
            taken.append((start, start + len(words)))

    known = bool(current.of("price_max") or current.of("price_min"))
    if bounds := read_prices(money, known=known):
        place = anew.around(bounds.span)
        words = text[slice(*place)].strip(" ,.;") if anew.swaps else bounds.words
        if bounds.minimum is not None:
            add("price_min", _plain(bounds.minimum), True, words)
        if bounds.maximum is not None:
            add("price_max", _plain(bounds.maximum), True, words)
        if bounds.currency:
            add("currency", bounds.currency, True, words)
        taken.append(place)
    elif not _sized(current) and (sensed := price_by_sense(money, known=known)):
        side, amount, place = sensed
        start, end = anew.around(place)
        wishes.append(Wish("price_min" if side == "min" else "price_max", _plain(amount), True, text[start:end]))
        taken.append((start, end))
    if found := stars(text):
        add("min_rating", found[0], True, found[1])
    if said := says("in_stock", text):
        add("in_stock", True, True, said)
    if who := for_whom(text):
        add("for_whom", who, False, who)
    if order := order_wish(text):
        add("order", order[0], False, order[1])
    return wishes, taken


_FIGURE = re.compile(r"\d")


def _blank(text: str, places: Sequence[Place]) -> str:
    """``text`` with other letters in place of what stands there, so that nothing else moves."""
    for start, end in places:
        text = text[:start] + re.sub(r"\w", _BLANK, text[start:end]) + text[end:]
    return text


def _sized(current: Preferences) -> bool:
    """Whether a bare number was a wish before: "43" may then be another size."""
    return any(re.fullmatch(r"(?:size )?[\d.,]+", str(w.value)) for w in current.of("feature"))


def less_names(
    text: str, wishes: Sequence[Wish], taken: Sequence[Place], known: Sequence[Span]
) -> tuple[list[Wish], list[Place]]:
    """Both without a person whose last word begins a name that the shop knows: "for my Baby Star doll"."""
    kept, places = list(wishes), list(taken)
    for wish in wishes:
        start = text.find(wish.words)
        end = start + len(wish.words)
        if wish.slot == "for_whom" and any(start < k.start < end < k.end for k in known):
            kept.remove(wish)
            places.remove((start, end))
    return kept, places


def _plain(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)
