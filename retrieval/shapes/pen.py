"""A pen for small flat drawings: it knows the product's colour in five tones and writes plain SVG elements.

The sheet is 240 by 240 units. Nothing but shapes goes in: no script, style, link, text from outside or reference.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from math import cos, radians, sin

from retrieval.shapes.colours import distance, light, mix

SIZE = 240
INK = "#2b3038"
IRON = "#4d545f"
STEEL = "#a9b1bb"
PALE = "#e3e7eb"
PAPER = "#fdfcf9"
GLASS = "#cfe3ea"
WOOD = "#cfa271"
BARK = "#a97a4d"
GOLD = "#d8b25a"
LEAF = "#6f9f6a"
SCREEN = "#27405e"
# Backdrops: the wall and, a little deeper, the round spot behind the product.
_WALLS = (
    ("#f4ede3", "#eadfce"), ("#e7eff3", "#d6e4eb"), ("#e9f0e7", "#d8e5d5"),
    ("#f8ebe6", "#f0dad1"), ("#efebf5", "#e0d9ed"), ("#f9f2de", "#f0e5c4"),
)  # fmt: skip
_ACCENTS = ("#ef7f5f", "#3f9c98", "#e9b949", "#4f7fc0", "#d96c8f")


def roll(key: str, name: str) -> float:
    """A number in [0, 1) that depends on ``key`` and ``name`` alone."""
    digest = hashlib.blake2b(f"{key}\x1f{name}".encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def share(key: str, name: str, count: int) -> int:
    """A whole number in [0, count), by ``key`` and ``name``."""
    return int(roll(key, name) * count)


class Pen:
    """Draws one picture. ``colour`` is #rrggbb, ``key`` decides every free choice.

    ``words`` tell of the product, ``numbers`` are its measures by attribute name.
    """

    def __init__(
        self, colour: str, key: str, words: Iterable[str] = (), numbers: Mapping[str, float] | None = None
    ) -> None:
        self.key = key
        self._words = frozenset(words)
        self._numbers = numbers or {}
        self.c = colour
        dark = light(colour) < 0.3
        self.d = mix(colour, "#14161c", 0.34 if dark else 0.2)
        self.dd = mix(colour, "#14161c", 0.55 if dark else 0.42)
        self.l = mix(colour, "#ffffff", 0.2 if dark else 0.32)
        self.ll = mix(colour, "#ffffff", 0.4 if dark else 0.62)
        # A tone for seams and marks that shows on the main colour, be it dark or light.
        self.mark = self.l if dark else self.d
        apart = sorted(_ACCENTS, key=lambda accent: -distance(accent, colour))
        self.accent = apart[self.pick(3, "accent")]
        self._parts: list[str] = []

    def roll(self, name: str) -> float:
        """A number in [0, 1) that depends on the key and ``name`` alone."""
        return roll(self.key, name)

    def says(self, *words: str) -> bool:
        """Whether the product's title or kind has one of these (lower case) words."""
        return not self._words.isdisjoint(words)

    def number(self, name: str, otherwise: float) -> float:
        """The attribute of that name, ``otherwise`` where the product has none."""
        return self._numbers.get(name, otherwise)

    def pick(self, count: int, name: str) -> int:
        return share(self.key, name, count)

    def vary(self, low: float, high: float, name: str) -> float:
        return low + (high - low) * self.roll(name)

    def rect(self, x: float, y: float, w: float, h: float, r: float = 0, fill: str = "", o: float = 1) -> None:
        """A rectangle with corners rounded by ``r``; ``o`` is its opacity."""
        rounded = f' rx="{_n(r)}"' if r else ""
        self._add(f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(w)}" height="{_n(h)}"{rounded}{self._ink(fill, o)}/>')

    def disc(self, x: float, y: float, r: float, fill: str = "", o: float = 1) -> None:
        self._add(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(r)}"{self._ink(fill, o)}/>')

    def oval(self, x: float, y: float, rx: float, ry: float, fill: str = "", o: float = 1) -> None:
        self._add(f'<ellipse cx="{_n(x)}" cy="{_n(y)}" rx="{_n(rx)}" ry="{_n(ry)}"{self._ink(fill, o)}/>')

    def path(self, d: str, fill: str = "", o: float = 1) -> None:
        """A filled path."""
        self._add(f'<path d="{d}"{self._ink(fill, o)}/>')

    def line(self, d: str, stroke: str = "", width: float = 3, o: float = 1) -> None:
        """A stroked path with round ends."""
        seen = f' opacity="{_n(o)}"' if o < 1 else ""
        self._add(
            f'<path d="{d}" fill="none" stroke="{stroke or self.c}" stroke-width="{_n(width)}"'
            f' stroke-linecap="round" stroke-linejoin="round"{seen}/>'
        )

    def ring(self, x: float, y: float, r: float, stroke: str = "", width: float = 3, o: float = 1) -> None:
        seen = f' opacity="{_n(o)}"' if o < 1 else ""
        self._add(
            f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(r)}" fill="none" stroke="{stroke or self.c}"'
            f' stroke-width="{_n(width)}"{seen}/>'
        )

    def arc(self, x: float, y: float, r: float, start: float, end: float, stroke: str = "", width: float = 3) -> None:
        """A part of a ring from ``start`` to ``end`` degrees, clockwise from the top."""
        (x1, y1), (x2, y2) = ((x + r * sin(radians(a)), y - r * cos(radians(a))) for a in (start, end))
        self.line(f"M{_n(x1)} {_n(y1)} A{_n(r)} {_n(r)} 0 {int(end - start > 180)} 1 {_n(x2)} {_n(y2)}", stroke, width)

    def words(self, x: float, y: float, text: str, size: float, fill: str, bold: bool = False) -> None:
        """Text centred on ``x`` with its foot on ``y``; ``text`` must be XML text already."""
        weight = ' font-weight="700"' if bold else ""
        self._add(
            f'<text x="{_n(x)}" y="{_n(y)}" font-family="system-ui, sans-serif" font-size="{_n(size)}"{weight}'
            f' text-anchor="middle" fill="{fill}">{text}</text>'
        )

    def shade(self, d: str, o: float = 0.1) -> None:
        """A darker veil over what is drawn."""
        self.path(d, "#10131a", o)

    def shine(self, d: str, o: float = 0.22) -> None:
        """A lighter veil over what is drawn."""
        self.path(d, "#ffffff", o)

    def ground(self, rx: float = 74, y: float = 201, x: float = 120) -> None:
        """The soft shadow a thing throws on the floor."""
        self.oval(x, y, rx, 7, "#3a3028", 0.13)

    @contextmanager
    def turned(self, angle: float, x: float = 120, y: float = 120) -> Iterator[None]:
        """What is drawn inside is turned by ``angle`` degrees, clockwise, around (x, y)."""
        self._add(f'<g transform="rotate({_n(angle)} {_n(x)} {_n(y)})">')
        yield
        self._add("</g>")

    @contextmanager
    def moved(self, x: float, y: float, scale: float = 1) -> Iterator[None]:
        """What is drawn inside is scaled about the origin and then moved."""
        grown = f" scale({_n(scale)})" if scale != 1 else ""
        self._add(f'<g transform="translate({_n(x)} {_n(y)}){grown}">')
        yield
        self._add("</g>")

    def svg(self, label: str) -> str:
        """The whole picture on its backdrop. ``label`` names it for screen readers; it must be XML text already."""
        apart = sorted(_WALLS, key=lambda wall: -distance(wall[1], self.c))
        wall, spot = apart[self.pick(len(apart) if light(self.c) < 0.45 else 3, "wall")]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" role="img" aria-label="{label}">'
            f'<rect width="{SIZE}" height="{SIZE}" fill="{wall}"/>'
            f'<circle cx="120" cy="116" r="98" fill="{spot}"/>' + "".join(self._parts) + "</svg>\n"
        )

    def _add(self, part: str) -> None:
        self._parts.append(part)

    def _ink(self, fill: str, opacity: float) -> str:
        return f' fill="{fill or self.c}"' + (f' opacity="{_n(opacity)}"' if opacity < 1 else "")


def _n(number: float) -> str:
    """Short: one decimal (two below one), no trailing zeros."""
    return f"{number:.2f}".rstrip("0").rstrip(".") if abs(number) < 1 else f"{number:.1f}".rstrip("0").rstrip(".")
