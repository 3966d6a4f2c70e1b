"""A shop's policy as values: rules that a call must meet, and what the shop allows.

A rule names the actions it is for, what must be so (facts, see ``assistant.service.facts``), and what to tell the
customer where it is not. Rules are asked in their order; the first that is not met denies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.service.allowances import Fee, Window
from assistant.service.case import Case, Denied
from assistant.service.facts import FACTS, Fact

# How somebody may say who they are.
PROOFS = ("email", "name and postcode", "email and postcode", "email and order")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule."""

    id: str
    actions: tuple[str, ...]
    # Fact -> what it must be; where ``when`` is given the rule only holds where that is so.
    must: Mapping[str, Any]
    message: str
    when: Mapping[str, Any] = field(default_factory=dict)
    # A supervisor may set it aside for one call.
    waivable: bool = False


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A shop's policy."""

    name: str
    rules: tuple[Rule, ...]
    # Actions that this shop takes; others are denied as unknown.
    actions: tuple[str, ...]
    identity: tuple[str, ...] = PROOFS
    # Whether products may be asked for by somebody who has not said who they are.
    products_for_anybody: bool = True
    window: Window = field(default_factory=Window)
    return_fee: Fee = field(default_factory=Fee)
    # Action -> minutes in which it may be taken back.
    undo_minutes: Mapping[str, int] = field(default_factory=dict)
    # Kind of a means of payment, or "others" -> when a refund arrives, in words.
    refunds: Mapping[str, str] = field(default_factory=dict)

    def check(self, case: Case) -> None:
        """Raises Denied by the first rule that is not met."""
        for rule in self.rules:
            if rule.waivable and rule.id in case.waives:
                continue
            if case.action in rule.actions and self._holds(rule.when, case) and not self._holds(rule.must, case):
                raise Denied(rule.id, self._message(rule, case))

    def waivable(self, id_: str | None) -> bool:
        """Whether a supervisor may set this rule aside for one call."""
        return any(rule.waivable for rule in self.rules if rule.id == id_)

    def refund_when(self, kind: str) -> str:
        """When money comes back to a means of payment of this kind, in words; "" where the policy does not say."""
        return self.refunds.get(kind, self.refunds.get("others", ""))

    def _holds(self, wanted: Mapping[str, Any], case: Case) -> bool:
        return all(_meets(FACTS[fact].find(case, self.window), is_, self, case) for fact, is_ in wanted.items())

    def _message(self, rule: Rule, case: Case) -> str:
        values = {"order": case.order.id if "order_id" in case.arguments else "", "status": "", "reason": ""}
        if "order_id" in case.arguments:
            values["status"] = case.order.status
        return rule.message.format_map({**values, "reason": case.arguments.get("reason", "")})


def _meets(value: Fact, wanted: Any, rules: RuleSet, case: Case) -> bool:
    """Whether a fact is as wanted. A fact that nobody knows never is."""
    if value is None:
        return False
    if isinstance(wanted, list):
        return value in wanted
    if isinstance(wanted, Mapping):
        return all(_compares(value, comparison, bound, rules, case) for comparison, bound in wanted.items())
    return bool(value == wanted)


def _compares(value: Fact, comparison: str, bound: Any, rules: RuleSet, case: Case) -> bool:
    other = FACTS[bound].find(case, rules.window) if bound in FACTS else bound
    if comparison == "not":
        return bool(value != other)
    if not isinstance(value, int) or not isinstance(other, int):
        return False
    return value >= other if comparison == "at_least" else value <= other
