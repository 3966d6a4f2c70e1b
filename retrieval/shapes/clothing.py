"""Things to wear."""

from __future__ import annotations

from retrieval.shapes.pen import GOLD, INK, PALE, PAPER, STEEL, Pen


def running_shoes(p: Pen) -> None:
    p.ground(90, 176)
    p.path("M24 150 Q24 138 34 138 H206 Q220 140 218 156 Q216 174 198 174 H44 Q24 172 24 150 Z", PAPER)
    p.path("M24 158 H218 Q214 174 198 174 H44 Q28 172 24 158 Z", p.accent)
    p.path("M30 146 Q24 104 36 80 Q42 72 50 80 Q60 92 80 88 L98 70 Q104 66 110 72 L146 110 Q160 120 190 124 "
           "Q218 128 218 146 Z")  # fmt: skip
    p.path("M30 146 Q27 126 29 108 Q52 112 60 146 Z", p.d)
    p.path("M162 119 Q176 123 190 124 Q218 128 218 146 H172 Q176 130 162 119 Z", p.d)
    stripe = p.pick(3, "stripe")
    if stripe == 0:
        p.path("M72 146 Q96 136 122 104 L132 112 Q116 136 98 146 Z", p.ll)
    elif stripe == 1:
        p.line("M84 142 L108 104 M100 142 L122 110 M116 142 L136 116", p.ll, 5)
    else:
        p.path("M70 122 Q100 130 136 114 Q112 142 78 136 Z", p.ll)
    p.line("M98 82 L86 90 M108 90 L95 99 M118 99 L105 109 M128 108 L116 118", PAPER, 4)
    p.path("M98 70 Q104 66 110 72 L116 79 Q104 80 92 90 L84 86 Z", p.dd)
    p.line("M40 86 Q36 96 36 104", p.ll, 4)


def hiking_boots(p: Pen) -> None:
    p.ground(78, 198)
    p.path("M46 168 H200 Q206 168 206 178 V190 Q206 196 200 196 H178 V190 H168 V196 H148 V190 H138 V196 H118 V190 "
           "H102 V196 H50 Q42 196 42 188 V178 Q42 168 46 168 Z", INK)  # fmt: skip
    p.path("M48 170 L58 54 Q60 46 70 46 H110 Q118 46 119 56 L124 100 Q130 116 164 122 Q204 128 204 170 Z")
    p.path("M48 170 L53 118 Q76 122 84 170 Z", p.d)
    p.path("M168 123 Q204 130 204 170 H166 Q176 146 168 123 Z", p.d)
    p.path("M56 60 Q57 46 70 44 H110 Q119 44 120 60 L121 70 H55 Z", p.dd)
    p.line("M118 78 L98 82 M121 92 L101 96 M128 106 L109 112 M142 116 L124 124", p.accent, 4)
    for x, y in ((96, 82), (99, 96), (107, 113), (122, 125)):
        p.disc(x, y, 3.6, STEEL)
    p.rect(44, 164, 162, 8, 4, p.ll, 0.85)
    p.line("M58 44 Q52 34 60 32 Q68 34 64 44", p.accent, 3)


def rain_jacket(p: Pen) -> None:
    if p.says("children"):
        with p.moved(22, 36, 0.82):
            _jacket(p)
    elif p.says("long", "coat", "trench"):
        with p.moved(12, 2, 0.9):
            p.path("M58 170 H182 L190 224 Q120 234 50 224 Z", p.d)
            p.line("M120 190 V229", p.dd, 2.6)
            _jacket(p)
            if p.says("trench"):
                p.rect(58, 144, 124, 13, 4, p.dd)
                p.rect(110, 141, 20, 19, 3, GOLD)
    else:
        _jacket(p)


def _jacket(p: Pen) -> None:
    p.ground(60, 208)
    p.path("M84 66 L52 86 Q42 94 38 116 L30 172 Q30 180 38 182 L54 184 L66 130 Z", p.d)
    p.path("M156 66 L188 86 Q198 94 202 116 L210 172 Q210 180 202 182 L186 184 L174 130 Z", p.d)
    p.path("M80 68 Q120 56 160 68 Q180 76 178 110 L182 196 Q182 204 174 204 H66 Q58 204 58 196 L62 110 Q60 76 80 68 Z")
    p.path("M84 72 Q80 30 120 28 Q160 30 156 72 Q140 88 120 88 Q100 88 84 72 Z", p.l)
    p.path("M98 70 Q94 44 120 42 Q146 44 142 70 Q132 80 120 80 Q108 80 98 70 Z", p.dd)
    p.line("M120 86 V202", p.dd, 2.6)
    p.rect(117, 92, 6, 9, 2, PALE)
    p.line("M80 150 L100 142 M160 150 L140 142", p.dd, 4)
    p.line("M104 80 L100 104 M136 80 L140 104", PAPER, 2.4)
    p.rect(142, 110, 20, 8, 2, p.accent)
    p.shade("M162 110 L166 204 H174 Q182 204 182 196 L178 110 Z", 0.1)
    p.line("M33 174 L54 178 M207 174 L186 178", p.dd, 3)
    if p.pick(2, "yoke"):
        p.path("M62 108 Q62 92 66 84 Q120 104 174 84 Q178 92 178 108 Q120 124 62 108 Z", p.l, 0.7)


def _torso(p: Pen, sleeves: bool) -> None:
    if sleeves:
        p.path("M84 58 L56 72 Q44 80 40 106 L28 174 Q28 182 36 184 L54 186 L72 118 Z", p.d)
        p.path("M156 58 L184 72 Q196 80 200 106 L212 174 Q212 182 204 184 L186 186 L168 118 Z", p.d)
        p.path("M86 56 H154 Q176 62 174 104 L176 190 Q176 196 168 196 H72 Q64 196 64 190 L66 104 Q64 62 86 56 Z")
    else:
        p.path("M86 52 H154 L196 74 Q204 80 202 90 L194 118 Q192 124 184 122 L168 116 V190 Q168 198 160 198 H80 "
               "Q72 198 72 190 V116 L56 122 Q48 124 46 118 L38 90 Q36 80 44 74 Z")  # fmt: skip


def sweater(p: Pen) -> None:
    p.ground(60, 206)
    _torso(p, sleeves=True)
    p.rect(64, 186, 112, 16, 6, p.d)
    p.line("M30 172 L54 178 M210 172 L186 178", p.dd, 3)
    for x in range(74, 174, 10):
        p.line(f"M{x} 189 V199", p.mark, 1.4)
    knit = 0 if p.says("cable") else 2 if p.says("ribbed") else 3 if p.says("fine") else p.pick(3, "knit")
    if knit == 0:
        for x in (92, 120, 148):
            p.line(f"M{x - 6} 84" + " q12 9 0 18" * 5, p.mark, 2.4)
            p.line(f"M{x + 6} 84" + " q-12 9 0 18" * 5, p.mark, 2.4)
    elif knit == 1:
        for y in (104, 112, 136):
            p.rect(66, y, 109, 4, 0, p.ll)
        p.line("M68 126 l9 -7 l9 7 l9 -7 l9 7 l9 -7 l9 7 l9 -7 l9 7 l9 -7 l9 7 l9 -7", p.accent, 3)
    elif knit == 2:
        for y in range(80, 186, 9):
            p.line(f"M70 {y} H170", p.mark, 1.2, 0.6)
    if p.says("roll"):
        p.path("M90 34 Q120 24 150 34 L154 64 Q140 78 120 78 Q100 78 86 64 Z", p.d)
        p.path("M90 34 Q120 24 150 34 Q120 44 90 34 Z", p.dd)
        p.line("M88 50 Q120 62 152 50", p.mark, 2)
    elif p.says("cardigan", "v"):
        p.path("M86 52 Q120 40 154 52 L120 108 Z", p.d)
        p.path("M97 52 Q120 45 143 52 L120 92 Z", p.dd)
    else:
        p.path("M88 56 Q94 44 120 44 Q146 44 152 56 Q140 76 120 76 Q100 76 88 56 Z", p.d)
        p.path("M97 56 Q102 50 120 50 Q138 50 143 56 Q134 68 120 68 Q106 68 97 56 Z", p.dd)
    if p.says("cardigan"):
        p.line("M120 104 V200", p.dd, 2.4)
        for y in range(116, 200, 20):
            p.disc(125, y, 3.6, p.accent)
        for x in (76, 134):
            p.rect(x, 152, 30, 26, 3, p.d, 0.8)


def t_shirt(p: Pen) -> None:
    p.ground(56, 206)
    _torso(p, sleeves=False)
    p.shade("M152 90 Q160 140 154 198 H160 Q168 198 168 190 V116 Z", 0.08)
    p.path("M94 52 Q98 76 120 76 Q142 76 146 52 L138 52 Q134 66 120 66 Q106 66 102 52 Z", p.d)
    p.path("M102 52 Q106 66 120 66 Q134 66 138 52 Z", p.dd)
    p.line("M76 190 H164 M46 106 L58 116 M194 106 L182 116", p.mark, 1.6)
    if p.says("striped"):
        for y in range(88, 186, 14):
            p.rect(72, y, 96, 6, 0, p.ll)
    motif = 2 if p.says("striped") else p.pick(3, "motif")
    if motif == 0:
        p.rect(132, 88, 22, 24, 3, p.mark, 0.6)
    elif motif == 1:
        p.disc(120, 124, 22, p.accent)
        p.path("M98 124 Q109 116 120 124 T142 124 Q142 146 120 146 Q98 146 98 124 Z", PAPER, 0.5)


def socks(p: Pen) -> None:
    p.ground(70, 196)
    for dx, tone in ((0, p.d), (34, p.c)):
        with p.moved(dx, 0):
            p.path(
                "M66 44 H108 V124 Q110 134 122 142 L146 160 Q158 174 146 188 Q136 196 124 188 L78 156 Q66 146 66 130 Z",
                tone,
            )
            p.rect(64, 40, 46, 22, 5, p.ll)
            p.path("M132 150 L146 160 Q158 174 146 188 Q136 196 124 188 Z", p.accent)
            p.rect(66, 78, 42, 7, 0, p.accent)
            p.rect(66, 92, 42, 7, 0, p.ll)


def dress(p: Pen) -> None:
    p.ground(60, 208)
    p.path("M98 44 L92 36 H98 L104 52 H136 L142 36 H148 L142 44 L150 66 L142 104 L182 194 Q150 208 120 206 "
           "Q90 208 58 194 L98 104 L90 66 Z")  # fmt: skip
    p.rect(97, 100, 46, 10, 3, p.dd)
    p.line("M108 116 L92 198 M120 114 V204 M132 116 L148 198", p.mark, 2)


def cap(p: Pen) -> None:
    p.ground(80, 172)
    p.path("M54 142 Q50 74 112 72 Q170 74 172 142 Z")
    p.path("M112 72 Q90 100 92 142 H54 Q50 74 112 72 Z", p.d)
    p.path("M92 142 Q140 128 172 140 Q214 146 218 164 Q170 158 92 152 Z", p.dd)
    p.disc(112, 71, 5, p.dd)
    p.rect(118, 104, 28, 18, 3, p.accent)
    p.rect(52, 138, 122, 6, 3, INK, 0.2)


SHAPES = {
    "running shoe": running_shoes,
    "hiking boot": hiking_boots,
    "rain jacket": rain_jacket,
    "sweater": sweater,
    "t-shirt": t_shirt,
    "sock": socks,
    "dress": dress,
    "cap": cap,
}
