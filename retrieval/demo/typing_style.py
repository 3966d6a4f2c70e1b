"""How people type: slips, habits and moods, so that no two customers' reviews look alike."""

from __future__ import annotations

import re

from retrieval.demo.chance import Key, order, roll

# Spelt the way people do.
_MISSPELT = {
    "definitely": "definately", "received": "recieved", "comfortable": "comfterble", "really": "realy",
    "because": "becuase", "quality": "qualty", "battery": "batery", "disappointed": "dissapointed",
    "beautiful": "beutiful", "surprised": "suprised", "colour": "color", "weight": "wieght", "perfect": "perfekt",
    "friends": "freinds", "always": "allways", "until": "untill", "too": "to", "their": "there", "loose": "lose",
    "recommended": "recomended", "expensive": "expencive", "exactly": "exactley", "believe": "beleive",
}  # fmt: skip
_WORD = re.compile(r"\b[a-z]{5,}\b")


def retyped(text: str, voice: str, *keys: Key) -> str:
    """``text`` as somebody with that ``voice`` would have typed it."""
    chance = roll(*keys, "haste")
    if voice == "terse" and chance < 0.7:
        return text.rstrip(".")
    if voice == "loud":
        shouted = text.replace(".", "!") if chance < 0.6 else text.rstrip(".!") + "!!!"
        return shouted.upper() if chance < 0.12 else shouted
    if voice == "careless":
        text = _misspelt(text, *keys)
        if chance < 0.5:
            text = text.lower().replace("'", "")
        return _slip(_slip(text, *keys, 1), *keys, 2) if chance < 0.8 else text
    if chance < 0.04:
        return text.lower().rstrip(".")
    if chance < 0.07:
        return text.replace("'", "")
    return _slip(text, *keys, 1) if chance < 0.14 else text


def mistyped(query: str, voice: str, *keys: Key) -> str:
    """A search as typed: short, and now and then with a slip."""
    return _slip(query, *keys) if roll(*keys, "haste") < (0.3 if voice == "careless" else 0.06) else query


def _misspelt(text: str, *keys: Key) -> str:
    return re.sub(r"[a-z]+", lambda m: _MISSPELT.get(m[0], m[0]) if roll(*keys, "spelt", m[0]) < 0.7 else m[0], text)


def _slip(text: str, *keys: Key) -> str:
    """One letter left out, twice there, or changed with its neighbour."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = order(words, *keys, "slip", name=lambda match: str(match.start()))[0]
    at = word.start() + 1 + int(roll(*keys, "where") * (len(word[0]) - 3))
    how = roll(*keys, "how")
    if how < 0.4:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :] if how < 0.75 else text[:at] + text[at] + text[at:]
