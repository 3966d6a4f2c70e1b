"""What a review says of what its product has: by rating, the record's own words, and plain English.

``read`` is the reader that needs no model; whatever else has its form can stand in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

from assistant.profile.traits import Trait, lacks, traits
from retrieval.lexicon import lexicon
from retrieval.product import Product, Review
from retrieval.text import words

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
# Nouns of which something is said in any review, and which are no property of a thing.
_EMPTY = frozenset("thing one rest product item order parcel box shop seller day week first only same".split())
# Where a long line of a pattern was broken.
_FOLDED = re.compile(r"(?<=\|) |(?<=is\)) ")
ASPECT, PRICE = "aspect", "price"


@dataclass(frozen=True, slots=True)
class Opinion:
    """One thing that a review says."""

    about: Trait
    # 1 praised or wished for, -1 complained of or rejected.
    polarity: int
    # The writer speaks of what they like at all: "anything in oak", "never again wool".
    lasting: bool
    # The sentence, word for word.
    quote: str


# (review, its product) -> what it says; () for a review that tells nothing of its writer's own taste.
Reader = Callable[[Review, Product], Sequence[Opinion]]


def read(review: Review, product: Product) -> tuple[Opinion, ...]:
    """The opinions of ``review`` on what ``product`` has, or should have had.

    Of a gift only what the writer says of themselves is theirs.
    """
    found = said(review, product)
    # What somebody says of themselves holds beside a gift, too.
    return tuple(o for o in found if _of_themselves(o)) if is_gift(review.text) else found


def said(review: Review, product: Product) -> tuple[Opinion, ...]:
    """All that ``review`` says, whoever the thing was for."""
    told = _main(review.rating)
    turned = False
    found: list[Opinion] = []
    for sentence in filter(None, map(str.strip, _SENTENCE.split(review.text))):
        if (told > 0 and pattern("turn_bad").search(sentence)) or (told < 0 and pattern("turn_good").search(sentence)):
            turned = True
        polarity = _polarity(sentence, -told if turned else told)
        lasting = pattern("stance").search(sentence) is not None
        found += [Opinion(t, p, lasting, sentence) for t, p in _about(sentence, product, polarity)]
    return tuple(found)


def _of_themselves(opinion: Opinion) -> bool:
    lasting = opinion.lasting and opinion.about.facet not in (ASPECT, PRICE)
    return lasting and pattern("first_person").search(opinion.quote) is not None


def is_gift(text: str) -> bool:
    """Whether the thing was for somebody else."""
    return pattern("gift").search(text) is not None


def _main(rating: float | None) -> int:
    return 1 if rating is None or rating >= 3 else -1


def _polarity(sentence: str, otherwise: int) -> int:
    """1 or -1: by plain words of liking where they agree among themselves, else what the rating and the turn say."""
    good, bad = (pattern(name).search(sentence) is not None for name in ("good", "bad"))
    return otherwise if good == bad else 1 if good else -1


def _about(sentence: str, product: Product, polarity: int) -> Iterator[tuple[Trait, int]]:
    tokens = words(sentence)
    yield from ((trait, polarity) for trait in traits(product) if named(tokens, trait))
    # Who misses a feature, or says that it matters, would like to have it.
    yield from ((trait, 1) for trait in lacks(product) if named(tokens, trait))
    if pattern("price").search(sentence):
        yield Trait(PRICE, "price"), polarity
    for noun in aspects(sentence):
        yield Trait(ASPECT, noun), polarity


def aspects(sentence: str) -> list[str]:
    """What the sentence speaks of by name: "battery life", "weight"."""
    text = sentence.casefold()
    nouns = [m["noun"] for m in pattern("about").finditer(text)]
    nouns += [m["noun"] or m["first"] for m in pattern("cares").finditer(text)]
    return [n for n in dict.fromkeys(nouns) if n not in _EMPTY and len(n) > 2]


def named(tokens: Sequence[str], trait: Trait) -> bool:
    """Whether ``tokens`` name ``trait``, a feature by any of its spellings."""
    spellings = lexicon().flags.get(trait.value, ()) if trait.facet == "feature" else ()
    return any(holds(tokens, tuple(words(s))) for s in spellings or (trait.value,))


def holds(tokens: Sequence[str], wanted: tuple[str, ...]) -> bool:
    """Whether ``wanted`` stands in ``tokens``, one behind the other."""
    size = len(wanted)
    return size > 0 and any(tuple(tokens[i : i + size]) == wanted for i in range(len(tokens) - size + 1))


@lru_cache(maxsize=32)
def pattern(name: str) -> re.Pattern[str]:
    """One of the patterns of ``opinions.yaml``."""
    return re.compile(_FOLDED.sub("", _lists()["patterns"][name]), re.IGNORECASE)


@cache
def _lists() -> dict[str, Any]:
    import yaml

    return cast(dict[str, Any], yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")))
