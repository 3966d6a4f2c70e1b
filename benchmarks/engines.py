"""Do the engines agree? transformers with PEFT beside llama.cpp with the GGUF adapter, on the same unquantised base.

`python -m benchmarks.engines [PROMPTS]`

llama.cpp answers every prompt greedily, from the base in float32 with the adapter laid over it. transformers then
reads each prompt with that answer in one pass: where its own best token is another one, the two would have gone apart,
and the two best logits there say whether by more than rounding. The form that ships, merged and quantised, answers the
same prompts: how often it agrees, and what slot F1 it costs. Answers are kept under SHOPTALK_HOME; a run that was
stopped goes on.
"""

from __future__ import annotations

import json
import random
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.icecat import home
from benchmarks.record import write
from benchmarks.tuning import shown, slot_f1, slot_f1_gain

PROMPTS, SEED, MOST, GOAL, NEAR = 200, 20261127, 120, 0.98, 0.05


def main() -> None:
    """Measures and writes the results."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else PROMPTS
    from finetune import messages

    asked = list(messages.rows(random.Random(SEED), count, True))
    whole, lora, shipped = models()
    folder = home() / "engines"
    exact = answers(folder / f"exact-{count}.jsonl", asked, whole, lora)
    quantised = answers(folder / f"shipped-{count}.jsonl", asked, shipped, None)
    gaps = divergences(asked, exact)
    report(asked, exact, quantised, gaps)


def models() -> tuple[Path, Path, Path]:
    """The base in float32, the adapter that ships as GGUF, and the file that the product runs."""
    from assistant.models import weights
    from assistant.models.gguf_file import read_tensors, write_model
    from assistant.models.tuned import adapter_file, tuned

    base = weights.verified(weights.CHAT)
    whole = home() / "engines" / "base-F32.gguf"
    if not whole.is_file():
        whole.parent.mkdir(parents=True, exist_ok=True)
        part = whole.with_suffix(".part")
        write_model(base, read_tensors(base), part, "F32")
        part.replace(whole)
    lora = adapter_file(None, home())
    assert lora is not None, "this tree ships an adapter"
    return whole, lora, tuned(None, home()).model


def prompts(asked: Sequence[dict[str, Any]]) -> list[list[int]]:
    """Token ids, by the tokenizer that training uses."""
    from assistant.models import hf, weights
    from assistant.prompts import render

    tokenizer = hf.load_tokenizer(weights.verified(weights.CHAT))
    found = []
    for row in asked:
        rendered = render("understand_tuned", context=row["context"], message=row["message"])
        talk = [{"role": role, "content": content} for role, content in rendered]
        found.append(tokenizer.apply_chat_template(talk, add_generation_prompt=True, return_dict=False))
    return found


def answers(kept: Path, asked: Sequence[dict[str, Any]], model: Path, lora: Path | None) -> list[dict[str, Any]]:
    """llama.cpp's greedy tokens and text for each message."""
    from assistant.models.embedded import Engine

    made = [json.loads(line) for line in kept.read_text("utf-8").splitlines()] if kept.is_file() else []
    if len(made) < len(asked):
        engine = Engine(model, lora, name="engines")
        try:
            with kept.open("a", encoding="utf-8") as file:
                for ids in prompts(asked)[len(made) :]:
                    made.append(greedy(engine.url, ids))
                    file.write(json.dumps(made[-1]) + "\n")
                    file.flush()
        finally:
            engine.stop()
    return made


def greedy(url: str, ids: list[int]) -> dict[str, Any]:
    """One answer: ``tokens`` with the one that ends it where it ended by itself, ``text``."""
    body = {"prompt": ids, "n_predict": MOST, "temperature": 0, "return_tokens": True, "cache_prompt": False}
    request = urllib.request.Request(
        url.removesuffix("/v1") + "/completion", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=300) as answer:
        found = json.load(answer)
    return {"tokens": found["tokens"], "text": found["content"], "ended": found["stop_type"] == "eos"}


def divergences(asked: Sequence[dict[str, Any]], made: Sequence[dict[str, Any]]) -> list[float | None]:
    """By how much transformers' best logit is above that of llama.cpp's token where they first differ; None nowhere."""
    import peft
    import torch

    from assistant.models import hf, tuned, weights

    base, adapter = weights.verified(weights.CHAT), tuned.shipped()
    assert adapter is not None, "this tree ships an adapter"
    model = peft.PeftModel.from_pretrained(hf.load_model(base), adapter.parent).eval()
    end = hf.load_tokenizer(base).eos_token_id
    found: list[float | None] = []
    for ids, answer in zip(prompts(asked), made, strict=True):
        said = [t for t in answer["tokens"] if t != end] + [end] * answer["ended"]
        with torch.no_grad():
            logits = model(torch.tensor([ids + said])).logits[0, len(ids) - 1 : -1]
        best = logits.max(dim=1).values - logits.gather(1, torch.tensor(said)[:, None]).ravel()
        apart = torch.nonzero(best > 0)
        found.append(float(best[apart[0, 0]]) if len(apart) else None)
    return found


def report(
    asked: Sequence[dict[str, Any]],
    exact: Sequence[dict[str, Any]],
    quantised: Sequence[dict[str, Any]],
    gaps: Sequence[float | None],
) -> None:
    """Writes the table."""
    from finetune.score import parsed

    exactly, shipped = (
        [(row["answer"], answer["text"].strip()) for row, answer in zip(asked, made, strict=True)]
        for made in (exact, quantised)
    )
    lost = slot_f1_gain(exactly, shipped)
    scores = {"exact": slot_f1(exactly).value, "shipped": slot_f1(shipped).value}
    same = [a["text"].strip() == b["text"].strip() for a, b in zip(exact, quantised, strict=True)]
    alike = [parsed(a["text"].strip()) == parsed(b["text"].strip()) for a, b in zip(exact, quantised, strict=True)]
    apart = [gap for gap in gaps if gap is not None]
    share = 1 - len(apart) / len(gaps)
    largest = f"{max(apart):.4f}" if apart else "–"
    table = [
        ["what", "value"],
        ["answers equal token by token, transformers + PEFT and llama.cpp + GGUF adapter", f"{share:.3f}"],
        ["largest gap of the two logits at a first difference", largest],
        ["the file that ships: answers with equal content", f"{np.mean(alike):.3f}"],
        ["the file that ships: answers equal letter by letter", f"{np.mean(same):.3f}"],
        ["slot F1, unquantised", f"{scores['exact']:.3f}"],
        ["slot F1, the file that ships", f"{scores['shipped']:.3f}"],
        ["slot F1 lost to quantising", shown(lost, gain=True)],
    ]
    values = {"prompts": len(asked), "equal": share, "gaps": apart, "same": float(np.mean(same))}
    values |= {"alike": float(np.mean(alike)), "slot_f1": scores, "lost": [lost.value, lost.low, lost.high]}
    note = (
        f"{len(asked)} messages of the dev grammar, greedy, no grammar imposed, the base in float32. Goals: equal in "
        f"{GOAL:.0%}, and a first difference only where the two logits are within {NEAR}. 95 % bootstrap interval over "
        "messages, paired."
    )
    write("engines", "Engines agree", values, table, note)


if __name__ == "__main__":
    main()
