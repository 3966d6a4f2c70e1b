"""Questions about the rules inside a conversation: recognised, answered with a source, and of an order only for its owner."""

from __future__ import annotations

from pathlib import Path

import pytest
from service_shop import DATABASE, order_of
from shops import WordEmbedder

from assistant.jsonable import from_dict, to_dict
from assistant.play import last_turn
from assistant.rows import turn_row
from assistant.service.talk import Policies, ServiceDesk
from assistant.state import DialogueState, Turn
from assistant.turn import reply
from eval.order_tasks import opened
from retrieval.passages import split
from retrieval.policies import Policy
from retrieval.policy_groups import Groups
from retrieval.policy_search import PolicyShelf
from retrieval.search import Shelf

DOCUMENTS = {
    "returns.md": "# Returns\n\n## How long\n\nYou may return things within 30 days of delivery.\n\nReturning a parcel costs $4.",
    "gifts.md": "# Gift cards\n\n## Using\n\nGift cards do not expire.",
}


class Talk:
    """A conversation read by rules, in a shop with orders and documents."""

    def __init__(self, shop: Path, customer: str | None = None) -> None:
        passages = [p for name, text in DOCUMENTS.items() for p in split(Policy(name, text.split("\n")[0][2:], text))]
        gate = opened(shop)
        shelf = PolicyShelf(passages, Groups(), WordEmbedder())
        self.desk = ServiceDesk(gate, Policies(shelf, gate.rules, gate.goods, gate.today))
        self.shelf = Shelf.open(shop)
        self.state = DialogueState("talk", customer, customer is not None)

    def say(self, text: str) -> Turn:
        turn = last_turn(reply(self.state, text, shelf=self.shelf, model=None, desk=self.desk))
        self.state = self.state.append(from_dict(Turn, to_dict(turn)))
        return turn


def test_a_question_about_the_rules_is_answered_with_its_source(own_shop: Path) -> None:
    turn = Talk(own_shop).say("Do gift cards expire?")
    assert turn.understanding.intent == "ask_policy" and turn.understanding.wishes == ()
    assert "Gift cards do not expire." in turn.reply.text
    assert turn_row(turn)["citations"] == [{"document": "gifts.md", "passage": "Gift cards › Using"}]


def test_a_shop_with_documents_and_no_orders_answers_too(own_shop: Path) -> None:
    talk = Talk(own_shop)
    talk.desk = ServiceDesk(policies=Policies(talk.desk.policies.shelf if talk.desk.policies else None))  # type: ignore[arg-type]
    assert "Gift cards do not expire." in talk.say("Do gift cards expire?").reply.text


def test_nothing_of_an_order_is_told_before_its_owner_is_known(own_shop: Path) -> None:
    order = order_of("delivered")
    user = DATABASE["users"][order["user_id"]]
    talk = Talk(own_shop)
    asked = talk.say(f"Until when can I return order {order['order_id']}?")
    assert (asked.reply.pending or {})["needs"] == "identity" and "delivered" not in asked.reply.text
    told = talk.say(f"My e-mail is {user['email']}, my postcode {user['address']['zip']}")
    assert told.reply.citations and order["order_id"] in told.reply.text
    assert told.reply.pending is None


def test_to_act_is_no_question(own_shop: Path) -> None:
    order = order_of("delivered")
    turn = Talk(own_shop, order["user_id"]).say(f"I want to return order {order['order_id']}")
    assert turn.understanding.intent == "return_order" and turn.reply.citations == ()


@pytest.mark.parametrize(
    "text", ["show me a red lamp under $40", "hello", "the second one", "how much is the second one?"]
)
def test_shopping_stays_shopping(own_shop: Path, text: str) -> None:
    assert Talk(own_shop).say(text).understanding.intent != "ask_policy"
