"""What reviews say, as a section of the report. Pure."""

from __future__ import annotations

from html import escape
from typing import Any

from assistant.insights.quotes import Quote
from assistant.insights.reviews import Finding, Group, ReviewInsight, Said
from assistant.jsonable import to_dict
from ui.insights.frame import Section, card, cards, fold, paragraph, quote, tiles
from ui.insights.plots import Sides, line, sides

# Categories that stand open, and products that are told of at all on the page; JSON has all.
_OPEN, _PRODUCTS = 6, 30


def section(found: ReviewInsight) -> Section:
    """Products to look at first, then category by category."""
    rest = found.categories[_OPEN:]
    body = [
        tiles(
            (
                (f"{found.reviews:,}", "reviews read"),
                (str(len(found.categories)), "categories"),
                (f"{len(found.products):,}", "products with reviews"),
                (str(len(found.findings)), "products to look at"),
            )
        ),
        "<h3>Look at these first</h3>",
        paragraph("Complained of for one thing more often than others of their category, the clearest case first."),
        cards(map(_finding, found.findings)) if found.findings else paragraph("No product stands out this way."),
        "<h3>Category by category</h3>",
        cards(map(_group, found.categories[:_OPEN])),
        fold(f"{len(rest)} more categories", cards(map(_group, rest))) if rest else "",
        fold(f"The {_PRODUCTS} products with most reviews", cards(map(_group, found.products[:_PRODUCTS]))),
    ]
    return Section(
        "reviews",
        "What is praised, and what fails",
        "What your customers' public reviews say of each category and product, in their own words.",
        "".join(body),
        (
            "Each review is read sentence by sentence, by rules for plain English: what it speaks of, and whether "
            "that is praise or complaint, by its words and else by its stars. An aspect counts once a side and review, "
            "and is told of from three statements on. Reading goes wrong at times: look at the quotes.",
            "Sentences that tell of nobody are quoted first; where none is left, [PERSON] and the like stand for what "
            "was hidden. The masker is not sure of rare words, and hides some that are no name.",
            "The curve is the mean of stars in each quarter with three reviews or more.",
            "A product is one to look at where the share of complaints on an aspect is two standard errors above that "
            "of all other products of its category. Of many products a few do so by chance.",
        ),
    )


def row(found: ReviewInsight) -> dict[str, Any]:
    """The same as JSON-ready data."""
    rows: dict[str, Any] = to_dict(found)
    return rows


def _finding(finding: Finding) -> str:
    told = (
        f"{finding.bad} of {finding.all} who speak of its {finding.aspect} complain; "
        f"elsewhere in {_last(finding.category)} it is {finding.usual:.0%}."
    )
    return card(finding.title, paragraph(told) + "".join(map(_quote, finding.quotes)), finding.aspect)


def _group(group: Group) -> str:
    stars = "" if group.stars is None else f" · {group.stars:.1f} ★"
    trend = line([(q.name, q.stars) for q in group.trend], 1, 5, "mean stars by quarter, scale 1 to 5")
    said = sides([Sides(s.aspect, s.good, s.bad) for s in group.said]) if group.said else ""
    body = said + trend + fold("In their own words", "".join(map(_words, group.said)))
    return card(_last(group.name), body, f"{group.reviews:,} reviews{stars}")


def _words(said: Said) -> str:
    quotes = "".join(map(_quote, (*said.praise[:1], *said.complaints[:1])))
    return f"<h4>{escape(said.aspect)}</h4>{quotes}" if quotes else ""


def _quote(found: Quote) -> str:
    stars = "" if found.stars is None else f" · {found.stars:.0f} ★"
    return quote(found.text, f"review {found.review}{stars} · {found.date or 'undated'}")


def _last(category: str) -> str:
    return category.split(">")[-1].strip()
