"""What a conversation is made of: values only. No storage, no model, no screen.

A turn only appends; the JSON round trip of every value is equality; replaying the turns rebuilds the state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from assistant.cart.values import Cart, CartCommand

Intent = Literal[
    "find",
    "refine",
    "compare",
    "ask_product",
    "ask_policy",
    "cart",
    "order_status",
    "cancel_order",
    "change_order",
    "return_order",
    "exchange_order",
    "confirm",
    "decline",
    "hand_off",
    "small_talk",
    "out_of_scope",
]
Slot = Literal[
    "category",
    "price_min",
    "price_max",
    "currency",
    "brand",
    "not_brand",
    "feature",
    "dislike",
    "min_rating",
    "in_stock",
    "for_whom",
    "order",
]
Scope = Literal["now", "this trip", "always", "gift"]
Scalar = str | int | float | bool


Force = Literal["mild", "plain", "must"]


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing the shopper wants or rejects, with the words and the turn it came from."""

    slot: Slot
    # Major units for prices, as said; "price_up", "price_down" or "rating" for the slot "order".
    value: Scalar
    # A hard wish is never broken by a shown product; a soft one moves the ranking.
    hard: bool
    # The shopper's own words.
    words: str
    # Number of the turn it was said in, from 1.
    turn: int = 0
    scope: Scope = "now"
    # How a soft wish was said: "mild" as no more than welcome ("ideally white", "for soups"), so that what lacks it
    # still fits; "must" as a must in words of which the shop's attributes know nothing.
    force: Force = "plain"


@dataclass(frozen=True, slots=True)
class Understanding:
    """What one message says, after every unsupported value was dropped."""

    intent: Intent
    wishes: tuple[Wish, ...] = ()
    # Values this message takes back: ("brand", "HP"), ("price_max", ""); "" means whatever the slot holds.
    retracts: tuple[tuple[Slot, str], ...] = ()
    # The message opens a need of its own: earlier wishes do not carry over.
    fresh: bool = False
    # Needs beside this one, each in the shopper's words: read when they are turned to.
    later: tuple[str, ...] = ()
    # Words that point at something shown ("the second one").
    references: tuple[str, ...] = ()
    order_id: str | None = None
    # What a control said to the cart; None for a message in words, which the cart reads itself.
    cart: CartCommand | None = None
    # ISO 639-1.
    language: str = "en"
    # "model", "rules", or "both": who decided the intent.
    decided_by: str = "both"
    # Values the model gave and the shopper's words do not support, for the ledger and for training.
    dropped: tuple[str, ...] = ()

    def values(self, slot: Slot) -> list[Scalar]:
        """The values wished for in ``slot``, in the order said."""
        return [w.value for w in self.wishes if w.slot == slot]

    def first(self, slot: Slot) -> Scalar | None:
        """The first value in ``slot``, or None."""
        return next(iter(self.values(slot)), None)


@dataclass(frozen=True, slots=True)
class Preferences:
    """The wishes in force. ``assistant.preferences`` merges and turns them into filters."""

    wishes: tuple[Wish, ...] = ()

    def __iter__(self) -> Iterator[Wish]:
        return iter(self.wishes)

    def of(self, slot: Slot) -> list[Wish]:
        """The wishes in ``slot``, oldest first."""
        return [w for w in self.wishes if w.slot == slot]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One field of one record, word for word: what a sentence may rest on."""

    # "product", "review", "policy", "shop" (counts over the shelf), "shopper" (what was said in this conversation) or
    # "profile" (what is known of the shopper).
    source: str
    # Id of the product, review, document or entry of the profile; "" for shop and shopper.
    id: str
    # "title", "price", "attributes.colour", ...
    field: str
    # As printed: "$49.95", "black".
    value: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One card: a product, why it stands here, and the wishes it meets or, as an alternative, breaks."""

    product_id: str
    # Short enough for a sentence; always a prefix of the product's title.
    name: str
    # What the reasons rest on, the price first.
    evidence: tuple[Evidence, ...] = ()
    # The wishes met, in the shopper's words.
    meets: tuple[str, ...] = ()
    # For an alternative: the wish it breaks, in the shopper's words; "" for a shown product.
    breaks: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One checked sentence of a reply."""

    text: str
    evidence: tuple[Evidence, ...] = ()
    # "model", "retry" (the model's second try) or "plain" (made from the evidence).
    origin: str = "plain"


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage of a policy document that an answer rests on."""

    # The document's path within the shop's folder of policies.
    document: str
    # The headings that lead to it: "Returns › How long you have".
    passage: str
    # What is quoted of it.
    text: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One field of products that are compared."""

    # As the records name it: "price", "attributes.weight_kg".
    field: str
    # One a product, as printed; "" where its record says nothing.
    values: tuple[str, ...]
    # A wish of this shopper rests on it.
    wished: bool = False

    @property
    def differs(self) -> bool:
        """Whether the products differ in it."""
        return len(set(self.values)) > 1


@dataclass(frozen=True, slots=True)
class Table:
    """Products side by side, what matters to this shopper first."""

    products: tuple[str, ...]
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What the shopper gets: sentences and cards. Products named in the sentences are products on the cards."""

    sentences: tuple[Sentence, ...] = ()
    shown: tuple[Recommendation, ...] = ()
    # Near misses of an explained "no"; each breaks exactly what it says.
    alternatives: tuple[Recommendation, ...] = ()
    citations: tuple[Citation, ...] = ()
    # A comparison as a table, beside the sentences about it.
    table: Table | None = None
    # What waits for the shopper's answer in the very next turn.
    pending: dict[str, Any] | None = None
    # What was done, one entry an action: "add hiking-boots-43 x1".
    committed: tuple[str, ...] = ()
    # The field that a question of the shop is about, and answers that would narrow the list.
    asked: str = ""
    choices: tuple[str, ...] = ()
    hand_off: dict[str, Any] | None = None
    # A note about the machinery for the shopper ("the language model does not answer ..."), "" mostly.
    notice: str = ""

    @property
    def text(self) -> str:
        """The reply as one paragraph."""
        return " ".join(s.text for s in self.sentences)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where a turn's time went, in milliseconds since the message arrived or within the stage, and what it cost."""

    understand: float = 0.0
    search: float = 0.0
    respond: float = 0.0
    check: float = 0.0
    # From the message's arrival; None where the turn had no card or no sentence.
    first_card: float | None = None
    first_sentence: float | None = None
    total: float = 0.0
    model_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """One message and its answer."""

    # From 1.
    number: int
    text: str
    understanding: Understanding
    # The wishes in force after this message.
    preferences: Preferences
    reply: Reply
    ledger: Ledger = Ledger()
    # The cart after this turn.
    cart: Cart = field(default_factory=Cart)


@dataclass(frozen=True, slots=True)
class DialogueState:
    """A conversation so far."""

    id: str
    customer: str | None = None
    # Whether the customer's identity was proved in this conversation.
    verified: bool = False
    turns: tuple[Turn, ...] = ()

    @property
    def preferences(self) -> Preferences:
        """The wishes in force now."""
        return self.turns[-1].preferences if self.turns else Preferences()

    @property
    def shown(self) -> tuple[Recommendation, ...]:
        """The cards that "it" speaks of: those of the latest turn that showed any."""
        return next((t.reply.shown for t in reversed(self.turns) if t.reply.shown), ())

    @property
    def listed(self) -> tuple[Recommendation, ...]:
        """The cards that "the second one" points into: the latest list that was found, not what was picked from it."""
        picked = ("ask_product", "compare")
        lists = (t.reply.shown for t in reversed(self.turns) if t.understanding.intent not in picked)
        return next(filter(None, lists), self.shown)

    @property
    def cart(self) -> Cart:
        """What the shopper has taken so far."""
        return self.turns[-1].cart if self.turns else Cart()

    @property
    def pending(self) -> dict[str, Any] | None:
        """What waits for the shopper's answer: only the latest turn can have asked it."""
        return self.turns[-1].reply.pending if self.turns else None

    def append(self, turn: Turn) -> DialogueState:
        """The conversation with one turn more; the old one is unchanged."""
        return replace(self, turns=(*self.turns, turn))


# Events of a turn as it happens, in this order; ``Cards`` comes at once, a ``Sentence`` only after its check.
@dataclass(frozen=True, slots=True)
class Understood:
    """The message was read; the wishes now in force."""

    understanding: Understanding
    preferences: Preferences


@dataclass(frozen=True, slots=True)
class Cards:
    """The products of this reply, before any sentence about them."""

    shown: tuple[Recommendation, ...]
    alternatives: tuple[Recommendation, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """The turn is complete; store it."""

    turn: Turn


Event = Understood | Cards | Sentence | Done
