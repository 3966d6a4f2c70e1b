"""The one way to an order: identity, policy, a proposal, the customer's own yes, one commit.

Whoever calls (a person, a model, a batch) can only propose. A proposal says its difference in words and money and is
bound to one conversation; ``confirm`` writes exactly that difference, once, or nothing.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from assistant.jsonable import to_dict
from assistant.service.actions import ACTIONS, UNDO, Action
from assistant.service.case import Case, Denied
from assistant.service.database import OrderStore
from assistant.service.effects import Change
from assistant.service.goods import Goods
from assistant.service.identity import Claims, identify
from assistant.service.journal import Entry, Proposal
from assistant.service.records import Records
from assistant.service.ruleset import RuleSet
from assistant.service.values import Order

# After this a yes is no answer to the question any more.
_PATIENCE = timedelta(minutes=60)
Status = Literal["done", "needs_confirmation", "denied"]


@dataclass(frozen=True, slots=True)
class Caller:
    """In which conversation, and for which verified customer; None is nobody yet."""

    conversation: str
    customer: str | None = None
    # Ids of rules that a supervisor of the shop has set aside for this call.
    waives: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a call."""

    status: Status
    message: str
    # The rule that denied it.
    rule: str | None = None
    # {"action", "order", "words", "money", "changes"}, for a write.
    difference: dict[str, Any] | None = None
    # What ``confirm`` takes.
    proposal: str | None = None
    # What a read found.
    found: Any = None


class Gate:
    """Actions on an order database, under a policy."""

    def __init__(
        self,
        store: OrderStore,
        rules: RuleSet,
        goods: Goods,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.store = store
        self.rules = rules
        self.goods = goods
        self._now = now

    def orders_of(self, customer: str) -> list[Order]:
        """The orders of ``customer`` as they are now, for the shop's own eyes."""
        with self.store.reading() as records:
            return list(records.orders(customer))

    def call(self, caller: Caller, name: object, arguments: object) -> Result:
        """Answers a read, and turns a write into a proposal; never writes to a customer or an order."""
        try:
            action = self._action(name)
            checked = action.read(arguments)
            if action.answer:
                with self.store.reading() as records:
                    found = action.answer(self.case(caller, action.name, checked, records), self.rules)
                said = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, sort_keys=True)
                return Result("done", said, found=found)
            # Decided once without a lock: most calls that may not be are seen here, and keep nobody waiting.
            with self.store.reading() as records:
                self._decide(self.case(caller, action.name, checked, records))
            with self.store.writing() as records:
                return self._propose(caller, self.case(caller, action.name, checked, records, writes=True))
        except Denied as denied:
            return Result("denied", denied.message, denied.rule)

    def confirm(self, caller: Caller, proposal: str) -> Result:
        """The customer's yes: commits exactly what was proposed. Said again, it changes nothing and says so again."""
        try:
            with self.store.writing() as records:
                return self._commit(caller, proposal, records)
        except Denied as denied:
            return Result("denied", denied.message, denied.rule)

    def decline(self, caller: Caller, proposal: str) -> None:
        """The customer's no: the proposal is forgotten. One that is done, or not theirs, stays."""
        with self.store.writing() as records:
            found = records.journal.proposal(proposal)
            if found and found.conversation == caller.conversation:
                records.journal.drop_proposal(proposal)

    def identify(self, conversation: str, claims: Claims, only: str | None = None) -> Result:
        """Who is proved to speak: ``found`` is the customer's id, or None where more must be said.

        ``only`` is who it must be, where the shop's page already knows whose account is open.
        """
        with self.store.writing() as records:
            try:
                who = identify(records, claims, self.rules.identity, conversation, only, self._now())
            except Denied as denied:
                return Result("denied", denied.message, denied.rule)
        return Result("done", "", found=who.id if who else None)

    def _action(self, name: object) -> Action:
        action = ACTIONS.get(name) if isinstance(name, str) else None
        if action is None or (action.writes and name != UNDO and name not in self.rules.actions):
            raise Denied("call.unknown-action", f"There is no action {str(name)[:60]!r}.")
        return action

    def today(self) -> date:
        """The day it is."""
        return self._now().date()

    def case(
        self, caller: Caller, action: str, arguments: dict[str, Any], records: Records, *, writes: bool = False
    ) -> Case:
        """A call with the records it is about, as they are in the caller's transaction."""
        return Case(
            action,
            arguments,
            caller.customer,
            caller.conversation,
            records,
            self.goods,
            self._now(),
            writes=writes,
            waives=caller.waives,
        )

    def _decide(self, case: Case) -> Change:
        """What the call would do. Raises Denied: identity and ownership first, then the policy."""
        _ = case.customer
        if case.arguments.get("user_id", case.customer.id) != case.customer.id:
            raise Denied("identity.other-customer", "In this conversation I can only help with your own account.")
        if "order_id" in case.arguments:
            _ = case.order
        self.rules.check(case)
        effect = ACTIONS[case.action].effect
        assert effect is not None
        return effect(case, self.rules)

    def _propose(self, caller: Caller, case: Case) -> Result:
        change = self._decide(case)
        difference = _difference(case, change)
        proposal = Proposal(
            secrets.token_urlsafe(18),
            caller.conversation,
            case.customer.id,
            case.action,
            dict(case.arguments),
            difference,
            _fingerprint(caller, case, difference),
            case.now,
        )
        case.records.journal.propose(proposal)
        return Result("needs_confirmation", _asked(difference), difference=difference, proposal=proposal.id)

    def _commit(self, caller: Caller, id_: str, records: Records) -> Result:
        proposal = records.journal.proposal(id_)
        if not proposal or (proposal.conversation, proposal.customer_id) != (caller.conversation, caller.customer):
            raise Denied("confirmation.unknown", "There is nothing here that waits for your yes.")
        if proposal.state == "done":
            return Result("done", _said(proposal.difference), difference=proposal.difference, proposal=id_)
        if self._now() > proposal.made + _PATIENCE:
            raise Denied("confirmation.expired", "That was too long ago; please ask for it again.")
        case = self.case(caller, proposal.action, proposal.arguments, records, writes=True)
        change = self._decide(case)
        difference = _difference(case, change)
        if _fingerprint(caller, case, difference) != proposal.fingerprint:
            raise Denied("confirmation.changed", "Something has changed since I asked; please ask for it again.")
        before = {"customer": to_dict(case.customer), "order": to_dict(_order_before(case, change))}
        records.save_customer(change.customer)
        if change.order and before["order"] is None:
            records.add_order(change.order, len(case.customer.orders))
        elif change.order:
            records.save_order(change.order)
        if change.undoes is not None:
            records.journal.mark_undone(change.undoes)
        records.journal.done(
            Entry(
                case.now,
                caller.conversation,
                case.customer.id,
                case.action,
                change.order.id if change.order else "",
                proposal.arguments,
                difference,
                before,
                {"customer": to_dict(change.customer), "order": to_dict(change.order)},
                id_,
            )
        )
        return Result("done", _said(difference), difference=difference, proposal=id_)


def _order_before(case: Case, change: Change) -> Any:
    if change.order is None:
        return None
    return case.order if case.arguments.get("order_id") == change.order.id else case.records.order(change.order.id)


def _difference(case: Case, change: Change) -> dict[str, Any]:
    """What a write changes, JSON-ready: in words, in money, and field by field."""
    pairs: list[tuple[str, Any, Any]] = [("customer", case.customer, change.customer)]
    if change.order:
        pairs.append(("order", _order_before(case, change), change.order))
    changes = []
    for kind, was, becomes in pairs:
        before, after = to_dict(was) or {}, to_dict(becomes)
        changes += [
            {"record": kind, "id": becomes.id, "field": name, "before": before.get(name), "after": after[name]}
            for name in after
            if before.get(name) != after[name]
        ]
    return {
        "action": case.action,
        "order": change.order.id if change.order else None,
        "words": list(change.words),
        "money": [
            {
                "kind": move.kind,
                "minor": move.amount.minor,
                "currency": move.amount.currency,
                "method": move.method_id,
                "when": move.when,
            }
            for move in change.moves
        ],
        "changes": changes,
    }


def _fingerprint(caller: Caller, case: Case, difference: dict[str, Any]) -> str:
    """Equal for the same difference in the same conversation for the same customer, and for no other."""
    whole = [caller.conversation, caller.customer, case.action, dict(case.arguments), difference]
    return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _asked(difference: dict[str, Any]) -> str:
    return f"This is what would happen. {' '.join(difference['words'])} Shall I do that? Please say yes or no."


def _said(difference: dict[str, Any]) -> str:
    return f"Done. {' '.join(difference['words'])}"
