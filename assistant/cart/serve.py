"""Who answers for the cart: what a message or a control asks of it, and answers to what was asked back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assistant.cart import wording
from assistant.cart.adding import Wanted, added, put
from assistant.cart.changing import exchanged, removed, requantified, size_or_number, taken_out
from assistant.cart.choices import called
from assistant.cart.find import cards_asked, cards_meant, lines_meant, says_both, with_card
from assistant.cart.reading import Command, how_many, is_answer, read, says_one_of, says_quantity
from assistant.cart.served import Served, Shelf, asks, same, too_odd
from assistant.cart.values import Cart, CartCommand
from assistant.framed import Framed
from assistant.recommend import short_names
from assistant.state import DialogueState, Understanding


def serve(state: DialogueState, said: Understanding, text: str, shelf: Shelf) -> Served:
    """Does what the message asks of the cart, or asks back where anything is open: nothing is chosen for anybody."""
    clerk = _Clerk(state, text, shelf)
    if said.cart is not None:
        return clerk.commanded(said.cart)
    pending = state.pending if state.pending and state.pending.get("about") == "cart" else None
    if pending and said.intent == "decline":
        return clerk.same(wording.declined())
    if pending and (said.intent == "confirm" or (read(text) is None and is_answer(state, text))):
        return clerk.resumed(pending, said.intent == "confirm")
    command = read(text)
    if pending and command is None and pending["needs"] == "variant":
        lines = (n.product_id for n in state.cart.lines if n.sku == pending.get("line"))
        of = pending.get("product") or next(lines, "")
        return clerk.same(wording.none_of_them(pending["options"], of), pending=pending)
    command = command or read(text, said)
    return clerk.done(command) if command else clerk.same(wording.unclear())


class _Clerk:
    """One message at the cart."""

    def __init__(self, state: DialogueState, text: str, shelf: Shelf) -> None:
        self._state = state
        self._cart = state.cart
        self._text = text
        self._shelf = shelf

    def same(self, *sentences: Framed, pending: dict[str, Any] | None = None) -> Served:
        """The cart as it was."""
        return same(self._cart, *sentences, pending=pending)

    def commanded(self, command: CartCommand) -> Served:
        """What a control says. What it sends may be anything: what does not exist changes nothing."""
        match command.action:
            case "show":
                return self.same(*wording.contents(self._cart))
            case "clear" if self._cart.lines:
                return self.same(wording.sure_to_clear(self._cart), pending=asks("clear", "yes"))
            case "clear":
                return self.same(wording.empty())
            case "add":
                return self._commanded_to_add(command)
        line = self._cart.line(command.product_id, command.variant)
        if line is None:
            return self.same(wording.not_in_cart())
        if command.action == "remove":
            return removed(self._cart, [line])
        if command.action == "quantity":
            return requantified(self._cart, line, command.quantity, self._shelf)
        found = self._shelf.products([line.product_id])
        known = command.to if found and called(found[0], command.to) else ""
        return exchanged(self._cart, line, known, self._shelf)

    def _commanded_to_add(self, command: CartCommand) -> Served:
        found = self._shelf.products([command.product_id])
        if not found:
            return self.same(wording.nothing_shown())
        if fault := too_odd(command.quantity):
            return self.same(fault)
        product = found[0]
        cards = (c for t in reversed(self._state.turns) for c in (*t.reply.shown, *t.reply.alternatives))
        name = next((c.name for c in cards if c.product_id == product.id), short_names([product])[product.id])
        # An SKU is no word: one that does not exist must not be read as a size.
        known = command.variant if called(product, command.variant) else ""
        return self._added([Wanted(product.id, name, known)], command.quantity)

    def done(self, command: Command) -> Served:
        """What words say."""
        match command.action:
            case "show":
                return self.same(*wording.contents(self._cart))
            case "checkout":
                return self.same(*wording.checkout(self._cart))
            case "add":
                return self._adding(command.quantity)
            case "quantity" if not self._cart.lines and self._state.shown and command.quantity:
                return self._adding(command.quantity)
            case _ if not self._cart.lines:
                return self.same(wording.empty())
            case "clear":
                return self.same(wording.sure_to_clear(self._cart), pending=asks("clear", "yes"))
            case _:
                return self._on_line(command)

    def _adding(self, quantity: int | None) -> Served:
        cards = cards_meant(self._state, self._text)
        if not cards:
            return self.same(wording.nothing_shown())
        if fault := too_odd(quantity):
            return self.same(fault)
        if len(cards) > 1 and not says_both(self._text):
            pending = asks("add", "product", quantity=quantity or 1, options=[c.product_id for c in cards])
            return self.same(wording.which_product(cards), pending=pending)
        return self._added([Wanted(c.product_id, c.name, self._text) for c in cards], quantity or 1)

    def _added(self, wanted: Sequence[Wanted], quantity: int) -> Served:
        return added(self._cart, wanted, quantity, self._shelf)

    def _on_line(self, command: Command) -> Served:
        # "One of them" is any of them, not the one spoken of last.
        lines = lines_meant(self._cart.lines, self._text, "" if says_one_of(self._text) else self._last())
        lines = with_card(lines, self._state, self._text)
        if len(lines) > 1 and not (command.action == "remove" and says_both(self._text)):
            pending = asks(command.action, "line", quantity=command.quantity, step=command.step)
            pending |= {"options": [n.sku for n in lines], "said": self._text}
            return self.same(wording.which_line(lines), pending=pending)
        if command.action == "remove":
            return taken_out(self._cart, lines, command.step, self._shelf)
        if command.action == "variant":
            return exchanged(self._cart, lines[0], self._text, self._shelf)
        number = None if command.step or says_quantity(self._text) else command.quantity
        if number is not None and (asked := size_or_number(self._cart, lines[0], number, self._shelf)):
            return asked
        wanted = lines[0].quantity + command.step if command.step else command.quantity
        return requantified(self._cart, lines[0], wanted, self._shelf)

    # Answers to what was asked.

    def resumed(self, pending: dict[str, Any], agreed: bool) -> Served:
        """What was open, with the answer to it; the question again where this is none."""
        if pending["needs"] == "yes":
            return self._agreed(pending) if agreed else self.same(wording.unclear(), pending=pending)
        if pending["needs"] == "product":
            cards = [c for c in cards_meant(self._state, self._text) if c.product_id in pending["options"]]
            cards = cards or cards_asked(self._state, self._text, pending["options"])
            if len(cards) > 1 and not says_both(self._text):
                return self.same(wording.which_product(cards), pending=pending)
            return self._added([Wanted(c.product_id, c.name, self._text) for c in cards], pending["quantity"])
        if pending["needs"] == "variant" and pending["action"] == "add":
            # What is said now is said of this one.
            rest = (Wanted(id_, name) for id_, name, _ in pending["rest"])
            return self._added([Wanted(pending["product"], pending["name"], self._text), *rest], pending["quantity"])
        lines = [n for n in self._cart.lines if n.sku in pending["options"]]
        if pending["needs"] == "variant":
            line = next(n for n in self._cart.lines if n.sku == pending["line"])
            # A yes to the only one there is.
            only_one = agreed and len(pending["options"]) == 1
            return exchanged(self._cart, line, pending["options"][0] if only_one else self._text, self._shelf)
        if pending["needs"] == "number":
            return requantified(self._cart, lines[0], how_many(self._text), self._shelf)
        chosen = lines_meant(lines, self._text, "")
        if len(chosen) != 1:
            return self.same(wording.which_line(lines), pending=pending)
        if pending["action"] == "remove":
            return taken_out(self._cart, chosen, pending["step"], self._shelf)
        if pending["action"] == "variant":
            return exchanged(self._cart, chosen[0], pending["said"], self._shelf)
        step = pending["step"]
        wanted = chosen[0].quantity + step if step else pending["quantity"]
        return requantified(self._cart, chosen[0], wanted, self._shelf)

    def _agreed(self, pending: dict[str, Any]) -> Served:
        if pending["action"] == "clear":
            return Served(Cart(), (wording.cleared(),), None, ("clear",))
        if pending["action"] == "variant":
            return self.commanded(CartCommand("variant", pending["product"], pending["variant"], to=pending["to"]))
        found = self._shelf.products([pending["product"]])
        variant = called(found[0], pending["variant"]) if found else None
        if not found:
            return self.same(wording.nothing_shown())
        step = put(self._cart, found[0], pending["name"], variant, pending["quantity"])
        return replace(step, sentences=(*step.sentences, wording.so_far(step.cart))) if step.committed else step

    def _last(self) -> str:
        """The SKU or product that the cart spoke of last."""
        done = self._state.turns[-1].reply.committed if self._state.turns else ()
        return done[-1].split()[1] if done and " " in done[-1] else ""
