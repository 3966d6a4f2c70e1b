"""An embedder that knows a shop: contrastive learning on queries and products. The manual is in embed.yaml."""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from finetune.overlap import whole_words, words_held
from finetune.pairs import Pair, of_shop
from finetune.runs import absent, before_trainer, in_bf16, last_checkpoint, trainer_log, write_log
from finetune.settings import RecipeError, RecipeSettings, begin
from retrieval import catalogue, vectors
from retrieval.embed import SentenceEmbedder, open_embedder
from retrieval.jsonlines import read_rows

SHIPPED = Path(__file__).with_name("embed.yaml")
EXAMPLE = 'A row is {"query": "...", "text": "...", "wrong": ["...", ...]}'


class EmbedSettings(RecipeSettings):
    """The keys of embed.yaml, where each is explained."""

    shop: Path | None
    pairs: Path | None
    base: str | None
    out: Path
    held_out: list[Path]
    queries: int = Field(ge=1)
    negatives: int = Field(ge=1, le=16)
    max_tokens: int = Field(ge=8, le=512)
    scale: float = Field(gt=0)
    learning_rate: float = Field(gt=0)
    warmup: float = Field(ge=0, lt=1)
    weight_decay: float = Field(ge=0)
    epochs: float = Field(gt=0)
    steps: int | None = Field(ge=1)
    batch: int = Field(ge=2)
    bf16: bool | Literal["auto"]
    keep_base: float = Field(ge=0, lt=1)
    checkpoint: int = Field(ge=1)
    log: int = Field(ge=1)
    resume: bool
    seed: int = Field(ge=0)


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run made."""

    # Folder that `shoptalk import --embedder` takes.
    folder: Path
    pairs: int
    steps: int
    loss: float


def train(settings: EmbedSettings) -> Trained:
    """One run, top to bottom. Raises ``RecipeError`` for data or a folder that it cannot work with."""
    before_trainer(settings.out)
    checkpoint = last_checkpoint(settings.out, settings.resume)
    base = open_embedder(settings.base)
    if not isinstance(base, SentenceEmbedder):
        raise RecipeError(f"{settings.base} is no sentence-transformers model", "Name a folder that holds one")
    pairs = made(settings, base)
    try:
        import datasets
        from sentence_transformers import SentenceTransformer, SentenceTransformerModelCardData
        from transformers import set_seed
        from transformers.utils.logging import disable_progress_bar
    except ImportError as error:
        raise absent(error) from error
    if not sys.stderr.isatty():
        datasets.disable_progress_bars()
        disable_progress_bar()
    set_seed(settings.seed)
    # Nobody reads the card, and its examples would be computed before the first step.
    card = SentenceTransformerModelCardData(generate_widget_examples=False)
    model = SentenceTransformer(str(base.folder), local_files_only=True, model_card_data=card)
    longest, model.max_seq_length = model.max_seq_length, settings.max_tokens
    begin(settings, settings.out)
    trainer = _trainer(model, settings, pairs)
    trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))
    model.max_seq_length = longest
    _blend(model, base.folder, settings.keep_base)
    model.save(str(settings.out), create_model_card=False)
    log = trainer_log(trainer, ("step", "loss", "learning_rate"))
    write_log(settings.out, log)
    return Trained(settings.out, len(pairs), trainer.state.global_step, log[-1]["loss"])


def made(settings: EmbedSettings, base: SentenceEmbedder) -> list[Pair]:
    """The pairs to learn from: drawn from the shop, read from the file, or both."""
    held = words_held(settings.held_out)
    pairs: list[Pair] = []
    if settings.shop is not None:
        shop = catalogue.load(settings.shop)
        if shop.meta.get("embedder") != base.name or not vectors.exists(settings.shop):
            raise RecipeError(
                f"The shop {settings.shop} has no vectors of {base.name}",
                "Import it with that embedder, or name its own",
            )
        with vectors.Vectors(settings.shop, base.name) as store:
            matrix = store.matrix([entry.product.id for entry in shop.entries])
        pairs += of_shop(shop, matrix, base, settings.queries, settings.negatives, held, settings.seed)
    if settings.pairs is not None:
        pairs += _read(settings.pairs, settings.negatives, held, settings.seed)
    if len(pairs) < settings.batch:
        raise RecipeError(
            f"There are {len(pairs)} pairs to learn from and a batch is {settings.batch}",
            "Name a shop with more products (shop=DIR), pairs=FILE, or a smaller batch",
        )
    return pairs


def _read(path: Path, negatives: int, held: frozenset[str], seed: int) -> list[Pair]:
    rng = random.Random(seed)
    found = []
    for number, row in enumerate(read_rows(path), 1):
        texts = [row.get("query"), row.get("text"), *(row.get("wrong") or [])]
        if len(texts) < 3 or not all(isinstance(t, str) and t.strip() for t in texts):
            raise RecipeError(f"{path}, row {number} is no pair", EXAMPLE)
        if whole_words(texts[0]) not in held:
            # Too few are taken again: a text wrong twice is no worse than wrong once.
            wrong = rng.sample(texts[2:], min(negatives, len(texts) - 2))
            wrong += [wrong[0]] * (negatives - len(wrong))
            found.append(Pair(texts[0], texts[1], tuple(wrong), texts[0]))
    return found


def _dataset(pairs: Sequence[Pair]) -> Any:
    from datasets import Dataset

    columns: dict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        columns["query"].append(pair.query)
        columns["text"].append(pair.text)
        for number, text in enumerate(pair.wrong):
            columns[f"wrong_{number}"].append(text)
    return Dataset.from_dict(columns)


def batches(topics: Sequence[str], size: int, seed: int) -> Iterator[list[int]]:
    """Each row once, in batches in which no topic comes twice: another row's product is a wrong answer in its batch."""
    left = list(range(len(topics)))
    random.Random(seed).shuffle(left)
    while len(left) >= size:
        batch: list[int] = []
        seen: set[str] = set()
        later = []
        for place, row in enumerate(left):
            if topics[row] in seen:
                later.append(row)
                continue
            seen.add(topics[row])
            batch.append(row)
            if len(batch) == size:
                later += left[place + 1 :]
                break
        left = later
        if len(batch) < size:
            return
        yield batch


def _trainer(model: Any, settings: EmbedSettings, pairs: Sequence[Pair]) -> Any:
    from sentence_transformers import SentenceTransformerTrainer
    from sentence_transformers.base.sampler import DefaultBatchSampler
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from transformers import PrinterCallback

    topics = [pair.topic for pair in pairs]

    class Apart(DefaultBatchSampler):  # type: ignore[misc]
        """``batches``, another order in each epoch."""

        def __iter__(self) -> Iterator[list[int]]:
            return batches(topics, settings.batch, settings.seed + self.epoch)

        def __len__(self) -> int:
            return sum(1 for _ in self)

    class Trainer(SentenceTransformerTrainer):  # type: ignore[misc]
        def get_batch_sampler(self, dataset: Any, batch_size: int, drop_last: bool, **more: Any) -> Any:
            return Apart(dataset, batch_size, drop_last, **more)

    trainer = Trainer(
        model,
        args=_arguments(settings),
        train_dataset=_dataset(pairs),
        loss=MultipleNegativesRankingLoss(model, scale=settings.scale),
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def _arguments(settings: EmbedSettings) -> Any:
    import torch
    from sentence_transformers import SentenceTransformerTrainingArguments

    return SentenceTransformerTrainingArguments(
        output_dir=str(settings.out / "checkpoints"),
        use_cpu=not torch.accelerator.is_available(),
        per_device_train_batch_size=settings.batch,
        num_train_epochs=settings.epochs,
        max_steps=settings.steps or -1,
        learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay,
        lr_scheduler_type="cosine",
        warmup_steps=settings.warmup,
        bf16=in_bf16(settings.bf16),
        logging_steps=settings.log,
        save_steps=settings.checkpoint,
        save_total_limit=2,
        seed=settings.seed,
        data_seed=settings.seed,
        report_to="tensorboard" if find_spec("tensorboard") else "none",
        disable_tqdm=not sys.stderr.isatty(),
        dataloader_pin_memory=torch.cuda.is_available(),
    )


def _blend(model: Any, base: Path, keep: float) -> None:
    """Moves the trained weights back towards ``base`` by the share ``keep``: less learnt, less forgotten (WiSE-FT)."""
    import torch
    from sentence_transformers import SentenceTransformer

    if not keep:
        return
    before = SentenceTransformer(str(base), device=str(model.device), local_files_only=True).state_dict()
    with torch.no_grad():
        for name, values in model.state_dict().items():
            if values.is_floating_point():
                values.lerp_(before[name], keep)
