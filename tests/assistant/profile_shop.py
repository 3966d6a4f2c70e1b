"""A small shop with customers who wrote, bought and sent back, for the tests of profiles and of forgetting."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from assistant.build import open_profiles
from assistant.config import Settings
from assistant.profile.keeping import Profiles
from retrieval.importer import import_shop

COLOURS = ("navy", "red", "green", "black", "white", "grey")
MAKERS = ("Larkholm", "Brightwell", "Osterby")


def products() -> list[dict[str, Any]]:
    """Eighteen scarves and eighteen desk lamps: each maker in each colour, a third of the lamps dimmable."""
    rows = []
    for category, noun in (("Clothing > Scarves", "Scarf"), ("Home > Desk Lamps", "Desk Lamp")):
        for m, maker in enumerate(MAKERS):
            for c, colour in enumerate(COLOURS):
                attributes: dict[str, Any] = {"colour": colour, "material": ("wool", "cotton")[(m + c) % 2]}
                if noun == "Desk Lamp":
                    attributes = {"colour": colour, "material": "steel", "dimmable": c % 3 == 0}
                rows.append(
                    {
                        "id": f"{noun.split()[-1].lower()}-{maker.lower()}-{colour}",
                        "title": f"{maker} {noun} {colour}",
                        "brand": maker,
                        "price": f"{20 + 10 * m + c}.00",
                        "category": category,
                        "attributes": attributes,
                        "rating": 4.0,
                        "rating_count": 10,
                        "stock": 5,
                    }
                )
    return rows


def review(number: int, customer: str, product: str, rating: int, text: str, day: str = "2026-06-01") -> dict[str, Any]:
    """A row of the review feed."""
    return {
        "id": f"r{number}", "product_id": product, "customer_id": customer, "author": f"{customer} N.",
        "rating": rating, "title": "", "text": text, "date": day,
    }  # fmt: skip


REVIEWS = [
    review(1, "ANNA-1", "scarf-larkholm-navy", 5, "I love navy and buy everything in it. Warm enough for spring."),
    review(2, "ANNA-1", "lamp-osterby-navy", 5, "Navy again, which I love. The light is pleasant."),
    review(3, "ANNA-1", "lamp-brightwell-red", 2, "The switch is loose. I can't stand red, my own fault."),
    review(4, "BERT-22", "lamp-larkholm-black", 4, "Does what it should on my desk, nothing more to say here."),
    review(5, "BERT-22", "scarf-osterby-red", 5, "A present for my sister. She loves red and wears it daily."),
]
CUSTOMERS = [
    {
        "customer_id": id_, "name": {"first_name": first, "last_name": "North"}, "email": f"{first.lower()}@example.com",
        "address": {"address1": f"{n} Quay Street", "city": "Oslo", "zip": f"010{n}", "country": "Norway"},
        "payment_methods": {f"card_{id_}": {"id": f"card_{id_}", "source": "credit_card", "last_four": "1234"}},
    }
    for n, (id_, first) in enumerate((("ANNA-1", "Anna"), ("BERT-22", "Bert")), 1)
]  # fmt: skip


def order(id_: str, customer: str, product: str, status: str = "delivered", note: str = "") -> dict[str, Any]:
    """A row of the order feed."""
    return {
        "order_id": id_, "customer_id": customer, "placed": "2026-05-20", "status": status,
        "address": {"address1": "1 Quay Street", "city": "Oslo", "zip": "0101", "country": "Norway"},
        "items": [{"name": product, "product_id": product, "item_id": product, "options": {"size": "M"},
                   "price": "20.00", "quantity": 1}],
        "total": "20.00", "currency": "USD", "note": note,
        "fulfillments": [{"tracking_id": ["T-998877"], "carrier": "Post", "item_ids": [product]}],
        "payment_history": [{"transaction_type": "payment", "amount": "20.00",
                             "payment_method_id": f"card_{customer}", "date": "2026-05-20"}],
    }  # fmt: skip


ORDERS = [
    order("#W0000001", "ANNA-1", "scarf-larkholm-navy"),
    order("#W0000002", "ANNA-1", "lamp-osterby-navy", "pending", "leave it at number 9"),
    order("#W0000003", "BERT-22", "lamp-larkholm-black"),
]


def write(file: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """JSON Lines."""
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def make(folder: Path) -> Path:
    """The shop in ``folder``/shop, its feeds beside it."""
    feeds = [write(folder / "products.jsonl", products())]
    reviews = [write(folder / "reviews.jsonl", REVIEWS)]
    orders = [write(folder / "customers.jsonl", CUSTOMERS), write(folder / "orders.jsonl", ORDERS)]
    import_shop(folder / "shop", feeds, currency="USD", reviews=reviews, orders=orders)
    return folder / "shop"


def profiles(shop: Path) -> Profiles:
    """What is known of its customers."""
    return open_profiles(Settings(shop=shop))


def hold(profiles: Profiles, customer: str, acts: Iterable[tuple[str, int]]) -> None:
    """Does what ``acts`` say, in order, and asserts after each that it holds in the very next profile and ranking."""
    from benchmarks.profile.control import act

    for name, number in acts:
        assert act(profiles, customer, name, number) == ""
