"""Visits that are lost to the simulated shopper and say nothing about the shop: told from transcript, goal and feed.

It does not look at what the simulator says of itself, and shares no words with it. A visit is a row
``{"id", "sort", "wants": [{"kind", "field", "value"}], "first", "check", "first_check", "turns": [{"text", "shown",
"reply"}], "bought"}``: ``wants`` and ``check`` (sort and wishes as a predicate) at the end, ``first`` and
``first_check`` at the beginning, ``bought`` the id of a product or null.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from eval.predicates import meets, violations

Row = Mapping[str, Any]
# Words in a row that nobody says by chance as the shop said them.
_COPIED = 9
# Said so often word for word it is no conversation.
_AGAIN = 3
# A word is meant where so much of it is there: fingers slip.
_MEANT = 0.8
# Share of a message that letters, figures and blanks make up at least.
_READABLE = 0.8
_WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
_TOKEN = re.compile(r"\w+(?:[.'-]\w+)*")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
# Words that take back what stands behind them, a few words further on at most.
_BACK = re.compile(r"\b(?:not|no longer|instead of|rather than|forget|without|except)\b", re.IGNORECASE)
_SHOP = re.compile(
    r"\bhow (?:may|can) i (?:help|assist)|\b(?:our|my) (?:store|shop)\b|\bwe (?:have|offer|sell|carry)\b", re.IGNORECASE
)
_THING = re.compile(r"\b(?:show|want|wanted|need|find|get|buy)(?: me)? (?:an?|some) ([a-z-]{4,})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mark:
    """Why a visit is lost."""

    # "impossible", "wrong purchase", "left early", "passed over", "unsaid", "off goal", "repeats", "noise", "shop".
    kind: str
    why: str


class Detector:
    """Looks for faults of shoppers over one feed; ``feed`` is id -> row, prices as numbers."""

    def __init__(self, feed: Mapping[str, Row]) -> None:
        self._feed = feed
        self._sorts: dict[str, list[Row]] = {}

    def marks(self, run: Row) -> list[Mark]:
        """What is wrong with the shopper of ``run``; empty for a visit that counts."""
        rows = self._sort(run["check"]["all"][0])
        return [*_goal(run, rows), *_end(run, self._feed), *_unsaid(run), *self._off_goal(run, rows), *_words(run)]

    def _sort(self, check: Row) -> list[Row]:
        key = repr(check)
        if key not in self._sorts:
            self._sorts[key] = [row for row in self._feed.values() if meets(row, check)]
        return self._sorts[key]

    def _off_goal(self, run: Row, rows: Sequence[Row]) -> Iterator[Mark]:
        """Values of the sort that are none of the shopper's, said and not taken back."""
        own = {str(w["value"]).casefold() for w in (*run["wants"], *run["first"])}
        known = " ".join([run["sort"], *own, *(w["field"].replace("_", " ") for w in (*run["wants"], *run["first"]))])
        numbers = {float(n.replace(",", "")) for n in _NUMBER.findall(known)}
        strange = _strange(run, rows, known)
        texts = [turn["text"] for turn in run["turns"]]
        for place, text in enumerate(texts):
            later = "\n".join(texts[place:])
            for number in _NUMBER.findall(text):
                if float(number.replace(",", "")) not in numbers and not _taken_back(number, later):
                    yield Mark("off goal", f"says {number}, which is no wish of theirs")
            for value in strange:
                if _stands(value, text) and not _taken_back(value, later):
                    yield Mark("off goal", f"says {value}, which is no wish of theirs")
            for thing in map(str.casefold, _THING.findall(text)):
                if not _like(thing, run["sort"]) and self._other(thing, rows):
                    yield Mark("off goal", f"wants a {thing}")

    def _other(self, thing: str, rows: Sequence[Row]) -> bool:
        """Whether the feed has ``thing`` in titles, and the sort has not."""
        here = any(_stands(thing, str(row["title"])) for row in rows)
        return not here and any(_stands(thing, str(row["title"])) for row in self._feed.values())


def _goal(run: Row, rows: Sequence[Row]) -> Iterator[Mark]:
    if not any(meets(row, run["check"]) for row in rows):
        yield Mark("impossible", "nothing in the feed has all that they want")


def _end(run: Row, feed: Mapping[str, Row]) -> Iterator[Mark]:
    shown = [[feed[i] for i in turn["shown"] if i in feed] for turn in run["turns"]]
    bought = feed.get(run["bought"] or "")
    if run["bought"]:
        if not any(run["bought"] in turn["shown"] for turn in run["turns"]):
            yield Mark("wrong purchase", "takes what was never shown")
        elif bought is None or violations(bought, run["check"]):
            yield Mark("wrong purchase", "takes what they do not want")
    elif any(meets(row, run["check"]) for row in shown[-1]):
        yield Mark("left early", "leaves with the right thing on the screen")
    elif len(run["turns"]) < 2:
        yield Mark("left early", "leaves after one message")
    # One message may still come of a slip to be mended or of a change of mind.
    for row in (row for rows in shown[:-2] for row in rows):
        if meets(row, run["check"]) and meets(row, run["first_check"]):
            yield Mark("passed over", f"was shown {row['id']}, which has everything, and went on")
            return


def _unsaid(run: Row) -> Iterator[Mark]:
    texts = "\n".join(turn["text"] for turn in run["turns"])
    if not _like(run["sort"], texts):
        yield Mark("unsaid", f"never says “{run['sort']}”")
    if run["bought"]:
        return
    for want in run["wants"]:
        words = want["field"].replace("_", " ") if want["kind"] == "flag" else str(want["value"])
        if not _like(words, texts):
            yield Mark("unsaid", f"never says “{words}”")


def _words(run: Row) -> Iterator[Mark]:
    said = [" ".join(turn["text"].casefold().split()) for turn in run["turns"]]
    if any(said.count(text) >= _AGAIN for text in said):
        yield Mark("repeats", f"says the same {_AGAIN} times")
    heard: set[tuple[str, ...]] = set()
    for turn, text in zip(run["turns"], said, strict=True):
        kept = sum(c.isalnum() or c in " .,?!'$€£" for c in text)
        if len(_WORD.findall(text)) < 1 or kept < _READABLE * len(text):
            yield Mark("noise", f"“{text}” is no message")
        runs = set(_runs(text))
        if runs & heard or _SHOP.search(text):
            yield Mark("shop", f"speaks as the shop: “{text[:80]}”")
        heard |= set(_runs(turn["reply"].casefold()))


def _strange(run: Row, rows: Sequence[Row], known: str) -> set[str]:
    """Makers, and other values of what the wishes are about, that the shopper has no reason to name."""
    found = {str(row["brand"]) for row in rows if row.get("brand")}
    for field in {w["field"] for w in (*run["wants"], *run["first"]) if w["kind"] == "value"}:
        values = (str(row["attributes"][field]) for row in rows if field in (row.get("attributes") or {}))
        found |= {v for v in values if len(v) > 2 and len(v.split()) < 4 and not _NUMBER.search(v)}
    # A value within a wished one is said along with it ("grey" of "dark grey").
    return {value for value in found if not _stands(value, known)}


def _taken_back(value: str, later: str) -> bool:
    """Whether ``value`` is said once more behind a word that takes it back."""
    return any(_stands(value, " ".join(later[m.end() :].split()[:9])) for m in _BACK.finditer(later))


def _stands(words: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE) is not None


def _like(words: str, text: str) -> bool:
    """Whether each of ``words`` stands in ``text``, slips of the pen and another number (shoe, shoes) allowed."""
    there = set(_TOKEN.findall(text.casefold()))

    def meant(word: str) -> bool:
        return any(SequenceMatcher(None, word, other).ratio() >= _MEANT for other in there)

    wanted = _TOKEN.findall(words.casefold())
    return all(word in there or (len(word) > 3 and meant(word)) for word in wanted)


def _runs(text: str) -> Iterable[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return (tuple(words[i : i + _COPIED]) for i in range(len(words) - _COPIED + 1))
