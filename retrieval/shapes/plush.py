"""Animals to cuddle, each with its own ears."""

from __future__ import annotations

from retrieval.shapes.pen import GOLD, INK, PAPER, Pen

_PINK = "#eeb3b7"


def plush_toy(p: Pen) -> None:
    if p.says("octopus"):
        _octopus(p)
        return
    p.ground(58, 206)
    _body(p)
    ears = next((draw for words, draw in _EARS.items() if p.says(*words)), _round_ears)
    for side in (-1, 1):
        ears(p, side)
    if p.says("giraffe"):
        p.path("M100 130 L104 66 H136 L140 130 Z")
    if p.says("sheep", "lamb"):
        for x, y in ((84, 70), (100, 56), (120, 50), (140, 56), (156, 70)):
            p.disc(x, y, 17, p.l)
    p.oval(120, 92, 46, 42, p.c)
    _face(p)
    p.path("M98 132 Q120 142 142 132 L146 140 Q120 152 94 140 Z", p.accent)
    p.path("M136 138 L146 160 L130 160 Z", p.accent)


def _body(p: Pen) -> None:
    p.oval(120, 164, 44, 42, p.c)
    p.oval(120, 170, 27, 28, PAPER if p.says("fox", "owl") else p.ll)
    for side in (-1, 1):
        with p.turned(side * -24, 120 + side * 46, 150):
            p.oval(120 + side * 46, 152, 13, 26, p.d if p.says("owl") else p.c)
        p.oval(120 + side * 34, 198, 22, 13, p.d)
        p.oval(120 + side * 38, 197, 10, 8, p.ll)
    if p.says("giraffe"):
        for x, y in ((98, 148), (146, 152), (104, 180), (140, 184), (120, 138)):
            p.disc(x, y, 7, p.d)


def _round_ears(p: Pen, side: int) -> None:
    p.disc(120 + side * 36, 58, 17, p.c)
    p.disc(120 + side * 36, 58, 9, p.ll)


def _long_ears(p: Pen, side: int) -> None:
    with p.turned(side * 13, 120 + side * 20, 60):
        p.oval(120 + side * 22, 44, 14, 34, p.c)
        p.oval(120 + side * 22, 46, 7, 24, p.ll)


def _fox_ears(p: Pen, side: int) -> None:
    p.path(f"M{120 + side * 12} 66 L{120 + side * 46} 30 L{120 + side * 48} 82 Z", p.c)
    p.path(f"M{120 + side * 24} 62 L{120 + side * 42} 42 L{120 + side * 42} 72 Z", INK, 0.75)


def _cat_ears(p: Pen, side: int) -> None:
    p.path(f"M{120 + side * 8} 62 L{120 + side * 40} 36 L{120 + side * 46} 80 Z", p.c)
    p.path(f"M{120 + side * 20} 60 L{120 + side * 37} 46 L{120 + side * 40} 70 Z", _PINK)


def _elephant_ears(p: Pen, side: int) -> None:
    p.oval(120 + side * 56, 92, 31, 34, p.c)
    p.oval(120 + side * 57, 94, 20, 23, _PINK)


def _tufts(p: Pen, side: int) -> None:
    p.path(f"M{120 + side * 14} 58 Q{120 + side * 30} 44 {120 + side * 44} 38 L{120 + side * 44} 78 Z", p.d)


def _pig_ears(p: Pen, side: int) -> None:
    p.path(f"M{120 + side * 16} 58 L{120 + side * 44} 44 L{120 + side * 52} 76 Q{120 + side * 34} 76 "
           f"{120 + side * 16} 58 Z", p.d)  # fmt: skip


def _hanging_ears(p: Pen, side: int) -> None:
    with p.turned(side * 14, 120 + side * 44, 70):
        p.oval(120 + side * 48, 96, 14, 32, p.d)


def _sheep_ears(p: Pen, side: int) -> None:
    with p.turned(side * 20, 120 + side * 50, 84):
        p.oval(120 + side * 54, 86, 18, 10, p.d)


def _giraffe_ears(p: Pen, side: int) -> None:
    p.line(f"M{120 + side * 16} 56 V34", p.d, 6)
    p.disc(120 + side * 16, 32, 7, p.dd)
    with p.turned(side * -24, 120 + side * 44, 66):
        p.oval(120 + side * 52, 66, 17, 9, p.c)


_EARS = {
    ("rabbit", "bunny"): _long_ears,
    ("fox",): _fox_ears,
    ("cat",): _cat_ears,
    ("elephant",): _elephant_ears,
    ("owl",): _tufts,
    ("pig",): _pig_ears,
    ("dog",): _hanging_ears,
    ("sheep", "lamb"): _sheep_ears,
    ("giraffe",): _giraffe_ears,
}


def _face(p: Pen) -> None:
    if p.says("owl"):
        _owl_face(p)
        return
    if p.says("fox"):
        p.path("M76 102 Q98 100 120 116 Q142 100 164 102 Q154 134 120 134 Q86 134 76 102 Z", PAPER)
    elif p.says("elephant"):
        p.line("M120 104 Q118 134 130 146 Q138 152 142 142", p.d, 15)
        p.line("M114 118 H127 M115 130 H128", p.dd, 2, 0.6)
    elif p.says("pig"):
        p.oval(120, 108, 20, 14, p.d)
        p.oval(113, 108, 3.4, 5, p.dd)
        p.oval(127, 108, 3.4, 5, p.dd)
    else:
        p.oval(120, 108, 22, 16, p.ll)
    if not p.says("elephant", "pig"):
        p.path("M112 100 Q120 95 128 100 Q126 108 120 109 Q114 108 112 100 Z", INK)
        p.line("M120 109 V114 M111 116 Q116 121 120 114 Q124 121 129 116", INK, 2.2)
    if p.says("cat"):
        p.line("M96 106 L70 101 M96 111 L70 114 M144 106 L170 101 M144 111 L170 114", p.dd, 1.8)
    for x in (101, 139):
        p.disc(x, 86, 5, INK)
        p.disc(x + 1.6, 84.4, 1.6, PAPER)
        p.oval(x + (-9 if x < 120 else 9), 100, 6, 4, "#e88f8f", 0.55)


def _owl_face(p: Pen) -> None:
    for x in (99, 141):
        p.disc(x, 88, 21, p.ll)
        p.disc(x, 88, 10, INK)
        p.disc(x + 3, 85, 3, PAPER)
    p.path("M112 98 H128 L120 114 Z", GOLD)


def _octopus(p: Pen) -> None:
    p.ground(76, 200)
    for n, x in enumerate((52, 78, 104, 136, 162, 188)):
        bend = -16 if n < 3 else 16
        p.line(
            f"M{120 + (x - 120) * 0.6:.0f} 140 Q{x} 164 {x + bend / 2:.0f} 188 Q{x + bend} 198 {x + bend} 184", p.d, 17
        )
    p.path("M62 112 Q58 40 120 38 Q182 40 178 112 Q182 160 150 162 H90 Q58 160 62 112 Z")
    p.shine("M80 92 Q82 60 108 52 Q92 72 92 100 Z", 0.3)
    for x in (98, 142):
        p.disc(x, 104, 7, INK)
        p.disc(x + 2.4, 101.6, 2.4, PAPER)
        p.oval(x + (-14 if x < 120 else 14), 120, 8, 5, "#e88f8f", 0.55)
    p.line("M108 122 Q120 134 132 122", INK, 3)


SHAPES = {
    "plush toy": plush_toy,
}
