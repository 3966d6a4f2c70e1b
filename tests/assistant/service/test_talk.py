"""Orders in a conversation, by rules alone: asserted on what is said, on what is pending and on the database."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from service_shop import DATABASE, order_of

from assistant.jsonable import from_dict, to_dict
from assistant.play import last_turn
from assistant.service.gate import Gate
from assistant.service.talk import ServiceDesk
from assistant.state import DialogueState, Turn
from assistant.turn import reply
from eval.order_tasks import opened, state
from retrieval.search import Shelf


class Talk:
    """A conversation whose messages are read by rules."""

    def __init__(self, shop: Path, customer: str | None = None, verified: bool = True) -> None:
        self.gate: Gate = opened(shop)
        self.desk = ServiceDesk(self.gate)
        self.shelf = Shelf.open(shop)
        self.state = DialogueState(f"talk with {customer}", customer, verified and customer is not None)

    def say(self, text: str) -> str:
        """The answer."""
        turn = last_turn(reply(self.state, text, shelf=self.shelf, model=None, desk=self.desk))
        # As it comes back from the store.
        self.state = self.state.append(from_dict(Turn, to_dict(turn)))
        return turn.reply.text

    @property
    def needs(self) -> str:
        """What the latest turn asked for."""
        return str((self.state.turns[-1].reply.pending or {}).get("needs", ""))


def record(gate: Gate, order: dict[str, Any]) -> dict[str, Any]:
    """An order as it is now."""
    found: dict[str, Any] = state(gate)["orders"][order["order_id"]]
    return found


def audit(gate: Gate) -> list[Any]:
    """What was written."""
    with gate.store.reading() as records:
        return list(records.journal.audit())


def test_a_stranger_says_who_they_are_and_cancels(own_shop: Path) -> None:
    order = order_of("pending", paid_with="credit_card")
    user = DATABASE["users"][order["user_id"]]
    talk = Talk(own_shop)
    talk.say(f"Please cancel order {order['order_id']}, I don't need it any more")
    assert talk.needs == "identity"
    # The retail policy takes the e-mail address alone.
    talk.say(f"It is {user['email']}")
    assert (talk.needs, record(talk.gate, order)) == ("reason", order) or talk.needs == "yes"
    if talk.needs == "reason":
        talk.say("it is no longer needed")
    assert talk.needs == "yes"
    assert record(talk.gate, order) == order
    assert "Done." in talk.say("Yes, please.")
    assert record(talk.gate, order)["status"] == "cancelled"
    assert talk.state.turns[-1].reply.committed
    talk.say("yes")
    assert len(audit(talk.gate)) == 1


@pytest.mark.parametrize(
    "answer",
    ["hm", "yes but wait", "is that a yes?", "no", "not yet", "maybe", "okay, what does it cost?", "yes if free"],
)
def test_what_is_not_a_plain_yes_writes_nothing(own_shop: Path, answer: str) -> None:
    order = order_of("pending")
    talk = Talk(own_shop, order["user_id"])
    talk.say(f"cancel order {order['order_id']}, ordered by mistake")
    assert talk.needs == "yes"
    talk.say(answer)
    assert state(talk.gate) == DATABASE


@pytest.mark.parametrize("answer", ["yes", "Yes please", "ok, go ahead", "Sure", "do it", "I confirm"])
def test_a_plain_yes_writes(own_shop: Path, answer: str) -> None:
    order = order_of("pending")
    talk = Talk(own_shop, order["user_id"])
    talk.say(f"cancel order {order['order_id']}, ordered by mistake")
    talk.say(answer)
    assert record(talk.gate, order)["status"] == "cancelled"


def test_a_return_waits_while_something_is_shopped_for(own_shop: Path) -> None:
    order = order_of("delivered", paid_with="credit_card", lines=2)
    talk = Talk(own_shop, order["user_id"])
    talk.say(f"I want to return something from order {order['order_id']}")
    assert talk.needs == "items"
    talk.say("show me a desk lamp under $60")
    turn = talk.state.turns[-1]
    assert turn.reply.shown and not turn.reply.pending
    assert turn.preferences.of("price_max")
    talk.say("now back to returning my order")
    assert (talk.needs, talk.state.turns[-1].reply.pending["order"]) == ("items", order["order_id"])  # type: ignore[index]
    talk.say(f"the {order['items'][0]['name'].lower()}")
    assert talk.needs == "yes"
    talk.say("yes")
    assert talk.state.preferences.of("price_max")
    # Both, where the order holds it twice.
    assert set(record(talk.gate, order)["return_items"]) == {order["items"][0]["item_id"]}


def test_an_exchange_names_the_other_variant(own_shop: Path) -> None:
    order = next(
        o for o in DATABASE["orders"].values() if o["status"] == "delivered" and o["items"][0]["name"] == "Raincoat"
    )
    item = order["items"][0]
    variants = DATABASE["products"][item["product_id"]]["variants"].values()
    wanted = next(
        v for v in variants
        if v["available"] and v["options"]["size"] == item["options"]["size"] and v["item_id"] != item["item_id"]
    )  # fmt: skip
    card = next(m for m in DATABASE["users"][order["user_id"]]["payment_methods"] if m.startswith("credit"))
    talk = Talk(own_shop, order["user_id"])
    talk.say(f"exchange the raincoat of order {order['order_id']}")
    assert talk.needs == "variant"
    talk.say(f"in {wanted['options']['colour']}, with my credit card")
    assert talk.needs == "yes"
    talk.say("yes")
    after = record(talk.gate, order)
    assert set(after["exchange_new_items"]) == {wanted["item_id"]}
    assert after["exchange_payment_method_id"] == card


def test_who_wants_to_pay_an_order_otherwise_is_heard(own_shop: Path) -> None:
    order = order_of("pending")
    talk = Talk(own_shop, order["user_id"])
    talk.say(f"I want to pay order {order['order_id']} with my other card, me@example.com")
    turn = talk.state.turns[-1]
    assert turn.understanding.intent == "change_order"
    assert talk.needs in ("method", "yes") and "example.com" not in turn.reply.text


def test_an_address_is_changed_once_it_is_written(own_shop: Path) -> None:
    order = order_of("pending")
    talk = Talk(own_shop, order["user_id"])
    talk.say(f"change the address of order {order['order_id']}")
    assert talk.needs == "address"
    talk.say("12 Elm Street, Boise, ID 83701")
    assert talk.needs == "yes"
    talk.say("yes")
    changed = record(talk.gate, order)["address"]
    assert changed == {
        "address1": "12 Elm Street",
        "address2": "",
        "city": "Boise",
        "state": "ID",
        "zip": "83701",
        "country": "USA",
    }


def test_a_refusal_says_the_rule_it_rests_on(own_shop: Path) -> None:
    order = order_of("processed")
    talk = Talk(own_shop, order["user_id"])
    said = talk.say(f"cancel order {order['order_id']}")
    assert "processed" in said and "pending" in said
    evidence = talk.state.turns[-1].reply.sentences[0].evidence
    assert ("policy", "cancel.pending-only") in {(e.source, e.field) for e in evidence}


def test_others_orders_are_not_told(own_shop: Path) -> None:
    order = order_of("delivered")
    stranger = next(u for u in DATABASE["users"].values() if u["user_id"] != order["user_id"] and u["orders"])
    talk = Talk(own_shop, stranger["user_id"])
    said = talk.say(f"where is order {order['order_id']}?")
    assert order["fulfillments"][0]["tracking_id"][0] not in said
    assert order["items"][0]["name"] not in said or order["order_id"] not in said


def test_guessing_ends(own_shop: Path) -> None:
    order = order_of("pending")
    talk = Talk(own_shop)
    talk.say(f"cancel order {order['order_id']}")
    for number in range(5):
        talk.say(f"guess{number}@example.org")
    said = talk.say(DATABASE["users"][order["user_id"]]["email"])
    assert "person" in said
    assert talk.needs == ""


def test_everything_said_of_an_order_rests_on_its_record(own_shop: Path) -> None:
    order = order_of("delivered")
    talk = Talk(own_shop, order["user_id"])
    talk.say(f"what is the status of order {order['order_id']}?")
    sentences = talk.state.turns[-1].reply.sentences
    first = {(e.id, e.field): e.value for e in sentences[0].evidence}
    assert first[order["order_id"], "status"] == "delivered"
    assert all(e.value in s.text for s in sentences for e in s.evidence)


def english_in(talk: Talk) -> list[str]:
    """English that no record holds, in what was said to a shopper who writes Chinese."""
    records = str(DATABASE)
    said = " ".join(sentence.text for turn in talk.state.turns for sentence in turn.reply.sentences)
    words = re.findall(r"[A-Za-z]{2,}(?: [a-z]+)*", said)
    return [w for w in words if w not in records and w not in ("PayPal", "visa", "mastercard")]


def test_orders_are_told_in_chinese(own_shop: Path) -> None:
    pending, delivered = order_of("pending", paid_with="credit_card"), order_of("delivered")
    talk = Talk(own_shop)
    talk.say(f"我想取消订单 {pending['order_id']}")
    assert talk.needs == "identity"
    talk.say(f"我的邮箱是 {DATABASE['users'][pending['user_id']]['email']}")
    assert talk.needs == "reason"
    assert "取消订单" in talk.say("不需要了") and talk.needs == "yes"
    assert "已办好" in talk.say("好的")
    assert "已取消" in talk.say(f"订单 {pending['order_id']} 到哪了？")
    other = Talk(own_shop, delivered["user_id"])
    other.say("我的订单到哪了？")
    other.say(f"我想退订单 {delivered['order_id']} 里的东西")
    other.say("全部")
    assert other.needs == "yes"
    other.say("不要了")
    other.say(f"取消订单 {delivered['order_id']}，不需要了")
    assert "只有待处理的订单才能取消" in other.state.turns[-1].reply.text
    other.say(f"订单 {delivered['order_id']} 的发票")
    other.say("礼品卡还剩多少？")
    assert (english_in(talk), english_in(other)) == ([], [])
