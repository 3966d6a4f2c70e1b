"""Tools, garden and animals."""

from __future__ import annotations

from retrieval.shapes.pen import GOLD, INK, IRON, LEAF, PALE, PAPER, STEEL, Pen


def cordless_drill(p: Pen) -> None:
    p.ground(64, 206)
    p.path("M14 92 L58 88 V98 L14 95 Z", STEEL)
    p.path("M56 80 L80 74 V112 L56 106 Z", INK)
    p.rect(78, 72, 12, 42, 3, IRON)
    p.path("M88 66 H174 Q196 68 196 92 Q196 116 176 118 H88 Z")
    p.path("M132 112 H178 L186 176 H146 Z", p.d)
    p.path("M126 122 Q136 126 136 140 L130 142 Q122 136 120 124 Z", INK)
    p.rect(128, 170, 76, 32, 8, INK)
    p.rect(128, 170, 76, 9, 4, p.c)
    p.rect(140, 186, 26, 8, 2, PAPER, 0.8)
    p.rect(104, 66, 8, 52, 0, p.dd)
    for n in range(4):
        p.line(f"M{150 + n * 9} 82 V102", p.mark, 4)
    p.rect(114, 78, 26, 14, 3, PAPER, 0.85)
    p.shine("M92 70 H170 Q180 72 184 76 H92 Z", 0.3)
    p.line("M150 130 L156 164 M162 128 L168 162", p.dd, 3, 0.6)


def drill_bit_set(p: Pen) -> None:
    p.ground(84, 198)
    p.rect(34, 132, 172, 64, 9, p.dd)
    p.rect(34, 126, 172, 62, 9, p.d)
    p.rect(34, 126, 172, 16, 6, p.c)
    p.rect(104, 158, 32, 16, 4, p.accent)
    metal = GOLD if p.says("cobalt", "titanium") else STEEL
    for n in range(7):
        x, wide, tall = 54 + n * 22, 4 + n * 1.1, 40 + n * 8
        p.path(f"M{x - wide} 130 V{136 - tall} L{x} {126 - tall} L{x + wide} {136 - tall} V130 Z", metal)
        d = "".join(f"M{x - wide} {y} L{x + wide} {y - 8} " for y in range(126, 142 - tall, -11))
        p.line(d, IRON, 2.2, 0.75)


def pruning_shears(p: Pen) -> None:
    p.ground(62, 206)
    with p.turned(16):
        p.path("M108 118 Q92 84 106 40 Q132 66 134 110 Z", STEEL)
        p.path("M108 118 Q96 84 106 40 Q110 80 122 112 Z", PALE)
        p.path("M132 118 Q156 92 152 58 Q138 70 120 104 Z", IRON)
        p.path("M104 112 L128 122 Q100 150 94 206 Q82 210 78 198 Q80 146 104 112 Z")
        p.path("M136 112 L112 122 Q140 150 152 202 Q164 206 168 194 Q162 146 136 112 Z", p.d)
        p.shine("M104 126 Q88 156 86 194 Q82 190 84 176 Q88 144 104 126 Z", 0.35)
        p.disc(120, 114, 11, PALE)
        p.disc(120, 114, 4.5, IRON)
        p.line("M106 140 q14 -6 28 0 q-14 6 -24 12 q14 -4 24 2", STEEL, 3)
    p.line("M150 62 Q176 50 196 58", "#7d6a45", 5)
    p.path("M176 52 Q178 34 194 32 Q194 48 176 52 Z", LEAF)
    p.path("M188 58 Q204 62 208 76 Q192 76 188 58 Z", LEAF)


def garden_hose(p: Pen) -> None:
    p.ground(78, 202)
    if p.says("reel"):
        p.line("M64 200 L104 116 M176 200 L136 116 M60 200 H180", IRON, 8)
        p.line("M150 112 V48 Q150 38 140 38 H100 Q90 38 90 48 V112", IRON, 7)
    turns = 5
    for n in range(turns):
        p.ring(120, 126, 68 - n * 9, p.d if n % 2 else p.c, 9)
        p.ring(120, 126, 69.5 - n * 9, p.ll, 1.4, 0.6)
    p.disc(120, 126, 20, p.dd if p.says("reel") else PAPER, 1 if p.says("reel") else 0.01)
    p.line("M62 160 Q40 190 84 194 H150", p.c, 9)
    p.path("M148 186 H166 V202 H148 Z", GOLD)
    p.path("M166 182 L204 178 V210 L166 206 Z", p.accent)
    p.line("M212 186 q10 -3 16 -2 M212 194 H230 M212 202 q10 3 16 2", "#8cc7e6", 3)


def watering_can(p: Pen) -> None:
    p.ground(72, 200)
    if p.says("indoor", "indoors"):
        p.line("M150 168 Q196 160 200 68", p.d, 7)
        p.line("M88 110 Q44 92 48 140 Q54 172 84 172", p.d, 8)
        p.path("M92 92 H148 L164 186 Q164 198 150 198 H90 Q76 198 76 186 Z")
        p.oval(120, 93, 28, 7, p.dd)
        p.shine("M98 104 H106 L98 188 H88 Z", 0.3)
        p.line("M196 60 q6 -10 14 -8", "#8cc7e6", 3)
        return
    p.path("M146 150 L200 82 L212 92 L160 178 Z", p.d)
    with p.turned(40, 207, 84):
        p.path("M192 84 H222 L228 70 H186 Z")
        p.oval(207, 69, 22, 7, p.ll)
    p.line("M82 104 Q96 44 140 62 Q152 70 148 104", p.d, 9)
    p.line("M70 118 Q26 110 36 152 Q42 180 68 182", p.d, 9)
    p.path("M66 100 H152 L162 188 Q162 200 150 200 H68 Q56 200 56 188 Z")
    p.oval(109, 101, 43, 9, p.dd)
    p.rect(60, 150, 98, 9, 0, p.l)
    p.shine("M76 114 H86 L80 190 H70 Z", 0.3)
    for x, y in ((222, 104), (230, 116), (218, 120), (226, 132)):
        p.disc(x, y, 2.6, "#8cc7e6")


def toolbox(p: Pen) -> None:
    p.ground(84, 196)
    p.line("M84 100 V76 Q84 66 94 66 H146 Q156 66 156 76 V100", IRON, 9)
    p.rect(36, 98, 168, 96, 10, p.d)
    p.rect(36, 94, 168, 40, 10)
    for x in (66, 156):
        p.rect(x, 122, 18, 26, 4, STEEL)
    p.rect(102, 150, 36, 16, 3, p.accent)


def plant_pot(p: Pen) -> None:
    p.ground(54, 204)
    for d in ("M120 130 Q64 112 70 52 Q118 66 120 130 Z", "M120 130 Q122 60 172 50 Q178 108 120 130 Z",
              "M120 130 Q96 80 120 28 Q146 80 120 130 Z"):  # fmt: skip
        p.path(d, LEAF)
    p.line("M120 130 V52 M120 128 L86 76 M120 128 L156 76", "#4e7d4f", 2.6)
    p.path("M74 132 H166 L154 194 Q152 204 142 204 H98 Q88 204 86 194 Z")
    p.rect(68, 124, 104, 20, 5, p.d)


def dog_bed(p: Pen) -> None:
    p.ground(98, 188)
    if p.says("travel", "foam", "mat"):
        p.path("M28 150 Q28 136 46 136 H194 Q212 136 212 150 V176 Q212 188 196 188 H44 Q28 188 28 176 Z", p.d)
        p.path("M30 146 Q34 126 52 126 H188 Q206 126 210 146 Q210 160 192 160 H48 Q30 160 30 146 Z")
        p.line("M44 146 Q120 156 196 146", p.mark, 2)
    else:
        p.oval(120, 146, 98, 42, p.d)
        p.oval(120, 136, 98, 42)
        p.oval(120, 138, 72, 27, p.dd)
        p.oval(120, 141, 68, 23, p.ll)
        p.path(
            "M22 136 Q22 178 120 180 Q218 178 218 136 Q218 158 168 166 Q160 150 120 150 Q80 150 72 166 Q22 158 22 136 Z"
        )
    _dog(p)


def _dog(p: Pen) -> None:
    """A dog asleep."""
    fur, dark = ("#c9925a", "#8f5f38") if p.pick(2, "fur") else ("#e8d8bf", "#7a5a44")
    p.path("M64 136 Q66 96 116 94 Q168 94 176 130 Q178 144 160 146 H84 Q66 146 64 136 Z", fur)
    p.line("M170 132 Q192 132 190 116", fur, 10)
    p.oval(88, 120, 27, 22, fur)
    p.path("M92 102 Q112 100 112 124 Q104 132 96 122 Z", dark)
    p.oval(68, 128, 14, 10, "#f3e6d2")
    p.oval(58, 124, 5, 4, INK)
    p.line("M76 116 q5 4 9 0", INK, 2.4)
    p.line("M120 146 Q140 138 156 146", dark, 2.4, 0.5)


def cat_tree(p: Pen) -> None:
    if p.number("platforms", 3) < 2:
        _cat_post(p)
        return
    p.ground(74, 210)
    with p.moved(12, 21, 0.9):
        post = "#d9c29a"
        for x, y, h in ((70, 92, 112), (148, 60, 148)):
            p.rect(x, y, 18, h, 3, post)
            for n in range(int(h / 9)):
                p.line(f"M{x} {y + 7 + n * 9} l18 -4", "#b89c6c", 1.6)
        p.rect(44, 200, 150, 11, 4, p.d)
        p.rect(92, 142, 92, 58, 8)
        p.path("M114 200 V174 Q114 156 134 156 Q154 156 154 174 V200 Z", p.dd)
        p.rect(36, 84, 78, 12, 6)
        p.rect(112, 54, 92, 12, 6)
        p.rect(88, 138, 100, 9, 4, p.l)
        p.line("M54 96 V120", STEEL, 2)
        p.disc(54, 124, 6, p.accent)
        if p.number("platforms", 3) > 3:
            p.rect(20, 30, 60, 10, 5, p.l)
            p.rect(60, 38, 12, 50, 3, post)
        _cat(p)


def _cat(p: Pen) -> None:
    """A cat that sits on y = 54."""
    fur = ("#6b6f78", "#d99a55", "#3a3d44")[p.pick(3, "cat")]
    p.path("M138 54 Q132 22 160 16 Q186 20 184 54 Z", fur)
    p.line("M182 52 Q202 52 198 76", fur, 7)
    p.disc(150, 18, 15, fur)
    p.path("M138 10 L136 -4 L148 6 Z M152 6 L162 -4 L163 10 Z", fur)
    p.disc(145, 17, 2, PAPER)
    p.disc(156, 17, 2, PAPER)


def _cat_post(p: Pen) -> None:
    """One post with a seat on top."""
    p.ground(60, 208)
    p.rect(60, 190, 120, 16, 5, p.d)
    p.rect(104, 112, 32, 80, 4, "#d9c29a")
    for n in range(8):
        p.line(f"M104 {122 + n * 9} l32 -5", "#b89c6c", 1.6)
    p.rect(74, 98, 92, 16, 7)
    p.line("M84 114 V142", STEEL, 2)
    p.disc(84, 146, 7, p.accent)
    with p.moved(-40, 44):
        _cat(p)


def dog_leash(p: Pen) -> None:
    p.ground(70, 198)
    if p.says("reel", "retractable"):
        p.line("M150 138 Q206 150 196 186", p.accent, 5)
        p.path("M44 112 Q44 62 98 62 H122 Q160 66 160 112 Q160 160 112 164 H92 Q44 160 44 112 Z")
        p.path("M62 104 Q62 82 84 82 H96 Q106 82 106 92 V134 Q106 146 96 146 H84 Q62 142 62 122 Z", p.dd)
        p.path("M66 106 Q66 86 84 86 H94 Q101 86 101 94 V132 Q101 141 94 141 H84 Q66 138 66 122 Z", PAPER, 0.12)
        p.disc(130, 112, 20, p.l)
        p.rect(104, 54, 26, 12, 5, p.accent)
        p.ring(196, 190, 8, STEEL, 4)
        return
    p.line("M74 70 Q40 104 66 136 Q100 170 150 150 Q196 128 178 94 Q158 68 118 92 Q74 122 112 176 L128 194", p.d, 11)
    p.line("M74 68 Q40 102 66 134 Q100 168 150 148 Q196 126 178 92 Q158 66 118 90 Q74 120 112 174 L128 192", p.c, 8)
    p.line("M74 68 Q58 40 88 36 Q116 36 106 60 Q98 76 74 68", p.c, 8)
    p.rect(66, 62, 18, 13, 3, p.dd)
    with p.turned(-32, 132, 198):
        p.rect(126, 190, 12, 12, 3, GOLD)
        p.ring(132, 212, 9, GOLD, 4)


def pet_bowl(p: Pen) -> None:
    p.ground(88, 184)
    for n in range(13):
        x, y = 64 + n * 9.4, 104 - 16 * (1 - ((n - 6) / 6.5) ** 2) + (n % 3) * 4
        p.disc(x, y, 8, ("#a8744a", "#8f5f38", "#c18a5a")[n % 3])
    p.oval(120, 112, 72, 16, p.dd)
    p.path("M48 110 Q50 124 120 126 Q190 124 192 110 L212 172 Q212 184 198 184 H42 Q28 184 28 172 Z")
    for n in range(9):
        p.disc(76 + n * 11, 110 + (n % 2) * 4, 7.5, ("#a8744a", "#c18a5a", "#8f5f38")[n % 3])
    p.path("M48 110 Q50 124 120 126 Q190 124 192 110 L194 117 Q180 132 120 133 Q60 132 46 117 Z", p.l)
    if p.says("cat"):
        p.path("M92 156 L84 146 V164 Z", p.ll)
        p.oval(116, 156, 26, 11, p.ll)
        p.disc(130, 153, 2, p.dd)
    else:
        p.oval(120, 162, 12, 9, p.ll)
        for x, y in ((103, 154), (113, 147), (127, 147), (137, 154)):
            p.oval(x, y, 4.6, 6, p.ll)


SHAPES = {
    "cordless drill": cordless_drill,
    "drill bit set": drill_bit_set,
    "pruning shear": pruning_shears,
    "garden hose": garden_hose,
    "watering can": watering_can,
    "toolbox": toolbox,
    "plant pot": plant_pot,
    "dog bed": dog_bed,
    "cat tree": cat_tree,
    "dog leash": dog_leash,
    "pet bowl": pet_bowl,
}
