"""A turn as HTML: pure functions from values to markup."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.state import Citation, Preferences, Recommendation, Reply, Sentence, Table, Turn, Understanding
from retrieval.product import Product
from ui import render
from ui.page import chips
from ui.page.asked import by_control
from ui.page.cards import Place, card, evidence_rows
from ui.page.cart import agree, needs_yes
from ui.page.html import THUMB, TICK, button, data, hidden, paragraphs, text
from ui.page.table import table
from ui.words import Words

Lookup = Callable[[str], Product | None]
# Product -> address of its picture.
PictureOf = Callable[[Product], str]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a shop's page needs to show an answer."""

    product: Lookup
    picture_of: PictureOf
    # ISO 4217, the shop's own.
    currency: str
    say: Words


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
    on: Shown,
    key: str,
    doing: str = "",
    live: bool = False,
    compared: Table | None = None,
) -> str:
    """Sentences and cards of a reply: what fits, then, clearly apart, the near misses with the wish that each breaks.

    ``doing`` says what the assistant is at while the turn still runs; only a ``live`` answer can be acted on. Products
    that are ``compared`` stand in a table instead of on cards.
    """
    said, say = placed(sentences, [*shown, *alternatives]), on.say

    def grid(items: Sequence[Recommendation], fits: bool, label: str) -> str:
        body = ""
        for n, item in enumerate(items, 1):
            if product := on.product(item.product_id):
                place = Place(f"{key}-{product.id}", n if fits else None, live)
                blurb = said.blurbs.get(product.id, None if doing else "")
                body += f"<li>{card(item, product, on.picture_of(product), place, blurb, say)}</li>"
        kind = "fits" if fits else "near"
        return f'<ol class="st-grid st-{kind}" aria-label="{text(label)}" aria-live="off">{body}</ol>' if body else ""

    busy = working(doing) if doing else ""
    columns = _columns(compared, shown, on) if compared else []
    if compared and len(columns) > 1:
        # The table says at a glance what the sentences say one after the other.
        return table(columns, compared.rows, on.picture_of, live, say) + busy + says((*said.lead, *said.tail))
    near = grid(alternatives, False, say("turn.near"))
    if near:
        near = f'<h3 class="st-h3 st-missed">{text(say("turn.near_title"))}</h3>{near}'
    fits = grid(shown, True, say("turn.fits"))
    return says(said.lead) + ("" if said.lead else busy) + fits + near + says(said.tail) + (busy if said.lead else "")


def _columns(compared: Table, shown: Sequence[Recommendation], on: Shown) -> list[tuple[Recommendation, Product]]:
    """The products of a comparison with their cards, in its order; [] where one of them is not there any more."""
    cards = {item.product_id: item for item in shown}
    found = [(cards[id], p) for id in compared.products if id in cards and (p := on.product(id))]
    return found if len(found) == len(compared.products) else []


def proof(sentences: Sequence[Sentence], key: str, say: Words) -> str:
    """What the sentences rest on, folded away behind one line; "" where no sentence needed a record."""
    proved = [s for s in sentences if s.evidence]
    if not proved:
        return ""
    body = "".join(
        f'<div class="st-proved"><p>{text(s.text)}</p>{evidence_rows(s.evidence, say)}</div>' for s in proved
    )
    return (
        f'<details class="st-proof"{data(key=key)}><summary>{TICK}{text(say("turn.proof", n=len(proved)))}</summary>'
        f"{body}</details>"
    )


def source(cited: Citation, key: str, say: Words) -> str:
    """Where an answer stands in the shop's documents, folded away behind one line: what is quoted, and the file."""
    return (
        f'<details class="st-cited"{data(key=key)}><summary>{text(say("turn.cited", passage=cited.passage))}</summary>'
        f'<figure class="st-quote"><blockquote>{text(cited.text or cited.passage)}</blockquote>'
        f"<figcaption>{text(cited.document)}</figcaption></figure></details>"
    )


def bubble(message: str, say: Words, control: bool = False) -> str:
    """What the shopper wrote, or did with a ``control`` of the page."""
    spoken = say("turn.did" if control else "turn.you")
    return f'<div class="st-you{" st-did" * control}">{hidden(spoken)}<p>{paragraphs(message)}</p></div>'


def working(what: str) -> str:
    """The sign that something is happening, and what."""
    return f'<p class="st-working" role="status"><span class="st-dots"><i></i><i></i><i></i></span>{text(what)}</p>'


def note(message: str, kind: str = "notice") -> str:
    """One kind line about the machinery: ``kind`` is "notice" or "error"."""
    role = "alert" if kind == "error" else "note"
    return f'<p class="st-note st-{kind}" role="{role}">{text(message)}</p>'


def answer(parts: str, say: Words) -> str:
    """Frames what the assistant shows in one turn."""
    # Read aloud as it grows; the cards, which come all at once, are left for the reader to visit.
    return f'<div class="st-answer" aria-live="polite">{hidden(say("turn.shop"))}{parts}</div>' if parts else ""


def says(sentences: Sequence[str]) -> str:
    """Sentences as one paragraph; "" where there are none."""
    return f'<p class="st-says">{" ".join(text(s) for s in sentences)}</p>' if sentences else ""


def understood(understanding: Understanding, currency: str, say: Words) -> str:
    """What this one message added, right under it; "" where it added nothing, or where the shopper set it by hand."""
    if by_control(understanding):
        return ""
    row = chips.row(render.wishes(Preferences(understanding.wishes)), currency, say)
    return f'<div class="st-understood"><span>{text(say("turn.understood"))}</span>{row}</div>' if row else ""


def turn(done: Turn, on: Shown, rating: int = 0, last: bool = False, live: bool = False) -> str:
    """A finished turn. ``rating`` is 1, -1 or 0 for none; only the ``last`` one's question may still be answered, and
    only a ``live`` one's cards acted on.
    """
    key, reply = f"t{done.number}", done.reply
    spoken = render.spoken_currency(done.preferences, on.currency)
    return bubble(done.text, on.say, by_control(done.understanding)) + answer(
        understood(done.understanding, spoken, on.say)
        + answer_body(reply.sentences, reply.shown, reply.alternatives, on, key, live=live, compared=reply.table)
        + _tail(reply, key, last, on.say)
        + thumbs(done.number, rating, on.say),
        on.say,
    )


def _tail(reply: Reply, key: str, last: bool, say: Words) -> str:
    """What follows the sentences: sources, notices, the proof, and on the last turn the question that waits."""
    quotes = "".join(source(c, f"{key}-source-{n}", say) for n, c in enumerate(reply.citations))
    presses = []
    if last and needs_yes(reply):
        presses.append(agree(say))
    if last:
        presses += [button(text(choice), "say", "st-pill", text=choice) for choice in reply.choices]
    if reply.committed and last:
        presses.append(
            f'<button type="button" class="st-pill"{data(drawer="st-cart")}>{text(say("cart.see"))}</button>'
        )
    row = f'<p class="st-row">{"".join(presses)}</p>' if presses else ""
    return quotes + row + (note(reply.notice) if reply.notice else "") + proof(reply.sentences, f"{key}-proof", say)


def thumbs(number: int, rating: int, say: Words) -> str:
    """Up and down for the answer of turn ``number``; pressing the one that is set takes it back."""
    both = "".join(
        f'<button type="button" class="st-thumb st-{name}" aria-pressed="{"true" if rating == value else "false"}"'
        f'{data(send="rate", turn=number, value=value)} aria-label="{text(say(f"turn.{name}"))}">{THUMB}</button>'
        for name, value in (("good", 1), ("bad", -1))
    )
    return f'<p class="st-thumbs"{data(rated=say("turn.rated"), unrated=say("turn.unrated"))}>{both}</p>'
