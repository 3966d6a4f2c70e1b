"""Profiles as a shop keeps them: learnt anew from the records each time, under what their owners did to them.

What is stored of a profile is its owner's word alone: what was deleted or changed, when it was paused, and which
conversations were about a gift.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from assistant.errors import ProfileError
from assistant.jsonable import from_dict
from assistant.profile.evidence import Gathered, Heard, History, for_somebody_else, gather
from assistant.profile.opinions import Reader, read
from assistant.profile.past import logged
from assistant.profile.ranking import Personal
from assistant.profile.tastes import Edit, Profile, learn
from assistant.profile.traits import Shares, Trait
from assistant.service.values import Order
from assistant.state import Preferences, Understanding
from assistant.tables import Base, ConversationRow, GiftRow, ProfileEditRow, ProfilePauseRow, TurnRow
from retrieval import catalogue
from retrieval.product import Product

# Turns that are looked at, the latest ones.
_TURNS = 500
Change = Literal["like", "dislike", "never"]


@dataclass(frozen=True, slots=True)
class Shop:
    """What profiles are made of."""

    folder: Path
    product: Callable[[str], Product | None]
    shares: Shares
    # The orders of a customer; none in a shop without.
    orders: Callable[[str], Iterable[Order]] = lambda customer: ()
    reader: Reader = read


class Profiles:
    """The profiles of one shop's customers."""

    def __init__(self, engine: Engine, shop: Shop, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._shop = shop
        self._now = now
        Base.metadata.create_all(engine)

    @property
    def engine(self) -> Engine:
        """The database of the conversations, which holds what owners did to their profiles."""
        return self._engine

    @property
    def shares(self) -> Shares:
        """How common traits are on this shop's shelf."""
        return self._shop.shares

    def of(self, customer: str) -> Profile:
        """The profile of ``customer`` as of now; an empty one of somebody unknown."""
        pauses = self._pauses(customer)
        found = self._gathered(customer, pauses)
        paused = any(end is None for _, end in pauses)
        return learn(customer, found, self._shop.shares, self._now().date(), self.edits(customer), paused=paused)

    def personal(self, customer: str, conversation: str = "") -> Personal | None:
        """The profile for one turn; None where there is nothing to rank by, or where it is about a gift."""
        if conversation and self.is_gift(conversation):
            return None
        profile = self.of(customer)
        return Personal(profile, self._shop.shares) if profile else None

    def knows(self, customer: str) -> bool:
        """Whether the shop has any record of ``customer``."""
        history = self.history(customer, ())
        if history.reviews or history.orders or history.clicks or history.wishes or self.edits(customer):
            return True
        with Session(self._engine) as session:
            talks = select(func.count()).select_from(ConversationRow).where(ConversationRow.customer == customer)
            return bool(session.scalar(talks)) or customer in catalogue.customers(self._shop.folder)

    def delete(self, customer: str, entry: str) -> Profile:
        """Takes a taste out of the profile for good: from the evidence of now it does not come back.

        Raises ``ProfileError`` where the profile has no such entry.
        """
        if self.of(customer).of(entry) is None:
            raise ProfileError(
                f"The profile of {customer} has no entry {entry!r}", f"See `shoptalk profile show {customer}`"
            )
        found = self._gathered(customer, self._pauses(customer))
        # Not only what stood behind the taste: a changed entry hides what was learnt of the same name.
        learnt = learn(customer, found, self._shop.shares, self._now().date())
        derived = next((t.evidence for t in learnt.tastes if t.id == entry), ())
        pieces = {p.id for p in (*found.pieces, *derived) if p.about.entry == entry}
        gone = [e.evidence for e in self.edits(customer) if e.entry == entry and e.what == "delete"]
        ids = sorted(pieces.union(*gone))
        self._note(customer, Edit(entry, "delete", evidence=tuple(ids)))
        return self.of(customer)

    def edit(self, customer: str, about: Trait, change: Change) -> Profile:
        """Makes the taste for ``about`` what its owner says it is, whatever the evidence."""
        if not about.facet.strip() or not about.value.strip():
            raise ProfileError(f"{about.entry!r} names no taste", "Write FACET:VALUE, such as colour:navy")
        self._note(customer, Edit(about.entry, change, about.facet, about.value))
        return self.of(customer)

    def pause(self, customer: str, paused: bool) -> None:
        """Stops learning and ranking for ``customer``, or goes on; saying it twice changes nothing."""
        with Session(self._engine) as session, session.begin():
            held = session.scalar(
                select(ProfilePauseRow).where(ProfilePauseRow.customer == customer, ProfilePauseRow.ended.is_(None))
            )
            if paused and held is None:
                session.add(ProfilePauseRow(customer=customer, begun=self._now()))
            elif not paused:
                open_ = (ProfilePauseRow.customer == customer) & ProfilePauseRow.ended.is_(None)
                session.execute(update(ProfilePauseRow).where(open_).values(ended=self._now()))

    def gift(self, conversation: str, gift: bool) -> None:
        """Says whether a conversation is about a gift, all of it."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(GiftRow).where(GiftRow.conversation == conversation))
            if gift:
                session.add(GiftRow(conversation=conversation))

    def is_gift(self, conversation: str) -> bool:
        """Whether ``gift`` was said of the conversation."""
        with Session(self._engine) as session:
            return session.get(GiftRow, conversation) is not None

    def edits(self, customer: str) -> tuple[Edit, ...]:
        """What ``customer`` did to their profile, oldest first."""
        with Session(self._engine) as session:
            query = select(ProfileEditRow).where(ProfileEditRow.customer == customer).order_by(ProfileEditRow.number)
            return tuple(
                Edit(r.entry, r.what, r.facet, r.value, tuple(json.loads(r.evidence))) for r in session.scalars(query)
            )

    def history(self, customer: str, pauses: Sequence[tuple[datetime, datetime | None]]) -> History:
        """The records of ``customer``, less what fell into a pause."""

        def kept(day: str) -> bool:
            return not any(b.date().isoformat() <= day[:10] < (e or self._now()).date().isoformat() for b, e in pauses)

        shop = self._shop
        return History(
            reviews=[r for r in catalogue.reviews_by(shop.folder, customer) if kept(r.date)] if customer else [],
            orders=[o for o in shop.orders(customer) if kept(o.placed)],
            clicks=[c for c in logged(shop.folder, customer) if kept(str(c.get("time", "")))] if customer else [],
            wishes=self._wishes(customer, pauses),
        )

    def _gathered(self, customer: str, pauses: Sequence[tuple[datetime, datetime | None]]) -> Gathered:
        shop = self._shop
        return gather(self.history(customer, pauses), shop.product, shop.shares, shop.reader)

    def _wishes(self, customer: str, pauses: Sequence[tuple[datetime, datetime | None]]) -> list[Heard]:
        gifts = select(GiftRow.conversation)
        query = (
            select(TurnRow)
            .join(ConversationRow, ConversationRow.id == TurnRow.conversation)
            .where(ConversationRow.customer == customer, TurnRow.conversation.not_in(gifts))
            .order_by(TurnRow.said.desc())
            .limit(_TURNS)
        )
        found = []
        with Session(self._engine) as session:
            for row in session.scalars(query):
                said, body = row.said.replace(tzinfo=UTC), json.loads(row.body)
                quiet = any(begun <= said < (ended or self._now()) for begun, ended in pauses)
                if quiet or for_somebody_else(from_dict(Preferences, body["preferences"])):
                    continue
                wishes = from_dict(Understanding, body["understanding"]).wishes
                if wishes:
                    found.append(Heard(f"{row.conversation}#{row.number}", said.date().isoformat(), wishes))
        return found

    def _pauses(self, customer: str) -> list[tuple[datetime, datetime | None]]:
        with Session(self._engine) as session:
            rows = session.scalars(select(ProfilePauseRow).where(ProfilePauseRow.customer == customer))
            return [(row.begun, row.ended) for row in rows]

    def _note(self, customer: str, edit: Edit) -> None:
        if not customer.strip():
            raise ProfileError("Nobody is named", "Give the id of a customer")
        with Session(self._engine) as session, session.begin():
            session.add(
                ProfileEditRow(
                    customer=customer,
                    entry=edit.entry,
                    what=edit.what,
                    facet=edit.facet,
                    value=edit.value,
                    evidence=json.dumps(edit.evidence, ensure_ascii=False),
                    at=self._now(),
                )
            )


def parsed(named: str) -> Trait:
    """The trait that "colour:navy" names; raises ``ProfileError``."""
    facet, sign, value = named.partition(":")
    if not (sign and facet.strip() and value.strip()):
        raise ProfileError(f"{named!r} names no taste", "Write FACET:VALUE, such as colour:navy or brand:Acme")
    return Trait(facet.strip().casefold(), value.strip())
