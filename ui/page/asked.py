"""What the page's controls say: each stands for a message whose meaning is known, so no model has to read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.cart.choices import choices
from assistant.cart.values import CartCommand
from assistant.state import DialogueState, Reply, Understanding
from retrieval.product import Product, Variant
from ui.page import chips
from ui.page.examples import Example
from ui.page.variants import named
from ui.words import Words

# How many of one thing can be set by pressing.
_NUMBERS = tuple(str(n) for n in range(1, 100))
# Words, and what they mean where that is known.
Reading = tuple[str, Understanding | None]


@dataclass(frozen=True, slots=True)
class Shop:
    """What the controls are about."""

    product: Callable[[str], Product | None]
    # ISO 4217.
    currency: str
    examples: Sequence[Example]


def reading(state: DialogueState, name: str, sent: Mapping[str, Any], shop: Shop, say: Words) -> Reading | None:
    """The words and the reading of the control ``name``, which sent ``sent``; None where they mean nothing here.

    What is sent comes from a browser and may be anything.
    """
    language = state.turns[-1].understanding.language if state.turns else say.language
    match name:
        case "example":
            return _example(shop.examples, str(sent.get("number")), say)
        case "revise":
            return chips.revision(state.preferences, sent, shop.currency, say, language)
        case "want":
            return _want(state, str(sent.get("intent")), say, language)
        case "say":
            return _answer(state, str(sent.get("text")))
        case "compare":
            return _compare(state, sent.get("products"), say, language)
        case "add":
            return _add(state, sent, shop, say, language)
        case "cart":
            return _cart(state, sent, shop, say, language)
        case _:
            return None


def by_control(said: Understanding) -> bool:
    """Whether the shopper changed something with a control; an example stands for words of their own."""
    return said.decided_by == "shopper" and not said.fresh


def _example(examples: Sequence[Example], number: str, say: Words) -> Reading | None:
    places = {str(n): example for n, example in enumerate(examples)}
    if number not in places:
        return None
    said = Understanding("find", places[number].wishes, fresh=True, language=say.language, decided_by="shopper")
    return places[number].text(say), said


def _answer(state: DialogueState, text: str) -> Reading | None:
    """An answer that was offered is the shopper's own word, and read as one."""
    return (text, None) if state.turns and text in state.turns[-1].reply.choices else None


def _want(state: DialogueState, intent: str, say: Words, language: str) -> Reading | None:
    match intent:
        case "hand_off":
            return say("plus.person_said"), Understanding("hand_off", language=language, decided_by="shopper")
        case "confirm" if state.pending:
            return say("turn.agree"), Understanding("confirm", language=language, decided_by="shopper")
        case "decline" if state.pending:
            return say("turn.refuse"), Understanding("decline", language=language, decided_by="shopper")
        case _:
            return None


def _compare(state: DialogueState, products: object, say: Words, language: str) -> Reading | None:
    """Two or more of the products shown last, named by their places."""
    ids = [str(id) for id in products] if isinstance(products, list) else []
    places = [n for n, card in enumerate(state.shown, 1) if card.product_id in ids]
    named = tuple(say(f"ordinal.{n}") for n in places if f"ordinal.{n}" in say.leaves)
    if len(named) < 2:
        return None
    which = say("compare.comma").join(named[:-1]) + say("compare.and") + named[-1]
    said = Understanding("compare", references=named, language=language, decided_by="shopper")
    return say("compare.said", which=which), said


def _add(state: DialogueState, sent: Mapping[str, Any], shop: Shop, say: Words, language: str) -> Reading | None:
    """One of the products shown last, in the size that was chosen; the shop asks for it where none was."""
    latest = next((t.reply for t in reversed(state.turns) if t.reply.shown), Reply())
    cards = {card.product_id: card for card in (*latest.shown, *latest.alternatives)}
    card, product = cards.get(str(sent.get("product"))), shop.product(str(sent.get("product")))
    if card is None or product is None:
        return None
    variant = _variant(product, sent.get("variant"))
    command = CartCommand("add", product.id, variant.id if variant else "")
    chosen = named(variant, product, say) if variant else ""
    return say("cart.add_said", name=_full(card.name, chosen)), _to_cart(command, language)


def _cart(state: DialogueState, sent: Mapping[str, Any], shop: Shop, say: Words, language: str) -> Reading | None:
    """Another number or another size of a line of the cart, none of it any more, or nothing at all."""
    if sent.get("do") == "clear" and state.cart.lines:
        return say("cart.clear_said"), _to_cart(CartCommand("clear"), language)
    about = (sent.get("product"), sent.get("was", sent.get("variant")))
    line = next((n for n in state.cart.lines if (n.product_id, n.variant) == about), None)
    if line is None:
        return None
    name, id, sku = _full(line.name, line.chosen), line.product_id, line.variant
    match sent.get("do"):
        case "remove":
            return say("cart.remove_said", name=name), _to_cart(CartCommand("remove", id, sku), language)
        case "quantity" if str(sent.get("quantity")) in _NUMBERS:
            number = int(str(sent["quantity"]))
            command = CartCommand("quantity", id, sku, quantity=number)
            return say("cart.quantity_said", name=name, n=number), _to_cart(command, language)
        case "variant" if product := shop.product(id):
            variant = _variant(product, sent.get("variant"))
            if variant is None or variant.id == sku:
                return None
            command = CartCommand("variant", id, sku, to=variant.id)
            return say("cart.chosen_said", name=name, chosen=named(variant, product, say)), _to_cart(command, language)
        case _:
            return None


def _to_cart(command: CartCommand, language: str) -> Understanding:
    return Understanding("cart", cart=command, language=language, decided_by="shopper")


def _variant(product: Product, id: object) -> Variant | None:
    return next((v for v in choices(product) if v.id == id), None)


def _full(name: str, chosen: str) -> str:
    return f"{name}, {chosen}" if chosen else name
