"""Values as HTML: pure functions. Every text is escaped here and nowhere else; titles and reviews are hostile data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from assistant.state import Evidence, Preferences, Recommendation, Reply, Sentence, Turn, Understanding, Wish
from retrieval.product import Product
from ui import render

Lookup = Callable[[str], Product | None]
# Product -> address of its picture.
PictureOf = Callable[[Product], str]

_SHOWN_OF_MESSAGE = 2000
_TICK = '<svg class="st-i" viewBox="0 0 16 16" aria-hidden="true"><path d="M3 8.5l3.2 3.2L13 5"/></svg>'
_CROSS = '<svg class="st-i" viewBox="0 0 16 16" aria-hidden="true"><path d="M4.5 4.5l7 7M11.5 4.5l-7 7"/></svg>'


def text(value: object) -> str:
    """Any text as safe HTML, also inside a quoted attribute."""
    return escape(render.printable(str(value)), quote=True)


def paragraphs(message: str) -> str:
    """The beginning of a shopper's own message as safe HTML that keeps its line breaks."""
    shown = message if len(message) <= _SHOWN_OF_MESSAGE else message[:_SHOWN_OF_MESSAGE] + "…"
    return "<br>".join(text(line) for line in shown.splitlines()) or "&nbsp;"


def button(label: str, says: str, kind: str, spoken: str = "") -> str:
    """A button that sends ``says`` as the shopper's next message; ``label`` is HTML, ``spoken`` its accessible name."""
    name = f' aria-label="{text(spoken)}"' if spoken else ""
    return f'<button type="button" class="{kind}" data-say="{text(says)}"{name}>{label}</button>'


def image(address: str) -> str:
    """A picture that says nothing the text beside it does not say; it goes away where it cannot be loaded."""
    return (
        f'<img src="{text(address)}" alt="" loading="lazy" referrerpolicy="no-referrer" width="320" height="240" '
        'onerror="this.remove()">'
    )


def wish_chip(wish: Wish, currency: str, removable: bool = False) -> str:
    """One wish: solid where it is hard, dashed where it is soft, and said in words for those who do not see it."""
    label = text(render.wish_label(wish, currency))
    kind, spoken = ("hard", "must: ") if wish.hard else ("soft", "ideally: ")
    said = f' title="You said: {text(wish.words)}"' if wish.words else ""
    back = render.release(wish) if removable else ""
    cross = button(_CROSS, back, "st-remove", f"Take back: {render.wish_label(wish, currency)}") if back else ""
    return f'<li class="st-chip st-{kind}"{said}><span class="st-sr">{spoken}</span>{label}{cross}</li>'


def wish_row(wishes: Sequence[Wish], currency: str, removable: bool = False) -> str:
    """The chips of some wishes; "" where there are none."""
    chips = "".join(wish_chip(w, currency, removable) for w in wishes)
    return f'<ul class="st-chips">{chips}</ul>' if chips else ""


def stars(product: Product) -> str:
    """Stars with their number and count; "" where nobody rated the product."""
    if product.rating is None:
        return ""
    share = max(0.0, min(100.0, product.rating * 20))
    count = f" ({product.rating_count:,})" if product.rating_count else ""
    return (
        f'<span class="st-rating"><span class="st-stars" role="img" aria-label="{text(render.rating_label(product))}">'
        f'<span style="width:{share:.0f}%"></span></span>'
        f'<span aria-hidden="true">{product.rating:.1f}{count}</span></span>'
    )


def evidence_rows(evidence: Iterable[Evidence]) -> str:
    """Field, value and source of each piece of evidence as a table; equal rows once."""
    rows = dict.fromkeys(
        f'<tr><th scope="row">{text(render.field_label(e.field))}</th><td>{text(e.value)}</td>'
        f'<td class="st-source">{text(render.source_label(e))}</td></tr>'
        for e in evidence
    )
    return f'<table class="st-evidence"><tbody>{"".join(rows)}</tbody></table>' if rows else ""


def card(item: Recommendation, product: Product, picture: str, number: int | None, key: str, blurb: str | None) -> str:
    """One product card. ``number`` is what "the second one" counts, None for a near miss; ``key`` is unique.

    ``blurb`` is the sentence about this product; None while it is still being checked.
    """
    stock = render.stock_label(product)
    low = "st-low" if product.stock is not None and not stock.startswith("In") else ""
    badge = f'<span class="st-number" aria-hidden="true">{number}</span>' if number else ""
    breaks = f'<p class="st-breaks">{_CROSS}<span>Not: {text(item.breaks)}</span></p>' if item.breaks else ""
    met = "".join(f"<li>{_TICK}{text(m)}</li>" for m in dict.fromkeys(item.meets))
    meets = f'<ul class="st-meets" aria-label="Wishes it meets">{met}</ul>' if met else ""
    says = blurb_line(blurb, product)
    rows = evidence_rows(item.evidence)
    why = (
        f'<details class="st-why" data-key="{text(key)}"><summary>Why this'
        f'<span class="st-sr">: {text(item.name)}</span></summary>{rows}</details>'
        if rows
        else ""
    )
    title = text(product.title)
    link = product.url if product.url.startswith(("https://", "http://")) else ""
    heading = (
        f'<a href="{text(link)}" target="_blank" rel="noopener noreferrer nofollow">{title}</a>' if link else title
    )
    return (
        f'<article class="st-card" data-product="{text(product.id)}"'
        f' data-price="{"" if product.price is None else product.price.major}">'
        f'<div class="st-picture">{badge}{image(picture)}</div>'
        f'<div class="st-facts"><p class="st-brand">{text(product.brand) or "&nbsp;"}</p>'
        f'<h3 class="st-name" title="{title}">{heading}</h3>'
        f'<p class="st-price">{text(render.price_label(product))}</p>'
        f'<p class="st-meta">{stars(product)}<span class="st-stock {low}">{text(stock)}</span></p>'
        f"{breaks}{meets}{says}</div>{why}</article>"
    )


def blurb_line(blurb: str | None, product: Product) -> str:
    """The sentence on a card; a grey line while there is none yet, and nothing where it only repeats the price."""
    if blurb is None:
        return '<p class="st-blurb st-waiting"></p>'
    repeats = blurb in ("", f"Costs {render.price_label(product)}.")
    return "" if repeats else f'<p class="st-blurb">{text(blurb)}</p>'


@dataclass(frozen=True, slots=True)
class Said:
    """The sentences of a reply at the places where they are read."""

    # Above and below the cards.
    lead: tuple[str, ...]
    tail: tuple[str, ...]
    # Product id -> what is said about it, for its card.
    blurbs: Mapping[str, str]


def placed(sentences: Iterable[Sentence], items: Iterable[Recommendation]) -> Said:
    """Puts a sentence "NAME: ..." about a product shown on that product's card, and the others around the cards."""
    names = {item.product_id: f"{item.name}: " for item in items}
    lead: list[str] = []
    tail: list[str] = []
    blurbs: dict[str, str] = {}
    for sentence in sentences:
        about = {e.id for e in sentence.evidence if e.source == "product"}
        name = names.get(next(iter(about)), "") if len(about) == 1 else ""
        if name and sentence.text.startswith(name):
            (id,) = about
            words = sentence.text.removeprefix(name)
            blurbs[id] = f"{blurbs[id]} {words}" if id in blurbs else words[:1].upper() + words[1:]
        else:
            (tail if blurbs else lead).append(sentence.text)
    return Said(tuple(lead), tuple(tail), blurbs)


def answer_body(
    sentences: Sequence[Sentence],
    shown: Sequence[Recommendation],
    alternatives: Sequence[Recommendation],
    lookup: Lookup,
    picture_of: PictureOf,
    key: str,
    doing: str = "",
) -> str:
    """Sentences and cards of a reply: what fits, then, clearly apart, the near misses with the wish that each breaks.

    ``doing`` says what the assistant is at while the turn still runs.
    """
    said = placed(sentences, [*shown, *alternatives])

    def grid(items: Sequence[Recommendation], numbered: bool, label: str) -> str:
        found = [(n, r, p) for n, r in enumerate(items, 1) if (p := lookup(r.product_id))]
        body = "".join(
            f"<li>{card(r, p, picture_of(p), n if numbered else None, f'{key}-{p.id}', blurb)}</li>"
            for n, r, p in found
            for blurb in [said.blurbs.get(p.id, None if doing else "")]
        )
        return f'<ol class="st-grid" aria-label="{label}" aria-live="off">{body}</ol>' if body else ""

    near = grid(alternatives, False, "Near misses")
    if near:
        near = f'<h3 class="st-h3 st-near">Close, but not all you asked for</h3>{near}'
    busy = working(doing) if doing else ""
    return (
        says(said.lead)
        + ("" if said.lead else busy)
        + grid(shown, True, "Products that fit")
        + near
        + says(said.tail)
        + (busy if said.lead else "")
    )


def proof(sentences: Sequence[Sentence], key: str) -> str:
    """What the sentences rest on, folded away behind one line; "" where no sentence needed a record."""
    proved = [s for s in sentences if s.evidence]
    if not proved:
        return ""
    body = "".join(f'<div class="st-proved"><p>{text(s.text)}</p>{evidence_rows(s.evidence)}</div>' for s in proved)
    count = f"{len(proved)} sentence{'s' * (len(proved) != 1)}"
    return (
        f'<details class="st-proof" data-key="{text(key)}"><summary>{_TICK}{count} checked against the records'
        f"</summary>{body}</details>"
    )


def bubble(message: str) -> str:
    """What the shopper wrote."""
    return f'<div class="st-you"><span class="st-sr">You wrote: </span><p>{paragraphs(message)}</p></div>'


def working(what: str) -> str:
    """The sign that something is happening, and what."""
    return f'<p class="st-working" role="status"><span class="st-dots"><i></i><i></i><i></i></span>{text(what)}</p>'


def note(message: str, kind: str = "notice") -> str:
    """One kind line about the machinery: ``kind`` is "notice" or "error"."""
    role = "alert" if kind == "error" else "note"
    return f'<p class="st-note st-{kind}" role="{role}">{text(message)}</p>'


def answer(parts: str) -> str:
    """Frames what the assistant shows in one turn."""
    # Read aloud as it grows; the cards, which come all at once, are left for the reader to visit.
    return (
        f'<div class="st-answer" aria-live="polite"><span class="st-sr">ShopTalk: </span>{parts}</div>' if parts else ""
    )


def says(sentences: Sequence[str]) -> str:
    """Sentences as one paragraph; "" where there are none."""
    return f'<p class="st-says">{" ".join(text(s) for s in sentences)}</p>' if sentences else ""


def reply_tail(reply: Reply, key: str, last: bool) -> str:
    """What follows the sentences: quoted policy, notices, the proof, and on the last turn the question that waits."""
    quotes = "".join(
        f'<figure class="st-quote"><blockquote>{text(c.passage)}</blockquote>'
        f"<figcaption>{text(c.document)}</figcaption></figure>"
        for c in reply.citations
    )
    pending = (
        '<p class="st-pending">'
        + button("Yes, do it", "yes", "st-pill st-strong")
        + button("No", "no", "st-pill")
        + "</p>"
        if reply.pending and last
        else ""
    )
    return quotes + pending + (note(reply.notice) if reply.notice else "") + proof(reply.sentences, f"{key}-proof")


def understood(understanding: Understanding, currency: str) -> str:
    """What this one message added, right under it; "" where it added nothing to show."""
    row = wish_row(render.wishes(Preferences(understanding.wishes)), currency)
    return f'<div class="st-understood"><span>Understood</span>{row}</div>' if row else ""


def turn(done: Turn, lookup: Lookup, picture_of: PictureOf, currency: str, last: bool) -> str:
    """A finished turn. Only the ``last`` one of a conversation may still be answered with its buttons."""
    key, reply = f"t{done.number}", done.reply
    return bubble(done.text) + answer(
        understood(done.understanding, render.spoken_currency(done.preferences, currency))
        + answer_body(reply.sentences, reply.shown, reply.alternatives, lookup, picture_of, key)
        + reply_tail(reply, key, last)
    )
