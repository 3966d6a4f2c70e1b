"""What `sft` trains of the model: LoRA, AdaLoRA, DoRA, or all of it; and the form in which the engine gets each."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assistant.models import tuned
from finetune.settings import RecipeError

if TYPE_CHECKING:
    import torch

Method = Literal["lora", "adalora", "dora", "full"]
# Ranks that AdaLoRA starts with, beside those it may keep; the share of steps before and after it takes ranks away.
_START, _BEFORE, _AFTER = 1.5, 0.1, 0.3
_PENALTY = 0.1
# By what PEFT's allocator remembers how much each rank matters.
_MEMORY = ("ipt", "exp_avg_ipt", "exp_avg_unc")


def wrap(model: Any, method: Method, *, rank: int, alpha: float, dropout: float, targets: list[str], steps: int) -> Any:
    """``model`` with what is to be trained marked; ``steps`` is the length of the run, by which AdaLoRA plans."""
    if method == "full":
        return model.requires_grad_(True)
    import peft

    common = {"lora_alpha": alpha, "lora_dropout": dropout, "target_modules": targets, "task_type": "CAUSAL_LM"}
    if method == "adalora":
        start = max(rank + 1, round(rank * _START))
        planned = {"tinit": int(steps * _BEFORE), "tfinal": int(steps * _AFTER), "total_step": steps}
        # The effect is scaled by alpha over the rank it starts with; this keeps that of a LoRA of ``rank``.
        common["lora_alpha"] = alpha * start / rank
        config = peft.AdaLoraConfig(init_r=start, target_r=rank, **planned, **common)
    else:
        config = peft.LoraConfig(r=rank, use_dora=method == "dora", **common)
    return peft.get_peft_model(model, config)


def peft_folder(adapter: str) -> Path:
    """Where the LoRA ``adapter`` lies: a PEFT folder, or the one that ships by its name.

    Raises ``RecipeError`` for a folder that holds none.
    """
    shipped = tuned.shipped()
    folder = shipped.parent if shipped and adapter == tuned.SHIPPED else Path(adapter).expanduser()
    if not (folder / "adapter_model.safetensors").is_file():
        raise RecipeError(
            f"{folder} holds no PEFT adapter", f"Name the folder of a run of `finetune sft`, {tuned.SHIPPED}, or none"
        )
    return folder


def go_on(model: Any, adapter: str) -> Any:
    """``model`` with the LoRA that ``peft_folder`` finds, to be trained further."""
    import peft

    return peft.PeftModel.from_pretrained(model, peft_folder(adapter), is_trainable=True)


class Ranks:
    """How AdaLoRA shares its ranks out among the matrices of ``model`` while it is trained."""

    def __init__(self, model: Any) -> None:
        self._model, self._inner = model, model.base_model

    @staticmethod
    def of(model: Any) -> Ranks | None:
        """None for every other method."""
        return Ranks(model) if hasattr(getattr(model, "base_model", None), "update_and_allocate") else None

    def penalty(self) -> torch.Tensor:
        """How far each matrix's directions are from right angles: where they stand so, ranks can be compared."""
        import torch

        parts = []
        for name, values in self._model.named_parameters():
            if "lora_A" in name or "lora_B" in name:
                square = values @ values.T if "lora_A" in name else values.T @ values
                parts.append(torch.linalg.norm(square - torch.eye(len(square), device=square.device)))
        return _PENALTY * torch.stack(parts).mean()

    def after(self, step: int) -> None:
        """Takes ranks away as planned; called with the gradients of ``step``, from 1, still there."""
        self._inner.update_and_allocate(step)

    def state(self) -> dict[str, Any]:
        """What a resumed run needs."""
        return {name: getattr(self._inner.rankallocator, name) for name in _MEMORY} | {
            "pattern": self._model.peft_config["default"].rank_pattern
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Goes on from ``state``."""
        for name in _MEMORY:
            setattr(self._inner.rankallocator, name, state[name])
        self._model.peft_config["default"].rank_pattern = state["pattern"]


def write(model: Any, method: Method, folder: Path, base: Path, prompts: str) -> None:
    """Writes what ``--adapter`` takes: adapter.gguf, and PEFT's files, for a LoRA; model.gguf for what is none.

    An AdaLoRA becomes a plain LoRA of the same effect, which every engine reads. A DoRA scales whole rows of a matrix,
    so that only merged weights (float16, 270 MB) hold it.
    """
    from assistant.models import hf

    if method == "adalora":
        _write_plain(model, folder)
    elif method != "full":
        model.save_pretrained(folder)
    # PEFT's generated card speaks of a base model by its hub name; ours has none.
    (folder / "README.md").unlink(missing_ok=True)
    if method in ("lora", "adalora"):
        hf.peft_to_gguf(folder, base, folder / "adapter.gguf", prompts=prompts)
        return
    whole = model if method == "full" else model.merge_and_unload()
    part = folder / ".model.part"
    hf.model_to_gguf(whole, base, part, prompts)
    shutil.move(part, folder / "model.gguf")


def _write_plain(model: Any, folder: Path) -> None:
    """AdaLoRA's B·diag(E)·A as the B·A' of a LoRA: a rank that was taken away is a row of zeros."""
    import peft
    from safetensors.torch import save_file

    tensors = {}
    for name, layer in model.named_modules():
        if isinstance(layer, peft.tuners.adalora.AdaLoraLayer):
            a, e, b = (part["default"].detach().float() for part in (layer.lora_A, layer.lora_E, layer.lora_B))
            # Behind "base_model.model" as in any file of PEFT's.
            tensors[f"{name}.lora_A.weight"] = (a * e).contiguous()
            tensors[f"{name}.lora_B.weight"] = b.contiguous()
    config = model.peft_config["default"]
    plain = peft.LoraConfig(
        r=config.init_r, lora_alpha=config.lora_alpha, target_modules=config.target_modules, task_type="CAUSAL_LM"
    )
    plain.inference_mode = True
    plain.save_pretrained(folder)
    save_file(tensors, folder / "adapter_model.safetensors")
