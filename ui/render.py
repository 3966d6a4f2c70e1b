"""What is shown, as words: pure functions from values to labels and plain text, for the page and for the terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path

from assistant.state import Evidence, Preferences, Recommendation, Reply, Wish
from retrieval.product import Money, Product
from ui.words import Words, words

# Where evidence may come from; the page has words for each.
_SOURCES = ("product", "review", "policy", "shop", "shopper")
# What ends a field's name as the unit of its value.
_UNITS = frozenset("mm cm m km g kg l ml w wh kwh v ah mah h min s hz ghz mp mb gb tb lm db rpm".split())
ORDERS = ("price_up", "price_down", "rating")
# Slots that only qualify another wish, and are no wish to show on their own.
_SILENT = ("currency",)
FEW_LEFT = 5


def printable(text: str) -> str:
    """``text`` without control characters, lone surrogates and direction overrides; line breaks become spaces.

    Titles and reviews come from strangers: a terminal must not obey them, and a page must be able to encode them.
    """
    return " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in text).split())


def amount(value: object, currency: str) -> str:
    """A price in major units as said, the way the shop prints prices, without empty cents: 50 -> "$50"."""
    try:
        shown = str(Money.of(Decimal(str(value)), currency))
    except (InvalidOperation, ValueError):
        return printable(str(value))
    return shown[:-3] if shown.endswith(".00") else shown


def wish_label(wish: Wish, currency: str, say: Words) -> str:
    """A wish in two to five words: "up to $50", "not HP", "16 GB RAM"."""
    value = printable(str(wish.value))
    match wish.slot:
        case "price_max" | "price_min":
            return say(f"wish.{wish.slot}", value=amount(wish.value, currency))
        case "dislike" if value.lower().startswith(("no ", "not ", "without ")):
            return value
        case "not_brand" | "dislike":
            return say(f"wish.{wish.slot}", value=value)
        case "min_rating":
            return say("wish.min_rating", value=value.removesuffix(".0"))
        case "in_stock":
            return say("wish.in_stock")
        case "for_whom":
            return say("wish.for_whom", value=value.removeprefix("for "))
        case "order":
            return say(f"wish.{value}") if value in ORDERS else value
        case _:
            return value


def wishes(preferences: Preferences, hard: bool | None = None) -> list[Wish]:
    """The wishes worth showing, oldest first; only the hard or the soft ones where ``hard`` says so."""
    return [w for w in preferences if w.slot not in _SILENT and (hard is None or w.hard == hard)]


def spoken_currency(preferences: Preferences, shop: str) -> str:
    """The currency that the shopper's amounts are in: what was said, else the shop's own."""
    said = preferences.of("currency")
    return str(said[-1].value) if said else shop


def field_label(field: str, say: Words) -> str:
    """A record's field as a reader sees it: "attributes.battery_life_h" -> "Battery life (h)"."""
    if f"field.{field}" in say.leaves:
        return say(f"field.{field}")
    if field.startswith("wish."):
        # A wish of the shopper, in their words.
        return f"“{printable(field.removeprefix('wish.'))}”"
    words = printable(field.rpartition(".")[2].replace("_", " ")).split(" ")
    if len(words) > 1 and words[-1] in _UNITS:
        words[-1] = f"({words[-1]})"
    name = " ".join(words)
    return name[:1].upper() + name[1:]


def source_label(evidence: Evidence, say: Words) -> str:
    """Where a piece of evidence stands: "product record", "customer review" ..."""
    return say(f"source.{evidence.source}") if evidence.source in _SOURCES else printable(evidence.source)


def stock_label(stock: int | None, say: Words) -> str:
    """What the feed says about stock, in units; "" where it says nothing."""
    if stock is None:
        return ""
    if stock <= 0:
        return say("card.out")
    return say("card.left", n=stock) if stock <= FEW_LEFT else say("card.in")


def price_label(product: Product, say: Words) -> str:
    """The price as the shop prints it."""
    return say("card.no_price") if product.price is None else str(product.price)


def rating_label(product: Product, say: Words) -> str:
    """ "4.3 out of 5 stars, 120 ratings"; "" where nobody rated it."""
    if product.rating is None:
        return ""
    count = product.rating_count
    return say("card.stars", rating=f"{product.rating:.1f}") + (f", {say('card.ratings', n=count)}" if count else "")


def model_label(spec: str, adapter: str | None) -> str:
    """What a visitor reads about the model that ``spec`` names: "SmolLM2-135M on this computer", "qwen3"."""
    if spec == "embedded":
        tuned = f" with {Path(adapter).name}" if adapter not in (None, "", "none") else ""
        return f"SmolLM2-135M{tuned} on this computer"
    kind, _, rest = spec.partition(":")
    return "a script" if kind == "script" else rest.rpartition("@")[0] or rest


def wishes_text(preferences: Preferences, currency: str) -> str:
    """The wishes in force as one line for a terminal; "" where there are none. Soft ones say "ideally"."""
    spoken, say = spoken_currency(preferences, currency), words()
    return " · ".join(("" if w.hard else "ideally ") + wish_label(w, spoken, say) for w in wishes(preferences))


def card_text(recommendation: Recommendation, product: Product, number: int | None = None) -> str:
    """One card as two or three lines for a terminal."""
    head, say = f"{number}. " if number is not None else "~  ", words()
    stock = stock_label(product.stock, say)
    facts = [price_label(product, say), printable(product.brand), rating_label(product, say), stock]
    lines = [head + printable(product.title), "   " + " · ".join(f for f in facts if f)]
    if recommendation.breaks:
        lines.append(f"   breaks: {printable(recommendation.breaks)}")
    elif recommendation.meets:
        lines.append("   meets: " + ", ".join(printable(m) for m in recommendation.meets))
    return "\n".join(lines)


def cards_text(
    shown: Iterable[Recommendation],
    alternatives: Iterable[Recommendation],
    product: Callable[[str], Product | None],
) -> str:
    """All cards of a reply for a terminal: what fits, numbered as the shopper may name them, then the near misses."""
    cards = [card_text(r, p, n) for n, r in enumerate(shown, 1) if (p := product(r.product_id))]
    near = [card_text(r, p) for r in alternatives if (p := product(r.product_id))]
    return "\n".join(cards + (["Close, but not all you asked for:", *near] if near else []))


def reply_text(reply: Reply) -> str:
    """The sentences of a reply, what they cite and any notice, for a terminal."""
    lines = [printable(reply.text)] if reply.sentences else []
    lines += [f"[{printable(c.document)}] {printable(c.passage)}" for c in reply.citations]
    if reply.notice:
        lines.append(f"({printable(reply.notice)})")
    return "\n".join(lines)
