"""The demo shop as it is written down: brands, departments, categories, product lines, people and words for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from retrieval.demo.traits import Test, Trait
from retrieval.product import AttributeValue


@dataclass(frozen=True, slots=True)
class Brand:
    """An invented maker with a character."""

    name: str
    # 1 cheap to 5 dear, against others of the same line level.
    level: int
    # Stars that its products earn beside what their level promises, about -0.5 to 0.5.
    reliability: float
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One model of one brand; a product for each of its colours, or one where it has none."""

    brand: Brand
    model: str
    # 1 plain to 5 best; prices, ladders and hidden quality follow it.
    level: int
    # A colour ("" where the line has none) and the edition of the shop that brought it, from 1, for each product.
    makes: tuple[tuple[str, int], ...]
    # Attributes that this model states itself instead of drawing them.
    fixed: Mapping[str, AttributeValue]

    @property
    def id(self) -> str:
        return slug(f"{self.brand.name} {self.model}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence form with the conditions under which it is true."""

    text: str
    needs: tuple[Test, ...] = ()
    # In reviews, what it is about ("battery"); "" elsewhere.
    aspect: str = ""

    def fits(self, attributes: Mapping[str, AttributeValue]) -> bool:
        return all(test.holds(attributes) for test in self.needs)


@dataclass(frozen=True, slots=True)
class Category:
    """One shelf of a department with its product lines and the words for them."""

    department: str
    name: str
    # What one of it is called, singular.
    noun: str
    # Major units of the currency, at level 1 and level 5.
    prices: tuple[float, float]
    # A sentence form.
    title: str
    traits: tuple[Trait, ...]
    # The attribute that lists what a buyer chooses from ("sizes"); "" where there is nothing to choose.
    variants: str
    lines: tuple[Line, ...]
    # The shop's sentences: first ones, plain facts, remarks on the side, and what is said of one model alone.
    opens: tuple[Sentence, ...]
    facts: tuple[Sentence, ...]
    asides: tuple[Sentence, ...]
    notes: Mapping[str, tuple[Sentence, ...]]
    # The customers' sentences.
    praise: tuple[Sentence, ...]
    gripes: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Aspect:
    """Something that customers look at in any category, and what they say of it."""

    name: str
    # The categories' own aspects that it covers.
    covers: frozenset[str]
    # Its name without an article.
    called: str
    # Whether ``good`` and ``bad`` may be said where the category has no praise or gripe of its own about it.
    anywhere: bool
    subject: tuple[str, ...]
    good: tuple[str, ...]
    bad: tuple[str, ...]
    # Pairs of titles for a review: praise, complaint.
    titles: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ad:
    """An advertisement that the shop has shown."""

    id: str
    # A category, a department or a maker.
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class People:
    """What customers are made from."""

    customers: int
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    streets: tuple[str, ...]
    street_kinds: tuple[str, ...]
    # City, state, first digits of its postal codes.
    cities: tuple[tuple[str, str, str], ...]
    order_notes: tuple[str, ...]
    # Flags, colours and materials that some look for.
    features: tuple[str, ...]
    colours: tuple[str, ...]
    materials: tuple[str, ...]
    # Words for what comes from an animal.
    animal: tuple[str, ...]
    # Searches for what the shop does not carry.
    unmet: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spec:
    """The whole shop as written."""

    brands: Mapping[str, Brand]
    categories: tuple[Category, ...]
    # The kinds of sentences that a description is made of, in order, one tuple for each way of writing one.
    hands: tuple[tuple[str, ...], ...]
    # Closing sentences that fit any category by attribute.
    closers: tuple[Sentence, ...]
    # How people review: part ("titles_5", "opens", ...) -> forms.
    voices: Mapping[str, tuple[Sentence, ...]]
    aspects: tuple[Aspect, ...]
    people: People
    # How people search, as forms.
    queries: tuple[Sentence, ...]
    ads: tuple[Ad, ...]

    @property
    def departments(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(category.department for category in self.categories))


def slug(text: str) -> str:
    """Lower case words joined by hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower().replace("'", "")))


def placeholders(text: str) -> Iterable[str]:
    """Names of the attributes that a sentence form mentions."""
    return (match[1].lower() for match in re.finditer(r"\{([A-Za-z_]+)\}", text))
