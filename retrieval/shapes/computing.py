"""Computers and what stands around them."""

from __future__ import annotations

from retrieval.shapes.colours import light, mix
from retrieval.shapes.pen import INK, IRON, PALE, PAPER, SCREEN, STEEL, Pen


def laptop(p: Pen) -> None:
    p.ground(88, 188)
    p.rect(50, 62, 140, 98, 8, p.d)
    p.rect(50, 60, 140, 98, 8)
    p.rect(57, 67, 126, 84, 3, SCREEN)
    _wallpaper(p, 57, 67, 126, 84)
    p.path("M36 172 L50 158 H190 L204 172 Z", p.l)
    p.path("M60 168 L66 161 H174 L180 168 Z", p.dd, 0.55)
    p.path("M36 172 H204 V177 Q204 182 196 182 H44 Q36 182 36 177 Z", p.d)
    p.rect(106, 172, 28, 4, 2, p.dd, 0.6)


def monitor(p: Pen) -> None:
    wide = p.vary(76, 84, "wide")
    p.ground(54, 198)
    p.path("M110 150 H130 L134 190 H106 Z", p.d)
    p.rect(82, 188, 76, 9, 4.5, p.c)
    p.rect(120 - wide, 50, 2 * wide, 106, 7)
    p.rect(126 - wide, 56, 2 * wide - 12, 90, 3, SCREEN)
    _wallpaper(p, 126 - wide, 56, 2 * wide - 12, 90)
    p.disc(120, 151, 1.8, p.mark)


def _wallpaper(p: Pen, x: float, y: float, w: float, h: float) -> None:
    """A landscape on a screen."""
    sky = ("#8fc1d9", "#f3b89a", "#a5b8e0", "#f2c879")[p.pick(4, "sky")]
    p.rect(x, y, w, h, 3, sky)
    p.disc(x + w * p.vary(0.25, 0.75, "sun"), y + h * 0.34, h * 0.13, PAPER, 0.9)
    p.path(
        f"M{x} {y + h * 0.72:.0f} L{x + w * 0.3:.0f} {y + h * 0.42:.0f} L{x + w * 0.52:.0f} {y + h * 0.7:.0f}"
        f" L{x + w * 0.72:.0f} {y + h * 0.48:.0f} L{x + w:.0f} {y + h * 0.75:.0f} V{y + h:.0f} H{x} Z",
        "#3f6a80",
    )
    p.path(
        f"M{x} {y + h:.0f} V{y + h * 0.82:.0f} Q{x + w * 0.4:.0f} {y + h * 0.62:.0f} {x + w:.0f} {y + h * 0.86:.0f}"
        f" V{y + h:.0f} Z",
        "#2c4f5e",
    )


def keyboard(p: Pen) -> None:
    if p.says("compact", "tenkeyless"):
        with p.moved(22, 18, 0.82):
            _board(p)
    else:
        _board(p)
    if p.says("full") and p.says("size"):
        key = p.ll if light(p.c) < 0.75 else mix(p.c, p.dd, 0.22)
        p.rect(171, 88, 42, 70, 3, p.c)
        for row in range(5):
            for column in range(3):
                p.rect(174 + column * 12.6 + row * 0.5, 91 + row * 12.6, 10.2, 10, 2.2, key)
        p.line("M170 90 L172 157", p.d, 2)


def _board(p: Pen) -> None:
    p.ground(92, 172)
    p.path("M26 96 Q26 88 34 88 H206 Q214 88 214 96 L218 154 Q218 164 208 164 H32 Q22 164 22 154 Z", p.d)
    p.path("M28 92 Q29 84 36 84 H204 Q211 84 212 92 L216 148 Q216 157 207 157 H33 Q24 157 24 148 Z")
    key = p.ll if light(p.c) < 0.75 else mix(p.c, p.dd, 0.22)
    for row in range(4):
        y, left, count = 91 + row * 12.5, 34 - row, 13 - (row % 2)
        step = (240 - 2 * left) / count
        for n in range(count):
            tone = p.accent if (row, n) in ((0, 0), (2, count - 1)) else key
            p.rect(left + n * step + 1, y, step - 2.4, 10, 2.2, tone)
    p.rect(32, 141.5, 26, 10, 2.2, key)
    p.rect(62, 141.5, 100, 10, 2.2, key)
    p.rect(166, 141.5, 20, 10, 2.2, key)
    p.rect(190, 141.5, 18, 10, 2.2, key)


def mouse(p: Pen) -> None:
    if p.says("upright"):
        _upright(p)
        return
    p.ground(46, 196)
    tall = p.vary(52, 60, "tall")
    p.path(f"M76 {120 + tall / 2} V112 Q76 52 120 52 Q164 52 164 112 V{120 + tall / 2} Q164 196 120 196 Q76 196 76 "
           f"{120 + tall / 2} Z")  # fmt: skip
    p.shade("M150 66 Q164 82 164 112 V150 Q164 196 120 196 Q150 186 150 140 Z", 0.12)
    p.line("M78 108 Q120 120 162 108", p.mark, 2)
    p.line("M120 54 V112", p.mark, 2)
    p.rect(114, 70, 12, 28, 6, p.dd)
    p.rect(116.5, 76, 7, 14, 3.5, p.accent)
    p.shine("M88 106 Q88 72 108 60 Q96 84 96 108 Z", 0.3)


def _upright(p: Pen) -> None:
    """A mouse that is held like a handshake; a left-handed one is the other way round."""
    p.ground(64, 196)
    side = 1 if p.says("left") else -1

    def x(at: float) -> float:
        return 120 + side * at

    p.path(f"M{x(-62)} 184 Q{x(-66)} 146 {x(-40)} 106 Q{x(-14)} 66 {x(18)} 68 Q{x(48)} 72 {x(54)} 116 "
           f"Q{x(56)} 150 {x(64)} 178 Q{x(62)} 196 {x(40)} 196 H{x(-40)} Q{x(-60)} 196 {x(-62)} 184 Z")  # fmt: skip
    p.path(f"M{x(18)} 68 Q{x(48)} 72 {x(54)} 116 Q{x(56)} 150 {x(64)} 178 Q{x(62)} 196 {x(40)} 196 H{x(14)} "
           f"Q{x(32)} 128 {x(18)} 68 Z", p.d)  # fmt: skip
    p.line(f"M{x(-48)} 122 Q{x(-12)} 128 {x(26)} 108", p.mark, 2)
    with p.turned(-side * 42, x(-12), 92):
        p.rect(x(-12) - 6, 76, 12, 30, 6, p.dd)
        p.rect(x(-12) - 3.5, 83, 7, 15, 3.5, p.accent)
    p.path(f"M{x(38)} 120 Q{x(52)} 122 {x(55)} 134 L{x(58)} 152 Q{x(42)} 146 {x(38)} 120 Z", p.dd, 0.7)
    p.shine(f"M{x(-44)} 166 Q{x(-44)} 136 {x(-28)} 112 Q{x(-32)} 140 {x(-32)} 168 Z", 0.25)


def laptop_sleeve(p: Pen) -> None:
    p.ground(82, 186)
    p.rect(64, 54, 104, 60, 6, STEEL)
    p.rect(64, 54, 104, 8, 4, PALE)
    p.path("M36 84 Q36 74 46 74 H194 Q204 74 204 84 V174 Q204 186 192 186 H48 Q36 186 36 174 Z")
    if p.says("felt", "leather"):
        p.path("M36 84 Q36 74 46 74 H194 Q204 74 204 84 V96 L130 126 Q120 130 110 126 L36 96 Z", p.l)
        p.disc(120, 118, 5, p.dd)
    else:
        p.line("M40 84 H200", p.dd, 3)
        p.rect(182, 80, 8, 20, 3, STEEL)
        p.path("M52 112 H188 V170 Q188 174 184 174 H56 Q52 174 52 170 Z", p.d, 0.45)
    p.line("M44 178 H196", p.ll, 1.4, 0.7)
    p.rect(54, 160, 22, 10, 2, p.accent)


def usb_hub(p: Pen) -> None:
    p.ground(76, 168)
    p.line("M44 130 Q16 130 20 98 Q24 70 52 72", IRON, 6)
    p.rect(50, 63, 22, 17, 3, STEEL)
    p.rect(70, 66, 14, 11, 2, PALE)
    p.path("M46 106 H206 Q214 106 214 114 V152 Q214 160 206 160 H46 Q38 160 38 152 V114 Q38 106 46 106 Z", p.d)
    p.path("M46 102 H206 Q214 102 214 110 V120 H38 V110 Q38 102 46 102 Z")
    ports = min(max(int(p.number("port_count", 5)), 2), 8)
    for n in range(ports):
        x = 50 + n * 152 / ports
        if n < ports - 1 or ports < 5:
            p.rect(x, 131, 132 / ports, 12, 2, INK)
            p.rect(x + 3, 134, 132 / ports - 6, 3, 1, "#5a86c8")
        else:
            p.rect(x, 131, 132 / ports, 12, 3, INK)
    p.disc(200, 111, 2.6, "#8fe0a0")


SHAPES = {
    "laptop": laptop,
    "monitor": monitor,
    "keyboard": keyboard,
    "mouse": mouse,
    "laptop sleeve": laptop_sleeve,
    "usb hub": usb_hub,
}
