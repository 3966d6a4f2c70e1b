"""Which product or which line of the cart a message means: by its place, by its name, or because there is but one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.cart.values import CartLine
from assistant.pointing import pointed
from assistant.reading import cues
from assistant.state import DialogueState, Recommendation
from retrieval.text import words


def cards_meant(state: DialogueState, text: str) -> list[Recommendation]:
    """The cards that ``text`` means: one where it is clear, several where it may be any of them, [] without cards."""
    if by_place := pointed(state, text):
        return by_place
    named = _named(text, {c.product_id: c.name for c in _all_cards(state)})
    if named:
        return [c for c in _all_cards(state) if c.product_id in named]
    return list(state.shown)


def cards_asked(state: DialogueState, text: str, ids: Sequence[str]) -> list[Recommendation]:
    """Of the cards with these ids, in this order, those that ``text`` means by their place."""
    cards = {c.product_id: c for c in _all_cards(state)}
    offered = [cards[i] for i in ids if i in cards]
    return [offered[n] for n in cues.pointed_at(text, len(offered))]


def says_both(text: str) -> bool:
    """Whether the message asks for several of the cards at once."""
    return len(cues.pointed_at(text, 9)) > 1


def lines_meant(lines: Sequence[CartLine], text: str, last: str) -> list[CartLine]:
    """The lines of the cart that ``text`` means; all of them where it does not say.

    "It" is the line that was spoken of ``last`` (its SKU or product), where there are several.
    """
    if len(lines) < 2:
        return list(lines)
    named = _named(text, {n.sku: f"{n.name} {n.chosen}" for n in lines})
    if named:
        return [n for n in lines if n.sku in named]
    places = cues.pointed_at(text, len(lines))
    if places:
        return [lines[i] for i in places]
    if last and cues.references(text):
        return [n for n in lines if last in (n.variant, n.product_id)] or list(lines)
    return list(lines)


def with_card(meant: Sequence[CartLine], state: DialogueState, text: str) -> list[CartLine]:
    """The lines ``meant`` where a place may be that of a card: "the third one" of a cart with two lines is the third
    card's, and where line and card at a place are two things of the cart, it may be either.
    """
    ids = {c.product_id for c in pointed(state, text)}
    of_cards = [n for n in state.cart.lines if n.product_id in ids]
    if not of_cards or _names_cart(text) or set(of_cards) == set(meant):
        return list(meant)
    if set(of_cards) < set(meant):
        return of_cards
    return [n for n in state.cart.lines if n in meant or n in of_cards]


def _names_cart(text: str) -> bool:
    return re.search(r"\b(?:cart|basket|bag|trolley)\b", text, re.IGNORECASE) is not None


def names_one(state: DialogueState, text: str) -> bool:
    """Whether ``text`` names exactly one product that was on a card."""
    return len(_named(text, {c.product_id: c.name for c in _all_cards(state)})) == 1


def mostly_names(state: DialogueState, text: str) -> bool:
    """Whether ``text`` names one product by half of its words at least: what says more than a name asks for another."""
    cards = {c.product_id: c.name for c in _all_cards(state)}
    found = _named(text, cards)
    if len(found) != 1:
        return False
    # A bare number is a size.
    said = {t for t in words(text) if t not in _ordinary() and not t.isdigit()}
    return 2 * len(said & set(words(cards[found.pop()]))) >= len(said)


def _all_cards(state: DialogueState) -> list[Recommendation]:
    """Every card of the conversation, the latest first."""
    cards = [c for t in reversed(state.turns) for c in t.reply.shown]
    return list({c.product_id: c for c in cards}.values())


def _named(text: str, names: dict[str, str]) -> set[str]:
    """The keys whose names share the most words with ``text``; a word that all share tells nothing."""
    tokens = {key: set(words(name)) for key, name in names.items()}
    common = set.intersection(*tokens.values()) if len(tokens) > 1 else set()
    said = {t for t in words(text) if t not in _ordinary()}
    score = {key: len((t - common) & said) for key, t in tokens.items()}
    best = max(score.values(), default=0)
    return {key for key, n in score.items() if n == best} if best else set()


def _ordinary() -> Iterable[str]:
    return {token for word in cues.stop_words() for token in words(word)}
