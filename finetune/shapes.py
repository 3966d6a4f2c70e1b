"""How a verb phrase is said of one, of many, or in the infinitive; how shops write the ids of orders. Pure."""

from __future__ import annotations

import random
import re


def for_many(phrase: str) -> str:
    """Of many: "keeps warm" -> "keep warm"."""
    first, _, rest = phrase.partition(" ")
    changed = {"doesn't": "don't", "isn't": "aren't", "is": "are", "has": "have"}.get(first)
    return f"{changed or _bare_verb(first)} {rest}".strip()


def for_one(phrase: str) -> str:
    """Of one: "keep warm" -> "keeps warm"."""
    first, _, rest = phrase.partition(" ")
    changed = {"don't": "doesn't", "aren't": "isn't", "are": "is", "have": "has"}.get(first)
    if changed is None and not first.endswith(("s", "n't")):
        changed = first + ("es" if first.endswith(("sh", "ch", "x", "ss")) else "s")
    return f"{changed or first} {rest}".strip()


def bare(phrase: str) -> str:
    """In the infinitive: "has a lid" -> "have a lid", "isn't loud" -> "not be loud"."""
    first, _, rest = phrase.partition(" ")
    changed = {
        "is": "be",
        "has": "have",
        "doesn't": "not",
        "don't": "not",
        "isn't": "not be",
        "aren't": "not be",
        "are": "be",
    }
    return f"{changed.get(first) or _bare_verb(first)} {rest}".strip()


def _bare_verb(verb: str) -> str:
    if verb.endswith(("n't", "ss")) or not verb.endswith("s"):
        return verb
    if re.search(r"(?:sh|ch|x|ss|o)es$", verb):
        return verb[:-2]
    return verb[:-3] + "y" if verb.endswith("ies") else verb[:-1]


def order_id(rng: random.Random) -> str:
    """An order's id as some shop or other writes it."""
    digits = "".join(rng.choice("0123456789") for _ in range(rng.randint(4, 12)))
    letters = "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(rng.randint(1, 3)))
    return rng.choice(
        [
            digits,
            digits,
            f"#{digits}",
            f"{letters}-{digits}",
            f"{letters}{digits}",
            f"#{letters}{digits}",
            f"{digits[:3]}-{digits[:7]}-{digits[-7:]}",
            f"2026-{digits[:5]}",
            f"ORD-{digits}",
            f"ord_{digits}",
            f"#W{digits[:7]}",
            f"{letters}/{digits[:4]}/{rng.randint(1, 99)}",
            f"{digits[:4]} {digits[:4]}",
        ]
    )
