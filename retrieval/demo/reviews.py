"""Reviews as customers write them: short, of mixed opinion, in line with their stars and with each other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from retrieval.demo.chance import Key, bell, between, order, pick, roll
from retrieval.demo.prose import can_say, fill
from retrieval.demo.shop import Item
from retrieval.demo.spec import Sentence, Spec

_FIRST_DAY = date(2024, 1, 2)
_DAYS = 680
_WORD = re.compile(r"\b[a-z]{5,}\b")


@dataclass(frozen=True, slots=True)
class Opinion:
    """One review row of the feed."""

    id: str
    product_id: str
    rating: int
    title: str
    text: str
    author: str
    date: str


def reviews(spec: Spec, item: Item, seed: int) -> list[Opinion]:
    """Two to six reviews of ``item``, oldest first; no sentence about the product comes twice."""
    said: set[str] = set()
    days = sorted(int(between(0, _DAYS, seed, item.id, "day", n)) for n in range(_count(item, seed)))
    return [_review(spec, item, seed, n, day, said) for n, day in enumerate(days, 1)]


def ratings(item: Item, written: Sequence[Opinion], seed: int) -> tuple[float, int]:
    """Mean stars to one decimal and their number: the written reviews and those who only left stars."""
    silent = int(4 * 150 ** roll(seed, item.id, "silent"))
    total = sum(opinion.rating for opinion in written) + item.quality * silent
    count = len(written) + silent
    return round(total / count, 1), count


def _count(item: Item, seed: int) -> int:
    return 2 + int(between(0, 5, seed, item.id, "reviews"))


def _review(spec: Spec, item: Item, seed: int, n: int, day: int, said: set[str]) -> Opinion:
    keys = (seed, item.id, "review", n)
    stars = _stars(item, *keys)
    voices = spec.voices
    words = {"brand": item.line.brand.name}
    parts = _opinion(spec, item, stars, said, *keys)
    if roll(*keys, "opens") < 0.35:
        parts.insert(0, fill(pick(voices["opens"], *keys, "opens", name=_form).text, words, *keys))
    if roll(*keys, "ends") < (0.6 if stars == 1 else 0.35):
        parts.append(fill(pick(voices[f"ends_{stars}"], *keys, "ends", name=_form).text, words, *keys))
    title = pick(voices[f"titles_{stars}"], *keys, "title", name=_form).text
    initial = "ABCDEFGHJKLMNPRSTVWZ"[int(roll(*keys, "initial") * 20)]
    return Opinion(
        id=f"{item.id}-r{n}",
        product_id=item.id,
        rating=stars,
        title=title,
        text=_hasty(" ".join(parts), *keys),
        author=f"{pick(voices['first_names'], *keys, 'author', name=_form).text} {initial}.",
        date=(_FIRST_DAY + timedelta(days=day)).isoformat(),
    )


def _stars(item: Item, *keys: Key) -> int:
    """Around the item's quality; now and then somebody had bad luck with it."""
    if roll(*keys, "luck") < 0.02 + 0.03 * (5 - item.quality):
        return 1 if roll(*keys, "how bad") < 0.5 else 2
    return min(max(round(item.quality + 0.3 + 2.4 * bell(*keys, "stars")), 1), 5)


def _opinion(spec: Spec, item: Item, stars: int, said: set[str], *keys: Key) -> list[str]:
    """Praise and gripes in the mixture that ``stars`` stand for."""
    good = _ranked(item.category.praise, spec.voices["praise"], item, said, True, *keys)
    bad = _ranked(item.category.gripes, spec.voices["gripes"], item, said, False, *keys)
    more = roll(*keys, "more")
    praises, gripes = {
        5: (2 if more < 0.6 else 1, 0),
        4: (2 if more < 0.4 else 1, 1 if more < 0.6 else 0),
        3: (1, 1),
        2: (1 if more < 0.4 else 0, 2 if more > 0.6 else 1),
        1: (0, 2 if more < 0.6 else 1),
    }[stars]
    plus = _distinct(good, praises)
    minus = _distinct([g for g in bad if g.aspect not in {p.aspect for p in plus}], gripes)
    said |= {form.text for form in (*plus, *minus)}
    first, then, bridge = (plus, minus, "turns") if stars >= 3 else (minus, plus, "pluses")
    parts = [_say(form, item, *keys) for form in first]
    for form in then:
        lead = pick(spec.voices[bridge], *keys, bridge, name=_form).text
        parts.append(f"{lead} {_small(_say(form, item, *keys))}" if first else _say(form, item, *keys))
    return parts


def _ranked(
    own: Sequence[Sentence], common: Sequence[Sentence], item: Item, said: set[str], liked: bool, *keys: Key
) -> list[Sentence]:
    """What can be said, led by the aspects in which this very line is good (or bad), so that reviewers agree.

    ``own`` are the category's forms; the ``common`` ones come up more seldom.
    """
    usable = [form for form in can_say((*own, *common), item.attributes) if form.text not in said]

    def rank(form: Sentence) -> float:
        strength = roll(item.line.id, "aspect", form.aspect)
        return roll(*keys, form.text) + 1.2 * (1 - strength if liked else strength) + 1.4 * (form in common)

    return sorted(usable, key=rank)


def _distinct(forms: Sequence[Sentence], wanted: int) -> list[Sentence]:
    """The first ``wanted`` forms, one an aspect."""
    by_aspect: Mapping[str, Sentence] = {form.aspect: form for form in reversed(forms)}
    return [form for form in forms if by_aspect[form.aspect] is form][:wanted]


def _say(form: Sentence, item: Item, *keys: Key) -> str:
    return fill(form.text, item.attributes, *keys)


def _small(sentence: str) -> str:
    """Without the large first letter, unless it belongs to "I" or a short form such as "GPS"."""
    return sentence if re.match(r"I\b|[A-Z]{2}", sentence) else sentence[:1].lower() + sentence[1:]


def _hasty(text: str, *keys: Key) -> str:
    """Now and then a slip of the finger, or no capitals at all."""
    chance = roll(*keys, "haste")
    if chance < 0.06:
        return text.lower().rstrip(".")
    if chance < 0.1:
        return text.replace("'", "")
    words = list(_WORD.finditer(text))
    if chance > 0.2 or not words:
        return text
    word = order(words, *keys, "slip", name=lambda match: str(match.start()))[0]
    at = word.start() + 1 + int(roll(*keys, "where") * (len(word[0]) - 3))
    if chance < 0.15:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :]


def _form(sentence: Sentence) -> str:
    return sentence.text
