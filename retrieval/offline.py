"""Keeps the model libraries on this machine: none of them looks for files on the network or reports its use."""

from __future__ import annotations

import os
import sys


def stay_offline() -> None:
    """Call it before one of them is imported; it holds for one that was imported already as well.

    Somebody who sets ``HF_HUB_OFFLINE=0`` is obeyed in what is looked up; use is reported in no case.
    """
    looks_up = os.environ.setdefault("HF_HUB_OFFLINE", "1") == "0"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    # huggingface_hub reads the environment once, when it is imported, and anything may have imported it.
    if constants := sys.modules.get("huggingface_hub.constants"):
        setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)  # noqa: B010
        setattr(constants, "HF_HUB_OFFLINE", not looks_up)  # noqa: B010
