"""The actions there are: what each takes, whether it reads or writes, and what does it.

Names and arguments are those of the order databases that service benchmarks use, so that their recorded calls run here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from assistant.service import aftersales, effects, lookups
from assistant.service.case import Case, Denied
from assistant.service.effects import Change

if TYPE_CHECKING:
    from assistant.service.ruleset import RuleSet

# Characters of one argument, and things in a list; what is longer is no address and no order.
_LONGEST, _MOST = 2_000, 100
Form = Literal["text", "text or nothing", "texts"]
_ADDRESS: dict[str, Form] = {
    "address1": "text",
    "address2": "text or nothing",
    "city": "text",
    "state": "text",
    "country": "text",
    "zip": "text",
}


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a customer, or a model for them, can ask for."""

    name: str
    # For a person or a model that is to choose.
    meaning: str
    parameters: Mapping[str, Form]
    # A write says what it would change, a read what it finds; one of the two is set.
    effect: Callable[[Case, RuleSet], Change] | None = None
    answer: Callable[[Case, RuleSet], Any] | None = None

    @property
    def writes(self) -> bool:
        """Whether it changes a record."""
        return self.effect is not None

    def read(self, arguments: object) -> dict[str, Any]:
        """The arguments, where they have the right form. Raises Denied."""
        if not isinstance(arguments, Mapping):
            raise Denied("call.arguments", f"{self.name} takes named arguments.")
        for name in (*self.parameters, *arguments):
            if name not in self.parameters or name not in arguments:
                what = "needs" if name in self.parameters else "does not take"
                raise Denied("call.arguments", f"{self.name} {what} {str(name)[:50]}.")
        for name, form in self.parameters.items():
            if not _has_form(arguments[name], form):
                raise Denied("call.arguments", f"{name} of {self.name} is not {_FORMS[form]}.")
        return dict(arguments)


_FORMS: dict[Form, str] = {"text": "a text", "text or nothing": "a text", "texts": "a list of texts"}


def _has_form(value: object, form: Form) -> bool:
    if form == "texts":
        return isinstance(value, list) and len(value) <= _MOST and all(_has_form(one, "text") for one in value)
    if not isinstance(value, str) or len(value) > _LONGEST or "\0" in value:
        return False
    return form == "text or nothing" or bool(value.strip())


def _write(name: str, effect: Callable[[Case, RuleSet], Change], meaning: str, **parameters: Form) -> Action:
    return Action(name, meaning, parameters, effect=effect)


def _read(name: str, answer: Callable[[Case, RuleSet], Any], meaning: str, **parameters: Form) -> Action:
    return Action(name, meaning, parameters, answer=answer)


UNDO = "undo_last_change"
_SWAP: dict[str, Form] = {
    "order_id": "text",
    "item_ids": "texts",
    "new_item_ids": "texts",
    "payment_method_id": "text",
}
ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        _write(
            "cancel_pending_order",
            effects.cancel,
            "Cancels a whole order that is pending.",
            order_id="text",
            reason="text",
        ),
        _write(
            "modify_pending_order_address",
            effects.change_order_address,
            "Sends a pending order somewhere else.",
            order_id="text",
            **_ADDRESS,
        ),
        _write(
            "modify_pending_order_payment",
            effects.change_payment,
            "Moves a pending order to another means of payment of the customer.",
            order_id="text",
            payment_method_id="text",
        ),
        _write(
            "modify_pending_order_items",
            effects.change_items,
            "Changes things of a pending order to other variants of the same products; all of them in one call.",
            **_SWAP,
        ),
        _write(
            "modify_user_address",
            effects.change_default_address,
            "Changes the customer's default address.",
            user_id="text",
            **_ADDRESS,
        ),
        _write(
            "return_delivered_order_items",
            effects.send_back,
            "Asks to send back things of a delivered order; all of them in one call.",
            order_id="text",
            item_ids="texts",
            payment_method_id="text",
        ),
        _write(
            "exchange_delivered_order_items",
            effects.exchange,
            "Asks to exchange things of a delivered order for other variants of the same products; all in one call.",
            **_SWAP,
        ),
        _write(
            "reorder_items",
            aftersales.reorder,
            "Orders things of an earlier order again, at today's prices, to the customer's own address.",
            order_id="text",
            item_ids="texts",
            payment_method_id="text",
        ),
        _write(
            "report_order_problem",
            aftersales.report_problem,
            "Reports things of a delivered order as damaged or missing (problem), to be sent again or paid back "
            "(remedy: replacement or refund).",
            order_id="text",
            item_ids="texts",
            problem="text",
            remedy="text",
        ),
        _write(
            "adjust_order_price",
            aftersales.adjust_price,
            "Pays back what things of an order cost less today than when they were ordered.",
            order_id="text",
            item_ids="texts",
        ),
        _write(UNDO, effects.undo, "Takes back the last change of this conversation, where the policy allows it."),
        _read("find_user_id_by_email", lookups.by_email, "The customer's id, from an e-mail address.", email="text"),
        _read(
            "find_user_id_by_name_zip",
            lookups.by_name,
            "The customer's id, from name and postcode.",
            first_name="text",
            last_name="text",
            zip="text",
        ),
        _read("get_user_details", lookups.user, "The customer's account, without card numbers.", user_id="text"),
        _read("get_order_details", lookups.order, "One order of the customer.", order_id="text"),
        _read("get_order_invoice", lookups.invoice, "What was ordered and paid in one order.", order_id="text"),
        _read("get_product_details", lookups.product, "A product with its variants.", product_id="text"),
        _read("get_item_details", lookups.item, "One variant of a product.", item_id="text"),
        _read("list_all_product_types", lookups.product_types, "Name and id of every product."),
        _read("calculate", lookups.calculate, "The value of a sum such as (12.50 + 3) * 2.", expression="text"),
        _read(
            "transfer_to_human_agents",
            lookups.transfer,
            "Notes that a person is needed; queues nobody.",
            summary="text",
        ),
    )
}
WRITES = {name for name, action in ACTIONS.items() if action.writes}
