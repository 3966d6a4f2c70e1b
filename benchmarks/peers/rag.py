"""Retrieve, then read: LangChain's RAG chain with its sources shown, plain and with its query analysis step.

The nearest products stand in the prompt and, as the sources of the answer, on the screen: no name or price of theirs
can be wrong. With query analysis the model first writes search words, price bounds and a maker in a form; these become
metadata filters of the store. A form for the products as well, as the agent has it, was tried on 20 requests: a model
as small as this fills it with names and prices that do not exist, and takes six times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from pydantic import BaseModel, Field

from benchmarks.peers.answer import Answer, Asked, Named, Peer
from benchmarks.peers.llm import Counted

# Products in the prompt: what fits the model's context beside its answer.
K = 5
# Tokens of an answer of three sentences.
LONGEST = 160
_READ = ChatPromptTemplate.from_messages(
    [
        (
            "system",
            "You are an assistant of a shop. Use the products below to answer the shopper: which of them meet every "
            "wish, and why. If none does, say so. Use three sentences at most, and say nothing that the list does not "
            "say.\n\nProducts:\n{context}",
        ),
        ("human", "{question}"),
    ]
)
_ANALYSE = ChatPromptTemplate.from_messages(
    [
        (
            "system",
            "Turn the shopper's request into a search of the shop's catalogue: words to search for, price limits in "
            "dollars and the maker where one is wanted. Leave out what the shopper did not say.",
        ),
        ("human", "A red bicycle bell from Knog for 20 dollars at most"),
        ("ai", '{{"query": "red bicycle bell", "price_min": null, "price_max": 20, "brand": "Knog"}}'),
        ("human", "Have you got sturdy gardening gloves?"),
        ("ai", '{{"query": "sturdy gardening gloves", "price_min": null, "price_max": null, "brand": null}}'),
        ("human", "{question}"),
    ]
)


class Search(BaseModel):
    """A search of the catalogue."""

    query: str = Field(max_length=80, description="What to search for, without price and maker")
    price_min: float | None = Field(default=None, description="Lowest price in dollars, null if not said")
    price_max: float | None = Field(default=None, description="Highest price in dollars, null if not said")
    brand: str | None = Field(default=None, max_length=40, description="The wanted maker, null if not said")

    def where(self) -> dict[str, Any] | None:
        """As a filter of the store."""
        parts: list[dict[str, Any]] = []
        if self.price_min is not None:
            parts.append({"price": {"$gte": self.price_min}})
        if self.price_max is not None:
            parts.append({"price": {"$lte": self.price_max}})
        if self.brand:
            parts.append({"brand": self.brand})
        return {"$and": parts} if len(parts) > 1 else parts[0] if parts else None


def plain(store: Chroma, model: BaseChatModel) -> Peer:
    """The nearest products, then the answer."""

    def retrieve(text: str, calls: Counted) -> list[Document]:
        found: list[Document] = store.similarity_search(text, k=K)
        return found

    return _chain(model, retrieve)


def analysed(store: Chroma, model: BaseChatModel, brands: Iterable[str]) -> Peer:
    """The model's own search with filters, then the answer; a maker that is none of ``brands`` is no filter."""
    known = {brand.casefold(): brand for brand in brands}
    analyse = _ANALYSE | model.with_structured_output(Search, method="json_schema")

    def retrieve(text: str, calls: Counted) -> list[Document]:
        search = analyse.invoke({"question": text}, {"callbacks": [calls]})
        assert isinstance(search, Search)
        search.brand = known.get((search.brand or "").casefold())
        # Filters that leave nothing were misread more often than not.
        found: list[Document] = store.similarity_search(search.query, k=K, filter=search.where())
        return found or store.similarity_search(text, k=K)

    return _chain(model, retrieve)


def _chain(model: BaseChatModel, retrieve: Callable[[str, Counted], list[Document]]) -> Peer:
    read = _READ | model.bind(max_completion_tokens=LONGEST)

    def answer(asked: Asked) -> Answer:
        calls = Counted()
        found = retrieve(asked.text, calls)
        context = "\n\n".join(document.page_content for document in found)
        said = read.invoke({"context": context, "question": asked.text}, {"callbacks": [calls]})
        sources = (document.metadata for document in found)
        products = tuple(Named(row["id"], row["title"], row["price"]) for row in sources)
        return Answer(str(said.text), products, model_calls=calls.calls, prompt_tokens=calls.prompt_tokens)

    return answer
