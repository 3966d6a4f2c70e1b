"""Ten whole conversations over a real vLLM server, judged on the demo shop's own feed rows."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from eval.plan import Plan
from eval.suites import conversations

# Read at import: the test run clears the developer's own settings.
VLLM = os.environ.get("SHOPTALK_TEST_VLLM", "")


@pytest.mark.vllm
def test_ten_conversations_show_what_was_asked_for_and_say_nothing_false(tmp_path: Path) -> None:
    if not VLLM:
        pytest.skip("SHOPTALK_TEST_VLLM names no server (make test-vllm starts one)")
    # The suite ends with an error when the model fails in any turn, or is never asked.
    found = conversations.run(Plan(out=tmp_path, model=VLLM, home=tmp_path))
    assert len({row["conversation"] for row in found.predictions}) == 10
    faults = {row["id"]: row["faults"] for row in found.predictions if row["faults"]}
    assert faults == {}
    assert all(found.metrics[name].value == 1 for name in ("shown_right", "named_are_shown", "evidence_true"))
    assert found.metrics["model_calls"].value >= 1
