"""What Chinese says about an order, in English: the clerk, the documents and the gate read one language.

Numbers, things, sizes and addresses stand in letters and figures and are taken over; the act is one of a list
(``chinese.yaml``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from assistant.reading import chinese
from assistant.reading.chinese import Heard
from assistant.reading.tables import table
from assistant.service.talk import find
from assistant.service.talk.frame import pending
from assistant.state import DialogueState, Wish
from retrieval.text import words

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_CODE = re.compile(r"(?<![\w#])\d{5}(?!\w)", re.ASCII)
_SIZE = re.compile(r"(?P<size>[A-Z\d./]{1,5})\s*(?:码|号)", re.IGNORECASE | re.ASCII)
_NUMBER = re.compile(r"#\w{4,20}|\bW\d{5,12}", re.ASCII)
_LATIN = re.compile(r"[A-Za-z\d][\w.,&'\-/ ]*", re.ASCII)


def in_english(state: DialogueState, text: str) -> Heard | None:
    """What a Chinese ``text`` says about an order or the rules for one; None for anything else."""
    if not chinese.is_chinese(text):
        return None
    frame = pending(state)
    if frame and frame.needs == "reason" and (reason := _among("reasons", text)):
        return Heard(reason.lstrip(", "))
    if frame:
        for pattern, english in _table()["answers"]:
            if re.search(pattern, text) and not find.numbers(text):
                return Heard(english)
    for pattern, english in _table()["acts"]:
        if re.search(pattern.replace("{mail}", _MAIL.pattern), text):
            return Heard(_filled(english, text))
    if find.said("shows", text):
        return None
    if frame and frame.needs in ("items", "variant", "method", "address") and (rest := _rest(text)):
        return Heard(rest)
    return None


def chosen(text: str, but: str) -> tuple[Wish, ...]:
    """What a Chinese ``text`` wants of a thing named ``but``: its type, a colour, words in letters that it has not."""
    if not chinese.is_chinese(text):
        return ()
    known = set(words(but))
    latin = re.findall(r"[A-Za-z][A-Za-z ]+[A-Za-z]", text)
    types = [said for said in latin if set(words(said)) <= known][:1]
    found = [(said, str(english)) for said, english in table("chinese")["chosen"].items() if said in text]
    found += [(said, said) for said in latin if not set(words(said)) & known]
    features = (Wish("feature", value, False, said) for said, value in found[:3])
    return (*(Wish("category", said, True, said) for said in types), *features)


def _filled(english: str, text: str) -> str:
    numbers = find.numbers(text)
    mail, code, size = _MAIL.search(text), _CODE.search(_MAIL.sub(" ", text)), _SIZE.search(text)
    rest = _rest(text)
    values = {
        "order": f"order {numbers[0]}" if numbers else "my order",
        "rest": rest,
        "size": f"size {size['size']}" if size else _colour(text) or "another one",
        "mail": mail[0] if mail else "",
        "code": code[0] if code else "",
        "reason": _among("reasons", text),
        "remedy": _among("remedies", text),
    }
    said = re.sub(r"\{(\w+)\}", lambda m: values[m[1]], english)
    if not rest:
        said = re.sub(r"\b(?:the|of)\s+(?=(?:of|in|from)\b|again|$)", "", said).replace(
            "return of", "return something of"
        )
    return " ".join(said.replace(" ,", ",").split())


def _rest(text: str) -> str:
    """What stands in letters and figures, but for numbers of orders, sizes and e-mail addresses."""
    bare = _SIZE.sub(" ", _NUMBER.sub(" ", _MAIL.sub(" ", text)))
    parts = [found.strip(" ,.") for found in _LATIN.findall(bare)]
    methods = [english for said, english in _table()["methods"].items() if said in text]
    return " ".join(part for part in [*parts, *methods] if part)


def _colour(text: str) -> str:
    return next((str(english) for said, english in table("chinese")["chosen"].items() if said in text), "")


def _among(name: str, text: str) -> str:
    return next((str(english) for pattern, english in _table()[name].items() if re.search(pattern, text)), "")


@cache
def _table() -> Mapping[str, Any]:
    import yaml

    found: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "chinese.yaml").read_text(encoding="utf-8"))
    return found
