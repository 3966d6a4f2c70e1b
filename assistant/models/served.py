"""A chat model behind an address that speaks OpenAI's protocol: vLLM, and llama.cpp in this process.

It is langchain-openai's client with three things changed: errors are ours and say what to do, nothing is retried or
repaired behind the caller's back, and structured output is the plain ``response_format`` request.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, Self

import openai
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_openai.chat_models.base import BaseChatOpenAI
from pydantic import BaseModel, SecretStr

from assistant.errors import ModelError, ModelSpecError, ModelUnavailable, PromptTooLong
from assistant.models.structured import Schema, structured

# A long answer of a large model on a slow machine; a server that is gone shows within the second number.
READ_SECONDS = 120.0
CONNECT_SECONDS = 5.0
# Where the caller sets no limit: an answer to a shopper is far shorter, and a model that rambles must end.
MAX_TOKENS = 512
# The client insists on some key.
NO_KEY = SecretStr("none")


class Served(BaseChatOpenAI):
    """A model at ``url``; ``start`` is the command that starts its server."""

    url: str
    start: str

    @classmethod
    def at(cls, url: str, model: str, *, start: str, api_key: SecretStr = NO_KEY, **fields: Any) -> Self:
        """The model named ``model`` at ``url`` (up to and with ``/v1``). Nothing is sent before the first call."""
        return cls(
            url=url,
            start=start,
            model=model,
            base_url=url,
            api_key=api_key,
            temperature=0.0,
            seed=7,
            max_tokens=MAX_TOKENS,
            max_retries=0,
            timeout=openai.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            stream_usage=True,
            use_responses_api=False,
            output_version="v0",
            **fields,
        )

    @property
    def _llm_type(self) -> str:
        return "served"

    def _get_request_payload(
        self, input_: LanguageModelInput, *, stop: list[str] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        payload: dict[str, Any] = super()._get_request_payload(input_, stop=stop, **kwargs)
        if (wanted := payload.pop("response_format", None)) is not None:
            # In the open the client would parse the answer itself, and raise on one that was cut off.
            payload["extra_body"] = {**(payload.get("extra_body") or {}), "response_format": wanted}
        return payload

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        with self._our_errors():
            return super()._generate(messages, stop=stop, run_manager=run_manager, **kwargs)

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        with self._our_errors():
            return await super()._agenerate(messages, stop=stop, run_manager=run_manager, **kwargs)

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        with self._our_errors():
            yield from super()._stream(*args, **kwargs)

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        with self._our_errors():
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk

    def with_structured_output(  # type: ignore[override]  # narrower: one method, one behaviour
        self, schema: Schema, *, method: str = "json_schema", include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, dict[str, Any] | BaseModel]:
        """As ``assistant.models.structured.structured``; ``method`` is "json_schema"."""
        if method != "json_schema":
            raise ValueError(f"method {method!r}: only 'json_schema' is offered")
        return structured(self, schema, include_raw=include_raw, **kwargs)

    @contextmanager
    def _our_errors(self) -> Iterator[None]:
        try:
            yield
        except openai.APIError as error:
            raise self._translate(error) from error

    def _gone(self, reason: str) -> ModelUnavailable:
        return ModelUnavailable(
            f"The model server at {self.url} does not answer ({reason})", f"Start it with `{self.start}`"
        )

    def _translate(self, error: openai.APIError) -> ModelError:
        if isinstance(error, openai.APITimeoutError):
            return self._gone(f"nothing came within {READ_SECONDS:.0f} s")
        if isinstance(error, openai.APIConnectionError):
            return self._gone(_root(error))
        if isinstance(error, (openai.AuthenticationError, openai.PermissionDeniedError)):
            return ModelUnavailable(
                f"The model server at {self.url} wants a key",
                "Name it as `openai:MODEL` and set OPENAI_BASE_URL and OPENAI_API_KEY",
            )
        if isinstance(error, openai.NotFoundError):
            return ModelSpecError(
                f"The server at {self.url} has no model {self.model_name!r}", f"`{self.url}/models` lists what it has"
            )
        if lengths := prompt_lengths(error):
            prompt, context = lengths
            return PromptTooLong(
                f"The prompt has {prompt} tokens and the model at {self.url} takes {context}", "Say it in fewer words"
            )
        return ModelUnavailable(
            f"The model server at {self.url} refused the call: {error.message}", f"See the log of `{self.start}`"
        )


def prompt_lengths(error: openai.APIError) -> tuple[str, str] | None:
    """(prompt, context) in tokens when a server says that the one exceeds the other, else None.

    vLLM stops counting a hopeless prompt: then it is "at least 8193".
    """
    body = error.body if isinstance(error.body, dict) else {}
    if body.get("type") == "exceed_context_size_error":  # llama.cpp
        return str(body["n_prompt_tokens"]), str(body["n_ctx"])
    if "context length" not in error.message:  # vLLM and others that follow OpenAI's wording
        return None
    context = re.search(r"context length (?:is|of) (?:only )?(\d+)", error.message)
    prompt = re.search(
        r"(?:prompt contains|resulted in|has|contains) ((?:at least )?\d+)(?: input)? tokens", error.message
    )
    return (prompt[1], context[1]) if prompt and context else None


def _root(error: BaseException) -> str:
    """The first cause in words: "Connection refused" says more than the "Connection error." made of it."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error).rstrip(".") or type(error).__name__
