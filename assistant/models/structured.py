"""``with_structured_output(schema, method="json_schema")`` for our own models: one behaviour for all of them.

The answer is strict JSON or an error: nothing mends half an answer quietly, so a cut-off reply is seen as what it is.
"""

from __future__ import annotations

import json
from operator import itemgetter
from typing import Any

from langchain_core.exceptions import OutputParserException
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import BaseMessage
from langchain_core.runnables import Runnable, RunnableLambda, RunnableMap, RunnablePassthrough
from langchain_core.utils.function_calling import convert_to_json_schema
from pydantic import BaseModel, ValidationError

Schema = dict[str, Any] | type[BaseModel]


def response_format(schema: Schema) -> dict[str, Any]:
    """The request field that has the server hold its output to ``schema``; optional fields stay optional."""
    plain = schema if isinstance(schema, dict) else schema.model_json_schema()
    name = convert_to_json_schema(schema)["title"] if not isinstance(schema, dict) else plain.get("title", "answer")
    return {"type": "json_schema", "json_schema": {"name": name, "schema": plain}}


def structured(
    model: BaseChatModel, schema: Schema, *, include_raw: bool, **kwargs: Any
) -> Runnable[LanguageModelInput, dict[str, Any] | BaseModel]:
    """``model`` as a runnable that returns a value of ``schema`` (a dict for a dict schema).

    A reply that is no JSON, or breaks a pydantic schema, raises ``OutputParserException``; with ``include_raw`` the
    result is ``{"raw": message, "parsed": value or None, "parsing_error": error or None}`` and nothing is raised.
    ``kwargs`` (``max_tokens`` ...) go with the call.
    """

    def parse(message: BaseMessage) -> Any:
        try:
            data = json.loads(message.text)
            return data if isinstance(schema, dict) else schema.model_validate(data)
        except (ValueError, ValidationError) as error:
            reason = message.response_metadata.get("finish_reason")
            cut = " (cut off at the token limit)" if reason == "length" else ""
            raise OutputParserException(
                f"Not the JSON that was asked for{cut}: {error}", llm_output=message.text
            ) from error

    bound = model.bind(response_format=response_format(schema), **kwargs)
    parser = RunnableLambda(parse)
    if not include_raw:
        return bound | parser
    attempt = RunnablePassthrough.assign(parsed=itemgetter("raw") | parser, parsing_error=lambda _: None)
    failed = RunnablePassthrough.assign(parsed=lambda _: None)
    return RunnableMap(raw=bound) | attempt.with_fallbacks([failed], exception_key="parsing_error")
