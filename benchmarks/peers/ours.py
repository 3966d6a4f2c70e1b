"""ShopTalk itself: one turn of a fresh conversation, as ``shoptalk play`` plays it."""

from __future__ import annotations

from langchain_core.language_models import BaseChatModel

from assistant.play import play
from benchmarks.peers.answer import Answer, Asked, Named, Peer
from retrieval.search import Shelf


def ours(shelf: Shelf, model: BaseChatModel | None) -> Peer:
    """ShopTalk over ``shelf``; ``model`` None reads by rules alone."""

    def answer(asked: Asked) -> Answer:
        (turn,) = play([{"id": "request", "turns": [asked.text]}], shelf=shelf, model=model)
        cards = shelf.products(turn["shown"])
        return Answer(
            text=turn["reply"],
            products=tuple(Named(p.id, p.title, float(p.price.major) if p.price else None) for p in cards),
            beside=tuple(offer["id"] for offer in turn["alternatives"]),
            counts=(*(e["value"] for e in turn["evidence"] if e["source"] == "shop"), *map(str, turn["choices"])),
            model_calls=turn["model_calls"],
            prompt_tokens=turn["prompt_tokens"],
            # A turn survives a dead model by rules alone; here it has failed.
            error=turn["notice"],
        )

    return answer
