"""What the recipes share that train a network: the folder of a run, and its checkpoints."""

from __future__ import annotations

from pathlib import Path

from finetune.settings import RecipeError


def last_checkpoint(out: Path, resume: bool) -> Path | None:
    """The checkpoint to go on from, None for a new run; raises ``RecipeError`` where that is not what ``out`` holds."""
    found = sorted((out / "checkpoints").glob("checkpoint-*"), key=lambda p: int(p.stem.split("-")[1]))
    if resume and not found:
        raise RecipeError(f"{out} holds no checkpoint to go on from", "Say resume=false")
    if not resume and out.is_dir() and any(out.iterdir()):
        raise RecipeError(f"{out} holds a run already", "Say resume=true to go on with it, or name another out")
    return found[-1] if resume else None


def absent(error: ImportError) -> RecipeError:
    """Says which package a recipe needs."""
    return RecipeError(f"Training needs {error.name}", "Install it with `pip install 'shoptalk[finetune]'`")


def has_bf16() -> bool:
    """Whether the machine computes in bfloat16 by itself."""
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_avx512_bf16_supported())
