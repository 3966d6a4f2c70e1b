"""A message as it would be written with care: contractions with their apostrophe, slips in the words for a price."""

from __future__ import annotations

import re

# Written without its apostrophe, each of these is no other English word.
_CONTRACTED = re.compile(
    r"\b(?P<verb>do|does|did|is|are|was|were|has|have|had|should|would|could|must|need)nt\b", re.IGNORECASE
)
_IRREGULAR = {"wont": "won't", "cant": "can't", "dont": "don't"}
_SLIPS = {
    **dict.fromkeys(("undr", "udner", "uner", "unnder", "undre"), "under"),
    **dict.fromkeys(("belw", "belwo", "beloww"), "below"),
    **dict.fromkeys(("arround", "aroud", "aroun"), "around"),
    **dict.fromkeys(("betwen", "bewteen", "beetween", "betweeen"), "between"),
    **dict.fromkeys(("maximun", "maxium", "maximim", "maxmum"), "maximum"),
    "atleast": "at least",
    "upto": "up to",
    "atmost": "at most",
}
_WORD = re.compile(r"[^\W\d_]+")


def plainly(text: str) -> str:
    """``text`` in single spaces, with what was written in haste written out: "doesnt cost undr 20"."""
    text = _CONTRACTED.sub(lambda m: f"{m['verb']}n't", " ".join(text.split()))
    return _WORD.sub(lambda m: _written_out(m[0]), text)


def _written_out(word: str) -> str:
    low = word.lower()
    meant = _IRREGULAR.get(low) or _SLIPS.get(low)
    return word if meant is None else meant.capitalize() if word[0].isupper() else meant
