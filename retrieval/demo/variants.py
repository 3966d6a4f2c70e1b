"""What a buyer chooses within a product: a size or the like, each with its own stock and sometimes its own price."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.demo.chance import roll
from retrieval.demo.shop import Item
from retrieval.demo.spec import slug

# Cents on top of the product's price, for what takes more cloth.
_SURCHARGE = {"XXL": 200}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be put into a basket."""

    # The SKU; the product's own id where there is nothing to choose.
    id: str
    # "size" -> "M", with the product's colour beside it.
    options: dict[str, str]
    surcharge_cents: int
    stock: int


def choices(item: Item, seed: int) -> tuple[Choice, ...]:
    """The variants of ``item`` in the order of its attribute; () where there is nothing to choose.

    Their stock adds up to the product's.
    """
    attribute = item.category.variants
    listed = str(item.attributes.get(attribute, "")).split(", ")
    if not attribute or len(listed) < 2:
        return ()
    colour = {"colour": str(item.attributes["colour"])} if "colour" in item.attributes else {}
    name = attribute.replace("_", " ").removesuffix("s")
    shares = [roll(seed, item.id, "variant", value) ** 1.5 for value in listed]
    stock = [int(item.stock * share / sum(shares)) for share in shares]
    stock[max(range(len(listed)), key=lambda at: shares[at])] += item.stock - sum(stock)
    return tuple(
        Choice(f"{item.id}-{slug(value)}", {**colour, name: value}, _SURCHARGE.get(value, 0), units)
        for value, units in zip(listed, stock, strict=True)
    )
