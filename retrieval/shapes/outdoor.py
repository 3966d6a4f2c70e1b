"""Bags, and life outside the house."""

from __future__ import annotations

from retrieval.shapes.pen import BARK, INK, IRON, LEAF, PALE, PAPER, STEEL, Pen

_BOTTLE = "#8fc3b5"


def backpack(p: Pen) -> None:
    p.ground(60, 206)
    p.line("M100 46 Q100 26 120 26 Q140 26 140 46", p.dd, 7)
    p.path("M66 78 Q40 96 46 150 Q48 168 62 172 Z", p.dd)
    p.path("M174 78 Q200 96 194 150 Q192 168 178 172 Z", p.dd)
    tall = p.says("hiking", "trekking")
    p.path("M60 92 Q60 40 120 40 Q180 40 180 92 V182 Q180 204 158 204 H82 Q60 204 60 182 Z")
    p.shade("M162 60 Q180 70 180 92 V182 Q180 204 158 204 H146 Q164 196 164 176 Z", 0.1)
    if tall:
        p.path("M58 66 Q60 36 120 36 Q180 36 182 66 V84 Q182 92 172 92 H68 Q58 92 58 84 Z", p.l)
        for x in (86, 148):
            p.rect(x, 84, 8, 40, 2, p.dd)
            p.rect(x - 3, 116, 14, 10, 2, STEEL)
        p.line("M70 104 L170 128 M170 104 L70 128", p.accent, 2.4)
    else:
        p.line("M70 84 Q72 54 120 54 Q168 54 170 84", p.dd, 3)
        p.rect(164, 82, 6, 16, 3, p.accent)
        p.rect(96, 74, 48, 22, 4, p.l)
    p.path("M74 138 Q74 130 82 130 H158 Q166 130 166 138 V178 Q166 192 152 192 H88 Q74 192 74 178 Z", p.d)
    p.line("M80 144 H160", p.ll, 2.6)
    p.rect(150, 142, 5, 16, 2.5, p.accent)
    p.rect(108, 164, 24, 12, 3, p.l)
    p.rect(48, 152, 14, 42, 5, _BOTTLE if p.pick(2, "bottle") else p.d)
    p.rect(46, 166, 18, 34, 5, p.dd)


def suitcase(p: Pen) -> None:
    large = p.says("large", "medium")
    wide, top = (56, 60) if large else (48, 76)
    p.ground(wide + 8, 208)
    p.line(f"M100 {top} V{top - 40} H140 V{top}", IRON, 5)
    p.rect(96, top - 44, 48, 9, 4.5, INK)
    for x in (120 - wide + 8, 120 + wide - 22):
        p.rect(x, 194, 14, 14, 5, INK)
    p.rect(120 - wide, top, 2 * wide, 126 if large else 120, 16, p.d)
    p.rect(120 - wide, top - 2, 2 * wide, 124 if large else 118, 16)
    for n in range(5):
        rib = 120 - wide + 16 + n * (2 * wide - 32) / 4
        p.line(f"M{rib:.1f} {top + 10} V{top + 110}", p.mark, 3.5, 0.8)
    p.rect(120 - wide, top + 54, 2 * wide, 5, 0, p.dd, 0.6)
    p.rect(112, top + 50, 16, 13, 3, STEEL)
    p.rect(104, top - 8, 32, 8, 4, p.dd)
    p.disc(120 + wide - 14, top + 92, 9, p.accent)
    p.line(f"M{120 + wide - 18} {top + 92} h8", PAPER, 2)


def tent(p: Pen) -> None:
    p.oval(120, 186, 104, 13, LEAF, 0.55)
    if p.says("4", "5", "6"):
        p.path("M24 184 Q30 84 96 74 H156 Q210 84 216 184 Z", p.d)
        p.path("M24 184 Q30 84 96 74 Q132 90 140 184 Z")
        p.path("M52 184 Q54 118 84 112 Q112 120 114 184 Z", p.dd)
        p.path("M84 112 Q112 120 114 184 H100 Q104 130 84 112 Z", p.ll)
        p.rect(162, 112, 26, 24, 6, PALE)
    elif p.says("1", "tunnel"):
        p.path("M28 184 Q44 100 120 98 Q196 110 214 184 Z", p.d)
        p.path("M28 184 Q44 100 120 98 Q96 120 98 184 Z")
        p.path("M120 98 Q158 116 160 184 H98 Q96 120 120 98 Z", p.l)
        p.path("M112 184 Q112 136 128 124 Q146 138 148 184 Z", p.dd)
        p.path("M128 124 Q146 138 148 184 H138 Q138 142 128 124 Z", p.ll)
    else:
        p.path("M22 184 Q60 80 120 62 Q180 80 218 184 Z", p.d)
        p.path("M22 184 Q60 80 120 62 Q94 110 92 184 Z")
        p.path("M120 62 Q94 110 92 184 H152 Q150 110 120 62 Z", p.l)
        p.path("M108 184 Q108 128 121 104 Q138 130 140 184 Z", p.dd)
        p.path("M121 104 Q104 126 98 184 H109 Q110 136 121 104 Z", p.ll)
        p.line("M22 184 Q60 80 120 62 Q180 80 218 184", p.dd, 2.4, 0.6)
    p.line("M30 168 L12 188 M210 168 L228 188", IRON, 1.8)
    p.path("M190 64 A16 16 0 1 0 204 86 A20 20 0 0 1 190 64 Z", PAPER, 0.9)


def sleeping_bag(p: Pen) -> None:
    p.ground(86, 190)
    if p.pick(2, "rolled"):
        p.rect(34, 96, 140, 92, 36, p.d)
        p.rect(34, 92, 140, 92, 36)
        for x in (62, 84, 128):
            p.line(f"M{x} 94 Q{x - 10} 138 {x} 182", p.mark, 2.4)
        for wide, high, colour in ((34, 48, p.d), (28, 41, p.ll), (21, 32, p.d), (15, 24, p.ll), (8, 14, p.dd)):
            p.oval(170, 138, wide, high, colour)
        for x in (68, 116):
            p.rect(x, 90, 9, 98, 2, p.dd)
            p.rect(x - 4, 128, 17, 13, 3, STEEL)
    else:
        with p.turned(58):
            p.path("M84 28 Q120 6 156 28 Q176 60 166 120 L150 212 Q120 224 90 212 L74 120 Q64 60 84 28 Z", p.d)
            p.path("M86 28 Q120 8 154 28 Q172 60 162 118 L147 206 Q120 216 93 206 L78 118 Q68 60 86 28 Z")
            p.path("M96 36 Q120 20 144 36 Q152 56 144 70 Q120 84 96 70 Q88 56 96 36 Z", p.ll)
            p.oval(120, 52, 17, 13, PAPER)
            for y in (92, 118, 144, 170, 192):
                p.line(f"M{76 + (y - 92) * 0.15:.0f} {y} Q120 {y + 10} {164 - (y - 92) * 0.15:.0f} {y}", p.mark, 2.4)
            p.line("M138 76 Q152 130 142 186", p.accent, 3)


def headlamp(p: Pen) -> None:
    p.ground(70, 184)
    p.line("M120 138 Q20 132 46 84 Q66 52 120 54 Q174 52 194 84 Q220 132 120 138", p.d, 15)
    p.line("M120 138 Q20 132 46 84 Q66 52 120 54 Q174 52 194 84 Q220 132 120 138", p.c, 10)
    p.line("M60 72 Q84 58 120 59 Q156 58 180 72", p.accent, 2.6)
    p.path("M88 150 L60 202 H180 L152 150 Z", "#ffe9a8", 0.5)
    p.rect(84, 108, 72, 54, 16, p.dd)
    p.rect(84, 104, 72, 54, 16, p.d)
    p.disc(120, 132, 22, STEEL)
    p.disc(120, 132, 18, "#fff3c9")
    p.disc(120, 132, 10, PAPER)
    p.rect(104, 98, 32, 8, 3, p.accent)


def water_bottle(p: Pen) -> None:
    big = p.says("1000", "750")
    top, half = (58, 36) if big else (72, 33)
    left, right = 120 - half, 120 + half
    p.ground(half + 6, 208)
    if p.says("kids", "straw"):
        p.line(f"M118 {top - 8} Q118 {top - 34} 138 {top - 34}", PALE, 7)
    p.rect(left + 10, top - 8, 2 * half - 20, 22, 4, STEEL)
    p.rect(left + 6, top - 26, 2 * half - 12, 24, 7, INK if p.mark == p.d else p.l)
    p.line(f"M108 {top - 26} Q120 {top - 46} 132 {top - 26}", IRON, 5)
    shoulder = f"Q{right} {top + 16} {right} {top + 32} V192 Q{right} 206 {right - 14} 206"
    p.path(f"M{left + 10} {top + 8} H{right - 10} {shoulder} H{left + 14} Q{left} 206 {left} 192 V{top + 32} "
           f"Q{left} {top + 16} {left + 10} {top + 8} Z")  # fmt: skip
    p.shade(f"M{right - 16} {top + 12} {shoulder} H{right - 28} Q{right - 14} 200 {right - 14} 186 Z", 0.12)
    p.shine(
        f"M{left + 8} {top + 28} Q{left + 8} {top + 20} {left + 16} {top + 16} V194 Q{left + 8} 194 {left + 8} 186 Z"
    )
    art = p.pick(3, "art")
    if art == 0:
        p.path("M96 164 L112 140 L122 152 L132 136 L146 164 Z", p.ll)
    elif art == 1:
        p.rect(left, 150, 2 * half, 12, 0, p.ll)
    else:
        p.path("M120 128 Q136 148 130 160 Q120 170 110 160 Q104 148 120 128 Z", p.ll)


def umbrella(p: Pen) -> None:
    p.ground(30, 206)
    p.line("M120 60 V186 Q120 204 134 204 Q146 204 146 190", BARK, 6)
    p.path("M24 124 Q30 44 120 40 Q210 44 216 124 Q200 108 184 124 Q168 106 152 124 Q136 106 120 124 Q104 106 88 124 "
           "Q72 106 56 124 Q40 108 24 124 Z")  # fmt: skip
    p.path("M120 40 Q84 60 88 124 Q104 106 120 124 Q136 106 152 124 Q156 60 120 40 Z", p.l)
    p.path("M120 40 Q100 64 104 114 Q112 112 120 124 Q128 112 136 114 Q140 64 120 40 Z", p.c)
    p.line("M120 40 V30", BARK, 5)


def camping_stove(p: Pen) -> None:
    p.ground(62, 204)
    p.path("M84 150 H156 L162 194 Q162 202 154 202 H86 Q78 202 78 194 Z")
    p.path("M84 150 Q84 138 120 138 Q156 138 156 150 Z", p.d)
    p.rect(92, 166, 56, 16, 3, PAPER, 0.9)
    p.rect(112, 112, 16, 28, 3, STEEL)
    p.line("M128 126 H152", STEEL, 5)
    p.disc(156, 126, 7, p.accent)
    p.line("M120 112 L74 100 M120 112 L166 100 M120 112 V98", IRON, 6)
    p.path("M104 98 Q100 84 112 76 Q112 86 120 82 Q118 70 128 64 Q126 78 136 84 Q140 92 136 98 Z", "#4f9bd9")
    p.path("M112 98 Q110 90 118 86 Q122 92 128 88 Q132 94 128 98 Z", "#ffd36b")


SHAPES = {
    "backpack": backpack,
    "suitcase": suitcase,
    "tent": tent,
    "sleeping bag": sleeping_bag,
    "headlamp": headlamp,
    "water bottle": water_bottle,
    "umbrella": umbrella,
    "camping stove": camping_stove,
}
