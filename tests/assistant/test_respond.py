"""What the model is asked for a sentence about a product, and what is done with it."""

from __future__ import annotations

from assistant.framed import Framed
from assistant.models.scripted import Scripted
from assistant.respond import Cost, explain
from assistant.state import Evidence, Recommendation, Sentence

FACTS = {"type": "lamp", "price": "$20.00", "attributes.colour": "red", "attributes.shade": "linen"}
TRUE, FALSE = "This lamp is red and costs $20.00.", "This lamp is made of oak and costs $20.00."


def card(**more: str) -> Recommendation:
    facts = {**FACTS, **{f"attributes.{name}": value for name, value in more.items()}}
    return Recommendation("p", "Glow", tuple(Evidence("product", "p", field, value) for field, value in facts.items()))


def asked(model: Scripted) -> list[str]:
    return ["\n".join(str(m.content) for m in prompt) for prompt in model.calls]


def test_a_second_try_asks_for_the_type_alone_with_fewer_facts() -> None:
    model, cost = Scripted([FALSE, TRUE]), Cost()
    said = explain(model, card(), "red oak lamp", [], cost)
    assert isinstance(said, Sentence)
    assert (said.origin, said.text) == ("retry", f"Glow: {TRUE}")
    first, second = asked(model)
    assert "red oak lamp" in first and "shade: linen" in first
    assert "oak" not in second and "linen" not in second and "lamp" in second


def test_the_same_question_is_not_asked_twice() -> None:
    model, cost = Scripted([FALSE, TRUE]), Cost()
    bare = Recommendation("p", "Glow", tuple(e for e in card().evidence if not e.field.startswith("attributes")))
    said = explain(model, bare, "lamp", [], cost)
    assert (isinstance(said, Framed), cost.model_calls) == (True, 1)
