"""What customer service says in Chinese: every sentence of ours, and nothing that is somebody else's."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

from assistant.service.in_chinese import in_chinese, translated
from assistant.state import Evidence, Sentence

ROOT = Path(__file__).resolve().parents[3]
RULES = (ROOT / "assistant" / "service" / "rules").glob("*.yaml")
# Calls that no shopper makes: a model or a batch gets their arguments wrong.
_CALLS = {"call.arguments", "call.unknown-action", "calculation.unreadable"}


def refusals() -> list[str]:
    """Every refusal that stands in the code, with 7 for what is filled in."""
    found = []
    for file in (ROOT / "assistant" / "service").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Denied" and len(node.args) == 2:
                rule, message = node.args
                if not (isinstance(rule, ast.Constant) and rule.value in _CALLS):
                    found.append(_filled(message))
    return [text for text in found if text]


def _filled(message: ast.expr) -> str:
    if isinstance(message, ast.Constant):
        return str(message.value)
    parts = message.values if isinstance(message, ast.JoinedStr) else []
    # "has {much} item": what fills it is words, and driven below.
    return "".join(str(p.value) if isinstance(p, ast.Constant) else "7" for p in parts).replace(
        "has 7 item", "has no item"
    )


def test_every_refusal_of_the_code_has_its_chinese() -> None:
    found = refusals()
    assert len(found) > 15
    assert [text for text in found if translated(text) is None] == []


def test_every_shipped_rule_has_its_chinese() -> None:
    rules = [rule for file in RULES for rule in yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]]
    said = [rule["else"].format(order="#W1", status="processed", reason="no longer needed") for rule in rules]
    assert len(said) > 30
    assert [text for text in said if translated(text) is None] == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (
            "$3.00 goes back to your visa credit card ending in 1234 (card_1) within 5 to 7 business days.",
            "5 到 7 个工作日",
        ),
        (
            "It was sent by UPS on 3 May 2026; the tracking number is 123.",
            "已于2026 年 5 月 3 日由 UPS 发出，运单号是 123。",
        ),
        ("Order #W1 has only 2 of item 7.", "订单 #W1 里商品 7 只有 2 件。"),
        ("You have 12 orders; the latest are these.", "12 个订单"),
        (
            "$9.00 goes to your PayPal (p) once they are back, $12.95 less $3.95 for sending it.",
            "$12.95 减去运费 $3.95",
        ),
        (
            "Counted from 2 May 2026, 30 days end on 1 June 2026.",
            "从2026 年 5 月 2 日算起，30 天到2026 年 6 月 1 日为止",
        ),
    ],
)
def test_sums_days_and_numbers_stay_what_they_are(english: str, chinese: str) -> None:
    assert chinese in str(translated(english))


def test_names_stay_as_the_record_has_them() -> None:
    names = ("Salt and Pepper", "Drill, for wood")
    said = Sentence(
        "You send back Salt and Pepper and Drill, for wood of order #W1.",
        tuple(Evidence("order", "#W1", f"items.{n}", name) for n, name in enumerate(names)),
    )
    (found,) = in_chinese([said])
    assert found.text == "您退回订单 #W1 的 Salt and Pepper 和 Drill, for wood。"
    assert found.evidence == said.evidence


def test_what_is_not_ours_is_quoted_once() -> None:
    own = [Sentence("Bring it to the counter."), Sentence("Ask for Ann."), Sentence("Done.")]
    assert [s.text for s in in_chinese(own)] == ["下面是店里的英文原文：", own[0].text, own[1].text, "已办好。"]
