"""The service desk without its page: who may come in, who has a conversation, what leaves a line in the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from service_shop import DATABASE, empty_database, gate, order_of, order_shop, own_shop
from sqlalchemy import text

from assistant.build import Assistant
from assistant.desk.accounts import Accounts, Agent
from assistant.desk.office import Office
from assistant.desk.passwords import hashed, matches
from assistant.desk.questions import BY_FORM, WHOSE
from assistant.errors import DeskError
from assistant.play import last_turn
from assistant.service.gate import Gate
from assistant.service.identity import Claims
from assistant.state import DialogueState
from assistant.store import Store
from benchmarks import handoff

__all__ = ["empty_database", "gate", "order_shop", "own_shop"]

PASSWORD = "correct horse battery"
ANNA, BORIS, SUE = Agent("anna", "agent"), Agent("boris", "agent"), Agent("sue", "supervisor")


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 5, 4, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock) -> Accounts:
    found = Accounts(Store.open(tmp_path / "shop.sqlite").engine, clock)
    found.add("anna", "agent", PASSWORD)
    return found


@pytest.fixture
def assistant(own_shop: Path) -> Assistant:
    return handoff.desk_assistant(own_shop, None, "later")


@pytest.fixture
def office(assistant: Assistant) -> Office:
    assert assistant.desk
    return Office(assistant.store, assistant.desk.gate, aside=assistant.aside)


def waiting(assistant: Assistant, customer: str | None = None) -> DialogueState:
    """A conversation that asked for a person."""
    state = assistant.store.new(customer, customer is not None)
    last_turn(assistant.say(state, "a person, please"))
    return assistant.store.load(state.id)


def refused(what: Callable[[], Any], match: str) -> None:
    with pytest.raises(DeskError, match=match):
        what()


def test_a_password_is_kept_as_no_password_and_fits_itself_alone() -> None:
    kept = hashed(PASSWORD)
    assert PASSWORD not in kept and kept != hashed(PASSWORD)
    assert matches(PASSWORD, kept) and not matches(PASSWORD + " ", kept) and not matches("", kept)


def test_the_right_password_opens_and_a_wrong_one_or_unknown_name_does_not(accounts: Accounts) -> None:
    assert accounts.who(accounts.sign_in(" Anna ", PASSWORD)) == ANNA
    refused(lambda: accounts.sign_in("anna", "wrong password"), "do not fit")
    refused(lambda: accounts.sign_in("nobody", PASSWORD), "do not fit")
    for token in (None, "", "made up"):
        refused(lambda token=token: accounts.who(token), "session has ended")  # type: ignore[misc]


def test_guessing_ends_soon_even_with_the_right_one_last(accounts: Accounts, clock: Clock) -> None:
    for _ in range(5):
        refused(lambda: accounts.sign_in("anna", "a wrong guess"), "do not fit")
    refused(lambda: accounts.sign_in("anna", PASSWORD), "too many")
    clock.at += timedelta(minutes=16)
    assert accounts.who(accounts.sign_in("anna", PASSWORD)) == ANNA
    for n in range(20):
        refused(lambda n=n: accounts.sign_in(f"name{n}", "a guess", "192.0.2.1"), "do not fit")  # type: ignore[misc]
    refused(lambda: accounts.sign_in("anna", PASSWORD, "192.0.2.1"), "too many")


def test_a_session_ends_idle_after_a_day_and_by_a_new_password(accounts: Accounts, clock: Clock) -> None:
    token = accounts.sign_in("anna", PASSWORD)
    for _ in range(3):
        clock.at += timedelta(minutes=20)
        accounts.who(token)
    # A page that asks for news keeps nobody signed in.
    for _ in range(3):
        clock.at += timedelta(minutes=10)
        accounts.who(token, active=False)
    clock.at += timedelta(minutes=1)
    refused(lambda: accounts.who(token, active=False), "session has ended")
    token = accounts.sign_in("anna", PASSWORD)
    for _ in range(30):
        clock.at += timedelta(minutes=20)
        accounts.who(token)
    clock.at += timedelta(minutes=1)
    refused(lambda: accounts.who(token), "session has ended")
    token = accounts.sign_in("anna", PASSWORD)
    accounts.add("anna", "supervisor", "another long one")
    refused(lambda: accounts.who(token), "session has ended")
    token = accounts.sign_in("anna", "another long one")
    accounts.sign_out(token)
    refused(lambda: accounts.who(token), "session has ended")


@pytest.mark.parametrize(
    ("name", "role", "password"),
    [("anna", "agent", "short"), ("a", "agent", PASSWORD), ("anna", "owner", PASSWORD), ("x y", "agent", PASSWORD)],
)
def test_no_account_with_a_weak_password_or_an_unknown_role(
    accounts: Accounts, name: str, role: str, password: str
) -> None:
    refused(lambda: accounts.add(name, role, password), ".")


def test_the_database_holds_neither_passwords_nor_tokens(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "shop.sqlite")
    accounts = Accounts(store.engine)
    accounts.add("anna", "agent", PASSWORD)
    token = accounts.sign_in("anna", PASSWORD)
    with store.engine.connect() as connection:
        rows = [
            str(row) for t in ("agents", "agent_sessions") for row in connection.execute(text(f"SELECT * FROM {t}"))
        ]
    assert len(rows) == 2 and not [row for row in rows if PASSWORD in row or token in row]


def test_while_an_agent_has_it_the_assistant_is_silent(assistant: Assistant, office: Office) -> None:
    state = waiting(assistant)
    office.take(ANNA, state.id)
    assert list(assistant.say(state, "hello? a red backpack")) == []
    office.write(ANNA, state.id, "  Hello, this is Anna.  ")
    assert len(assistant.store.load(state.id).turns) == 1
    assert [(m.author, m.name, m.text, m.after) for m in office.queue.thread(state.id)] == [
        ("took", "Anna", "", 1),
        ("shopper", "", "hello? a red backpack", 1),
        ("agent", "Anna", "Hello, this is Anna.", 1),
    ]
    office.give_back(ANNA, state.id)
    assert last_turn(assistant.say(state, "backpacks")).reply.shown
    assert office.queue.open(state.id) is None
    assert office.queue.thread(state.id)[-1].author == "returned"


def test_one_agent_at_a_time_and_nobody_else_writes(assistant: Assistant, office: Office) -> None:
    state = waiting(assistant)
    refused(lambda: office.write(ANNA, state.id, "hi"), "do not have")
    office.take(ANNA, state.id)
    refused(lambda: office.take(BORIS, state.id), "does not wait")
    refused(lambda: office.write(BORIS, state.id, "hi"), "do not have")
    refused(lambda: office.give_back(SUE, state.id), "do not have")
    refused(lambda: office.write(ANNA, state.id, " "), "no message")


def test_every_look_at_a_customer_is_a_line_of_the_log(assistant: Assistant, office: Office) -> None:
    order = order_of("pending")
    state = waiting(assistant, order["user_id"])
    file = office.look(ANNA, state.id)
    assert file.customer and file.customer.id == order["user_id"] and len(file.orders) > 0
    office.look(ANNA, state.id, again=True)
    office.search(BORIS, "person")
    assert [(x.agent, x.what, x.customer) for x in office.log.lines()] == [
        ("boris", "searched", ""), ("anna", "looked", order["user_id"]),
    ]  # fmt: skip
    stranger = waiting(assistant)
    assert office.look(ANNA, stranger.id).customer is None
    # A conversation that nobody handed over is nobody's business.
    own = assistant.store.new()
    refused(lambda: office.look(ANNA, own.id), "never handed over")
    # The log outlives the conversation.
    assistant.store.delete(state.id)
    assert len(office.log.lines(talk=state.id)) == 1


def test_a_change_goes_through_the_gate_by_its_difference_once(
    assistant: Assistant, office: Office, gate: Gate
) -> None:
    order = order_of("pending")
    given = {"order_id": order["order_id"], "reason": "no longer needed"}
    state = waiting(assistant, order["user_id"])
    refused(lambda: office.propose(ANNA, state.id, "cancel_pending_order", given), "do not have")
    office.take(ANNA, state.id)
    dry = office.propose(ANNA, state.id, "cancel_pending_order", given)
    assert dry.status == "needs_confirmation" and dry.difference and dry.proposal
    assert status(office, order) == "pending"
    # Neither another agent's yes nor the shopper's own meets it.
    refused(lambda: office.confirm(BORIS, state.id, str(dry.proposal)), "do not have")
    assert office.confirm(ANNA, state.id, dry.proposal).status == "done"
    assert office.confirm(ANNA, state.id, dry.proposal).status == "done"
    assert status(office, order) == "cancelled"
    with gate.store.reading() as records:
        (entry,) = records.journal.audit()
    assert entry.conversation == f"{state.id}/desk/anna"
    refused(lambda: office.propose(ANNA, state.id, "get_user_details", {}), "no action")


def test_nobody_acts_for_a_stranger_until_they_are_known(assistant: Assistant, office: Office) -> None:
    order = order_of("pending")
    state = waiting(assistant)
    office.take(ANNA, state.id)
    given = {"order_id": order["order_id"], "reason": "no longer needed"}
    refused(lambda: office.propose(ANNA, state.id, "cancel_pending_order", given), "not proved")
    refused(lambda: office.identify(ANNA, state.id, Claims(email="nobody@example.org")), "no account")
    office.identify(ANNA, state.id, Claims(email=DATABASE["users"][order["user_id"]]["email"]))
    assert office.propose(ANNA, state.id, "cancel_pending_order", given).status == "needs_confirmation"
    other = next(o for o in DATABASE["orders"].values() if o["user_id"] != order["user_id"])
    given["order_id"] = other["order_id"]
    assert office.propose(ANNA, state.id, "cancel_pending_order", given).rule == "order.other-customer"


def test_a_question_is_answered_from_the_records_with_its_sources(assistant: Assistant, office: Office) -> None:
    order = order_of("delivered")
    state = waiting(assistant, order["user_id"])
    found = office.ask(ANNA, f"where is order {order['order_id']}?", state.id)
    sources = {(e.source, e.id, e.field) for s in found.sentences for e in s.evidence}
    assert ("order", order["order_id"], "status") in sources and "delivered" in found.text
    # Nothing is added to the conversation, and the log knows who asked what.
    assert len(assistant.store.load(state.id).turns) == 1
    assert ("asked", order["user_id"]) in {(line.what, line.customer) for line in office.log.lines()}


def test_a_question_about_products_names_them(assistant: Assistant, office: Office) -> None:
    found = office.ask(ANNA, "show me backpacks")
    assert any(e.source == "product" for s in found.sentences for e in s.evidence)


def test_a_question_changes_nothing_and_tells_nothing_of_strangers(assistant: Assistant, office: Office) -> None:
    order = order_of("pending")
    state, stranger = waiting(assistant, order["user_id"]), waiting(assistant)
    asked = f"cancel order {order['order_id']}, it is no longer needed"
    assert office.ask(ANNA, asked, state.id).text == BY_FORM
    assert office.ask(ANNA, "yes", state.id).proposal == "" and status(office, order) == "pending"
    assert office.ask(ANNA, f"where is order {order['order_id']}?", stranger.id).text == WHOSE
    refused(lambda: office.ask(ANNA, "  ", state.id), "no question")


def test_a_supervisor_sets_a_rule_aside_for_one_call_once(assistant: Assistant, office: Office) -> None:
    first, second = two_pending()
    state = waiting(assistant, first["user_id"])
    office.take(ANNA, state.id)
    call = ("cancel_pending_order", {"order_id": first["order_id"], "reason": "found it cheaper"})
    other = ("cancel_pending_order", {"order_id": second["order_id"], "reason": "found it cheaper"})
    assert office.propose(ANNA, state.id, *call).rule == "cancel.reason"
    refused(lambda: office.ask_exception(ANNA, state.id, *call, "cancel.reason", " "), "needs a reason")
    for rule in ("cancel.pending-only", "order.other-customer", "identity.required"):
        refused(lambda rule=rule: office.ask_exception(ANNA, state.id, *call, rule, "please"), "No exception")  # type: ignore[misc]
    asked = office.ask_exception(ANNA, state.id, *call, "cancel.reason", "a good customer")
    assert asked.state == "asked" and office.propose(ANNA, state.id, *call).rule == "cancel.reason"
    assert not office.overview(ANNA).exceptions and office.overview(SUE).exceptions == (asked,)
    refused(lambda: office.decide_exception(ANNA, asked.number, True), "Only a supervisor")
    assert office.decide_exception(SUE, asked.number, True).state == "granted"
    refused(lambda: office.decide_exception(SUE, asked.number, False), "decided already")
    assert office.propose(ANNA, state.id, *other).rule == "cancel.reason"
    dry = office.propose(ANNA, state.id, *call)
    assert dry.proposal and office.confirm(ANNA, state.id, dry.proposal).status == "done"
    assert [w.state for w in office.exceptions.of(state.id)] == ["used"]
    assert {"exception asked", "exception granted", "confirmed"} <= {x.what for x in office.log.lines(talk=state.id)}


def two_pending() -> tuple[dict[str, Any], dict[str, Any]]:
    """Two pending orders of one customer."""
    pending = [o for o in DATABASE["orders"].values() if o["status"] == "pending"]
    return next((a, b) for a in pending for b in pending if a is not b and a["user_id"] == b["user_id"])


def status(office: Office, order: dict[str, Any]) -> str:
    assert office.gate
    with office.gate.store.reading() as records:
        found = records.order(order["order_id"])
    assert found
    return found.status


def test_past_conversations_are_found_by_what_was_said_on_either_side(assistant: Assistant, office: Office) -> None:
    one, two = waiting(assistant), waiting(assistant)
    office.take(ANNA, one.id)
    office.write(ANNA, one.id, "The teapot will be replaced")
    assert [f.conversation for f in office.search(ANNA, "TEAPOT replaced")] == [one.id]
    assert [f.conversation for f in office.search(ANNA, "person please")] == [two.id, one.id]
    assert office.search(ANNA, "no such words") == office.search(ANNA, " ") == []


def test_figures_of_a_day(assistant: Assistant, office: Office) -> None:
    one, _ = waiting(assistant), waiting(assistant)
    office.take(ANNA, one.id)
    office.write(ANNA, one.id, "hello")
    found = office.figures()
    assert (found.conversations, found.answered, found.waiting, found.taken, found.written) == (2, 2, 1, 1, 1)
    assert found.reasons == {"asked": 2} and found.wait is not None and 0 <= found.wait < 60


def test_canned_texts_are_changed_by_supervisors_alone(office: Office) -> None:
    shipped = office.canned.all()
    refused(lambda: office.canned.put(ANNA, "Ours", "text"), "Only a supervisor")
    office.canned.put(SUE, "Ours", "Hello from {agent}")
    assert office.canned.all() == {**shipped, "Ours": "Hello from {agent}"}
    office.canned.put(SUE, "Ours", "")
    first = next(iter(shipped))
    office.canned.put(SUE, first, "")
    assert office.canned.all() == {k: v for k, v in shipped.items() if k != first}
