"""A model of two narrow layers with the chat model's own words, so that a recipe's steps take no time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def tiny() -> Iterator[None]:
    """Recipes load this instead of the chat model; its matrices have the chat model's count of heads."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from assistant.models import hf

    def load(*_: Any) -> Any:
        torch.manual_seed(0)
        config = LlamaConfig(
            vocab_size=49152,
            hidden_size=72,
            intermediate_size=96,
            num_hidden_layers=2,
            num_attention_heads=9,
            num_key_value_heads=3,
            tie_word_embeddings=True,
        )
        return LlamaForCausalLM(config).eval()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hf, "load_model", load)
        yield
