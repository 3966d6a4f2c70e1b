"""The embedded model in the form of transformers: for training, for vLLM, and for export."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from assistant.models.gguf_file import (
    permute,
    read_fields,
    read_safetensors,
    read_tensors,
    unpermute,
    write_adapter,
    write_model,
)
from retrieval.offline import stay_offline

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

# llama.cpp's names of a block's matrices, and transformers'.
MATRICES = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_NORMS = {"attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm"}
_WHOLE = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight"}


def load_model(path: Path, adapter: Path | None = None) -> LlamaForCausalLM:
    """The GGUF's weights, dequantised to float32, as a model of transformers; ``adapter`` (GGUF) is added to them."""
    stay_offline()
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    fields = read_fields(path)
    if fields["general.architecture"] != "llama":
        raise ModelError(f"{path} is a {fields['general.architecture']} model", "Name a GGUF of a llama model")
    heads, kv_heads = _heads(fields)
    config = LlamaConfig(
        vocab_size=len(fields["tokenizer.ggml.tokens"]),
        hidden_size=fields["llama.embedding_length"],
        intermediate_size=fields["llama.feed_forward_length"],
        num_hidden_layers=fields["llama.block_count"],
        num_attention_heads=heads,
        num_key_value_heads=kv_heads,
        max_position_embeddings=fields["llama.context_length"],
        rms_norm_eps=fields["llama.attention.layer_norm_rms_epsilon"],
        rope_parameters={"rope_type": "default", "rope_theta": fields["llama.rope.freq_base"]},
        bos_token_id=fields["tokenizer.ggml.bos_token_id"],
        eos_token_id=fields["tokenizer.ggml.eos_token_id"],
        pad_token_id=fields["tokenizer.ggml.padding_token_id"],
        tie_word_embeddings=True,
    )
    state = {}
    for name, values in read_tensors(path, adapter).items():
        if re.search(r"attn_[qk]\.", name):
            values = unpermute(values, heads if "attn_q" in name else kv_heads)
        state[_hf_name(name)] = torch.from_numpy(np.ascontiguousarray(values))
    with torch.device("meta"):
        model = LlamaForCausalLM(config)
    missing, unexpected = model.load_state_dict(state, strict=False, assign=True)
    model.tie_weights()
    if unexpected or set(missing) - {"lm_head.weight"}:
        raise ModelError(f"{path} lacks {sorted(set(missing) | set(unexpected))[0]}", "Name a GGUF of a llama model")
    # Buffers are computed, not loaded: made anew off the meta device.
    model.model.rotary_emb = type(model.model.rotary_emb)(config)
    return model.eval()


def load_tokenizer(path: Path) -> PreTrainedTokenizerFast:
    """The GGUF's tokenizer with its chat template; digits stand alone, as llama.cpp's "smollm" splits them."""
    stay_offline()
    from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers
    from tokenizers.models import BPE
    from transformers import PreTrainedTokenizerFast

    fields = read_fields(path)
    if (kind := fields["tokenizer.ggml.pre"]) != "smollm":
        raise ModelError(f"{path} splits words by the rule {kind!r}", "Name a GGUF of a SmolLM2 model")
    tokens: list[str] = fields["tokenizer.ggml.tokens"]
    merges = [tuple(m.split(" ")) for m in fields["tokenizer.ggml.merges"]]
    backend = Tokenizer(BPE({t: i for i, t in enumerate(tokens)}, merges))
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    backend.decoder = decoders.ByteLevel()
    # Type 3: a control token, never made from a user's words.
    special = [t for t, kind in zip(tokens, fields["tokenizer.ggml.token_type"], strict=True) if kind == 3]
    backend.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in special])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        bos_token=tokens[fields["tokenizer.ggml.bos_token_id"]],
        eos_token=tokens[fields["tokenizer.ggml.eos_token_id"]],
        unk_token=tokens[fields["tokenizer.ggml.unknown_token_id"]],
        pad_token=tokens[fields["tokenizer.ggml.padding_token_id"]],
        model_max_length=fields["llama.context_length"],
        clean_up_tokenization_spaces=False,
    )
    tokenizer.chat_template = fields["tokenizer.chat_template"]
    return tokenizer


def export(path: Path, folder: Path, adapter: Path | None = None) -> None:
    """Writes the model (bfloat16 safetensors) and its tokenizer for transformers and vLLM."""
    import torch
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    load_model(path, adapter).to(torch.bfloat16).save_pretrained(folder)
    load_tokenizer(path).save_pretrained(folder)


def peft_to_gguf(folder: Path, base: Path, out: Path, prompts: str | None = None) -> None:
    """A PEFT LoRA adapter (folder with adapter_model.safetensors) as a GGUF for llama.cpp over ``base``.

    ``prompts`` says which prompts it learnt, "tuned" or ""; None leaves that to the folder's training.json.
    """
    config = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    if config.get("use_rslora") or config.get("use_dora") or config.get("rank_pattern") or config.get("alpha_pattern"):
        raise ModelError(f"The adapter in {folder} is no plain LoRA", "Train with rank and alpha alone")
    if prompts is None:
        told = folder / "training.json"
        prompts = str(json.loads(told.read_text(encoding="utf-8")).get("prompts", "")) if told.is_file() else ""
    heads, kv_heads = _heads(read_fields(base))
    names = {hf: ours for ours, hf in MATRICES.items()}
    parts: dict[str, dict[str, NDArray[np.float32]]] = {}
    for key, values in read_safetensors(folder / "adapter_model.safetensors").items():
        match = re.fullmatch(r".*\.layers\.(\d+)\.(\w+\.\w+)\.lora_([AB])\.weight", key)
        if match is None or match[2] not in names:
            raise ModelError(f"The adapter in {folder} changes {key}", f"Train on {', '.join(names)} alone")
        name, side = f"blk.{match[1]}.{names[match[2]]}.weight", match[3]
        if side == "B" and names[match[2]] in ("attn_q", "attn_k"):
            values = permute(values, heads if names[match[2]] == "attn_q" else kv_heads)
        parts.setdefault(name, {})[side] = values
    write_adapter(out, {name: (p["A"], p["B"]) for name, p in parts.items()}, float(config["lora_alpha"]), prompts)


def model_to_gguf(model: Any, base: Path, out: Path, prompts: str = "") -> None:
    """A model of transformers of the shape of ``base`` as a GGUF in float16; the inverse of ``load_model``."""
    heads, kv_heads = _heads(read_fields(base))
    state = {name: values.detach().float().cpu().numpy() for name, values in model.state_dict().items()}
    tensors = {}
    for name in read_tensors(base):
        values = state[_hf_name(name)]
        if re.search(r"attn_[qk]\.", name):
            values = permute(values, heads if "attn_q" in name else kv_heads)
        tensors[name] = np.ascontiguousarray(values)
    write_model(base, tensors, out, "F16", prompts)


def _heads(fields: dict[str, Any]) -> tuple[int, int]:
    return fields["llama.attention.head_count"], fields["llama.attention.head_count_kv"]


def _hf_name(name: str) -> str:
    if name in _WHOLE:
        return _WHOLE[name]
    match = re.fullmatch(r"blk\.(\d+)\.(\w+)\.weight", name)
    if match is None:
        return name
    return f"model.layers.{match[1]}.{ {**MATRICES, **_NORMS}.get(match[2], match[2]) }.weight"
