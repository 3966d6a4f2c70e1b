"""Which of the cards a message means: by their place in the list, or as those that were last spoken of. Pure."""

from __future__ import annotations

from assistant.reading import cues
from assistant.state import DialogueState, Recommendation


def pointed(state: DialogueState, text: str) -> list[Recommendation]:
    """The cards that ``text`` points at by place or as "both"; [] where it points at none.

    A place counts the list that was found, whatever was picked from it since; "both" are those picked, where several
    were.
    """
    together = cues.says_both(text) and len(state.shown) > 1 and not cues.places(text, len(state.listed))
    cards = state.shown if together else state.listed
    return [cards[i] for i in cues.pointed_at(text, len(cards))]
