"""When a person is needed, by words and by what became of the turns; and what the shopper is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from service_shop import order_of

from assistant.desk.accounts import Accounts
from assistant.desk.queue import Queue
from assistant.errors import DeskError
from assistant.play import last_turn
from assistant.service.gate import Gate
from assistant.service.handoff import Enqueue, Packet, Place, needed
from assistant.service.handoff.decide import REASONS
from assistant.service.handoff.phrases import pattern, table
from assistant.service.talk import ServiceDesk
from assistant.state import DialogueState, Reply, Understanding
from assistant.store import Store
from assistant.turn import reply
from benchmarks import handoff
from eval.order_tasks import opened
from retrieval.search import Shelf


class Talk:
    """A conversation that may be handed over."""

    def __init__(self, shop: Path, customer: str | None = None, enqueue: Enqueue | None = None) -> None:
        self.desk, self.shelf = ServiceDesk(opened(shop)), Shelf.open(shop)
        self.state = DialogueState("talk", customer, customer is not None)
        self.enqueue = enqueue

    def say(self, *texts: str) -> Reply:
        """The last answer."""
        for text in texts:
            turn = last_turn(
                reply(self.state, text, shelf=self.shelf, model=None, desk=self.desk, enqueue=self.enqueue)
            )
            self.state = self.state.append(turn)
        return self.state.turns[-1].reply


def reason(text: str) -> str | None:
    """Why a first message needs a person."""
    found = needed(DialogueState("x"), Understanding("find"), text)
    return found.reason if found else None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("the kettle exploded", "danger"),
        ("it gave my daughter a nasty shock", "danger"),
        ("my doctor put me on blood thinners, is this safe", "medical"),
        ("you will hear from my attorney", "legal"),
        ("delete all my data", "legal"),
        ("I am livid", "anger"),
        ("YOU LIED TO ME AND I WANT IT BACK!", "anger"),
        ("please waive the fee", "exception"),
        ("let me talk to a supervisor", "asked"),
        ("is there anyone I could phone", "asked"),
        ("the parcel was stolen", "unsure"),
        ("you sent me the wrong size", "unsure"),
        ("a fire-proof box", None),
        ("something for a doctor who travels", None),
        ("a lamp that does not hurt the eyes", None),
        ("no rush", None),
        ("ANC HEADPHONES UNDER 200 USD", None),
    ],
)
def test_the_reason_of_a_message(text: str, why: str | None) -> None:
    assert reason(text) == why


def test_what_a_control_says_is_no_cry_for_help() -> None:
    said = Understanding("cart", decided_by="shopper")
    assert needed(DialogueState("x"), said, "Put the Fire Alarm that caught fire into the cart") is None
    assert needed(DialogueState("x"), Understanding("hand_off", decided_by="shopper"), "x") is not None


def test_every_reason_has_words_to_say_and_a_draft() -> None:
    for part in ("why", "drafts"):
        assert set(table()[part]) == set(REASONS)
    for name in table()["reasons"]:
        assert pattern("reasons", name)


def test_an_exception_is_wanted_only_after_a_refusal(own_shop: Path) -> None:
    order = order_of("delivered")
    talk = Talk(own_shop, order["user_id"])
    assert talk.say("surely something can be done").hand_off is None
    talk.say(f"cancel order {order['order_id']}, I no longer need it")
    answer = talk.say("surely something can be done")
    assert answer.hand_off
    packet = Packet.of({k: v for k, v in answer.hand_off.items() if k != "queued"})
    assert (packet.reason, packet.rule, packet.customer, packet.verified) == (
        "exception", "cancel.pending-only", order["user_id"], True,
    )  # fmt: skip
    assert packet.rule_says in packet.suggestion and packet.missing() == []
    assert any("refused by rule cancel.pending-only" in line for line in packet.tried)
    assert any(order["order_id"] in f"{fact.record} {fact.value}" for fact in packet.facts)


def test_three_failures_in_a_row_and_not_two_or_with_one_success_between(own_shop: Path) -> None:
    failing, working = "the second one", "backpacks"
    assert Talk(own_shop).say(failing, failing).hand_off is None
    assert Talk(own_shop).say(failing, failing, working).hand_off is None
    three = Talk(own_shop)
    assert three.say(failing, failing, failing).hand_off
    # After a hand-over the count begins anew.
    assert three.say(failing).hand_off is None


@pytest.mark.parametrize("staffed", ["now", "later", "nobody", "failing", "none"])
def test_the_shopper_is_told_what_is_true_of_the_queue(own_shop: Path, staffed: str) -> None:
    def enqueue(conversation: str, packet: Packet) -> Place:
        if staffed == "failing":
            raise DeskError("no space", "make some")
        return Place(3, staffed)  # type: ignore[arg-type]

    answer = Talk(own_shop, enqueue=None if staffed == "none" else enqueue).say("a person, please")
    assert answer.hand_off
    queued = staffed in ("now", "later")
    assert ("at place 3" in answer.text) == answer.hand_off["queued"] == queued
    assert ("nobody of this shop reads along" in answer.text) == (staffed in ("nobody", "none"))
    assert ("could not put" in answer.text) == (staffed == "failing")


def test_nothing_of_an_order_is_done_in_a_message_that_needs_a_person(own_shop: Path, gate: Gate) -> None:
    order = order_of("pending")
    talk = Talk(own_shop, order["user_id"])
    talk.say(f"cancel order {order['order_id']}, no longer needed")
    assert talk.say("yes, and my lamp is on fire").committed == ()
    assert talk.say("yes").committed == ()


def test_a_conversation_waits_once_and_the_pressing_first(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "shop.sqlite")
    queue = Queue(store.engine)
    calm, hurt = store.new(), store.new()
    asked, danger = packet_of("a person please"), packet_of("it caught fire")
    assert queue.put(calm.id, asked) == Place(1, "nobody")
    assert queue.put(hurt.id, danger) == Place(1, "nobody")
    assert queue.put(calm.id, asked) == Place(2, "nobody", waited=True)
    Accounts(store.engine).add("anna", "agent", "a long password")
    assert queue.put(calm.id, asked).staffed == "later"
    assert [h.conversation for h in Queue(Store.open(tmp_path / "shop.sqlite").engine).waiting()] == [hurt.id, calm.id]
    store.delete(calm.id)
    assert [h.conversation for h in queue.waiting()] == [hurt.id]


def packet_of(text: str) -> Packet:
    """The packet of a first message."""
    from assistant.service.handoff import packet
    from assistant.state import Preferences

    state, said = DialogueState("x"), Understanding("hand_off")
    need = needed(state, said, text)
    assert need
    made = packet(state, said, text, Preferences(), Reply(), need)
    assert Packet.of(made.to_row()) == made
    return made


def test_the_set_is_what_its_description_says() -> None:
    rows = handoff.rows()
    assert len({row["id"] for row in rows}) == 100
    assert sum(row["needs"] is not None for row in rows) == 50
    dev, test = handoff.rows("dev"), handoff.rows("test")
    assert len(dev) == len(test) == 50 and not {r["id"] for r in dev} & {r["id"] for r in test}
    assert all(row["needs"] in (*REASONS, None) and row["turn"] in (len(row["turns"]), None) for row in rows)


def test_the_benchmark_would_see_a_lie(own_shop: Path) -> None:
    """An assistant that promises a person and queues nothing is found out."""

    class Lying(Queue):
        def put(self, *_: object) -> Place:
            return Place(1, "now")

    honest = handoff.desk_assistant(own_shop, None, "now")
    lying = type(honest)(
        honest.shelf, honest.model, honest.store, honest.settings, honest.desk, Lying(honest.store.engine)
    )
    row = {"id": "1", "customer": None, "verified": False, "turns": ["a person, please"], "needs": "asked", "turn": 1}
    assert (handoff.play(row, honest, "now").lies, handoff.play(row, lying, "now").lies) == (0, 1)


def test_a_chinese_message_is_answered_in_chinese(own_shop: Path) -> None:
    zh, en = table()["zh"], table()
    assert all(set(zh[part]) == set(en[part]) for part in ("advice", "why", "told"))
    answer = Talk(own_shop, enqueue=lambda *_: Place(2, "now")).say("我要转人工客服")
    assert answer.hand_off and "第 2 位" in answer.text and "queue" not in answer.text
