"""One message read: by rules, by a schema-bound model call, and by one word on who leads where both speak.

Every value must be supported by the shopper's own words; what was dropped is kept for the ledger. Prices, order
numbers, ratings and the language are read by rules alone.

======================  =======================================  ==========================================
``trust``               who decides                              what the other does
======================  =======================================  ==========================================
"rules" (small model)   rules                                    the model fills slots that rules left empty
"model" (tuned model)   the model                                rules fill slots that the model left empty
"model alone"           the model                                nothing: for measuring what rules are worth
======================  =======================================  ==========================================
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast, get_args

from assistant.prompts import plain, render
from assistant.reading import cues
from assistant.reading.changes import retracts
from assistant.reading.slots import Reader, Reading, read_message
from assistant.reading.support import Claim, supported
from assistant.state import DialogueState, Intent, Preferences, Slot, Understanding, Wish
from retrieval.query import Condition

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# Characters of one message; far beyond any shopping wish, and a model's context stays safe.
MESSAGE_LIMIT = 4000
# Of these only the first characters go to the model; rules read all of it.
_PROMPT_LIMIT = 600
_PHRASES = {"type": "array", "items": {"type": "string", "maxLength": 40}, "maxItems": 4}
SCHEMA: dict[str, Any] = {
    "title": "understanding",
    "type": "object",
    "properties": {
        "intent": {"enum": list(get_args(Intent))},
        "category": {"type": "string", "maxLength": 40},
        "features": _PHRASES,
        "dislikes": _PHRASES,
        "brands": _PHRASES,
        "not_brands": _PHRASES,
        "price_min": {"type": "number"},
        "price_max": {"type": "number"},
        "references": _PHRASES,
    },
    "required": ["intent"],
    "additionalProperties": False,
}
Trust = Literal["rules", "model", "model alone"]


class Vocabulary(Reader, Protocol):
    """What reading a message needs of the shop."""

    def link(self, phrase: str) -> Condition:
        """What a product must have to satisfy the phrase."""
        ...


@dataclass(frozen=True, slots=True)
class ModelReading:
    """What the model made of the message, and what that cost."""

    values: dict[str, Any]
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(slots=True)
class _Voice:
    """One reader's whole answer, before the other is heard."""

    # None where the reader has no opinion.
    intent: Intent | None
    wishes: list[Wish] = field(default_factory=list)
    references: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def understand(
    model: BaseChatModel | None, state: DialogueState, text: str, vocabulary: Vocabulary, *, trust: Trust = "rules"
) -> tuple[Understanding, ModelReading]:
    """Reads the last message. ``model`` None reads by rules alone; model errors are raised to the caller."""
    if model is None:
        return combine({}, state, text, vocabulary), ModelReading({})
    reading = ask_model(model, text)
    return combine(reading.values, state, text, vocabulary, trust=trust), reading


def ask_model(model: BaseChatModel, text: str) -> ModelReading:
    """The schema-bound call. An answer cut short or outside the schema counts as no answer, not as an error."""
    structured = model.with_structured_output(SCHEMA, method="json_schema", include_raw=True)
    answer = cast(dict[str, Any], structured.invoke(render("understand", message=plain(text, _PROMPT_LIMIT))))
    usage = getattr(answer["raw"], "usage_metadata", None) or {}
    parsed = answer["parsed"] if isinstance(answer["parsed"], dict) else {}
    return ModelReading(parsed, usage.get("input_tokens", 0), usage.get("output_tokens", 0))


def combine(
    values: dict[str, Any], state: DialogueState, text: str, vocabulary: Vocabulary, *, trust: Trust = "rules"
) -> Understanding:
    """Both readings as one. ``values`` is the model's answer, {} where there is none. Pure."""
    before = state.preferences
    reading = read_message(text, vocabulary, before)
    rules = _by_rules(reading, state, text)
    model = _by_model(values, reading, vocabulary, figures=trust == "model alone")
    leads = trust != "rules" and model.intent is not None
    lead, other = (model, rules) if leads else (rules, model)
    wishes = lead.wishes if trust == "model alone" and leads else _joined(lead.wishes, other.wishes)
    intent = lead.intent or other.intent or "find"
    if leads:
        # Nothing said before can be refined, and a new need names a thing.
        named = any(w.slot in ("category", "brand", "feature") for w in wishes)
        intent = _checked(intent, before, named)
        fresh = intent == "find" and bool(before.wishes)
    else:
        intent, fresh = _fill_intent(intent, model, reading, wishes, before)
    if intent not in ("find", "refine"):
        # "is it waterproof?" asks and "cancel the HP order" acts; neither wishes.
        wishes = []
    wishes = [replace(w, turn=len(state.turns) + 1) for w in wishes]
    return Understanding(
        intent=intent,
        wishes=tuple(wishes),
        retracts=() if fresh else retracts(before, reading, wishes, vocabulary),
        fresh=fresh,
        references=lead.references or (() if trust == "model alone" else _pointed(text, reading, intent)),
        order_id=cues.order_id(text),
        language=cues.language(text),
        decided_by="both" if model.intent == intent else "model" if intent != rules.intent else "rules",
        dropped=model.dropped,
    )


def _joined(lead: Sequence[Wish], other: Sequence[Wish]) -> list[Wish]:
    """The leader's wishes, and the other's in slots that the leader left empty."""
    filled = {w.slot for w in lead}
    if "category" in filled or "feature" in filled or "dislike" in filled:
        # What one reader calls a type the other calls a feature: their words are shared out once.
        filled |= {"category", "feature"} if "category" in filled and "feature" in filled else filled
    said = {part for w in lead for part in str(w.words).lower().split()}
    added = [w for w in other if w.slot not in filled and not said & set(w.words.lower().split())]
    return [*lead, *added]


def _checked(intent: Intent, before: Preferences, named: bool) -> Intent:
    if intent == "refine" and not before.wishes:
        return "find"
    return "refine" if intent == "find" and before.wishes and not named else intent


def _by_rules(reading: Reading, state: DialogueState, text: str) -> _Voice:
    return _Voice(_rules_intent(reading, state, text), reading.wishes)


def _rules_intent(reading: Reading, state: DialogueState, text: str) -> Intent | None:
    """The intent that words and clauses speak for, or None where they leave it open."""
    need = reading.need
    wanted = any(w.slot not in ("order", "for_whom", "currency") for w in reading.wishes)
    asking = any(c.act == "asks" for c in reading.clauses)
    spoken = cues.intents(text)
    if "ask_policy" in spoken and cues.says("asks_rule", text) and not wanted:
        return "ask_policy"
    for intent in spoken:
        opens = need is not None and any(c.act == "opens" for c in reading.clauses)
        if intent == "ask_policy" and (opens or (wanted and not asking and cues.says("asks", text) is None)):
            continue
        if intent in ("small_talk", "confirm", "decline") and wanted:
            continue
        return intent
    if asking and not (wanted or reading.drops):
        pointed = state.preferences.wishes or cues.references(text)
        return "ask_product" if pointed or not cues.says("asks_anything", text) else "out_of_scope"
    if not (wanted or reading.drops or reading.wishes) and cues.pointing(text):
        return "ask_product"
    if need is not None and need.new:
        return "find"
    if state.preferences.wishes and (reading.wishes or reading.drops or reading.replaced):
        return "refine"
    return "find" if reading.wishes else None


def _fill_intent(
    intent: Intent, model: _Voice, reading: Reading, wishes: Sequence[Wish], before: Preferences
) -> tuple[Intent, bool]:
    """Where rules lead: the model may only see a comparison or a message that is no shop's business."""
    if intent in ("find", "refine"):
        pointed = len(cues.references(reading.text, pronouns=False)) > 1
        if model.intent == "compare" and pointed:
            return "compare", False
        if model.intent == "out_of_scope" and not wishes and not reading.wishful:
            return "out_of_scope", False
        new = reading.need is not None and reading.need.new
        return ("find", bool(before.wishes)) if new or not before.wishes else ("refine", False)
    return intent, False


def _pointed(text: str, reading: Reading, intent: Intent) -> tuple[str, ...]:
    """What the message points at; "it must be red" and the "it" of a story point at nothing."""
    if all(c.act == "tells" for c in reading.clauses):
        return cues.references(text, pronouns=False)
    return cues.references(text, pronouns=intent not in ("find", "refine"))


def _by_model(values: dict[str, Any], reading: Reading, vocabulary: Vocabulary, *, figures: bool) -> _Voice:
    """The model's reading, less what the shopper's words do not support."""
    guess = values.get("intent")
    voice = _Voice(cast(Intent, guess) if guess in get_args(Intent) else None)
    dropped: list[str] = []
    slots: tuple[tuple[str, Slot], ...] = (
        ("category", "category"),
        ("not_brands", "not_brand"),
        ("brands", "brand"),
        ("dislikes", "dislike"),
        ("features", "feature"),
    )
    claimed: list[tuple[int, int]] = []
    for name, slot in slots:
        given = values.get(name) or ()
        for value in [given] if isinstance(given, str) else given:
            wish = supported(Claim(slot, str(value)), reading, vocabulary, claimed)
            if wish is None:
                dropped.append(f"{name}={value}")
            else:
                voice.wishes.append(wish)
    for name in ("price_min", "price_max"):
        amount = values.get(name)
        if amount is None:
            continue
        if figures and re.search(rf"(?<![\d.]){re.escape(f'{amount:g}')}(?![\d.]\d)", reading.text.replace(",", "")):
            voice.wishes.append(Wish(cast(Slot, name), amount, True, f"{amount:g}"))
        elif not any(w.slot == name and w.value == amount for w in reading.wishes):
            dropped.append(f"{name}={amount}")
    said = reading.text.casefold()
    voice.references = tuple(r for r in map(str, values.get("references") or ()) if r.strip() and r.casefold() in said)
    voice.dropped = tuple(dropped)
    return voice
