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
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from assistant.context import context
from assistant.prompts import is_tuned, plain, render_for
from assistant.reading import cues
from assistant.reading.changes import corrected, retracts, retyped
from assistant.reading.clauses import Act
from assistant.reading.features import said_by_figures
from assistant.reading.leading import led_by_model, led_by_rules, pointed, spoken_intent
from assistant.reading.needs import relation
from assistant.reading.personal import impersonal
from assistant.reading.plainly import plainly
from assistant.reading.slots import Reading, read_message
from assistant.reading.stated import stated
from assistant.reading.support import Claim, supported
from assistant.reading.together import Vocabulary as Vocabulary
from assistant.reading.together import (
    cut,
    either,
    for_its_owner,
    joined,
    known_or_soft,
    left_out,
    less_itself,
    less_makers,
    mild_or_meant,
    rejoined,
)
from assistant.reading.types import as_type, may_be_type
from assistant.state import DialogueState, Intent, Preferences, Slot, Understanding, Wish

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# Characters of one message; far beyond any shopping wish, and a model's context stays safe.
MESSAGE_LIMIT = 4000
# Of these only so many characters go to the model, the first and the last of them; rules read all.
_PROMPT_LIMIT = 600
_PHRASES = {"type": "array", "items": {"type": "string", "maxLength": 60}, "maxItems": 8}
SCHEMA: dict[str, Any] = {
    "title": "understanding",
    "type": "object",
    "properties": {
        "intent": {"enum": list(get_args(Intent))},
        "category": {"type": "string", "maxLength": 60},
        "features": _PHRASES,
        "dislikes": _PHRASES,
        "brands": _PHRASES,
        "not_brands": _PHRASES,
        "price_min": {"type": "number"},
        "price_max": {"type": "number"},
        "references": _PHRASES,
        "for_whom": {"type": "string", "maxLength": 60},
        "min_rating": {"type": "number"},
    },
    "required": ["intent"],
    "additionalProperties": False,
}
Trust = Literal["rules", "model", "model alone"]


@dataclass(frozen=True, slots=True)
class ModelReading:
    """What the model made of the message, and what that cost."""

    values: dict[str, Any]
    prompt_tokens: int = 0
    completion_tokens: int = 0
    # Questions put to the model, 0 where rules read alone.
    calls: int = 0


def understand(
    model: BaseChatModel | None, state: DialogueState, text: str, vocabulary: Vocabulary, *, trust: Trust | None = None
) -> tuple[Understanding, ModelReading]:
    """Reads the last message. ``model`` None reads by rules alone; model errors are raised to the caller.

    ``trust`` None lets a model lead that was trained for these prompts, and no other.
    """
    if model is None or (is_tuned(model) and cues.language(text) == "zh"):
        # A tuned model reads English alone; of Chinese it makes names that nobody said.
        return combine({}, state, text, vocabulary), ModelReading({})
    trust = trust or ("model" if is_tuned(model) else "rules")
    reading = ask_model(model, text, context(state))
    return combine(reading.values, state, text, vocabulary, trust=trust), reading


def ask_model(model: BaseChatModel, text: str, before: str = "") -> ModelReading:
    """The schema-bound call; ``before`` is the context.

    An answer cut short or outside the schema counts as no answer, not as an error.
    """
    structured = model.with_structured_output(SCHEMA, method="json_schema", include_raw=True)
    messages = render_for(model, "understand", context=before, message=for_prompt(text))
    answer = cast(dict[str, Any], structured.invoke(messages))
    usage = getattr(answer["raw"], "usage_metadata", None) or {}
    parsed = answer["parsed"] if isinstance(answer["parsed"], dict) else {}
    return ModelReading(parsed, usage.get("input_tokens", 0), usage.get("output_tokens", 0), 1)


def for_prompt(text: str) -> str:
    """The message as one line of at most 600 characters: who writes more says what matters first or last."""
    line = plain(text, MESSAGE_LIMIT)
    if len(line) <= _PROMPT_LIMIT:
        return line
    half = _PROMPT_LIMIT // 2 - 2
    return f"{line[:half].rsplit(' ', 1)[0]} … {line[-half:].split(' ', 1)[-1]}"


@dataclass(frozen=True, slots=True)
class _Voice:
    """One reader's whole answer, before the other is heard."""

    # None where the reader has no opinion.
    intent: Intent | None
    wishes: Sequence[Wish] = ()
    references: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def combine(
    values: dict[str, Any], state: DialogueState, text: str, vocabulary: Vocabulary, *, trust: Trust = "rules"
) -> Understanding:
    """Both readings as one. ``values`` is the model's answer, {} where there is none. Pure."""
    before = state.preferences
    text = plainly(impersonal(text, vocabulary))
    text, of_properties = stated(text, vocabulary, _spoken_of(text, before, vocabulary))
    reading = read_message(text, vocabulary, before, of_properties)
    rules = _Voice(spoken_intent(reading, before), reading.wishes)
    model = _by_model(values, reading, vocabulary, before, trust)
    if trust == "rules" or model.intent is None:
        wishes = joined(rules.wishes, model.wishes)
        intent, fresh = led_by_rules(rules.intent, model.intent, reading, wishes, before)
        references = pointed(reading, intent)
    else:
        alone = trust == "model alone"
        wishes = list(model.wishes) if alone else joined(cut(model.wishes, rules.wishes, reading), rules.wishes)
        wishes += [] if alone else left_out(wishes, reading, vocabulary)
        intent = led_by_model(model.intent, None if alone else rules.intent, wishes, reading, before)
        fresh = intent == "find" and bool(before.wishes)
        references = model.references or (() if alone else pointed(reading, intent))
    wishes = rejoined(less_itself(less_makers(wishes), before, vocabulary), text)
    wishes = for_its_owner(wishes, text, vocabulary)
    if fresh and not any(w.slot == "category" for w in wishes) and _same_again(model.dropped, before, vocabulary):
        # "so a small board": of the thing under way.
        intent, fresh = "refine", False
    base, gone = retyped(before, reading, wishes) if intent == "refine" else (None, ())
    wishes += [base] if base else []
    if fresh and _GOES_WITH.search(text) and not any(w.slot == "brand" for w in wishes):
        wishes += [replace(w, hard=False) for w in before.of("brand")]
    if fresh and _SAME_BUDGET.search(text):
        wishes += [w for w in before if w.slot in ("price_min", "price_max", "currency")]
    if intent == "ask_policy" and before.wishes and cues.says("asks_of_thing", text):
        intent = "ask_product"
    if intent not in ("find", "refine"):
        # "is it waterproof?" asks and "cancel the HP order" acts; neither wishes.
        wishes = []
    category = next((str(w.value) for w in (*wishes, *before) if w.slot == "category"), "")
    kinds = vocabulary.resolve_kind(category) if category else ()
    turn = len(state.turns) + 1
    wishes = [known_or_soft(replace(w, turn=turn), text, vocabulary, kinds) for w in said_by_figures(wishes)]
    wishes = corrected(either([mild_or_meant(w, reading) for w in wishes], text), before)
    return Understanding(
        intent=intent,
        wishes=tuple(wishes),
        retracts=() if fresh else (*_ended(before, reading, wishes, gone, vocabulary), *_given_up(state, reading)),
        fresh=fresh,
        references=references,
        order_id=cues.order_id(text),
        language=cues.language(text),
        decided_by="both" if model.intent == intent == rules.intent else "model" if model.intent == intent else "rules",
        dropped=model.dropped,
    )


def _spoken_of(text: str, before: Preferences, vocabulary: Vocabulary) -> list[str]:
    """The labels of the types that a message names, and of the one under way."""
    named = [*(k.value for k in vocabulary.kinds(text)), *(str(w.value) for w in before.of("category"))]
    return list(dict.fromkeys(label for noun in named for label in vocabulary.resolve_kind(noun)))


# Another thing for the one under way: of the same maker, if it can be.
_GOES_WITH = re.compile(r"\b(?:for (?:it|them|that|those)|to go with|matching)\b", re.IGNORECASE)


_SAME_BUDGET = re.compile(r"\bsame (?:budget|price|money|limit)\b", re.IGNORECASE)


def _ended(
    before: Preferences, reading: Reading, wishes: Sequence[Wish], gone: Sequence[str], vocabulary: Vocabulary
) -> tuple[tuple[Slot, str], ...]:
    renamed: list[tuple[Slot, str]] = [("feature", value) for value in gone]
    return tuple(dict.fromkeys((*retracts(before, reading, wishes, vocabulary), *renamed)))


def _given_up(state: DialogueState, reading: Reading) -> tuple[tuple[Slot, str], ...]:
    """The wish that the last answer said was in the way, where something else is called fine: "a cable is ok then"."""
    offered = state.turns[-1].reply.alternatives if state.turns else ()
    if not offered or not any(c.act == "requires" and c.hard is False for c in reading.clauses):
        return ()
    return tuple((w.slot, str(w.value)) for w in state.preferences.of("feature") if w.words == offered[0].breaks)


def _same_again(dropped: Sequence[str], before: Preferences, vocabulary: Vocabulary) -> bool:
    """Whether a type that the model named, and that was left out, is the one under way."""
    category = next((str(w.value) for w in before.of("category")), None)
    named = [d.removeprefix("category=") for d in dropped if d.startswith("category=")]
    return category is not None and any(relation(category, n, vocabulary) == "same" for n in named)


_SLOTS: tuple[tuple[str, Slot], ...] = (
    ("category", "category"),
    ("not_brands", "not_brand"),
    ("brands", "brand"),
    ("dislikes", "dislike"),
    ("features", "feature"),
)


def _by_model(
    values: dict[str, Any], reading: Reading, vocabulary: Vocabulary, before: Preferences, trust: Trust
) -> _Voice:
    """The model's reading, less what the shopper's words do not support."""
    # A reason beside a wish is no wish, and what a small model finds in a story is noise.
    reasons = trust == "rules" or bool(trust == "model" and before.wishes and reading.wishes)
    deaf: tuple[Act, ...] = ("tells", "asks") if reasons else ()
    wishes: list[Wish] = []
    dropped: list[str] = []
    claimed: list[tuple[int, int]] = []
    for name, slot in _SLOTS:
        given = values.get(name) or ()
        for value in [given] if isinstance(given, str) else given:
            wish = supported(Claim(slot, str(value)), reading, vocabulary, claimed, deaf)
            if wish is not None and slot == "category":
                wish = as_type(wish, reading, vocabulary)
            if wish is None or (slot == "category" and not may_be_type(wish, reading, before, vocabulary, trust)):
                dropped.append(f"{name}={value}")
            else:
                wishes.append(wish)
    for bound in _prices(values):
        if trust == "model alone" and _says_number(reading.text, str(bound.words)):
            wishes.append(bound)
        elif not any(w.slot == bound.slot and w.value == bound.value for w in reading.wishes):
            dropped.append(f"{bound.slot}={bound.value}")
    said = reading.text.casefold()
    pointed = tuple(r for r in map(str, values.get("references") or ()) if r.strip() and r.casefold() in said)
    guess = values.get("intent")
    return _Voice(cast(Intent, guess) if guess in get_args(Intent) else None, wishes, pointed, tuple(dropped))


def _prices(values: dict[str, Any]) -> list[Wish]:
    """The model's price bounds."""
    slots: tuple[Slot, ...] = ("price_min", "price_max")
    given = [(slot, values.get(slot)) for slot in slots]
    return [Wish(slot, amount, True, f"{amount:g}") for slot, amount in given if isinstance(amount, int | float)]


def _says_number(text: str, digits: str) -> bool:
    return re.search(rf"(?<![\d.]){re.escape(digits)}(?![\d.]*\d)", text.replace(",", "")) is not None
