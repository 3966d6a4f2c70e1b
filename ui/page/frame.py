"""What stands around a conversation, as HTML: top bar, welcome, the wishes so far, earlier conversations, footer."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.state import Preferences
from ui import render
from ui.page.markup import button, image, text, wish_row

_LOGO = (
    '<svg class="st-logo" viewBox="0 0 32 32" aria-hidden="true"><path fill="currentColor" '
    'd="M6 4h20a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H15l-7 6v-6H6a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4z"/>'
    '<path fill="none" stroke="var(--ground)" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" '
    'd="M10 14.5l4.2 4.2L22 10.5"/></svg>'
)
_HALF = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="8.5" fill="none" stroke="currentColor" '
    'stroke-width="1.8"/><path fill="currentColor" d="M12 3.5a8.5 8.5 0 0 1 0 17z"/></svg>'
)


def welcome(shop: str, examples: Sequence[tuple[str, str]]) -> str:
    """What an empty conversation shows: what this is, and a few ways to begin, as (message, address of a picture)."""
    tiles = "".join(
        f"<li>{button(f'{image(picture)}<span>{text(says)}</span>', says, 'st-tile')}</li>"
        for says, picture in examples
    )
    tries = f'<ul class="st-examples" aria-label="Examples to begin with">{tiles}</ul>' if tiles else ""
    return (
        '<section class="st-welcome"><h2>What are you looking for?</h2><p>Tell me in your own words what it is, '
        f"what it should be like and what it may cost. Whatever I say about a product of {text(shop)} is checked "
        f"against its record before you read it.</p>{tries}</section>"
    )


def earlier(conversations: Sequence[tuple[str, str]]) -> str:
    """The conversations before this one, by their opening words, as (id, title); those without a title are left out."""
    items = "".join(
        f'<li><button type="button" class="st-link" data-open="{text(id)}">{text(title)}</button></li>'
        for id, title in conversations
        if title
    )
    return (
        f'<nav class="st-panel" aria-label="Earlier"><h2 class="st-h2">Earlier</h2><ul>{items}</ul></nav>'
        if items
        else ""
    )


def masthead(shop: str) -> str:
    """The name above the page, and the switch between light and dark."""
    return (
        f'<div class="st-masthead">{_LOGO}<h1>{text(shop)}</h1>'
        '<button type="button" class="st-theme" data-theme aria-label="Switch between light and dark">'
        f"{_HALF}</button></div>"
    )


def footer(model: str, shop: str, products: int) -> str:
    """Who speaks here, about what, and what that is worth."""
    return (
        f'<p class="st-foot">{text(shop)} · {products:,} products · model: {text(model)} · '
        "every sentence is checked against the records</p>"
    )


def wish_panel(preferences: Preferences, currency: str) -> str:
    """The side panel: what was understood so far, hard and soft apart."""
    spoken = render.spoken_currency(preferences, currency)
    groups = [
        (title, render.wishes(preferences, hard)) for title, hard in (("Must have", True), ("Nice to have", False))
    ]
    body = "".join(
        f'<h3 class="st-h3">{title}</h3>{wish_row(wishes, spoken, True)}' for title, wishes in groups if wishes
    )
    empty = '<p class="st-quiet">Nothing yet. What you ask for appears here, in your own words.</p>'
    return (
        '<section class="st-panel" aria-label="Your wishes so far"><h2 class="st-h2">Your wishes</h2>'
        f"{body or empty}</section>"
    )
