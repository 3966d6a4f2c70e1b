"""A command typed in this process shows what a process of its own would show."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Callable

import pytest
from typed import typed


def speaks() -> None:
    os.write(2, b"a native library\n")
    print(input(), os.environ["LAMP"], *sys.argv[1:])
    print("an error", file=sys.stderr)


def breaks() -> None:
    raise ValueError("a defect")


def ends_with_words() -> None:
    sys.exit("it went wrong")


def warns() -> None:
    warnings.warn("to developers", DeprecationWarning, stacklevel=1)
    warnings.warn("to users", UserWarning, stacklevel=1)
    logging.getLogger("lamp").warning("take care")


@pytest.mark.parametrize(
    ("main", "code", "out", "err"),
    [
        (speaks, 0, "hello on a --b\n", ["a native library\nan error\n"]),
        (breaks, 1, "", ["Traceback", "ValueError: a defect"]),
        (ends_with_words, 1, "", ["it went wrong\n"]),
        (warns, 0, "", ["UserWarning: to users", "take care\n"]),
    ],
)
def test_what_is_written_and_the_exit_code(
    main: Callable[[], None], code: int, out: str, err: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.cli.main", main)
    done = typed("a", "--b", input="hello\n", env={"LAMP": "on"})
    assert (done.returncode, done.stdout) == (code, out)
    assert all(part in done.stderr for part in err) and "to developers" not in done.stderr
    assert "LAMP" not in os.environ
