"""Games, toys and carrying babies."""

from __future__ import annotations

from retrieval.shapes.pen import BARK, GOLD, INK, IRON, LEAF, PAPER, STEEL, WOOD, Pen

_BRIGHT = ("#e2604f", "#f0b541", "#4f8fcf", "#5fa869", "#8b6ab5")


def board_game(p: Pen) -> None:
    p.ground(92, 196)
    # The lid stands, the board and pieces lie in front.
    p.rect(44, 42, 124, 112, 5, p.d)
    p.rect(40, 38, 124, 112, 5)
    p.rect(48, 46, 108, 96, 3, p.ll)
    scene = p.pick(3, "scene")
    p.disc(128, 70, 13, GOLD)
    if scene == 0:
        p.path("M48 142 V112 Q76 84 104 110 Q130 92 156 116 V142 Z", LEAF)
        p.path("M96 142 L92 92 H108 L104 142 Z", PAPER)
        p.rect(90, 82, 20, 11, 2, p.accent)
    elif scene == 1:
        p.path("M48 142 V118 L74 88 L100 120 L122 96 L156 128 V142 Z", "#5a7f96")
        p.rect(62, 112, 50, 20, 4, p.accent)
        p.disc(74, 134, 7, INK)
        p.disc(100, 134, 7, INK)
    else:
        p.path("M48 142 V122 H156 V142 Z", LEAF)
        p.path("M70 124 V98 L88 82 L106 98 V124 Z", p.accent)
        p.disc(126, 110, 14, "#4c8557")
        p.rect(123, 116, 6, 12, 1, BARK)
    p.path("M84 166 L196 158 L220 190 L96 198 Z", PAPER)
    p.path("M92 168 L192 161 L210 186 L100 193 Z", p.l)
    for n in range(5):
        p.disc(110 + n * 19, 184 - n * 2 - (n % 2) * 10, 5, PAPER)
    for x, y, tone in ((140, 158, _BRIGHT[0]), (164, 166, _BRIGHT[2]), (186, 154, _BRIGHT[1])):
        p.path(f"M{x - 9} {y + 16} Q{x - 8} {y + 4} {x - 3} {y} H{x + 3} Q{x + 8} {y + 4} {x + 9} {y + 16} Z", tone)
        p.disc(x, y - 4, 6.5, tone)
    with p.turned(14, 208, 184):
        p.rect(198, 174, 18, 18, 4, PAPER)
        for x, y in ((203, 179), (211, 187), (207, 183)):
            p.disc(x, y, 1.9, INK)


def building_blocks(p: Pen) -> None:
    p.ground(86, 200)
    tones = _BRIGHT if p.says("multicoloured", "magnetic") else (WOOD, "#e5c091", p.accent, "#b98552", "#dcb47f")
    if p.says("magnetic"):
        for n, (x, y) in enumerate(((64, 200), (112, 200), (88, 158), (136, 158), (112, 116))):
            tone = tones[n % 5]
            p.path(f"M{x} {y} L{x + 24} {y - 42} L{x + 48} {y} Z", tone, 0.85)
            p.path(f"M{x + 11} {y - 7} L{x + 24} {y - 30} L{x + 37} {y - 7} Z", PAPER, 0.4)
        p.rect(164, 158, 42, 42, 4, tones[1], 0.85)
        p.rect(172, 166, 26, 26, 2, PAPER, 0.4)
        return

    def block(x: float, y: float, w: float, h: float, tone: str) -> None:
        p.rect(x, y, w, h, 4, tone)
        right, foot = x + w, y + h
        p.shade(f"M{x} {foot - 7} H{right} V{foot - 4} Q{right} {foot} {right - 4} {foot} H{x + 4} "
                f"Q{x} {foot} {x} {foot - 4} Z", 0.12)  # fmt: skip

    block(46, 160, 44, 40, tones[0])
    block(150, 160, 44, 40, tones[1])
    block(94, 160, 52, 40, tones[3])
    p.path("M106 200 V186 Q106 172 120 172 Q134 172 134 186 V200 Z", "#8a5f38", 0.55)
    block(40, 138, 160, 22, tones[4])
    block(58, 98, 40, 40, tones[2])
    block(142, 98, 40, 40, tones[0])
    if p.says("marble"):
        p.path("M50 84 L190 60 V72 L50 97 Z", tones[1])
        p.disc(150, 56, 11, _BRIGHT[2])
        p.disc(146, 52, 3.5, PAPER, 0.7)
    else:
        p.path("M52 98 L78 70 L104 98 Z", tones[1])
        p.path("M136 98 L162 70 L188 98 Z", tones[1])
        p.rect(160, 50, 3, 22, 1, BARK)
        p.path("M163 50 L184 57 L163 65 Z", p.accent)
    block(104, 116, 32, 22, tones[3])


def puzzle(p: Pen) -> None:
    p.ground(86, 196)
    p.rect(36, 48, 148, 136, 6, p.dd)
    p.rect(32, 44, 148, 136, 6, PAPER)
    night = p.says("night", "market")
    p.rect(40, 52, 132, 120, 2, "#384a78" if night else "#9fcde0")
    p.disc(140, 78, 14, "#f4d57a")
    if p.says("harbour", "sea"):
        p.rect(40, 124, 132, 48, 0, "#3f7f9f")
        p.path("M60 132 H116 L108 148 H70 Z", "#d8594a")
        p.path("M88 130 V76 L116 124 Z", PAPER)
        p.path("M84 130 V86 L66 124 Z", "#f0e3c6")
        p.line("M48 158 q8 -6 16 0 t16 0 M110 160 q8 -6 16 0 t16 0", PAPER, 2.4, 0.7)
    elif night:
        for x, tone in ((50, "#e2604f"), (90, "#f0b541"), (130, "#5fa869")):
            p.rect(x, 126, 32, 40, 1, "#5b4636")
            p.path(f"M{x - 4} 126 L{x + 2} 108 H{x + 30} L{x + 36} 126 Z", tone)
            p.disc(x + 16, 138, 7, "#ffe08a")
        p.rect(40, 162, 132, 10, 0, "#2a3556")
    else:
        p.path("M40 172 V118 Q74 92 106 116 Q140 98 172 124 V172 Z", "#7fb069")
        p.path("M40 172 V146 Q100 122 172 152 V172 Z", "#5f944f")
        for n in range(9):
            p.disc(50 + n * 14, 152 + (n * 7) % 17, 3.6, _BRIGHT[n % 5])
    across = "M40 92 h22 q-4 -12 5 -12 q9 0 5 12 h46 q-4 12 5 12 q9 0 5 -12 h44 M40 134 h40 q-4 12 5 12 q9 0 5 -12 h82"
    down = "M84 52 v20 q12 -4 12 5 q0 9 -12 5 v52 q-12 -4 -12 5 q0 9 12 5 v28 M130 52 v46 q12 -4 12 5 q0 9 -12 5 v64"
    p.line(f"{across} {down}", PAPER, 1.5, 0.65)
    with p.turned(18, 188, 168):
        p.path("M164 146 h14 q-4 -14 8 -14 q12 0 8 14 h16 v16 q14 -4 14 8 q0 12 -14 8 v16 h-46 z", p.accent)


def baby_carrier(p: Pen) -> None:
    p.ground(60, 208)
    if p.says("wrap", "sling"):
        _wrap(p)
        return
    if p.says("frame"):
        _frame_carrier(p)
        return
    p.line("M84 66 Q56 30 60 92 Q62 130 78 152", p.d, 15)
    p.line("M156 66 Q184 30 180 92 Q178 130 162 152", p.d, 15)
    p.path("M82 64 Q120 40 158 64 L164 148 Q166 176 146 178 H94 Q74 176 76 148 Z")
    p.path("M86 62 Q92 38 120 38 Q148 38 154 62 Q150 84 120 86 Q90 84 86 62 Z", p.l)
    p.line("M92 70 Q120 84 148 70", p.mark, 2)
    p.path("M96 104 H144 V150 Q144 158 136 158 H104 Q96 158 96 150 Z", p.d, 0.7)
    p.path("M120 139 C101 127 108 111 120 121 C132 111 139 127 120 139 Z", p.ll)
    p.rect(38, 172, 164, 24, 11, p.d)
    p.rect(104, 170, 32, 28, 5, INK)
    p.rect(110, 176, 20, 16, 3, STEEL)
    for x in (70, 156):
        p.rect(x, 116, 15, 12, 3, IRON)


def _frame_carrier(p: Pen) -> None:
    """A child in a pack on a frame, under a roof."""
    p.line("M176 60 V196 M176 196 L120 206 M176 150 L196 204", STEEL, 7)
    p.path("M70 58 Q84 24 150 28 Q186 32 190 60 L178 66 Q130 46 78 68 Z", p.accent)
    p.line("M84 62 L88 100 M176 62 V90", STEEL, 4)
    p.disc(126, 88, 24, "#efc9a8")
    p.path("M102 82 Q106 58 128 60 Q150 60 150 82 Q136 74 102 82 Z", "#7a5236")
    p.line("M114 90 q5 4 9 0 M132 90 q5 4 9 0", INK, 2.2)
    p.path("M82 112 Q126 100 168 112 L172 178 Q172 194 156 196 H100 Q84 194 84 178 Z")
    p.path("M82 112 Q126 100 168 112 L169 126 Q126 114 83 126 Z", p.l)
    p.rect(104, 142, 46, 34, 6, p.d, 0.7)
    p.rect(176, 176, 30, 20, 8, p.d)
    p.line("M178 112 Q206 120 196 176", p.d, 9)


def _wrap(p: Pen) -> None:
    """A baby in a tied cloth."""
    p.path("M78 30 Q50 60 58 112 L76 120 Q70 70 98 40 Z", p.d)
    p.path("M162 30 Q190 60 182 112 L164 120 Q170 70 142 40 Z", p.d)
    p.disc(120, 74, 30, "#efc9a8")
    p.path("M92 66 Q96 40 120 42 Q146 40 148 66 Q136 56 120 58 Q104 54 92 66 Z", "#7a5236")
    p.line("M107 76 q5 4 9 0 M126 76 q5 4 9 0", INK, 2.2)
    p.path("M58 104 Q60 92 76 92 Q120 108 164 92 Q180 92 182 104 Q188 180 146 198 Q120 206 94 198 Q52 180 58 104 Z")
    p.path("M58 104 Q60 92 76 92 Q96 100 112 100 Q166 130 178 152 Q170 180 152 194 Q130 140 58 104 Z", p.l)
    p.path("M182 104 Q180 92 164 92 Q144 100 128 100 Q74 130 62 152 Q66 172 78 186 Q104 140 182 104 Z", p.d, 0.55)
    p.line("M70 104 Q130 126 164 168 M170 104 Q110 126 76 168", p.mark, 2, 0.6)
    if p.says("sling"):
        p.ring(170, 64, 12, STEEL, 4.5)
        p.ring(174, 78, 12, STEEL, 4.5)
    else:
        p.path("M104 196 L92 214 H110 L120 200 L130 214 H148 L136 196 Z", p.d)


def toy_car(p: Pen) -> None:
    p.ground(86, 178)
    p.path("M28 158 Q24 126 46 120 L74 116 Q88 82 112 82 H150 Q170 82 184 116 Q212 120 214 140 V158 Q214 164 208 164 "
           "H34 Q28 164 28 158 Z")  # fmt: skip
    p.path("M86 116 Q96 94 112 94 H124 V116 Z", "#cfe3ea")
    p.path("M132 94 H148 Q160 96 170 116 H132 Z", "#cfe3ea")
    p.rect(28, 140, 186, 6, 0, p.ll)
    p.disc(204, 132, 6, "#ffe59a")
    for x in (72, 170):
        p.disc(x, 162, 21, INK)
        p.disc(x, 162, 9, p.accent)


SHAPES = {
    "board game": board_game,
    "building block": building_blocks,
    "puzzle": puzzle,
    "baby carrier": baby_carrier,
    "toy": toy_car,
}
