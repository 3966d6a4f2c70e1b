"""What every model behind ``open_llm`` does, whatever stands behind it: one suite for all of them.

The scripted and the embedded model run always; a real vLLM server runs where SHOPTALK_TEST_VLLM holds its spec
(``make test-vllm`` starts one).
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
from langchain_core.exceptions import OutputParserException
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from pydantic import BaseModel

from assistant.errors import ModelUnavailable, PromptTooLong
from assistant.models import open_llm
from assistant.models.scripted import Planned, Scripted

# Read at import: the test run clears the developer's own settings.
VLLM = os.environ.get("SHOPTALK_TEST_VLLM", "")
Plan = Sequence[str | dict[str, Any] | Planned]
Open = Callable[[Plan], BaseChatModel]

FRUITS = [SystemMessage("You answer in one line."), HumanMessage("Name three fruits.")]
LONG = HumanMessage("word " * 20_000)
WISH = {
    "title": "wish",
    "type": "object",
    "properties": {
        "category": {"type": "string", "maxLength": 30},
        "colour": {"enum": ["red", "blue"]},
        "price_max": {"type": "integer"},
    },
    "required": ["category", "colour"],
    "additionalProperties": False,
}
ASK = "I want a red bicycle for at most 300 dollars. Write this as JSON."


@pytest.fixture(params=["scripted", "embedded", pytest.param("vllm", marks=pytest.mark.vllm)])
def subject(request: pytest.FixtureRequest) -> str:
    if request.param == "vllm" and not VLLM:
        pytest.skip("SHOPTALK_TEST_VLLM names no server (make test-vllm starts one)")
    return str(request.param)


@pytest.fixture
def opened(subject: str) -> Open:
    """Opens the model; the plan is what the scripted one will say."""
    if subject == "scripted":
        return lambda plan: Scripted(plan, context=4096)
    return lambda plan: open_llm(VLLM if subject == "vllm" else subject, adapter="none")


def tokens(message: AIMessage) -> tuple[int, int]:
    assert message.usage_metadata is not None
    used = message.usage_metadata
    assert used["total_tokens"] == used["input_tokens"] + used["output_tokens"]
    return used["input_tokens"], used["output_tokens"]


def test_plain_call_returns_text_and_its_cost(opened: Open) -> None:
    reply = opened(["Apple, pear and plum."]).invoke(FRUITS)
    assert isinstance(reply, AIMessage)
    assert reply.text.strip()
    prompt, answer = tokens(reply)
    assert prompt >= 7 and 1 <= answer <= 512
    assert reply.response_metadata["finish_reason"] in ("stop", "length")


def test_same_prompt_gives_the_same_answer(opened: Open) -> None:
    model = opened(["Apple.", "Apple."])
    assert model.invoke(FRUITS).text == model.invoke(FRUITS).text


def test_streaming_gives_the_same_text_in_pieces_and_its_cost(opened: Open) -> None:
    model = opened(["Apple, pear and plum."] * 2)
    whole = model.invoke(FRUITS)
    pieces = list(model.stream(FRUITS))
    assert len([p for p in pieces if p.text]) > 1
    assert "".join(p.text for p in pieces) == whole.text
    used = [p.usage_metadata for p in pieces if p.usage_metadata]
    assert len(used) == 1, "usage is told once"
    assert (used[0]["input_tokens"], used[0]["output_tokens"]) == tokens(whole)


def assert_wish(value: Any) -> None:
    assert {"category", "colour"} <= set(value) <= {"category", "colour", "price_max"}
    assert isinstance(value["category"], str) and len(value["category"]) <= 30
    assert value["colour"] in ("red", "blue")
    assert isinstance(value.get("price_max", 0), int)


def test_json_schema_binds_the_answer(opened: Open) -> None:
    said = {"category": "bicycle", "colour": "red", "price_max": 300}
    answer = opened([said]).with_structured_output(WISH, method="json_schema").invoke(ASK)
    assert_wish(answer)


def test_json_schema_with_the_raw_message(opened: Open) -> None:
    said = {"category": "bicycle", "colour": "red"}
    model = opened([said]).with_structured_output(WISH, method="json_schema", include_raw=True)
    answer = cast(dict[str, Any], model.invoke(ASK))
    assert_wish(answer["parsed"])
    assert answer["parsing_error"] is None
    assert tokens(answer["raw"])[1] > 0


class Wish(BaseModel):
    """What somebody wants."""

    category: str
    price_max: int | None = None


def test_json_schema_from_a_pydantic_class(opened: Open) -> None:
    answer = opened([{"category": "bicycle", "price_max": 300}]).with_structured_output(Wish).invoke(ASK)
    assert isinstance(answer, Wish)
    assert answer.category


def test_an_answer_cut_short_is_an_error_and_never_half_a_value(opened: Open) -> None:
    cut = '{"category": "bicy'
    with pytest.raises(OutputParserException, match="Not the JSON"):
        opened([cut]).with_structured_output(WISH, max_tokens=5).invoke(ASK)
    raw = opened([cut]).with_structured_output(WISH, include_raw=True, max_tokens=5).invoke(ASK)
    answer = cast(dict[str, Any], raw)
    assert answer["parsed"] is None
    assert isinstance(answer["parsing_error"], OutputParserException)
    assert answer["raw"].text.startswith("{")


def test_a_cancelled_call_frees_the_engine(opened: Open) -> None:
    model = opened(["once upon a time there was " * 50] * 6 + ["Apple."])
    endless = model.bind(max_tokens=3000, extra_body={"ignore_eos": True})
    for _ in range(6):
        stream = iter(endless.stream("Tell a story."))
        begun = [next(stream) for _ in range(3)]
        assert len(begun) == 3
        stream.close()  # type: ignore[attr-defined]  # LangChain's stream is a generator
    started = time.perf_counter()
    assert model.bind(max_tokens=8).invoke(FRUITS).text
    # Six abandoned stories of 3,000 tokens would hold the engine for minutes.
    assert time.perf_counter() - started < 30


def test_dead_server_is_named_with_the_way_to_start_it(subject: str) -> None:
    if subject == "scripted":
        model: BaseChatModel = Scripted([Planned(error="connection refused")] * 2)
        named = "connection refused"
    elif subject == "vllm":
        model, named = open_llm("vllm:some-model@http://127.0.0.1:9/v1"), r"127\.0\.0\.1:9/v1.*`vllm serve some-model`"
    else:
        model, named = stopped_engine(), r"127\.0\.0\.1:\d+.*Start shoptalk again"
    with pytest.raises(ModelUnavailable, match=named):
        model.invoke(FRUITS)
    with pytest.raises(ModelUnavailable, match=named):
        list(model.stream(FRUITS))


def stopped_engine() -> BaseChatModel:
    from assistant.models import weights
    from assistant.models.embedded import EmbeddedChat, Engine

    engine = Engine(weights.locate(weights.CHAT), None, name="stopped")
    model = EmbeddedChat.at(engine.url, "stopped", start="shoptalk")
    assert model.bind(max_tokens=1).invoke(FRUITS)
    engine.stop()
    return model


@pytest.mark.parametrize("way", ["invoke", "stream", "structured"])
def test_too_long_a_prompt_is_refused_with_both_lengths(opened: Open, way: str) -> None:
    model = opened(["Apple."])
    with pytest.raises(PromptTooLong) as caught:
        match way:
            case "invoke":
                model.invoke([LONG])
            case "stream":
                list(model.stream([LONG]))
            case _:
                model.with_structured_output(WISH, include_raw=True).invoke([LONG])
    prompt, context = map(int, re.findall(r"(?:has|takes) (?:at least )?(\d+)", str(caught.value)))
    assert prompt > context >= 4096
    assert model.bind(max_tokens=8).invoke(FRUITS).text, "the model answers the next call"


def test_eight_calls_at_once_each_get_their_own_answer(opened: Open) -> None:
    model = opened([Planned({"number": n}, match=rf"number {n}\b", delay_ms=20) for n in range(8)])

    def ask(n: int) -> Any:
        schema = {"title": "echo", "type": "object", "properties": {"number": {"enum": [n]}}, "required": ["number"]}
        return model.with_structured_output(schema).invoke(f"Write the number {n} as JSON.")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert answers == [{"number": n} for n in range(8)]
