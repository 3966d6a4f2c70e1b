"""``finetune release``: both adapters through the suites, and the better one into use."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from finetune.release import Change, ReleaseSettings


def release(
    given: Annotated[
        list[str] | None, typer.Argument(metavar="[CANDIDATE] [KEY=VALUE]...", help="A run's folder, and settings.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="YAML of settings; release.yaml explains them.")
    ] = None,
    roll_back: Annotated[bool, typer.Option("--roll-back", help="Put back what was in use before.")] = False,
) -> None:
    """Bring a trained adapter into use if no suite falls and the target rises, or refuse it; prints where it lies."""
    from assistant.config import Settings
    from finetune import installed
    from finetune import release as gate
    from finetune.settings import RecipeError, load

    said = [word for word in given or [] if "=" in word]
    named = [word for word in given or [] if "=" not in word]
    chosen = load(gate.ReleaseSettings, gate.SHIPPED, config, said)
    home = Settings().root
    if roll_back and not named:
        print(installed.roll_back(home, chosen.name))
        return
    if roll_back or len(named) != 1:
        raise RecipeError(
            f"{len(named)} candidates are named", "Write `release CANDIDATE`, or `release --roll-back` alone"
        )
    candidate = Path(named[0]).expanduser()
    if not candidate.is_dir():
        raise RecipeError(f"There is no folder {candidate}", "Name the folder that a recipe wrote")
    installed.opened(candidate)
    print(gate.admit(candidate, home, _measured(candidate, chosen, home), chosen))


def results_of(out: Path, file: Path | None, data: Path | None, seed: int) -> Path:
    """Where the scores of the adapter ``file`` (None for the bare model) lie under ``out``.

    Named by all that they depend on: its bytes, those of ``data`` (None: of the test sets that ship, which are part of
    the product), the seed, and the product. Where one of them is another, so is the place.
    """
    from assistant.models import weights

    adapter = weights.sha256(file)[:12] if file else "bare"
    about = hashlib.sha256(json.dumps([product(), seed, _bytes([data] if data else [])]).encode())
    return out / f"{adapter}-{about.hexdigest()[:12]}"


@cache
def product() -> str:
    """Digest of the program that measures and is measured: its source, what ships in it, the libraries it runs on."""
    import assistant
    import retrieval
    from eval import run

    folders = [Path(room.__path__[0]) for room in (retrieval, assistant)] + [Path(run.__file__).parent]
    return f"{json.dumps(run.versions())} {_bytes(folders)}"


def _bytes(places: Iterable[Path]) -> str:
    """Digest of every file in ``places``, each with its name in them."""
    found = hashlib.sha256()
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(f"{path.relative_to(place)} {path.stat().st_size} ".encode())
                with path.open("rb") as file:
                    found.update(hashlib.file_digest(file, "sha256").digest())
    return found.hexdigest()


def _measured(candidate: Path, chosen: ReleaseSettings, home: Path) -> list[Change]:
    """The candidate beside the adapter in force, suite by suite; what was measured before is read again."""
    from assistant.models import tuned
    from eval import run
    from eval.compare import compare
    from eval.plan import Plan
    from finetune.release import changes
    from finetune.settings import RecipeError
    from retrieval.jsonlines import read_rows
    from ui.commands.evaluation import progress

    run.check_names(list(chosen.suites))
    in_force = chosen.name if (home / "adapters" / chosen.name).exists() else None
    gaps = {}
    for suite, data in chosen.suites.items():
        folders = []
        for adapter in (in_force, str(candidate)):
            out = results_of(chosen.out, tuned.adapter_file(adapter, home), data, chosen.seed)
            if not (out / suite / "metrics.json").is_file():
                with progress(f"{suite}, {adapter or 'in force'}") as shown:
                    plan = Plan(out, data, adapter=adapter, seed=chosen.seed, home=home, on_progress=shown)
                    run.run(suite, plan)
            folders.append(out)
        one, other = ({str(row["id"]) for row in read_rows(out / suite / "predictions.jsonl")} for out in folders)
        if one != other:
            raise RecipeError(
                f"{suite} was measured on other items for the candidate than for the adapter in force",
                f"Delete {chosen.out} and try again",
            )
        gaps[suite] = compare(*folders, seed=chosen.seed)[suite]
    found = changes(gaps, chosen)
    for change in found:
        print(change, file=sys.stderr)
    return found
