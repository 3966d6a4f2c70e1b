"""A small assistant with the real one's surface, whose answers a test knows beforehand: no model, no index."""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.cart.reading import wants
from assistant.cart.serve import serve
from assistant.cart.served import Served
from assistant.errors import ConversationError, MessageTooLong
from assistant.framed import speak
from assistant.preferences import merge
from assistant.reading.cues import pointed_at
from assistant.state import (
    Cards,
    DialogueState,
    Done,
    Event,
    Evidence,
    Preferences,
    Recommendation,
    Reply,
    Row,
    Sentence,
    Table,
    Turn,
    Understanding,
    Understood,
    Wish,
)
from retrieval.product import Kind, Money, Product, Variant
from retrieval.query import Filters, Hit, Query
from retrieval.vocabulary import Vocabulary

LONGEST = 4000
HOSTILE = '<script>window.hacked=1</script>"\'><img src=x onerror="window.hacked=1">${window.hacked=1}{{value}}'
SIZES = tuple(Variant(f"lamp-2-{s}", {"size": s.upper()}, stock=n) for s, n in (("s", 2), ("m", 0), ("l", 1)))
PRODUCTS = tuple(
    Product(
        id=f"lamp-{n}",
        title=title,
        brand=brand,
        price=None if price is None else Money(price, "USD"),
        attributes={"colour": colour, "socket": "E27", **({"height_cm": 40 + n} if n < 4 else {})},
        rating=rating,
        rating_count=n * 31,
        stock=stock,
        variants=SIZES if n == 2 else (),
    )
    for n, (title, brand, price, colour, rating, stock) in enumerate(
        [
            ("Halo desk lamp with three light colours, brass", "Norrsken", 3995, "brass", 4.6, 12),
            ("Swing arm desk lamp, black", "Lumo", 4900, "black", 4.1, 3),
            ("Clip-on reading lamp, rechargeable, white", "Lumo", 1950, "white", 3.8, None),
            ("Architect floor lamp, oak and linen", "Norrsken", 12900, "oak", 4.9, 0),
            (HOSTILE, "O'Neil & <b>Sons</b>", 2500, HOSTILE, 1.0, 7),
            ("Opal glass table lamp", "Brightwell", None, "opal", None, None),
        ],
        1,
    )
)


class FakeShelf:
    """Six lamps; the second one comes in three sizes."""

    name, currency, folder, sees = "Lamp & Co", "USD", Path("/nowhere"), False

    def __init__(self, products: Sequence[Product] = PRODUCTS) -> None:
        self._products = {p.id: p for p in products}

    @property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary.build(self._products.values(), {id: Kind("lamp", "title", 1.0) for id in self._products})

    def __len__(self) -> int:
        return len(self._products)

    def product(self, id: str) -> Product | None:
        return self._products.get(id)

    def kind(self, id: str) -> Kind | None:
        return Kind("lamp", "title", 1.0) if id in self._products else None

    def search(self, query: Query) -> list[Hit]:
        fits = [p for p in self._products.values() if query.filters.admits(p, self.kind(p.id))]
        return [Hit(p, self.kind(p.id), 1.0) for p in fits[: query.k]]

    def products(self, ids: list[str]) -> list[Product]:
        return [self._products[id] for id in ids if id in self._products]

    def count(self, filters: Filters) -> int:
        return len(self.search(Query("", 1000, filters)))


class FakeStore:
    """Conversations in a dict; outlives the assistant when a test hands it on."""

    def __init__(self) -> None:
        self.states: dict[str, DialogueState] = {}
        self.rated: dict[tuple[str, int], int] = {}

    def new(self, customer: str | None = None, verified: bool = False) -> DialogueState:
        state = DialogueState(secrets.token_urlsafe(16), customer, verified)
        self.states[state.id] = state
        return state

    def load(self, id: str) -> DialogueState:
        if id not in self.states:
            raise ConversationError("no such conversation", "begin a new one")
        return self.states[id]

    def append(self, conversation: str, turn: Turn) -> None:
        self.states[conversation] = self.states[conversation].append(turn)

    def rate(self, conversation: str, turn: int, value: int) -> None:
        self.rated[conversation, turn] = value

    def ratings(self, conversation: str) -> dict[int, int]:
        return {turn: value for (id, turn), value in self.rated.items() if id == conversation and value}

    def delete(self, conversation: str) -> None:
        self.states.pop(conversation, None)


class FakeAssistant:
    """Understands "under N"; "wait" holds the turn until ``go`` is set, "hold" also its place in line; "slow" takes its time
    over each sentence; "break" is a defect.
    """

    def __init__(self, store: Any = None) -> None:
        self.shelf, self.store, self.go = FakeShelf(), store or FakeStore(), threading.Event()
        self.closed = threading.Event()
        self.queue = None

    def say(
        self, state: DialogueState, text: str, said: Understanding | None = None, picture: bytes = b""
    ) -> Iterator[Event]:
        if len(text) > LONGEST:
            raise MessageTooLong(f"A message of {len(text):,} characters", f"Say it in {LONGEST:,} characters or fewer")
        if "break" in text:
            raise RuntimeError("a defect")
        number = len(state.turns) + 1
        understanding = said or understood(text, number)
        preferences = merge(state.preferences, understanding)
        yield Understood(understanding, preferences)
        if "hold" in text:
            self.go.wait(20)
        if "wait" in text:
            try:
                while not self.go.wait(0.05):
                    yield Understood(understanding, preferences)
            finally:
                self.closed.set()
        reply, cart = Reply(), state.cart
        for event in self._answer(state, text, understanding, preferences):
            match event:
                case Sentence():
                    time.sleep(0.1 if "slow" in text else 0)
                    reply = replace(reply, sentences=(*reply.sentences, event))
                case Cards(shown, near):
                    reply = replace(reply, shown=shown, alternatives=near)
                case Served():
                    cart, asked = event.cart, event.pending or {}
                    choices = tuple(asked["options"]) if asked.get("needs") == "variant" else ()
                    reply = replace(reply, pending=event.pending, committed=event.committed, choices=choices)
                    continue
                case Table():
                    reply = replace(reply, table=event)
                    continue
            yield event
        turn = Turn(number, text, understanding, preferences, reply, cart=cart)
        self.store.append(state.id, turn)
        yield Done(turn)

    def _answer(
        self, state: DialogueState, text: str, said: Understanding, wishes: Preferences
    ) -> Iterator[Event | Served | Table]:
        if said.intent == "cart" or wants(state, said, text):
            served = serve(state, said, text, self.shelf)
            yield served
            yield from (speak(said, "en") for said in served.sentences)
            return
        if said.intent == "hand_off":
            yield Sentence("A person of the shop takes over.")
            return
        if said.intent == "compare":
            places = pointed_at(" ".join(said.references), len(state.shown))
            yield Cards(tuple(state.shown[n] for n in places))
            yield side_by_side([p for n in places if (p := self.shelf.product(state.shown[n].product_id))])
            yield Sentence("Here they are side by side.")
            return
        most = min((w.value for w in wishes.of("price_max")), default=None)
        limit = None if most is None else int(most) * 100
        hits = self.shelf.search(Query("lamp", 3 if "three" in text else 10, Filters(price_max=limit)))
        shown = tuple(card(h.product, tuple(w.words for w in wishes if w.hard)) for h in hits)
        near = (Recommendation("lamp-4", "Architect floor lamp", (), (), "under 50"),) if limit else ()
        yield Cards(shown, near)
        yield Sentence(f"I found {len(shown)} lamps for you.", (Evidence("shop", "", "count", str(len(shown))),))
        for c in shown:
            yield Sentence(f"{c.name}: costs {c.evidence[0].value}.", c.evidence, "model")
        yield Sentence("What would you like to spend at most?")


def side_by_side(products: Sequence[Product]) -> Table:
    """The attributes of some lamps."""
    names = dict.fromkeys(name for p in products for name in p.attributes)
    rows = (Row(f"attributes.{n}", tuple(str(p.attributes.get(n, "")) for p in products)) for n in names)
    return Table(tuple(p.id for p in products), tuple(rows))


def understood(text: str, number: int) -> Understanding:
    """What the fake makes of a message: a lamp, "cosy" and "under N"."""
    said = [Wish("category", "lamp", True, "a lamp", number)] if number == 1 else []
    said += [Wish("feature", w, False, w, number) for w in ("cosy",) if w in text]
    if bound := re.search(r"under \$?(\d+)", text):
        said.append(Wish("price_max", int(bound[1]), True, bound[0], number))
    return Understanding("hand_off" if "person" in text else "find" if number == 1 else "refine", tuple(said))


def card(product: Product, meets: tuple[str, ...]) -> Recommendation:
    """The recommendation of one lamp with its price and colour as evidence."""
    price = Evidence("product", product.id, "price", str(product.price))
    colour = Evidence("product", product.id, "attributes.colour", str(product.attributes["colour"]))
    return Recommendation(product.id, product.title.split(",")[0], (price, colour), meets)
