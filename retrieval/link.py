"""From a shopper's phrase to a checkable wish: which attribute decides, else which words.

Only attributes that truly speak
about the phrase are named, because the first one that a product has decides alone; in doubt the words decide.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.attributes import Links
from retrieval.kind_index import Meant, Proviso
from retrieval.lexicon import key, lexicon
from retrieval.measures import (
    Measure,
    Quantity,
    attribute_key,
    in_unit,
    measures_of,
    quantities,
    spelled,
    split_suffix,
    unit,
)
from retrieval.nouns import noun_key
from retrieval.query import Condition
from retrieval.text import words


@dataclass(frozen=True, slots=True)
class Sort:
    """What a type phrase denotes in a shop."""

    # Labels of the shop's kinds, the commonest first; () where it has none.
    labels: tuple[str, ...] = ()
    # (labels, what a product of such a kind must meet to count), as ``Filters.provided`` has it.
    provided: tuple[tuple[tuple[str, ...], Condition], ...] = ()


def sort(meant: Meant, links: Links) -> Sort:
    """What ``meant`` says, with each proviso as a condition on the record."""
    labels, provided = list(meant.labels), []
    for said in meant.provisos:
        condition = _proviso(said, links)
        if condition is not None:
            provided.append((said.labels, condition))
            labels += said.labels if said.strict else ()
    return Sort(tuple(dict.fromkeys(labels)), tuple(provided))


def _proviso(said: Proviso, links: Links) -> Condition | None:
    """What a product of a kind must meet so that more than the kind's name holds of it; None where nothing can tell."""
    words_of = tuple(dict.fromkeys((" ".join(words(p)),) for p in said.phrases if words(p))) or ((_ABSENT,),)
    if name := links.typed.mark(key(said.phrases[0]), said.like):
        groups = ((_ABSENT,),) if said.strict else words_of
        return Condition(said.phrases[0], (name,), "=", said.phrases[0], groups, title_only=said.title_only)
    if said.strict:
        return None
    if said.title_only and key(said.phrases[0]) not in lexicon().flags:
        return Condition(said.phrases[0], any_of=words_of, title_only=True)
    found = link(said.phrases[0], links, (*said.like, *said.labels))
    return found if found.attributes else Condition(said.phrases[0], any_of=words_of)


def link(phrase: str, links: Links, kinds: Sequence[str] = ()) -> Condition:
    """What a product must have to satisfy ``phrase``; ``kinds`` are the labels of the kinds it is said of, if any.

    A phrase of stop words alone ("something nice") asks nothing that a record could show: its condition admits
    nothing, so that as a soft wish it moves no product and as a hard one it can be given up by name.
    """
    if _CHANNELS.fullmatch(phrase.strip()):
        return Condition(phrase, any_of=((phrase.strip(),),))
    found = list(quantities(phrase)) or _pieces(phrase, kinds)
    if found:
        rest = _content(phrase[: found[0].start] + " " + phrase[found[0].end :])
        if len(found) == 1 and not rest:
            return _quantity(phrase, found[0], links, kinds)
        # Two wishes in one phrase ("17 inch touchscreen"): no one attribute decides both.
        return Condition(phrase, any_of=(tuple(words(" ".join(_content(phrase)))) or (_ABSENT,),))
    if _ON.search(whole := " ".join(words(phrase))):
        # "Black on white" is not "white on black": these words count side by side.
        return _known(phrase, whole, links, kinds) or Condition(phrase, any_of=((whole,),))
    # "in-ear" is known as a whole; of "a really waterproof one" what says something is.
    for wanted in (key(phrase), " ".join(_content(phrase))):
        condition = _known(phrase, wanted, links, kinds)
        if condition is not None:
            return condition
    # In words of the shopper's own only the words count, not their order.
    return Condition(phrase, any_of=(tuple(words(wanted)) or (_ABSENT,),))


def _pieces(phrase: str, kinds: Sequence[str]) -> list[Quantity]:
    """ "at least 300 sheets" of something whose pieces are sheets, as an amount of pieces."""
    said = re.fullmatch(r"(?P<amount>.*\d)\s+(?P<noun>[^\W\d_]+)", phrase.strip())
    if said is None or noun_key(said["noun"])[-1:] not in {noun_key(label)[-1:] for label in kinds}:
        return []
    found = quantities(f"{said['amount']} pieces")
    return [replace(q, end=len(phrase), core=(q.start, len(phrase))) for q in found if q.start == 0]


def _known(phrase: str, wanted: str, links: Links, kinds: Sequence[str]) -> Condition | None:
    """The condition for a colour, material, property or attribute value; None for anything else."""
    if size := _SIZE.fullmatch(wanted):
        return _sized(phrase, size["size"] or size["letters"], links, kinds)
    lex = lexicon()
    colour = lex.colour(wanted)
    if colour is not None:
        return Condition(phrase, links.colours, "=", colour, _groups([colour]), title_only=bool(links.colours))
    material = re.sub(r" ?materials?$", "", wanted)
    if material in lex.materials:
        return Condition(phrase, links.materials, "=", material, _groups([material]))
    if wanted in lex.flags or wanted in links.flags:
        return _flag(phrase, lex.flags.get(wanted, (wanted,)), links, kinds)
    if name := links.typed.attribute(wanted, kinds) or links.values.get(wanted, ""):
        return Condition(phrase, (name,), "=", wanted, _groups([wanted]))
    return None


# A word that no product has: ``words`` never yields a space.
_ABSENT = " "


_SIZE = re.compile(r"(?:(?:eu|uk|us|shoe|in|a) )*sizes? (?P<size>[a-z0-9]+(?: 5)?)|(?P<letters>x{1,3}[sl]|[2-5]xl)")
_NO_WEAR = re.compile(r"a{2,4}|[ab]\d|[cd]|[a-z]{1,2}\d{2,4}")
# What is printed on what.
_ON = re.compile(r"\w on \w")
# "2.1" of speakers.
_CHANNELS = re.compile(r"[1-9]\.[0-2]")
_LETTERS = (("s", "small"), ("m", "medium"), ("l", "large"), ("xxl", "2xl"), ("xxxl", "3xl"))


def _content(phrase: str) -> list[str]:
    """The parts of a phrase's ``key`` that say something."""
    return [part for part in key(phrase).split() if part not in lexicon().stop_words]


def _groups(spellings: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Each spelling as one phrase: "usb c" is not "usb" here and "c" there."""
    return tuple(dict.fromkeys((" ".join(words(s)),) for s in spellings))


def _sized(phrase: str, size: str, links: Links, kinds: Sequence[str]) -> Condition:
    """A size: of what one wears, or of paper, batteries and the like ("size AA", "size A4")."""
    if not _NO_WEAR.fullmatch(size):
        return _worn(phrase, size, links)
    name = links.typed.attribute(size, kinds) or links.values.get(size, "")
    groups = ((size,),) if len(size) > 1 else ((f"size {size}",),)
    return Condition(phrase, (name,) if name else (), "=", size, groups)


def _worn(phrase: str, size: str, links: Links) -> Condition:
    """A size of clothes or shoes, by the attribute that holds it or beside the word in the title."""
    spellings = next((row for row in _LETTERS if size in row), (size.replace(" ", "."),))
    value = next((s for s in spellings if s in links.size_values), spellings[0])
    groups = tuple((f"size {s}",) for s in spellings) + tuple((s,) for s in spellings if len(s) > 1)
    return Condition(phrase, links.sizes, "=", value, groups, title_only=True)


def _flag(phrase: str, spellings: Sequence[str], links: Links, kinds: Sequence[str]) -> Condition:
    """A property: the yes-or-no attribute of that name, or the text attribute that has it as a value."""
    names = tuple(dict.fromkeys(links.flags[s] for s in spellings if s in links.flags))
    for spelling in spellings:
        if name := links.typed.attribute(spelling, kinds):
            return Condition(phrase, (name,), "=", spelling, _groups(spellings))
    by_value = next(((links.values[s], s) for s in spellings if links.values.get(s)), None)
    if by_value and (not names or links.weight.get(by_value[1], 0) > links.weight.get(spellings[0], 0)):
        return Condition(phrase, (by_value[0],), "=", by_value[1], _groups(spellings))
    return Condition(phrase, names, "=", True if names else None, _groups(spellings))


def _quantity(phrase: str, said: Quantity, links: Links, kinds: Sequence[str]) -> Condition:
    meant = measures_of(said)
    known = [m for m in meant if links.measures.get(m.name)]
    own = _of_kinds(said, meant, links, kinds)
    if not known and not own:
        return Condition(phrase, any_of=_amount_groups(said, meant[:1]))
    # Without a noun a number may mean either ("32 GB" of memory or of a stick): what a product has, decides.
    if said.noun:
        known = known[:1]
    pairs = own or {name: token for m in known for name, token in links.measures[m.name]}
    known = known or list(meant[:1])
    token = said.unit.token
    same_unit = all(u == token for u in pairs.values())
    value, upto = _range(said, known[0] if known else None, same_unit=same_unit)
    more = said.op == "=" and bool(known) and known[0].near == "more" and said.upto is None
    return Condition(
        phrase,
        tuple(pairs),
        ">=" if more else said.op,
        value,
        _amount_groups(replace(said, noun="") if own else said, known),
        title_only=True,
        upto=upto,
        unit=token,
        scales=tuple((name, in_unit(1, unit(u), token)) for name, u in pairs.items() if u != token),
        believed=_believed(known, pairs),
    )


def _of_kinds(said: Quantity, meant: Sequence[Measure], links: Links, kinds: Sequence[str]) -> dict[str, str]:
    """The attributes that hold such an amount for products of these kinds, with their units.

    Only where the kinds leave no doubt: the noun said beside the number stands in the attribute's name, or what the
    number means in general is this attribute.
    """
    found = dict(links.typed.measuring(said.unit.dimension, kinds))
    listed = {name for m in meant for name, _ in links.measures.get(m.name, ())}
    if said.noun:
        named = set(key(said.noun).split())
        fitting = {n: u for n, u in found.items() if n in listed or named & set(attribute_key(n).split("_"))}
    else:
        fitting = {n: u for n, u in found.items() if n in listed} or (found if len(found) == 1 else {})
    return fitting


def _believed(meant: Sequence[Measure], pairs: Mapping[str, str]) -> tuple[tuple[str, float], ...]:
    """Up to which number each attribute that does not name its own unit is believed."""
    limits = {u: most for m in meant for u, most in m.believed.items()}
    unnamed = ((name, u) for name, u in pairs.items() if split_suffix(attribute_key(name))[1] is None)
    return tuple((name, limits[u]) for name, u in unnamed if u in limits and _is_one_of(name, meant))


def _is_one_of(name: str, meant: Sequence[Measure]) -> bool:
    return any(m.believed and attribute_key(name) in m.attributes for m in meant)


def _range(said: Quantity, measure: Measure | None, *, same_unit: bool) -> tuple[float, float | None]:
    """The numbers that count as what was said; the second is None for exactly the first."""
    near = measure.near if measure else ""
    if said.op != "=" or said.upto is not None:
        return said.value, said.upto
    if near == "inches" and said.unit.token == "in":
        if said.value != int(said.value):
            return round(said.value - 0.05, 6), round(said.value + 0.05, 6)
        # Notebooks are named by the inch they reach (15.6 is "15 inch"), monitors by the nearest (23.8 is "24 inch").
        reach = max((0.4, *(size - said.value for size in _PRINTED.get(int(said.value), ()))))
        return (said.value, said.value + reach) if said.value < 20 else (said.value - 0.5, said.value + 0.4)
    if near == "about" or not same_unit:
        # 6 ft is 1.8288 m and stands in a record as 1.8 or 1.83; 10 ft is sold as 3 m.
        return round(said.value * 0.98, 6), round(said.value * 1.02, 6)
    return said.value, None


# Sizes that makers print for a round number of inches.
_PRINTED = {
    10: (10.1,),
    11: (11.6,),
    12: (12.5,),
    13: (13.3, 13.5),
    14: (14.1,),
    15: (15.6, 15.4),
    17: (17.3,),
    22: (21.5,),
    24: (23.8,),
    32: (31.5,),
}


def _amount_groups(said: Quantity, meant: Sequence[Measure]) -> tuple[tuple[str, ...], ...]:
    """Word groups that say a fitting amount, in the units that titles print."""
    if said.op != "=" or said.upto is not None:
        amounts = [step for m in meant for step in _steps(said, m)]
    else:
        amounts = [(said.value, said.unit.token)]
        if said.unit.token == "in":
            sizes = [said.value]
            if said.value == int(said.value) and any(m.near == "inches" for m in meant):
                sizes += _PRINTED.get(int(said.value), ())
            amounts = [(s, "in") for s in sizes] + [(round(s * 2.54, 1), "cm") for s in sizes]
    groups = [(" ".join(form),) for value, token in amounts for form in spelled(value, token)]
    if said.noun and meant:
        # "16 GB DDR4-SDRAM 512 GB SSD": what follows an amount says what it is of.
        groups = [(" ".join((*g, *words(t))),) for g in groups for t in meant[0].title] or groups
    return tuple(dict.fromkeys(groups)) or ((_ABSENT,),)


def _steps(said: Quantity, measure: Measure) -> list[tuple[float, str]]:
    """The usual amounts within a bound or range; other amounts cannot be told by words."""
    if not measure.ladder:
        return []
    token = measure.step
    low, high = in_unit(said.value, said.unit, token), in_unit(said.upto or said.value, said.unit, token)
    if said.op != "=":
        low, high = (low, math.inf) if said.op == ">=" else (0, high)
    steps = [s for s in measure.ladder if low <= s <= high]
    return [(s / 1000, "tb") if token == "gb" and s >= 1000 else (s, token) for s in steps]
