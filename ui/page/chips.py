"""Wishes as chips: each can be changed, made a must or a nice-to-have, and taken back; and what that says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from assistant.state import Force, Preferences, Scalar, Slot, Understanding, Wish
from ui import render
from ui.page.html import CROSS, button, data, hidden, text
from ui.words import Words

# Slots where a search tells hard from soft; in the others it always keeps to what was said.
_SOFTENED: tuple[Slot, ...] = ("category", "brand", "feature")
_AMOUNTS: tuple[Slot, ...] = ("price_max", "price_min")
_STARS = ("3", "3.5", "4", "4.5")
_LONGEST = 80


def row(wishes: Sequence[Wish], currency: str, say: Words, first: int | None = None) -> str:
    """The chips of some wishes, "" where there are none; with controls, numbered from ``first``, where it is given."""
    chips = "".join(
        _chip(w, currency, say, None if first is None else f"st-wish-{n}") for n, w in enumerate(wishes, first or 0)
    )
    return f'<ul class="st-chips">{chips}</ul>' if chips else ""


def panel(preferences: Preferences, currency: str, say: Words) -> str:
    """The side panel: what was understood so far, hard and soft apart."""
    spoken = render.spoken_currency(preferences, currency)
    body, count = "", 0
    for title, hard in (("wishes.must", True), ("wishes.nice", False)):
        wishes = render.wishes(preferences, hard)
        if wishes:
            body += f'<h3 class="st-h3">{text(say(title))}</h3>{row(wishes, spoken, say, count)}'
        count += len(wishes)
    empty = f'<p class="st-quiet">{text(say("wishes.none"))}</p>'
    return (
        f'<section class="st-panel" aria-label="{text(say("wishes.label"))}">'
        f'<h2 class="st-h2">{text(say("wishes.title"))}</h2>{body or empty}</section>'
    )


def _chip(wish: Wish, currency: str, say: Words, id: str | None) -> str:
    """One wish: solid where it is hard, dashed where it is soft, and said in words for those who do not see it."""
    label = render.wish_label(wish, currency, say)
    kind, spoken = ("hard", "wishes.must_of") if wish.hard else ("soft", "wishes.nice_of")
    said = f' title="{text(say("wishes.said", words=wish.words))}"' if wish.words else ""
    body = hidden(say(spoken)) + f"<span>{text(label)}</span>"
    if id is None:
        return f'<li class="st-chip st-{kind}"{said}>{body}</li>'
    opens = (
        f'<button type="button" class="st-opens" popovertarget="{id}"{said}'
        f' aria-label="{text(say(spoken) + say("wishes.edit", label=label))}"><span>{text(label)}</span></button>'
    )
    drop = button(
        CROSS, "revise", "st-remove", say("wishes.remove", label=label), do="drop", slot=wish.slot, value=wish.value
    )
    return f'<li class="st-chip st-{kind}">{opens}{drop}{_form(wish, label, currency, say, id)}</li>'


def _form(wish: Wish, label: str, currency: str, say: Words, id: str) -> str:
    """What opens on a chip: its value, whether it is a must, save and remove."""
    about: dict[str, Any] = {"slot": wish.slot, "value": wish.value}
    title = say(f"slot.{wish.slot}", currency=currency)
    field = _field(wish, f"{id}-new", say)
    named = f'<label for="{id}-new">{text(title)}</label>{field}' if field else f"<p>{text(title)}</p>"
    choice = ""
    if wish.slot in _SOFTENED:
        choices = (("yes", "wishes.must", wish.hard), ("no", "wishes.nice", not wish.hard))
        radios = "".join(
            f'<label><input type="radio" name="hard" value="{value}"{" checked" * now}>'
            f"<span>{text(say(name))}</span></label>"
            for value, name, now in choices
        )
        choice = f'<span class="st-either" role="radiogroup" aria-label="{text(label)}">{radios}</span>'
    save = f'<button class="st-pill st-strong">{text(say("wishes.save"))}</button>' if field or choice else ""
    drop = button(text(say("wishes.drop")), "revise", "st-pill", do="drop", **about)
    return (
        f'<form popover id="{id}" class="st-pop st-edit" aria-label="{text(say("wishes.edit", label=label))}"'
        f'{data(send="revise", do="save", **about)}>{named}{choice}<p class="st-row">{save}{drop}</p></form>'
    )


def _field(wish: Wish, id: str, say: Words) -> str:
    """The control for the wish's value; "" where there is nothing to choose."""
    value = text(wish.value)
    if wish.slot in _AMOUNTS:
        # No input of numbers: the page's markup is changed in place, and a word in one is an error while it lasts.
        number = 'type="text" inputmode="decimal" pattern="[0-9]*[.]?[0-9]+" autocomplete="off"'
        return f'<input id="{id}" name="new" {number} required value="{value}">'
    if wish.slot in ("min_rating", "order"):
        choices = list(_STARS) if wish.slot == "min_rating" else list(render.ORDERS)
        now = str(wish.value).removesuffix(".0")
        options = "".join(
            f'<option value="{text(c)}"{" selected" if c == now else ""}>'
            f"{text(say(f'wish.{c}') if c in render.ORDERS else c)}</option>"
            for c in dict.fromkeys([*choices, now])
        )
        return f'<select id="{id}" name="new">{options}</select>'
    if wish.slot == "in_stock":
        return ""
    return (
        f'<input id="{id}" name="new" type="text" maxlength="{_LONGEST}" required autocomplete="off" value="{value}">'
    )


def revision(
    preferences: Preferences, asked: Mapping[str, Any], currency: str, say: Words, language: str
) -> tuple[str, Understanding] | None:
    """What a control on a chip says, as (words, reading): no model is asked what the shopper meant.

    ``asked`` comes from a browser: ``slot`` and ``value`` name the wish, ``do`` is "drop" or "save" with ``new`` and
    ``hard``. None where that wish is not in force, where nothing changes, or where the new value is none.
    """
    old = next((w for w in preferences if (w.slot, str(w.value)) == (asked.get("slot"), str(asked.get("value")))), None)
    if old is None:
        return None
    spoken = render.spoken_currency(preferences, currency)
    label = render.wish_label(old, spoken, say)
    taken = ((old.slot, str(old.value)),)
    if asked.get("do") == "drop":
        said = Understanding("refine", (), taken, language=language, decided_by="shopper")
        return say("wishes.dropped_said", label=label), said
    value = _value(old, asked.get("new"))
    if value is None:
        return None
    hard = asked.get("hard") == "yes" if old.slot in _SOFTENED and asked.get("hard") in ("yes", "no") else old.hard
    # It stays a wish of its turn: brands said together stand together (``preferences.merge``).
    force: Force = old.force if hard == old.hard else "plain" if hard else "mild"
    new = replace(old, value=value, hard=hard, force=force)
    if new == old:
        return None
    if new.value != old.value:
        new = replace(new, words=render.wish_label(new, spoken, say))
        text_ = say("wishes.changed_said", label=label, new=new.words)
    else:
        text_ = say("wishes.must_said" if hard else "wishes.nice_said", label=label)
    return text_, Understanding("refine", (new,), taken, language=language, decided_by="shopper")


def _value(wish: Wish, new: object) -> Scalar | None:
    """The value that a control sent, checked like the shopper's own words would be; the old one where it sent none."""
    if new is None:
        return wish.value
    written = render.printable(str(new))[:_LONGEST].strip()
    if wish.slot in (*_AMOUNTS, "min_rating"):
        try:
            number = Decimal(written)
        except InvalidOperation:
            return None
        if not (number.is_finite() and 0 < number < 10**9) or (wish.slot == "min_rating" and number > 5):
            return None
        return int(number) if number == int(number) else float(number)
    if wish.slot == "order" and written not in render.ORDERS:
        return None
    if wish.slot == "in_stock":
        return wish.value
    return written or None
