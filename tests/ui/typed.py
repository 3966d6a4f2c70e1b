"""``shoptalk ARGS`` inside this process: the program that a person starts, without the seconds that starting takes.

What a process of its own would show is kept: everything written to standard output and standard error, by native
libraries too, and the exit code, 1 with a traceback for a defect. What only a process of its own can show (what an
import prints, the interpreter's end) is for the fixture ``shoptalk_process``.
"""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from unittest.mock import patch


def typed(*args: str | Path, env: Mapping[str, str] | None = None, input: str = "") -> subprocess.CompletedProcess[str]:
    """What ``shoptalk ARGS`` does with ``input`` on its standard input, under this environment and ``env``."""
    from ui.cli import main

    command = ["shoptalk", *map(str, args)]
    with ExitStack() as stack:
        out, err = (stack.enter_context(_taken(name)) for name in ("stdout", "stderr"))
        stack.enter_context(patch.dict(os.environ, env or {}))
        stack.enter_context(patch.object(sys, "argv", command))
        stack.enter_context(patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(input.encode()), "utf-8")))
        stack.enter_context(_untested())
        code = _ended(main)
        return subprocess.CompletedProcess(command, code, _written(out), _written(err))


def _ended(main: Callable[[], None]) -> int:
    """The exit code that ``main`` ends a process with."""
    try:
        main()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except Exception:
        traceback.print_exc()
        return 1
    return 0


@contextmanager
def _taken(name: str) -> Iterator[IO[str]]:
    """A file that stands in for the standard stream ``name``, in Python and below it."""
    number = {"stdout": 1, "stderr": 2}[name]
    with TemporaryFile("w+", encoding="utf-8") as file, os.fdopen(os.dup(number), "wb") as before:
        os.dup2(file.fileno(), number)
        # Left open: a library that is first imported here may keep it for what it has to say later.
        raw = io.BufferedWriter(io.FileIO(number, "w", closefd=False))
        stream = io.TextIOWrapper(raw, "utf-8", getattr(sys, name).errors, line_buffering=True)
        try:
            with patch.object(sys, name, stream):
                yield file
        finally:
            stream.flush()
            os.dup2(before.fileno(), number)


def _written(file: IO[str]) -> str:
    sys.stdout.flush()
    sys.stderr.flush()
    file.seek(0)
    return file.read()


@contextmanager
def _untested() -> Iterator[None]:
    """Logging and warnings as in a process of its own, where nobody gathers them: they are seen on standard error."""
    with warnings.catch_warnings(), patch.object(logging.getLogger(), "handlers", []):
        warnings.resetwarnings()
        for category in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
            warnings.simplefilter("ignore", category)
        warnings.showwarning = _show
        yield


def _show(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: object = None,
    line: str | None = None,
) -> None:
    sys.stderr.write(warnings.formatwarning(message, category, filename, lineno, line))
