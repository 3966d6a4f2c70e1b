"""What all tests share: no network, a home of their own, one demo shop, the command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import guard
import pytest
from typed import typed

ROOT = Path(__file__).resolve().parent.parent
OFFLINE = ROOT / "tests" / "offline"

guard.install()
# As in ui/cli.py; before any test imports torch.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

# Settings that are about the tests: where the public data sets lie, which vLLM server and which PostgreSQL are up.
KEPT = {"SHOPTALK_DATA", "SHOPTALK_TEST_VLLM", "SHOPTALK_TEST_POSTGRES"}

Run = Callable[..., "subprocess.CompletedProcess[str]"]

# One demo world serves all tests of this folder, so one process runs them.
TOGETHER = "tests/retrieval/demo/"
# What takes longest comes first, so that no process is left alone with it at the end.
LONGEST = (
    "ui/test_browser.py", TOGETHER, "finetune/test_sft.py", "ui/test_desk_page.py", "ui/test_browser_controls.py",
    "ui/test_accessible.py", "assistant/service/test_policy.py", "models/test_hf.py", "ui/test_demo.py",
    "models/test_tuned.py", "test_docs.py", "eval/test_suites.py", "test_bad_input.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the longest files first."""
    items.sort(key=lambda item: next((n for n, part in enumerate(LONGEST) if part in item.nodeid), len(LONGEST)))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """As ``--dist loadfile``, which shares out whole files, and the folder of the demo shop's tests as one."""
    from xdist.scheduler import LoadFileScheduling

    class Rooms(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return TOGETHER if nodeid.startswith(TOGETHER) else str(super()._split_scope(nodeid))

    return Rooms(config, log) if config.getoption("dist") == "loadfile" else None


def whole_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the whole run; processes that share its tests have a folder each within it."""
    run = tmp_path_factory.getbasetemp()
    return run.parent if "PYTEST_XDIST_WORKER" in os.environ else run


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty SHOPTALK_HOME for this run, no setting of the developer's own, and no way out to the network."""
    folder, derived = tmp_path_factory.mktemp("home"), whole_run(tmp_path_factory) / "derived"
    derived.mkdir(exist_ok=True)
    # The adapter is merged into the model once a run, and not by each process of it.
    (folder / "derived").symlink_to(derived)
    log = folder / "network.log"
    with pytest.MonkeyPatch.context() as patch:
        for name in [n for n in os.environ if n.startswith("SHOPTALK_") and n not in KEPT]:
            patch.delenv(name)
        patch.setenv("SHOPTALK_HOME", str(folder))
        patch.setenv(guard.LOG, str(log))
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(OFFLINE), os.environ.get("PYTHONPATH")])))
        yield folder
    if log.exists():
        pytest.fail(f"something reached for the network:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of the public data sets; skips where it is absent."""
    folder = Path(os.environ.get("SHOPTALK_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("the public data sets are absent: SHOPTALK_DATA names no folder (see docs/data.md)")
    return folder


@pytest.fixture(scope="session")
def shoptalk() -> Run:
    """Types ``shoptalk ARGS`` in this process; ``shoptalk("search", "lamp", env={...}, input="...")``."""
    return typed


@pytest.fixture(scope="session")
def shoptalk_process() -> Run:
    """As ``shoptalk``, as a process of its own: seconds slower, and shows what only a process shows."""
    program = Path(sys.executable).with_name("shoptalk")

    def run(
        *args: str | Path, env: Mapping[str, str] | None = None, input: str = "", timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        command: Sequence[str] = [str(program), *map(str, args)]
        return subprocess.run(
            command, env={**os.environ, **(env or {})}, input=input, capture_output=True, text=True, timeout=timeout
        )

    return run


@pytest.fixture(scope="session")
def demo_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo shop, imported once a run with the real embedding model; ``own_demo_shop`` is for changing."""
    from filelock import FileLock

    from ui.demo import build_shop

    place = whole_run(tmp_path_factory)
    with FileLock(place / "demo.lock"):
        build_shop(place / "demo")
    return place / "demo"


@pytest.fixture
def own_demo_shop(demo_shop: Path, tmp_path: Path) -> Path:
    """A copy of the demo shop that a test may change or break."""
    # The log files of SQLite come and go with other processes' readers, and hold nothing while nobody writes.
    return Path(shutil.copytree(demo_shop, tmp_path / "shop", ignore=shutil.ignore_patterns("*-wal", "*-shm")))
