"""What insights are made from: one shop's shelf, its customers' profiles, what was said and done, and the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from assistant.insights.ledger import Ledger
from assistant.profile.keeping import Profiles
from assistant.profile.past import logged
from assistant.tables import ConversationRow
from retrieval import catalogue
from retrieval.product import Product


@dataclass(frozen=True, slots=True)
class Records:
    """One shop, as its owner sees it."""

    folder: Path
    # As the page calls it.
    name: str
    products: Mapping[str, Product]
    profiles: Profiles
    ledger: Ledger
    # Product id -> what such things are called: the feed's category, else the derived kind.
    groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def engine(self) -> Engine:
        """The database of the conversations."""
        return self.profiles.engine

    def customers(self) -> list[str]:
        """Everybody of whom the shop has a record that says who they are, sorted."""
        found = set(catalogue.customers(self.folder))
        found |= {str(o.get("customer_id") or o.get("user_id") or "") for o in catalogue.orders(self.folder).values()}
        with catalogue.reading(self.folder) as db:
            have = {name for _, name, *_ in db.execute("PRAGMA table_info(reviews)")}
            if "customer_id" in have:
                found |= {row[0] or "" for row in db.execute("SELECT DISTINCT customer_id FROM reviews")}
        with Session(self.engine) as session:
            found |= {c or "" for c in session.scalars(select(ConversationRow.customer).distinct())}
        found |= {str(row.get("customer_id") or "") for row in self.clicks()}
        return sorted(found - {""})

    def clicks(self) -> Iterator[Mapping[str, Any]]:
        """The rows of the shop's log, where its owner puts one beside the shop."""
        yield from logged(self.folder)
