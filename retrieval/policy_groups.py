"""Which groups of a shop's products a text is about: categories by their names, or by things that belong to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from retrieval.mention import Mention
from retrieval.product import Kind, Product
from retrieval.text import words

# What stands for a thing where it does not matter which.
_ANY = "item"
_LONGEST = 5


class Vocabulary(Protocol):
    """What names products in a text; ``retrieval.vocabulary.Vocabulary`` does."""

    def kinds(self, text: str) -> list[Mention]:
        """Product types that ``text`` names."""
        ...

    def resolve_kind(self, phrase: str) -> tuple[str, ...]:
        """Labels of this shop's kinds that ``phrase`` denotes."""
        ...


class Stock(Protocol):
    """The products of a shop; ``retrieval.search.Shelf`` has them."""

    @property
    def ids(self) -> list[str]: ...

    @property
    def vocabulary(self) -> Vocabulary: ...

    def products(self, ids: Iterable[str]) -> list[Product]: ...

    def kind(self, id_: str) -> Kind | None: ...


class Groups:
    """The categories of a shop, found in texts. Immutable."""

    def __init__(
        self, vocabulary: Vocabulary | None = None, paths: Mapping[str, Iterable[Sequence[str]]] | None = None
    ) -> None:
        """``paths``: label of a kind -> the categories that things of it are in, each the widest level first."""
        self._vocabulary = vocabulary
        self._paths = {label: {tuple(path) for path in found} for label, found in (paths or {}).items()}
        every = {path for found in self._paths.values() for path in found}
        self._names: dict[tuple[str, ...], str] = {}
        for name in sorted({name for path in every for name in path}):
            for spelling in (name, name.replace("&", "and")):
                self._names[tuple(words(spelling))] = name
        # Category -> those that it lies in.
        self._above: dict[str, set[str]] = {}
        for path in every:
            for n, name in enumerate(path):
                self._above.setdefault(name, set()).update(path[:n])

    @classmethod
    def of(cls, stock: Stock) -> Groups:
        """Those of a shop's products."""
        found: dict[str, set[tuple[str, ...]]] = {}
        for product in stock.products(stock.ids):
            if product.category and (kind := stock.kind(product.id)):
                found.setdefault(kind.label, set()).add(tuple(levels(product)))
        return cls(stock.vocabulary, found)

    def named(self, text: str) -> frozenset[str]:
        """The categories that a text names, or whose things it names."""
        said = words(text)
        found = {
            name
            for n in range(len(said))
            for size in range(1, _LONGEST)
            if (name := self._names.get(tuple(said[n : n + size])))
        }
        for mention in self._mentions(text):
            for label in self._vocabulary.resolve_kind(mention.value) if self._vocabulary else ():
                found |= {path[-1] for path in self._paths.get(label, ()) if path}
        return frozenset(found)

    def around(self, text: str) -> frozenset[str]:
        """The same, and the wider ones that these lie in."""
        found = self.named(text)
        return found.union(*(self._above.get(name, set()) for name in found))

    def blurred(self, text: str) -> str:
        """The text with "item" in the place of each product type: what it says of any."""
        for mention in reversed(self._mentions(text)):
            text = text[: mention.start] + _ANY + text[mention.end :]
        return text

    def _mentions(self, text: str) -> Sequence[Mention]:
        return sorted(self._vocabulary.kinds(text), key=lambda m: m.start) if self._vocabulary else ()


def levels(product: Product) -> list[str]:
    """The levels of a product's category, the widest first."""
    return [part.strip() for part in product.category.split(">") if part.strip()] if product.category else []
