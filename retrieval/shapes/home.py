"""Furniture, textiles and household machines."""

from __future__ import annotations

from retrieval.shapes.pen import BARK, GLASS, INK, IRON, LEAF, PALE, PAPER, STEEL, WOOD, Pen

_GLOW = "#ffe7a3"


def desk_lamp(p: Pen) -> None:
    form = 0 if p.says("jointed", "clamp") else 1 if p.says("fixed") else 2
    p.ground(48, 202)
    if form == 0:
        p.path("M64 96 L150 118 L132 200 H40 Z", _GLOW, 0.4)
        p.line("M150 192 L176 126 L112 70", p.d, 6)
        p.disc(176, 126, 7, p.dd)
        with p.turned(-52, 104, 72):
            p.path("M78 66 H130 L142 100 H66 Z")
            p.rect(92, 54, 24, 14, 5, p.d)
            p.oval(104, 100, 38, 7, _GLOW)
        p.oval(152, 194, 38, 9, p.d)
        p.oval(152, 190, 38, 9)
    elif form == 1:
        p.path("M70 106 H170 L196 198 H44 Z", _GLOW, 0.4)
        p.rect(116, 100, 8, 90, 3, p.d)
        p.path("M62 110 Q64 46 120 46 Q176 46 178 110 Z")
        p.shine("M76 100 Q80 62 106 56 Q92 76 90 100 Z", 0.28)
        p.rect(62, 106, 116, 6, 3, _GLOW)
        p.line("M146 112 V134", STEEL, 2)
        p.disc(146, 136, 3.5, STEEL)
        p.path("M86 196 Q88 180 120 180 Q152 180 154 196 Q154 202 148 202 H92 Q86 202 86 196 Z", p.d)
    else:
        p.path("M44 84 L146 84 L166 196 H24 Z", _GLOW, 0.38)
        p.line("M166 192 V84 Q166 64 148 64 H56", p.d, 7)
        p.rect(40, 60, 92, 17, 8)
        p.rect(48, 76, 76, 6, 3, _GLOW)
        p.rect(126, 188, 80, 13, 6)
        p.disc(148, 194, 3, p.ll)


def office_chair(p: Pen) -> None:
    p.ground(64, 208)
    p.rect(115, 148, 10, 34, 3, IRON)
    p.line("M120 182 L72 198 M120 182 L168 198 M120 182 V202", IRON, 7)
    for x, y in ((70, 202), (170, 202), (120, 206)):
        p.disc(x, y, 6, INK)
    p.line("M70 138 V112 H84 M170 138 V112 H156", IRON, 6)
    p.rect(60, 106, 30, 8, 4, INK)
    p.rect(150, 106, 30, 8, 4, INK)
    p.path("M84 44 Q86 32 98 32 H142 Q154 32 156 44 L152 120 Q151 130 141 130 H99 Q89 130 88 120 Z", p.d)
    p.path("M88 44 Q90 36 98 36 H142 Q150 36 152 44 L148 114 Q147 122 139 122 H101 Q93 122 92 114 Z")
    if p.says("mesh"):
        for y in range(50, 116, 9):
            p.line(f"M96 {y} H144", p.mark, 1.6, 0.7)
    else:
        p.line("M120 44 V116 M92 78 H148", p.mark, 2, 0.7)
    p.rect(74, 128, 92, 12, 6, p.dd)
    p.rect(66, 132, 108, 20, 10)
    p.rect(66, 144, 108, 8, 4, p.d)


def sofa(p: Pen) -> None:
    p.ground(92, 184)
    for x in (48, 184):
        p.path(f"M{x} 164 H{x + 10} L{x + 7} 184 H{x + 3} Z", BARK)
    p.rect(44, 76, 152, 80, 20, p.d)
    seats = 2 if p.says("2", "two", "loveseat") else 3
    wide = 140 / seats
    for n in range(seats):
        p.rect(50 + n * wide, 80, wide - 2, 62, 14)
    for n in range(seats):
        p.rect(46 + n * (148 / seats), 124, 148 / seats - 1, 26, 9, p.l)
    p.rect(36, 146, 168, 22, 8, p.d)
    for x in (24, 190):
        p.rect(x, 102, 28, 66, 13)
        p.shade(f"M{x} 150 H{x + 28} V156 Q{x + 28} 168 {x + 15} 168 H{x + 13} Q{x} 168 {x} 156 Z", 0.1)
    with p.turned(-10, 70, 116):
        p.rect(54, 98, 36, 34, 8, p.accent)


def bookcase(p: Pen) -> None:
    tones = (p.accent, "#c85c4a", "#3f6f8f", "#e2b04a", "#6f9f6a", "#8b6aa5", PAPER)
    p.ground(60, 208)
    p.rect(66, 30, 108, 176, 4, p.d)
    p.rect(62, 28, 108, 176, 4)
    rows = min(max(int(p.number("shelves", 3 if p.says("3") else 5 if p.says("5") else 4)), 2), 6)
    pitch = 164 / rows
    for row in range(rows):
        y = 36 + row * pitch
        p.rect(69, y, 94, pitch - 5, 2, p.dd)
        x = 72.0
        gap = p.pick(3, f"gap{row}")
        for n in range(9):
            wide = 5 + 5 * p.roll(f"w{row}{n}")
            tall = pitch - 18 + 11 * p.roll(f"h{row}{n}")
            if x + wide > (142 if gap else 160):
                break
            p.rect(x, y + pitch - 5 - tall, wide, tall, 1, tones[p.pick(len(tones), f"t{row}{n}")])
            x += wide + 0.8
        floor = y + pitch - 5
        if gap == 1:
            p.path(f"M144 {floor:.1f} v-10 h14 v10 Z", "#c96f4a")
            p.path(f"M151 {floor - 9:.1f} q-11 -7 -9 -16 q9 4 9 14 q0 -12 9 -14 q3 10 -9 16 Z", LEAF)
        elif gap == 2:
            p.disc(151, floor - 8, 8, p.accent)
    p.rect(68, 204, 10, 5, 1, p.dd)
    p.rect(154, 204, 10, 5, 1, p.dd)


def rug(p: Pen) -> None:
    pattern = p.pick(3, "pattern")
    p.path("M44 168 L196 168 L222 184 L18 184 Z", "#3a3028", 0.1)
    p.path("M62 66 H178 L214 176 H26 Z")
    for n in range(15):
        p.line(f"M{29 + n * 13} 176 v8", p.l, 3)
        p.line(f"M{63 + n * 8.1:.1f} 66 v-5", p.l, 2.4)
    if pattern == 0:
        p.path("M70 76 H170 L200 166 H40 Z", p.l)
        p.path("M77 83 H163 L189 159 H51 Z")
        p.path("M120 92 L156 120 L120 150 L84 120 Z", p.ll)
        p.path("M120 104 L140 120 L120 137 L100 120 Z", p.accent)
    elif pattern == 1:
        for top, bottom in ((78, 88), (98, 110), (122, 136), (150, 164)):
            a, b = (top - 66) * 0.327, (bottom - 66) * 0.327
            p.path(f"M{62 - a:.1f} {top} H{178 + a:.1f} L{178 + b:.1f} {bottom} H{62 - b:.1f} Z", p.ll, 0.85)
    else:
        p.path("M120 76 Q176 78 186 112 Q196 160 120 166 Q50 160 58 112 Q66 78 120 76 Z", p.l)
        p.path("M120 90 Q158 92 164 116 Q168 148 120 152 Q74 148 78 116 Q84 92 120 90 Z", p.ll)
        p.path("M120 104 Q140 106 144 120 Q144 136 120 138 Q98 136 98 120 Q102 106 120 104 Z", p.d)


def bedding_set(p: Pen) -> None:
    p.ground(92, 190)
    p.rect(36, 54, 168, 84, 10, WOOD)
    p.rect(44, 62, 152, 70, 6, BARK, 0.35)
    p.rect(34, 122, 172, 62, 8, PAPER)
    p.rect(40, 182, 10, 12, 2, BARK)
    p.rect(190, 182, 10, 12, 2, BARK)
    for x in (52, 126):
        p.rect(x, 88, 62, 42, 14, p.l)
        p.shade(
            f"M{x} 112 Q{x + 31} 124 {x + 62} 112 V118 Q{x + 62} 130 {x + 48} 130 H{x + 14} Q{x} 130 {x} 118 Z", 0.07
        )
    p.path("M28 132 Q28 122 40 122 H200 Q212 122 212 132 V180 Q212 188 204 186 Q120 176 36 186 Q28 188 28 180 Z")
    p.path("M28 132 Q28 122 40 122 H200 Q212 122 212 132 V142 Q120 134 28 142 Z", p.ll)
    pattern = p.pick(3, "pattern")
    if pattern == 0:
        p.line("M62 144 V180 M92 142 V178 M122 141 V177 M152 142 V178 M182 144 V180", p.ll, 2, 0.7)
    elif pattern == 1:
        for n in range(10):
            p.disc(46 + n * 16.5, 154 + (n % 2) * 14, 3, p.ll, 0.9)
    else:
        p.line("M34 160 Q76 150 120 158 T206 158", p.d, 2, 0.6)


def vacuum_cleaner(p: Pen) -> None:
    if p.says("robot"):
        robot_vacuum(p)
    elif p.says("cordless", "stick", "handheld"):
        p.ground(76, 200)
        p.line("M176 36 L142 174", STEEL, 7)
        p.path("M118 172 H176 Q184 172 184 182 V192 Q184 198 178 198 H106 Q100 198 102 190 Z", IRON)
        p.rect(102, 190, 82, 8, 3, INK)
        with p.turned(14, 165, 84):
            p.rect(150, 44, 30, 74, 13)
            p.rect(154, 92, 22, 36, 8, GLASS, 0.9)
            p.rect(154, 108, 22, 20, 8, "#b9a88f", 0.8)
            p.line("M166 48 Q196 34 194 66 Q192 84 176 84", p.d, 8)
            p.disc(165, 66, 6, p.accent)
        p.path("M48 198 V160 Q48 150 58 150 H72 Q82 150 82 160 V198 Z", p.d)
        p.disc(65, 170, 7, p.ll)
    else:
        p.ground(88, 196)
        p.line("M92 130 Q76 60 132 42 Q164 34 176 60", IRON, 9)
        p.line("M176 58 L204 176", STEEL, 7)
        p.path("M184 176 H220 Q226 176 226 184 V192 H180 V182 Q180 176 184 176 Z", INK)
        p.path("M34 178 Q28 116 86 112 Q142 110 150 160 V184 H40 Q35 184 34 178 Z")
        p.path("M52 130 Q84 110 122 128 Q112 146 86 146 Q62 146 52 130 Z", p.l)
        p.line("M66 116 Q92 96 120 118", p.d, 7)
        p.disc(60, 182, 20, INK)
        p.disc(60, 182, 8, STEEL)
        p.disc(134, 188, 12, INK)
        p.disc(134, 188, 4, STEEL)
        p.rect(88, 160, 30, 8, 4, p.mark)


def robot_vacuum(p: Pen) -> None:
    p.ground(84, 176)
    p.path("M32 138 Q32 180 120 182 Q208 180 208 138 Z", p.d)
    p.oval(120, 136, 88, 44)
    p.oval(120, 133, 74, 35, p.l)
    p.oval(120, 124, 24, 12, IRON)
    p.oval(120, 120, 24, 12, INK)
    p.oval(120, 119, 12, 5, p.accent)
    p.rect(104, 148, 32, 7, 3.5, p.dd)
    p.rect(80, 170, 80, 7, 3, INK)


def vacuum_bags(p: Pen) -> None:
    p.ground(60, 202)
    for n in range(3):
        with p.turned(10 - n * 9, 120, 200):
            p.path("M66 60 H174 L182 186 Q182 200 168 200 H72 Q58 200 58 186 Z", "#cdbb9c")
            p.path("M66 58 H174 L182 184 Q182 197 168 197 H72 Q58 197 58 184 Z", "#ece2cd")
    with p.turned(-8, 120, 200):
        p.line("M84 140 V190 M156 140 V190", "#d5c6a8", 2)
        p.rect(84, 48, 72, 58, 6, "#c9a777")
        p.disc(120, 78, 21, PAPER)
        p.disc(120, 78, 17, INK)
        p.disc(120, 78, 17, p.accent, 0.45)
        p.rect(96, 156, 48, 12, 3, p.accent)


def air_purifier(p: Pen) -> None:
    p.ground(52, 204)
    p.rect(74, 40, 92, 164, 22, p.d)
    p.rect(72, 36, 92, 164, 22)
    p.oval(118, 50, 36, 8, p.dd)
    for row in range(7):
        p.line("".join(f"M{86 + n * 9} {110 + row * 11}h.1" for n in range(8)), p.mark, 4.5)
    p.ring(118, 82, 12, "#7fd0a0", 4)
    p.line("M112 26 Q118 18 124 26 Q130 34 136 26", PAPER, 4, 0.9)


def fan(p: Pen) -> None:
    p.ground(50, 206)
    p.rect(115, 140, 10, 56, 4, p.d)
    p.oval(120, 198, 44, 8, p.c)
    p.disc(120, 92, 64, PAPER, 0.45)
    for angle in (0, 120, 240):
        with p.turned(angle + 20, 120, 92):
            p.path("M120 92 Q96 64 112 40 Q146 44 120 92 Z", p.l)
    for radius in (63, 48, 33):
        p.ring(120, 92, radius, p.d, 2.4 if radius < 60 else 5)
    p.line("M57 92 H183 M120 29 V155", p.d, 1.6)
    p.disc(120, 92, 13, p.c)
    p.disc(120, 92, 5, p.ll)


def pillow(p: Pen) -> None:
    p.ground(80, 186)
    p.path("M40 92 Q38 70 60 76 Q120 86 180 76 Q202 70 200 92 Q192 128 202 164 Q204 186 180 180 Q120 170 60 180 "
           "Q36 186 38 164 Q48 128 40 92 Z")  # fmt: skip
    p.shade("M38 164 Q40 156 42 150 Q120 180 200 152 L202 164 Q204 186 180 180 Q120 170 60 180 Q36 186 38 164 Z", 0.08)
    p.line("M64 96 Q84 104 92 122 M176 96 Q156 104 148 122 M66 160 Q84 150 92 138", p.mark, 2.5, 0.7)
    p.shine("M70 88 Q120 96 166 88 Q120 106 70 88 Z", 0.3)


def table(p: Pen) -> None:
    p.ground(86, 198)
    for x in (52, 176):
        p.path(f"M{x} 106 H{x + 14} L{x + 10} 198 H{x + 4} Z", p.d)
    p.rect(30, 90, 180, 16, 5)
    p.rect(30, 100, 180, 7, 3, p.d)
    p.rect(98, 106, 44, 20, 2, p.d)
    p.disc(120, 116, 3, p.ll)
    p.path("M150 90 L154 64 H172 L176 90 Z", p.accent)
    p.path("M163 66 Q148 54 152 36 Q166 46 163 64 Q166 42 180 38 Q182 56 163 66 Z", LEAF)
    p.rect(60, 82, 44, 8, 2, PALE)


SHAPES = {
    "desk lamp": desk_lamp,
    "office chair": office_chair,
    "sofa": sofa,
    "bookcase": bookcase,
    "rug": rug,
    "bedding set": bedding_set,
    "vacuum cleaner": vacuum_cleaner,
    "robot vacuum": robot_vacuum,
    "vacuum cleaner bag": vacuum_bags,
    "air purifier": air_purifier,
    "fan": fan,
    "pillow": pillow,
    "table": table,
}
