"""Numbers without a unit: proportions, sizes in pixels, and how many of something a thing has or serves."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.attributes import Links
from retrieval.lexicon import key, lexicon
from retrieval.likely import SPEAKS
from retrieval.measures import Op, attribute_key, quantities
from retrieval.nouns import singular_word
from retrieval.query import Condition
from retrieval.text import words

_PROPORTION = re.compile(r"(?<![\d:.])(\d{1,2}) ?: ?(\d{1,2})(?![\d:.])")
_PIXELS = re.compile(r"(?<![\w.])(\d{3,5}) ?[x×*] ?(\d{3,5})(?: ?(?:pixels?|px))?(?![\w.])", re.IGNORECASE)
_COUNT = re.compile(r"(?<![\w.,:])(\d{1,4})[ -]([a-z]{3,})(?!\w)", re.IGNORECASE)
_NUMBERED = re.compile(r"([a-z]{3,}) (\d{1,4})", re.IGNORECASE)
# Sizes that are not the thing's own picture.
_NOT_ITS_OWN = re.compile(r"interpolat|support|graphic|analog|frequency|minimum")
_COUNTS = frozenset({"number", "quantity", "maximum", "max", "total", "count"})
_OF_THE_BOX = frozenset({"master", "shipping", "package", "pallet", "carton"})
# What such an attribute states is a limit: a thing that serves more serves as many as were named.
_A_LIMIT = re.compile(r"control|support|max|capacity|served")


def proportion(phrase: str, links: Links, kinds: Sequence[str]) -> Condition | None:
    """ "16:9" by the attribute that holds such values; None of any other phrase."""
    found = _PROPORTION.search(phrase)
    if found is None or _bound(phrase, found) is None:
        return None
    said = f"{int(found[1])} {int(found[2])}"
    names = links.typed.attributes(said, kinds)
    return Condition(phrase, names, "=", said.replace(" ", ":"), ((said,),), whole=(said,))


def pixels(phrase: str, links: Links, kinds: Sequence[str]) -> Condition | None:
    """ "at least 1280x1024" by the attribute that holds the kind's resolution; None where none does."""
    found = _PIXELS.search(phrase)
    op = None if found is None else _bound(phrase, found)
    if found is None or op is None:
        return None
    shares = links.typed.shares("sizes", kinds)
    names = [n for n, share in shares.items() if share >= SPEAKS and "resolution" in attribute_key(n)]
    names = [n for n in names if not _NOT_ITS_OWN.search(attribute_key(n))]
    if not names:
        return None
    groups = ((f"{found[1]} x {found[2]}",), (f"{found[1]}x{found[2]}",))
    return Condition(phrase, tuple(names), op, f"{found[1]} x {found[2]}", groups, title_only=True)


def count(phrase: str, links: Links, kinds: Sequence[str]) -> Condition | None:
    """ "8 computers" by the attribute that counts them for products of these kinds; None where none does."""
    if condition := _numbered(phrase, links, kinds):
        return condition
    found = _COUNT.search(phrase)
    op = None if found is None else _bound(phrase, found, links, kinds)
    if found is None or op is None:
        return None
    noun, names = singular_word(found[2].lower()), []
    for name, share in links.typed.shares("numbers", kinds).items():
        parts = {singular_word(part) for part in attribute_key(name).split("_")}
        if share >= SPEAKS and noun in parts and parts & _COUNTS and not parts & _OF_THE_BOX:
            names.append(name)
    if not names:
        return None
    limit = op == "=" and any(_A_LIMIT.search(attribute_key(name)) for name in names)
    groups = ((" ".join(words(f"{found[1]} {found[2]}")),),)
    return Condition(phrase, tuple(names), ">=" if limit else op, float(found[1]), groups)


def _numbered(phrase: str, links: Links, kinds: Sequence[str]) -> Condition | None:
    """ "SPF 50", "seat 3": a number behind the very name of an attribute of these kinds."""
    found = _NUMBERED.fullmatch(phrase.strip())
    if found is None:
        return None
    noun = singular_word(found[1].lower())
    shares = links.typed.shares("numbers", kinds)
    names = [n for n, share in shares.items() if share >= SPEAKS and singular_word(attribute_key(n)) == noun]
    groups = ((" ".join(words(phrase)),),)
    return Condition(phrase, tuple(names), "=", float(found[2]), groups) if names else None


def _bound(phrase: str, found: re.Match[str], links: Links | None = None, kinds: Sequence[str] = ()) -> Op | None:
    """Which bound is said around the figure; None where the phrase says something else as well.

    One more word that is no value of these kinds only says what is counted: "30 length settings".
    """
    text = f"{phrase[: found.start()]}1 pieces{phrase[found.end() :]}"
    said = next((q for q in quantities(text) if q.unit.token == "pc"), None)
    if said is None:
        return None
    rest = set(key(f"{text[: said.start]} {text[said.end :]}").split())
    rest -= lexicon().stop_words | lexicon().beside_a_value | {"resolution", "screen", "picture", "image"}
    if links is not None and len(rest) == 1 and not any(links.typed.attributes(word, kinds) for word in rest):
        rest = set()
    return None if rest else said.op
