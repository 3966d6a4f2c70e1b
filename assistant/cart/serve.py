"""What the cart answers: done and said, or asked back. Pure, but for the shelf it reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from assistant.cart import wording
from assistant.cart.choices import choices, label, meant, only, price, stock, values
from assistant.cart.find import cards_asked, cards_meant, lines_meant, says_both, with_card
from assistant.cart.reading import Command, how_many, is_answer, letters, read, says_one_of, says_quantity
from assistant.cart.values import Cart, CartCommand, CartLine
from assistant.framed import Framed
from assistant.recommend import short_names
from assistant.state import DialogueState, Understanding
from retrieval.product import Product, Variant

# More of one thing is no shopping any more, it is a slip.
MOST = 99


class Shelf(Protocol):
    """What the cart needs of the shop."""

    def products(self, ids: list[str]) -> list[Product]:
        """The products of these ids, in this order; unknown ids are left out."""
        ...


@dataclass(frozen=True, slots=True)
class Served:
    """The cart after a message, what is said about it, and what it still asks."""

    cart: Cart
    sentences: tuple[Framed, ...]
    # JSON-ready; {"about": "cart", "needs": "variant" | "product" | "line" | "yes", ...}.
    pending: dict[str, Any] | None = None
    committed: tuple[str, ...] = ()


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
        lines = (n.product_id for n in state.cart.lines if (n.variant or n.product_id) == pending.get("line"))
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
        return Served(self._cart, sentences, pending)

    def commanded(self, command: CartCommand) -> Served:
        """What a control says. What it sends may be anything: what does not exist changes nothing."""
        match command.action:
            case "show":
                return self.same(*wording.contents(self._cart))
            case "clear" if self._cart.lines:
                return self.same(wording.sure_to_clear(self._cart), pending=_ask("clear", "yes"))
            case "clear":
                return self.same(wording.empty())
            case "add":
                return self._commanded_to_add(command)
        line = next((n for n in self._cart.lines if _key(n) == (command.product_id, command.variant)), None)
        if line is None:
            return self.same(wording.not_in_cart())
        if command.action == "remove":
            return self._removed([line])
        if command.action == "quantity":
            return self._requantified(line, command.quantity)
        found = self._shelf.products([line.product_id])
        known = command.to if found and _variant(found[0], command.to) else ""
        return self._exchanged(line, known)

    def _commanded_to_add(self, command: CartCommand) -> Served:
        found = self._shelf.products([command.product_id])
        if not found:
            return self.same(wording.nothing_shown())
        if fault := _bad(command.quantity):
            return self.same(fault)
        product = found[0]
        cards = (c for t in reversed(self._state.turns) for c in (*t.reply.shown, *t.reply.alternatives))
        name = next((c.name for c in cards if c.product_id == product.id), short_names([product])[product.id])
        # An SKU is no word: one that does not exist must not be read as a size.
        known = command.variant if _variant(product, command.variant) else ""
        return self._added([(product.id, name, known)], command.quantity)

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
                return self.same(wording.sure_to_clear(self._cart), pending=_ask("clear", "yes"))
            case _:
                return self._on_line(command)

    # Adding.

    def _adding(self, quantity: int | None) -> Served:
        cards = cards_meant(self._state, self._text)
        if not cards:
            return self.same(wording.nothing_shown())
        if fault := _bad(quantity):
            return self.same(fault)
        if len(cards) > 1 and not says_both(self._text):
            asks = _ask("add", "product", quantity=quantity or 1, options=[c.product_id for c in cards])
            return self.same(wording.which_product(cards), pending=asks)
        return self._added([(c.product_id, c.name, self._text) for c in cards], quantity or 1)

    def _added(self, wanted: Sequence[tuple[str, str, str]], quantity: int) -> Served:
        """Puts in products (id, name, what was said of the size); the first that leaves anything open is asked for."""
        cart = self._cart
        sentences: list[Framed] = []
        committed: list[str] = []
        for place, (id_, name, said) in enumerate(wanted):
            found = self._shelf.products([id_])
            if not found:
                continue
            product = found[0]
            among = choices(product)
            left = [v for v in among if v.id == said] or meant(among, said, letters())
            rest = [list(pair) for pair in wanted[place + 1 :]]
            if len(left) > 1:
                there = values((v for v in left if stock(product, v) != 0), among)
                question = wording.which_variant(product, name, left, among)
                if not there:
                    return Served(cart, (*sentences, question), None, tuple(committed))
                asks = _ask("add", "variant", product=id_, name=name, quantity=quantity, options=there, rest=rest)
                return Served(cart, (*sentences, question), asks, tuple(committed))
            chosen = left[0] if left else only(product)
            step = self._one(cart, product, name, chosen, quantity)
            if isinstance(step, Served):
                return replace(step, sentences=(*sentences, *step.sentences), committed=tuple(committed))
            cart, sentence, done = step
            sentences.append(sentence)
            committed.append(done)
        if not committed:
            return self.same(wording.nothing_shown())
        return Served(cart, (*sentences, wording.so_far(cart)), None, tuple(committed))

    def _one(
        self, cart: Cart, product: Product, name: str, chosen: Variant | None, quantity: int
    ) -> Served | tuple[Cart, Framed, str]:
        """One product put in, or why not."""
        each = price(product, chosen)
        if each is None:
            return Served(cart, (wording.no_price(product, name),))
        sku = chosen.id if chosen else ""
        what = label(chosen, choices(product)) if chosen and choices(product) else ""
        old = next((n for n in cart.lines if _key(n) == (product.id, sku)), None)
        wanted = quantity + (old.quantity if old else 0)
        left = _free(cart, product, chosen)
        if left is not None and wanted > left:
            return self._short(cart, product, name, chosen, old, left)
        if wanted > MOST:
            return Served(cart, (wording.too_many(MOST),))
        line = CartLine(product.id, name, wanted, each, sku, what)
        done = f"add {sku or product.id} x{quantity}"
        return _with(cart, line), wording.added(line, quantity), done

    def _short(
        self, cart: Cart, product: Product, name: str, chosen: Variant | None, old: CartLine | None, left: int
    ) -> Served:
        """Too few on hand: the rest is proposed, other sizes are named, nothing is done."""
        among = choices(product)
        what = label(chosen, among) if chosen and among else ""
        free = left - (old.quantity if old else 0)
        if free > 0:
            asks = _ask("add", "yes", product=product.id, name=name, quantity=free, options=[])
            asks["variant"] = chosen.id if chosen else ""
            return Served(cart, (wording.only_so_many(product, name, what, left, free),), asks)
        others = [v for v in among if v is not chosen and stock(product, v) != 0]
        if others and chosen:
            asks = _ask(
                "add", "variant", product=product.id, name=name, quantity=1, options=values(others, among), rest=[]
            )
            return Served(cart, (wording.sold_out(product, name, what, values(others, among)),), asks)
        return Served(cart, (wording.sold_out(product, name, what, []),))

    # What is in the cart already.

    def _on_line(self, command: Command) -> Served:
        # "One of them" is any of them, not the one spoken of last.
        lines = lines_meant(self._cart.lines, self._text, "" if says_one_of(self._text) else self._last())
        lines = with_card(lines, self._state, self._text)
        if len(lines) > 1 and not (command.action == "remove" and says_both(self._text)):
            asks = _ask(command.action, "line", quantity=command.quantity, step=command.step)
            asks |= {"options": [n.variant or n.product_id for n in lines], "said": self._text}
            return self.same(wording.which_line(lines), pending=asks)
        if command.action == "remove":
            return self._taken_out(lines, command.step)
        if command.action == "variant":
            return self._exchanged(lines[0], self._text)
        if proposed := self._perhaps_a_size(lines[0], command):
            return proposed
        wanted = lines[0].quantity + command.step if command.step else command.quantity
        return self._requantified(lines[0], wanted)

    def _perhaps_a_size(self, line: CartLine, command: Command) -> Served | None:
        """ "Make it 42" of boots that come in size 42: nobody knows whether that is how many, so it is asked."""
        if command.step or command.quantity is None or says_quantity(self._text):
            return None
        found = self._shelf.products([line.product_id])
        among = choices(found[0]) if found else ()
        same = [v for v in meant(among, str(command.quantity), letters()) if v.id != line.variant]
        if len(same) != 1:
            return None
        asks = _ask("variant", "yes", product=line.product_id, variant=line.variant, to=same[0].id, options=[])
        return self.same(wording.size_or_number(line, label(same[0], among), command.quantity), pending=asks)

    def _taken_out(self, lines: Sequence[CartLine], step: int) -> Served:
        """The lines as a whole, or one piece less of a single one that has several."""
        if step and len(lines) == 1 and lines[0].quantity > 1:
            return self._requantified(lines[0], lines[0].quantity + step)
        return self._removed(lines)

    def _removed(self, lines: Sequence[CartLine]) -> Served:
        cart = Cart(tuple(n for n in self._cart.lines if n not in lines))
        committed = tuple(f"remove {n.variant or n.product_id}" for n in lines)
        return Served(cart, (*(wording.removed(n) for n in lines), wording.so_far(cart)), None, committed)

    def _requantified(self, line: CartLine, wanted: int | None) -> Served:
        if wanted is None:
            asks = _ask("quantity", "number", options=[line.variant or line.product_id])
            return self.same(wording.how_many(line), pending=asks)
        if fault := _bad(wanted):
            return self.same(fault)
        found = self._shelf.products([line.product_id])
        left = _free(self._cart, found[0], _variant(found[0], line.variant)) if found else 0
        if left is not None and wanted > left:
            return self.same(wording.not_so_many(line, left))
        new = replace(line, quantity=wanted)
        cart = _with(self._cart, new)
        done = f"quantity {line.variant or line.product_id} x{wanted}"
        return Served(cart, (wording.changed(new), wording.so_far(cart)), None, (done,))

    def _exchanged(self, line: CartLine, said: str) -> Served:
        """Another size of the same thing; what else is in the cart stays as it is."""
        found = self._shelf.products([line.product_id])
        among = [v for v in choices(found[0]) if v.id != line.variant] if found else []
        if not among:
            return self.same(wording.no_choice(line))
        # "instead of M" names what is given up.
        said = re.sub(r"\binstead of\b.*", " ", said, flags=re.IGNORECASE)
        left = [v for v in among if v.id == said] or meant(among, said, letters())
        named = len(left) == 1 and (left[0].id == said or len(meant(choices(found[0]), said, letters())) == 1)
        if not named:
            options = values((v for v in left if stock(found[0], v) != 0), choices(found[0]))
            if not options:
                return self.same(wording.no_choice(line))
            asks = _ask("variant", "variant", options=options, line=line.variant or line.product_id)
            return self.same(wording.which_instead(line, options), pending=asks)
        product, variant = found[0], left[0]
        rest = Cart(tuple(n for n in self._cart.lines if n is not line))
        each, on_hand = price(product, variant), _free(rest, product, variant)
        there = next((n for n in rest.lines if _key(n) == (product.id, variant.id)), None)
        wanted = line.quantity + (there.quantity if there else 0)
        if each is None or (on_hand is not None and wanted > on_hand):
            what = label(variant, choices(product))
            if on_hand:
                return self.same(wording.too_few(product, line, what, on_hand))
            options = values((v for v in among if v is not variant and stock(product, v) != 0), choices(product))
            return self.same(wording.sold_out(product, line.name, what, options))
        new = CartLine(product.id, line.name, wanted, each, variant.id, label(variant, choices(product)))
        lines = tuple(new if n == line else n for n in self._cart.lines if n is not there)
        cart = Cart(lines)
        done = f"variant {line.variant or line.product_id} -> {variant.id}"
        return Served(cart, (wording.exchanged(line, new), wording.so_far(cart)), None, (done,))

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
            return self._added([(c.product_id, c.name, self._text) for c in cards], pending["quantity"])
        if pending["needs"] == "variant" and pending["action"] == "add":
            # What is said now is said of this one.
            wanted = [(pending["product"], pending["name"], self._text), *((i, n, "") for i, n, _ in pending["rest"])]
            return self._added(wanted, pending["quantity"])
        lines = [n for n in self._cart.lines if (n.variant or n.product_id) in pending["options"]]
        if pending["needs"] == "variant":
            line = next(n for n in self._cart.lines if (n.variant or n.product_id) == pending["line"])
            # A yes to the only one there is.
            only_one = agreed and len(pending["options"]) == 1
            return self._exchanged(line, pending["options"][0] if only_one else self._text)
        if pending["needs"] == "number":
            return self._requantified(lines[0], how_many(self._text))
        chosen = lines_meant(lines, self._text, "")
        if len(chosen) != 1:
            return self.same(wording.which_line(lines), pending=pending)
        if pending["action"] == "remove":
            return self._taken_out(chosen, pending["step"])
        if pending["action"] == "variant":
            return self._exchanged(chosen[0], pending["said"])
        step = pending["step"]
        return self._requantified(chosen[0], chosen[0].quantity + step if step else pending["quantity"])

    def _agreed(self, pending: dict[str, Any]) -> Served:
        if pending["action"] == "clear":
            return Served(Cart(), (wording.cleared(),), None, ("clear",))
        if pending["action"] == "variant":
            return self.commanded(CartCommand("variant", pending["product"], pending["variant"], to=pending["to"]))
        found = self._shelf.products([pending["product"]])
        variant = _variant(found[0], pending["variant"]) if found else None
        if not found:
            return self.same(wording.nothing_shown())
        step = self._one(self._cart, found[0], pending["name"], variant, pending["quantity"])
        if isinstance(step, Served):
            return step
        cart, sentence, done = step
        return Served(cart, (sentence, wording.so_far(cart)), None, (done,))

    def _last(self) -> str:
        """The SKU or product that the cart spoke of last."""
        done = self._state.turns[-1].reply.committed if self._state.turns else ()
        return done[-1].split()[1] if done and " " in done[-1] else ""


def _key(line: CartLine) -> tuple[str, str]:
    return line.product_id, line.variant


def _free(cart: Cart, product: Product, variant: Variant | None) -> int | None:
    """Units that may stand on the line of ``variant``: less what other sizes take of a stock that all share."""
    left = stock(product, variant)
    if left is None or (variant is not None and variant.stock is not None):
        return left
    own = variant.id if variant else ""
    return left - sum(n.quantity for n in cart.lines if n.product_id == product.id and n.variant != own)


def _ask(action: str, needs: str, **more: Any) -> dict[str, Any]:
    return {"about": "cart", "action": action, "needs": needs, **more}


def _bad(quantity: int | None) -> Framed | None:
    if quantity is not None and quantity < 1:
        return wording.at_least_one()
    return wording.too_many(MOST) if quantity is not None and quantity > MOST else None


def _variant(product: Product, sku: str) -> Variant | None:
    among = (*product.variants, *choices(product))
    return next((v for v in among if v.id == sku), None)


def _with(cart: Cart, line: CartLine) -> Cart:
    """The cart with this line in place of the one for the same thing, or behind the others."""
    if any(_key(n) == _key(line) for n in cart.lines):
        return Cart(tuple(line if _key(n) == _key(line) else n for n in cart.lines))
    return Cart((*cart.lines, line))
