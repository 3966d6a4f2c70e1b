"""Evidence as the check looks things up in it: one ``Record`` a product, one ``Field`` an attribute."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from assistant.grounding.lists import aliases, listed, spelled_units, verbs
from assistant.state import Evidence
from retrieval.measures import attribute_key, in_unit, measures, split_suffix
from retrieval.measures import unit as unit_of
from retrieval.text import words

Tokens = tuple[str, ...]

_LIST = re.compile(r"[,;/\n]|\s+and\s+|\s&\s|\s\+\s")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_CLAUSE = re.compile(r"(?<=[.!?;,:])\s+|\n+|\s[–—|-]\s|\(|\)")
_SIGN = re.compile(r"(?<![\w.,)])[-−](?=\d)")
_FIGURE = re.compile(r"(\d+(?:\.\d+)?)([a-z%]*)")
# What a text value says where the thing is absent.
_ABSENT = {"no", "none", "not supported", "not available", "n/a", "without"}


@dataclass(frozen=True, slots=True)
class Field:
    """One attribute of a record."""

    # Ways to name it in full, as tokens; the first is the feed's own name.
    labels: tuple[Tokens, ...]
    # True or False for a yes-or-no attribute, or a text that says the thing is absent.
    flag: bool | None = None
    # The number it holds and its unit's token, "" where the record does not say.
    amount: tuple[float, str] | None = None
    # Dimensions that a number under this name is in, where a measure is so named.
    dimensions: frozenset[str] = frozenset()
    # Its value as it may be said: whole, each part of a list, and without leading adjectives.
    phrases: frozenset[Tokens] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """Every token that may help to name it."""
        return frozenset(token for label in self.labels for token in label)

    def distance(self, named: frozenset[str]) -> int | None:
        """How many tokens of its nearest label ``named`` leaves out; None where it is not so named."""
        return min((len(set(label) - named) for label in self.labels if named <= set(label)), default=None)


@dataclass(slots=True)
class Record:
    """What is known of one product."""

    id: str
    names: list[str] = field(default_factory=list)
    price: str = ""
    brand: str = ""
    rating: str = ""
    rating_count: str = ""
    stock: int | None = None
    fields: list[Field] = field(default_factory=list)
    # Clauses of the title, and of category and description, that say what the product is.
    title: list[Tokens] = field(default_factory=list)
    texts: list[Tokens] = field(default_factory=list)
    # The description's sentences, as they are.
    sentences: list[Tokens] = field(default_factory=list)
    kind: Tokens = ()
    # Attributes' values and names, as printed.
    values: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    # Wishes of the shopper that the product was shown to meet.
    wishes: list[Tokens] = field(default_factory=list)


def records(evidence: Iterable[Evidence]) -> list[Record]:
    """The products that ``evidence`` speaks of, in its order; wishes belong to the first."""
    found: dict[str, Record] = {}
    wishes: list[Tokens] = []
    for piece in evidence:
        if piece.source == "shopper":
            wishes.append(tuple(words(piece.value)))
        elif piece.source == "product" or (piece.source == "shop" and piece.id):
            _add(found.setdefault(piece.id, Record(piece.id)), piece)
    for record in list(found.values())[:1]:
        record.wishes += wishes
    return list(found.values())


def _add(record: Record, piece: Evidence) -> None:
    match piece.field:
        case "price":
            record.price = piece.value
        case "brand":
            record.brand = piece.value
        case "rating":
            record.rating = piece.value
        case "rating_count":
            record.rating_count = piece.value
        case "stock":
            record.stock = int(piece.value)
        case "title":
            record.names.append(piece.value)
            record.title += _own(piece.value, listed("goes_with"))
        case "category" | "description":
            record.texts += _unhedged(piece.value)
            record.sentences += [tuple(words(signed(s))) for s in _SENTENCE.split(piece.value)]
        case "type":
            record.kind = tuple(words(piece.value))
        case _:
            name = piece.field.removeprefix("attributes.")
            record.values.append(piece.value)
            record.labels.append(attribute_key(name).replace("_", " "))
            record.fields.append(read_field(name, piece.value))


@lru_cache(maxsize=20_000)
def read_field(name: str, value: str) -> Field:
    """One attribute from its name in the feed and its printed value."""
    value = signed(value)
    tokens = words(value)
    amounts = len(tokens) == 1 and _FIGURE.fullmatch(tokens[0])
    labels = _labels(name, bool(amounts))
    if value.casefold() in ("yes", "no") or value.casefold() in _ABSENT:
        said = () if value.casefold() in ("yes", "no") else (tuple(words(value)),)
        return Field(labels, flag=value.casefold() == "yes", phrases=frozenset(said))
    amount = (float(amounts[1]), amounts[2] or split_suffix(attribute_key(name))[1] or "") if amounts else None
    base = split_suffix(attribute_key(name))[0]
    dimensions = frozenset(m.dimension for m in measures() if base in m.attributes)
    return Field(labels, amount=amount, dimensions=dimensions, phrases=frozenset(_phrases(value)))


def dimension(token: str) -> str:
    """What a unit measures, "" for a token that is no unit."""
    try:
        return unit_of(token).dimension
    except KeyError:
        return ""


def _labels(name: str, measured: bool) -> tuple[Tokens, ...]:
    key = attribute_key(name)
    base, unit = split_suffix(key)
    # "weight_imperial" is another field than "weight", and "made_in" is not in inches.
    base = base if measured and unit else key
    labels = [tuple(words(base.replace("_", " "))), tuple(words(key.replace("_", " ")))]
    for measure in measures():
        if base in measure.attributes:
            labels += aliases(measure.name)
    plain = set(labels)
    for verb, named in verbs().items():
        # "weighs" is the weight; the package weight is further away.
        labels += [(verb, *(t for t in label if t not in n)) for n in named for label in plain if set(n) <= set(label)]
    return tuple(dict.fromkeys(label for label in labels if label))


def _phrases(value: str) -> Iterable[Tokens]:
    yield tuple(words(value))
    turned = listed("turns")
    for part in _LIST.split(value):
        tokens = tuple(words(part))
        for start in range(len(tokens)):
            # "dark red" is red; "faux leather" is not leather, and "0 - 30" is not 30.
            if not start or not (set(tokens[:start]) & turned or tokens[start][0].isdigit()):
                yield tokens[start:]


@lru_cache(maxsize=2_000)
def _own(title: str, ends: frozenset[str]) -> list[Tokens]:
    """The clauses of a title, each up to the word behind which stands what it goes with."""
    found = []
    for clause in _CLAUSE.split(title):
        tokens = words(signed(clause))
        end = next((i for i, token in enumerate(tokens) if token in ends), len(tokens))
        found.append(tuple(tokens[:end]))
    return [tokens for tokens in found if tokens]


@lru_cache(maxsize=2_000)
def _unhedged(text: str) -> list[Tokens]:
    """The clauses of a text's sentences that deny, limit and compare nothing."""
    plain = [s for s in _SENTENCE.split(text) if not set(words(s)) & listed("hedges")]
    return [tuple(words(signed(clause))) for sentence in plain for clause in _CLAUSE.split(sentence)]


def figure(token: str, following: str) -> tuple[float, str, int] | None:
    """The amount that begins with ``token``: number, unit ("" for none), how many tokens it takes; None for none."""
    match = _FIGURE.fullmatch(token)
    if not match:
        return None
    if not match[2] and following in spelled_units():
        return float(match[1]), spelled_units()[following], 2
    return float(match[1]), match[2], 1


def same_amount(one: tuple[float, str], other: tuple[float, str]) -> bool:
    """Whether two amounts are equal, converted where their units differ; a missing unit is taken for the other's."""
    (x, u), (y, v) = one, other
    if u == v or not u:
        return abs(x - y) < 1e-9
    if not v:
        return False
    try:
        first, second = unit_of(u), unit_of(v)
    except KeyError:
        return False
    return first.dimension == second.dimension and abs(in_unit(x, first, v) - y) < 1e-6


def signed(text: str) -> str:
    """``text`` with the sign of a number as a word: ``words`` knows no sign, and -8 is not 8."""
    return _SIGN.sub(" minus ", text)


def sequence_at(tokens: Sequence[str], at: int, wanted: Sequence[str]) -> bool:
    """Whether ``wanted`` stands in ``tokens`` from position ``at`` on."""
    return bool(wanted) and tuple(tokens[at : at + len(wanted)]) == tuple(wanted)
