"""Reasons in the model's words, each sentence checked before anybody sees it.

The model writes one sentence a product from a few facts; a sentence that says more than the facts is asked for once
more with fewer facts and of the type alone, since a wish can lead it astray, and then replaced by a plain one made of
the evidence.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from assistant.deadline import within
from assistant.errors import ModelError
from assistant.framed import Framed, framed
from assistant.grounding import check
from assistant.prompts import Message, plain, render_for
from assistant.state import Evidence, Recommendation, Sentence

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_log = logging.getLogger(__name__)
# What a sentence about one product may take: about thirty words.
MAX_TOKENS = 48
_FACTS = 5
_FIRST = re.compile(r"^.*?[.!?](?=\s|$)")


# Characters of an answer that are read; a model that goes on is left there.
_LONGEST = 400
# Seconds that one call may take.
PATIENCE = 15.0


@dataclass(slots=True)
class Cost:
    """What the model calls of one turn took; times in seconds."""

    # What one call may take.
    patience: float = PATIENCE

    model_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    check: float = 0.0
    # The model failed in this turn: the rest is said in plain sentences, and the shopper is told once.
    failure: str = ""


def explain(
    model: BaseChatModel | None,
    card: Recommendation,
    wish: str,
    bounds: Sequence[str],
    cost: Cost,
    record: Sequence[Evidence] = (),
) -> Sentence | Framed:
    """One checked sentence on why ``card`` fits ``wish``; ``bounds`` are the shopper's price bounds as printed.

    The check knows the card's own evidence, and the product's whole ``record`` where it is given.
    """
    proven = tuple(Evidence("shopper", "", "wish", w) for w in card.meets if not _has_price(w))
    named = Evidence("product", card.product_id, "title", card.name)
    evidence = tuple(dict.fromkeys((named, *card.evidence, *record, *proven)))
    if model is not None and not cost.failure:
        asked = [("model", wish, _facts(card, _FACTS)), ("retry", _type(card) or wish, _facts(card, 3))]
        # The same question gets the same answer.
        for origin, wanted, facts in asked[: 1 + (asked[0][1:] != asked[1][1:])]:
            try:
                text = _ask(model, wanted, facts, cost)
            except ModelError as error:
                cost.failure = str(error)
                break
            if _is_true(text, evidence, bounds, cost):
                return Sentence(f"{card.name}: {text}", card.evidence, origin)
            if cost.failure:
                break
    return plain_sentence(card)


def _is_true(text: str, evidence: Sequence[Evidence], bounds: Sequence[str], cost: Cost) -> bool:
    """Whether the check lets the sentence pass. A check that fails itself lets nothing pass, and is told of."""
    started = perf_counter()
    try:
        return not check(text, evidence, bounds)
    except Exception:
        _log.exception("the check of a sentence failed")
        cost.failure = "Sentences cannot be checked at the moment. What you see comes from the shop's records alone."
        return False
    finally:
        cost.check += perf_counter() - started


def _type(card: Recommendation) -> str:
    return next((e.value for e in card.evidence if e.field == "type"), "")


def _has_price(words: str) -> bool:
    return re.search(r"\d", words) is not None and re.search(r"[$€£¥]|under|below|up to|max|budget", words) is not None


def _facts(card: Recommendation, limit: int) -> str:
    return "; ".join(fact(e) for e in told(card)[:limit])


def _ask(model: BaseChatModel, wish: str, facts: str, cost: Cost) -> str:
    messages = render_for(model, "explain", wish=plain(wish, 160), facts=plain(facts, 300))
    cost.model_calls += 1
    said, usage = within(cost.patience, lambda left: _read(model, messages, left))
    cost.prompt_tokens += usage.get("input_tokens", 0)
    cost.completion_tokens += usage.get("output_tokens", 0)
    text = plain(said, _LONGEST)
    first = _FIRST.match(text)
    return first[0] if first else text


def _read(model: BaseChatModel, messages: Sequence[Message], left: threading.Event) -> tuple[str, Mapping[str, int]]:
    """The model's words as they come, up to where enough was said or nobody waits any more, and what they cost."""
    said = ""
    usage: Mapping[str, int] = {}
    for chunk in model.bind(max_tokens=MAX_TOKENS).stream(list(messages)):
        said += str(chunk.content)
        usage = getattr(chunk, "usage_metadata", None) or usage
        if left.is_set() or len(said) > _LONGEST:
            break
    return said, usage


def told(card: Recommendation) -> list[Evidence]:
    """The evidence a sentence speaks of, type and price first: numbers of stock stay on the card."""
    fields = {field: [e for e in card.evidence if e.field == field] for field in ("type", "price", "brand")}
    matched = [e for e in card.evidence if e.field not in (*fields, "rating", "stock", "title")]
    return fields["type"] + fields["price"] + matched + fields["brand"]


def fact(evidence: Evidence) -> str:
    """One piece of evidence as the prompt states it: "colour: red", "price $31.20"."""
    value = plain(evidence.value, 80)
    label = evidence.field.removeprefix("attributes.").replace("_", " ")
    if evidence.field == "price":
        return f"price {value}"
    return value if evidence.field in ("title", "description", "category") else f"{label}: {value}"


def plain_sentence(card: Recommendation) -> Framed:
    """The last resort: the evidence itself as a sentence."""
    price = next((e for e in card.evidence if e.field == "price"), None)
    facts = [framed("fact", e) for e in told(card) if e.field.startswith("attributes.")][:4]
    frame = f"reason/{'unpriced' if price is None else 'facts' if facts else 'price'}"
    frame += "_facts" if facts and price is None else ""
    named = Evidence("product", card.product_id, "title", card.name)
    return framed(frame, named, *([price] if price else []), *facts, also=card.evidence)
