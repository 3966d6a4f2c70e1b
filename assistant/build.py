"""The one place that wires: settings in, an assistant out."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.config import Settings
from assistant.errors import OrdersError
from assistant.models import open_llm
from assistant.state import DialogueState, Done, Event, Evidence, Recommendation, Turn, Understanding

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.desk.office import Office
    from assistant.desk.queue import Queue
    from assistant.forgetting import Forgetting
    from assistant.insights.records import Records
    from assistant.profile.keeping import Profiles
    from assistant.profile.ranking import Personal
    from assistant.service.gate import Gate
    from assistant.service.talk import ServiceDesk
    from assistant.store import Store
    from assistant.understand import Trust
    from retrieval.search import Shelf

_log = logging.getLogger(__name__)
__all__ = [
    "Assistant", "Settings", "open_assistant", "open_desk", "open_forgetting", "open_gate", "open_insights",
    "open_model", "open_office", "open_profiles", "open_shelf", "open_store", "trust",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Assistant:
    """A shop, a model and a memory of conversations."""

    shelf: Shelf
    model: BaseChatModel
    store: Store
    settings: Settings
    # None for a shop without orders.
    desk: ServiceDesk | None = None
    # Where conversations wait for a person; None where nobody reads along.
    queue: Queue | None = None
    # What is known of customers; None where nothing is ranked by it.
    profiles: Profiles | None = None
    # Whoever opened this knows who talks: a customer's profile is used without a proof of who they are.
    vouches: bool = False

    def say(
        self, state: DialogueState, text: str, said: Understanding | None = None, picture: bytes = b""
    ) -> Iterator[Event]:
        """One turn as it happens, stored before ``Done`` is yielded. ``said`` is its reading where it is known.

        A ``picture`` is looked at and not kept. While somebody of the shop has the conversation nothing happens, but
        that the message is kept for them.
        """
        # A search or an import opens the shop too, and never talks.
        from assistant.turn import reply

        if self.queue and self.queue.hear(state.id, text):
            return
        events = reply(
            state,
            text,
            shelf=self.shelf,
            model=self.model,
            trust=trust(self.settings),
            said=said,
            desk=self.desk,
            picture=picture,
            enqueue=self.queue.put if self.queue else None,
            personal=self._personal(state),
        )
        for event in events:
            if isinstance(event, Done):
                self.store.append(state.id, event.turn)
            yield event

    def aside(self, state: DialogueState, text: str) -> Turn:
        """What would be said to ``text`` in that conversation, read by rules; nothing is stored, nobody called."""
        from assistant.play import last_turn
        from assistant.turn import reply

        return last_turn(reply(state, text, shelf=self.shelf, model=None, desk=self.desk))

    def _personal(self, state: DialogueState) -> Personal | None:
        """The profile of a customer who is known to be one, where they let it be used."""
        if self.profiles is None or state.customer is None or not (state.verified or self.vouches):
            return None
        return self.profiles.personal(state.customer, state.id)

    def warm_up(self) -> None:
        """Asks the model both kinds of question once, so that the first visitor finds their shared beginnings read."""
        from assistant.framed import framed, speak
        from assistant.respond import Cost, explain
        from assistant.understand import ask_model

        ask_model(self.model, "hello")
        card = Recommendation("", "It", (Evidence("product", "", "price", "$1.00"),))
        explain(self.model, card, "something", (), Cost())
        speak(framed("greeting"), "en")


def trust(settings: Settings) -> Trust | None:
    """Who leads where model and rules read differently; None leaves that to what the model was trained for."""
    return "model" if settings.trusted else None


def open_model(settings: Settings) -> BaseChatModel:
    """The language model that the settings name."""
    return open_llm(settings.model, adapter=settings.adapter, home=settings.root)


def open_shelf(settings: Settings, reranker: str | None = None) -> Shelf:
    """The shop that the settings name; ``reranker`` names a cross-encoder that reads the best hits once more.

    Where the image model of its looks is not on this machine, it reads no pictures, and the log says so.
    """
    from retrieval import looks
    from retrieval.catalogue import exists
    from retrieval.cross import open_reranker
    from retrieval.errors import ShopError, WeightsMissing
    from retrieval.search import Shelf

    if settings.shop is None and not exists(settings.shop_folder):
        raise ShopError("There is no demo shop yet", "Run `shoptalk demo`, or name a shop with --shop")
    eyes, seen_by = None, looks.recorded(settings.shop_folder)
    try:
        eyes = looks.open_picture_embedder(seen_by) if seen_by else None
    except WeightsMissing as error:
        _log.warning("pictures are not read: %s", error)
    return Shelf.open(
        settings.shop_folder, reranker=open_reranker(reranker) if reranker else None, picture_embedder=eyes
    )


def open_gate(settings: Settings) -> Gate:
    """The shop's orders under its policy, as the last import and what was done since have left them."""
    from assistant.service.bring import bring
    from assistant.service.database import OrderStore
    from assistant.service.gate import Gate
    from assistant.service.goods import ShopGoods
    from assistant.service.rules import load
    from retrieval import catalogue

    folder = settings.shop_folder
    if not catalogue.exists(folder):
        raise OrdersError(f"There is no shop in {folder}", f"Make it with `shoptalk import FEED --shop {folder}`")
    rules = load(folder)
    store = OrderStore.open(settings.database or folder / catalogue.FILE)
    bring(folder, store)
    return Gate(store, rules, ShopGoods(folder))


def open_desk(settings: Settings, shelf: Shelf | None = None) -> ServiceDesk | None:
    """Customer service in the conversation; None for a shop without orders and documents.

    ``shelf`` is the shop where it is open already.
    """
    from retrieval import catalogue
    from retrieval.policy_search import PolicyShelf

    shelf = shelf or open_shelf(settings)
    documents = PolicyShelf.open(shelf)
    gate = open_gate(settings) if catalogue.hashes(settings.shop_folder, "orders") else None
    if gate is None and documents is None:
        return None
    from assistant.service.talk import Policies, ServiceDesk

    if documents is None:
        return ServiceDesk(gate)
    policies = Policies(documents, currency=shelf.currency)
    if gate:
        policies = replace(policies, rules=gate.rules, goods=gate.goods, today=gate.today)
    return ServiceDesk(gate, policies)


def open_assistant(settings: Settings) -> Assistant:
    """Opens shop, model and store; every fault names the thing and the mend."""
    from assistant.desk.queue import Queue

    shelf, store = open_shelf(settings), open_store(settings)
    desk = open_desk(settings, shelf)
    profiles = open_profiles(settings, shelf, store, desk.gate if desk else None)
    return Assistant(shelf, open_model(settings), store, settings, desk, Queue(store.engine), profiles)


def open_profiles(
    settings: Settings, shelf: Shelf | None = None, store: Store | None = None, gate: Gate | None = None
) -> Profiles:
    """What is known of the customers of the shop that the settings name; its orders are those of ``gate``, if any."""
    from assistant.profile.keeping import Profiles, Shop
    from assistant.profile.traits import Shares
    from retrieval import catalogue

    shelf = shelf or open_shelf(settings)
    if gate is None and catalogue.hashes(settings.shop_folder, "orders"):
        gate = open_gate(settings)
    products = shelf.products(shelf.ids)
    kinds = {id_: kind for id_ in shelf.ids if (kind := shelf.kind(id_))}
    orders = gate.orders_of if gate else lambda customer: ()
    shop = Shop(settings.shop_folder, shelf.product, Shares(products, kinds), orders)
    return Profiles((store or open_store(settings)).engine, shop)


def open_insights(
    settings: Settings, shelf: Shelf | None = None, profiles: Profiles | None = None, spends: bool = True
) -> Records:
    """What insights of the shop that the settings name are made from; ``shelf`` and ``profiles`` where open already.

    Without ``spends`` they show what was released this month, and nothing new of people.
    """
    from assistant.insights.ledger import BUDGET_DELTA, Cost, Ledger
    from assistant.insights.records import Records

    shelf = shelf or open_shelf(settings)
    profiles = profiles or open_profiles(settings, shelf)
    products = {product.id: product for product in shelf.products(shelf.ids)}
    kinds = {id_: kind.label for id_ in products if (kind := shelf.kind(id_))}
    groups = {id_: product.category or kinds.get(id_, "") for id_, product in products.items()}
    ledger = Ledger(profiles.engine, Cost(settings.privacy_epsilon, BUDGET_DELTA), spends=spends)
    return Records(settings.shop_folder, shelf.name, products, profiles, ledger, groups)


def open_forgetting(settings: Settings, also: Sequence[Path] = ()) -> Forgetting:
    """Erases customers of the shop that the settings name; ``also`` are folders elsewhere that hold exports."""
    from assistant.forgetting import Forgetting
    from retrieval import catalogue

    folder = settings.shop_folder
    orders = None
    if not catalogue.exists(folder):
        raise OrdersError(f"There is no shop in {folder}", f"Make it with `shoptalk import FEED --shop {folder}`")
    if catalogue.hashes(folder, "orders") or catalogue.hashes(folder, "customers"):
        orders = open_gate(settings).store
    return Forgetting(folder, open_store(settings).engine, orders, also)


def open_store(settings: Settings) -> Store:
    """The conversations of the shop that the settings name."""
    from assistant.store import Store

    return Store.open(settings.database or settings.shop_folder / "shop.sqlite")


def open_office(assistant: Assistant) -> Office:
    """The service desk beside an assistant: the same conversations, the same gate."""
    from assistant.desk.office import Office

    gate = assistant.desk.gate if assistant.desk else None
    return Office(assistant.store, gate, aside=assistant.aside, profiles=assistant.profiles)
