"""Whether a person of the shop is needed, and why: decided by code, on words and on what became of the turns.

The reasons, in the order in which they are looked for:

``danger``     somebody is, was or could be hurt, by a product or by themselves
``medical``    advice on health is asked for
``legal``      law, lawyers, authorities, rights in personal data
``anger``      the shopper is beyond mild displeasure
``exception``  a rule of the shop refused, and the shopper does not leave it at that
``asked``      a person is asked for
``unsure``     something went wrong with an order that no action of the shop can put right
``stuck``      three turns in a row came to nothing
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from assistant.framed import framed, speak
from assistant.service.handoff.phrases import pattern
from assistant.service.talk.frame import INTENTS
from assistant.state import DialogueState, Evidence, Reply, Turn, Understanding

Reason = Literal["danger", "medical", "legal", "anger", "exception", "asked", "unsure", "stuck"]
REASONS: tuple[Reason, ...] = get_args(Reason)
# Turns in a row that come to nothing before the assistant owns up to it.
PATIENCE = 3
# How many turns back a refusal is still what the shopper speaks of.
_REFUSED_WITHIN = 2
# Frames of answers that tell the shopper nothing.
_NON_ANSWERS = ("which_one", "nothing_pending", "out_of_scope", "what_now", "withheld")
# Letters of a message in capitals, with at least so many, that count as shouting.
_SHOUTED, _LETTERS = 0.7, 20


@dataclass(frozen=True, slots=True)
class Need:
    """Why a person is needed."""

    reason: Reason
    # The words, or what happened, that show it.
    shown_by: str
    # What a rule of the shop said, where one refused: source "policy", its id as the field.
    rule: Evidence | None = None


def needed(state: DialogueState, said: Understanding, text: str) -> Need | None:
    """Why this message needs a person, before anything is answered; None where the assistant can go on.

    What a control of the page said is in the shop's words, of which only the wish for a person counts.
    """
    if said.decided_by == "shopper" and said.intent != "hand_off":
        return None
    rule = next(filter(None, (refusal(t.reply) for t in reversed(state.turns[-_REFUSED_WITHIN:]))), None)
    for reason in REASONS[:-1]:
        if match := pattern("reasons", reason).search(text):
            return Need(reason, match[0].strip(), rule)
        if reason == "anger" and _shouts(text):
            return Need("anger", "capital letters", rule)
        if reason == "exception" and rule and (match := pattern("insists").search(text)):
            return Need("exception", match[0].strip(), rule)
    return Need("asked", text, rule) if said.intent == "hand_off" else None


def stuck(state: DialogueState, said: Understanding, reply: Reply) -> Need | None:
    """Whether this turn, as it was answered, is one too many that came to nothing."""
    turns = [*((t.understanding, t.reply) for t in _since_hand_over(state.turns)), (said, reply)]
    latest = turns[-PATIENCE:]
    if len(latest) < PATIENCE:
        return None
    before: list[Reply | None] = [None, *(r for _, r in turns)]
    failed = [_failed(s, r, before[n]) for n, (s, r) in enumerate(turns)][-PATIENCE:]
    return Need("stuck", f"{PATIENCE} turns in a row came to nothing") if all(failed) else None


def refusal(reply: Reply) -> Evidence | None:
    """The rule of the shop by which a reply refused something."""
    found = (e for s in reply.sentences for e in s.evidence if e.source == "policy" and "." in e.field)
    return next(found, None) if reply.pending is None and not reply.citations else None


def _since_hand_over(turns: Sequence[Turn]) -> Sequence[Turn]:
    handed = [n for n, turn in enumerate(turns, 1) if turn.reply.hand_off]
    return turns[handed[-1] if handed else 0 :]


def _failed(said: Understanding, reply: Reply, before: Reply | None) -> bool:
    """Whether a turn got the shopper no further: no answer, nothing to offer, or the question before asked again."""
    if any(s.text in _non_answers() for s in reply.sentences):
        return True
    if said.intent in ("find", "refine") and not reply.shown and not reply.alternatives:
        return True
    if reply.pending and reply.pending.get("about") == "service":
        asked = reply.pending.get("needs")
        # The first question is not a failure; what counts is that an answer was not understood.
        return bool(before and before.pending and before.pending.get("needs") == asked and asked != "yes")
    if said.intent in INTENTS and reply.pending is None and not reply.committed:
        return not any(s.evidence for s in reply.sentences)
    return False


@cache
def _non_answers() -> frozenset[str]:
    return frozenset(speak(framed(name), language).text for name in _NON_ANSWERS for language in ("en", "zh"))


def _shouts(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= _LETTERS and sum(c.isupper() for c in letters) / len(letters) >= _SHOUTED and "!" in text
