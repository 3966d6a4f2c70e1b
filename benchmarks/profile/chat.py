"""Whether the profile helps in the chat, and whether the reasons it gives are the reasons it has."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from assistant.play import last_turn
from assistant.profile.evidence import Gathered
from assistant.profile.ranking import Personal
from assistant.profile.tastes import Edit, Profile, learn
from assistant.state import DialogueState, Preferences, Turn, Understanding, Wish
from assistant.turn import reply
from benchmarks.profile.recovery import customers
from benchmarks.profile.world import Hidden, World, usual
from retrieval.product import Product
from retrieval.search import Shelf

SEED = 2026
# Products of a category, at least: of fewer all stand on the cards.
_ENOUGH = 8


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody looks for a sort of thing, and one of it is what they would like best."""

    customer: str
    category: str
    preferred: str


def sessions(world: World, shelf: Shelf, count: int) -> list[Session]:
    """Drawn by seed from the test customers: a category with a product that their hidden taste prefers to all others.

    Products that they have bought or reviewed are no answer.
    """
    dice = random.Random(SEED)
    by_category: dict[str, list[Product]] = {}
    for product in world.products.values():
        by_category.setdefault(product.category, []).append(product)
    found = []
    for customer in customers(world, "test"):
        had = {r.product_id for r in world.reviews[customer]}
        had |= {line.product_id for order in world.orders.get(customer, ()) for line in order.lines}
        for category in sorted(by_category):
            left = [p for p in by_category[category] if p.id not in had]
            if len(left) >= _ENOUGH and (best := _best(world, customer, left)):
                found.append(Session(customer, category, best))
    return dice.sample(found, min(count, len(found)))


def _best(world: World, customer: str, products: list[Product]) -> str:
    """The one product that the hidden taste likes most; "" where there is none, or several."""
    liking = {p.id: sum(liked(t, p) for t in world.tastes[customer]) for p in products}
    most = max(liking.values())
    best = [id_ for id_, much in liking.items() if much == most]
    return best[0] if most > 0 and len(best) == 1 else ""


def liked(taste: Hidden, product: Product) -> float:
    """How much the hidden taste likes (or dislikes, below 0) the product, by its record."""
    way = 1.0 if taste.likes else -1.0
    match taste.kind:
        case "brand":
            return way * (product.brand == taste.value)
        case "colour":
            return way * (taste.value in str(product.attributes.get("colour", "")).split())
        case "material":
            return way * any(taste.value in str(v).split() for n, v in product.attributes.items() if n != "colour")
        case "feature":
            flag = product.attributes.get(taste.value)
            return way * (flag is True or usual(taste.value) in map(str, product.attributes.values()))
        case _:
            return 0.0


def turn_of(shelf: Shelf, session: Session, personal: Personal) -> Turn:
    """The answer to a message that asks for the category and nothing else; no model is asked."""
    noun = next(k.label for i in shelf.ids if (k := shelf.kind(i)) and _category(shelf, i) == session.category)
    said = Understanding("find", (Wish("category", noun, True, noun, 1),), fresh=True)
    state = DialogueState("session", session.customer, True)
    return last_turn(reply(state, f"I'm looking for a {noun}", shelf=shelf, model=None, said=said, personal=personal))


@cache
def _category(shelf: Shelf, id_: str) -> str:
    product = shelf.product(id_)
    return product.category if product else ""


def ranks(world: World, shelf: Shelf, session: Session) -> tuple[int, int, bool, bool] | None:
    """Place of the preferred product without and with the profile, from 1, and whether it stood on a card.

    None where the search does not find it for the category's name: no profile could help there.
    """
    found = []
    profile = world.profile(session.customer, world.history(session.customer))
    for used in (Profile(session.customer), profile):
        personal = Personal(used, world.shares)
        turn = turn_of(shelf, session, personal)
        listed = personal.listed()
        if session.preferred not in listed:
            return None
        shown = session.preferred in {c.product_id for c in turn.reply.shown}
        found.append((listed.index(session.preferred) + 1, shown))
    (without, bare), (with_, own) = found
    return without, with_, bare, own


def explanations(world: World, shelf: Shelf, count: int) -> Iterator[bool]:
    """For each reason that the chat gives: does the product fall when its owner deletes the taste that was named?"""
    dice = random.Random(SEED + 1)
    who = customers(world, "test")
    categories = sorted({p.category for p in world.products.values()})
    given = 0
    while given < count:
        session = Session(dice.choice(who), dice.choice(categories), "")
        evidence = world.gathered(world.history(session.customer))
        personal = Personal(learn(session.customer, evidence, world.shares, world.today), world.shares)
        if not personal.fits(Preferences()) or not personal.profile:
            continue
        turn = turn_of(shelf, session, personal)
        before = personal.listed()
        for product, entry in personal.named(turn.reply.shown):
            after = Personal(_deleted(world, session.customer, evidence, entry), world.shares)
            turn_of(shelf, session, after)
            given += 1
            yield after.listed().index(product) > before.index(product)
            if given == count:
                return


def _deleted(world: World, customer: str, evidence: Gathered, entry: str) -> Profile:
    ids = tuple(p.id for p in evidence.pieces if p.about.entry == entry)
    return learn(customer, evidence, world.shares, world.today, (Edit(entry, "delete", evidence=ids),))
