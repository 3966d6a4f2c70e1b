"""What may be told of a shop's customers: a budget for each month, kept in the shop's own database, and no way past it.

Each released table of counts over people spends its epsilon (and delta) from the budget of the calendar month, before
anybody sees it. What was released is kept and shown again for nothing until the month ends, whatever changes on the
shelf meanwhile: a table says itself what its rows are. At the budget it stops. Tables that are of use together are paid
for together, or none of them is.

That the shop has no record at all of the kind that a table counts is no secret of anybody's: then none is drawn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.errors import PrivacyError
from assistant.tables import Base, PrivacyPeriodRow, ReleaseRow

if TYPE_CHECKING:
    from sqlalchemy.engine import CursorResult

Exact = TypeVar("Exact")
# Costs are kept as whole numbers of these, so that a thousand of them add up exactly.
_EPSILON, _DELTA = 1_000_000, 10**12
# How released values are written; those of an earlier version are not shown again.
_FORM = "2"
# What all of a month's releases together may spend, where the shop does not say.
BUDGET_EPSILON, BUDGET_DELTA = 4.0, 1e-4


@dataclass(frozen=True, slots=True)
class Cost:
    """What a release spends, or a month may spend: how much it can tell of any one person, at most."""

    epsilon: float
    delta: float = 0.0

    def units(self) -> tuple[int, int]:
        """Both as whole numbers, rounded up."""
        return _up(self.epsilon, _EPSILON), _up(self.delta, _DELTA)


@dataclass(frozen=True, slots=True)
class Account:
    """A month's budget and what is spent of it."""

    # "2026-11".
    month: str
    budget: Cost
    spent: Cost


@dataclass(frozen=True, slots=True)
class Release:
    """One table that left, as it is kept."""

    name: str
    cost: Cost
    # ISO 8601, UTC.
    at: str
    # JSON-ready, noise included.
    value: Any


@dataclass(frozen=True, slots=True)
class Table(Generic[Exact]):
    """One table that may leave.

    ``noise`` of what ``exact`` counts is JSON-ready and differentially private with ``cost``; it names the table's rows
    where these depend on the shelf. ``exact`` raises ``InsightsError`` where there is nobody to count.
    """

    name: str
    cost: Cost
    exact: Callable[[], Exact]
    noise: Callable[[Exact], Any]


class Ledger:
    """The privacy budget of one shop."""

    def __init__(
        self,
        engine: Engine,
        budget: Cost = Cost(BUDGET_EPSILON, BUDGET_DELTA),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        spends: bool = True,
    ) -> None:
        self._engine = engine
        self._budget = budget
        self._now = now
        # Without it what was released is shown, and nothing new.
        self._spends = spends
        Base.metadata.create_all(engine)

    def account(self) -> Account:
        """This month's. A budget that was changed since the month's first release holds from the next month on."""
        month = f"{self._now():%Y-%m}"
        with Session(self._engine) as session:
            row = session.get(PrivacyPeriodRow, month)
            if row is None:
                return Account(month, self._budget, Cost(0.0))
            return Account(
                month,
                Cost(row.budget_epsilon / _EPSILON, row.budget_delta / _DELTA),
                Cost(row.epsilon / _EPSILON, row.delta / _DELTA),
            )

    def releases(self) -> list[Release]:
        """What left this month, the latest first."""
        with Session(self._engine) as session:
            query = select(ReleaseRow).where(ReleaseRow.period == f"{self._now():%Y-%m}")
            return [_release(row) for row in session.scalars(query.order_by(ReleaseRow.number.desc()))]

    def release(
        self, name: str, cost: Cost, exact: Callable[[], Exact], noise: Callable[[Exact], Any], *, fresh: bool = False
    ) -> Release:
        """``release_all`` of one table."""
        return self.release_all([Table(name, cost, exact, noise)], fresh=fresh)[0]

    def release_all(self, tables: Sequence[Table[Any]], *, fresh: bool = False) -> list[Release]:
        """Of each table the release that is kept of this month, else a new one; the new ones all or none.

        ``fresh`` draws and spends anew for all. Raises ``PrivacyError``, before anything is counted, where the month's
        budget does not allow the whole of it.
        """
        kept = {} if fresh else {t.name: found for t in tables if (found := self._kept(t.name))}
        new = [table for table in tables if table.name not in kept]
        if new:
            kept |= self._released(new)
        return [kept[table.name] for table in tables]

    def _released(self, tables: Sequence[Table[Any]]) -> dict[str, Release]:
        names = " and ".join(repr(table.name) for table in tables)
        if not self._spends:
            raise PrivacyError(f"{names} was not released in {self._now():%Y-%m} yet", "Run `shoptalk insights` for it")
        for table in tables:
            if min(table.cost.units()) < 0 or table.cost.units()[0] == 0:
                raise ValueError("a release spends an epsilon above 0")
        whole = Cost(_sum(t.cost.epsilon for t in tables), _sum(t.cost.delta for t in tables))
        self._refuse(names, whole)
        # Nobody sees them before they are paid for.
        values = [json.dumps(table.noise(table.exact()), ensure_ascii=False) for table in tables]
        month, at = f"{self._now():%Y-%m}", self._now()
        self._open(month)
        with Session(self._engine) as session, session.begin():
            # In one transaction: who is killed in between has neither spent nor told anything.
            if not self._spend(session, month, whole):
                raise self._stop(names, whole)
            rows = [
                ReleaseRow(
                    period=month,
                    name=table.name,
                    about=_FORM,
                    epsilon=table.cost.units()[0],
                    delta=table.cost.units()[1],
                    at=at,
                    value=value,
                )
                for table, value in zip(tables, values, strict=True)
            ]
            session.add_all(rows)
            session.flush()
            return {row.name: _release(row) for row in rows}

    def _kept(self, name: str) -> Release | None:
        """The latest release of this name this month."""
        with Session(self._engine) as session:
            query = select(ReleaseRow).where(
                ReleaseRow.period == f"{self._now():%Y-%m}", ReleaseRow.name == name, ReleaseRow.about == _FORM
            )
            row = session.scalars(query.order_by(ReleaseRow.number.desc()).limit(1)).first()
            return _release(row) if row else None

    def _open(self, month: str) -> None:
        epsilon, delta = self._budget.units()
        try:
            with Session(self._engine) as session, session.begin():
                if session.get(PrivacyPeriodRow, month) is None:
                    session.add(
                        PrivacyPeriodRow(period=month, budget_epsilon=epsilon, budget_delta=delta, epsilon=0, delta=0)
                    )
        except IntegrityError:
            # Somebody else opened the month at the same moment, which is as good.
            return

    def _spend(self, session: Session, month: str, cost: Cost) -> bool:
        """One statement: of two that come at the same moment, the second sees what the first spent."""
        epsilon, delta = cost.units()
        row = PrivacyPeriodRow
        done: CursorResult[Any] = session.execute(  # type: ignore[assignment]
            update(row)
            .where(
                row.period == month,
                row.epsilon + epsilon <= row.budget_epsilon,
                row.delta + delta <= row.budget_delta,
            )
            .values(epsilon=row.epsilon + epsilon, delta=row.delta + delta)
            .execution_options(synchronize_session=False)
        )
        return done.rowcount == 1

    def _refuse(self, names: str, cost: Cost) -> None:
        account = self.account()
        (budget, most), (spent, gone), (epsilon, delta) = (c.units() for c in (account.budget, account.spent, cost))
        if spent + epsilon > budget or gone + delta > most:
            raise self._stop(names, cost)

    def _stop(self, names: str, cost: Cost) -> PrivacyError:
        account = self.account()
        needs = f"epsilon {cost.epsilon:g}" + (f" and delta {cost.delta:g}" if cost.delta else "")
        return PrivacyError(
            f"The privacy budget of {account.month} does not allow {names}: it needs {needs}, and "
            f"epsilon {account.spent.epsilon:g} of {account.budget.epsilon:g}, delta {account.spent.delta:g} of "
            f"{account.budget.delta:g} are spent",
            "What was released this month is shown without --fresh; a new budget begins with the next month",
        )


def _sum(values: Iterable[float]) -> float:
    return float(sum(Fraction(str(value)) for value in values))


def _up(value: float, units: int) -> int:
    """Whole units, rounded up; what a float is off by in its last digits is no unit."""
    exact = Fraction(str(value)) * units
    return -int(-exact // 1)


def _release(row: ReleaseRow) -> Release:
    cost = Cost(row.epsilon / _EPSILON, row.delta / _DELTA)
    return Release(row.name, cost, row.at.isoformat(timespec="seconds"), json.loads(row.value))
