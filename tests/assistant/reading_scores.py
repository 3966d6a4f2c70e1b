"""How well messages are read: a labelled row against what ``understand`` makes of it, slot by slot.

A row is ``{"id", "messages": [{"role", "content"}], "expect": {...}}``. ``expect`` has the fields of an ``understand``
row where something was said, and ``retracts``: earlier wishes that no longer hold. Phrases are compared by their
words, so that "medium firm" and "firm", "medium" are one reading.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from assistant.preferences import merge
from assistant.rows import understanding_row
from assistant.state import DialogueState, Preferences, Reply, Turn, Understanding
from assistant.understand import Trust, Vocabulary, combine
from retrieval.product import Kind, Product
from retrieval.text import words
from retrieval.vocabulary import Vocabulary as ShopVocabulary

FILE = Path(__file__).parent.parent / "data" / "reading_dev.jsonl"
# A shop that carries some of what the messages speak of, and some of the makers.
STOCK = {
    "rain jacket": ("Columbia", "Jack Wolfskin"),
    "sofa": ("Ikea", "Habitat"),
    "bike helmet": ("Uvex", "Abus"),
    "mountain bike": ("Cube", "Trek", "Scott"),
    "dining table": ("Ikea",),
    "face cream": ("Nivea", "Weleda"),
    "coffee": ("Lavazza",),
    "dog food": ("Royal Canin",),
    "tent": ("Coleman", "Vango"),
    "guitar": ("Yamaha", "Fender", "Ibanez"),
    "toy": ("Lego", "Playmobil"),
    "running shoes": ("Brooks", "Hoka"),
    "jeans": ("Levi's",),
    "drill": ("Bosch",),
    "grill": ("Weber",),
}
SHELF = [
    Product(f"{kind}-{maker}", f"{maker} {kind}", brand=maker) for kind, makers in STOCK.items() for maker in makers
]
VOCABULARY = ShopVocabulary.build(SHELF, {p.id: Kind(p.id.split("-")[0], "feed", 1) for p in SHELF})
_SMALL = frozenset(
    words(
        "a an the in on at of for with to and or is it be that have has can my i you one ones off what some not than more"
    )
)
_PRICES = ("price_min", "price_max", "currency")


def rows(half: str) -> list[dict[str, Any]]:
    """The rows one may look at while changing the rules ("open"), or those that only score ("closed")."""
    found = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
    return [r for r in found if _half(str(r["id"])) == half]


def _half(id_: str) -> str:
    return "open" if hashlib.sha256(id_.encode()).digest()[0] % 2 else "closed"


def tokens(phrases: Iterable[object]) -> Counter[str]:
    """The words of the phrases that say something, each once."""
    return Counter({w for p in phrases for w in words(str(p)) if w not in _SMALL})


def read(
    row: Mapping[str, Any], vocabulary: Vocabulary, answer: Mapping[str, Any] | None = None, trust: Trust = "rules"
) -> tuple[Preferences, Understanding, Preferences]:
    """The wishes before the last message, its reading, and the wishes after it.

    ``answer`` is what a model says of the last message; the earlier ones are read by rules, as in a batch.
    """
    state = DialogueState(str(row["id"]))
    for message in row["messages"][:-1]:
        said = combine({}, state, message["content"], vocabulary)
        wishes = merge(state.preferences, said)
        state = state.append(Turn(len(state.turns) + 1, message["content"], said, wishes, Reply()))
    said = combine(dict(answer or {}), state, row["messages"][-1]["content"], vocabulary, trust=trust)
    return state.preferences, said, merge(state.preferences, said)


def score(
    row: Mapping[str, Any], vocabulary: Vocabulary, answer: Mapping[str, Any] | None = None, trust: Trust = "rules"
) -> dict[str, tuple[float, float, float]]:
    """Slot -> (right, found, wanted) counts for one row; "row" is right where every slot is."""
    expect = row["expect"]
    before, said, after = read(row, vocabulary, answer, trust)
    found = understanding_row(said)
    counts = {"intent": _same(found["intent"], expect["intent"])}
    wanted_head = _head(expect.get("category"))
    counts["category"] = _overlap(Counter(wanted_head), Counter(_head(found["category"])))
    counts["price"] = _overlap(
        Counter(f"{s}={float(expect[s]) if s != 'currency' else expect[s]}" for s in _PRICES if s in expect),
        Counter(f"{s}={float(found[s]) if s != 'currency' else found[s]}" for s in _PRICES if found[s] is not None),
    )
    for slot in ("brands", "not_brands"):
        counts[slot] = _overlap(
            Counter(b.casefold() for b in expect.get(slot, ())), Counter({str(b).casefold() for b in found[slot]})
        )
    # Where a type ends and a feature begins ("garden hose") is a matter of taste: their words count together.
    counts["features"] = _overlap(
        tokens([*expect.get("features", ()), expect.get("category", "")]),
        tokens([*found["features"], found["category"] or ""]),
    )
    counts["dislikes"] = _overlap(tokens(expect.get("dislikes", ())), tokens(found["dislikes"]))
    if expect["intent"] == "refine":
        counts["retracts"] = _overlap(tokens(expect.get("retracts", ())), tokens(_lost(before, after)))
    if "references" in expect:
        counts["references"] = _overlap(tokens(expect["references"]), tokens(found["references"]))
    right = all(r == f == w for r, f, w in counts.values())
    return {**counts, "row": (float(right), 1.0, 1.0)}


def _same(found: object, expected: object) -> tuple[float, float, float]:
    return float(found == expected), 1.0, 1.0


def _overlap(wanted: Counter[str], found: Counter[str]) -> tuple[float, float, float]:
    return float((wanted & found).total()), float(found.total()), float(wanted.total())


def _head(category: object) -> list[str]:
    return words(str(category))[-1:] if category else []


def _lost(before: Preferences, after: Preferences) -> list[object]:
    """Wishes that are gone and not simply replaced by another of their slot."""
    single = {w.slot for w in after if w.slot in ("category", "price_min", "price_max", "currency", "for_whom")}
    kept = {(w.slot, str(w.value).casefold()) for w in after}
    return [w.value for w in before if (w.slot, str(w.value).casefold()) not in kept and w.slot not in single]


def totals(scored: Iterable[Mapping[str, tuple[float, float, float]]]) -> dict[str, float]:
    """Slot -> F1 over all rows (for intent and row: the share that is right)."""
    sums: dict[str, list[float]] = {}
    for counts in scored:
        for slot, numbers in counts.items():
            sums[slot] = [a + b for a, b in zip(sums.get(slot, [0, 0, 0]), numbers, strict=True)]
    return {slot: 2 * r / (f + w) if f + w else 1.0 for slot, (r, f, w) in sums.items()}
