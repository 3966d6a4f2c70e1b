"""Things to hear with, and what belongs to a phone."""

from __future__ import annotations

from retrieval.shapes.pen import GOLD, INK, IRON, PALE, PAPER, SCREEN, STEEL, Pen


def headphones(p: Pen) -> None:
    p.ground(66, 200)
    big = p.vary(26, 31, "cup")
    p.line("M58 142 V118 Q58 48 120 48 Q182 48 182 118 V142", p.d, 13)
    p.line("M58 142 V118 Q58 48 120 48 Q182 48 182 118 V142", p.c, 8)
    p.line("M82 64 Q120 36 158 64", p.l, 12)
    for side in (-1, 1):
        x = 120 + side * 62
        p.rect(x - big / 2 - side * 11 - 2, 126, big + 4, 64, 13, p.dd)
        p.rect(x - big / 2 + side * 6, 120, big, 76, 14, p.c)
        p.rect(x - 4 + side * 12, 132, 8, 52, 4, p.l)
        p.disc(x + side * 6, 110, 5, STEEL)


def earbuds(p: Pen) -> None:
    p.ground(56, 200)
    for x, turn in ((86, -14), (154, 14)):
        with p.turned(turn, x, 84):
            p.rect(x - 7, 84, 14, 50, 7, p.c)
            p.disc(x, 82, 22, p.c)
            p.oval(x + (9 if turn < 0 else -9), 78, 11, 13, p.dd)
            p.disc(x + (9 if turn < 0 else -9), 78, 5, INK)
            p.rect(x - 7, 128, 14, 6, 3, STEEL)
            p.shine(f"M{x - 15} 92 Q{x - 19} 72 {x - 5} 63 Q{x - 12} 76 {x - 11} 94 Z", 0.3)
    p.path("M66 160 Q66 144 82 144 H158 Q174 144 174 160 V176 Q174 198 152 198 H88 Q66 198 66 176 Z", p.d)
    p.path("M66 160 Q66 144 82 144 H158 Q174 144 174 160 V164 H66 Z", p.l)
    p.disc(120, 180, 3, "#8fe0a0")


def bluetooth_speaker(p: Pen) -> None:
    kind = p.pick(2, "form")
    p.ground(64 if kind else 46, 200)
    if kind:
        p.rect(42, 92, 156, 106, 30, p.d)
        p.rect(42, 86, 156, 106, 30)
        p.rect(54, 98, 132, 82, 22, p.dd)
        _holes(p, 66, 110, 12, 7)
        p.line("M70 86 Q70 62 96 62 H144 Q170 62 170 86", IRON, 6)
    else:
        p.rect(78, 46, 84, 154, 30, p.d)
        p.rect(78, 42, 84, 154, 30)
        p.rect(78, 74, 84, 88, 6, p.dd)
        _holes(p, 88, 84, 8, 8)
        p.oval(120, 52, 28, 7, p.l)
        p.line("M114 52 H126 M120 47 V57", p.dd, 2.4)
        p.line("M160 60 Q178 70 176 96", IRON, 5)
    p.rect(112, 176, 16, 6, 3, p.ll)


def _holes(p: Pen, x: float, y: float, columns: int, rows: int) -> None:
    """A grille of dots; one dotted line each row keeps the file small."""
    for row in range(rows):
        shift = 4.5 if row % 2 else 0
        d = "".join(f"M{x + shift + n * 9:g} {y + row * 9:g}h.1" for n in range(columns))
        p.line(d, p.l, 4, 0.55)


def phone_case(p: Pen) -> None:
    p.ground(44, 204)
    with p.turned(p.vary(-7, 7, "lean"), 120, 120):
        p.rect(74, 34, 92, 170, 18, p.d)
        p.rect(71, 32, 92, 170, 18)
        p.rect(81, 42, 34, 40, 11, p.dd)
        for x, y in ((91, 54), (105, 54), (91, 70)):
            p.disc(x, y, 6.4, INK)
            p.disc(x, y, 2.6, "#54749c")
        p.disc(105, 70, 3, PAPER)
        style = p.pick(3, "style")
        if style == 0:
            p.ring(117, 132, 24, p.mark, 4, 0.8)
        elif style == 1:
            p.line("M86 150 L148 96 M86 172 L148 118 M100 184 L148 140", p.mark, 4, 0.55)
        else:
            p.rect(92, 112, 50, 62, 5, p.mark, 0.6)
            p.rect(97, 106, 40, 20, 3, PAPER, 0.9)
        p.rect(162, 76, 4, 26, 2, p.dd)


def charger(p: Pen) -> None:
    p.ground(62, 198)
    p.rect(84, 40, 9, 34, 3, STEEL)
    p.rect(147, 40, 9, 34, 3, STEEL)
    p.rect(64, 64, 112, 128, 22, p.d)
    p.rect(64, 64, 112, 122, 22)
    p.shine("M74 84 Q74 72 86 72 H96 V178 H86 Q74 178 74 166 Z", 0.2)
    ports = min(int(p.number("port_count", 1 + p.pick(3, "ports"))), 4)
    pitch = 24 if ports < 4 else 20
    for n in range(ports):
        y = 138 - (ports - 1) * pitch / 2 + n * pitch + (4 if ports > 3 else 0)
        p.rect(100, y, 40, 14, 7, p.dd)
        p.rect(105, y + 4.5, 30, 5, 2.5, INK)
    p.path("M124 74 L114 90 H120 L116 102 L128 85 H122 Z", p.accent)


def power_bank(p: Pen) -> None:
    p.ground(54, 202)
    with p.turned(p.vary(-8, 8, "lean")):
        p.rect(78, 44, 88, 156, 16, p.d)
        p.rect(74, 42, 88, 156, 16)
        p.rect(94, 42, 18, 7, 2, INK)
        p.rect(124, 42, 18, 7, 2, INK)
        for n in range(4):
            p.disc(100 + n * 12, 178, 3.6, "#8fe0a0" if n < 3 else p.dd)
        p.path("M124 88 L100 124 H115 L110 150 L136 112 H120 Z", p.ll)
        p.shine("M82 58 Q82 50 90 50 H94 V190 H90 Q82 190 82 182 Z", 0.2)


def phone(p: Pen) -> None:
    p.ground(44, 204)
    p.rect(74, 32, 92, 170, 16)
    p.rect(80, 38, 80, 158, 11, SCREEN)
    p.rect(80, 38, 80, 158, 11, p.accent, 0.35)
    p.rect(108, 43, 24, 6, 3, INK)
    p.rect(92, 66, 40, 12, 3, PAPER, 0.95)
    p.rect(92, 84, 26, 5, 2.5, PAPER, 0.6)
    for n in range(8):
        p.rect(90 + n % 4 * 16, 140 + n // 4 * 18, 12, 12, 3.5, (PAPER, GOLD, PALE, p.accent)[(n * 3 + n // 4) % 4])


SHAPES = {
    "headphones": headphones,
    "earbuds": earbuds,
    "bluetooth speaker": bluetooth_speaker,
    "phone case": phone_case,
    "charger": charger,
    "power bank": power_bank,
    "phone": phone,
}
