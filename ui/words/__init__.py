"""The page's fixed texts, one YAML a language; what products and shoppers say is never translated."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

# ISO 639-1 -> what the language calls itself.
LANGUAGES = {"en": "English", "zh": "中文"}
_HERE = Path(__file__).parent

# A text, or its forms by number: "one" and "other".
Leaf = str | Mapping[str, str]


class Words:
    """The texts of one language: ``say("cart.total")``, ``say("card.left", n=3)``."""

    def __init__(self, language: str, leaves: Mapping[str, Leaf]) -> None:
        # ISO 639-1.
        self.language = language
        # Dotted name -> text; read by the test that compares languages.
        self.leaves = leaves

    def __call__(self, name: str, /, **values: object) -> str:
        """The text ``name`` with ``values`` in their places; ``n`` also chooses between one and many.

        An unknown name is ``KeyError``. The result is plain text: whoever makes markup of it escapes it.
        """
        leaf = self.leaves[name]
        if not isinstance(leaf, str):
            leaf = leaf["one" if values.get("n") == 1 else "other"]
        return leaf.format_map(values) if values else leaf


@cache
def words(language: str = "en") -> Words:
    """The texts of ``language``; the English ones where the page does not speak it."""
    import yaml

    known = language if language in LANGUAGES else "en"
    return Words(known, _flat(yaml.safe_load((_HERE / f"{known}.yaml").read_text("utf-8"))))


def preferred(accepted: str) -> str:
    """The first language of a browser's ``Accept-Language`` header that the page speaks, else English.

    "zh-CN,zh;q=0.9,en;q=0.8" -> "zh". Browsers list the best one first.
    """
    asked = (part.strip().partition(";")[0].partition("-")[0].lower() for part in accepted.split(","))
    return next((language for language in asked if language in LANGUAGES), "en")


def _flat(tree: Mapping[str, Any], above: str = "") -> dict[str, Leaf]:
    leaves: dict[str, Leaf] = {}
    for name, value in tree.items():
        if isinstance(value, dict) and set(value) != {"one", "other"}:
            leaves |= _flat(value, f"{above}{name}.")
        else:
            leaves[above + name] = cast(Leaf, value)
    return leaves
