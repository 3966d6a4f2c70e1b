"""Personal data with a form of its own: cards and accounts by their check digits, the rest by how they are written.

A number alone says little. Where no check digit proves what it is, a word before it has to (``words.yaml``), or a form
that nothing else has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from ipaddress import ip_address
from pathlib import Path

import yaml

from assistant.privacy.values import LETTER, Span

# Characters before a number in which a word tells what it is.
_BEFORE = 40
# Digits and signs are ASCII here, so that they also stand alone in the midst of a script without spaces.
_EMAIL = re.compile(rf"(?:[.+%'-]|{LETTER})+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]*[^\s<>\"')\].,;:!?]", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?![\w:]|\.\d)", re.I | re.A
)
_CARD = re.compile(r"(?<![\w-])\d(?:[ -]?\d){11,18}(?![\w-])", re.A)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b", re.A)
_SSN = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])", re.A)
# Groups of digits with one mark between them, an extension after them.
_PHONE = re.compile(
    r"(?<![\w./-])(?:\+|00)?[ ]?\(?\d{1,5}\)?(?:[ ./-]{0,2}\(?\d{1,5}\)?){1,6}"
    r"(?:[ ]?(?:x|ext\.?|extension)[ ]?\d{1,6})?(?![\w-]|\.\d)",
    re.IGNORECASE | re.ASCII,
)
_PHONE_ALONE = re.compile(r"(?:0\d{8,10}|[2-9]\d\d[2-9]\d{6})")
_DATES = (
    re.compile(r"(?<![\w/.-])\d{1,2}([/.-])\d{1,2}\1(?:19|20)?\d\d(?![\w/-]|\.\d)", re.A),
    re.compile(r"(?<![\w-])(?:19|20)\d\d-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?(?![\w-])", re.A),
)
_CODE = r"[\s:.#]*(?:is|was|no|nr|number|code|id)?[\s:.#]*"


def find(text: str) -> list[Span]:
    """What rules recognise, in order; of two that overlap the one that is surer of itself."""
    found: list[Span] = []
    for kind, rule in _RULES:
        for start, end in rule(text):
            if all(end <= s.start or start >= s.end for s in found):
                found.append(Span(start, end, kind))
    return sorted(found)


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit that payment cards have (ISO/IEC 7812)."""
    twice = [sum(divmod(2 * int(d), 10)) for d in digits[-2::-2]]
    return (sum(twice) + sum(int(d) for d in digits[-1::-2])) % 10 == 0


def iban(code: str) -> bool:
    """Whether a code without spaces has the check digits of an international account number (ISO 13616)."""
    moved = code[4:] + code[:4]
    return 15 <= len(code) <= 34 and int("".join(str(int(c, 36)) for c in moved)) % 97 == 1


def _matches(pattern: re.Pattern[str]) -> Callable[[str], Iterator[tuple[int, int]]]:
    return lambda text: (m.span() for m in pattern.finditer(text))


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    for match in _ADDRESS.finditer(text):
        try:
            ip_address(match[0])
        except ValueError:
            continue
        if len(match[0]) > 3:
            yield match.span()


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for match in _CARD.finditer(text):
        if luhn(re.sub(r"\D", "", match[0])) or _said(text, match.start(), "card"):
            yield match.span()


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    for match in _IBAN.finditer(text):
        # The spaced form ends where the words after it begin.
        for end in range(match.end(), match.start() + 14, -1):
            if iban(text[match.start() : end].replace(" ", "")):
                yield match.start(), end
                break
        else:
            if _said(text, match.start(), "iban") and " " not in match[0]:
                yield match.span()


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for match in _PHONE.finditer(text):
        groups = re.findall(r"\d+", re.split(r"x|ext", match[0], flags=re.IGNORECASE)[0])
        digits = "".join(groups)
        if not 7 <= len(digits) <= 15 or any(pattern.fullmatch(match[0].strip()) for pattern in _DATES):
            continue
        said = _said(text, match.start(), "phone")
        marked = match[0].lstrip()[0] in "+(" or digits.startswith("00")
        alone = len(groups) == 1 and _PHONE_ALONE.fullmatch(digits)
        # "8116 560 rue ..." is a house; two groups are a telephone number where no name follows.
        named = bool(re.match(r"[ ]?[^\W\d_]*[A-ZÀ-Þ]", text[match.end() : match.end() + 4]))
        several = len(groups) > 2 or (len(groups) == 2 and min(map(len, groups)) > 2 and not named)
        if said or marked or alone or (several and len(digits) >= (7 if len(groups) < 4 else 8)):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield start, match.end()


def _after(name: str, code: str) -> Callable[[str], Iterator[tuple[int, int]]]:
    """Codes of a form that stand right behind one of the words of ``words.yaml``."""

    def rule(text: str) -> Iterator[tuple[int, int]]:
        pattern = re.compile(rf"\b(?i:{'|'.join(_words()[name])})\b{_CODE}({code})(?![\w-])")
        return (m.span(1) for m in pattern.finditer(text))

    return rule


def _said(text: str, at: int, name: str) -> bool:
    """Whether one of the words of ``words.yaml`` stands shortly before."""
    return bool(re.search(rf"\b(?:{'|'.join(_words()[name])})\b", text[max(0, at - _BEFORE) : at], re.IGNORECASE))


@cache
def _words() -> dict[str, list[str]]:
    found: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
    return found


_RULES: tuple[tuple[str, Callable[[str], Iterator[tuple[int, int]]]], ...] = (
    ("EMAIL_ADDRESS", _matches(_EMAIL)),
    ("DOMAIN_NAME", _matches(_URL)),
    ("IP_ADDRESS", _addresses),
    ("IBAN_CODE", _ibans),
    ("CREDIT_CARD", _cards),
    ("US_SSN", _matches(_SSN)),
    ("US_DRIVER_LICENSE", _after("licence", r"[A-Z]{0,2}\d[\d-]{4,16}")),
    ("RECORD_ID", _after("record", r"[A-Z]{0,4}[-_]?\d[\w-]{3,20}")),
    ("ZIP_CODE", _after("postcode", r"[A-Z\d]{1,5}(?:[ -][A-Z\d]{2,4})?")),
    ("DATE_TIME", _matches(_DATES[0])),
    ("DATE_TIME", _matches(_DATES[1])),
    ("PHONE_NUMBER", _phones),
)
