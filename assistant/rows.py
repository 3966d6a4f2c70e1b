"""A conversation as rows of the files that ``shoptalk understand`` and ``shoptalk play`` write."""

from __future__ import annotations

from typing import Any

from assistant.jsonable import to_dict
from assistant.state import Sentence, Turn, Understanding


def understanding_row(said: Understanding) -> dict[str, Any]:
    """The row of ``shoptalk understand`` without ``id`` and ``ms``: null or [] where nothing was said."""
    return {
        "intent": said.intent,
        "category": said.first("category"),
        "price_min": said.first("price_min"),
        "price_max": said.first("price_max"),
        "currency": said.first("currency"),
        "brands": said.values("brand"),
        "not_brands": said.values("not_brand"),
        "features": said.values("feature"),
        "dislikes": said.values("dislike"),
        "min_rating": said.first("min_rating"),
        "for_whom": said.first("for_whom"),
        "order_id": said.order_id,
        "references": list(said.references),
        "language": said.language,
    }


def turn_row(turn: Turn) -> dict[str, Any]:
    """A turn as one row of ``play``'s output."""
    answer, ledger = turn.reply, turn.ledger
    return {
        "turn": turn.number,
        "text": turn.text,
        "reply": answer.text,
        "understanding": understanding_row(turn.understanding),
        "wishes": to_dict(turn.preferences.wishes),
        "shown": [c.product_id for c in answer.shown],
        "alternatives": [{"id": c.product_id, "breaks": c.breaks} for c in answer.alternatives],
        "evidence": [row for s in answer.sentences for row in _evidence(s)],
        "citations": [{"document": c.document, "passage": c.passage} for c in answer.citations],
        "compared": list(answer.table.products) if answer.table else [],
        "asked": answer.asked,
        "choices": list(answer.choices),
        "pending": answer.pending,
        "committed": list(answer.committed),
        "cart": to_dict(turn.cart),
        "hand_off": answer.hand_off,
        "notice": answer.notice,
        "ms": {
            "understand": ledger.understand,
            "search": ledger.search,
            "respond": ledger.respond,
            "check": ledger.check,
            "first_card": ledger.first_card,
            "first_sentence": ledger.first_sentence,
            "total": ledger.total,
        },
        "model_calls": ledger.model_calls,
        "prompt_tokens": ledger.prompt_tokens,
        "completion_tokens": ledger.completion_tokens,
    }


def _evidence(sentence: Sentence) -> list[dict[str, str]]:
    return [
        {
            "sentence": sentence.text,
            "source": f"{e.source}:{e.id}" if e.id else e.source,
            "field": e.field,
            "value": e.value,
        }
        for e in sentence.evidence
    ]
