"""The document of a report: one self-contained page of sections, one a topic. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Section:
    """One topic of the report."""

    # Its name on the command line, and its anchor.
    topic: str
    title: str
    # What the reader learns from it, in a sentence or two.
    lead: str
    # Made by the functions of this package.
    body: str
    # How it was worked out and what it cannot tell, folded away.
    method: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Spent:
    """What the report says of the privacy budget."""

    month: str
    # Epsilon.
    spent: float
    budget: float


def document(shop: str, day: str, sections: Sequence[Section], spent: Spent) -> str:
    """The page. ``day`` is ISO 8601."""
    links = "".join(f'<a href="#{escape(s.topic)}">{escape(s.title)}</a>' for s in sections)
    nav = f'<nav aria-label="Sections">{links}</nav>' if len(sections) > 1 else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(shop)} · what customers tell</title>"
        f"<style>{Path(__file__).with_name('report.css').read_text(encoding='utf-8')}</style></head><body>"
        f'<header><p class="soft">{escape(day)}</p><h1>What the customers of {escape(shop)} tell</h1>{nav}</header>'
        f"<main>{''.join(map(_section, sections))}</main><footer>{_privacy(spent)}</footer></body></html>\n"
    )


def _section(section: Section) -> str:
    return (
        f'<section id="{escape(section.topic)}"><h2>{escape(section.title)}</h2>'
        f'<p class="lead">{escape(section.lead)}</p>'
        f"{section.body}{fold('How this was worked out', ''.join(map(paragraph, section.method)))}</section>"
    )


def _privacy(spent: Spent) -> str:
    share = 100 * min(spent.spent / spent.budget, 1)
    return (
        '<section id="privacy"><h2>What this report tells of any one customer</h2>'
        "<p>Every number here that counts people was changed a little by chance before it was shown, so that nobody "
        "can be sure from it whether any one customer was counted. The more is told, the more can be pieced together; "
        "therefore each month has a budget, and at its end nothing more is told. Reviews are public already and are "
        "quoted without names.</p>"
        f'<div class="meter" role="img" aria-label="{share:.0f} % of the budget spent">'
        f'<span style="width:{share:.1f}%"></span></div>'
        f'<p class="soft">Privacy budget of {escape(spent.month)}: {spent.spent:g} of {spent.budget:g} spent '
        "(epsilon of differential privacy). To print this report again costs nothing.</p></section>"
    )


def paragraph(text: str) -> str:
    """Plain text as a paragraph."""
    return f"<p>{escape(text)}</p>"


def counted(day: str) -> str:
    """What holds of every count of people."""
    return (
        f"People were counted on {day}. The month shows that count whatever changes on the shelf: the next one is made "
        "in the next month, or with --fresh."
    )


def fold(title: str, body: str) -> str:
    """What can be unfolded; "" where there is nothing to unfold."""
    return f"<details><summary>{escape(title)}</summary>{body}</details>" if body else ""


def card(title: str, body: str, note: str = "", anchor: str = "") -> str:
    """A box with a heading and, beside it, a short note."""
    at = f' id="{escape(anchor)}"' if anchor else ""
    beside = f'<span class="soft">{escape(note)}</span>' if note else ""
    return f'<article{at}><div class="head"><h3>{escape(title)}</h3>{beside}</div>{body}</article>'


def cards(items: Iterable[str]) -> str:
    """Boxes side by side where there is room."""
    return f'<div class="cards">{"".join(items)}</div>'


def tiles(figures: Iterable[tuple[str, str]]) -> str:
    """Large figures, each with what it is: ``(("799", "customers"), ...)``."""
    found = "".join(f"<div><strong>{escape(n)}</strong><span>{escape(what)}</span></div>" for n, what in figures)
    return f'<div class="tiles">{found}</div>'


def quote(text: str, source: str) -> str:
    """A customer's own words, and where they stand."""
    return f"<blockquote><p>{escape(text)}</p><cite>{escape(source)}</cite></blockquote>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """Plain cells; the columns ``numbers``, counted from 0, are aligned to the right."""

    def cell(tag: str, n: int, text: str) -> str:
        return f"<{tag}{' class=number' if n in numbers else ''}>{escape(text)}</{tag}>"

    top = "".join(cell("th", n, text) for n, text in enumerate(head))
    body = "".join(f"<tr>{''.join(cell('td', n, t) for n, t in enumerate(row))}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
