"""The cart as a drawer: what is in it, how many, which size, what it costs together."""

from __future__ import annotations

from collections.abc import Callable

from assistant.cart.values import Cart, CartLine
from assistant.state import Reply
from retrieval.product import Money, Product
from ui.page import frame
from ui.page.html import BIN, button, data, image, text
from ui.page.variants import chosen_by, select
from ui.words import Words

# What one line may hold by pressing; more can be said.
_MOST = 99


def panel(
    cart: Cart, reply: Reply, product: Callable[[str], Product | None], picture_of: Callable[[Product], str], say: Words
) -> str:
    """The drawer with all lines and their total. ``reply`` is what was said to the cart last: the drawer hides it."""
    lines = "".join(f"<li>{_line(line, product(line.product_id), picture_of, say)}</li>" for line in cart.lines)
    body = f'<ul class="st-lines">{lines}</ul>{_sum(cart, say)}' if lines else ""
    if not lines and not reply.sentences:
        body = f'<p class="st-quiet">{text(say("cart.empty"))}</p>'
    return frame.drawer("section", say("cart.title"), _says(reply, say) + body, say)


def _says(reply: Reply, say: Words) -> str:
    """What came of the control used last, and the answers where it asks for a yes."""
    said = f'<p class="st-cart-says" role="status">{text(reply.text)}</p>'
    return said + (f'<p class="st-row">{agree(say)}</p>' if needs_yes(reply) else "")


def needs_yes(reply: Reply) -> bool:
    """Whether ``reply`` waits for a yes or a no."""
    return reply.pending is not None and reply.pending.get("needs", "yes") == "yes"


def agree(say: Words) -> str:
    """The two answers to a proposal."""
    yes = button(text(say("turn.agree")), "want", "st-pill st-strong", intent="confirm")
    return yes + button(text(say("turn.refuse")), "want", "st-pill", intent="decline")


def _sum(cart: Cart, say: Words) -> str:
    return (
        f'<p class="st-total"><span>{text(say("cart.total"))}</span><b>{text(cart.total)}</b></p>'
        f'<p class="st-quiet st-pay">{text(say("cart.pay"))} '
        f"{button(text(say('cart.clear')), 'cart', 'st-underlined', do='clear')}</p>"
    )


def _line(line: CartLine, product: Product | None, picture_of: Callable[[Product], str], say: Words) -> str:
    about = {"product": line.product_id, "variant": line.variant}
    name = f"{line.name}, {line.chosen}" if line.chosen else line.name
    picture = image(picture_of(product)) if product else ""
    sizes = select(product, line.name, say, line.variant) if product else ""
    chosen = f"<span>{text(line.chosen)}</span>" if line.chosen else ""
    if product and sizes:
        sent = data(send="cart", do="variant", now="", was=line.variant, product=line.product_id)
        # The choice has a spoken name of its own.
        what = f'<span class="st-quiet" aria-hidden="true">{text(chosen_by(product, say))}</span>'
        chosen = f'<form class="st-row"{sent}>{what}{sizes}</form>'
    each = f'<span class="st-quiet">{text(say("cart.each", price=line.price))}</span>' if line.quantity > 1 else ""
    costs = Money(line.price.minor * line.quantity, line.price.currency)
    remove = button(BIN, "cart", "st-round", say("cart.remove_it", name=name), do="remove", **about)
    return (
        f'<article class="st-line"{data(product=line.product_id)}><div class="st-picture">{picture}</div>'
        f'<div class="st-facts"><h3 class="st-name">{text(line.name)}</h3>{chosen}'
        f'<p class="st-row">{_stepper(line, name, about, say)}{remove}</p></div>'
        f'<p class="st-sum"><b>{text(costs)}</b>{each}</p></article>'
    )


def _stepper(line: CartLine, name: str, about: dict[str, str], say: Words) -> str:
    """Fewer, how many, more."""

    def step(sign: str, to: int, spoken: str) -> str:
        off = " disabled" * (not 0 < to <= _MOST)
        sent = data(send="cart", do="quantity", quantity=to, **about)
        return f'<button type="button"{sent} aria-label="{text(say(spoken, name=name))}"{off}>{sign}</button>'

    return (
        f'<span class="st-stepper" role="group" aria-label="{text(say("cart.quantity_of", name=name))}">'
        f"{step('−', line.quantity - 1, 'cart.fewer')}<output>{line.quantity}</output>"
        f"{step('+', line.quantity + 1, 'cart.more')}</span>"
    )
