"""Messages nobody wrote the rules for, read by rules alone: half of them never looked at while the rules changed."""

from __future__ import annotations

from retrieval.product import Kind, Product
from retrieval.vocabulary import Vocabulary

# A shop that carries some of what the messages speak of, and some of the makers.
STOCK = {
    "rain jacket": ("Columbia", "Jack Wolfskin"),
    "sofa": ("Ikea", "Habitat"),
    "bike helmet": ("Uvex", "Abus"),
    "mountain bike": ("Cube", "Trek", "Scott"),
    "dining table": ("Ikea",),
    "face cream": ("Nivea", "Weleda"),
    "coffee": ("Lavazza",),
    "dog food": ("Royal Canin",),
    "tent": ("Coleman", "Vango"),
    "guitar": ("Yamaha", "Fender", "Ibanez"),
    "toy": ("Lego", "Playmobil"),
    "running shoes": ("Brooks", "Hoka"),
    "jeans": ("Levi's",),
    "drill": ("Bosch",),
    "grill": ("Weber",),
}
SHELF = [
    Product(f"{kind}-{maker}", f"{maker} {kind}", brand=maker) for kind, makers in STOCK.items() for maker in makers
]
VOCABULARY = Vocabulary.build(SHELF, {p.id: Kind(p.id.split("-")[0], "feed", 1) for p in SHELF})
