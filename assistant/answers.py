"""Answers about products already shown: a fact of the record or "the shop does not say", and comparisons."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.reading.cues import stop_words
from assistant.recommend import base_evidence, evidence_for, printed
from assistant.state import Evidence, Recommendation, Sentence
from assistant.understand import Vocabulary
from assistant.wording import said
from retrieval.product import Product
from retrieval.query import Condition
from retrieval.text import words

_ASK_WORDS = frozenset(
    {"one", "first", "second", "third", "fourth", "fifth", "last", "item", "product", "tell", "know"}
)
# Attributes that a comparison shows at most: what fits on a phone.
_ROWS = 6
# Fields that matter to a warehouse and not to a shopper.
_PACKING = ("package", "pallet", "master_outer", "quantity_per", "harmonized", "products_per")


def fact_answer(product: Product, name: str, text: str, vocabulary: Vocabulary) -> Sentence:
    """What the record says to the question ``text``, with the field it stands in, or that the shop does not say."""
    asked = [w for w in text.lower().replace("?", " ").split() if w not in stop_words() and w not in _ASK_WORDS]
    topic = " ".join(asked).strip(" .!")
    tokens = set(words(topic))
    if tokens & set(words("price cost much expensive")) and product.price is not None:
        return said(f"{name} costs {product.price}.", Evidence("product", product.id, "price", str(product.price)))
    if tokens & set(words("stock available availability")) and product.stock is not None:
        state = f"{product.stock} in stock" if product.stock else "out of stock"
        return said(f"{name}: {state}.", Evidence("product", product.id, "stock", str(product.stock)))
    named = _by_name(product, tokens)
    if named is not None:
        label = named.field.removeprefix("attributes.").replace("_", " ")
        return said(f"{name} — {label}: {named.value}.", named)
    if topic and (answer := _by_condition(product, name, vocabulary.link(topic))):
        return answer
    about = f" about “{topic}”" if topic else " about that"
    return said(f"The shop does not say anything{about} for {name}.")


def _by_condition(product: Product, name: str, condition: Condition) -> Sentence | None:
    """The attribute that decides what was asked, yes or no, or the words of the record that confirm it."""
    for attribute in condition.attributes:
        if attribute in product.attributes:
            value = printed(product.attributes[attribute])
            evidence = Evidence("product", product.id, f"attributes.{attribute}", value)
            return said(f"{name} — {attribute.replace('_', ' ')}: {value}.", evidence)
    if not any(condition.groups()):
        return None
    found = evidence_for(product, condition)
    return said(f"The record of {name} says: “{found.value}”.", found) if found else None


def _by_name(product: Product, tokens: set[str]) -> Evidence | None:
    """The attribute whose name the question speaks of most fully."""
    best: tuple[float, str] | None = None
    for name in product.attributes:
        label = set(words(name.replace("_", " ")))
        overlap = len(label & tokens) / len(label) if label else 0
        if overlap >= 0.5 and (best is None or overlap > best[0]):
            best = (overlap, name)
    if best is None:
        return None
    return Evidence("product", product.id, f"attributes.{best[1]}", printed(product.attributes[best[1]]))


def compare(products: Sequence[Product], cards: Sequence[Recommendation]) -> list[Sentence]:
    """Price first, then the attributes in which the products differ; one sentence a field."""
    names = {c.product_id: c.name for c in cards}
    sentences = []
    priced = [p for p in products if p.price is not None]
    if len(priced) > 1:
        cheapest = min(priced, key=lambda p: p.price.minor if p.price else 0)
        listed = "; ".join(f"{names[p.id]} {p.price}" for p in products)
        proof = tuple(e for p in products for e in base_evidence(p) if e.field == "price")
        lead = f"Price: {listed}."
        if len({p.price for p in priced}) > 1:
            lead += f" {names[cheapest.id]} costs less."
        sentences.append(Sentence(lead, proof, "plain"))
    shared = [
        n for n in products[0].attributes if not n.startswith(_PACKING) and all(n in p.attributes for p in products[1:])
    ]
    differing = [n for n in shared if len({printed(p.attributes[n]) for p in products}) > 1]
    for name in differing[:_ROWS]:
        proof = tuple(Evidence("product", p.id, f"attributes.{name}", printed(p.attributes[name])) for p in products)
        values = "; ".join(f"{names[p.id]} {e.value}" for p, e in zip(products, proof, strict=True))
        sentences.append(Sentence(f"{name.replace('_', ' ').capitalize()}: {values}.", proof, "plain"))
    if not differing:
        sentences.append(said("Their records state no other field in which they differ."))
    return sentences
