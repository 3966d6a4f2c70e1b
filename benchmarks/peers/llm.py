"""The language model of the LangChain peers, its calls counted, and the form in which they name products."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, LLMResult
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, Field, SecretStr

from assistant.models.embedded import CACHE_MIB, CONTEXT, SLOTS
from benchmarks.peers.answer import Answer, Named
from benchmarks.record import cores

# Tokens of one call: enough for a form of four products and a message.
LONGEST = 400
# ChatML with tools as Hermes has them, which the server knows how to read.
_TEMPLATE = Path(__file__).with_name("tools.jinja")


class Suggested(BaseModel):
    """A product that fits the request."""

    id: str = Field(max_length=20, description="The id of the product, as listed")
    name: str = Field(max_length=160, description="The name of the product, as listed")
    price: float = Field(description="The price of the product, as listed")


class Suggestions(BaseModel):
    """The answer to the shopper."""

    # Bounds, or a small model writes on until it is cut off.
    products: list[Suggested] = Field(
        max_length=4, description="The products that meet every wish, best first; empty if none does"
    )
    message: str = Field(max_length=240, description="One or two sentences to the shopper")

    def to_answer(self, calls: Counted) -> Answer:
        """As it is judged."""
        named = tuple(Named(p.id, p.name, p.price) for p in self.products)
        return Answer(self.message, named, model_calls=calls.calls, prompt_tokens=calls.prompt_tokens)


class Counted(BaseCallbackHandler):
    """Counts calls and prompt tokens of one request."""

    def __init__(self) -> None:
        self.calls = 0
        self.prompt_tokens = 0

    def on_llm_end(self, response: LLMResult, **_: object) -> None:
        """One call more."""
        self.calls += 1
        for generation in (g for row in response.generations for g in row if isinstance(g, ChatGeneration)):
            if isinstance(generation.message, AIMessage) and generation.message.usage_metadata:
                self.prompt_tokens += generation.message.usage_metadata["input_tokens"]


@contextmanager
def served(model: Path) -> Iterator[ChatOpenAI]:
    """The model on a port of its own, behind the client that LangChain's documentation shows for such a server.

    The server is set up as ShopTalk's own is, but for a chat template with tools: that of the weights has none, and an
    agent would never hear of its own.
    """
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path, params.model_alias = str(model), {"peer"}
    params.port, params.n_parallel, params.n_ctx = 0, SLOTS, SLOTS * CONTEXT
    params.cache_ram_mib = CACHE_MIB
    params.chat_template = _TEMPLATE.read_text(encoding="utf-8")
    params.endpoint_slots = params.ui = False
    params.verbosity = -1
    params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    params.cpuparams.n_threads, params.cpuparams_batch.n_threads = max(1, cores() // 2), cores()
    server = xllamacpp.Server(params)
    try:
        yield ChatOpenAI(
            model="peer",
            base_url=f"{server.listening_address}/v1",
            api_key=SecretStr("none"),
            temperature=0,
            max_completion_tokens=LONGEST,
            timeout=300,
            max_retries=0,
        )
    finally:
        del server
