"""What a message is about: which of the two readers is believed, and what cannot be."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.reading import cues
from assistant.reading.slots import Reading
from assistant.state import Intent, Preferences, Wish


def led_by_rules(
    spoken: Intent | None, guess: Intent | None, reading: Reading, wishes: Sequence[Wish], before: Preferences
) -> tuple[Intent, bool]:
    """The intent where rules lead, and whether it opens a new need.

    The model may only see a comparison of things pointed at, or a message that wishes nothing and is no shop's
    business.
    """
    if spoken not in ("find", "refine", None):
        return spoken, False
    if guess == "compare" and len(cues.references(reading.text, pronouns=False)) > 1:
        return "compare", False
    asked = any(c.act in ("opens", "requires", "rejects", "drops") for c in reading.clauses)
    if guess == "out_of_scope" and not wishes and not asked:
        return "out_of_scope", False
    new = reading.need is not None and reading.need.new
    return ("find", bool(before.wishes)) if new or not before.wishes else ("refine", False)


def led_by_model(
    guess: Intent, spoken: Intent | None, wishes: Sequence[Wish], reading: Reading, before: Preferences
) -> Intent:
    """The intent where the model leads, less what cannot be."""
    if spoken == "hand_off":
        # Danger and a wish for a person are never overruled.
        return spoken
    if guess == "small_talk" and cues.says("asks_what_helps", reading.text):
        # A trouble that somebody asks a way out of is no chat.
        guess = "find"
    if guess == "ask_product" and spoken in ("find", "refine") and _wishes_beside(reading):
        # "can it do that? I want one that does": the wish counts.
        guess = spoken
    if guess == "ask_product" and spoken == "compare":
        # "which of the first two is lighter?"
        guess = spoken
    if spoken == "ask_product" and before.wishes and not reading.wishes and cues.says("asks_of_shown", reading.text):
        # "Is it any good with dog hair?" is asked of what is shown, though a model hears a wish for dog hair.
        guess = spoken
    if guess == "ask_policy" and spoken in ("find", "refine") and any(w.slot in _PRICES for w in reading.wishes):
        # "and when I pay until 200?" speaks of money, and of no rule.
        guess = spoken
    if guess != spoken and not cues.supports(guess, reading.text):
        # A cart and an order are touched only where words of such an act are said.
        guess = "refine" if spoken is None else spoken
    if guess == "refine" and not before.wishes:
        return "find"
    # A new need names a thing, and not the one under way.
    named = any(w.slot in ("category", "brand", "feature") for w in wishes)
    same = reading.need is not None and not reading.need.says_type
    if not any(w.slot == "category" for w in wishes):
        # "A rack is a must": what only says how a thing must be is said of the one under way.
        named = named and any(c.act not in ("requires", "rejects", "drops") for c in reading.clauses)
    return "refine" if guess == "find" and before.wishes and (same or not named) else guess


_PRICES = ("price_min", "price_max")


def _wishes_beside(reading: Reading) -> bool:
    """Whether a clause that asks for a thing, or says how it must be, has a wish in it."""
    spans = [(c.start, c.end) for c in reading.clauses if c.act in ("opens", "requires", "rejects")]
    places = [reading.text.find(w.words) for w in reading.wishes]
    return any(s <= at < e for at in places for s, e in spans)


def spoken_intent(reading: Reading, before: Preferences) -> Intent | None:
    """The intent that words and clauses speak for, or None where they leave it open."""
    text, need = reading.text, reading.need
    wanted = any(w.slot not in ("order", "for_whom", "currency") for w in reading.wishes) or bool(reading.drops)
    asking = any(c.act == "asks" for c in reading.clauses)
    opens = need is not None and any(c.act == "opens" for c in reading.clauses)
    spoken = cues.intents(text)
    if "ask_policy" in spoken and cues.says("asks_rule", text) and not wanted:
        return "ask_policy"
    for intent in spoken:
        if intent == "ask_policy" and (opens or (wanted and not asking and cues.says("asks", text) is None)):
            continue
        if intent in ("small_talk", "confirm", "decline") and wanted:
            continue
        if intent == "out_of_scope" and opens and need is not None:
            # "A bike for all weather": beyond the shop is only what is asked for itself.
            around = text[need.mention.start : need.mention.end + 5]
            if "out_of_scope" not in cues.intents(around):
                continue
        return intent
    if asking and not wanted:
        about = before.wishes or cues.references(text)
        return "ask_product" if about or not cues.says("asks_anything", text) else "out_of_scope"
    if not wanted and not reading.wishes and cues.pointing(text):
        return "ask_product"
    if need is not None and need.new:
        return "find"
    if before.wishes and (reading.wishes or reading.drops or reading.replaced):
        return "refine"
    return "find" if reading.wishes else None


def pointed(reading: Reading, intent: Intent) -> tuple[str, ...]:
    """What the message points at; "it must be red" and the "it" of a story point at nothing."""
    story = all(c.act == "tells" for c in reading.clauses)
    return cues.references(reading.text, pronouns=not story and intent not in ("find", "refine"))
