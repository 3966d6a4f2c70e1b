"""The right side of the desk as HTML: the packet, the customer, their orders, and what a dry run found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.desk.accounts import Agent
from assistant.desk.office import File
from assistant.profile.tastes import Profile, Taste
from assistant.service.gate import Result
from assistant.service.handoff import Packet
from assistant.service.values import Customer, Order
from ui.desk import forms
from ui.desk.view import act, fold, panel
from ui.page.html import data, text

# Tastes that are shown, and pieces of evidence for each.
_TASTES, _PIECES = 12, 4
_WAYS = {"like": "Likes", "dislike": "Does not like", "never": "Never wants"}
_FROM = {
    "review": "said in a review",
    "rating": "gave stars",
    "order": "ordered",
    "return": "sent back",
    "click": "looked at",
    "wish": "asked for",
}


@dataclass(frozen=True, slots=True)
class Tried:
    """The last dry run, or what came of its yes."""

    talk: str
    action: str
    # As the form sent it.
    sent: Mapping[str, Sequence[str]]
    result: Result
    # The rule that refused may be set aside by a supervisor.
    waivable: bool = False


def side(
    file: File,
    me: Agent,
    tried: Tried | None,
    actions: Sequence[str],
    variants: forms.Variants,
    profile: Profile | None = None,
) -> str:
    """Everything beside the conversation; ``profile`` is the customer's, where it is proved who speaks."""
    held = file.hand_off.state == "taken" and file.hand_off.agent == me.name
    who = _customer(file.customer, actions if held else ()) if file.customer else _stranger(held, file.hand_off.packet)
    shown = file.customer
    orders = "".join(_order(o, shown, actions if held else (), variants) for o in file.orders) if shown else ""
    return (
        (_outcome(tried, me) if tried and held else "")
        + _packet(file.hand_off.packet)
        + who
        + panel("Orders", orders)
        + (_tastes(profile) if profile and shown else "")
        + _waivers(file)
    )


def _packet(packet: Packet) -> str:
    tried = "".join(f"<li>{text(line)}</li>" for line in packet.tried)
    facts = "".join(
        f"<li><b>{text(f.record)}</b> {text(f.field.replace('_', ' '))}: {text(f.value)}</li>" for f in packet.facts
    )
    known: dict[str, str] = {
        "Wants": packet.goal,
        "Why a person": f"{packet.reason}: {packet.shown_by}",
        "Mood": packet.mood,
        "Rule": f"{packet.rule}: {packet.rule_says}" if packet.rule else "",
        "Wishes": ", ".join(packet.wishes),
        "Shown": ", ".join(packet.shown),
        "Cart": ", ".join(packet.cart),
    }
    rows = "".join(f"<div><dt>{k}</dt><dd>{text(v)}</dd></div>" for k, v in known.items() if v)
    return panel(
        "Packet",
        f'<dl class="sd-known">{rows}</dl>'
        + fold("tried", "What was tried", f'<ul class="sd-list">{tried}</ul>', "sd-act")
        + fold("facts", "Facts", f'<ul class="sd-list">{facts}</ul>', "sd-act"),
    )


def _stranger(held: bool, packet: Packet) -> str:
    claimed = f" They are signed in as {text(packet.customer)}, which proves nothing here." if packet.customer else ""
    form = (
        f'<form{data(do="identify")}><label>E-mail<input name="email" type="email"></label>'
        '<label>Postcode<input name="postcode"></label><label>Order<input name="order"></label>'
        '<label>Name<input name="words"></label><button class="st-pill">Check who it is</button></form>'
    )
    return panel("Customer", f"<p>It is not proved who this is.{claimed}</p>{form if held else ''}")


def _customer(customer: Customer, actions: Sequence[str]) -> str:
    left = {m.id: f", {m.balance} left" for m in customer.methods if m.balance}
    methods = "".join(f"<li>{text(f'{m}{left.get(m.id, str())}')}</li>" for m in customer.methods)
    name = text(f"{customer.first_name} {customer.last_name}")
    return panel(
        "Customer",
        f'<p><b>{name}</b> <span class="sd-ok">identity proved</span></p><p>{text(customer.email)}</p>'
        f'<p>{text(customer.address)}</p><ul class="sd-list">{methods}</ul>{forms.of_account(customer, actions)}',
    )


def _order(order: Order, customer: Customer, actions: Sequence[str], variants: forms.Variants) -> str:
    became = {line.item_id: f" ({line.status})" for line in order.lines if line.status}
    said = (f"{n.quantity} × {n}, {n.price}{became.get(n.item_id, '')}" for n in order.lines)
    lines = "".join(f"<li>{text(line)}</li>" for line in said)
    note = f'<p class="st-quiet">Note by the customer: {text(order.note)}</p>' if order.note else ""
    placed = f" of {order.placed}" if order.placed else ""
    body = f'<ul class="sd-list">{lines}</ul>{note}{forms.of_order(order, customer, actions, variants)}'
    return fold(f"order-{order.id}", f"{order.id}{placed}, {order.status}, {order.paid}", body, "sd-order")


def _tastes(profile: Profile) -> str:
    """What the shop thinks the customer likes, and on which of their records that rests."""
    if profile.paused:
        return panel("Tastes", "<p>The customer has paused their profile.</p>")
    rows = "".join(fold(f"taste-{t.id}", _taste(t), _why(t), "sd-act") for t in profile.tastes[:_TASTES])
    return panel("Tastes", rows)


def _taste(taste: Taste) -> str:
    way = "like" if taste.likes else "never" if taste.deal_breaker else "dislike"
    return f"{_WAYS[way]} {taste.about.value} ({taste.about.facet})"


def _why(taste: Taste) -> str:
    way = 1 if taste.likes else -1
    shown = [p for p in taste.evidence if p.weight * way > 0][:_PIECES]
    said = (f"{p.date}: {_FROM[p.source]}{f' “{p.quote}”' if p.quote else ''}" for p in shown)
    rows = "".join(f"<li>{text(line)}</li>" for line in said)
    return f'<ul class="sd-list">{rows}</ul>' if rows else '<p class="st-quiet">The customer said so themself.</p>'


def _outcome(tried: Tried, me: Agent) -> str:
    result, name = tried.result, forms.name(tried.action)
    words = [str(w) for w in (result.difference or {}).get("words", ())]
    said = "".join(f"<p>{text(w)}</p>" for w in words)
    if result.status == "needs_confirmation":
        ask = f"{' '.join(words)} Shall I go ahead?"
        body = (
            f"<p>Nothing is written yet. This is what would happen.</p>{said}"
            f'<p class="st-row">{act("Write it", "confirm", "st-pill st-strong", proposal=result.proposal)}'
            f"{act('Ask the shopper', 'insert', text=ask)}{act('Leave it', 'leave', proposal=result.proposal)}</p>"
        )
    elif result.status == "done":
        tell = act("Tell the shopper", "insert", text=f"Done. {' '.join(words)}")
        body = f'<p>Written.</p>{said}<p class="st-row">{tell}</p>'
    else:
        body = f"<p>Refused by <b>{text(result.rule)}</b>: {text(result.message)}</p>"
        if tried.waivable:
            label = "Make an exception" if me.role == "supervisor" else "Ask a supervisor for an exception"
            body += (
                f'<form{data(do="exception")}><label>Why<input name="why"></label>'
                f'<button class="st-pill">{label}</button></form>'
            )
    return panel(name, f'<div role="status">{body}</div>', "sd-outcome")


def _waivers(file: File) -> str:
    by = {w.number: f" by {w.decided_by}" for w in file.waivers if w.decided_by}
    said = (f"{w.rule}, {forms.name(w.call.action)}: {w.state}{by.get(w.number, '')}" for w in file.waivers)
    rows = "".join(f"<li>{text(line)}</li>" for line in said)
    return panel("Exceptions", f'<ul class="sd-list">{rows}</ul>' if rows else "")


def canned(texts: Mapping[str, str], me: Agent) -> str:
    """Texts to put into the draft, and for supervisors a form to change them."""
    buttons = "".join(act(title, "insert", text=body.replace("{agent}", me.shown)) for title, body in texts.items())
    form = (
        f'<form{data(do="canned")}><label>Title<input name="title"></label>'
        '<label>Text; {agent} is the name of who sends it<textarea name="text" rows="2"></textarea></label>'
        '<button class="st-pill">Save the text</button></form>'
    )
    body = f'<p class="st-row">{buttons}</p>{form if me.role == "supervisor" else ""}'
    return fold("canned", "Texts", body, "sd-act sd-canned")
