"""What reviews say of products and categories: praise, complaints, trend, in their writers' own words.

Reviews are public, so that counting them spends no privacy. Quotes are sentences word for word with the id of their
review: those first that tell of nobody, and of the others what tells of somebody is hidden.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import NamedTuple

from assistant.errors import InsightsError
from assistant.insights.quotes import Hide, Quote, Quoting
from assistant.insights.records import Records
from assistant.profile.opinions import ASPECT, PRICE, Opinion, said
from retrieval import catalogue
from retrieval.product import Product, Review

# Aspects told of each category or product, quarters of a trend.
_ASPECTS, _QUARTERS = 8, 8
# Statements from which on an aspect is told, and reviews from which on a quarter's mean is.
_LEAST, _MONTHS_LEAST = 3, 3
# Characters of a quote that tells something and is still read.
_SHORT, _LONG = 25, 220
# A product stands out where an aspect of it is complained of so many standard errors more often than in its category.
_STANDS_OUT, _FINDINGS = 2.0, 12


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one aspect."""

    aspect: str
    good: int
    bad: int
    praise: tuple[Quote, ...]
    complaints: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Quarter:
    """The reviews of three months."""

    # "2026 Q3".
    name: str
    reviews: int
    # Mean stars.
    stars: float


@dataclass(frozen=True, slots=True)
class Group:
    """The reviews of a category, or of a product."""

    # A category's name, or a product's id.
    id: str
    name: str
    reviews: int
    # Mean; None where none has stars.
    stars: float | None
    # Oldest first.
    trend: tuple[Quarter, ...]
    # The most spoken of first.
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A product that is complained of for one thing more often than others of its category."""

    product: str
    title: str
    category: str
    aspect: str
    # Complaints, of so many statements on the aspect; and the share of complaints in the category.
    bad: int
    all: int
    usual: float
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class ReviewInsight:
    """What a shop's reviews say."""

    reviews: int
    # Categories, the most reviewed first; products likewise.
    categories: tuple[Group, ...]
    products: tuple[Group, ...]
    # The clearest first.
    findings: tuple[Finding, ...]


class _Told(NamedTuple):
    """One statement of a review."""

    aspect: str
    # 1 or -1.
    way: int
    review: Review
    sentence: str
    # It says what its writer looks at, and whether that is so here only by the stars.
    general: bool


@dataclass(slots=True)
class _Heap:
    reviews: list[Review] = field(default_factory=list)
    told: list[_Told] = field(default_factory=list)


def reviews(records: Records, told: Callable[[Iterable[Review], int], Iterable[Review]], hide: Hide) -> ReviewInsight:
    """The insight in all reviews; ``told`` passes them through and says how far it is, given how many there are.

    Raises ``InsightsError`` where the shop has no reviews of its products.
    """
    everything = [r for r in _all(records) if r.product_id in records.products]
    if not everything:
        raise InsightsError("This shop has no reviews", "Import some with `shoptalk import --reviews FILE`")
    by_category: dict[str, _Heap] = defaultdict(_Heap)
    by_product: dict[str, _Heap] = defaultdict(_Heap)
    for review in told(everything, len(everything)):
        product = records.products[review.product_id]
        statements = _statements(review, product)
        for heap in (by_category[records.groups.get(product.id, "")], by_product[product.id]):
            heap.reviews.append(review)
            heap.told += statements
    categories = [_group(name, name, heap) for name, heap in by_category.items() if name]
    products = [_group(id_, records.products[id_].title, heap) for id_, heap in by_product.items()]
    found = ReviewInsight(
        len(everything),
        tuple(sorted(categories, key=lambda g: (-g.reviews, g.id))),
        tuple(sorted(products, key=lambda g: (-g.reviews, g.id))),
        tuple(_findings(records, by_category, by_product)),
    )
    return _quoted(found, Quoting(hide, {r.id: r.customer_id for r in everything}))


def _quoted(found: ReviewInsight, quoting: Quoting) -> ReviewInsight:
    """With the quotes that are shown in place of all that could be."""
    groups = (*found.categories, *found.products)
    quoting.read([side for g in groups for s in g.said for side in (s.praise, s.complaints)])
    quoting.read([finding.quotes for finding in found.findings])

    def told(group: Group) -> Group:
        said = (replace(s, praise=quoting.of(s.praise), complaints=quoting.of(s.complaints)) for s in group.said)
        return replace(group, said=tuple(said))

    return replace(
        found,
        categories=tuple(map(told, found.categories)),
        products=tuple(map(told, found.products)),
        findings=tuple(replace(f, quotes=quoting.of(f.quotes)) for f in found.findings),
    )


def _all(records: Records) -> list[Review]:
    names = Review.__slots__
    with catalogue.reading(records.folder) as db:
        have = {name for _, name, *_ in db.execute("PRAGMA table_info(reviews)")}
        shared = [n for n in names if n in have]
        if not shared:
            return []
        rows = db.execute(f"SELECT {', '.join(shared)} FROM reviews ORDER BY id").fetchall()
    return [Review(**dict(zip(shared, row, strict=True))) for row in rows]


def _statements(review: Review, product: Product) -> list[_Told]:
    """Each aspect once a side."""
    found: dict[tuple[str, int], _Told] = {}
    for opinion in sorted(said(review, product), key=lambda o: o.lasting):
        if aspect := _aspect(opinion):
            told = _Told(aspect, opinion.polarity, review, opinion.quote, opinion.lasting)
            found.setdefault((aspect, opinion.polarity), told)
    return list(found.values())


def _aspect(opinion: Opinion) -> str:
    """What it is about, by its plain name; "" for what says nothing of the product: its maker's name alone."""
    facet, value = opinion.about
    if facet in (ASPECT, PRICE):
        return value
    return "" if facet == "brand" else f"{facet} {value}" if facet in ("colour", "material") else value


def _group(id_: str, name: str, heap: _Heap) -> Group:
    rated = [r.rating for r in heap.reviews if r.rating is not None]
    counts = Counter((t.aspect, t.way) for t in heap.told)
    spoken = Counter(t.aspect for t in heap.told)
    known = [aspect for aspect, n in spoken.most_common() if n >= _LEAST][:_ASPECTS]
    return Group(
        id_,
        name,
        len(heap.reviews),
        sum(rated) / len(rated) if rated else None,
        _trend(heap.reviews),
        tuple(Said(a, counts[a, 1], counts[a, -1], _quotes(heap, a, 1), _quotes(heap, a, -1)) for a in known),
    )


def _trend(found: Sequence[Review]) -> tuple[Quarter, ...]:
    by_quarter: dict[str, list[float]] = defaultdict(list)
    for review in found:
        if review.rating is not None and re.match(r"\d{4}-\d{2}", review.date):
            by_quarter[f"{review.date[:4]} Q{(int(review.date[5:7]) - 1) // 3 + 1}"].append(review.rating)
    enough = [(name, stars) for name, stars in sorted(by_quarter.items()) if len(stars) >= _MONTHS_LEAST]
    return tuple(Quarter(name, len(stars), sum(stars) / len(stars)) for name, stars in enough[-_QUARTERS:])


def _quotes(heap: _Heap, aspect: str, way: int) -> tuple[Quote, ...]:
    """All sentences that can stand alone, none twice: first what is said of the thing itself, the latest first."""
    fitting = [
        t
        for t in heap.told
        if (t.aspect, t.way) == (aspect, way)
        and _SHORT <= len(t.sentence) <= _LONG
        and not _names(t.sentence, t.review.author)
    ]
    fitting.sort(key=lambda t: (t.review.date, t.review.id), reverse=True)
    fitting.sort(key=lambda t: t.general)
    found: dict[str, Quote] = {}
    for t in fitting:
        quote = Quote(t.sentence, t.review.id, t.review.product_id, t.review.date, t.review.rating)
        found.setdefault(t.sentence.casefold().strip(" .!?"), quote)
    return tuple(found.values())


def _names(text: str, author: str) -> bool:
    names = {w for w in re.findall(r"\w+", author.casefold()) if len(w) > 1}
    return bool(names & set(re.findall(r"\w+", text.casefold())))


def _findings(records: Records, by_category: dict[str, _Heap], by_product: dict[str, _Heap]) -> list[Finding]:
    usual: dict[str, Counter[tuple[str, int]]] = {
        name: Counter((t.aspect, t.way) for t in heap.told) for name, heap in by_category.items()
    }
    found: list[tuple[float, Finding]] = []
    for id_, heap in by_product.items():
        category = records.groups.get(id_, "")
        counts = Counter((t.aspect, t.way) for t in heap.told)
        for aspect, way in counts:
            bad, every = counts[aspect, -1], counts[aspect, -1] + counts[aspect, 1]
            others = usual[category][aspect, -1] - bad
            rest = others + usual[category][aspect, 1] - counts[aspect, 1]
            if way > 0 or bad < _LEAST or rest < _LEAST:
                continue
            # One complaint more and one less keep a share off 0 and 1.
            share = (others + 1) / (rest + 2)
            clear = (bad / every - share) / sqrt(share * (1 - share) / every)
            if clear >= _STANDS_OUT:
                title, quotes = records.products[id_].title, _quotes(heap, aspect, -1)
                found.append((clear, Finding(id_, title, category, aspect, bad, every, others / rest, quotes)))
    return [finding for _, finding in sorted(found, key=lambda f: (-f[0], f[1].product, f[1].aspect))[:_FINDINGS]]
