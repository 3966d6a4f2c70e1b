"""Answers about products on the cards: a fact of the record, what a review says, or "the shop does not say"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from assistant import comparison, evidence
from assistant.answering import Answer
from assistant.degrees import Reading, by_order, comparative, measured, reader, reader_of, superlative
from assistant.framed import Framed, framed, rests_on
from assistant.pointing import pointed
from assistant.reading import cues
from assistant.recommend import evidence_for, printed
from assistant.state import Cards, DialogueState, Event, Evidence, Recommendation
from retrieval.measures import split_suffix
from retrieval.product import Kind, Product, Review
from retrieval.query import Condition
from retrieval.text import words

# Cards that a comparison takes where none are pointed at.
_COMPARED = 4
# The latest reviews that a question is held against.
_REVIEWS = 40
_BEST_RATING = re.compile(
    r"\b(?:best|highest|better|higher) (?:customer )?(?:ratings?|reviews?|stars)\b", re.IGNORECASE
)
_HOW_MANY = re.compile(r"\bhow many\b", re.IGNORECASE)
# Words of a field's name that say it is a count, and no more of what.
_COUNTING = frozenset(words("number of count amount quantity total"))
_MAKER = re.compile(
    r"\bwho (?:makes|made|produces|produced|manufactures|manufactured|builds|built)\b(?! (?:up|sure|use)\b)|"
    # "Made by whom?", "made by Acme?"; made by hand is another question.
    r"\b(?:made|produced|manufactured|built) by(?=\s+(?:whom?|which|what)\b|\s+(?-i:[A-Z])|\W*$)",
    re.IGNORECASE,
)
_HOW_MUCH = re.compile(r"\bhow much (?:is|are|for|does|do|would|will|'s)\b", re.IGNORECASE)


class Linker(Protocol):
    """What an answer needs of the shop's vocabulary."""

    def link(self, phrase: str, kinds: Sequence[str] = ()) -> Condition:
        """What a product, of types with these labels, must have to satisfy the phrase."""
        ...


class Shelf(Protocol):
    """What an answer needs of the shop."""

    @property
    def vocabulary(self) -> Linker: ...
    @property
    def embedder(self) -> evidence.Embedder | None: ...
    def products(self, ids: list[str]) -> list[Product]:
        """The products of these ids, in this order; unknown ids are left out."""
        ...

    def kind(self, id_: str) -> Kind | None:
        """What the product is called."""
        ...

    def reviews(self, id_: str) -> list[Review]:
        """What customers wrote about the product, the latest first."""
        ...


def compare(answer: Answer, state: DialogueState, text: str, shelf: Shelf) -> Iterator[Event]:
    """The cards that the message points at, else the first ones, side by side; first what it asks by a grade."""
    meant = pointed(state, text)
    cards = meant if len(meant) > 1 else list(state.shown[:_COMPARED])
    products = shelf.products([c.product_id for c in cards])
    graded = _graded(products, cards, text, shelf)
    wished = [e.field for s in graded for e in rests_on(s) if e.field.startswith("attributes.")]
    answer.shown = tuple(cards)
    answer.table = comparison.table(products, cards, wished)
    yield Cards(answer.shown)
    yield from answer.say(*graded, *comparison.sentences(products, cards, answer.table.rows))


def _graded(products: Sequence[Product], cards: Sequence[Recommendation], text: str, shelf: Shelf) -> list[Framed]:
    """Which of these is the lightest, has the bigger screen, ...: from their records, [] where none was asked."""
    ordered = cues.order_wish(text) or (("rating", "") if _BEST_RATING.search(text) else None)
    known = by_order(ordered[0]) if ordered else None
    degree = known[0] if known else superlative(text) or comparative(text)
    if degree is None or degree.measure == "price":
        # The price is compared in any case.
        return []
    kinds = tuple(dict.fromkeys(k.label for p in products if (k := shelf.kind(p.id))))
    read = known[1] if known else reader(degree, shelf.vocabulary, kinds, products)
    found = [(p, r) for p in products if read is not None and (r := read(p)) is not None]
    if not found:
        return [framed("graded/none")]
    names = {c.product_id: c.name for c in cards}
    edge = (max if degree.up else min)(r.value for _, r in found)
    best = [(p, r) for p, r in found if r.value == edge]
    proof = [r.evidence for _, r in found]
    amount = _amount(best[0][1])
    if len(best) == len(found) > 1:
        return [framed("graded/equal", amount, also=[*(_called(p, names[p.id]) for p in products), *proof])]
    leading = framed("leading", *(_called(p, names[p.id]) for p, _ in best), amount, also=proof)
    others = [framed("other", _called(p, names[p.id]), _amount(r)) for p, r in found]
    sentences = [framed("graded/some", leading, *others) if len(found) > 1 else framed("graded/one", leading)]
    silent = [_called(p, names[p.id]) for p in products if p.id not in {q.id for q, _ in found}]
    return [*sentences, framed("unsaid", *silent)] if silent else sentences


def _amount(reading: Reading) -> Evidence:
    """What a record says to a measure, as it is said: "1.2 kg" of a field with the value 1.2."""
    return Evidence("shop", reading.evidence.id, "amount", reading.words)


def answer_about(answer: Answer, state: DialogueState, text: str, shelf: Shelf) -> Iterator[Event]:
    """What records and reviews say to a question about the cards that it points at, one sentence a card."""
    cards = pointed(state, text) or list(state.shown)
    answer.shown = tuple(cards)
    yield Cards(answer.shown)
    for card, product in zip(cards, shelf.products([c.product_id for c in cards]), strict=False):
        yield from answer.say(*about(product, card.name, text, shelf))


def about(product: Product, name: str, text: str, shelf: Shelf) -> list[Framed]:
    """What the record says, with its field; else what a customer wrote, quoted; else that the shop does not say."""
    wanted = " ".join(evidence.topic(text))
    record = _of_record(product, name, text, wanted, shelf)
    # What people think of it, no record knows.
    if record is not None and not evidence.asks_opinion(text):
        return [record]
    quote = _of_reviews(product, name, text, shelf)
    if quote is not None:
        return [quote]
    if record is not None:
        return [record]
    if not wanted:
        return [framed("not_said/that", _called(product, name))]
    return [framed("not_said/topic", _called(product, name), Evidence("shop", "", "asked", wanted))]


def _called(product: Product, name: str) -> Evidence:
    return Evidence("product", product.id, "title", name)


def _of_record(product: Product, name: str, text: str, wanted: str, shelf: Shelf) -> Framed | None:
    """The field that the question asks for; None where the record has none such."""
    tokens, (measure, by) = set(words(wanted)), measured(text)
    called = _called(product, name)
    if _HOW_MUCH.search(text) and not measure:
        tokens.add("price")
    if fact := _own_field(product, called, tokens, text):
        return fact
    kind = shelf.kind(product.id)
    labels = (kind.label,) if kind else ()
    own = _named_so(product, measure)
    read = reader_of(measure, shelf.vocabulary, labels)(product) if measure else None
    if own is not None and (read is None or read.evidence.field != own.field):
        # Its weight, and not what else is an amount of kilograms.
        return framed("states", called, own)
    if read is not None:
        asked = Evidence("shop", product.id, "measure", measure)
        return framed("measures", called, asked, _amount(read), also=[read.evidence])
    if measure:
        # "How much weight can it take" does not ask for the weight.
        tokens = tokens - set(words(by)) | set(words(measure))
    named = _by_name(product, tokens, _HOW_MANY.search(text) is not None, set(words(" ".join(labels))))
    if named is not None:
        return framed("states", called, named)
    rest = " ".join(w for w in wanted.split() if not set(words(w)) & set(words(by)))
    return _by_condition(product, name, shelf.vocabulary.link(rest, labels)) if rest else None


def _own_field(product: Product, called: Evidence, tokens: set[str], text: str) -> Framed | None:
    """What is said of a field that every record has; None where none of them is asked for."""

    def own(field: str, value: object) -> Evidence:
        return Evidence("product", product.id, field, str(value))

    if tokens & set(words("price cost costs expensive")) and product.price is not None:
        return framed("costs", called, own("price", product.price))
    if tokens & set(words("stock available availability")) and product.stock is not None:
        stock = own("stock", product.stock)
        return framed("in_stock", called, stock) if product.stock else framed("no_stock", called, also=[stock])
    maker = set(words("brand maker manufacturer"))
    # What else its maker does ("is the maker still in business?"), no record knows.
    known = maker | set(words(f"name {product.title} {product.brand}"))
    if product.brand and (_MAKER.search(text) or (tokens & maker and tokens <= known)):
        return framed("made_by", called, own("brand", product.brand))
    if tokens & set(words("rating rated stars")) and product.rating is not None:
        return framed("rated", called, own("rating", f"{product.rating:g}"))
    return None


def _by_condition(product: Product, name: str, condition: Condition) -> Framed | None:
    """The attribute that decides what was asked, yes or no, or the words of the record that confirm it."""
    for attribute in condition.attributes:
        if attribute in product.attributes:
            value = printed(product.attributes[attribute])
            proof = Evidence("product", product.id, f"attributes.{attribute}", value)
            return framed("states", _called(product, name), proof)
    if not any(condition.groups()):
        return None
    found = evidence_for(product, condition)
    return framed("writes", _called(product, name), quote=found) if found else None


def _named_so(product: Product, measure: str) -> Evidence | None:
    """The attribute that is called just so, its unit aside."""
    for name, value in product.attributes.items():
        if measure and words(split_suffix(name)[0].replace("_", " ")) == words(measure):
            return Evidence("product", product.id, f"attributes.{name}", printed(value))
    return None


def _by_name(product: Product, tokens: set[str], counted: bool, type_: set[str]) -> Evidence | None:
    """The attribute whose name the question speaks of most fully.

    What is ``counted`` is a number, whatever else its name says; the words of the product's own ``type_`` and of a
    unit ("oven_safe_c") distinguish none of its fields.
    """
    best: tuple[float, str] | None = None
    for name, value in product.attributes.items():
        if counted and (isinstance(value, bool) or not re.match(r"\d", printed(value))):
            continue
        label = {w for w in words(split_suffix(name)[0].replace("_", " ")) if len(w) > 1}
        label = (label - type_ - (_COUNTING if counted else set())) or label
        overlap = len(label & tokens) / len(label) if label else 0
        if overlap >= 0.5 and (best is None or overlap > best[0]):
            best = (overlap, name)
    if best is None:
        return None
    return Evidence("product", product.id, f"attributes.{best[1]}", printed(product.attributes[best[1]]))


def _of_reviews(product: Product, name: str, text: str, shelf: Shelf) -> Framed | None:
    """What a customer wrote to this, word for word, with the stars they gave."""
    latest = shelf.reviews(product.id)[:_REVIEWS]
    found = evidence.answer(text, [r.text for r in latest], shelf.embedder) if latest else None
    if found is None:
        return None
    review = latest[found.text]
    quoted = Evidence("review", review.id, "text", found.words.rstrip(" .,;:"))
    if review.rating is None:
        return framed("review/plain", _called(product, name), quoted)
    stars = Evidence("review", review.id, "rating", f"{review.rating:g}")
    return framed("review/rated", _called(product, name), quoted, stars=stars)
