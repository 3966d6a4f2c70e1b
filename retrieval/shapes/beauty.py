"""Care for skin and hair. Without a colour of their own, these are drawn in the one that the key picks."""

from __future__ import annotations

from retrieval.shapes.pen import GOLD, INK, IRON, PALE, PAPER, STEEL, Pen


def moisturiser(p: Pen) -> None:
    p.ground(62, 196)
    if not p.says("tube"):
        p.rect(56, 116, 128, 78, 16, p.l)
        p.rect(56, 116, 128, 20, 10, p.d, 0.35)
        p.rect(52, 78, 136, 44, 10, PAPER)
        p.rect(52, 108, 136, 14, 7, "#e2ddd2")
        p.shine("M66 134 H76 V180 Q66 178 66 168 Z", 0.45)
        p.rect(86, 144, 68, 34, 3, PAPER, 0.92)
        p.line("M98 156 H142 M106 167 H134", p.dd, 3)
        p.path("M92 66 Q104 44 124 52 Q146 44 146 62 Q150 74 134 76 H104 Q92 76 92 66 Z", PAPER)
        p.path("M104 70 Q116 76 134 70", p.ll)
    else:
        _tube(p)


def _tube(p: Pen) -> None:
    p.path("M82 36 H158 L150 168 H90 Z", p.l)
    p.rect(80, 32, 80, 12, 3, p.c)
    p.line("M86 38 H154", p.ll, 1.6)
    p.rect(92, 166, 56, 32, 8, PAPER)
    p.rect(92, 172, 56, 3, 0, "#ddd7ca")
    p.rect(98, 84, 44, 50, 4, PAPER, 0.9)
    p.line("M106 98 H134 M110 108 H130 M112 118 H128", p.dd, 2.6)
    p.shine("M92 48 H100 L104 164 H96 Z", 0.35)


def sunscreen(p: Pen) -> None:
    p.ground(46, 204)
    p.disc(182, 66, 24, "#f6c453")
    for angle in range(0, 360, 45):
        with p.turned(angle, 182, 66):
            p.line("M182 34 V26", "#f6c453", 5)
    if p.says("spray"):
        p.rect(94, 92, 56, 112, 12)
        p.rect(106, 66, 32, 30, 5, PAPER)
        p.rect(96, 50, 50, 20, 6, p.accent)
        p.rect(84, 55, 14, 9, 3, IRON)
    elif p.says("face"):
        _tube(p)
        return
    else:
        p.path("M82 96 Q82 74 104 74 H138 Q160 74 160 96 V186 Q160 204 142 204 H100 Q82 204 82 186 Z")
        p.rect(100, 48, 42, 28, 6, p.accent)
        p.rect(108, 56, 26, 3, 1, PAPER, 0.6)
    p.path("M94 150 Q110 140 122 150 T150 150 V176 H94 Z", p.ll, 0.9)
    p.disc(122, 126, 13, PAPER)
    p.disc(122, 126, 8, "#f6c453")
    p.shine("M98 100 H105 V190 Q98 188 98 182 Z", 0.4)


def shampoo(p: Pen) -> None:
    p.ground(50, 204)
    if p.says("bar", "solid"):
        p.rect(46, 118, 148, 70, 24, p.d)
        p.rect(46, 108, 148, 70, 24, p.c)
        p.rect(66, 122, 108, 42, 14, p.l)
        p.line("M92 144 Q106 130 120 144 T148 144", PAPER, 5)
        for x, y, r in ((70, 96, 14), (94, 84, 9), (176, 92, 12), (158, 80, 7), (52, 78, 6)):
            p.disc(x, y, r, PAPER, 0.75)
        return
    p.rect(114, 42, 12, 34, 3, PALE)
    p.path("M86 44 Q86 36 96 36 H130 Q138 36 138 44 V50 H98 L92 58 H86 Z", IRON)
    p.rect(100, 70, 40, 14, 4, IRON)
    p.path("M80 104 Q80 82 104 82 H136 Q160 82 160 104 V188 Q160 204 144 204 H96 Q80 204 80 188 Z")
    p.shade("M142 82 Q160 86 160 104 V188 Q160 204 144 204 H130 Q146 196 146 180 Z", 0.1)
    p.rect(90, 112, 60, 66, 6, PAPER, 0.93)
    p.line("M104 130 Q112 122 120 130 T136 130 M104 141 Q112 133 120 141 T136 141", p.accent, 3)
    p.line("M104 158 H136 M110 167 H130", p.dd, 2.6)


def hair_dryer(p: Pen) -> None:
    p.ground(56, 204)
    with p.turned(10, 150, 130):
        p.path("M134 112 H172 L166 190 Q165 198 156 198 H144 Q136 198 136 190 Z", p.d)
        p.rect(144, 130, 14, 30, 6, p.ll)
        p.disc(151, 138, 4, p.accent)
        p.line("M150 198 Q150 214 130 212", INK, 6)
    p.path("M58 62 H150 Q196 62 196 96 Q196 130 150 130 H58 Q50 130 50 122 V70 Q50 62 58 62 Z")
    p.shade("M54 112 H192 Q182 130 150 130 H58 Q52 130 54 112 Z", 0.12)
    p.rect(34, 68, 20, 56, 5, IRON)
    p.line("M40 78 V114 M47 78 V114", STEEL, 2)
    p.disc(166, 96, 22, p.d)
    for n in range(4):
        p.line(f"M{152 + n * 1.5:.1f} {87 + n * 6} H{180 - n * 1.5:.1f}", p.ll, 2)
    p.shine("M66 70 H140 Q150 72 156 76 H66 Z", 0.3)
    p.line("M20 80 Q12 74 20 68 M18 102 Q8 96 18 90 M20 124 Q12 118 20 112", PAPER, 4, 0.9)


def perfume(p: Pen) -> None:
    p.ground(56, 198)
    p.rect(104, 44, 32, 26, 5, GOLD)
    p.rect(110, 68, 20, 16, 2, STEEL)
    p.rect(64, 82, 112, 114, 14, p.ll)
    p.path("M70 120 H170 V182 Q170 190 162 190 H78 Q70 190 70 182 Z", p.c, 0.85)
    p.rect(92, 132, 56, 36, 3, PAPER, 0.95)
    p.line("M104 146 H136 M110 156 H130", p.dd, 2.6)
    p.shine("M74 92 H84 V186 Q74 186 74 178 Z", 0.5)


SHAPES = {
    "moisturiser": moisturiser,
    "sunscreen": sunscreen,
    "shampoo": shampoo,
    "hair dryer": hair_dryer,
    "perfume": perfume,
}
