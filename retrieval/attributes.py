"""What the attributes of a shop mean: which hold colours, materials, flags, measures, and which values are words.

Names and units differ from feed to feed; everything here is read off the shop's own names, values and titles, and
what stays uncertain is left out, so that the words of a product decide instead.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from retrieval.lexicon import key, lexicon
from retrieval.measures import attribute_key, attribute_unit, measures, quantities, split_suffix, text_unit
from retrieval.product import Kind, Product
from retrieval.typed import Typed, modifier, survey_kinds

# A value counts as a word of this shop from this many products on.
_SEEN = 3
# An attribute with more different texts than this share of its products is free text.
_FREE = 0.5


@dataclass(frozen=True, slots=True)
class Links:
    """What the attributes of one shop mean. JSON-ready through ``to_dict``."""

    # Attributes whose values are colours, and materials, the most telling first.
    colours: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    # Attributes that hold the size of what one wears.
    sizes: tuple[str, ...] = ()
    # The sizes they hold, as keys: "m" in one shop, "medium" in another.
    size_values: tuple[str, ...] = ()
    # Key of a yes-or-no attribute's name -> the attribute.
    flags: Mapping[str, str] = field(default_factory=dict)
    # Key of a short attribute value -> the one attribute that it belongs to, "" where several share it.
    values: Mapping[str, str] = field(default_factory=dict)
    # Keys of the values and flags that a sentence may name in passing.
    spoken: tuple[str, ...] = ()
    # Key of a property or value -> the number of products that have it.
    weight: Mapping[str, int] = field(default_factory=dict)
    # Measure name -> (attribute, unit token), the most telling first.
    measures: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    # What attributes mean for products of one kind.
    typed: Typed = field(default_factory=Typed)

    def to_dict(self) -> dict[str, Any]:
        """The links as JSON-ready data."""
        return {
            "colours": list(self.colours),
            "materials": list(self.materials),
            "sizes": list(self.sizes),
            "size_values": list(self.size_values),
            "flags": dict(self.flags),
            "values": dict(self.values),
            "spoken": list(self.spoken),
            "weight": dict(self.weight),
            "measures": {name: [list(pair) for pair in pairs] for name, pairs in self.measures.items()},
            "typed": self.typed.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Links:
        """The inverse of ``to_dict``."""
        return cls(
            colours=tuple(data["colours"]),
            materials=tuple(data["materials"]),
            sizes=tuple(data["sizes"]),
            size_values=tuple(data["size_values"]),
            flags=dict(data["flags"]),
            values=dict(data["values"]),
            spoken=tuple(data["spoken"]),
            weight=dict(data["weight"]),
            measures={name: tuple((a, u) for a, u in pairs) for name, pairs in data["measures"].items()},
            # A shop of an earlier import has none.
            typed=Typed.from_dict(data["typed"]) if "typed" in data else Typed(),
        )


def survey(products: Iterable[Product], brand_keys: set[str], kinds: Mapping[str, Kind]) -> Links:
    """Reads the meaning of the attributes off their names and values; ``products`` are gone through several times.

    ``brand_keys`` are never taken for values. ``kinds`` are those of the products, by their ids.
    """
    seen = _Seen()
    for product in products:
        seen.add(product)
    keyed = {name: _by_key(counter) for name, counter in seen.texts.items()}
    colours = _named(keyed, ("colour", "color", "colours", "colors"), lambda k: lexicon().colour(k) is not None)
    materials = _named(keyed, ("material", "materials", "fabric"), _has_material)
    flags = {key(name): name for name, count in seen.truths.items() if count >= _SEEN and len(key(name).split()) <= 3}
    sizes = tuple(sorted(name for name in {*seen.texts, *seen.numbers} if _holds_sizes(name, keyed)))
    values, weight = _values(keyed, seen, brand_keys, {*colours, *materials})
    holders = {phrase: dict(names) for phrase, names in values.items()}
    titles = _Titles({*values, *flags}, holders)
    for product in products:
        titles.add(product)
    return Links(
        colours=colours,
        materials=materials,
        sizes=sizes,
        size_values=tuple(sorted({k for name in sizes for k in keyed.get(name, ())})),
        flags=flags,
        values={phrase: titles.decisive(phrase, names) for phrase, names in values.items()},
        spoken=tuple(sorted(p for p in {*values, *flags} if _may_be_spoken(p) and titles.prints(p, weight.get(p, 0)))),
        weight=weight | {k: seen.truths[name] for k, name in flags.items()},
        measures=_measures(seen, products),
        typed=survey_kinds(products, kinds),
    )


class _Seen:
    """What stands under each attribute name, over all products."""

    def __init__(self) -> None:
        self.texts: dict[str, Counter[str]] = defaultdict(Counter)
        self.numbers: dict[str, array[float]] = defaultdict(lambda: array("d"))
        self.truths: Counter[str] = Counter()

    def add(self, product: Product) -> None:
        for name, value in product.attributes.items():
            if isinstance(value, bool):
                self.truths[name] += value
            elif isinstance(value, (int, float)):
                self.numbers[name].append(value)
            else:
                self.texts[name][value] += 1


def _by_key(counter: Counter[str]) -> Counter[str]:
    """The parts of listed values ("Black, Silver") as keys, with the number of products."""
    found: Counter[str] = Counter()
    for value, count in counter.items():
        for part in re.split(r"[,;/\n]|\\n", value) if len(value) <= 80 else ():
            if len(part) <= 40 and (k := key(part)):
                found[k] += count
                if word := modifier(k):
                    found[word] += count
    return found


def _has_material(phrase: str) -> bool:
    materials = lexicon().materials
    return phrase in materials or any(part in materials for part in phrase.split())


# Of a part, of light, of what is printed or of the box; not of the thing itself.
_OF_A_PART = re.compile(
    r"led|light|illuminat|print_on|text|ink_|temperature|depth|number|gamut|page|speed|suitable|package|packaging"
)
_OF_THE_THING = {"product", "main", "primary", "outer", "housing", "body", "case", "upper", "shell", "outside"}
# A further attribute counts where at least this share of the products that state a colour or material have it.
_COMMON = 0.03


def _named(keyed: Mapping[str, Counter[str]], endings: tuple[str, ...], fits: Callable[[str], bool]) -> tuple[str, ...]:
    """Attributes whose name ends so and whose values mostly fit: those of the whole thing first."""
    found = []
    for name, counter in keyed.items():
        parts = key(name).split()
        if not parts or parts[-1] not in endings or _OF_A_PART.search(attribute_key(name)):
            continue
        total = counter.total()
        if total and sum(c for k, c in counter.items() if fits(k)) >= 0.6 * total:
            found.append((len(parts) > 1 and parts[0] not in _OF_THE_THING, -total, name))
    least = _COMMON * sum(-count for _, count, _ in found)
    return tuple(name for of_part, count, name in sorted(found) if not of_part or -count >= least)


_WORN = re.compile(r"(?:shoe|clothing|garment|apparel|ring|glove|hat|frame)_size(?:_(?:eu|uk|us|s))?|sizes?")
_LETTER_SIZE = re.compile(r"(?:x{0,3}[sml]|[2-6]xl|small|medium|large|one size)")


def _holds_sizes(name: str, keyed: Mapping[str, Counter[str]]) -> bool:
    """Whether an attribute is a wearer's size: by its full name, or a plain "size" with letter sizes in it."""
    if not _WORN.fullmatch(attribute_key(name)):
        return False
    return "_" in attribute_key(name) or any(_LETTER_SIZE.fullmatch(k) for k in keyed.get(name, ()))


def _may_be_spoken(phrase: str) -> bool:
    """Whether a value or the name of a flag means that and nothing else where it stands in a sentence."""
    lex = lexicon()
    parts = phrase.split()
    if any(phrase in m.nouns for m in measures()):
        return False
    if len(parts) == 1 and (phrase in lex.ordinary or len(phrase) < 3 or re.fullmatch(r"\d+[a-z]{1,3}", phrase)):
        return False
    return not {parts[0], parts[-1]} & lex.stop_words and next(quantities(phrase), None) is None


def _values(
    keyed: Mapping[str, Counter[str]], seen: _Seen, brand_keys: set[str], known: set[str]
) -> tuple[dict[str, Counter[str]], dict[str, int]]:
    """Short values of attributes that are no free text, with the attributes that hold them; and how many do."""
    where: dict[str, Counter[str]] = defaultdict(Counter)
    for name, counter in keyed.items():
        texts = seen.texts[name]
        if name in known or len(texts) > max(12, _FREE * texts.total()):
            continue
        for phrase, count in counter.items():
            parts = phrase.split()
            numeric = all(p.isdigit() or len(p) < 2 for p in parts)
            says = not numeric and not all(p in lexicon().stop_words for p in parts)
            if says and count >= _SEEN and len(parts) <= 3 and phrase not in brand_keys:
                where[phrase][name] += count
    return dict(where), {phrase: names.most_common(1)[0][1] for phrase, names in where.items()}


class _Titles:
    """What titles say about values: in how many a phrase is printed, and whether an attribute agrees with them."""

    def __init__(self, phrases: set[str], holders: Mapping[str, Mapping[str, int]]) -> None:
        self._phrases = phrases
        self._holders = holders
        self._printed: Counter[str] = Counter()
        # (phrase, attribute) -> products whose title prints the phrase: with the attribute, and agreeing.
        self._with: Counter[tuple[str, str]] = Counter()
        self._agree: Counter[tuple[str, str]] = Counter()

    def add(self, product: Product) -> None:
        parts = key(product.title).split()
        grams = {" ".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, min(i + 4, len(parts) + 1))}
        for phrase in grams & self._phrases:
            self._printed[phrase] += 1
            for name in self._holders.get(phrase, ()):
                if name in product.attributes:
                    self._with[phrase, name] += 1
                    stated = key(str(product.attributes[name])).split()
                    self._agree[phrase, name] += all(part in stated for part in phrase.split())

    def prints(self, phrase: str, holders: int) -> bool:
        """Whether makers print the phrase in titles: what stands there is what shoppers ask for."""
        return self._printed[phrase] >= max(_SEEN, 0.1 * holders)

    def decisive(self, phrase: str, names: Counter[str]) -> str:
        """The one attribute that settles the phrase for every product that has it, or "" where none does."""
        name, count = names.most_common(1)[0]
        if count < 0.8 * names.total() or count < 0.3 * self._printed[phrase]:
            return ""
        known = self._with[phrase, name]
        return name if known < _SEEN or self._agree[phrase, name] >= 0.9 * known else ""


def _measures(seen: _Seen, products: Iterable[Product]) -> dict[str, tuple[tuple[str, str], ...]]:
    """For each measure the attributes that hold it, with the unit of their numbers, the most telling first."""
    votes = _unit_votes({n for n in seen.numbers if _is_measured(n)}, products)
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for measure in measures():
        rows = []
        for name in {*seen.numbers, *seen.texts}:
            base, _ = split_suffix(attribute_key(name))
            if base not in measure.attributes:
                continue
            values, texts = seen.numbers.get(name, array("d")), seen.texts.get(name, Counter())
            if len(values) >= texts.total():
                token = attribute_unit(measure, attribute_key(name), values, votes.get(name, {}))
            else:
                token = text_unit(measure, texts)
            if token:
                rows.append((measure.attributes.index(base), -len(values) - texts.total(), name, token))
        if rows:
            found[measure.name] = tuple((name, token) for _, _, name, token in sorted(rows))
    return found


def _is_measured(name: str) -> bool:
    base, stated = split_suffix(attribute_key(name))
    return stated is None and any(base in m.attributes for m in measures())


def _unit_votes(names: set[str], products: Iterable[Product]) -> dict[str, Counter[str]]:
    """For attributes that do not name their unit: in which units the titles print the same number."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for product in products:
        own = [(n, v) for n, v in product.attributes.items() if n in names and not isinstance(v, (bool, str))]
        if own:
            printed = {(q.value, q.unit.token) for q in quantities(product.title)}
            for name, value in own:
                for amount, token in printed:
                    if abs(amount - value) < 1e-6:
                        votes[name][token] += 1
    return votes
