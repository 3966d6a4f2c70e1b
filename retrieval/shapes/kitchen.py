"""Kitchen things."""

from __future__ import annotations

from retrieval.shapes.pen import GLASS, INK, IRON, LEAF, PALE, PAPER, STEEL, WOOD, Pen

_COFFEE = "#5c3a29"


def coffee_maker(p: Pen) -> None:
    p.ground(70, 202)
    if not p.says("espresso", "capsule"):
        # Filter: tank behind, jug on the plate.
        p.rect(64, 44, 42, 152, 10, p.d)
        p.path("M64 56 Q64 42 78 42 H162 Q176 42 176 56 V86 Q176 92 170 92 H106 V180 H64 Z")
        p.rect(56, 180, 124, 18, 8, p.c)
        p.rect(110, 176, 60, 6, 3, IRON)
        p.path("M118 92 H162 L154 106 H126 Z", p.dd)
        p.path("M112 118 H168 L174 164 Q174 176 162 176 H118 Q106 176 106 164 Z", GLASS, 0.95)
        p.path("M109 142 H171 L174 164 Q174 176 162 176 H118 Q106 176 106 164 Z", _COFFEE)
        p.rect(110, 112, 60, 8, 4, p.dd)
        p.line("M172 124 Q194 126 190 146 Q187 160 175 160", p.dd, 6)
        p.rect(72, 96, 8, 60, 4, GLASS, 0.7)
        p.disc(150, 66, 8, p.ll)
        p.rect(82, 60, 40, 12, 3, INK)
    else:
        # Espresso: portafilter above a small cup.
        p.rect(58, 54, 124, 140, 14, p.d)
        p.path("M58 66 Q58 50 74 50 H166 Q182 50 182 66 V104 H58 Z")
        p.rect(50, 182, 140, 16, 7, p.c)
        p.rect(70, 178, 100, 6, 2, IRON)
        p.rect(98, 102, 44, 12, 3, STEEL)
        p.rect(104, 112, 32, 9, 3, IRON)
        p.line("M136 117 L168 124", INK, 8)
        p.line("M112 122 V130 M128 122 V130", STEEL, 4)
        p.line("M112 132 V146 M128 132 V146", _COFFEE, 2.4)
        p.path("M100 146 H140 L136 174 Q135 178 130 178 H110 Q105 178 104 174 Z", PAPER)
        p.line("M139 152 Q152 154 146 164 Q143 168 137 168", PAPER, 4)
        p.disc(120, 76, 14, PALE)
        p.line("M120 76 L127 68", "#d65745", 2.6)
        p.disc(84, 76, 6, p.ll)
        p.disc(156, 76, 6, p.ll)
        p.line("M170 106 L174 140", STEEL, 4)


def coffee_filters(p: Pen) -> None:
    p.ground(70, 194)
    if p.says("steel", "mesh"):
        p.path("M60 70 H180 L136 180 H104 Z", STEEL)
        for n in range(7):
            p.line(f"M{68 + n * 17.3:.1f} 76 L{108 + n * 4} 176", PALE, 1.6)
            p.line(f"M{64 + n * 6} {80 + n * 14} H{176 - n * 6}", PALE, 1.4)
        p.oval(120, 70, 66, 11, IRON)
        p.oval(120, 68, 58, 8, INK)
        p.rect(92, 178, 56, 12, 6, IRON)
        p.line("M184 72 Q210 76 204 104", IRON, 8)
        return
    paper = "#d9bc92" if p.says("unbleached") else PAPER
    edge = "#d8d2c6" if paper == PAPER else "#b9986c"
    for n in range(5):
        with p.turned(-10 + n * 5, 120, 190):
            p.path("M52 70 Q120 50 188 70 L148 178 Q120 188 92 178 Z", edge)
            p.path("M52 67 Q120 47 188 67 L148 174 Q120 184 92 174 Z", paper)
    with p.turned(10, 120, 190):
        for x, end in ((76, 104), (98, 112), (120, 120), (142, 128), (164, 136)):
            p.line(f"M{x} 70 L{end} 172", edge, 1.5)
        p.oval(120, 118, 15, 20, p.accent, 0.9)
        p.line("M120 102 Q112 118 120 134", paper, 3)


def kettle(p: Pen) -> None:
    p.ground(66, 200)
    if p.says("gooseneck"):
        p.line("M164 164 Q196 160 196 116 Q196 92 210 90", p.d, 9)
        p.line("M70 100 Q40 96 44 132 Q46 154 66 156", IRON, 10)
    else:
        p.path("M164 94 L206 78 L202 92 L172 128 Z", p.d)
        p.line("M72 84 Q36 84 42 128 Q46 160 66 164", IRON, 11)
    p.path("M84 70 H156 L178 180 Q180 190 168 190 H72 Q60 190 62 180 Z")
    p.shade("M140 70 H156 L178 180 Q180 190 168 190 H150 Q158 150 140 70 Z", 0.1)
    p.shine("M90 82 H100 L88 176 H76 Z", 0.3)
    p.path("M82 72 Q84 52 120 52 Q156 52 158 72 Z", p.d)
    p.rect(111, 40, 18, 13, 6, INK)
    p.rect(54, 188, 132, 11, 5, IRON)
    p.rect(112, 172, 16, 6, 3, p.accent)


def frying_pan(p: Pen) -> None:
    p.oval(104, 158, 78, 44, "#3a3028", 0.12)
    with p.turned(-32, 104, 124):
        grip = (WOOD, INK, STEEL)[p.pick(3, "grip")]
        p.rect(166, 116, 22, 15, 4, STEEL)
        p.rect(180, 113, 66, 20, 10, grip)
        p.disc(236, 123, 4, p.d)
    p.disc(100, 126, 70, p.d)
    p.disc(100, 122, 70)
    p.disc(100, 122, 58, p.dd)
    p.disc(100, 122, 55, p.d)
    p.path("M60 106 Q74 78 104 74 Q80 88 70 116 Z", PAPER, 0.2)
    if p.pick(2, "egg"):
        p.path("M76 126 Q70 100 96 102 Q116 92 128 112 Q144 128 124 140 Q108 156 92 146 Q78 144 76 126 Z", PAPER)
        p.disc(104, 123, 14, "#f2b63c")
        p.disc(99, 118, 4, PAPER, 0.7)
    else:
        for x, y, turn in ((84, 112, 10), (116, 132, 60), (104, 106, 120), (92, 140, 40)):
            with p.turned(turn, x, y):
                p.oval(x, y, 5, 11, LEAF)
                p.line(f"M{x} {y - 9} V{y + 9}", "#dcebc9", 1.3)


def chefs_knife(p: Pen) -> None:
    p.rect(40, 176, 160, 14, 7, "#3a3028", 0.1)
    with p.turned(-34, 120, 120):
        p.path("M8 112 Q50 136 106 140 H146 V104 H34 Q14 104 8 112 Z", STEEL)
        p.path("M8 112 Q50 136 106 140 H146 V130 H100 Q50 128 20 110 Z", PALE)
        p.rect(144, 101, 9, 36, 2, IRON)
        p.path("M152 103 H214 Q230 103 230 119 Q230 133 218 130 Q190 124 152 131 Z")
        p.shade("M152 123 Q190 116 228 124 Q226 133 218 130 Q190 124 152 131 Z", 0.14)
        for x in (166, 188, 210):
            p.disc(x, 115, 3.2, PALE)


def blender(p: Pen) -> None:
    smoothie = ("#e88ba0", "#a9c66c", "#f0b95b", "#b98bc9")[p.pick(4, "fruit")]
    p.ground(54, 204)
    p.path("M82 60 H158 L148 146 H92 Z", GLASS, 0.95)
    p.path("M86 94 Q104 86 120 94 Q138 102 154 92 L148 146 H92 Z", smoothie)
    p.path("M84 60 H94 L102 146 H92 Z", PAPER, 0.35)
    p.line("M156 70 Q182 72 178 104 Q175 128 151 130", p.d, 7)
    p.rect(78, 46, 84, 15, 6, p.d)
    p.rect(106, 36, 28, 12, 5, p.dd)
    p.rect(88, 144, 64, 10, 3, IRON)
    p.path("M84 154 H156 L168 192 Q170 200 160 200 H80 Q70 200 72 192 Z")
    p.disc(120, 178, 12, p.ll)
    p.line("M120 178 L127 170", INK, 3)
    p.disc(92, 182, 3.5, p.mark)
    p.disc(148, 182, 3.5, p.mark)


def mug(p: Pen) -> None:
    p.ground(54, 194)
    p.line("M160 96 Q200 96 196 132 Q192 164 156 162", p.d, 13)
    p.path("M60 76 H166 V168 Q166 192 142 192 H84 Q60 192 60 168 Z")
    p.shade("M146 76 H166 V168 Q166 192 142 192 H126 Q146 180 146 150 Z", 0.1)
    p.oval(113, 77, 53, 10, p.dd)
    p.oval(113, 79, 46, 7, _COFFEE)
    p.line("M98 56 Q90 46 98 36 M122 56 Q114 46 122 36", PAPER, 4, 0.8)
    p.rect(60, 122, 106, 10, 0, p.ll, 0.8)


def toaster(p: Pen) -> None:
    p.ground(76, 194)
    p.rect(84, 54, 70, 60, 14, "#e0b070")
    p.rect(90, 60, 58, 54, 10, "#f1cd94")
    p.rect(48, 86, 144, 102, 24)
    p.rect(66, 88, 108, 7, 3, p.dd)
    p.rect(60, 186, 20, 8, 3, INK)
    p.rect(160, 186, 20, 8, 3, INK)
    p.rect(178, 116, 16, 10, 4, IRON)
    p.disc(76, 160, 8, PALE)
    p.shine("M58 112 Q58 98 70 96 V176 H66 Q58 176 58 166 Z", 0.25)
    p.line("M100 160 H160 M100 146 H160", p.mark, 3)


SHAPES = {
    "coffee maker": coffee_maker,
    "coffee filter": coffee_filters,
    "kettle": kettle,
    "frying pan": frying_pan,
    "chef's knife": chefs_knife,
    "blender": blender,
    "mug": mug,
    "toaster": toaster,
}
