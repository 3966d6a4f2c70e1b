"""What a shop sells, as plain values. Every field comes from the feed, never from a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

AttributeValue = str | int | float | bool

# Minor units of the ISO 4217 currencies that do not have two decimals.
_DECIMALS = {
    "JPY": 0,
    "KRW": 0,
    "VND": 0,
    "CLP": 0,
    "ISK": 0,
    "HUF": 2,
    "BHD": 3,
    "KWD": 3,
    "OMR": 3,
    "TND": 3,
}
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥", "JPY": "¥", "INR": "₹", "KRW": "₩"}


def decimals(currency: str) -> int:
    """Digits behind the decimal point that ``currency`` (ISO 4217) has."""
    return _DECIMALS.get(currency, 2)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in integer minor units (cents) of one currency."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Money:
        """From major units; more digits than the currency has are rounded half up to the nearest minor unit."""
        scaled = (
            Decimal(amount).scaleb(decimals(currency))
            if isinstance(amount, (int, str))
            else amount.scaleb(decimals(currency))
        )
        return cls(int(scaled.to_integral_value(rounding="ROUND_HALF_UP")), currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-decimals(self.currency))

    def __str__(self) -> str:
        digits = decimals(self.currency)
        symbol = SYMBOLS.get(self.currency)
        return f"{symbol}{self.major:,.{digits}f}" if symbol else f"{self.currency} {self.major:,.{digits}f}"


@dataclass(frozen=True, slots=True)
class Variant:
    """What a buyer chooses within one product: a size, a finish; it is what goes into a basket."""

    # The SKU.
    id: str
    # "size" -> "M".
    options: Mapping[str, str]
    # None where it is the product's.
    price: Money | None = None
    # Units on hand; None where the feed does not say.
    stock: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dict; ``Variant.from_dict(v.to_dict()) == v``."""
        price = None if self.price is None else {"minor": self.price.minor, "currency": self.price.currency}
        return {"id": self.id, "options": dict(self.options), "price": price, "stock": self.stock}

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Variant:
        """The inverse of ``to_dict``."""
        price = row.get("price")
        return cls(
            id=row["id"],
            options=dict(row["options"]),
            price=None if price is None else Money(price["minor"], price["currency"]),
            stock=row.get("stock"),
        )


@dataclass(frozen=True, slots=True)
class Product:
    """One thing on the shelf, as the shop's feed states it."""

    id: str
    title: str
    description: str = ""
    brand: str = ""
    price: Money | None = None
    # The feed's own category, "Department > Category" where it has levels; "" where it has none.
    category: str = ""
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    # Paths relative to the shop folder, or http(s) addresses.
    pictures: tuple[str, ...] = ()
    # Mean stars, 1.0 to 5.0.
    rating: float | None = None
    rating_count: int = 0
    # Units on hand; None where the feed does not say.
    stock: int | None = None
    # Sizes and the like, each with its own stock; () where there is nothing to choose.
    variants: tuple[Variant, ...] = ()
    # EAN, GTIN, SKU or manufacturer's part numbers.
    codes: tuple[str, ...] = ()
    url: str = ""
    # What the variants of one thing have in common, and no other product; "" where the feed names none.
    group: str = ""

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dict; ``Product.from_dict(p.to_dict()) == p``."""
        return {
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "brand": self.brand,
            "price": None if self.price is None else {"minor": self.price.minor, "currency": self.price.currency},
            "category": self.category,
            "attributes": dict(self.attributes),
            "pictures": list(self.pictures),
            "rating": self.rating,
            "rating_count": self.rating_count,
            "stock": self.stock,
            "variants": [variant.to_dict() for variant in self.variants],
            "codes": list(self.codes),
            "url": self.url,
            "group": self.group,
        }

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Product:
        """The inverse of ``to_dict``."""
        price = row.get("price")
        return cls(
            id=row["id"],
            title=row["title"],
            description=row.get("description", ""),
            brand=row.get("brand", ""),
            price=None if price is None else Money(price["minor"], price["currency"]),
            category=row.get("category", ""),
            attributes=dict(row.get("attributes", {})),
            pictures=tuple(row.get("pictures", ())),
            rating=row.get("rating"),
            rating_count=row.get("rating_count", 0),
            stock=row.get("stock"),
            variants=tuple(Variant.from_dict(variant) for variant in row.get("variants", ())),
            codes=tuple(row.get("codes", ())),
            url=row.get("url", ""),
            group=row.get("group", ""),
        )


@dataclass(frozen=True, slots=True)
class Kind:
    """A product's derived type, beside the product: what a shopper would call it."""

    # Singular lower case noun phrase, e.g. "notebook", "toner cartridge".
    label: str
    # Where it comes from: "feed", "title", "attribute" or "neighbours".
    source: str
    # 0.0 to 1.0.
    confidence: float

    @property
    def guessed(self) -> bool:
        """Whether nothing in the product's own record names the type, and its neighbours alone suggest it."""
        return self.source == "neighbours"


@dataclass(frozen=True, slots=True)
class Review:
    """What a customer wrote about a product."""

    id: str
    product_id: str
    rating: float | None
    text: str
    title: str = ""
    author: str = ""
    # ISO 8601 date, "" where unknown.
    date: str = ""
    # How many found it helpful.
    helpful: int = 0
    # Whether the shop knows that the author bought the product; None where the feed does not say.
    verified: bool | None = None
    # Who wrote it, as the shop's orders know them; "" where the feed does not say.
    customer_id: str = ""
