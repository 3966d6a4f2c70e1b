"""The embedded model served to others over a port, and written out to a folder."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from pathlib import Path

from assistant.errors import ModelUnavailable, ShopTalkError
from assistant.models import weights

# What the model is called over the wire.
NAME = weights.CHAT.name


def serve_embedded(port: int, adapter: str | None, home: Path) -> None:
    """Serves with llama.cpp on 127.0.0.1 until the process is interrupted.

    Raises ``ModelUnavailable`` when the port is taken, ``WeightsMissing``, ``ModelSpecError`` for an unknown adapter.
    """
    from assistant.models.embedded import Engine
    from assistant.models.tuned import tuned

    what = tuned(adapter, home)
    engine = Engine(what.model, what.lora, name=NAME, port=port)
    _announce(port)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        engine.stop()


def serve_vllm(port: int, adapter: str | None, home: Path) -> None:
    """Becomes ``vllm serve`` on the exported model; it is exported to ``home``/exports at the first time.

    Raises ``ModelUnavailable`` when vLLM is not installed.
    """
    program = shutil.which("vllm", path=str(Path(sys.executable).parent)) or shutil.which("vllm")
    if program is None:
        raise ModelUnavailable(
            "vLLM is not installed here", "Install it (`pip install vllm`) or say `--engine embedded` for llama.cpp"
        )
    from assistant.models.tuned import adapter_file

    lora = adapter_file(adapter, home)
    tag = weights.sha256(lora)[:12] if lora else "bare"
    folder = home / "exports" / f"{NAME}-{tag}"
    if not folder.exists():
        print(f"Exporting the model to {folder} ...", file=sys.stderr)
        export(folder, "hf", adapter, home)
    _announce(port)
    # It counts its users otherwise.
    os.environ.update(VLLM_NO_USAGE_STATS="1", HF_HUB_OFFLINE="1")
    command = [program, "serve", str(folder), "--served-model-name", NAME, "--host", "127.0.0.1", "--port", str(port)]
    os.execv(program, command)


def _announce(port: int) -> None:
    spec = f"vllm:{NAME}@http://127.0.0.1:{port}/v1"
    print(f"Once it answers, use it with `--model {spec}`; Ctrl-C ends it.", file=sys.stderr, flush=True)


def export(folder: Path, form: str, adapter: str | None, home: Path) -> Path:
    """Writes the model into ``folder``, which appears only when it is complete, and returns what a loader is given.

    ``form`` "hf": safetensors in bfloat16 and the tokenizer with its chat template. "gguf": the package's own file, or
    with an adapter the merged weights in Q8_0. Raises ``ModelUnavailable`` when the folder holds something.
    """
    from assistant.models import hf
    from assistant.models.gguf_file import read_tensors, write_model
    from assistant.models.tuned import adapter_file

    base = weights.verified(weights.CHAT)
    lora = adapter_file(adapter, home)
    folder = folder.expanduser()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ShopTalkError(f"{folder} is not an empty folder", "Name another one")
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    if form == "hf":
        hf.export(base, part, lora)
        made = folder
    else:
        made = folder / (f"{NAME}.Q8_0.gguf" if lora else base.name)
        if lora:
            write_model(base, read_tensors(base, lora), part / made.name)
        else:
            shutil.copyfile(base, part / made.name)
    if folder.exists():
        folder.rmdir()
    part.rename(folder)
    return made
