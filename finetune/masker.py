"""The tagger of personal data from marked sentences. The manual is in masker.yaml."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import Field

from assistant.privacy.marked import sentences
from finetune.masker_rows import rows
from finetune.settings import RecipeSettings, begin

SHIPPED = Path(__file__).with_name("masker.yaml")


class MaskerSettings(RecipeSettings):
    """The keys of masker.yaml, where each is explained."""

    marked: Path
    out: Path
    rows: int = Field(ge=0)
    epochs: int = Field(ge=1)
    batch: int = Field(ge=1)
    rate: float = Field(gt=0)
    head_rate: float = Field(gt=0)
    seed: int = Field(ge=0)


def train(settings: MaskerSettings, on_progress: Callable[[int, int, str], None] = lambda done, of, what: None) -> Path:
    """Learns and writes the tagger; returns its file."""
    marked = [row for row in sentences(settings.marked) if not row.held_out]
    from assistant.opinions.training import Recipe
    from assistant.privacy import kept
    from assistant.privacy.learn import learn
    from retrieval.embed import default_folder

    recipe = Recipe(
        epochs=settings.epochs,
        batch=settings.batch,
        encoder_rate=settings.rate,
        head_rate=settings.head_rate,
        seed=settings.seed,
    )
    finder = learn(rows(marked, settings.rows, settings.seed), default_folder(), recipe, on_progress)
    begin(settings, settings.out)
    kept.save(finder, settings.out / kept.SHIPPED.name)
    return settings.out / kept.SHIPPED.name
