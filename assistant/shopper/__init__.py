"""The simulated shopper: somebody with hidden wishes, patience, a style, slips and changes of mind, by seed.

It comes through the same door as people (``assistant.turn.reply``) and sees what they see: cards and sentences. Its
goals are drawn from the feed's own values, its words from ``phrases.yaml`` or from any model. It keeps books of its own
faults; an evaluation looks for them by other means (``eval.lost``).
"""

from __future__ import annotations

from assistant.shopper.mind import Persona, Shopper
from assistant.shopper.visit import Dub, Visit, draw_shopper, visit
from assistant.shopper.wants import Goal, Sort, Want, sorts
from assistant.shopper.words import Move, by_model, must_say

__all__ = [
    "Dub", "Goal", "Move", "Persona", "Shopper", "Sort", "Visit", "Want", "by_model", "draw_shopper", "must_say",
    "sorts", "visit",
]  # fmt: skip
