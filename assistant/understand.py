"""One message read: a schema-bound model call, and rules under it that no model can overrule.

Every price, brand, type, size or number that the shopper's own words do not support is dropped before anybody acts
on it; what was dropped is kept for the ledger.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, cast, get_args

from assistant.context import context
from assistant.prompts import plain, render_for
from assistant.reading import cues
from assistant.reading.slots import Reader, hardness, is_measure, read_wishes, rejected
from assistant.state import DialogueState, Intent, Preferences, Slot, Understanding, Wish
from retrieval.query import Condition
from retrieval.text import words

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# Characters of one message; far beyond any shopping wish, and a model's context stays safe.
MESSAGE_LIMIT = 4000
# Of these only the first characters go to the model; rules read all of it.
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


class Vocabulary(Reader, Protocol):
    """What reading a message needs of the shop."""

    def resolve_kind(self, phrase: str) -> tuple[str, ...]:
        """Labels of the shop's types that the phrase denotes."""
        ...

    def link(self, phrase: str) -> Condition:
        """What a product must have to satisfy the phrase."""
        ...


@dataclass(frozen=True, slots=True)
class ModelReading:
    """What the model made of the message, and what that cost."""

    values: dict[str, Any]
    prompt_tokens: int = 0
    completion_tokens: int = 0


def understand(
    model: BaseChatModel | None, state: DialogueState, text: str, vocabulary: Vocabulary
) -> tuple[Understanding, ModelReading]:
    """Reads the last message. ``model`` None reads by rules alone; model errors are raised to the caller."""
    reading = ModelReading({}) if model is None else ask_model(model, text, context(state))
    return combine(reading.values, state, text, vocabulary), reading


def ask_model(model: BaseChatModel, text: str, before: str = "") -> ModelReading:
    """The schema-bound call; ``before`` is the context.

    An answer cut short or outside the schema counts as no answer, not as an error.
    """
    structured = model.with_structured_output(SCHEMA, method="json_schema", include_raw=True)
    messages = render_for(model, "understand", context=before, message=plain(text, _PROMPT_LIMIT))
    answer = cast(dict[str, Any], structured.invoke(messages))
    usage = getattr(answer["raw"], "usage_metadata", None) or {}
    parsed = answer["parsed"] if isinstance(answer["parsed"], dict) else {}
    return ModelReading(parsed, usage.get("input_tokens", 0), usage.get("output_tokens", 0))


def combine(values: dict[str, Any], state: DialogueState, text: str, vocabulary: Vocabulary) -> Understanding:
    """The rules' reading, with what the model adds and the words support. Pure."""
    number = len(state.turns) + 1
    wishes = read_wishes(text, vocabulary)
    added, dropped = _from_model(values, text, wishes, vocabulary)
    wishes = [replace(w, turn=number) for w in wishes + added]
    references = cues.references(text)
    intent, decided_by = decide_intent(values.get("intent"), state, text, wishes, references)
    fresh = False
    if intent in ("find", "refine"):
        intent, fresh = _find_or_refine(state.preferences, text, wishes, vocabulary)
    else:
        # "is it waterproof?" asks and "cancel the HP order" acts; neither wishes.
        wishes = []
    return Understanding(
        intent=intent,
        wishes=tuple(wishes),
        retracts=() if fresh else _retracts(state.preferences, text, wishes, vocabulary),
        fresh=fresh,
        references=references,
        order_id=cues.order_id(text),
        language=cues.language(text),
        decided_by=decided_by,
        dropped=tuple(dropped),
    )


def decide_intent(
    guess: object, state: DialogueState, text: str, wishes: Sequence[Wish], references: Sequence[str]
) -> tuple[Intent, str]:
    """The intent, and who decided: clear words first, then the model where the words allow it, else the context."""
    spoken = cues.intents(text)
    product_wish = any(w.slot in ("category", "brand", "feature") for w in wishes)
    asking = cues.says("asks", text) is not None
    for intent in spoken:
        if intent == "ask_policy" and any(w.slot == "category" for w in wishes) and not asking:
            continue
        if intent == "small_talk" and product_wish:
            continue
        return intent, "rules"
    if asking and references and not product_wish and not cues.says("others", text):
        return "ask_product", "rules"
    if asking and state.shown and cues.pointed_at(text, len(state.shown)):
        return "ask_product", "rules"
    if guess == "compare" and len(references) > 1:
        return "compare", "model"
    if guess == "out_of_scope" and not wishes and not cues.says("opens_need", text):
        return "out_of_scope", "model"
    return "find", "both" if guess in ("find", "refine") else "rules"


def _find_or_refine(
    preferences: Preferences, text: str, wishes: list[Wish], vocabulary: Vocabulary
) -> tuple[Intent, bool]:
    """Find or refine, and whether earlier wishes are dropped: a type other than the one in force opens a new need."""
    current = next(iter(preferences.of("category")), None)
    named = next((w for w in wishes if w.slot == "category"), None)
    if not preferences.wishes:
        return "find", False
    if named is None or current is None:
        return "refine", False
    if words(str(named.value)) == words(str(current.value)):
        return "refine", False
    old, new = set(vocabulary.resolve_kind(str(current.value))), set(vocabulary.resolve_kind(str(named.value)))
    # "a chromebook" after "a laptop" narrows; "a mouse" after "a laptop" is another need.
    narrower = bool(new) and new <= old
    return ("refine", False) if narrower else ("find", True)


def _retracts(
    preferences: Preferences, text: str, wishes: list[Wish], vocabulary: Vocabulary
) -> tuple[tuple[Slot, str], ...]:
    """Earlier wishes that this message replaces: "no, the blue one" ends "black", "15 inch" ends "17 inch"."""
    found: list[tuple[Slot, str]] = []
    for wish in wishes:
        if wish.slot != "feature":
            continue
        new = vocabulary.link(str(wish.value))
        for old in preferences.of("feature"):
            if old.value != wish.value and _rivals(
                vocabulary.link(str(old.value)), new, str(old.value), str(wish.value)
            ):
                found.append(("feature", str(old.value)))
    if re.search(
        r"\b(?:any|whatever|doesn'?t matter|don'?t (?:care|mind)|no matter|forget|ignore)\b", text, re.IGNORECASE
    ):
        lowered = text.lower()
        if re.search(r"\b(?:brand|make|manufacturer)\b", lowered):
            found += [("brand", ""), ("not_brand", "")]
        if re.search(r"\b(?:price|budget|cost|money)\b", lowered):
            found += [("price_max", ""), ("price_min", "")]
        if re.search(r"\bcolou?r\b", lowered):
            found += [("feature", str(w.value)) for w in preferences.of("feature") if _is_colour(vocabulary, w)]
    return tuple(dict.fromkeys(found))


def _is_colour(vocabulary: Vocabulary, wish: Wish) -> bool:
    return any("colo" in name for name in vocabulary.link(str(wish.value)).attributes)


def _rivals(old: Condition, new: Condition, old_phrase: str, new_phrase: str) -> bool:
    """Whether two wishes ask for different values of one thing."""
    if old.attributes and set(old.attributes) & set(new.attributes):
        return old.op == new.op
    unit = r"\d+(?:\.\d+)?([a-z%]+)$"
    units = [{m[1] for w in words(p) if (m := re.match(unit, w))} for p in (old_phrase, new_phrase)]
    rest = [{w for w in words(p) if not re.match(r"\d", w)} for p in (old_phrase, new_phrase)]
    return bool(units[0] & units[1]) and rest[0] == rest[1]


def _from_model(
    values: dict[str, Any], text: str, known: list[Wish], vocabulary: Vocabulary
) -> tuple[list[Wish], list[str]]:
    """Wishes only the model saw, and the values of it that the words do not support."""
    added: list[Wish] = []
    dropped: list[str] = []
    claimed = {w for wish in known for w in words(f"{wish.words} {wish.value}")}
    said = [wish.words.lower() for wish in known]
    if not any(w.slot == "category" for w in known) and (value := values.get("category")):
        span = _said(str(value), text, claimed)
        if span and not rejected(text, span[0]):
            phrase = text[span[0] : span[1]]
            added.append(Wish("category", phrase.lower(), True, phrase))
            claimed |= set(words(phrase))
        else:
            dropped.append(f"category={value}")
    slots: tuple[tuple[str, Slot], ...] = (
        ("not_brands", "not_brand"),
        ("brands", "brand"),
        ("dislikes", "dislike"),
        ("features", "feature"),
    )
    for name, slot in slots:
        for value in values.get(name) or ():
            span = _said(str(value), text, claimed)
            again = span is not None and any(text[slice(*span)].lower() in s for s in said)
            if span is None or again or not _fits_slot(slot, text, span):
                dropped.append(f"{name}={value}")
                continue
            phrase = text[span[0] : span[1]]
            hard = slot in ("not_brand", "dislike") or hardness(text, *span, is_measure(phrase) or slot == "brand")
            added.append(Wish(slot, phrase, hard, phrase))
            claimed |= set(words(phrase))
    prices = {w.slot for w in known}
    for name in ("price_min", "price_max"):
        if values.get(name) is not None and name not in prices:
            dropped.append(f"{name}={values[name]}")
    return added, dropped


def _said(value: str, text: str, claimed: set[str]) -> tuple[int, int] | None:
    """Where ``value`` stands in ``text`` word for word, less words that already carry a wish; None where nowhere."""
    stop = cues.stop_words()
    wanted = [w for w in re.findall(r"[^\W_]+(?:[-'./][^\W_]+)*", value.lower()) if w not in stop]
    wanted = [w for w in wanted if not set(words(w)) & claimed]
    if not wanted or len(wanted) > 4:
        return None
    match = re.search(r"\b" + r"[\s\-]+".join(map(re.escape, wanted)) + r"\b", text, re.IGNORECASE)
    return match.span() if match else None


def _fits_slot(slot: Slot, text: str, span: tuple[int, int]) -> bool:
    """A brand is written like a name, a rejection has its "not", a wish has none."""
    negated = rejected(text, span[0])
    if slot in ("not_brand", "dislike"):
        return negated
    if negated:
        return False
    if slot == "brand":
        named = re.search(r"\b(?:from|by|brand|a|an)\s+$", text[: span[0]], re.IGNORECASE) is not None
        capital = text[span[0]].isupper() and span[0] > 0
        return named and capital
    return not re.fullmatch(r"[\d.,\s]+", text[span[0] : span[1]])
