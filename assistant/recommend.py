"""From hits to recommendations: why each fits, word for word from its record. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.preferences import SearchPlan
from assistant.state import Evidence, Preferences, Recommendation, Wish
from retrieval.diverse import diverse
from retrieval.product import AttributeValue, Kind, Money, Product
from retrieval.query import Condition, Hit
from retrieval.text import words

# A reply shows at most this many products: what a person compares at a glance.
SHOWN = 4
_NAME_LENGTH = 60
# What a name is cut before: specifications and packaging, which the card shows anyway.
_CUT = re.compile(r"\s+(?:[|–—]|-\s|\d+(?:[.,]\d+)?\s?(?:cm|mm|\"|GB|TB|MB|GHz|MHz|W|V|m|ft|pc\(s\))(?!\w))|[,;(]")

# Share of the hits whose titles must name their type for a silent title to mean something: those of phones hardly do.
_NAMED = 0.3


def select(hits: Sequence[Hit], plan: SearchPlan, preferences: Preferences, limit: int = SHOWN) -> list[Recommendation]:
    """The best products of ``hits`` (best first, every one within the filters) with what each meets.

    Those that meet most of the soft wishes come first. Where enough meet as many as the best, the others stay out:
    two right products beat five with a wrong one among them.
    """
    if plan.order == "relevance":
        hits = _surest(hits, plan)
    met = {h.product.id: sum(c.admits(h.product) for _, c in plan.soft) for h in hits}
    if plan.order == "relevance":
        hits = sorted(hits, key=lambda h: -met[h.product.id])
    best = met[hits[0].product.id] if hits else 0
    tier = [h for h in hits if met[h.product.id] >= best]
    if plan.order == "relevance" and len(tier) >= 2:
        chosen = diverse(tier, limit)
    else:
        chosen = list(hits if plan.order != "relevance" else hits[: max(3, len(tier))])[:limit]
    names = short_names([h.product for h in chosen])
    return [recommendation(h, names[h.product.id], plan, preferences) for h in chosen]


def _surest(hits: Sequence[Hit], plan: SearchPlan) -> Sequence[Hit]:
    """The hits that meet each soft wish that the shop's attributes or titles tell of, where there are any.

    Of them the surely ``named`` ones, and those of which an attribute says nothing but what was wished, where there are
    two of them.
    """
    # Attributes first: of two wishes that no product meets together, what a record states outweighs a title's word.
    for condition in sorted((c for _, c in plan.soft), key=lambda c: not c.attributes):
        meeting = [h for h in hits if condition.admits(h.product)]
        if condition.attributes or any(_in_title(h.product, condition) for h in meeting):
            hits = meeting or hits
    hits = named(hits)
    values = [c for _, c in (*plan.soft, *plan.hard) if isinstance(c.value, str)]
    alone = [h for h in hits if not any(_says_more(h.product, c) for c in values)]
    return alone if len(alone) > 1 else hits


def named(hits: Sequence[Hit]) -> Sequence[Hit]:
    """The hits whose title or feed names the type, where titles of such things use to name it; else all of them.

    What only an attribute suggests may be a part or a set: a pouch among backpacks.
    """
    sure = [h for h in hits if h.kind is None or h.kind.source in ("feed", "title")]
    return sure if len(sure) > 1 and len(sure) > _NAMED * len(hits) else hits


def _in_title(product: Product, condition: Condition) -> bool:
    """Whether the title says what is wished: what stands there is what makers tell their things apart by."""
    return replace(condition, attributes=(), title_only=True).admits(product)


def _says_more(product: Product, condition: Condition) -> bool:
    """Whether the attribute that decides lists other values beside the one wished: "Black, Red" for red."""
    name = next((n for n in condition.attributes if n in product.attributes), None)
    said = "" if name is None else str(product.attributes[name])
    return len(re.split(r"[,;/]|\\n|\n", said)) > 1


def recommendation(hit: Hit, name: str, plan: SearchPlan, preferences: Preferences) -> Recommendation:
    """One card: price and brand first, then the record's words for each wish it meets, then its type."""
    product = hit.product
    evidence = base_evidence(product)
    meets: list[str] = []
    for wish in preferences:
        if wish.slot == "category":
            if hit.kind is not None and hit.kind.label in plan.kinds:
                meets.append(wish.words)
            continue
        found = _for_wish(product, wish, plan.conditions)
        if found is None:
            continue
        meets.append(wish.words)
        evidence += [e for e in found if e not in evidence]
    if hit.kind is not None:
        # Derived by the shop from the whole record, so it is not called the product's own field.
        evidence.append(Evidence("shop", product.id, "type", hit.kind.label))
    return Recommendation(product.id, name, tuple(evidence), tuple(dict.fromkeys(meets)))


def base_evidence(product: Product) -> list[Evidence]:
    """What every card states where the record has it: price, brand, mean rating, stock."""
    found = []
    if product.price is not None:
        found.append(Evidence("product", product.id, "price", str(product.price)))
    if product.brand:
        found.append(Evidence("product", product.id, "brand", product.brand))
    if product.rating is not None:
        found.append(Evidence("product", product.id, "rating", f"{product.rating:g}"))
    if product.stock is not None:
        found.append(Evidence("product", product.id, "stock", str(product.stock)))
    return found


def record_evidence(product: Product, kind: Kind | None, name: str) -> list[Evidence]:
    """Everything the record says, field by field: what a sentence about ``product``, called ``name``, may rest on."""
    found = [Evidence("product", product.id, "title", name)]
    if product.title != name:
        found.append(Evidence("product", product.id, "title", product.title))
    found += base_evidence(product)
    if product.rating is not None and product.rating_count:
        found.append(Evidence("product", product.id, "rating_count", str(product.rating_count)))
    for field, text in (("category", product.category), ("description", product.description)):
        if text:
            found.append(Evidence("product", product.id, field, text))
    for attribute, value in product.attributes.items():
        found.append(Evidence("product", product.id, f"attributes.{attribute}", printed(value)))
    if kind is not None:
        found.append(Evidence("shop", product.id, "type", kind.label))
    return found


def _for_wish(product: Product, wish: Wish, conditions: Mapping[Wish, Condition]) -> list[Evidence] | None:
    """Evidence that ``product`` meets ``wish``: [] where the base evidence shows it, None where it is not met."""
    if wish.slot in ("price_min", "price_max") and product.price is not None:
        bound = Money.of(str(wish.value), product.price.currency)
        return [] if (product.price <= bound if wish.slot == "price_max" else product.price >= bound) else None
    if wish.slot == "brand":
        return [] if product.brand.casefold() == str(wish.value).casefold() else None
    if wish.slot == "min_rating":
        return [] if product.rating is not None and product.rating >= float(wish.value) else None
    if wish.slot == "in_stock":
        return [] if product.stock else None
    if wish.slot == "feature" and (condition := conditions.get(wish)):
        found = evidence_for(product, condition)
        return None if found is None else [found]
    return None


def evidence_for(product: Product, condition: Condition) -> Evidence | None:
    """The field that makes ``condition`` true for ``product``, word for word, or None where it is not true."""
    met = condition.met_by(product)
    if met is None:
        return None
    condition = met
    for name in condition.attributes:
        if name in product.attributes:
            return Evidence("product", product.id, f"attributes.{name}", printed(product.attributes[name]))
    for group in condition.groups():
        for field, value in _texts(product):
            if set(group) <= set(words(value)):
                return Evidence("product", product.id, field, _snippet(value, group))
        for name, attribute in product.attributes.items():
            said = words(f"{name.replace('_', ' ')} {'' if attribute is True else attribute}")
            if attribute is not False and set(group) <= set(said):
                return Evidence("product", product.id, f"attributes.{name}", printed(attribute))
    # The words stand in several fields together; the title is the one that names the thing.
    return Evidence("product", product.id, "title", product.title)


def _texts(product: Product) -> list[tuple[str, str]]:
    return [("title", product.title), ("category", product.category), ("description", product.description)]


def _snippet(text: str, group: Sequence[str]) -> str:
    """The shortest clause of ``text`` that holds every word of ``group``, else the whole text."""
    for part in re.split(r"(?<=[.!?;])\s+|\n|,\s+", text):
        if set(group) <= set(words(part)):
            return part.strip()
    return text


def printed(value: AttributeValue) -> str:
    """An attribute's value as a card prints it: flags as yes and no, whole floats without ".0"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def short_names(products: Sequence[Product]) -> dict[str, str]:
    """A name for each product, short enough for a sentence, a prefix of its title, different from the others'."""
    names = {p.id: _short(p.title, p.brand) for p in products}
    for product in products:
        if sum(n == names[product.id] for n in names.values()) > 1:
            names[product.id] = product.title.strip()
    return names


def _short(title: str, brand: str) -> str:
    title = title.strip()
    # A maker's name alone ("StarTech.com 10 ft ...") names no product.
    least = max(12, len(brand) + 1 if title.casefold().startswith(brand.casefold()) else 0)
    cut = next((m.start() for m in _CUT.finditer(title) if m.start() >= least), len(title))
    if cut > _NAME_LENGTH:
        space = title.rfind(" ", 0, _NAME_LENGTH)
        cut = space if space > 12 else _NAME_LENGTH
    return title[:cut].rstrip(" ,;-–(")
