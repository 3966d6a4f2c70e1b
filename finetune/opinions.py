"""A reader of opinions from marked sentences. The manual is in opinions.yaml."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import Field

from assistant.opinions.values import Quad, Sentence
from finetune.settings import RecipeError, RecipeSettings, save
from retrieval.jsonlines import read_rows

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
    marked = {name: sentences(getattr(settings, name)) for name in ("train", "dev")}
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
    reader = learn(marked["train"], marked["dev"], default_folder(), recipe, on_progress)
    settings.out.mkdir(parents=True, exist_ok=True)
    save(settings, settings.out / "settings.yaml")
    kept.save(reader, settings.out)
    return settings.out


def sentences(path: Path) -> list[Sentence]:
    """The marked sentences of a file; raises ``RecipeError`` with the first row that is none."""
    found = []
    for number, row in enumerate(read_rows(path), start=1):
        try:
            quads = {Quad.from_dict(quad) for quad in row["quads"]}
            found.append(Sentence(tuple(str(row["text"]).split(" ")), tuple(sorted(quads, key=str))))
        except (KeyError, TypeError, ValueError) as error:
            raise RecipeError(
                f"{path}, row {number} is no marked sentence: {error!r}", f"The form stands at the head of {SHIPPED}"
            ) from error
    if not any(sentence.quads for sentence in found):
        raise RecipeError(f"{path} has no opinion in it", "Name another file")
    return found
