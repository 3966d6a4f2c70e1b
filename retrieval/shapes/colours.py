"""Colours by the names that shops print, and the tones a drawing needs."""

from __future__ import annotations

import re

_NAMES = """
black 32353c   white f6f4ef     grey 8d939c      gray 8d939c      silver c3c9d0     charcoal 4a4e57  anthracite 43474f
graphite 4d525a ivory f3ebd9    cream f1e4c9     beige d9c5a3     sand dcc79d       tan c08f5a       brown 8a5a3b
champagne e3cda4 gold d5a84a    bronze a9713f    copper c07a4e    red c8423b        burgundy 7d2740  maroon 7a2b33
coral ec7a63   orange e8833a    terracotta c46a4a peach f2b591    yellow f0c541     mustard d3a02f   amber e0a030
green 4f9a5d   lime a4c64a      olive 7c7f45     sage 9db093      mint a3d6bd       emerald 2f8f6b   khaki a39a68
teal 2f8587    turquoise 45b3b0 cyan 44b4d0      blue 3f74b5      navy 2c3f66       indigo 46478f    purple 7a559f
violet 7f5bb0  lavender b7a5d8  lilac c3aede     magenta c2458f   pink e79bb0       rose d9748c      natural d2a873
oak c99b65     walnut 7b5238    wood c79a68      multicoloured e2604f transparent d3e3ea clear d3e3ea titanium 9aa0a6
"""
_PAIRS = {
    "sky blue": "85b9e0", "light blue": "8dbbe3", "dark blue": "2f4c7e", "forest green": "2f5d45",
    "light green": "93c98b", "dark green": "2f5f47", "mint green": "a3d6bd", "olive green": "737a43",
    "sage green": "9db093", "rose gold": "dba58f", "light grey": "b9bec5", "dark grey": "555a63",
    "hot pink": "e2588f", "off white": "f3efe4", "navy blue": "2c3f66", "mustard yellow": "dcaa33",
    "charcoal grey": "4a4e57", "burnt orange": "c3632e",
}  # fmt: skip
_tokens = _NAMES.split()
HEX = {name: f"#{code}" for name, code in zip(_tokens[::2], _tokens[1::2], strict=True)}
HEX |= {name: f"#{code}" for name, code in _PAIRS.items()}


def hex_of(text: str | None) -> str | None:
    """The first colour that ``text`` names ("Black, Silver", "dark-blue"), as #rrggbb; None where it names none."""
    words = re.findall(r"[a-z]+", (text or "").lower())
    for at, word in enumerate(words):
        for name in (" ".join(words[at : at + 2]), word):
            if name in HEX:
                return HEX[name]
    return None


def rgb(colour: str) -> tuple[int, int, int]:
    """Channels 0 to 255 of #rrggbb."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(colour: str, other: str, share: float) -> str:
    """``colour`` with ``share`` (0 to 1) of ``other`` stirred in."""
    pairs = zip(rgb(colour), rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def light(colour: str) -> float:
    """Perceived lightness, 0 black to 1 white."""
    red, green, blue = rgb(colour)
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def distance(colour: str, other: str) -> float:
    """How far two colours are apart to the eye, roughly: 0 same, about 3 black and white."""
    red, green, blue = ((a - b) / 255 for a, b in zip(rgb(colour), rgb(other), strict=True))
    return float((2 * red**2 + 4 * green**2 + 3 * blue**2) ** 0.5)
