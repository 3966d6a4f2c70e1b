"""Cameras, watches and their company."""

from __future__ import annotations

from retrieval.shapes.outdoor import backpack
from retrieval.shapes.pen import BARK, GOLD, INK, IRON, PALE, PAPER, SCREEN, STEEL, Pen


def camera(p: Pen) -> None:
    p.ground(80, 184)
    p.path("M92 76 L100 56 H140 L148 76 Z", p.d)
    p.rect(40, 72, 160, 108, 16, p.d)
    p.rect(40, 70, 160, 106, 16)
    p.rect(40, 98, 160, 50, 0, p.dd, 0.55)
    p.rect(52, 60, 26, 12, 4, STEEL)
    p.rect(164, 62, 20, 10, 3, IRON)
    p.disc(174, 86, 6, p.accent)
    p.rect(106, 60, 28, 10, 3, PALE)
    p.disc(120, 124, 48, p.d)
    p.disc(120, 124, 44, IRON)
    p.disc(120, 124, 34, INK)
    p.disc(120, 124, 24, SCREEN)
    p.disc(120, 124, 13, "#3d648c")
    p.disc(111, 114, 7, PAPER, 0.75)
    p.disc(130, 134, 3, PAPER, 0.4)
    p.rect(52, 82, 22, 8, 2, p.ll, 0.8)


def camera_bag(p: Pen) -> None:
    if p.says("backpack"):
        backpack(p)
        return
    p.ground(76, 198)
    p.line("M58 96 Q60 34 120 34 Q180 34 182 96", p.dd, 8)
    p.rect(44, 92, 152, 104, 16, p.d)
    p.rect(44, 90, 152, 102, 16)
    p.path("M42 92 Q42 78 56 78 H184 Q198 78 198 92 V128 Q198 142 184 142 H56 Q42 142 42 128 Z", p.l)
    p.line("M50 134 Q54 137 58 137 H182 Q186 137 190 134", p.d, 1.6)
    for x in (78, 148):
        p.rect(x, 76, 14, 92, 3, BARK)
        p.rect(x - 3, 140, 20, 14, 3, GOLD)
        p.rect(x + 3, 143, 8, 8, 2, BARK)
    p.rect(104, 158, 32, 24, 5, p.d)
    p.disc(120, 170, 7, p.dd)
    p.disc(120, 170, 4, p.ll)


def watch(p: Pen) -> None:
    strap = STEEL if p.says("bracelet") else IRON if p.says("textile") else (BARK, "#5b4a3f")[p.pick(2, "strap")]
    p.ground(44, 208)
    p.path("M96 22 H144 L148 84 H92 Z", strap)
    p.path("M96 212 H144 L148 150 H92 Z", strap)
    p.line("M102 30 V70 M138 30 V70 M102 204 V164 M138 204 V164", PAPER, 1.3, 0.45)
    for y in (186, 196):
        p.disc(120, y, 2.2, INK)
    metal = GOLD if p.pick(4, "gold") == 0 else STEEL
    p.rect(168, 111, 12, 14, 4, metal)
    p.disc(120, 118, 54, metal)
    p.disc(120, 118, 49, PALE)
    p.disc(120, 118, 44)
    for hour in range(12):
        with p.turned(hour * 30, 120, 118):
            p.rect(118.8, 79, 2.4, 9 if hour % 3 else 13, 1, p.mark)
    tone = PAPER if p.mark == p.l else INK
    p.line("M120 118 L102 98", tone, 4.5)
    p.line("M120 118 L146 102", tone, 3.2)
    p.line("M120 124 L120 86", p.accent, 1.5)
    p.disc(120, 118, 4, tone)


def smartwatch(p: Pen) -> None:
    p.ground(44, 212)
    p.path("M94 20 Q120 14 146 20 L150 76 H90 Z")
    p.path("M94 216 Q120 222 146 216 L150 164 H90 Z")
    p.shade("M94 216 Q120 222 146 216 L150 164 H90 Z", 0.08)
    for y in (184, 194, 204):
        p.rect(113, y, 14, 4, 2, p.dd)
    p.rect(168, 100, 7, 22, 3, STEEL)
    p.rect(70, 66, 100, 108, 28, STEEL)
    p.rect(74, 70, 92, 100, 25, INK)
    p.ring(120, 108, 26, "#3b424d", 6)
    share = p.vary(0.45, 0.9, "ring")
    p.arc(120, 108, 26, 0, share * 360, p.accent, 6)
    p.path("M120 119 C104 109 110 96 120 104 C130 96 136 109 120 119 Z", "#e9736b")
    p.rect(92, 144, 24, 6, 3, PAPER)
    p.rect(122, 144, 28, 6, 3, "#59616d")
    p.rect(104, 154, 32, 5, 2.5, "#59616d")


def watch_strap(p: Pen) -> None:
    p.ground(60, 202)
    for x, turn, long in ((88, -9, 150), (152, 9, 108)):
        with p.turned(turn, x, 120):
            p.rect(x - 19, 48, 38, long, 14, p.d)
            p.rect(x - 19, 46, 38, long, 14)
            p.line(f"M{x - 13} 64 V{30 + long} M{x + 13} 64 V{30 + long}", p.ll, 1.5, 0.8)
            p.rect(x - 17, 40, 34, 9, 3, STEEL)
            if long > 120:
                for n in range(5):
                    p.oval(x, 130 + n * 12, 2.4, 3.2, p.dd)
            else:
                p.rect(x - 24, 146, 48, 26, 6, STEEL)
                p.rect(x - 17, 152, 34, 14, 3, p.d)
                p.line(f"M{x} 150 V172", PALE, 3)
                p.rect(x - 21, 118, 42, 9, 3, p.dd)


SHAPES = {
    "camera": camera,
    "camera bag": camera_bag,
    "watch": watch,
    "smartwatch": smartwatch,
    "watch strap": watch_strap,
}
