"""Reviews as customers write them: what they say and the stars they give follow from their taste and the product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from retrieval.demo.chance import Key, pick, roll
from retrieval.demo.days import TODAY, later
from retrieval.demo.prose import can_say, fill
from retrieval.demo.purchases import Purchase
from retrieval.demo.shop import Item
from retrieval.demo.spec import Aspect, Sentence, Spec
from retrieval.demo.taste import Reason, strength
from retrieval.demo.typing_style import retyped

# Praises and gripes by stars: at least, and how many more of the main kind there may be.
_MIXTURE = {5: (1, 0, 3), 4: (1, 0, 2), 3: (1, 1, 1), 2: (0, 1, 2), 1: (0, 1, 3)}
_LEADS = ("Honestly, ", "I must say ", "Well, ")


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that a review says."""

    # An aspect, or a taste such as "brand:Nimbra".
    about: str
    good: bool
    text: str
    weight: float = 0


@dataclass(frozen=True, slots=True)
class Opinion:
    """One review. ``points`` and ``manner`` are hidden: the feed has the text alone."""

    id: str
    product_id: str
    # The SKU, where the product has variants.
    variant_id: str
    customer_id: str
    author: str
    rating: int
    title: str
    text: str
    day: date
    points: tuple[Point, ...] = field(default=())
    # "plain", "gift", "ironic" or "off topic".
    manner: str = "plain"

    def to_dict(self) -> dict[str, object]:
        """The row of the review file."""
        return {
            "id": self.id,
            "product_id": self.product_id,
            "variant_id": self.variant_id,
            "customer_id": self.customer_id,
            "author": self.author,
            "rating": self.rating,
            "title": self.title,
            "text": self.text,
            "date": self.day.isoformat(),
        }


def reviews(spec: Spec, bought: Iterable[Purchase], seed: int) -> Iterator[Opinion]:
    """The reviews that have been written until today, in the order of the purchases."""
    words: dict[str, _Words] = {}
    for purchase in bought:
        customer, item = purchase.customer, purchase.item
        keys = (seed, customer.id, item.id, "review")
        day = later(purchase.arrives, 1 + int(50 * roll(*keys, "day") ** 2))
        # Some never write, and some nearly always.
        diligence = 1.05 - 0.6 * roll(seed, customer.id, "diligence") if roll(seed, customer.id, "writer") > 0.05 else 0
        if purchase.cancelled or day > TODAY or roll(*keys, "writes") > diligence:
            continue
        if item.id not in words:
            words[item.id] = _Words(spec, item)
        yield _review(spec, purchase, words[item.id], day, *keys)


def ratings(item: Item, written: Sequence[Opinion], seed: int) -> tuple[float, int]:
    """Mean stars to one decimal and their number: the written reviews and those who only left stars."""
    silent = int(4 * 150 ** roll(seed, item.id, "silent"))
    total = sum(opinion.rating for opinion in written) + item.quality * silent
    count = len(written) + silent
    return round(total / count, 1), count


class _Words:
    """What can be said of one product: its category's sentences by what they are about."""

    def __init__(self, spec: Spec, item: Item) -> None:
        self.good = _grouped(can_say(item.category.praise, item.attributes))
        self.bad = _grouped(can_say(item.category.gripes, item.attributes))
        self.common_good = _grouped(can_say(spec.voices["praise"], item.attributes))
        self.common_bad = _grouped(can_say(spec.voices["gripes"], item.attributes))
        told = {form.aspect for form in (*item.category.praise, *item.category.gripes)}
        self.aspects = {a.name: a for a in spec.aspects if a.covers & told}
        covered = {part for a in self.aspects.values() for part in a.covers}
        # Aspect -> how good this line is in it; those of the category alone are as secret as the others.
        self.strengths = {name: strength(item, name) for name in (*self.aspects, *sorted(told - covered))}

    def has(self, name: str, good: bool) -> bool:
        """Whether anything can be said of that aspect in praise (or complaint)."""
        aspect = self.aspects.get(name)
        if aspect and aspect.anywhere:
            return True
        return not (aspect.covers if aspect else {name}).isdisjoint(self.good if good else self.bad)


def _grouped(forms: Iterable[Sentence]) -> dict[str, list[Sentence]]:
    found: dict[str, list[Sentence]] = {}
    for form in forms:
        found.setdefault(form.aspect, []).append(form)
    return found


def _review(spec: Spec, purchase: Purchase, words: _Words, day: date, *keys: Key) -> Opinion:
    customer, item = purchase.customer, purchase.item
    stars = purchase.stars
    manner = _manner(purchase, stars, *keys)
    points = [] if manner == "off topic" else _points(spec, purchase, words, stars, *keys)
    said = _told(spec, purchase, manner, points, stars, *keys)
    return Opinion(
        id=f"{item.id}-{customer.id}",
        product_id=item.id,
        variant_id=purchase.choice.id if purchase.choice else "",
        customer_id=customer.id,
        author=customer.shown_as,
        rating=stars,
        title=_title(spec, points, stars, words.aspects, *keys),
        text=retyped(" ".join(said), customer.voice, *keys),
        day=day,
        points=tuple(points),
        manner=manner,
    )


def _manner(purchase: Purchase, stars: int, *keys: Key) -> str:
    chance = roll(*keys, "manner")
    if chance < 0.025:
        return "off topic"
    if purchase.gift:
        return "gift"
    ironic = {1: 0.1, 2: 0.08, 5: 0.02}.get(stars, 0.0) * (4 if purchase.customer.voice == "ironic" else 1)
    return "ironic" if chance < 0.025 + ironic else "plain"


def _points(spec: Spec, purchase: Purchase, words: _Words, stars: int, *keys: Key) -> list[Point]:
    """Praise and gripes in the mixture that ``stars`` stand for, what moved this customer most first."""
    praises, gripes, more = _MIXTURE[stars]
    extra = int((more + 0.99) * roll(*keys, "more") ** 1.3)
    praises, gripes = (praises + extra, gripes) if stars >= 3 else (praises, gripes + extra)
    if stars in (2, 4) and roll(*keys, "but") < 0.5:
        praises, gripes = (praises, 1) if stars == 4 else (1, gripes)
    if purchase.customer.voice == "terse":
        praises, gripes = min(praises, 1), min(gripes, 1)
    moved = {r.key: r.amount for r in purchase.reasons if r.kind == "aspect"}
    found: dict[bool, list[Point]] = {}
    for good, wanted in ((True, praises), (False, gripes)):
        if wanted:
            options = [
                *_aspects(words, moved, good, item=purchase.item, keys=keys),
                *_tastes(spec, purchase.reasons, good, *keys),
            ]
            taken = {point.about for point in found.get(True, ())}
            options = [point for point in options if point.about not in taken]
            found[good] = sorted(options, key=lambda p: -p.weight)[:wanted]
    first, then = (True, False) if stars >= 3 else (False, True)
    chosen = [*found.get(first, ()), *found.get(then, ())]
    return [_voiced(spec, point, purchase, words, moved, point.good is (stars >= 3), *keys) for point in chosen]


def _aspects(words: _Words, moved: Mapping[str, float], good: bool, item: Item, keys: tuple[Key, ...]) -> list[Point]:
    """The aspects that could be praised (or complained of), without their text yet."""
    found = []
    for name, strong in words.strengths.items():
        if (moved.get(name, 0) < 0) is good and name in moved:
            continue
        bias = 1.1 * (strong if good else 1 - strong) - 0.5
        weight = roll(*keys, "aspect", name) + bias + (0.7 + 1.2 * abs(moved[name]) if name in moved else 0)
        if words.has(name, good):
            found.append(Point(name, good, "", weight))
    common = words.common_good if good else words.common_bad
    found += [Point(f"common:{a}", good, "", roll(*keys, "common", a) - 0.45) for a in common]
    return found


def _tastes(spec: Spec, found: Sequence[Reason], good: bool, *keys: Key) -> list[Point]:
    points = []
    for reason in found:
        if reason.kind == "aspect" or (reason.amount > 0) is not good:
            continue
        part = {
            "price": f"{reason.key}_{'liked' if good else 'disliked'}",
            "feature": f"feature_{'liked' if good else 'missed'}",
        }.get(reason.kind, f"{reason.kind}_{'liked' if good else 'disliked'}")
        facts = {reason.kind: reason.key.replace("_", " "), "material": reason.key}
        form = pick(spec.voices[part], *keys, part, reason.key, name=_form)
        weight = 0.55 + roll(*keys, "taste", reason.kind, reason.key) + 1.2 * abs(reason.amount)
        points.append(Point(f"{reason.kind}:{reason.key}", good, fill(form.text, facts, *keys), weight))
    return points


def _voiced(
    spec: Spec, point: Point, purchase: Purchase, words: _Words, moved: Mapping[str, float], main: bool, *keys: Key
) -> Point:
    """``point`` with the sentence that says it; what is not ``main`` is said in the category's milder words."""
    if point.text:
        return point
    name, attributes = point.about, purchase.item.attributes
    if name.startswith("common:"):
        pool = words.common_good if point.good else words.common_bad
        form = pick(pool[name.removeprefix("common:")], *keys, name, name=_form)
        return Point(name.removeprefix("common:"), point.good, fill(form.text, attributes, *keys))
    aspect = words.aspects.get(name)
    pool = words.good if point.good else words.bad
    own = [form for part in sorted(aspect.covers if aspect else (name,)) for form in pool.get(part, ())]
    if own and (aspect is None or not main or roll(*keys, name, "own words") < 0.55):
        text = fill(pick(own, *keys, name, name=_form).text, attributes, *keys)
    else:
        assert aspect is not None
        text = _composed(aspect, point.good, *keys)
    if name in moved and roll(*keys, name, "says so") < 0.35:
        lead = fill(
            pick(spec.voices["cares"], *keys, name, "cares", name=_form).text,
            {"aspect": aspect.called if aspect else name},
            *keys,
        )
        text = f"{lead} {text}"
    return Point(name, point.good, text)


def _composed(aspect: Aspect, good: bool, *keys: Key) -> str:
    subject = pick(aspect.subject, *keys, aspect.name, "subject")
    said = pick(aspect.good if good else aspect.bad, *keys, aspect.name, "said")
    lead = pick(("", "", "", "", *_LEADS), *keys, aspect.name, "lead")
    sentence = f"{lead}{subject} {said}."
    return sentence[:1].upper() + sentence[1:]


def _told(spec: Spec, purchase: Purchase, manner: str, points: Sequence[Point], stars: int, *keys: Key) -> list[str]:
    """The sentences of the review in their order."""
    voices, voice = spec.voices, purchase.customer.voice
    facts = {"brand": purchase.item.line.brand.name}

    def one(part: str) -> str:
        return fill(pick(voices[part], *keys, part, name=_form).text, facts, *keys)

    if manner == "off topic":
        return [one("off_topic")]
    said: list[str] = []
    if manner == "gift":
        said.append(one("gifts"))
    elif roll(*keys, "opens") < {"terse": 0.0, "chatty": 0.75}.get(voice, 0.25):
        said.append(one("opens"))
    if manner == "ironic":
        said.append(one("ironic_bad" if stars <= 2 else "ironic_good"))
    for before, point in zip((None, *points), points, strict=False):
        turn = before is not None and before.good is not point.good
        lead = one("pluses" if point.good else "turns") if turn else ""
        said.append(f"{lead} {_small(_plainly(point.text))}" if lead else point.text)
    if manner == "gift":
        said.append(one("gift_good" if stars >= 4 else "gift_bad"))
    elif manner == "plain" and roll(*keys, "ends") < {"terse": 0.0, "chatty": 0.8}.get(voice, 0.3):
        said.append(one(f"ends_{stars}"))
    return said


def _title(spec: Spec, points: Sequence[Point], stars: int, aspects: Mapping[str, Aspect], *keys: Key) -> str:
    if roll(*keys, "titled") < 0.1:
        return ""
    main = next((aspects[p.about] for p in points if p.about in aspects and p.good is (stars >= 3)), None)
    if main and stars != 3 and roll(*keys, "title") < 0.35:
        return pick(main.titles, *keys, "title", name=" ".join)[0 if stars >= 4 else 1]
    return pick(spec.voices[f"titles_{stars}"], *keys, "title", name=_form).text


def _small(sentence: str) -> str:
    """Without the large first letter, unless it belongs to "I" or a short form such as "GPS"."""
    first = sentence.split()[0]
    kept = first == "I" or first.startswith("I'") or first[:2].isupper()
    return sentence if kept else sentence[0].lower() + sentence[1:]


def _plainly(sentence: str) -> str:
    """Without the words before the thing itself, which would stumble behind a connecting phrase."""
    return next((sentence.removeprefix(lead) for lead in _LEADS if sentence.startswith(lead)), sentence)


def _form(sentence: Sentence) -> str:
    return sentence.text
