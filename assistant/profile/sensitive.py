"""What is nobody's business: traits that no segment and no advertisement may rest on, found by plain words."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, cast

from assistant.profile.tastes import Taste


def trait(*texts: str) -> str | None:
    """The sensitive trait that any of ``texts`` tells of ("health", "religion and belief", ...); None for none."""
    patterns, harmless = _patterns()
    for text in texts:
        plain = harmless.sub(" ", re.sub(r"[_\-‐‑–/&]+", " ", text.casefold()))
        for name, pattern in patterns.items():
            if pattern.search(plain):
                return name
    return None


def rests_on(taste: Taste) -> str | None:
    """The sensitive trait that a taste tells of: by its name, or by the words of its evidence ("allergic to wool")."""
    about = taste.about
    return trait(f"{about.facet} {about.value}", *(p.quote for p in taste.evidence if p.stated))


@cache
def _patterns() -> tuple[dict[str, re.Pattern[str]], re.Pattern[str]]:
    lists = _lists()
    chinese = {name: words.split() for name, words in lists["chinese"].items()}
    found = {
        name: re.compile(
            rf"(?<![^\W_])(?:{_either(phrases)})(?:['’]?s|es|ies)?(?![^\W_])|{'|'.join(map(re.escape, chinese[name]))}"
        )
        for name, phrases in lists["traits"].items()
    }
    return found, re.compile(rf"\b(?:{_either(lists['harmless'])})s?\b")


def _either(phrases: str) -> str:
    parts = sorted({" ".join(p.split()).casefold() for p in phrases.split(";")} - {""}, key=len, reverse=True)
    return "|".join(re.escape(p).replace(r"\ ", r"\s+") for p in parts)


@cache
def _lists() -> dict[str, Any]:
    import yaml

    return cast(dict[str, Any], yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")))
