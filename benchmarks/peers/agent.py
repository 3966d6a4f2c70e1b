"""LangChain's ``create_agent`` with two tools over langchain-chroma: search with filters, and one product in full."""

from __future__ import annotations

from langchain.agents import create_agent
from langchain.agents.structured_output import ToolStrategy
from langchain_chroma import Chroma
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import BaseTool, tool

from benchmarks.peers.answer import Answer, Asked, Peer
from benchmarks.peers.llm import Counted, Suggestions
from benchmarks.peers.rag import Search

K = 5
# Steps of the graph: some four searches and an answer.
STEPS = 12
_TASK = (
    "You are an assistant of a shop. Use search_products to find what the shopper asks for, get_product for details. "
    "Then suggest the products that meet every wish, with id, name and price exactly as the tools gave them, and none "
    "that breaks a wish. If nothing meets them all, suggest none and say so. Never name a product that no tool gave."
)


def agent(store: Chroma, model: BaseChatModel) -> Peer:
    """The agent, a fresh conversation a request."""
    graph = create_agent(model, _tools(store), system_prompt=_TASK, response_format=ToolStrategy(Suggestions))

    def answer(asked: Asked) -> Answer:
        calls = Counted()
        state = graph.invoke(
            {"messages": [{"role": "user", "content": asked.text}]},
            {"callbacks": [calls], "recursion_limit": STEPS},
        )
        said = state.get("structured_response")
        if isinstance(said, Suggestions):
            return said.to_answer(calls)
        # It ended without the form: what it wrote is all a shopper would see.
        text = str(state["messages"][-1].text)
        return Answer(text, (), model_calls=calls.calls, prompt_tokens=calls.prompt_tokens)

    return answer


def _tools(store: Chroma) -> list[BaseTool]:
    @tool
    def search_products(
        query: str, price_min: float | None = None, price_max: float | None = None, brand: str | None = None
    ) -> str:
        """Search the shop's catalogue. Returns the five best products with id, name, brand, price and facts."""
        where = Search(query=query, price_min=price_min, price_max=price_max, brand=brand).where()
        found = store.similarity_search(query, k=K, filter=where)
        return "\n\n".join(document.page_content for document in found) or "No product fits these filters."

    @tool
    def get_product(product_id: str) -> str:
        """Everything the shop knows about one product, by its id."""
        found = store.get_by_ids([product_id])
        return found[0].page_content if found else "There is no product with this id."

    return [search_products, get_product]
