"""The changes that an agent can try on an order, as forms; and what such a form sends, as an action's arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from assistant.service.actions import ACTIONS, UNDO
from assistant.service.aftersales import PROBLEMS, REMEDIES
from assistant.service.feed import address_row
from assistant.service.goods import Item
from assistant.service.values import DELIVERED, PENDING, Customer, Order
from ui.page.html import data, text

# Product id -> its variants.
Variants = Callable[[str], Sequence[Item]]
_NAMES = {
    "cancel_pending_order": "Cancel the order",
    "modify_pending_order_address": "Another address",
    "modify_pending_order_payment": "Another means of payment",
    "modify_pending_order_items": "Other variants",
    "modify_user_address": "Another default address",
    "return_delivered_order_items": "Take things back",
    "exchange_delivered_order_items": "Exchange things",
    "reorder_items": "Order things again",
    "report_order_problem": "Report things as damaged or missing",
    "adjust_order_price": "Pay back a price that fell",
    UNDO: "Take back your last change",
}
_ADDRESS = {
    "address1": "Street and number",
    "address2": "Flat, floor",
    "city": "City",
    "state": "State",
    "country": "Country",
    "zip": "Postcode",
}
# What stands between the two items of a swap in a form.
_FOR = ">"


def name(action: str) -> str:
    """An action as an agent reads it."""
    return _NAMES.get(action, action.replace("_", " "))


def of_order(order: Order, customer: Customer, actions: Iterable[str], variants: Variants) -> str:
    """One folded form for each action that may make sense for an order in its state; the gate decides."""
    kind = {PENDING: "pending", DELIVERED: "delivered"}.get(order.status, "_order")
    # What is for no state in particular says none in its name.
    fit = [
        a
        for a in actions
        if "order_id" in ACTIONS[a].parameters and (kind in a or not ("pending" in a or "delivered" in a))
    ]
    return "".join(_form(a, _fields(a, order, customer, variants), order.id) for a in fit)


def of_account(customer: Customer, actions: Iterable[str]) -> str:
    """The forms for what is about no order."""
    fields = {
        "modify_user_address": _hidden("user_id", customer.id) + _address(address_row(customer.address)),
        UNDO: "",
    }
    return "".join(_form(a, fields[a], customer.id) for a in actions if a in fields)


def arguments(action: str, sent: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """What a form sent, by the action's own parameters. What is missing is the gate's to refuse."""
    parameters = ACTIONS[action].parameters if action in ACTIONS else {}
    pairs = [value.split(_FOR, 1) for value in sent.get("swap", ()) if _FOR in value]
    swaps = {"item_ids": [old for old, _ in pairs], "new_item_ids": [new for _, new in pairs]}
    found: dict[str, object] = {}
    for parameter, form in parameters.items():
        values = list(sent.get(parameter, ()))
        if form == "texts":
            found[parameter] = swaps[parameter] if "new_item_ids" in parameters else values
        else:
            found[parameter] = values[0] if values else ""
    return found


def _form(action: str, fields: str, about: str) -> str:
    return (
        f'<details class="sd-act"{data(key=f"{action}-{about}")}><summary>{text(name(action))}</summary>'
        f'<form{data(do="dry", action=action)}>{fields}<button class="st-pill">Dry run</button></form></details>'
    )


def _fields(action: str, order: Order, customer: Customer, variants: Variants) -> str:
    parameters = ACTIONS[action].parameters
    fields = _hidden("order_id", order.id)
    if "new_item_ids" in parameters:
        fields += "".join(
            _swap(n.item_id, str(n), variants(n.product_id)) for n in order.lines for _ in range(n.quantity)
        )
    elif "item_ids" in parameters:
        fields += "".join(_tick("item_ids", n.item_id, str(n)) for n in order.lines for _ in range(n.quantity))
    if "reason" in parameters:
        fields += _select("reason", "Reason", [("no longer needed",) * 2, ("ordered by mistake",) * 2, ("other",) * 2])
    if "problem" in parameters:
        fields += _select("problem", "What is wrong", [(p, p) for p in PROBLEMS])
        fields += _select("remedy", "What is done about it", [(r, r) for r in REMEDIES])
    if "address1" in parameters:
        fields += _address(address_row(order.address))
    if "payment_method_id" in parameters:
        paid = next((t.method_id for t in order.transactions), "")
        methods = sorted(customer.methods, key=lambda m: m.id != paid)
        fields += _select("payment_method_id", "Means of payment", [(m.id, str(m)) for m in methods])
    return fields


def _swap(item: str, label: str, items: Sequence[Item]) -> str:
    others = [(f"{item}{_FOR}{i.id}", _variant(i)) for i in items if i.id != item]
    return _select("swap", f"{label}, for", [("", "as it is"), *others])


def _tick(name_: str, value: str, label: str) -> str:
    box = f'<input type="checkbox" name="{text(name_)}" value="{text(value)}">'
    return f'<label class="sd-tick">{box} {text(label)}</label>'


def _variant(item: Item) -> str:
    price = f", {item.price}" if item.price else ""
    return f"{', '.join(item.options.values())}{price}{'' if item.available else ' (not available)'}"


def _select(name_: str, label: str, options: Iterable[tuple[str, str]]) -> str:
    body = "".join(f'<option value="{text(value)}">{text(shown)}</option>' for value, shown in options)
    return f'<label>{text(label)}<select class="st-select" name="{text(name_)}">{body}</select></label>'


def _address(row: Mapping[str, object]) -> str:
    return "".join(
        f'<label>{text(label)}<input name="{key}" value="{text(row.get(key) or "")}"></label>'
        for key, label in _ADDRESS.items()
    )


def _hidden(name_: str, value: str) -> str:
    return f'<input type="hidden" name="{text(name_)}" value="{text(value)}">'
