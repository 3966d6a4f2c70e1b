"""From a shopper's phrase to a checkable wish: which attribute decides, else which words.

Only attributes that truly speak
about the phrase are named, because the first one that a product has decides alone; in doubt the words decide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.attributes import Links
from retrieval.figures import count, pixels, proportion
from retrieval.kind_index import Meant, Proviso
from retrieval.lexicon import key, lexicon
from retrieval.likely import SPEAKS
from retrieval.measures import Quantity, is_unit, measures_of, quantities
from retrieval.named import named
from retrieval.nouns import noun_key
from retrieval.quantity import ABSENT, quantity
from retrieval.query import Condition
from retrieval.said import alternatives, in_figures
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
            if end := _other_end(condition):
                provided.append((said.labels, end))
            labels += said.labels if said.strict else ()
    return Sort(tuple(dict.fromkeys(labels)), tuple(provided))


def _proviso(said: Proviso, links: Links) -> Condition | None:
    """What a product of a kind must meet so that more than the kind's name holds of it; None where nothing can tell."""
    words_of = tuple(dict.fromkeys((" ".join(words(p)),) for p in said.phrases if words(p))) or ((ABSENT,),)
    if names := links.typed.mark(key(said.phrases[0]), said.like):
        groups = ((ABSENT,),) if said.strict else words_of
        return Condition(said.phrases[0], names, "=", said.phrases[0], groups, title_only=said.title_only)
    if said.strict:
        return None
    found = link(said.phrases[0], links, (*said.labels, *said.like))
    if found.whole:
        # What is called "sdhc" is an sd card as well.
        every = tuple(dict.fromkeys(map(key, said.phrases)))
        return replace(found, any_of=words_of, whole=every, title_only=said.title_only)
    if said.title_only and key(said.phrases[0]) not in lexicon().flags:
        return Condition(said.phrases[0], any_of=words_of, title_only=True)
    return found if found.attributes else Condition(said.phrases[0], any_of=words_of)


def _other_end(condition: Condition) -> Condition | None:
    """The same of the second connector: from HDMI to DVI is no "HDMI cable". The ends of USB ones differ by custom."""
    name = next((n for n in condition.attributes if n.endswith("_1")), "")
    if not name or key(condition.phrase).startswith("usb"):
        return None
    return replace(condition, attributes=(f"{name[:-1]}2",), any_of=((),))


def link(phrase: str, links: Links, kinds: Sequence[str] = ()) -> Condition:
    """What a product must have to satisfy ``phrase``; ``kinds`` are the labels of the kinds it is said of, if any.

    A phrase of stop words alone ("something nice") asks nothing that a record could show: its condition admits
    nothing, so that as a soft wish it moves no product and as a hard one it can be given up by name.
    """
    if (
        condition := _called(phrase, links, kinds)
        or _reworded(phrase, links, kinds)
        or proportion(phrase, links, kinds)
        or pixels(phrase, links, kinds)
    ):
        return condition
    if condition := _amount(phrase, links, kinds):
        return condition
    if _colour_on_colour(whole := " ".join(words(phrase))):
        # "Black on white" is not "white on black": these words count side by side.
        return _known(phrase, whole, links, kinds) or Condition(phrase, any_of=((whole,),))
    if not _telling(_content(phrase)) and not re.search(r"\d", phrase):
        return _known(phrase, key(phrase), links, kinds) or Condition(phrase, any_of=((ABSENT,),))
    # "in-ear" is known as a whole; of "a really waterproof one" what says something is.
    content = _content(phrase)
    told = (" ".join(_telling(part) or part) for part in (key(phrase).split(), content))
    bare = _OF_ITS.sub("", _WORKS_ON.sub("", key(phrase)))
    for wanted in dict.fromkeys((key(phrase), " ".join(content), *told, bare)):
        condition = _known(phrase, wanted, links, kinds)
        if condition is not None:
            return condition
    return Condition(phrase, any_of=_groups_of_words(phrase, wanted))


def _called(phrase: str, links: Links, kinds: Sequence[str]) -> Condition | None:
    """The condition of a phrase that names a property; None of any other, and of amounts that say what they are of."""
    condition = named(phrase, links, kinds)
    if condition is None or condition.unit or not next(iter(quantities(phrase)), None):
        return condition
    # "1000 pieces", "6 shelves": the unit is the name, and titles may say it as well.
    amount = _amount(phrase, links, kinds)
    if amount is None or amount.attributes:
        return amount or condition
    return replace(condition, any_of=amount.any_of)


def _reworded(phrase: str, links: Links, kinds: Sequence[str]) -> Condition | None:
    """The condition of a phrase that says several things, or a number, in another way; None of any other."""
    first, *others = alternatives(phrase)
    others += lexicon().same_value.get(key(phrase), ())
    if others:
        as_well = tuple(link(part, links, kinds) for part in others)
        one = _known(first, key(first), links, kinds) if first == phrase else link(first, links, kinds)
        return None if one is None else replace(one, phrase=phrase, others=as_well)
    if (figures := in_figures(phrase)) != phrase:
        return replace(link(figures, links, kinds), phrase=phrase)
    if grades := _grades(phrase, links, kinds):
        lowest, *higher = (link(grade, links, kinds) for grade in grades)
        return replace(lowest, phrase=phrase, others=tuple(higher))
    if _CHANNELS.fullmatch(phrase.strip()):
        return Condition(phrase, any_of=((phrase.strip(),),))
    if bare := _BARE.fullmatch(phrase.strip()):
        # Screens and tents are named by a number alone: "27 or larger", "at least three".
        held = set(links.typed.shares("numbers", kinds))
        for unit, of in (("inch", "screen"), ("persons", "persons")):
            amount = link(f"{bare[1]} {unit}{bare[2] or ''}", links, kinds)
            if held.intersection(amount.attributes).intersection(n for n, _ in links.measures.get(of, ())):
                return replace(amount, phrase=phrase)
    return None


def _grades(phrase: str, links: Links, kinds: Sequence[str]) -> list[str]:
    """The grades that "cat 6 or better" admits of those that things of these kinds have; [] of any other phrase."""
    said = _OR_BETTER.fullmatch(_AT_LEAST.sub(lambda m: f"{m['grade'] or m['said']} or better", phrase.strip()))
    if said is None or is_unit(said["name"].lower()):
        return []
    known = {value for label in kinds for value in links.typed.values.get(label, {})}
    found = []
    for value in known:
        grade = re.fullmatch(rf"{re.escape(said['name'].lower())} ?(?P<n>\d(?:[ .]\d)?)(?P<more>[a-z]?)", value)
        if grade and (float(grade["n"].replace(" ", ".")), grade["more"]) >= (float(said["n"]), said["more"].lower()):
            found.append(value)
    return sorted(found)


def _amount(phrase: str, links: Links, kinds: Sequence[str]) -> Condition | None:
    """The condition of a phrase with an amount in it; None of any other."""
    if _GENERATION.fullmatch(phrase.strip()) and links.typed.attributes(key(phrase), kinds):
        # Of a phone "5G" is no weight.
        return None
    found = list(quantities(phrase)) or _pieces(phrase, kinds)
    if not found:
        return count(phrase, links, kinds)
    rest = _telling(_content(phrase[: found[0].start] + " " + phrase[found[0].end :]))
    named = rest if len(rest) == 1 and not found[0].noun and measures_of(replace(found[0], noun=rest[0])) else []
    if len(found) == 1 and rest == named:
        said = replace(found[0], noun="".join(named)) if named else found[0]
        return quantity(phrase, said, links, kinds)
    if len(found) == 1 and len(rest) <= _BESIDE and not _says_a_value(rest, links, kinds):
        # "Range 18 metres", "hold 1 litre of juice": the words beside it tell at most what the amount is of.
        return quantity(phrase, found[0], links, kinds, rest)
    # Two wishes in one phrase ("17 inch touchscreen"): no one attribute decides both.
    return Condition(phrase, any_of=(tuple(words(" ".join(_content(phrase)))) or (ABSENT,),))


def _groups_of_words(phrase: str, wanted: str) -> tuple[tuple[str, ...], ...]:
    """The word groups of a phrase that no attribute is known for; ``wanted`` is what of it says something."""
    if sides := _SIDES.search(phrase):
        spelled = f"{sides[1]} x {sides[2]}", f"{sides[1]}x{sides[2]}"
        beside = _telling(_content(_SIDES.sub(" ", phrase)))
        return tuple((size, *beside) for size in spelled)
    if versioned := _VERSION.fullmatch(" ".join(words(phrase))):
        # "USB 3" is USB 3.0 and 3.2 as well, and no USB 2.0 with a 3 elsewhere.
        name, number = versioned["name"], versioned["number"]
        return ((f"{name} {number}",), (f"{name}{number}",), *((f"{name} {number}.{n}",) for n in range(3)))
    # In words of the shopper's own only the words count, not their order; a number stands before what it counts.
    spoken = " ".join(words(wanted))
    members = tuple(w.replace("_", " ") for w in _COUNTED.sub(r"\1_", spoken).split())
    two = _TWO.search(spoken)
    return (members or (ABSENT,), *(((f"dual {two[1]}",),) if two else ()))


# "runs on solar power", "prints on both sides of the paper".
_WORKS_ON = re.compile(r"^(?:to )?(?:run|work|operate|function)s? (?:on|off|by|with|from) (?:a |an |the )?")
_OF_ITS = re.compile(r"(?: of (?:a|an|the|each|its|every) [a-z]+)?(?: automatically| by itself)?$")
# Who says more words than this beside an amount says something else as well.
_BESIDE = 4
# "minimum cat 6" and "cat 6 at least" are "cat 6 or better".
_AT_LEAST = re.compile(
    r"^(?:(?:at least|minimum|min\.?|no less than) (?P<grade>[a-z]{2,9}[ .-]?\d\S*)|"
    r"(?P<said>[a-z]{2,9}[ .-]?\d\S*) (?:at least|minimum|min\.?))$",
    re.IGNORECASE,
)
# "cat 6 or better", "bluetooth 5.0 and up".
_OR_BETTER = re.compile(
    r"(?P<name>[a-z]{2,9})[ .-]?(?P<n>\d(?:\.\d)?)(?P<more>[a-z]?) (?:or|and) "
    r"(?:better|higher|newer|later|above|up|more|faster)",
    re.IGNORECASE,
)


def _says_a_value(rest: Sequence[str], links: Links, kinds: Sequence[str]) -> bool:
    """Whether words are a wish of their own: of a "17 inch touchscreen" the touchscreen is."""
    spoken = set(links.spoken)
    told = (*rest, " ".join(rest))
    return any(_known(part, part, links, kinds) is not None or part in spoken for part in told)


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
    if names := _holding(wanted, links, kinds):
        return Condition(phrase, names, "=", wanted, _groups([wanted]), whole=_whole(wanted, links, kinds))
    return None


def _holding(wanted: str, links: Links, kinds: Sequence[str]) -> tuple[str, ...]:
    """The attributes that hold a value, of these kinds or of the shop; () where none is known to."""
    if names := links.typed.attributes(wanted, kinds):
        return names
    name = links.values.get(wanted, "")
    if name and (not kinds or name in links.typed.names(kinds)):
        # What the whole shop has in one attribute says nothing of things that have no such attribute.
        return (name,)
    return links.typed.containing(wanted, kinds)


def _whole(wanted: str, links: Links, kinds: Sequence[str]) -> tuple[str, ...]:
    """What must be the whole value: "atx" where the shop has "micro atx" as well."""
    return (wanted,) if links.typed.narrower(wanted, kinds) else ()


_GENERATION = re.compile(r"[2-6] ?g", re.IGNORECASE)
_SIZE = re.compile(r"(?:(?:eu|uk|us|shoe|in|a) )*sizes? (?P<size>[a-z0-9]+(?: 5)?)|(?P<letters>x{1,3}[sl]|[2-5]xl)")
_BARE = re.compile(r"((?:at (?:least|most) )?\d{1,2}(?:\.\d)?)( or (?:larger|bigger|smaller|more|less))?", re.I)
_COUNTED = re.compile(r"(?<!\S)(\d{1,2}) (?=[a-z]{3})")
_TWO = re.compile(r"(?<!\S)2 ([a-z]{3,})")
_SIDES = re.compile(r"(?<![\w.])(\d{1,4}) ?[x×] ?(\d{1,4})(?![\w.])")
_VERSION = re.compile(r"(?P<name>[a-z]{2,6}) (?P<number>\d)")
_NO_WEAR = re.compile(r"a{2,4}|[ab]\d|[cd]|[a-z]{1,2}\d{2,4}")
# "2.1" of speakers.
_CHANNELS = re.compile(r"[1-9]\.[0-2]")
_LETTERS = (("s", "small"), ("m", "medium"), ("l", "large"), ("xxl", "2xl"), ("xxxl", "3xl"))


def _colour_on_colour(said: str) -> bool:
    """Whether a text is "black on white": what is printed on what."""
    first, on, second = said.partition(" on ")
    colour = lexicon().colour
    return bool(on) and colour(key(first)) is not None and colour(key(second)) is not None


def _telling(content: Sequence[str]) -> list[str]:
    """The parts of a content that say something beside a value or an amount too."""
    return [part for part in content if part not in lexicon().beside_a_value]


def _content(phrase: str) -> list[str]:
    """The parts of a phrase's ``key`` that say something."""
    return [part for part in key(phrase).split() if part not in lexicon().stop_words]


def _groups(spellings: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Each spelling as one phrase: "usb c" is not "usb" here and "c" there. A size may have its unit behind it."""
    glued = [f"{s}{unit}" for s in spellings if _SIDES.fullmatch(s) for unit in ("cm", "mm")]
    return tuple(dict.fromkeys((" ".join(words(s)),) for s in (*spellings, *glued)))


def _sized(phrase: str, size: str, links: Links, kinds: Sequence[str]) -> Condition:
    """A size: of what one wears, or of paper, batteries and the like ("size AA", "size A4")."""
    if not _NO_WEAR.fullmatch(size):
        return _worn(phrase, size, links)
    groups = ((size,),) if len(size) > 1 else ((f"size {size}",),)
    return Condition(phrase, _holding(size, links, kinds), "=", size, groups)


def _worn(phrase: str, size: str, links: Links) -> Condition:
    """A size of clothes or shoes, by the attribute that holds it or beside the word in the title."""
    spellings = next((row for row in _LETTERS if size in row), (size.replace(" ", "."),))
    value = next((s for s in spellings if s in links.size_values), spellings[0])
    groups = tuple((f"size {s}",) for s in spellings) + tuple((s,) for s in spellings if len(s) > 1)
    return Condition(phrase, links.sizes, "=", value, groups, title_only=True)


def _flag(phrase: str, spellings: Sequence[str], links: Links, kinds: Sequence[str]) -> Condition:
    """A property: the yes-or-no attribute of that name, or the text attribute that has it as a value."""
    names = tuple(dict.fromkeys(links.flags[s] for s in spellings if s in links.flags))
    shares = links.typed.shares("flags", kinds)
    if own := tuple(name for name in names if shares.get(name, 0.0) >= SPEAKS):
        return Condition(phrase, own, "=", True, _groups(spellings))
    for spelling in spellings:
        if held := links.typed.attributes(spelling, kinds):
            whole = _whole(spelling, links, kinds)
            return Condition(phrase, held, "=", spelling, _groups(spellings), whole=whole)
    names = names or _flags_of(spellings, links, kinds)
    for spelling in spellings if not names else ():
        if held := links.typed.containing(spelling, kinds):
            return Condition(phrase, held, "=", spelling, _groups(spellings))
    by_value = next(((links.values[s], s) for s in spellings if links.values.get(s)), None)
    if by_value and (not names or links.weight.get(by_value[1], 0) > links.weight.get(spellings[0], 0)):
        return Condition(phrase, (by_value[0],), "=", by_value[1], _groups(spellings))
    return Condition(phrase, names, "=", True if names else None, _groups(spellings))


def _flags_of(spellings: Sequence[str], links: Links, kinds: Sequence[str]) -> tuple[str, ...]:
    """The yes-or-no attribute of these kinds whose name begins so: "gps_satellite" of "gps"."""
    names = (n for n, share in links.typed.shares("flags", kinds).items() if share >= SPEAKS)
    return tuple(n for n in names if any(f"{key(n)} ".startswith(f"{s} ") for s in spellings))[:1]
