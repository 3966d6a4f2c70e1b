"""Models of other providers, by LangChain's ``init_chat_model``; their errors become ours."""

from __future__ import annotations

import difflib
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

from langchain_core import exceptions as langchain
from langchain_core.language_models import BaseChatModel
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from assistant.errors import ModelSpecError, ModelUnavailable, PromptTooLong

OWN = ("embedded", "vllm", "script")


def open_provider(spec: str, provider: str, model: str, *, forms: str) -> BaseChatModel:
    """The model that ``PROVIDER:MODEL`` names; ``forms`` are all forms of a spec, for the message.

    Raises ``ModelSpecError`` for an unknown provider, one that is not installed, or one that misses its key.
    """
    from langchain.chat_models import init_chat_model

    try:
        if not model:
            raise ValueError("Supported: openai, anthropic, ollama")
        opened: BaseChatModel = init_chat_model(model, model_provider=provider, max_retries=0)
    except ImportError as error:
        raise ModelSpecError(f"The provider {provider!r} is not installed here", str(error).split(". ")[-1]) from error
    except ValueError as error:
        # LangChain lists the providers it knows in this message, and nowhere else in public.
        known = re.findall(r"\w+", str(error).rpartition(":")[2])
        near = difflib.get_close_matches(provider, [*OWN, *known], n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise ModelSpecError(f"Nobody knows the model {spec!r}", f"{hint}Models are named {forms}") from error
    except Exception as error:  # a provider's own complaint, mostly a missing key
        raise ModelSpecError(
            f"The model {spec!r} cannot be opened: {error}", "Set what the provider asks for"
        ) from error
    # Providers are classes of their own; only the four methods that call out are wrapped, all else stays theirs.
    # LangChain asks whether a class streams by looking for its own method: one that does not must go on looking so.
    cls = type(opened)
    plain = {m: vars(BaseChatModel)[m] for m in ("_stream", "_astream") if getattr(cls, m) is vars(BaseChatModel)[m]}
    opened.__class__ = type(cls.__name__, (_OurErrors, cls), plain)
    return opened


class _OurErrors(BaseChatModel):
    """Laid over a provider's class: its failures leave as ours, with the provider's name."""

    def _generate(self, *args: Any, **kwargs: Any) -> ChatResult:
        with self._translated():
            return super()._generate(*args, **kwargs)  # type: ignore[safe-super]  # the provider's comes next

    async def _agenerate(self, *args: Any, **kwargs: Any) -> ChatResult:
        with self._translated():
            return await super()._agenerate(*args, **kwargs)

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        with self._translated():
            yield from super()._stream(*args, **kwargs)

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        with self._translated():
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk

    @contextmanager
    def _translated(self) -> Iterator[None]:
        name = type(self).__name__
        try:
            yield
        except langchain.ContextOverflowError as error:
            raise PromptTooLong(f"The prompt is too long for {name}: {error}", "Say it in fewer words") from error
        except langchain.ModelNotFoundError as error:
            raise ModelSpecError(f"{name} has no such model: {error}", "Name one that it offers") from error
        except langchain.ModelAuthenticationError as error:
            raise ModelUnavailable(f"{name} wants another key: {error}", "Set the provider's API key") from error
        except langchain.ModelError as error:
            raise ModelUnavailable(f"{name} does not answer: {error}", "Check its address and try again") from error
