"""The same weights in llama.cpp and in transformers say the same, bare and with a LoRA."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
from langchain_core.messages import HumanMessage

from assistant.errors import ModelError
from assistant.models import gguf_file, hf, open_llm, weights
from assistant.models.embedded import Engine
from assistant.models.gguf_file import permute, read_fields, read_tensors, unpermute, write_model
from assistant.models.serving import export

BASE = weights.locate(weights.CHAT)
HEADS, KV_HEADS, WIDTH, INNER, LAYERS = 4, 2, 64, 96, 2
# The tiny model knows the first tokens only: a whole vocabulary takes seconds to read.
TOKENS = 600
PROMPTS = [[1, 409, 198, 5], [2, 300, 400, 500, 599], [7] * 12, list(range(500, 530))]
TEXTS = [
    "under $1299.99 in 2024",
    "don't  stop\n\n  42km",
    "Größe 38½, naïve café — 日本語 🚲",
    "it'll be 10x10x10 cm\t(WxHxD)",
    "   leading and trailing   ",
    "I've 3 kids; they'd like LEGO® 75192!",
]


def post(engine: Engine, path: str, body: dict[str, Any]) -> Any:
    url = engine.url.removesuffix("/v1") + path
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def greedy_gguf(model: Path, adapter: Path | None = None) -> list[list[int]]:
    """The twelve likeliest next tokens of each prompt, by llama.cpp."""
    engine = Engine(model, adapter, name="tiny")
    ask = {"n_predict": 12, "temperature": 0, "return_tokens": True, "ignore_eos": True}
    tokens = [post(engine, "/completion", {**ask, "prompt": prompt})["tokens"] for prompt in PROMPTS]
    engine.stop()
    return tokens


def greedy_hf(model: Any) -> list[list[int]]:
    """The same, by transformers."""
    import torch

    found = []
    for prompt in PROMPTS:
        ids = torch.tensor([prompt])
        for _ in range(12):
            with torch.no_grad():
                logits = model(ids).logits[0, -1]
            # llama.cpp's ignore_eos bans every token that ends a turn.
            logits[[0, 2, 4]] = -torch.inf
            ids = torch.cat([ids, logits.argmax().view(1, 1)], dim=1)
        found.append(ids[0, len(prompt) :].tolist())
    return found


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A llama of two layers with random weights and a part of the vocabulary, unquantised."""
    random = np.random.default_rng(7)

    def matrix(out: int, into: int) -> np.ndarray[Any, np.dtype[np.float32]]:
        return np.asarray(random.standard_normal((out, into)) / np.sqrt(into), dtype=np.float32)

    shapes = {
        "attn_q": (WIDTH, WIDTH),
        "attn_k": (WIDTH * KV_HEADS // HEADS, WIDTH),
        "attn_v": (WIDTH * KV_HEADS // HEADS, WIDTH),
        "attn_output": (WIDTH, WIDTH),
        "ffn_gate": (INNER, WIDTH),
        "ffn_up": (INNER, WIDTH),
        "ffn_down": (WIDTH, INNER),
    }
    fields = read_fields(BASE)
    tensors = {"token_embd.weight": matrix(TOKENS, WIDTH) * 8}
    tensors["output_norm.weight"] = np.ones(WIDTH, np.float32)
    for layer in range(LAYERS):
        tensors |= {f"blk.{layer}.{name}.weight": matrix(*shape) for name, shape in shapes.items()}
        tensors |= {f"blk.{layer}.{name}_norm.weight": np.ones(WIDTH, np.float32) for name in ("attn", "ffn")}
    path = tmp_path_factory.mktemp("tiny") / "tiny.gguf"
    tokens = fields["tokenizer.ggml.tokens"][:TOKENS]
    known = set(tokens)
    size = {
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": fields["tokenizer.ggml.token_type"][:TOKENS],
        "tokenizer.ggml.merges": [m for m in fields["tokenizer.ggml.merges"] if m.replace(" ", "") in known],
        "llama.vocab_size": TOKENS,
        "llama.block_count": LAYERS,
        "llama.embedding_length": WIDTH,
        "llama.feed_forward_length": INNER,
        "llama.attention.head_count": HEADS,
        "llama.attention.head_count_kv": KV_HEADS,
        "llama.rope.dimension_count": WIDTH // HEADS,
    }
    writer = gguf.GGUFWriter(path, "llama")
    for name, field in gguf.GGUFReader(BASE).fields.items():
        if not name.startswith(("GGUF.", "general.")):
            inner = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(name, size.get(name, fields[name]), field.types[0], sub_type=inner)
    for name, values in tensors.items():
        writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture(scope="module")
def lora(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A PEFT folder with random, strong A and B on every projection."""
    import peft
    import torch

    torch.manual_seed(7)
    config = peft.LoraConfig(r=4, lora_alpha=12, target_modules="all-linear", task_type="CAUSAL_LM")
    model = peft.get_peft_model(hf.load_model(tiny), config)
    for name, values in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(values, std=0.2)
    folder = tmp_path_factory.mktemp("lora")
    model.save_pretrained(folder)
    yield folder


def test_bare_weights_agree(tiny: Path) -> None:
    assert greedy_gguf(tiny) == greedy_hf(hf.load_model(tiny))


def test_a_lora_agrees_as_adapter_and_merged(tiny: Path, lora: Path, tmp_path: Path) -> None:
    import peft

    adapter, merged = tmp_path / "adapter.gguf", tmp_path / "merged.gguf"
    hf.peft_to_gguf(lora, tiny, adapter)
    expected = greedy_hf(peft.PeftModel.from_pretrained(hf.load_model(tiny), lora).eval())
    assert greedy_gguf(tiny, adapter) == expected
    assert expected != greedy_gguf(tiny), "the adapter does something"
    write_model(tiny, read_tensors(tiny, adapter), merged, "F32")
    assert greedy_gguf(merged) == expected
    assert greedy_hf(hf.load_model(tiny, adapter)) == expected


def test_a_model_trained_whole_takes_the_place_of_its_base(tiny: Path, tmp_path: Path) -> None:
    import torch

    model = hf.load_model(tiny)
    torch.manual_seed(7)
    for values in model.parameters():
        if values.ndim == 2:
            values.data += 0.3 * values.std() * torch.randn_like(values)
    hf.model_to_gguf(model, tiny, tmp_path / "model.gguf", "tuned")
    assert gguf_file.is_model(tmp_path / "model.gguf") and gguf_file.adapter_prompts(tmp_path / "model.gguf") == "tuned"
    trained, laid_over = read_tensors(tmp_path / "model.gguf"), read_tensors(tiny, tmp_path / "model.gguf")
    assert all((trained[name] == laid_over[name]).all() for name in trained)
    # Both in the float16 of the file.
    write_model(tiny, trained, tmp_path / "whole.gguf", "F32")
    expected = greedy_hf(hf.load_model(tmp_path / "whole.gguf"))
    assert greedy_gguf(tmp_path / "whole.gguf") == expected != greedy_gguf(tiny)
    state, again = model.state_dict(), hf.load_model(tmp_path / "model.gguf").state_dict()
    assert all((state[name] - again[name]).abs().max() < 5e-3 for name in state)


def test_an_adapter_of_another_model_is_refused(tiny: Path, lora: Path, tmp_path: Path) -> None:
    hf.peft_to_gguf(lora, tiny, tmp_path / "adapter.gguf")
    with pytest.raises(ModelError, match="made for another model"):
        read_tensors(BASE, tmp_path / "adapter.gguf")
    with pytest.raises(ModelError, match=r"cannot open .* with the adapter .*--adapter none"):
        Engine(BASE, tmp_path / "adapter.gguf", name="x")


def test_an_adapter_that_is_no_plain_lora_is_refused(lora: Path, tiny: Path, tmp_path: Path) -> None:
    config = json.loads((lora / "adapter_config.json").read_text())
    (tmp_path / "adapter_config.json").write_text(json.dumps({**config, "use_rslora": True}))
    with pytest.raises(ModelError, match="is no plain LoRA"):
        hf.peft_to_gguf(tmp_path, tiny, tmp_path / "adapter.gguf")


def test_permutations_are_inverse() -> None:
    rows = np.arange(24 * 3, dtype=np.float32).reshape(24, 3)
    assert (unpermute(permute(rows, 2), 2) == rows).all()
    # By hand: one head of four rows; halves [0, 1] and [2, 3] interleave.
    assert permute(np.arange(4, dtype=np.float32)[:, None], 1).ravel().tolist() == [0, 2, 1, 3]


def test_quantised_copy_keeps_the_weights_nearly(tiny: Path, tmp_path: Path) -> None:
    whole = read_tensors(tiny)
    write_model(tiny, whole, tmp_path / "q.gguf")
    copy = read_tensors(tmp_path / "q.gguf")
    assert set(copy) == set(whole)
    # Q8_0 has 127 steps each way within a block of 32.
    for name, values in whole.items():
        assert np.abs(copy[name] - values).max() <= np.abs(values).max() / 127
    same = {n: v for n, v in gguf_file.read_fields(tmp_path / "q.gguf").items() if n.startswith("tokenizer")}
    assert same == {n: v for n, v in read_fields(tiny).items() if n.startswith("tokenizer")}


def test_tokenizer_and_template_are_those_of_llama_cpp() -> None:
    tokenizer = hf.load_tokenizer(BASE)
    engine = Engine(BASE, None, name="base")
    talk = [
        {"role": "user", "content": "a 55 inch TV"},
        {"role": "assistant", "content": "{}"},
        {"role": "user", "content": "?"},
    ]
    for text in TEXTS:
        assert tokenizer.encode(text) == post(engine, "/tokenize", {"content": text})["tokens"]
        assert tokenizer.decode(tokenizer.encode(text)) == text
    expected = post(engine, "/apply-template", {"messages": talk})["prompt"]
    assert tokenizer.apply_chat_template(talk, tokenize=False, add_generation_prompt=True) == expected
    engine.stop()


def test_export_is_a_folder_that_transformers_opens(tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = export(tmp_path / "model", "hf", "none", tmp_path)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    prompt = tokenizer.apply_chat_template(
        [{"role": "user", "content": "Name three fruits."}],
        add_generation_prompt=True,
        return_tensors="pt",
        return_dict=True,
    )
    with torch.no_grad():
        out = model.generate(**prompt, max_new_tokens=24, do_sample=False)
    said = tokenizer.decode(out[0, prompt["input_ids"].shape[1] :], skip_special_tokens=True)
    assert said == open_llm("embedded", adapter="none").invoke([HumanMessage("Name three fruits.")]).text
    assert not list(tmp_path.glob(".*.part"))


def test_export_gguf_is_the_packages_own_file(tmp_path: Path) -> None:
    made = export(tmp_path / "model", "gguf", "none", tmp_path)
    assert weights.sha256(made) == next(iter(weights.CHAT.files.values()))
