"""Training and cycling."""

from __future__ import annotations

from retrieval.shapes.pen import INK, IRON, PALE, PAPER, STEEL, Pen


def yoga_mat(p: Pen) -> None:
    p.ground(92, 178)
    p.path("M62 174 L206 174 L226 140 L100 140 Z", p.l)
    p.path("M62 174 L206 174 L208 180 L62 180 Z", p.d)
    p.rect(24, 110, 80, 70, 35, p.d)
    p.disc(62, 143, 38, p.c)
    for radius in (29, 20, 11):
        p.ring(62, 143, radius, p.mark, 3.5)
    p.disc(62, 143, 4, p.dd)
    p.path("M62 105 H176 Q206 110 206 140 H100 Q96 110 62 105 Z", p.c)
    p.line("M120 150 H196 M112 160 H190", p.mark, 2, 0.6)
    p.rect(118, 103, 14, 39, 2, p.accent)


def dumbbells(p: Pen) -> None:
    p.ground(84, 188)
    if p.says("adjustable"):
        p.rect(40, 172, 160, 16, 6, IRON)
        p.rect(92, 108, 56, 20, 8, STEEL)
        for n, tall in enumerate((104, 98, 88, 76)):
            p.rect(84 - n * 13, 120 - tall / 2, 11, tall, 4, p.d if n % 2 else p.c)
            p.rect(145 + n * 13, 120 - tall / 2, 11, tall, 4, p.d if n % 2 else p.c)
        p.disc(44, 120, 10, p.accent)
        p.disc(196, 120, 10, p.accent)
        return
    for dx, dy, turn in ((10, -38, -8), (-4, 30, 6)):
        with p.turned(turn, 120 + dx, 116 + dy):
            y = 116 + dy
            p.rect(88 + dx, y - 9, 64, 18, 7, STEEL)
            for n in range(5):
                p.line(f"M{102 + dx + n * 9} {y - 8} v16", PALE, 2)
            for x in (52 + dx, 148 + dx):
                p.path(f"M{x + 8} {y - 34} H{x + 32} L{x + 40} {y} L{x + 32} {y + 34} H{x + 8} L{x} {y} Z", p.d)
                p.path(f"M{x + 8} {y - 34} H{x + 32} L{x + 40} {y} H{x} Z")
                p.disc(x + 20, y, 9, p.ll, 0.85)


def bicycle(p: Pen) -> None:
    if p.says("folding"):
        _folding_bicycle(p)
        return
    small, cargo = p.says("children", "kids"), p.says("cargo")
    p.ground(100, 196)
    r = 30 if p.number("wheel_in", 28) < 18 else 36 if small else 44
    left, right, y = 62 + (44 - r) // 2, 178 - (44 - r) // 2, 194 - r
    for x in (left, right):
        p.ring(x, y, r, INK, 5)
        p.ring(x, y, r - 5, PALE, 2)
        for angle in range(0, 180, 30):
            with p.turned(angle, x, y):
                p.line(f"M{x - r + 6} {y} H{x + r - 6}", STEEL, 0.9)
        p.disc(x, y, 5, IRON)
    step = p.says("city", "step")
    p.line(f"M{left} {y} L112 {y} L92 {y - 62}", p.d, 7)
    if step:
        p.line(f"M112 {y} Q140 {y - 20} 152 {y - 60} M92 {y - 58} L{left} {y}", p.c, 7)
    else:
        p.line(f"M112 {y} L156 {y - 54} M96 {y - 50} H156 M94 {y - 54} L{left} {y}", p.c, 7)
    p.line(f"M150 {y - 74} L{right} {y}", p.c, 7)
    if p.says("electric"):
        with p.turned(-51, 134, y - 27):
            p.rect(108, y - 38, 50, 15, 6, INK)
            p.rect(146, y - 33, 8, 5, 2, "#8fe0a0")
    p.line(f"M92 {y - 62} L88 {y - 74}", IRON, 5)
    p.path(
        f"M70 {y - 80} Q72 {y - 86} 88 {y - 84} L108 {y - 82} Q108 {y - 76} 96 {y - 75} H78 Q70 {y - 76} 70 {y - 80} Z",
        INK,
    )
    if p.says("gravel", "road"):
        p.line(f"M150 {y - 76} H168 Q184 {y - 74} 180 {y - 60} Q174 {y - 52} 166 {y - 56}", INK, 5)
    else:
        p.line(f"M150 {y - 74} L148 {y - 88} L132 {y - 92}", INK, 5)
        p.line(f"M148 {y - 88} L162 {y - 84}", INK, 5)
    if step or p.says("trekking"):
        p.line(f"M{left - 26} {y - 54} H88", IRON, 4)
    if cargo:
        p.path(f"M136 {y - 42} H226 L216 {y - 2} H146 Z", p.l)
        p.path(f"M136 {y - 42} H226 L224 {y - 34} H138 Z", p.d)
        p.line(f"M158 {y - 30} L162 {y - 8} M184 {y - 30} V{y - 8} M210 {y - 30} L206 {y - 8}", p.mark, 2)
    p.disc(112, y, 13, STEEL)
    p.disc(112, y, 6, IRON)
    p.line(f"M112 {y} L124 {y + 16} M118 {y + 17} H132", INK, 4)


def _folding_bicycle(p: Pen) -> None:
    """Small wheels, a long post, a hinge in the middle."""
    p.ground(92, 196)
    y, r = 166, 28
    for x in (66, 176):
        p.ring(x, y, r, INK, 5)
        p.ring(x, y, r - 5, PALE, 2)
        for angle in range(0, 180, 36):
            with p.turned(angle, x, y):
                p.line(f"M{x - r + 6} {y} H{x + r - 6}", STEEL, 0.9)
        p.disc(x, y, 5, IRON)
    p.line("M66 166 L106 150 M106 158 L98 116", p.d, 7)
    p.line("M100 148 L156 128", p.c, 9)
    p.rect(122, 130, 14, 14, 3, STEEL)
    p.line("M152 104 L176 166", p.c, 7)
    p.line("M98 118 L88 62", IRON, 5)
    p.line("M152 106 L142 52", IRON, 5)
    p.path("M70 56 Q72 50 88 52 L106 54 Q106 60 94 61 H78 Q70 60 70 56 Z", INK)
    p.line("M126 50 L142 52 L160 54", INK, 5)
    p.disc(106, 158, 12, STEEL)
    p.disc(106, 158, 5, IRON)
    p.line("M106 158 L117 173 M112 174 H126", INK, 4)


def bike_helmet(p: Pen) -> None:
    p.ground(80, 184)
    p.line("M74 146 Q84 184 112 186 M150 150 Q140 180 116 186", IRON, 4)
    p.rect(104, 180, 22, 10, 4, INK)
    p.path(
        "M34 144 Q28 60 122 56 Q204 58 212 132 Q212 146 196 148 Q160 136 120 142 Q80 146 52 154 Q36 156 34 144 Z", p.d
    )
    p.path("M34 136 Q32 56 122 52 Q204 54 211 126 Q210 138 196 138 Q160 128 118 134 Q78 138 52 146 Q36 148 34 136 Z")
    vent = p.dd
    p.path("M58 116 Q66 82 96 68 Q88 92 86 116 Q72 122 58 116 Z", vent)
    p.path("M100 112 Q102 82 118 64 Q126 84 126 110 Q112 118 100 112 Z", vent)
    p.path("M140 108 Q142 84 140 66 Q160 80 166 108 Q154 116 140 108 Z", vent)
    p.path("M178 110 Q176 92 168 78 Q190 90 196 114 Q188 120 178 110 Z", vent)
    p.path("M40 104 Q56 62 104 54 Q66 70 52 108 Z", PAPER, 0.25)
    if p.says("rear"):
        p.rect(36, 122, 12, 16, 4, "#e4544c")


def bike_light(p: Pen) -> None:
    rear = "#e4544c"
    if p.says("set"):
        p.ground(80, 188)
        _lamp(p, 84, "#fff1c2")
        _lamp(p, 164, rear)
    else:
        p.ground(52, 198)
        with p.moved(-60, -52, 1.45):
            _lamp(p, 124, rear if p.says("rear") else "#fff1c2")


def _lamp(p: Pen, x: float, glow: str) -> None:
    for r, o in ((62, 0.16), (48, 0.25)):
        p.disc(x, 110, r, glow, o)
    p.rect(x - 9, 138, 18, 34, 5, INK)
    p.rect(x - 22, 164, 44, 14, 7, IRON)
    p.rect(x - 32, 76, 64, 68, 20, p.d)
    p.rect(x - 32, 72, 64, 68, 20)
    p.disc(x, 108, 24, STEEL)
    p.disc(x, 108, 20, glow)
    p.line(f"M{x - 12} 100 H{x + 12} M{x - 14} 108 H{x + 14} M{x - 12} 116 H{x + 12}", PAPER, 2, 0.8)
    p.rect(x - 7, 78, 14, 6, 3, p.accent)


def ball(p: Pen) -> None:
    p.ground(52, 194)
    p.disc(120, 122, 70, p.c)
    p.path("M120 92 L146 112 L136 142 H104 L94 112 Z", p.dd)
    p.line("M120 92 V54 M146 112 L184 100 M136 142 L158 176 M104 142 L82 176 M94 112 L56 100", p.dd, 4)
    p.shade("M166 70 A70 70 0 0 1 76 178 A84 84 0 0 0 166 70 Z", 0.1)


SHAPES = {
    "yoga mat": yoga_mat,
    "dumbbell": dumbbells,
    "bicycle": bicycle,
    "bike helmet": bike_helmet,
    "bike light": bike_light,
    "ball": ball,
}
