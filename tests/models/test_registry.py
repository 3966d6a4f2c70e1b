"""One string names a model; a wrong one is answered with what is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import ModelSpecError, ModelUnavailable
from assistant.models import open_llm
from assistant.models.scripted import Planned, Scripted, UnplannedCall


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("embeded", r"'embeded'\. Did you mean 'embedded'\?"),
        ("antropic:claude", "Did you mean 'anthropic'?"),
        ("nonsense", "Models are named `embedded`, `vllm:MODEL@"),
        ("", "Models are named `embedded`, `vllm:MODEL@"),
        ("anthropic:claude", "`pip install langchain-anthropic`"),
        ("openai:gpt-4o", "OPENAI_API_KEY"),
        ("vllm:some-model", "names no server"),
        ("vllm:@http://127.0.0.1:8000/v1", "names no server"),
        ("vllm:m@ftp://127.0.0.1/v1", "names no server"),
        ("script:no-such-file.jsonl", "no-such-file.jsonl does not exist"),
    ],
)
def test_a_wrong_spec_is_answered_with_what_is_right(spec: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ModelSpecError) as caught:
        open_llm(spec)
    assert says.replace(r"\.", ".").replace(r"\?", "?") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_adapter_is_answered_with_those_there(tmp_path: Path) -> None:
    (tmp_path / "adapters" / "shop-a").mkdir(parents=True)
    (tmp_path / "adapters" / "shop-a" / "adapter.gguf").touch()
    with pytest.raises(ModelSpecError, match="no adapter 'shop-b'; there are shop-a"):
        open_llm("embedded", adapter="shop-b", home=tmp_path)


def test_an_adapter_belongs_to_the_embedded_model(tmp_path: Path) -> None:
    with pytest.raises(ModelSpecError, match="cannot be laid over 'vllm:m@http"):
        open_llm("vllm:m@http://127.0.0.1:9/v1", adapter="shop-a", home=tmp_path)


def test_a_provider_that_does_not_answer_is_our_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    model = open_llm("openai:some-model")
    structured = model.with_structured_output({"title": "a", "type": "object", "properties": {}}, method="json_schema")
    for call in (lambda: model.invoke("hi"), lambda: list(model.stream("hi")), lambda: structured.invoke("hi")):
        with pytest.raises(ModelUnavailable, match="ChatOpenAI does not answer"):
            call()


def test_a_script_file_is_played_in_order(tmp_path: Path) -> None:
    file = tmp_path / "plan.jsonl"
    rows = [{"match": "bike", "reply": "first"}, {"match": None, "reply": {"intent": "find"}}, {"reply": "last"}]
    file.write_text("\n".join(json.dumps(r) for r in rows) + "\n\n", encoding="utf-8")
    model = open_llm(f"script:{file}")
    assert [model.invoke(t).text for t in ("hello", "a bike", "bye")] == ['{"intent": "find"}', "first", "last"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 2 is not JSON"),
        ('{"match": "x"}', "line 2 has no reply"),
        ('["x"]', "line 2 has no reply"),
        ('{"reply": "x", "delay": 3}', "line 2 has the unknown key 'delay'"),
        ('{"reply": "x", "match": "("}', r"line 2 has a match that is no regular expression"),
    ],
)
def test_a_bad_script_line_is_named(tmp_path: Path, line: str, says: str) -> None:
    file = tmp_path / "plan.jsonl"
    file.write_text('{"reply": "fine"}\n' + line, encoding="utf-8")
    with pytest.raises(ModelSpecError) as caught:
        open_llm(f"script:{file}")
    assert says in str(caught.value)


def test_an_unplanned_call_fails_and_shows_its_prompt() -> None:
    model = Scripted([Planned("yes", match="^only this$")])
    with pytest.raises(UnplannedCall, match=r"call 1 is not planned[\s\S]*something else"):
        model.invoke("something else")
    assert model.invoke("only this").text == "yes"
    with pytest.raises(UnplannedCall):
        model.invoke("only this")
    assert [call[-1].text for call in model.calls] == ["something else", "only this", "only this"]
    assert model.unused == []
