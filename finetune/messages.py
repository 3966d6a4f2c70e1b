"""Rows of understanding: a message, what came before it, and what a careful reader takes from it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.context import gist, lines
from assistant.state import Wish
from assistant.understand import SCHEMA
from finetune.draw import Speech
from finetune.goods import Goods, goods, held_out
from finetune.noise import typed
from finetune.phrasings import Chunk, Spent
from retrieval.jsonlines import read_rows

# One file a writer; dev.jsonl is by one who wrote nothing else.
HANDWRITTEN = Path(__file__).with_name("handwritten")

# How often each intent is said, in parts of a hundred.
SHARES = {
    "find": 34, "refine": 29, "ask_product": 7, "compare": 4, "ask_policy": 5, "cart": 4, "order_status": 2.5,
    "cancel_order": 1.5, "change_order": 1.5, "return_order": 2, "exchange_order": 1.5, "confirm": 3, "decline": 2,
    "hand_off": 1.5, "small_talk": 2.5, "out_of_scope": 2.5,
}  # fmt: skip
_LISTS = ("features", "dislikes", "brands", "not_brands", "references")
_ORDER = list(SCHEMA["properties"])
# As the prompt cuts it.
_LONGEST = 600


def rows(rng: random.Random, count: int, dev: bool) -> Iterator[dict[str, Any]]:
    """``count`` rows ``{"context", "message", "answer"}``, no two of the same words.

    ``dev`` draws from the types, makers and phrasings that training never sees.
    """
    seen: set[tuple[str, str]] = set()
    shelf = [g for g in goods() if held_out(g.name) == dev]
    intents, weights = list(SHARES), list(SHARES.values())
    failures = 0
    while len(seen) < count:
        intent = rng.choices(intents, weights)[0]
        context, chunks = _drawn(rng, intent, shelf, dev)
        message = typed(chunks, rng)
        answer = _answer(intent, chunks)
        if answer is None or not message or len(message) > _LONGEST or (context, message) in seen:
            failures += 1
            if failures > 50 * count + 1000:
                raise RuntimeError("the grammar is spent")
            continue
        seen.add((context, message))
        yield {"context": context, "message": message, "answer": answer}


def handwritten(dev: bool, files: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Rows of the same form, written one by one as people put things; ``dev`` those of the writer kept apart.

    ``files`` names some of the training files, all when empty; ``LookupError`` names one that is not there.
    """
    names = sorted(path.stem for path in HANDWRITTEN.glob("*.jsonl") if path.stem != "dev")
    if unknown := sorted(set(files) - set(names)):
        raise LookupError(f"there are no hand-written messages called {unknown[0]!r}; there are {', '.join(names)}")
    for name in ["dev"] if dev else [n for n in names if not files or n in files]:
        yield from read_rows(HANDWRITTEN / f"{name}.jsonl")


def _drawn(rng: random.Random, intent: str, shelf: list[Goods], dev: bool) -> tuple[str, list[Chunk]]:
    while True:
        try:
            return _one(rng, intent, rng.choice(shelf), rng.choice(shelf), dev)
        except Spent:
            continue


def _one(rng: random.Random, intent: str, need: Goods, other: Goods, dev: bool) -> tuple[str, list[Chunk]]:
    if intent == "find":
        return _find(rng, need, other, dev)
    if intent == "refine":
        return _refine(rng, need, other, dev)
    speech = Speech(rng, need, ("speech", "talk"), dev, other)
    rule = "reasons" if intent == "confirm" and rng.random() < 0.25 else intent
    if rng.random() < 0.22 and intent not in ("confirm", "decline", "small_talk"):
        speech.say("open")
        speech.add(" ")
    if rng.random() < 0.08 and intent.endswith("_order"):
        speech.say("story")
        speech.add(". ")
    speech.say(rule, top=True)
    if rng.random() < 0.1 and intent not in ("small_talk",):
        speech.add(rng.choice([" ", ", "]) + rng.choice(["thanks", "please", "pls", "thank you", "thx"]))
    return _before(rng, rule, need, other, dev), speech.chunks


def _find(rng: random.Random, need: Goods, other: Goods, dev: bool) -> tuple[str, list[Chunk]]:
    draw = rng.random()
    if draw < 0.13:
        speech = Speech(rng, need, ("speech", "refine"), dev, other)
        was = Speech(rng, other, ("speech", "shop"), dev, need)
        held = _wishes(rng, was)
        speech.rules = {**speech.rules, "x_cat": (other.name.replace("{", ""),)}
        speech.say("new_need", top=True)
        return lines(
            _shop_line(rng, was, ["showed", "showed", "prose", "ask_budget", "ask_feature"]), held
        ), speech.chunks
    speech = Speech(rng, need, ("speech", "find"), dev, other)
    speech.say("vague" if draw < 0.2 else "msg", top=True)
    shop = (
        _shop_line(rng, Speech(rng, need, ("speech", "shop"), dev, other), ["ask_type"]) if rng.random() < 0.3 else ""
    )
    return lines(shop, []), speech.chunks


# What the shop may have said before each way to refine: rule -> its lines.
_REPLIES = {
    "answer_budget": ["ask_budget"],
    "answer_open": ["ask_budget", "ask_feature", "ask_brand", "ask_use"],
    "answer_feature": ["ask_feature", "ask_feature", "offer"],
    "answer_use": ["ask_use"],
    "answer_brand": ["ask_brand"],
    "change": ["showed", "showed", "showed", "prose", "ask_budget", "ask_feature", "ask_brand", "offer", "prose"],
    "plain_change": ["showed", "showed", "prose", "offer"],
    "complaint": ["showed", "showed", "prose", "offer"],
    "narrow": ["showed", "showed", "ask_budget", "ask_feature", "prose"],
}
_REFINES = {
    "answer_budget": 13, "answer_open": 4, "answer_feature": 17, "answer_use": 10, "answer_brand": 7, "change": 32,
    "plain_change": 7, "complaint": 7, "narrow": 5,
}  # fmt: skip


def _refine(rng: random.Random, need: Goods, other: Goods, dev: bool) -> tuple[str, list[Chunk]]:
    rule = rng.choices(list(_REFINES), list(_REFINES.values()))[0]
    speech = Speech(rng, need, ("speech", "refine"), dev, other)
    was = Speech(rng, need, ("speech", "shop"), dev, other)
    held = _wishes(rng, was)
    # What is in force already is not asked for again, mostly.
    speech.used |= {u for u in sorted(was.used) if rng.random() < 0.85}
    if rule == "answer_feature" and rng.random() < 0.2:
        speech.add(rng.choice(["yes, ", "hmm ", "well, ", "ok, ", "i think ", "yeah, ", "sure. "]))
    speech.say(rule, top=True)
    if rule in ("change", "answer_feature", "complaint") and rng.random() < 0.15:
        speech.say("link")
        speech.say(rng.choice(["s_feat", "s_not", "budget", "s_nbrand", "s_use", "story"]))
    if rng.random() < 0.06:
        speech.add(" " + rng.choice(["please", "pls", "thanks", "if you have it", "thank you"]))
    return lines(_shop_line(rng, was, _REPLIES[rule]), held), speech.chunks


_BEFORE = {
    "ask_product": ["showed", "showed", "prose", "prose", "offer", "ask_budget"],
    "compare": ["showed", "showed", "prose"],
    "ask_policy": ["showed", "prose", "ask_type", "ask_budget"],
    "cart": ["showed", "showed", "prose", "offer"],
    "confirm": ["offer", "offer", "offer", "prose", "ask_feature"],
    "reasons": ["ask_why"],
    "decline": ["offer", "offer", "offer", "ask_feature", "ask_budget", "ask_brand"],
    "hand_off": ["prose", "showed", "ask_type", "offer"],
    "small_talk": ["showed", "prose", "ask_type"],
    "out_of_scope": ["showed", "ask_type", "prose"],
}


def _before(rng: random.Random, intent: str, need: Goods, other: Goods, dev: bool) -> str:
    """The context of a message that is no search."""
    bare = {
        "ask_product": 0.15,
        "compare": 0.15,
        "cart": 0.15,
        "confirm": 0.04,
        "reasons": 0.0,
        "decline": 0.04,
        "small_talk": 0.5,
    }
    if rng.random() < bare.get(intent, 0.55):
        return ""
    was = Speech(rng, need, ("speech", "shop"), dev, other)
    held = _wishes(rng, was) if rng.random() < 0.8 else []
    return lines(_shop_line(rng, was, _BEFORE.get(intent, ["ask_type", "showed", "prose"])), held)


def _shop_line(rng: random.Random, speech: Speech, kinds: list[str]) -> str:
    """What the shop said last, as the context puts it."""
    speech.chunks = []
    speech.say(rng.choice(kinds))
    return gist("".join(c.text for c in speech.chunks))


def _wishes(rng: random.Random, speech: Speech) -> list[Wish]:
    """The wishes in force before the message; what they use up stands in ``speech.used``."""
    if rng.random() < 0.88:
        speech._cat()
    for _ in range(rng.choice([0, 0, 1, 1, 1, 2, 2, 3])):
        speech.expand((("slot", rng.choice(["adj", "pool", "pool", "with", "for"])),))
    if rng.random() < 0.2:
        speech.expand((("slot", rng.choice(["brand", "nbrand", "disn"])),))
    if rng.random() < 0.35:
        speech.expand((("slot", "hi"),))
    held = []
    names = {"brands": "brand", "not_brands": "not_brand", "features": "feature", "dislikes": "dislike"}
    for chunk in speech.chunks:
        if chunk.slot:
            value = chunk.value if chunk.value is not None else chunk.text
            held.append(Wish(names.get(chunk.slot, chunk.slot), value, True, str(value)))  # type: ignore[arg-type]
    return held


def _answer(intent: str, chunks: list[Chunk]) -> dict[str, Any] | None:
    """The labels in the schema's order; None where a label is longer than the schema takes."""
    found: dict[str, Any] = {"intent": intent}
    # The reasons for a choice are wishes that it meets; of a question the features are what it asks about.
    wishes = intent in ("find", "refine", "confirm", "ask_product")
    for chunk in chunks:
        slot, value = chunk.slot, " ".join(chunk.text.split()).strip(" ,.")
        if not slot or (not wishes and slot != "references"):
            continue
        if slot in _LISTS:
            said = found.setdefault(slot, [])
            if value and value.lower() not in (s.lower() for s in said):
                said.append(value)
        elif slot == "category":
            found.setdefault(slot, _singular(value) if chunk.plural else value)
        else:
            found.setdefault(slot, chunk.value if chunk.value is not None else value)
    sizes = [len(v) for k in _LISTS for v in found.get(k, ())] + [len(found.get("category", ""))]
    if max(sizes) > 60 or any(len(found.get(k, ())) > 8 for k in _LISTS):
        return None
    return {name: found[name] for name in _ORDER if name in found}


def _singular(noun: str) -> str:
    """The inverse of ``goods.plural``, case kept."""
    head, joint, rest = re.match(r"(?i)(.*?)( (?:for|of) |$)(.*)", noun).groups()  # type: ignore[union-attr]
    for pattern, single in (
        (r"(?i)mice$", "mouse"),
        (r"(?i)(canvas)es$", r"\1"),
        (
            r"(?i)(blous|hous|lens|nas|nurs|vas|cas)es$",
            lambda m: m[1] + ("" if m[1].lower() in ("lens", "nas") else "e"),
        ),
        (r"(?i)(hood|\bt|talk|cook|bean|\bx)ies$", r"\1ie"),
        (r"(?i)(kni|li)ves$", r"\1fe"),
        (r"(?i)(shel|scar|lea|loa)ves$", r"\1f"),
        (r"(?i)([^aeiou])ies$", r"\1y"),
        (r"(?i)(ss|x|ch|sh|us)es$", r"\1"),
        (r"(?i)s$", ""),
    ):
        changed, hits = re.subn(pattern, single, head)
        if hits:
            return changed + joint + rest
    return noun
