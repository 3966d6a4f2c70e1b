"""The erasure, place by place: files first, for they are found by what the databases know; the databases last."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import ProfileError
from assistant.forgetting import conversations, files, stores
from assistant.forgetting.receipt import Line, Receipt
from assistant.forgetting.traces import Traces
from assistant.service import erase as orders
from retrieval import catalogue, vectors
from retrieval.forgotten import Forgotten

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from assistant.service.database import OrderStore

# Folders that hold nothing but what was made of products and documents.
_OF_PRODUCTS = frozenset((vectors.FOLDER, "lexical", "vectors", "pictures", "policies", "looks"))
# States in which an order still has to reach somebody.
_OPEN = ("pending", "processed", "shipped")


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Erases customers of one shop."""

    folder: Path
    # Of the conversations.
    engine: Engine
    # None for a shop without orders.
    orders: OrderStore | None = None
    # Folders elsewhere that hold exports.
    also: Sequence[Path] = ()
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def __call__(self, customer: str) -> Receipt:
        """Erases ``customer``; raises ``ProfileError`` where nothing is kept of them, and then nothing has changed.

        An erasure that was cut short is finished by the next one.
        """
        if not customer.strip():
            raise ProfileError("Nobody is named", "Give the id of a customer")
        for folder in (self.folder, *self.also):
            if not folder.is_dir():
                raise ProfileError(f"There is no folder {folder}", "Name one that exists with --also")
        forgotten = Forgotten.of(catalogue.recorded(self.folder))
        erased_on = forgotten.day(customer)
        ids, ordered = self._ids(customer)
        talks = self._talks(customer, Traces("", frozenset(i for i in ids if "@" in i), ordered))
        if not (erased_on or talks or self._knows(customer)):
            raise ProfileError(
                f"Nothing is known of a customer {customer!r}", "Give the id that orders or reviews have"
            )
        forgotten = forgotten if erased_on else forgotten.also(customer, self.now().date().isoformat())
        reviews = catalogue.reviews_by(self.folder, customer)
        texts = {r.text for r in reviews} | conversations.words_in(self.engine, talks)
        traces = Traces(customer, ids | talks | {r.id for r in reviews}, ordered, frozenset(texts))
        lines, notes = self._files(traces, forgotten)
        lines.append(Line(vectors.FOLDER, "erased", stores.vector_store(self.folder, traces)))
        lines += conversations.erase(self.engine, customer, talks)
        lines += self._databases(customer, traces, forgotten, notes)
        if erased_on:
            notes.append(f"They were erased on {erased_on} already.")
        notes += self._left(traces)
        if traces.untold:
            notes.append(
                f"Too short to be looked for in lines of text: {traces.untold} of their ids"
                " (up to 3 characters, or numbers of up to 5 digits)."
            )
        return Receipt(tuple(lines), tuple(notes))

    def _knows(self, customer: str) -> bool:
        """Whether a record in a database, or a row of a file, says that it is theirs: a word in a text says nothing."""
        if catalogue.reviews_by(self.folder, customer) or catalogue.orders(self.folder, customer):
            return True
        if customer in catalogue.customers(self.folder) or conversations.knows(self.engine, customer):
            return True
        if self.orders:
            with self.orders.reading() as records:
                if records.customer(customer) or next(iter(records.orders(customer)), None):
                    return True
        of_products = _product_feeds(self.folder)
        for folder in (self.folder, *self.also):
            for path in files.texts(folder, _OF_PRODUCTS):
                if not (folder == self.folder and path.name in of_products) and files.owned(path, customer):
                    return True
            if any(stores.owned(path, customer) for path in self._databases_in(folder)):
                return True
        return stores.owned_vectors(self.folder, customer)

    def _talks(self, customer: str, named: Traces) -> set[str]:
        found = conversations.conversations_of(self.engine, customer, named.pattern)
        if self.orders:
            with self.orders.reading() as records:
                found |= orders.conversations_of(records.connection, customer)
        return found

    def _ids(self, customer: str) -> tuple[frozenset[str], frozenset[str]]:
        """What is theirs alone of address and means of payment, and their orders."""
        ordered = set(catalogue.orders(self.folder, customer))
        # Other customers may have the same address, or a means of payment with the same id.
        mine, others = set[str](), set[str]()
        for id_, row in catalogue.customers(self.folder).items():
            methods = row.get("payment_methods")
            held = mine if id_ == customer else others
            held |= {str(row.get("email") or ""), *(filter(_numbered, methods) if isinstance(methods, dict) else ())}
        if self.orders:
            with self.orders.reading() as records:
                for found in records.customers():
                    held = mine if found.id == customer else others
                    held |= {found.email, *(m.id for m in found.methods if _numbered(m.id))}
                    if found.id == customer:
                        ordered |= set(found.orders)
        return frozenset(mine - others - {""}), frozenset(ordered)

    def _files(self, traces: Traces, forgotten: Forgotten) -> tuple[list[Line], list[str]]:
        def keep(row: Mapping[str, Any]) -> dict[str, Any] | None:
            mine = traces.mine(row) or any(str(row.get(name)) in traces.orders for name in ("order_id", "id"))
            ordered = any(isinstance(row.get(name), list) for name in ("items", "lines"))
            return forgotten.redacted(row, traces.customer) if mine and ordered else None

        lines, notes = [], []
        of_products = _product_feeds(self.folder)
        for folder in (self.folder, *self.also):
            for path in files.texts(folder, _OF_PRODUCTS):
                if folder == self.folder and path.name in of_products:
                    continue
                name = str(path.relative_to(folder) if folder == self.folder else path)
                try:
                    count = files.erase(path, traces, keep)
                except files.NotRewritten:
                    notes.append(f"{name} names them and is no text: delete it or make it anew.")
                    continue
                if count:
                    lines.append(Line(name, "erased", count))
            for path, count in stores.others(self._databases_in(folder), traces):
                if count:
                    lines.append(Line(str(path), "erased", count))
        if not lines:
            lines.append(Line("files", "erased", 0))
        return lines, notes

    def _own_files(self) -> list[Path]:
        """SQLite files that the shop itself writes to: its own, and that of the conversations and orders."""
        url = self.engine.url
        elsewhere = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
        return [self.folder / catalogue.FILE, *([elsewhere] if elsewhere and elsewhere.is_file() else [])]

    def _databases_in(self, folder: Path) -> list[Path]:
        """SQLite files that are neither the shop's own nor the vector store's."""
        found = []
        for path in sorted(folder.rglob("*")):
            own = vectors.FOLDER in path.relative_to(folder).parts or not path.is_file()
            if not own and not any(path.samefile(file) for file in self._own_files()):
                with path.open("rb") as stream:
                    if stream.read(15) == b"SQLite format 3":
                        found.append(path)
        return found

    def _databases(self, customer: str, traces: Traces, forgotten: Forgotten, notes: list[str]) -> list[Line]:
        """The imported rows and the orders; in that order, so that the orders are not brought anew."""
        pending: list[str] = []
        if self.orders:
            with self.orders.reading() as records:
                pending = [o.id for o in records.orders(customer) if o.status.startswith(_OPEN)]
        lines, hashes = stores.shop_rows(self.folder, customer, forgotten)
        if self.orders:
            with self.orders.writing() as records:
                who = {customer, *traces.ids}
                counts = orders.erase(records.connection, customer, forgotten.name(customer), hashes, who)
            kept = "kept for the books without the person"
            stays = ("service_orders", "service_audit")
            lines += [Line(table, kept if table in stays else "erased", n) for table, n in counts.items()]
        if pending:
            notes.append(f"Still open, and now without an address: {', '.join(sorted(pending))}.")
        # Each of them, also where the first is held open.
        held = [file for file in self._own_files() if not stores.compact(file)]
        if held:
            notes.append("Another process has the shop open: its log keeps old pages until that ends; run this again.")
        return lines

    def _left(self, traces: Traces) -> list[str]:
        """Files whose bytes still hold an id of the customer's."""
        found, of_products = [], _product_feeds(self.folder)
        for folder in (self.folder, *self.also):
            for path in sorted(p for p in folder.rglob("*") if p.is_file()):
                if path.name not in of_products and files.holds(path, traces.personal):
                    found.append(f"{path.relative_to(folder)} still holds an id of theirs.")
        return found


def _numbered(method: str) -> bool:
    """Whether the id of a means of payment is one thing's: "paypal" is everybody's."""
    return any(map(str.isdigit, method))


def _product_feeds(folder: Path) -> set[str]:
    """Names of the files that products came from: what looks like a customer's id in them is a product's."""
    with catalogue.reading(folder) as db:
        return {name for (name,) in db.execute("SELECT DISTINCT source FROM products")}
