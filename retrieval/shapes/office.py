"""What a shop sells beyond the demo shop: printers, screens, supplies."""

from __future__ import annotations

from retrieval.shapes.pen import GOLD, INK, IRON, PALE, PAPER, SCREEN, STEEL, Pen


def printer(p: Pen) -> None:
    p.ground(84, 192)
    p.rect(78, 44, 84, 50, 3, PAPER)
    p.line("M90 58 H150 M90 68 H140", STEEL, 3)
    p.rect(40, 86, 160, 88, 12, p.d)
    p.rect(40, 82, 160, 84, 12)
    p.rect(40, 82, 160, 24, 10, p.l)
    p.rect(150, 88, 36, 12, 3, INK)
    p.disc(58, 94, 4, "#8fe0a0")
    p.rect(66, 130, 108, 10, 4, INK)
    p.path("M76 136 H164 L174 184 H66 Z", PAPER)
    p.line("M88 152 H152 M86 163 H140", p.accent, 3.4)


def toner_cartridge(p: Pen) -> None:
    p.ground(88, 182)
    p.path("M30 108 Q30 92 46 92 H194 Q210 92 210 108 V150 Q210 160 200 160 H40 Q30 160 30 150 Z", IRON)
    p.rect(40, 146, 160, 26, 13, INK)
    p.rect(48, 152, 144, 12, 6, p.c)
    p.path("M34 100 Q36 78 60 78 H180 Q204 78 206 100 Z", INK)
    p.rect(96, 62, 48, 20, 8, IRON)
    p.rect(104, 68, 32, 8, 3, INK)
    p.rect(66, 106, 76, 30, 3, PAPER)
    p.path("M82 112 Q94 124 88 130 Q82 134 76 130 Q70 124 82 112 Z", p.c)
    p.line("M102 116 H134 M102 126 H124", STEEL, 3)
    p.disc(176, 120, 9, p.c)


def ink_cartridge(p: Pen) -> None:
    p.ground(54, 200)
    p.path("M74 62 H146 L166 86 V190 Q166 198 158 198 H82 Q74 198 74 190 Z", INK)
    p.rect(84, 96, 72, 74, 4, PAPER)
    p.path("M120 104 Q142 130 134 146 Q120 160 106 146 Q98 130 120 104 Z")
    p.rect(92, 50, 30, 14, 3, IRON)
    p.rect(100, 184, 40, 8, 2, GOLD)


def projector(p: Pen) -> None:
    p.ground(84, 180)
    p.path("M60 92 L8 56 V150 L60 130 Z", "#ffe9a8", 0.55)
    p.rect(46, 84, 160, 90, 16, p.d)
    p.rect(46, 80, 160, 88, 16)
    p.disc(84, 124, 32, p.dd)
    p.disc(84, 124, 24, INK)
    p.disc(84, 124, 15, "#54749c")
    p.disc(78, 118, 5, PAPER, 0.8)
    p.line("M136 108 H190 M136 120 H190 M136 132 H190", p.mark, 4)
    p.rect(60, 172, 20, 8, 3, INK)
    p.rect(172, 172, 20, 8, 3, INK)


def tablet(p: Pen) -> None:
    p.ground(64, 206)
    p.rect(58, 34, 124, 170, 13, p.c)
    p.rect(66, 44, 108, 150, 5, SCREEN)
    p.rect(66, 44, 108, 150, 5, p.accent, 0.3)
    p.rect(80, 62, 80, 46, 4, PAPER, 0.92)
    for n in range(8):
        p.rect(80 + n % 4 * 21, 124 + n // 4 * 24, 17, 17, 4, (PAPER, GOLD, PALE, p.accent)[(n * 3 + n // 4) % 4])


def television(p: Pen) -> None:
    p.ground(84, 188)
    p.line("M72 170 L62 188 M168 170 L178 188", IRON, 6)
    p.rect(20, 54, 200, 118, 6, INK)
    p.rect(25, 59, 190, 106, 3, "#f0b38f")
    p.disc(150, 100, 20, "#fbe3a6")
    p.path("M25 165 V132 L80 96 L120 134 L160 110 L215 146 V165 Z", "#476f86")


def paper(p: Pen) -> None:
    p.ground(82, 192)
    p.path("M48 150 L192 150 L204 186 H36 Z", p.d)
    for n in range(5):
        p.rect(44, 142 - n * 9, 152, 9, 2, PAPER if n % 2 else "#ece8df")
    p.path("M44 106 L84 62 H212 L196 106 Z", PAPER)
    p.rect(36, 146, 168, 42, 5)
    p.rect(92, 156, 56, 22, 3, PAPER, 0.9)
    p.line("M102 164 H138 M102 171 H126", p.dd, 2.6)


def book(p: Pen) -> None:
    p.ground(58, 204)
    with p.turned(-6):
        p.rect(68, 42, 110, 158, 6, p.dd)
        p.rect(74, 46, 104, 148, 3, PAPER)
        p.path("M62 46 Q62 36 72 36 H164 Q170 36 170 42 V188 H76 Q62 188 62 198 Z")
        p.rect(62, 36, 14, 152, 5, p.d)
        p.rect(92, 62, 62, 44, 3, p.ll)
        p.line("M102 76 H144 M108 90 H138", p.dd, 4)
        p.disc(123, 142, 14, p.accent)


def pen(p: Pen) -> None:
    p.rect(48, 186, 144, 10, 5, "#3a3028", 0.1)
    with p.turned(42):
        p.rect(108, 24, 24, 128, 10)
        p.rect(108, 24, 24, 36, 10, p.d)
        p.rect(126, 30, 7, 50, 3, STEEL)
        p.rect(107, 96, 26, 6, 2, GOLD)
        p.path("M109 152 H131 L124 186 H116 Z", STEEL)
        p.path("M116 186 H124 L120 204 Z", INK)
    p.line("M42 204 q14 -12 24 0 t24 -2", p.accent, 3)


def controller(p: Pen) -> None:
    p.ground(76, 186)
    p.path(
        "M66 80 H174 Q206 84 214 146 Q218 182 194 182 Q178 180 164 152 H76 Q62 180 46 182 Q22 182 26 146 Q34 84 66 80 Z"
    )
    p.line("M80 98 V126 M66 112 H94", p.dd, 10)
    for n, (x, y) in enumerate(((166, 98), (180, 112), (166, 126), (152, 112))):
        p.disc(x, y, 6.4, ("#f0b541", "#e2604f", "#5fa869", "#4f8fcf")[n])
    for x in (98, 142):
        p.disc(x, 142, 14, p.dd)
        p.disc(x, 142, 9, p.mark)
    p.rect(112, 96, 16, 8, 4, p.mark)


def bag(p: Pen) -> None:
    p.ground(70, 202)
    p.line("M86 92 Q86 40 120 40 Q154 40 154 92", p.dd, 7)
    p.path("M52 84 H188 L200 190 Q200 202 188 202 H52 Q40 202 40 190 Z")
    p.path("M52 84 H188 L190 104 H50 Z", p.d)
    p.rect(98, 132, 44, 30, 4, p.l)


SHAPES = {
    "printer": printer,
    "toner cartridge": toner_cartridge,
    "ink cartridge": ink_cartridge,
    "projector": projector,
    "tablet": tablet,
    "television": television,
    "paper": paper,
    "book": book,
    "pen": pen,
    "game controller": controller,
    "bag": bag,
}
