"""What fingers do to words: slips, dropped letters and signs, lost capitals. Labels follow the words as typed."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from itertools import pairwise

from finetune.phrasings import Chunk

_NEAR = {
    "q": "wa", "w": "qe", "e": "wr", "r": "et", "t": "ry", "y": "tu", "u": "yi", "i": "uo", "o": "ip", "p": "o",
    "a": "sq", "s": "ad", "d": "sf", "f": "dg", "g": "fh", "h": "gj", "j": "hk", "k": "jl", "l": "k",
    "z": "xa", "x": "zc", "c": "xv", "v": "cb", "b": "vn", "n": "bm", "m": "n",
}  # fmt: skip
# Said in a chat as it is written on a phone; only where nothing is labelled.
_SHORT = [
    (r"\byou\b", "u"), (r"\bplease\b", "pls"), (r"\bplease\b", "plz"), (r"\bthanks\b", "thx"), (r"\band\b", "&"),
    (r"\blooking\b", "lookin"), (r"\bwant to\b", "wanna"), (r"\bgoing to\b", "gonna"), (r"\bsomething\b", "smth"),
    (r"\bsomething\b", "sth"), (r"\bwith\b", "w/"), (r"\bwithout\b", "w/o"), (r"\bbecause\b", "cuz"), (r"\bare\b", "r"),
    (r"\breally\b", "rly"), (r"\bi don't know\b", "idk"), (r"\bto be honest\b", "tbh"), (r"\bprobably\b", "prob"),
    (r"\bpreferably\b", "pref"), (r"\bmaximum\b", "max."), (r"\bminimum\b", "min"), (r"\baround\b", "arround"),
    (r"\byour\b", "ur"), (r"\bdefinitely\b", "definately"), (r"\babout\b", "abt"), (r"\bbirthday\b", "bday"),
]  # fmt: skip
_FILLERS = ["um", "uh", "well", "like", "hmm", "ok so", "so", "oh", "erm", "actually", "basically", "honestly"]
_ENDINGS = [" :)", " lol", " haha", " 🙂", " 🙏", " !!", " ...", " ty", " 😊", " ;)", " k", " hm"]


def typed(chunks: Sequence[Chunk], rng: random.Random) -> str:
    """The message as typed; the chunks' texts and labels are changed along with it."""
    mood = rng.random()
    slips = 0.0 if mood < 0.5 else 0.012 if mood < 0.8 else 0.045
    _repair(chunks)
    for chunk in chunks:
        if chunk.slot in ("price_min", "price_max", "min_rating"):
            continue
        if not chunk.slot and mood > 0.6:
            chunk.text = _shorten(chunk.text, rng)
        rate = slips * (0.3 if chunk.slot in ("brands", "not_brands") else 1)
        if rate:
            chunk.text = _slip(chunk, rng, rate)
    if mood > 0.45 and rng.random() < 0.6:
        for chunk in chunks:
            if chunk.slot not in ("brands", "not_brands"):
                chunk.text = chunk.text.replace("'", "")
    return _cased(chunks, rng, mood)


def _repair(chunks: Sequence[Chunk]) -> None:
    """ "a" before a vowel is "an"."""
    for this, following in pairwise(chunks):
        if (
            not this.slot
            and re.search(r"(?:^|\s)a $", this.text)
            and re.match(r"[aeio]|u(?!n?s|ni|til)", following.text, re.I)
        ):
            this.text = this.text[:-1] + "n "


def _shorten(text: str, rng: random.Random) -> str:
    for pattern, short in _SHORT:
        if rng.random() < 0.25:
            text = re.sub(pattern, short, text)
    return text


def _slip(chunk: Chunk, rng: random.Random, rate: float) -> str:
    if chunk.slot == "category":
        # The singular slips, and the plural is made of it: the label is what a reader would take it for.
        single = chunk.value or (chunk.text if not chunk.plural else None)
        if single is None or chunk.plural:
            return chunk.text
        return _words(single, rng, rate)
    return _words(chunk.text, rng, rate)


def _words(text: str, rng: random.Random, rate: float) -> str:
    def word(match: re.Match[str]) -> str:
        letters = match[0]
        if len(letters) < 4 or rng.random() > rate * len(letters) / 3:
            return letters
        at = rng.randint(1, len(letters) - 2)
        kind = rng.random()
        if kind < 0.3:
            return letters[:at] + letters[at + 1 :]
        if kind < 0.55:
            return letters[:at] + letters[at + 1] + letters[at] + letters[at + 2 :]
        if kind < 0.7:
            return letters[:at] + letters[at] + letters[at:]
        near = _NEAR.get(letters[at].lower())
        if near is None:
            return letters
        return letters[:at] + rng.choice(near) + letters[at + (0 if kind > 0.92 else 1) :]

    return re.sub(r"[A-Za-z]+", word, text)


def _cased(chunks: Sequence[Chunk], rng: random.Random, mood: float) -> str:
    draw = rng.random()
    marks = rng.random()
    if marks < 0.25 or mood > 0.85:
        for chunk in chunks:
            if not chunk.slot:
                chunk.text = re.sub(r"[.!?;](?=\s|$)", "" if marks < 0.1 else ",", chunk.text)
                chunk.text = re.sub(r",(?=\s|$)", "" if marks < 0.15 else ",", chunk.text)
    if draw < 0.5:
        for chunk in chunks:
            if chunk.slot not in ("brands", "not_brands") or draw < 0.35:
                chunk.text = chunk.text.lower()
    text = _joined(chunks)
    if rng.random() < 0.05:
        text = f"{rng.choice(_FILLERS)}{rng.choice([' ', ', ', '... '])}{text}"
    if rng.random() < 0.05:
        text = text.rstrip(".,") + rng.choice(_ENDINGS)
    if draw > 0.975:
        return text.upper()
    if draw >= 0.5:
        text = re.sub(r"(^|[.!?]\s+)([a-z])", lambda m: m[1] + m[2].upper(), text)
        text = re.sub(r"\bi(?=\b(?!\.|/))", "I", text)
        if re.search(r"[a-z0-9]$", text) and rng.random() < 0.45:
            text += (
                "." if not re.match(r"(?i)(?:do|does|is|are|can|could|what|which|have|any|how|where)\b", text) else "?"
            )
    return text


def _joined(chunks: Sequence[Chunk]) -> str:
    text = "".join(c.text for c in chunks)
    text = re.sub(r"[^\S\n]+", " ", text)
    text = re.sub(r"\s+([.,!?;])", r"\1", text)
    text = re.sub(r"(?:,\s*)?([.!?])(?:\s*[.,;])+(?!\.)", r"\1", text)
    text = re.sub(r",\s*,", ",", text)
    return text.strip(" ,;").strip()
