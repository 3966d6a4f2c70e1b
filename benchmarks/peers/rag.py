"""Retrieve, then read: LangChain's RAG chain, plain and with its query analysis step.

The plain one puts the nearest products into the prompt and asks for an answer in a form. With query analysis the model
first writes search words, price bounds and a maker in a form; these become metadata filters of the store.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from pydantic import BaseModel, Field

from benchmarks.peers.answer import Answer, Asked, Peer
from benchmarks.peers.llm import Counted, Suggestions

# Products in the prompt: what fits the model's context beside its answer.
K = 5
_READ = ChatPromptTemplate.from_messages(
    [
        (
            "system",
            "You are an assistant of a shop. Suggest the products from the list below that meet every wish of the "
            "shopper, with id, name and price exactly as listed. Leave out those that break a wish. If none meets "
            "them all, suggest none and say so. Say nothing that the list does not say.\n\nProducts:\n{context}",
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


def analysed(store: Chroma, model: BaseChatModel) -> Peer:
    """The model's own search with filters, then the answer."""
    analyse = _ANALYSE | model.with_structured_output(Search, method="json_schema")

    def retrieve(text: str, calls: Counted) -> list[Document]:
        search = analyse.invoke({"question": text}, {"callbacks": [calls]})
        assert isinstance(search, Search)
        # Filters that leave nothing were misread more often than not.
        found: list[Document] = store.similarity_search(search.query, k=K, filter=search.where())
        return found or store.similarity_search(text, k=K)

    return _chain(model, retrieve)


def _chain(model: BaseChatModel, retrieve: Callable[[str, Counted], list[Document]]) -> Peer:
    read = _READ | model.with_structured_output(Suggestions, method="json_schema")

    def answer(asked: Asked) -> Answer:
        calls = Counted()
        found = retrieve(asked.text, calls)
        context = "\n\n".join(document.page_content for document in found)
        said = read.invoke({"context": context, "question": asked.text}, {"callbacks": [calls]})
        assert isinstance(said, Suggestions)
        return said.to_answer(calls)

    return answer
