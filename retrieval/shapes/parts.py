"""Parts, drives and cables: what is inside of computers and between them."""

from __future__ import annotations

from retrieval.shapes.pen import GOLD, INK, IRON, PALE, PAPER, STEEL, Pen


def cable(p: Pen) -> None:
    p.ground(70, 200)
    for n in range(3):
        p.ring(120, 118, 60 - n * 10, p.d if n == 1 else p.c, 8)
    p.rect(108, 50, 24, 34, 4, p.accent)
    p.line("M66 148 Q50 190 90 186", p.c, 8)
    p.line("M174 148 Q190 190 152 186", p.c, 8)
    p.rect(84, 174, 26, 24, 4, INK)
    p.rect(108, 179, 14, 14, 2, STEEL)
    p.rect(130, 174, 26, 24, 4, INK)
    p.rect(122, 181, 10, 10, 2, GOLD)


def memory_module(p: Pen) -> None:
    p.ground(92, 168)
    p.path("M24 84 H216 V150 H128 V156 H116 V150 H24 Z", "#2f7d5b")
    p.path("M24 84 H216 V92 H24 Z", "#3b9670")
    for n in range(8):
        p.rect(34 + n * 22, 100, 17, 28, 2, INK)
    for n in range(24):
        if n != 11:
            p.rect(30 + n * 7.6, 138, 4.6, 12, 1, GOLD)
    p.rect(92, 106, 60, 16, 2, PAPER)


def circuit_board(p: Pen) -> None:
    p.ground(76, 204)
    p.rect(46, 46, 148, 150, 6, "#2c6b57")
    p.line("M60 60 V100 H96 M180 60 V80 H150 M60 180 V150 H90 M180 184 V150", "#57a888", 3)
    p.rect(92, 74, 58, 58, 4, STEEL)
    p.rect(102, 84, 38, 38, 3, PALE)
    for n in range(3):
        p.rect(164 + n * 9, 92, 5, 52, 1, INK)
    for n in range(2):
        p.rect(62, 150 + n * 16, 96, 8, 2, p.c)
    for x, y in ((56, 56), (184, 56), (56, 186), (184, 186)):
        p.disc(x, y, 4.5, GOLD)
    p.disc(74, 118, 8, IRON)
    p.disc(74, 136, 8, IRON)


def processor(p: Pen) -> None:
    p.ground(70, 200)
    for n in range(8):
        for x, y, w, h in ((64 + n * 15, 44, 7, 14), (64 + n * 15, 182, 7, 14), (44, 64 + n * 15, 14, 7)):
            p.rect(x, y, w, h, 1, GOLD)
        p.rect(182, 64 + n * 15, 14, 7, 1, GOLD)
    p.rect(54, 54, 132, 132, 8, "#2c6b57")
    p.rect(74, 74, 92, 92, 8, STEEL)
    p.rect(74, 74, 92, 88, 8, PALE)
    p.line("M92 110 H148 M92 126 H132", IRON, 5)
    p.path("M62 62 H74 L62 74 Z", GOLD)


def hard_drive(p: Pen) -> None:
    p.ground(62, 202)
    p.rect(64, 42, 116, 160, 10, p.d)
    p.rect(60, 40, 116, 158, 10)
    p.disc(118, 104, 46, p.ll)
    p.disc(118, 104, 40, STEEL)
    p.disc(118, 104, 13, IRON)
    p.line("M160 164 L130 112", IRON, 7)
    p.disc(160, 166, 10, IRON)
    p.rect(74, 164, 50, 22, 3, PAPER)
    p.line("M82 172 H114 M82 179 H104", STEEL, 2.6)


def desktop_pc(p: Pen) -> None:
    p.ground(62, 206)
    p.rect(70, 36, 104, 170, 10, p.d)
    p.rect(66, 34, 104, 170, 10)
    p.rect(78, 48, 80, 16, 3, p.dd)
    p.rect(78, 70, 80, 16, 3, p.dd)
    p.disc(118, 108, 9, p.ll)
    p.disc(118, 108, 4, p.accent)
    for n in range(7):
        p.line(f"M86 {134 + n * 9} H150", p.mark, 4)


def server(p: Pen) -> None:
    p.ground(76, 206)
    p.rect(44, 36, 152, 170, 6, INK)
    for n in range(5):
        y = 44 + n * 32
        p.rect(52, y, 136, 26, 3, p.c)
        p.disc(64, y + 13, 3.4, "#8fe0a0")
        p.disc(76, y + 13, 3.4, "#8fe0a0" if n % 2 else GOLD)
        p.line("".join(f"M{98 + k * 10} {y + 7} v12" for k in range(8)), p.dd, 4)


def network_device(p: Pen) -> None:
    p.ground(88, 178)
    for x in (58, 182):
        p.line(f"M{x} 124 V62", IRON, 7)
    p.arc(120, 96, 18, -55, 55, p.accent, 5)
    p.arc(120, 96, 34, -55, 55, p.accent, 5)
    p.rect(32, 124, 176, 50, 10, p.d)
    p.rect(32, 120, 176, 48, 10)
    for n in range(5):
        p.rect(50 + n * 22, 134, 16, 16, 2, INK)
    for n in range(4):
        p.disc(170 + n * 9, 142, 2.8, "#8fe0a0")


def battery(p: Pen) -> None:
    p.ground(54, 202)
    p.rect(92, 38, 56, 20, 4, IRON)
    p.rect(72, 54, 96, 148, 12)
    p.rect(72, 54, 96, 40, 12, p.d)
    p.path("M126 106 L100 146 H118 L112 182 L142 138 H122 Z", PAPER)
    p.line("M112 74 H128 M120 66 V82", PAPER, 4)


def disc(p: Pen) -> None:
    p.ground(70, 202)
    p.disc(120, 120, 80, STEEL)
    p.disc(120, 120, 78, PALE)
    p.path("M120 120 L66 64 A78 78 0 0 1 110 43 Z", "#a9d8e0", 0.8)
    p.path("M120 120 L174 176 A78 78 0 0 1 130 197 Z", "#e8b9d2", 0.8)
    p.path("M120 120 L42 130 A78 78 0 0 0 58 168 Z", PAPER, 0.7)
    p.ring(120, 120, 34, p.c, 12)
    p.disc(120, 120, 22, PAPER)
    p.disc(120, 120, 11, IRON)


def flash_drive(p: Pen) -> None:
    p.ground(46, 202)
    with p.turned(18):
        p.rect(98, 34, 44, 46, 3, STEEL)
        p.rect(106, 48, 10, 10, 1, IRON)
        p.rect(124, 48, 10, 10, 1, IRON)
        p.rect(90, 76, 60, 122, 14, p.d)
        p.rect(88, 74, 60, 122, 14)
        p.rect(100, 100, 36, 44, 4, p.ll)
        p.disc(118, 176, 7, PAPER)


def memory_card(p: Pen) -> None:
    p.ground(58, 204)
    p.path("M66 40 H146 L176 70 V192 Q176 202 166 202 H76 Q66 202 66 192 Z", p.d)
    p.path("M64 38 H144 L172 66 V188 Q172 198 162 198 H74 Q64 198 64 188 Z")
    for n in range(6):
        p.rect(74 + n * 13, 48, 8, 26, 1, GOLD)
    p.rect(78, 100, 80, 70, 4, PAPER, 0.95)
    p.line("M90 120 H146 M90 136 H130", p.dd, 5)
    p.disc(146, 154, 7, p.accent)


def lens(p: Pen) -> None:
    p.ground(66, 202)
    p.rect(66, 60, 108, 140, 12, p.dd)
    p.rect(62, 84, 116, 40, 6, p.c)
    p.line("".join(f"M{72 + n * 9} 90 V118 " for n in range(12)), p.mark, 3)
    p.rect(66, 140, 108, 8, 0, p.accent)
    p.rect(70, 182, 100, 18, 4, STEEL)
    p.oval(120, 62, 54, 20, IRON)
    p.oval(120, 60, 44, 15, INK)
    p.oval(120, 60, 28, 9, "#4f76a6")
    p.oval(108, 56, 9, 3, PAPER, 0.8)


def power_strip(p: Pen) -> None:
    p.ground(88, 176)
    p.line("M206 130 Q236 128 228 90 Q220 62 190 66", IRON, 7)
    p.rect(22, 104, 188, 66, 16, p.d)
    p.rect(22, 98, 188, 66, 16)
    for x in (62, 108, 154):
        p.disc(x, 131, 20, p.d)
        p.disc(x - 7, 131, 3.4, INK)
        p.disc(x + 7, 131, 3.4, INK)
    p.rect(182, 119, 16, 24, 4, "#e4544c")


def certificate(p: Pen) -> None:
    p.ground(66, 204)
    p.rect(58, 38, 128, 162, 6, p.d)
    p.rect(54, 36, 128, 160, 6, PAPER)
    p.rect(62, 44, 112, 144, 3, p.ll)
    p.rect(66, 48, 104, 136, 2, PAPER)
    p.line("M84 70 H152", p.c, 8)
    p.line("M84 92 H152 M84 106 H140 M84 120 H148", STEEL, 4)
    p.path("M108 158 L102 192 L118 182 L134 192 L128 158 Z", p.d)
    p.disc(118, 154, 20, p.c)
    p.line("M109 154 L116 161 L128 147", PAPER, 5)


SHAPES = {
    "cable": cable,
    "memory module": memory_module,
    "circuit board": circuit_board,
    "processor": processor,
    "hard drive": hard_drive,
    "desktop pc": desktop_pc,
    "server": server,
    "network device": network_device,
    "battery": battery,
    "disc": disc,
    "usb flash drive": flash_drive,
    "memory card": memory_card,
    "lens": lens,
    "power strip": power_strip,
    "certificate": certificate,
}
