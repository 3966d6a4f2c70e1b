"""A message in Chinese: the names and wishes in it, and what else it asks, said in English for the rules.

Chinese is written without spaces, so a name is looked for between any two characters. What is asked of the cart, of
products on the screen or of the shop is a short list of acts (``chinese.yaml``), each of which English says as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol

from assistant.reading import cues
from assistant.reading.phrases import Mentioned, Span
from assistant.reading.tables import table
from assistant.state import Intent, Understanding, Wish

_HAN = re.compile(r"[\u3400-\u9fff]+")
_NOT_LATIN = re.compile(r"[^\x00-\u024f]")
_REJECTS = re.compile(r"(?:不要|别要|除了|不含|不想要|不买|不喜欢)\s*$")
_PARTICLES = re.compile("[的了吗呢我你您有要想买是请给把]")
_OF_MEASURE = ("the highest ", "the lowest ", "the best ")
# Each kind of pointing stands as one character while it is looked for.
_POINT = 0xE000
# So many words in letters may be a maker's name, or a choice that was offered.
_NO_LANGUAGE = 2
# Names of makers written in Chinese have so many characters.
_LENGTHS = (4, 3, 2)
# Of a very long message only so much is searched for names in Chinese.
_SEARCHED = 200


class Names(Protocol):
    """What a shop's vocabulary gives for it."""

    def brands(self, text: str) -> Sequence[Span]:
        """Makers that the text names."""
        ...

    def kinds(self, text: str) -> Sequence[Span]:
        """Product types that the text names."""
        ...


def named_in_chinese(text: str, vocabulary: Names) -> list[Wish]:
    """The makers, wanted or not, and the first type that ``text`` names in letters or in Chinese."""
    # Spaces keep each place where it was.
    latin = _NOT_LATIN.sub(" ", text)
    makers = [*vocabulary.brands(latin), *_in_han(text, vocabulary)]
    wishes = []
    for maker in sorted(makers, key=lambda m: m.start):
        rejected = _REJECTS.search(text[: maker.start]) is not None
        wishes.append(Wish("not_brand" if rejected else "brand", maker.value, True, maker.words))
    for kind in vocabulary.kinds(latin):
        if all(kind.end <= m.start or kind.start >= m.end for m in makers):
            wishes.append(Wish("category", kind.value, True, kind.words))
            break
    return wishes


def _in_han(text: str, vocabulary: Names) -> Iterator[Mentioned]:
    for run in _HAN.finditer(text[:_SEARCHED]):
        at = run.start()
        while at < run.end():
            found = next(_starting(text, at, run.end(), vocabulary), None)
            if found:
                yield found
            at = found.end if found else at + 1


def _starting(text: str, at: int, end: int, vocabulary: Names) -> Iterator[Mentioned]:
    for size in _LENGTHS:
        said = text[at : at + size]
        if at + size <= end:
            for brand in vocabulary.brands(said):
                if brand.words == said:
                    yield Mentioned(at, at + size, said, brand.value)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message asks, in English."""

    text: str
    # Names and figures of the message are wishes as well: "Acme 的最轻的".
    beside: bool = False
    # Where the act itself says it.
    intent: Intent | None = None


def in_english(text: str) -> Heard | None:
    """What a Chinese ``text`` asks of cart, products shown or shop; None where it only wishes, or is no Chinese."""
    if not is_chinese(text):
        return None
    said = _Said(text)
    return said.act() or said.comparison() or said.question() or said.grade() or said.bare()


def with_plain_bounds(text: str) -> str:
    """``text`` with the bounds of its prices said as the rules for prices know them."""
    for said, plainly in _table()["bounds"].items():
        text = text.replace(said, plainly)
    return text


def asked(read: Understanding, heard: Heard) -> Understanding:
    """The reading of what was heard, with the intent that its act has: a question wishes nothing."""
    return read if heard.intent is None else replace(read, intent=heard.intent, wishes=(), retracts=(), fresh=False)


def in_own_words(said: Understanding, text: str, before: str) -> Understanding:
    """The reading of ``text`` with the shopper's language and words, whatever English it was read in.

    ``before`` is the language of the message before it: a name or a size alone ("Acme", "42") has none of its own.
    """
    named = before == "zh" and len(re.findall(r"[^\W\d_]+", text)) <= _NO_LANGUAGE
    if not (is_chinese(text) or named):
        return said
    wishes = tuple(w if w.words in text else replace(w, words=_grade_said(text) or text) for w in said.wishes)
    return replace(said, language="zh", wishes=wishes)


def is_chinese(text: str) -> bool:
    """Whether it is Chinese by its letters, or by a word without which no other language speaks of a name."""
    return cues.language(text) == "zh" or _PARTICLES.search(text) is not None


def _grade_said(text: str) -> str:
    """The words of a grade in ``text``: "最轻", "便宜一点"."""
    adjectives = "|".join(sorted((*_table()["grades"], *_table()["less"], *_table()["more"]), key=len, reverse=True))
    match = re.search(rf"(?:更|最|比较|再|太)(?:{adjectives})|(?:{adjectives})一?[点些]", text)
    return match[0] if match else ""


def _table() -> dict[str, Any]:
    return table("chinese")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    sizes = r"\s*[\w./-]{1,8}\s*(?:码|号)|" + "|".join(_table()["chosen"])
    return re.compile(pattern.replace("{counted}", _table()["counted"]).replace("{size}", sizes))


class _Said:
    """One message, with § for what it points at and # for a number of things."""

    def __init__(self, text: str) -> None:
        self._text = " ".join(text.split())
        table = _table()["points"]
        for place, (pattern, _) in enumerate(table):
            self._text = _compiled(pattern).sub(chr(_POINT + place), self._text)
        marks = re.compile(f"[{chr(_POINT)}-{chr(_POINT + len(table))}]")
        self._points = list(dict.fromkeys(table[ord(m) - _POINT][1] for m in marks.findall(self._text)))
        self._text = marks.sub("§", self._text)
        self._number = self._count()

    def _count(self) -> int | None:
        numbers = _table()["numbers"]
        listed = "|".join(sorted(numbers, key=len, reverse=True))
        number = rf"(-?\d{{1,6}}|{listed})"
        match = re.search(rf"{number}\s*{_table()['counted']}|数量\D{{0,4}}{number}", self._text)
        return None if match is None else int(numbers.get(match[1] or match[2], match[1] or match[2]))

    def act(self) -> Heard | None:
        """What is to be done, or what concerns no product."""
        numbered = re.sub(
            rf"(?:-?\d{{1,6}}|[零一二两俩三四五六七八九十]{{1,2}})\s*{_table()['counted']}", "#", self._text
        )
        for pattern, english in _table()["acts"]:
            if _compiled(pattern).search(numbered) or _compiled(pattern).search(self._text):
                return Heard(self._filled(english))
        return None

    def comparison(self) -> Heard | None:
        """Things side by side: "比较第一个和第二个", "哪个更轻"."""
        if re.search(_table()["compares"], self._text):
            return Heard(f"compare {self._it(' and ', 'them')}", intent="compare")
        which = re.search(r"哪[个款一]*(?!家)", self._text) and re.search(_table()["among"], self._text)
        graded = self._graded() if which and not self._rest() else None
        if graded is None:
            return None
        among = f", {self._it(' or ', '')}" if self._points else ""
        verb = "has" if " " in graded and "expensive" not in graded else "is"
        return Heard(f"which of these {verb} {graded}{among}?", intent="compare")

    def question(self) -> Heard | None:
        """A fact of what is shown."""
        asks = re.search(_table()["asks"], self._text)
        if not (asks and (self._points or not self._rest())) or self._graded():
            return None
        found = next((e for p, e in _table()["questions"] if re.search(p, self._text)), None)
        return None if found is None else Heard(self._filled(found), intent="ask_product")

    def grade(self) -> Heard | None:
        """More or less of something than what is shown, the most of it, or something like it."""
        if self._points and _compiled(_table()["like"]).search(self._text):
            return Heard(f"something like {self._it(' and ', 'it')}", beside=True)
        graded = self._graded()
        if graded is None:
            return None
        than = f" than {self._points[0]}" if self._points and not graded.startswith("the ") else ""
        if graded.startswith("the "):
            # "The lightest one", "the highest capacity".
            return Heard(graded if graded.startswith(_OF_MEASURE) else f"{graded} one", beside=True)
        return Heard(f"something {graded}{than}", beside=True)

    def bare(self) -> Heard | None:
        """An answer to what was asked back: a place, a size, a number."""
        if sized := re.fullmatch(r"[^a-zA-Z\d]*([\w./-]{1,8}?)\s*[码号]的?\W*", self._text, re.ASCII):
            return Heard(sized[1])
        if self._rest():
            return None
        answer = [*self._points, *self._chosen()] or ([] if self._number is None else [str(self._number)])
        return Heard(" ".join(answer)) if answer else None

    def _graded(self) -> str | None:
        """The grade that is asked for, in English."""
        lists = _table()
        if re.search(lists["best_rated"], self._text):
            return "the best rated"
        if re.search(lists["better_rated"], self._text) and re.search("更|比|哪", self._text):
            return "a better rating"
        measured = "|".join(sorted(lists["measured"], key=len, reverse=True))
        sides = "|".join([*lists["less"], *lists["more"]])
        match = re.search(rf"({measured})(?:时间)?的?(更|最|比较)?({sides})(?:一?[点些])?", self._text)
        if match and (match[2] or re.search("比|[点些]", self._text)):
            less = match[3] in lists["less"]
            way = ("the lowest" if less else "the highest") if match[2] == "最" else ("lower" if less else "higher")
            return f"{way} {lists['measured'][match[1]]}"
        adjectives = "|".join(sorted(lists["grades"], key=len, reverse=True))
        match = re.search(rf"(更|最|比较|再|太)?({adjectives})(一?[点些]儿?)?", self._text)
        while match and not (match[1] or match[3] or re.search("比§|哪|有(?!多)", self._text[: match.start()])):
            match = re.compile(rf"(更|最|比较|再|太)?({adjectives})(一?[点些]儿?)?").search(self._text, match.end())
        if match is None:
            return None
        more, most, other = lists["grades"][match[2]]
        return str(most if match[1] == "最" else other if match[1] == "太" else more)

    def _filled(self, english: str) -> str:
        it = self._it(" and ", "it")
        many = f"{self._number} of" if self._number is not None else ""
        number = "" if self._number is None else str(self._number)
        filled = english.replace("{n of}", many).replace("{n}", number).replace("{it}", it)
        return " ".join(filled.replace("{rest}", " ".join([*self._chosen(), *self._rest()])).split())

    def _it(self, between: str, otherwise: str) -> str:
        return between.join(self._points) or otherwise

    def _chosen(self) -> list[str]:
        return [english for chinese, english in _table()["chosen"].items() if chinese in self._text]

    def _rest(self) -> list[str]:
        """What stands in letters and figures, but for numbers of things."""
        text = re.sub(rf"-?\d{{1,6}}\s*{_table()['counted']}", " ", self._text)
        return re.findall(r"[^\W_][\w.&'/-]*", _NOT_LATIN.sub(" ", text))
