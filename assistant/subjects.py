"""What a message is about, where that does not stand in its wishes: one thing of a whole shop, a gift, an earlier need.

Superlatives ("which tent is the lightest?") are read as the wish that they are; "back to the lamp" takes up what was
wished of lamps; a gift is one until the shopper asks for themselves; a need without a thing is still a need.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import cast

from assistant.degrees import among_shown, superlative
from assistant.reading import cues
from assistant.state import DialogueState, Preferences, Understanding, Wish
from assistant.understand import Vocabulary, understand
from retrieval.text import words

_WISHING = ("find", "refine")
# Words of a need that names no thing; the wish is made of the first.
_SAID = 8
# What a question for the best of all may be taken for.
_MISTAKEN = (*_WISHING, "compare", "ask_product", "cart", "out_of_scope", "small_talk")
_OPENING = re.compile(r"^(?:\W|\b(?:and|now|then|great|thanks?|thank you|ok(?:ay)?)\b)+", re.IGNORECASE)
# Slots that a shopper's own words fill; the others are read off the cards or hold for a while.
_THINGS = ("category", "brand", "not_brand", "feature", "dislike", "price_max", "price_min")


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_lists()[name].replace("{kin}", _lists()["kin"]), re.IGNORECASE)


@cache
def _lists() -> dict[str, str]:
    import yaml

    return cast(dict[str, str], yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")))


def taken_up(state: DialogueState, text: str, vocabulary: Vocabulary) -> Understanding | None:
    """The reading of a message that comes back to an earlier need, with the wishes of then; None for any other.

    What the message adds is read by rules, and wins over what was said then.
    """
    match = _pattern("back").search(text)
    if match is None:
        return None
    said = set(words(match["thing"] or match["again"]))
    earlier = next((t.preferences for t in reversed(state.turns) if _of_thing(t.preferences, said)), None)
    if earlier is None or _of_thing(state.preferences, said):
        return None
    type_ = next(str(w.value) for w in earlier.of("category"))
    start, end = match.span("thing" if match["thing"] else "again")
    # Of the words behind "back to", those that name the thing are used up; the rest is read.
    name = re.match(rf"(?:.*?\W)?{re.escape(_last_word(text[start:end], type_))}", text[start:end], re.IGNORECASE)
    rest = f"{text[: match.start()]} {text[start + name.end() if name else end : end]} {text[max(end, match.end()) :]}"
    added, _ = understand(None, state, " ".join(rest.split()).lstrip(" ,.:;-"), vocabulary)
    single = {w.slot for w in added.wishes} - {"feature", "dislike", "brand", "not_brand"}
    kept = [w for w in earlier if w.slot not in single]
    new = [w for w in added.wishes if w.slot != "category"]
    return replace(added, intent="find", wishes=(*kept, *new), retracts=(), fresh=True, references=())


def _of_thing(preferences: Preferences, said: set[str]) -> bool:
    """Whether the type wished for is named by these words: all of it, or its noun."""
    return any(set(words(str(w.value))[-1:]) <= said for w in preferences.of("category"))


def _last_word(phrase: str, type_: str) -> str:
    noun = words(type_)[-1]
    return next((w for w in re.findall(r"[\w-]+", phrase) if words(w)[-1:] == [noun]), "")


def settled(said: Understanding, state: DialogueState, text: str, vocabulary: Vocabulary) -> Understanding:
    """The reading with what its words alone did not tell: the thing of a superlative, a vague need, whose it is."""
    said = _vague(_of_all(said, state, text, vocabulary), state, text)
    return _scoped(_given(said, state, text, vocabulary), state, text)


def _of_all(said: Understanding, state: DialogueState, text: str, vocabulary: Vocabulary) -> Understanding:
    """A superlative over everything there is, as a wish for the thing that it stands with."""
    order, degree = cues.order_wish(text), superlative(text)
    phrase = order[1] if order else degree.said if degree else ""
    if not phrase or said.intent not in _MISTAKEN or (state.shown and among_shown(text)):
        return said
    start = text.lower().find(phrase.lower())
    lead = text[:start] + " "
    left = _pattern("behind_thing").sub(" ", _pattern("before_thing").sub("", lead, count=1))
    right = _pattern("behind_thing").sub("", _pattern("behind_thing").sub("", text[start + len(phrase) :]))
    rest = " ".join(f"{left} {right}".split()).strip(" ,?.!")
    if not rest:
        return said
    ruled, _ = understand(None, state, _asked_for(rest), vocabulary)
    if not any(w.slot in _THINGS for w in ruled.wishes):
        return said
    names = bool(ruled.values("category"))
    if said.intent in _WISHING and (said.values("category") or not names) and said.fresh == ruled.fresh:
        return said
    filled = {w.slot for w in ruled.wishes}
    own = [w for w in said.wishes if w.slot not in filled and said.intent in _WISHING]
    wish = Wish("order", order[0], False, order[1], len(state.turns) + 1) if order else None
    wishes = (*ruled.wishes, *own, *([wish] if wish and "order" not in {w.slot for w in own} else []))
    intent = ruled.intent if ruled.intent in _WISHING else "refine" if state.preferences.wishes else "find"
    return replace(said, intent=intent, wishes=wishes, retracts=ruled.retracts, fresh=ruled.fresh, references=())


def _asked_for(rest: str) -> str:
    """What stands with a superlative, as a wish: "from Acme" is one from Acme, "tent" is a tent."""
    if re.match(r"(?:i|we|show|do)\b", rest, re.IGNORECASE):
        return rest
    if re.match(r"(?:an?|the|ones?|some)\b", rest, re.IGNORECASE):
        return f"I need {rest}"
    if re.match(r"(?:that|which|from|by|with|without|under|below|over|above|for|in|at|up)\b", rest, re.IGNORECASE):
        return f"I need one {rest}"
    return f"I need a {rest}"


def _vague(said: Understanding, state: DialogueState, text: str) -> Understanding:
    """What somebody would like and names no thing for is no stranger to a shop: a soft wish for what they say."""
    open_ = said.intent == "out_of_scope" or (said.intent == "find" and not said.wishes)
    if not open_ or state.preferences.wishes or "out_of_scope" in cues.intents(text):
        return said
    if _pattern("need").search(text) is None:
        return said
    told = " ".join(_pattern("no_need").sub(" ", text).split()).strip(" ,.?!;:")
    content = [m for m in re.finditer(r"[\w'-]+", told) if m[0].lower() not in cues.stop_words()][:_SAID]
    if not content:
        return said
    value, words_ = " ".join(m[0] for m in content), told[: content[-1].end()]
    wish = Wish("feature", value, False, words_, len(state.turns) + 1)
    return replace(said, intent="find", wishes=(wish,))


def _given(said: Understanding, state: DialogueState, text: str, vocabulary: Vocabulary) -> Understanding:
    """Whom it is for: somebody a story tells of, or the shopper again, who may then name a need of their own."""
    if said.intent not in _WISHING:
        return said
    number = len(state.turns) + 1
    told = _pattern("told_of").search(text)
    if told and not said.values("for_whom") and _pattern("to_give").search(text, told.end()):
        return replace(said, wishes=(*said.wishes, Wish("for_whom", told["who"], False, told["who"], number)))
    held = any(w.slot == "for_whom" or w.scope == "gift" for w in state.preferences)
    if not held or _pattern("own").search(text) is None:
        return said
    rest = " ".join(_pattern("own").sub(" ", text).split())
    ruled, _ = understand(None, state, _asked_for(_OPENING.sub("", rest)), vocabulary)
    if ruled.fresh and not said.fresh:
        return replace(ruled, wishes=tuple(w for w in ruled.wishes if w.slot != "for_whom"))
    wishes = tuple(w for w in said.wishes if w.slot != "for_whom")
    return replace(said, wishes=wishes, retracts=() if said.fresh else (*said.retracts, ("for_whom", "")))


def _scoped(said: Understanding, state: DialogueState, text: str) -> Understanding:
    """Wishes with how long they hold: for good, or for the gift that this is."""
    if said.intent not in _WISHING:
        return said
    own = _pattern("own").search(text) is not None
    going_on = not said.fresh and any(w.scope == "gift" for w in state.preferences)
    gift = not own and (going_on or _pattern("gift").search(text) is not None)
    of_others = _pattern("of_others")
    always = [
        (m.start(), m.end())
        for m in _pattern("always").finditer(text)
        if not (gift and of_others.search(text[: m.start()]))
    ]

    def scope(wish: Wish) -> Wish:
        if wish.scope != "now":
            return wish
        if wish.slot in ("dislike", "not_brand") and always and _near(text, wish.words, always):
            return replace(wish, scope="always")
        return replace(wish, scope="gift") if gift else wish

    return replace(said, wishes=tuple(scope(w) for w in said.wishes))


def _near(text: str, said: str, places: list[tuple[int, int]]) -> bool:
    """Whether ``said`` stands in a sentence with one of the places."""
    at = text.lower().find(said.lower())
    return any(not re.search(r"[.!?;]\s", text[min(at, s) : max(at, e)]) for s, e in places) if at >= 0 else False
