"""The rules of the house that code can check: who may import whom, and when. docs/architecture.md tells why.

Every rule is a function from the source tree to a list of faults, so that a test can also show that it finds one.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from retrieval.product import Money

ROOT = Path(__file__).resolve().parent.parent
# Package -> the packages of ours that it may import.
FLOORS: dict[str, set[str]] = {
    "retrieval": set(),
    "assistant": {"retrieval"},
    "ui": {"assistant", "retrieval"},
    "eval": {"assistant", "retrieval"},
    "finetune": {"assistant", "retrieval"},
}
DOORS = {"ui", "eval", "finetune"}
# Costs more than 50 ms to import, or pulls in something that does.
HEAVY = {"bm25s", "chromadb", "datasets", "gradio", "langchain", "langchain_core", "langchain_openai", "numpy"}
HEAVY |= {
    "opendp",
    "pandas",
    "peft",
    "scipy",
    "sentence_transformers",
    "sklearn",
    "sqlalchemy",
    "torch",
    "transformers",
    "trl",
    "xllamacpp",
}


@dataclass(frozen=True)
class Import:
    """One imported module or name, as ``module.name`` where it is ``from module import name``."""

    file: str
    line: int
    target: str
    # Runs when its module is imported: not inside a function, not for the type checker alone.
    at_start: bool

    @property
    def package(self) -> str:
        """The top-level package imported."""
        return self.target.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.target}"


def module_name(file: str) -> str:
    """``"ui/commands/talk.py"`` -> ``"ui.commands.talk"``; a package's ``__init__.py`` -> the package."""
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports_of(file: str, source: str) -> Iterator[Import]:
    """Every import in ``source``, also ``import_module("literal")`` and ``__import__("literal")``."""
    package = module_name(file) if file.endswith("__init__.py") else module_name(file).rpartition(".")[0]

    def walk(node: ast.AST, at_start: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            yield from (Import(file, node.lineno, alias.name, at_start) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                base = ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [base])])
            yield from (Import(file, node.lineno, f"{base}.{a.name}", at_start) for a in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in ("import_module", "__import__"):
                yield Import(file, node.lineno, str(node.args[0].value), at_start)
        function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        checker_only = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for child in ast.iter_child_nodes(node):
            # Decorators and defaults run at import, yet one that imports is not seen in any sane code.
            yield from walk(child, at_start and not function and not checker_only)

    yield from walk(ast.parse(source, file), True)


@cache
def tree() -> dict[str, str]:
    """Path relative to the root -> source, for every module of our packages."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for package in FLOORS
        for path in sorted((ROOT / package).rglob("*.py"))
    }


def all_imports(sources: dict[str, str]) -> list[Import]:
    """The imports of every file, in order."""
    return [found for file, source in sources.items() for found in imports_of(file, source)]


def upward(sources: dict[str, str]) -> list[str]:
    """Imports that go up a floor or from door to door."""
    faults = []
    for found in all_imports(sources):
        here = found.file.partition("/")[0]
        if found.package not in FLOORS or found.package == here or found.package in FLOORS[here]:
            continue
        # The command line may load a door's commands when one is typed.
        if not (found.file.startswith("ui/commands/") and not found.at_start and found.package in DOORS):
            faults.append(str(found))
    return faults


def settings_below_the_door(sources: dict[str, str]) -> list[str]:
    """Modules on the two lower floors, other than the ones that wire, that see Settings or the environment."""
    wiring = {"assistant/build.py", "assistant/config.py"}
    faults = []
    for file, source in sources.items():
        if file in wiring or file.partition("/")[0] in DOORS:
            continue
        for found in imports_of(file, source):
            if found.target.startswith(("assistant.config", "assistant.build")):
                faults.append(str(found))
        for node in ast.walk(ast.parse(source)):
            # Setting a variable for a library is a write; reading one is a setting by the back door.
            read = isinstance(node, ast.Call) and ast.unparse(node.func) in ("os.getenv", "os.environ.get")
            read |= (
                isinstance(node, ast.Subscript)
                and isinstance(node.ctx, ast.Load)
                and ast.unparse(node.value) == "os.environ"
            )
            if read:
                faults.append(f"{file}:{node.lineno} reads the environment")  # type: ignore[attr-defined]
    return faults


def heavy_at_start(sources: dict[str, str]) -> list[str]:
    """Heavy imports that ``import assistant`` or the command line's start would run."""
    modules = {module_name(file): file for file in sources}
    # The command line imports its command modules by name, in a loop.
    todo = ["assistant", "ui.cli", *(m for m in modules if m.startswith("ui.commands"))]
    seen: set[str] = set()
    faults = []
    while todo:
        name = todo.pop()
        if name not in modules or name in seen:
            continue
        seen.add(name)
        todo.append(name.rpartition(".")[0])
        for found in imports_of(modules[name], sources[modules[name]]):
            if not found.at_start:
                continue
            if found.package in HEAVY:
                faults.append(str(found))
            # "from a.b import c": a.b.c where c is a module, and a.b where it is a name in it.
            todo += [found.target, found.target.rpartition(".")[0]]
    return faults


def shadowing(sources: dict[str, str]) -> list[str]:
    """``import eval`` binds the name of a builtin; ``from eval.x import y`` does not."""
    faults = []
    for file, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import) and any(a.name.partition(".")[0] == "eval" for a in node.names):
                faults.append(f"{file}:{node.lineno} binds eval")
    return faults


def inexact_money(sources: dict[str, str]) -> list[str]:
    """``Money(...)`` or ``Money.of(...)`` made from binary floating point."""
    faults = []
    for file, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func) in ("Money", "Money.of", "cls.of")):
                continue
            for part in (inner for arg in node.args[:1] for inner in ast.walk(arg)):
                literal = isinstance(part, ast.Constant) and isinstance(part.value, float)
                made = isinstance(part, ast.Call) and ast.unparse(part.func) == "float"
                if literal or made or isinstance(part, ast.Div):
                    faults.append(f"{file}:{node.lineno} {ast.unparse(node)}")
    return faults


def circles(sources: dict[str, str]) -> list[str]:
    """Modules that import each other, inside functions and for the type checker alone included."""
    modules = {module_name(file): file for file in sources}
    needs: dict[str, set[str]] = {}
    for name, file in modules.items():
        targets = [found.target for found in imports_of(file, sources[file])]
        needs[name] = {t if t in modules else t.rpartition(".")[0] for t in targets} & set(modules) - {name}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return [" imports ".join(reversed(error.args[1]))]
    return []


RULES = [circles, upward, settings_below_the_door, heavy_at_start, shadowing, inexact_money]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule_holds(rule: typing.Callable[[dict[str, str]], list[str]]) -> None:
    assert rule(tree()) == []


# One breach of each kind: a rule that finds nothing anywhere proves nothing.
BREACHES = [
    (upward, "retrieval/x.py", "from assistant.state import Turn"),
    (upward, "assistant/x.py", "def f():\n    import ui.render"),
    (upward, "assistant/x.py", "from importlib import import_module\nimport_module('eval.run')"),
    (upward, "eval/x.py", "from finetune.sft import train"),
    (upward, "ui/commands/x.py", "from eval.run import run"),
    (upward, "ui/web.py", "def f():\n    from eval.run import run"),
    (settings_below_the_door, "assistant/turn.py", "from assistant.build import Settings"),
    (settings_below_the_door, "retrieval/x.py", "import os\nhome = os.environ['HOME']"),
    (heavy_at_start, "ui/commands/x.py", "import torch"),
    (heavy_at_start, "assistant/__init__.py", "from langchain_core.messages import HumanMessage"),
    (shadowing, "ui/x.py", "import eval.run"),
    (inexact_money, "retrieval/x.py", "Money.of(float(row['price']), 'USD')"),
    (inexact_money, "retrieval/x.py", "Money(int(price * 0.01), 'USD')"),
]


@pytest.mark.parametrize(("rule", "file", "source"), BREACHES)
def test_rule_finds_a_breach(rule: typing.Callable[[dict[str, str]], list[str]], file: str, source: str) -> None:
    assert len(rule({file: source})) == 1


ALLOWED = [
    (upward, "ui/commands/x.py", "def f():\n    from eval.run import run"),
    (settings_below_the_door, "ui/x.py", "from assistant.build import Settings"),
    (settings_below_the_door, "retrieval/x.py", "import os\nos.environ['X'] = '1'"),
    (settings_below_the_door, "retrieval/x.py", "from chromadb.config import Settings"),
    (heavy_at_start, "ui/commands/x.py", "def f():\n    import torch"),
    (heavy_at_start, "ui/commands/x.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch"),
    (inexact_money, "retrieval/x.py", "Money.of(Decimal('1.5'), 'USD')"),
]


@pytest.mark.parametrize(("rule", "file", "source"), ALLOWED)
def test_rule_lets_the_lawful_pass(rule: typing.Callable[[dict[str, str]], list[str]], file: str, source: str) -> None:
    assert rule({file: source}) == []


def test_heavy_imports_are_found_through_other_modules() -> None:
    sources = {
        "ui/cli.py": "from assistant.a import f",
        "assistant/a.py": "from retrieval import b",
        "retrieval/b.py": "import numpy as np",
    }
    assert heavy_at_start(sources) == ["retrieval/b.py:1 imports numpy"]


def test_a_circle_is_found_wherever_its_imports_stand() -> None:
    sources = {
        "assistant/a.py": "from assistant import b",
        "assistant/b.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from assistant.c import f",
        "assistant/c.py": "def f():\n    import assistant.a",
    }
    assert len(circles(sources)) == 1 and circles({**sources, "assistant/c.py": ""}) == []


def test_vllm_is_reached_over_http_and_never_imported() -> None:
    assert [str(found) for found in all_imports(tree()) if found.package == "vllm"] == []


def test_money_is_an_integer_of_minor_units() -> None:
    assert typing.get_type_hints(Money) == {"minor": int, "currency": str}
    assert float not in typing.get_args(typing.get_type_hints(Money.of)["amount"])


def test_importing_opens_no_file_of_ours() -> None:
    """Every module of ours, imported with a hook that reports each file opened in the repository besides code."""
    watch = f"""
import importlib, sys
def hook(event, args):
    if event == "open" and isinstance(args[0], str) and args[0].startswith({str(ROOT)!r} + "/"):
        if not args[0].endswith((".py", ".pyc")) and "/.venv" not in args[0] and ".pyc." not in args[0]:
            print("opened", args[0])
sys.addaudithook(hook)
for name in {sorted(module_name(file) for file in tree())!r}:
    if not name.endswith("__main__"):
        importlib.import_module(name)
"""
    child = subprocess.run([sys.executable, "-c", watch], capture_output=True, text=True, timeout=120)
    assert (child.returncode, child.stdout) == (0, ""), child.stdout + child.stderr
