"""What the documents promise exists: commands, options, targets, files, links, settings; and the README's walk runs."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from ui.cli import app

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")]
)
PACKAGES = ("assistant", "retrieval", "ui", "eval", "finetune")
# Programs of the reader's own system.
ELSEWHERE = {"cd", "git", "cp", "export", "ls", "curl", "gunzip", "zcat", "head"}
BLOCK = re.compile(r"^```(?P<language>\w+)[^\n]*\n(?P<body>.*?)^```", re.MULTILINE | re.DOTALL)
# Inline code is not a link; a heading's anchor is its words, lower case, joined by hyphens.
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)[^)]*\)|<img[^>]*src=\"(?P<image>[^\"]+)\"")


def name(document: Path) -> str:
    """The document's path as a test's id."""
    return document.relative_to(ROOT).as_posix()


def commands(text: str) -> list[list[str]]:
    """The commands in the ``console`` and ``bash`` blocks of a document, each as its words."""
    found = []
    for block in BLOCK.finditer(text):
        if block["language"] not in ("console", "bash"):
            continue
        for line in block["body"].replace("\\\n", " ").splitlines():
            if block["language"] == "console" and not line.startswith("$ "):
                continue
            words = shlex.shlex(line.removeprefix("$ "), posix=True, punctuation_chars="|&;<>")
            words.whitespace_split = True
            command: list[str] = []
            for word in words:
                if re.fullmatch(r"[|&;]+", word):
                    found.append(command)
                    command = []
                else:
                    command.append(word)
            found.append(command)
    # "SHOPTALK_MODEL=... shoptalk chat" runs shoptalk.
    stripped = [_without_settings(command) for command in found]
    return [command for command in stripped if command]


def _without_settings(command: list[str]) -> list[str]:
    while command and re.match(r"[A-Z_]+=", command[0]):
        command = command[1:]
    return command


def fault(command: list[str]) -> str | None:
    """What is wrong with ``command``, None where it could be typed as it stands."""
    program, *words = command
    program = program.removeprefix(".venv/bin/")
    if program == "shoptalk":
        return shoptalk_fault(words)
    if program == "make":
        unknown = [w for w in words if "=" not in w and w not in make_targets()]
        return f"make has no target {unknown[0]!r}" if unknown else None
    if program in ("python", "python3"):
        return python_fault(words)
    if program == "bash" and words:
        return None if (ROOT / words[0]).is_file() else f"no file {words[0]!r}"
    return None if program in ELSEWHERE else f"unknown program {program!r}"


@cache
def make_targets() -> set[str]:
    """The targets of the Makefile that a person types."""
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def python_fault(words: list[str]) -> str | None:
    """As ``fault``, for a call of the interpreter: its module or file must be ours or the standard library's."""
    while words and words[0] == "-X":
        words = words[2:]
    if words[:1] == ["-c"]:
        return None
    if words[:1] == ["-m"]:
        module = words[1]
        ours = ROOT / module.replace(".", "/")
        known = module in sys.stdlib_module_names | {"pip", "pytest"}
        known |= ours.with_suffix(".py").is_file() or (ours / "__main__.py").is_file()
        return None if known else f"no module {module!r}"
    return None if words and (ROOT / words[0]).is_file() else f"no file {words[0] if words else ''!r}"


def shoptalk_fault(words: list[str]) -> str | None:
    """As ``fault``, for the words behind ``shoptalk``: they are held against the real tree of commands."""
    command: Any = get_command(app)
    path = "shoptalk"
    while hasattr(command, "commands"):
        if words == ["--help"]:
            return None
        if not words or words[0] not in command.commands:
            return f"{path} has no command {words[0] if words else ''!r}"
        path, command, words = f"{path} {words[0]}", command.commands[words[0]], words[1:]
    options = {o: p for p in command.params for o in (*p.opts, *p.secondary_opts) if p.param_type_name == "option"}
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    given, used = 0, set()
    while words:
        word, words = words[0], words[1:]
        # "> out.json" belongs to the shell.
        if word in ("<", ">", ">>"):
            words = words[1:]
        elif word == "--help":
            return None
        elif word.startswith("-") and not re.fullmatch(r"-?\d+", word):
            option, joined, _ = word.partition("=")
            if option not in options:
                return f"{path} has no option {option}"
            used.add(options[option].name)
            if not options[option].is_flag and not joined:
                if not words:
                    return f"{path} {option} lacks its value"
                words = words[1:]
        else:
            given += 1
    least = sum(p.required for p in arguments)
    most = float("inf") if any(p.nargs == -1 for p in arguments) else len(arguments)
    if not least <= given <= most:
        return f"{path} takes {least} to {most} arguments, not {given}"
    missing = [o for o, p in options.items() if p.required and p.name not in used]
    return f"{path} needs {missing[0]}" if missing else None


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_command_shown_exists(document: Path) -> None:
    faults = [f"{shlex.join(c)}: {fault(c)}" for c in commands(document.read_text(encoding="utf-8")) if fault(c)]
    assert faults == []


@pytest.mark.parametrize(
    "line",
    [
        "shoptalk serch lamp",
        "shoptalk search lamp --colour red",
        "shoptalk import lamps.csv",
        "shoptalk search two lamps",
        "shoptalk search lamp -k",
        "shoptalk import feed.csv --shop",
        "shoptalk demo extra",
        "make tests",
        "python -m nosuchmodule",
        "python benchmarks/nosuchfile.py",
        "uvx shoptalk",
    ],
)
def test_a_command_that_does_not_exist_is_found(line: str) -> None:
    (command,) = commands(f"```console\n$ {line}\n```\n")
    assert fault(command)


def test_commands_are_read_from_blocks() -> None:
    text = "```console\n$ X=1 shoptalk chat | head\nits output\n```\n"
    text += "```bash\ncd a && make test\n```\n```python\nmake no\n```\n"
    assert commands(text) == [["shoptalk", "chat"], ["head"], ["cd", "a"], ["make", "test"]]


def test_the_readme_shows_how_to_start_and_how_to_test() -> None:
    shown = commands((ROOT / "README.md").read_text(encoding="utf-8"))
    assert ["make", "demo"] in shown
    assert ["make", "test"] in shown


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as the common renderers make them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_and_images_resolve(document: Path) -> None:
    faults = []
    for link in LINK.finditer(BLOCK.sub("", document.read_text(encoding="utf-8"))):
        target = link["target"] or link["image"]
        if re.match(r"https?://|mailto:", target):
            continue
        file, _, anchor = target.partition("#")
        path = (document.parent / file).resolve() if file else document
        if not path.exists() or (anchor and anchor not in anchors(path)):
            faults.append(target)
    assert faults == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_files_and_settings_named_exist(document: Path) -> None:
    """`path/to/file` in inline code exists; `SHOPTALK_X` is read somewhere in the code."""
    text = BLOCK.sub("", document.read_text(encoding="utf-8"))
    tops = {p.name for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith(".")}
    paths = {p for p in re.findall(r"`([\w.\-]+/[\w./\-]*)`", text) if p.partition("/")[0] in tops}
    missing = [p for p in sorted(paths) if not (ROOT / p).exists()]
    sources = [p for top in PACKAGES for p in (ROOT / top).rglob("*.py")] + [ROOT / "tests" / "conftest.py"]
    code = "\n".join(p.read_text(encoding="utf-8") for p in sources)
    named = set(re.findall(r"\bSHOPTALK_([A-Z_]+)", document.read_text(encoding="utf-8")))
    # A settings field is written without its prefix, in lower case.
    unread = [s for s in sorted(named) if f"SHOPTALK_{s}" not in code and not re.search(rf"\b{s.lower()}: ", code)]
    assert (missing, unread) == ([], [])


def test_the_readme_walk_runs(tmp_path: Path) -> None:
    """The README's own feed: its CSV is written to disk and its commands are typed, as shown, in an empty folder."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (feed,) = re.findall(r"^```csv title=\"([\w.]+)\"\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    (tmp_path / feed[0]).write_text(feed[1], encoding="utf-8")
    walk = text[text.index("```csv") :]
    walk = walk[: walk.index("\n## ")]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    typed = [c for c in commands(walk) if c[0] == "shoptalk" and c[1] in ("import", "search")]
    assert [c[1] for c in typed] == ["import", "search"]
    for command in typed:
        done = subprocess.run(
            command, cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        # The printed answer is the one the README shows.
        for line in done.stdout.splitlines():
            assert line.strip() in walk
