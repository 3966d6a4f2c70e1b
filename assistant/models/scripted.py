"""A strict stand-in model: it gives planned replies and raises on a call that nobody planned.

A script is JSON Lines, one planned reply a row, used in order, each once:
``{"match": regex of the last human message or null, "reply": text or object, "delay_ms"?: number, "error"?: text}``
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from pydantic import BaseModel, PrivateAttr

from assistant.errors import ModelSpecError, ModelUnavailable, PromptTooLong
from assistant.models.structured import Schema, structured

KEYS = {"match", "reply", "delay_ms", "error"}


class UnplannedCall(AssertionError):
    """A call that the script does not plan: a defect of the test or of the code under it, never a user's mistake."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One planned reply."""

    reply: str | dict[str, Any] = ""
    # Regular expression searched in the last human message; None fits every call.
    match: str | None = None
    # Time before the first token, in milliseconds.
    delay_ms: float = 0.0
    # Instead of a reply: the server is gone, with these words.
    error: str = ""

    @property
    def text(self) -> str:
        """What the model says."""
        return self.reply if isinstance(self.reply, str) else json.dumps(self.reply, ensure_ascii=False)


class Scripted(BaseChatModel):
    """Plays planned replies; ``Scripted(["first", {"intent": "find"}, Planned(...)])`` in a test.

    The rows are used in order: the first unused row whose ``match`` fits is the reply to a call. ``calls`` holds the
    prompts it got. A token is a word here, in the usage as in ``context``.
    """

    # Longest prompt in words; 0 is no limit.
    context: int = 0
    _plan: list[Planned] = PrivateAttr(default_factory=list)
    _calls: list[list[BaseMessage]] = PrivateAttr(default_factory=list)
    _lock: Any = PrivateAttr(default_factory=threading.Lock)

    def __init__(self, plan: Sequence[str | dict[str, Any] | Planned] = (), **fields: Any) -> None:
        super().__init__(**fields)
        self._plan = [row if isinstance(row, Planned) else Planned(row) for row in plan]

    @classmethod
    def from_file(cls, path: Path) -> Scripted:
        """The script in a JSON Lines file; raises ``ModelSpecError`` naming the line that is not one."""
        if not path.is_file():
            raise ModelSpecError(f"The script {path} does not exist", "Name a JSON Lines file: `script:FILE`")
        plan = []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip():
                plan.append(_row(line, f"{path}, line {number}"))
        return cls(plan)

    @property
    def calls(self) -> list[list[BaseMessage]]:
        """The prompts of all calls so far."""
        return self._calls

    @property
    def unused(self) -> list[Planned]:
        """Planned replies that no call took: a test asserts that this is empty."""
        return self._plan

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _next(self, messages: list[BaseMessage]) -> tuple[Planned, UsageMetadata]:
        prompt = "\n".join(f"{m.type}: {m.text}" for m in messages)
        last = next((m.text for m in reversed(messages) if isinstance(m, HumanMessage)), "")
        words = len(prompt.split())
        with self._lock:
            self._calls.append(messages)
            if self.context and words > self.context:
                raise PromptTooLong(
                    f"The prompt has {words} words and the script takes {self.context}", "Say it in fewer words"
                )
            fits = (i for i, p in enumerate(self._plan) if p.match is None or re.search(p.match, last))
            place = next(fits, None)
            if place is None:
                raise UnplannedCall(f"call {len(self._calls)} is not planned; its prompt was\n{prompt}")
            planned = self._plan.pop(place)
        time.sleep(planned.delay_ms / 1000)
        if planned.error:
            raise ModelUnavailable(f"The scripted server does not answer ({planned.error})", "It is a test")
        out = len(planned.text.split())
        return planned, UsageMetadata(input_tokens=words, output_tokens=out, total_tokens=words + out)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> ChatResult:
        planned, usage = self._next(messages)
        message = AIMessage(planned.text, usage_metadata=usage, response_metadata={"finish_reason": "stop"})
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> Iterator[ChatGenerationChunk]:
        planned, usage = self._next(messages)
        for piece in re.findall(r"\s*\S+|\s+$", planned.text):
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=piece))
            if run_manager:
                run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk
        end = AIMessageChunk(content="", usage_metadata=usage, response_metadata={"finish_reason": "stop"})
        yield ChatGenerationChunk(message=end)

    def with_structured_output(
        self, schema: Schema, *, method: str = "json_schema", include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, dict[str, Any] | BaseModel]:
        """As ``assistant.models.structured.structured``; ``method`` is "json_schema"."""
        if method != "json_schema":
            raise ValueError(f"method {method!r}: only 'json_schema' is offered")
        return structured(self, schema, include_raw=include_raw, **kwargs)


def _row(line: str, where: str) -> Planned:
    example = 'Write {"match": null, "reply": "..."}'
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ModelSpecError(f"{where} is not JSON: {error}", example) from error
    if not isinstance(row, dict) or (unknown := set(row) - KEYS) or not {"reply", "error"} & set(row):
        found = f"the unknown key {sorted(unknown)[0]!r}" if isinstance(row, dict) and unknown else "no reply"
        raise ModelSpecError(f"{where} has {found}", example)
    try:
        re.compile(row.get("match") or "")
    except re.error as error:
        raise ModelSpecError(f"{where} has a match that is no regular expression: {error}", example) from error
    return Planned(**row)
