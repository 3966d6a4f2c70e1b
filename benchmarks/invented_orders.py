"""An invented order database: products with variants, users and orders by id, from a seed."""

from __future__ import annotations

import random
from typing import Any

_GOODS: dict[str, dict[str, tuple[str, ...]]] = {
    "Raincoat": {"colour": ("red", "blue", "grey"), "size": ("S", "M", "L")},
    "Teapot": {"capacity": ("0.8 l", "1.2 l"), "glaze": ("white", "green", "black")},
    "Desk Lamp": {"colour": ("white", "black"), "light": ("warm", "cold")},
    "Backpack": {"volume": ("15 l", "22 l", "30 l"), "colour": ("green", "black")},
    "Trail Shoes": {"size": ("41", "42", "43", "44"), "colour": ("grey", "orange")},
}
_FIRST, _LAST = ("Ada", "Ben", "Cleo", "Dirk", "Eva", "Finn"), ("Abel", "Berg", "Cole", "Dorn", "Ende")
_STATUSES = ("pending",) * 4 + ("delivered",) * 4 + ("processed", "cancelled")


def database(seed: int = 7, users: int = 40, orders: int = 160) -> dict[str, Any]:
    """Products, users and orders by id, as the order databases of service benchmarks have them."""
    dice = random.Random(seed)
    products = dict(_product(dice, n, name) for n, name in enumerate(_GOODS))
    people = dict(_user(dice, n) for n in range(users))
    made = {}
    for n in range(orders):
        order = _order(dice, f"#W{5_000_000 + 7919 * n}", dice.choice(list(people.values())), list(products.values()))
        made[order["order_id"]] = order
        people[order["user_id"]]["orders"].append(order["order_id"])
    return {"products": products, "users": people, "orders": made}


def _product(dice: random.Random, number: int, name: str) -> tuple[str, dict[str, Any]]:
    variants: list[dict[str, str]] = [{}]
    for option, values in _GOODS[name].items():
        variants = [{**chosen, option: value} for chosen in variants for value in values]
    id_ = str(9_000_000 + number)
    rows = {}
    for n, options in enumerate(variants):
        item = f"{number + 1}{n:05d}"
        price = dice.randrange(1_500, 9_000) / 100
        rows[item] = {"item_id": item, "options": options, "available": n % 4 != 3, "price": price}
    return id_, {"name": name, "product_id": id_, "variants": rows}


def _address(dice: random.Random) -> dict[str, str]:
    return {
        "address1": f"{dice.randrange(1, 900)} Invented Lane",
        "address2": dice.choice(("", "Flat 3")),
        "city": "Nowhere",
        "country": "USA",
        "state": "NV",
        "zip": f"{dice.randrange(10_000, 99_999)}",
    }


def _user(dice: random.Random, number: int) -> tuple[str, dict[str, Any]]:
    first, last = dice.choice(_FIRST), dice.choice(_LAST)
    id_ = f"{first.lower()}_{last.lower()}_{number}"
    gift, card, pal = f"gift_card_{number}0", f"credit_card_{number}1", f"paypal_{number}2"
    methods: dict[str, Any] = {
        gift: {"source": "gift_card", "id": gift, "balance": dice.randrange(0, 12_000) / 100},
        card: {"source": "credit_card", "id": card, "brand": "visa", "last_four": f"{dice.randrange(10_000):04d}"},
        pal: {"source": "paypal", "id": pal},
    }
    return id_, {
        "user_id": id_,
        "name": {"first_name": first, "last_name": last},
        "address": _address(dice),
        "email": f"{first}.{last}.{number}@example.org".lower(),
        "payment_methods": methods,
        "orders": [],
    }


def _order(dice: random.Random, id_: str, user: dict[str, Any], products: list[dict[str, Any]]) -> dict[str, Any]:
    items = []
    for product in dice.sample(products, dice.randrange(1, 4)):
        variant = dice.choice(list(product["variants"].values()))
        line = {key: variant[key] for key in ("item_id", "price", "options")}
        items += [{"name": product["name"], "product_id": product["product_id"], **line}] * dice.choice((1, 1, 1, 2))
    status = dice.choice(_STATUSES)
    total = round(sum(round(item["price"] * 100) for item in items)) / 100
    method = dice.choice(list(user["payment_methods"]))
    history = [{"transaction_type": "payment", "amount": total, "payment_method_id": method}]
    if status == "cancelled":
        history.append({**history[0], "transaction_type": "refund"})
    sent = [] if status == "pending" else [{"tracking_id": [f"T{id_[2:]}"], "item_ids": [i["item_id"] for i in items]}]
    return {
        "order_id": id_,
        "user_id": user["user_id"],
        "address": user["address"],
        "items": items,
        "status": status,
        "fulfillments": sent,
        "payment_history": history,
    }
