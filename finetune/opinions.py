"""A reader of opinions from marked sentences. The manual is in opinions.yaml."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import Field

from assistant.opinions.marked import sentences
from finetune.settings import RecipeSettings, begin

SHIPPED = Path(__file__).with_name("opinions.yaml")


class OpinionSettings(RecipeSettings):
    """The keys of opinions.yaml, where each is explained."""

    train: Path
    dev: Path
    out: Path
    epochs: int = Field(ge=1)
    batch: int = Field(ge=1)
    encoder_rate: float = Field(gt=0)
    head_rate: float = Field(gt=0)
    seed: int = Field(ge=0)


def train(
    settings: OpinionSettings, on_progress: Callable[[int, int, str], None] = lambda done, of, what: None
) -> Path:
    """Learns and writes the reader; returns its folder."""
    marked, dev = sentences(settings.train), sentences(settings.dev)
    from assistant.opinions import kept
    from assistant.opinions.learn import learn
    from assistant.opinions.training import Recipe
    from retrieval.embed import default_folder

    recipe = Recipe(
        epochs=settings.epochs,
        batch=settings.batch,
        encoder_rate=settings.encoder_rate,
        head_rate=settings.head_rate,
        seed=settings.seed,
    )
    reader = learn(marked, dev, default_folder(), recipe, on_progress)
    begin(settings, settings.out)
    kept.save(reader, settings.out)
    return settings.out
