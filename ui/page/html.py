"""The smallest pieces of the page. Every text is escaped here and nowhere else; titles and reviews are hostile data."""

from __future__ import annotations

from html import escape

from ui import render

_SHOWN_OF_MESSAGE = 2000


def icon(path: str, kind: str = "st-i") -> str:
    """A line drawing on a square of 16, for sighted readers alone."""
    return f'<svg class="{kind}" viewBox="0 0 16 16" aria-hidden="true"><path d="{path}"/></svg>'


TICK = icon("M3 8.5l3.2 3.2L13 5")
CROSS = icon("M4.5 4.5l7 7M11.5 4.5l-7 7")
PLUS = icon("M8 3v10M3 8h10")
MENU = icon("M2.5 4.5h11M2.5 8h11M2.5 11.5h11")
BIN = icon("M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5M6.8 7v3.8M9.2 7v3.8")
CART = icon("M1.5 2.5h2l1.6 7.6h7l1.6-5.6H4M6 13.2h.01M11.2 13.2h.01")
THUMB = icon(
    "M5 7.2v6H2.5v-6zM5 7.2l2.6-5a1.6 1.6 0 0 1 1.6 1.6v2.4h3.4a1.3 1.3 0 0 1 1.3 1.5l-.8 4.3a1.4 1.4 0 0 1-1.4 1.2H5"
)
SUN = icon("M8 2.2a5.8 5.8 0 1 1 0 11.6a5.8 5.8 0 0 1 0-11.6M8 2.2v11.6M9.8 3v10M11.6 4.2v7.6M13 5.8v4.4")


def text(value: object) -> str:
    """Any text as safe HTML, also inside a quoted attribute."""
    return escape(render.printable(str(value)), quote=True)


def paragraphs(message: str) -> str:
    """The beginning of a shopper's own message as safe HTML that keeps its line breaks."""
    shown = message if len(message) <= _SHOWN_OF_MESSAGE else message[:_SHOWN_OF_MESSAGE] + "…"
    return "<br>".join(text(line) for line in shown.splitlines()) or "&nbsp;"


def data(**values: object) -> str:
    """``data-`` attributes, with a leading space: what a control sends along."""
    return "".join(f' data-{name}="{text(value)}"' for name, value in values.items())


def button(label: str, send: str, kind: str, spoken: str = "", **sent: object) -> str:
    """A button that sends the event ``send`` with the values ``sent``; ``label`` is HTML, ``spoken`` its name."""
    name = f' aria-label="{text(spoken)}"' if spoken else ""
    return f'<button type="button" class="{kind}"{data(send=send, **sent)}{name}>{label}</button>'


def image(address: str) -> str:
    """A picture that says nothing the text beside it does not say; it goes away where it cannot be loaded."""
    return (
        f'<img src="{text(address)}" alt="" loading="lazy" referrerpolicy="no-referrer" width="320" height="240" '
        'onerror="this.remove()">'
    )


def hidden(words: str) -> str:
    """Words for those who listen to the page."""
    return f'<span class="st-sr">{text(words)}</span>'
