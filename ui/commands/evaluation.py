"""Commands that measure: ``eval list``, ``eval run``, ``eval compare``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from eval.plan import Outcome

# Changed scores that a comparison prints; all of them with --json.
_FLIPS = 20
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Adds this module's commands to ``app``."""
    group = typer.Typer(no_args_is_help=True, help="Measure the shop and the assistant on test sets.")
    group.command("list")(list_suites)
    group.command("run")(run)
    group.command("compare")(compare)
    app.add_typer(group, name="eval")


def list_suites(as_json: JsonOption = False) -> None:
    """The test suites and what each asks."""
    from eval.run import SUITES

    found = {name: question for name, (_, question) in SUITES.items()}
    if as_json:
        print(json.dumps(found))
    else:
        for name, question in found.items():
            print(f"{name:<15} {question}")


def run(
    suites: Annotated[list[str], typer.Argument(metavar="SUITE...", help="See `shoptalk eval list`.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to write OUT/SUITE/ into.")],
    data: Annotated[Path | None, typer.Option("--data", help="Folder of the test set; what ships by default.")] = None,
    script: Annotated[Path | None, typer.Option("--script", help="Conversations to play, instead of DIR's.")] = None,
    shop: Annotated[Path | None, typer.Option("--shop", help="Shop to measure; else one is made under OUT.")] = None,
    model: Annotated[str | None, typer.Option("--model", help="Which model speaks; `embedded` by default.")] = None,
    adapter: Annotated[str | None, typer.Option("--adapter", help="Adapter of the embedded model, or `none`.")] = None,
    shopper: Annotated[
        str | None, typer.Option("--shopper", help="Model that words what simulated shoppers say; else fixed phrases.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of intervals and of simulated shoppers.")] = 0,
) -> None:
    """Run test suites; each writes predictions.jsonl, metrics.json and report.html to OUT/SUITE/."""
    from time import perf_counter

    from assistant.config import Settings
    from eval.plan import Plan
    from eval.run import check_names
    from eval.run import run as run_suite

    check_names(suites)
    given = {name: value for name, value in {"model": model, "adapter": adapter}.items() if value is not None}
    chosen = Settings(**given)  # type: ignore[arg-type]
    plan = Plan(
        out=out,
        data=data,
        script=script,
        # The environment's shop is for talking: a test set brings its own products unless --shop says otherwise.
        shop=shop,
        model=chosen.model,
        adapter=chosen.adapter,
        shopper=shopper,
        seed=seed,
        home=chosen.root,
    )
    for name in suites:
        with progress(name) as on_progress:
            started = perf_counter()
            outcome = run_suite(name, replace(plan, on_progress=on_progress))
        _show(name, outcome)
        print(f"{name}: {perf_counter() - started:.1f} s, {out / name / 'report.html'}", file=sys.stderr)


def compare(
    a: Annotated[Path, typer.Argument(metavar="OUT_A", help="Results to start from.")],
    b: Annotated[Path, typer.Argument(metavar="OUT_B", help="Results to compare with them.")],
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the intervals.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Two runs item by item: B minus A on their common items with a paired bootstrap interval, and what changed."""
    from eval.compare import compare as compare_runs
    from eval.compare import flips

    found, flipped = compare_runs(a, b, seed=seed), flips(a, b)
    if as_json:
        print(
            json.dumps(
                {
                    suite: {k: asdict(d) for k, d in differences.items()}
                    | {"flips": [asdict(f) for f in flipped[suite]]}
                    for suite, differences in found.items()
                }
            )
        )
        return
    for suite, columns in found.items():
        print(f"{suite:<22} {'A':>10} {'B':>10} {'B - A':>10}   95 % interval         p      n")
        for name, d in columns.items():
            interval = f"[{d.low:.4g}, {d.high:.4g}]"
            print(f"  {name:<20} {d.a:>10.4g} {d.b:>10.4g} {d.value:>+10.4g}   {interval:<20} {d.p:5.3f}  {d.n:>5}")
        changed = flipped[suite]
        print(f"  {len(changed)} scores changed" + (f", the {_FLIPS} largest:" if len(changed) > _FLIPS else ""))
        for flip in changed[:_FLIPS]:
            print(f"  {flip.id}: {flip.column} {flip.a:.4g} -> {flip.b:.4g}  {'; '.join(flip.why)[:200]}".rstrip())


def _show(name: str, outcome: Outcome) -> None:
    systems = {name: outcome.metrics, **{f"{name}, baseline {k}": m for k, m in outcome.baselines.items()}}
    for system, metrics in systems.items():
        print(system)
        for key, m in metrics.items():
            print(f"  {key:<24} {m.value:>10.4g}   [{m.low:.4g}, {m.high:.4g}]  n={m.n}")


@contextmanager
def progress(name: str) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on standard error where that is a terminal, silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, of, what: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks = {}

        def advance(done: int, of: int, what: str) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(f"{name}: {what}", total=of)
            bar.update(tasks[what], completed=done, total=of)

        yield advance
