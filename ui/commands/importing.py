"""The command ``import``: feeds into a shop."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from retrieval.embed import Embedder
    from retrieval.importer import ImportReport
    from retrieval.looks import PictureEmbedder

# Refused rows that are printed; all of them stand in a file.
_REFUSED = 100


ShopOption = Annotated[
    Path, typer.Option("--shop", envvar="SHOPTALK_SHOP", help="Folder of the shop to make or update.")
]
FeedsArgument = Annotated[list[Path] | None, typer.Argument(metavar="[FEED]...", help="Product feeds; may be .gz.")]
FormatOption = Annotated[
    str,
    typer.Option(
        "--format", help="csv, tsv, jsonl, xml, parquet, shopify, google or amazon; by default what it looks like."
    ),
]
MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", help="Our fields from your columns: title=name,price=cost; kept for the next import."),
]
CurrencyOption = Annotated[
    str | None, typer.Option("--currency", help="ISO code that holds where the feed states none; USD by default.")
]
ReviewsOption = Annotated[list[Path] | None, typer.Option("--reviews", help="A feed of customers' reviews.")]
PoliciesOption = Annotated[
    list[Path] | None, typer.Option("--policies", help="Folder of the shop's policies: Markdown, HTML, text, PDF.")
]
OrdersOption = Annotated[
    list[Path] | None,
    typer.Option("--orders", help="Orders and customers, JSON Lines, or an order database; may be .gz."),
]
RulesOption = Annotated[
    str | None, typer.Option("--rules", help="The rules for orders: a YAML file, or `standard` or `tau2-retail`.")
]
NameOption = Annotated[str | None, typer.Option("--name", help="What the shop is called; the folder's name.")]
EmbedderOption = Annotated[
    str | None, typer.Option("--embedder", help="Embedding model, by name or folder; another one re-embeds all.")
]
VectorsOption = Annotated[
    str | None,
    typer.Option("--vectors", help="URL of a Chroma server for the vectors; `local` for the shop's own folder."),
]
ReplaceOption = Annotated[
    bool,
    typer.Option("--replace", help="A feed of a known name from another folder may remove most of what came under it."),
]
ImageEmbedderOption = Annotated[
    str | None,
    typer.Option(
        "--image-embedder",
        envvar="SHOPTALK_IMAGE_EMBEDDER",
        help="A CLIP-like model, by name or folder: the shop can then be searched by a picture; `none` ends that.",
    ),
]
NoEmbedOption = Annotated[bool, typer.Option("--no-embed", help="Make no vectors; search goes by words alone.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")]


def register(app: typer.Typer) -> None:
    """Adds this module's command to ``app``."""
    app.command("import")(import_)


def import_(
    shop: ShopOption,
    feeds: FeedsArgument = None,
    fmt: FormatOption = "auto",
    mapping: MapOption = None,
    currency: CurrencyOption = None,
    reviews: ReviewsOption = None,
    policies: PoliciesOption = None,
    orders: OrdersOption = None,
    rules: RulesOption = None,
    name: NameOption = None,
    embedder: EmbedderOption = None,
    vectors: VectorsOption = None,
    replace: ReplaceOption = False,
    image_embedder: ImageEmbedderOption = None,
    no_embed: NoEmbedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Make a shop out of product feeds, or bring one up to date; reviews, policies and orders go beside them."""
    from retrieval.columns import parse_mapping
    from retrieval.errors import FeedError
    from retrieval.importer import import_shop
    from ui.commands.looks import eyes_of
    from ui.commands.service import put_in_force

    in_force = put_in_force(rules, orders or [])
    eyes = eyes_of(shop.expanduser(), image_embedder)
    if no_embed and embedder:
        raise FeedError("--no-embed and --embedder exclude each other", "Give one of them")
    with _bars() as (on_row, on_progress):
        report = import_shop(
            shop.expanduser(),
            feeds or [],
            mapping=parse_mapping(mapping) if mapping else None,
            currency=currency,
            fmt=fmt,
            embedder=None if no_embed else _embedder(shop.expanduser(), embedder),
            on_row=on_row,
            on_progress=on_progress,
            reviews=reviews or [],
            policies=policies or [],
            orders=orders or [],
            name=name,
            change_embedder=embedder is not None,
            replace_feeds=replace,
            vectors_at="" if vectors == "local" else vectors,
        )
    in_force(shop.expanduser())
    _see(shop.expanduser(), eyes)
    _tell(report, as_json)


def _embedder(shop: Path, name: str | None) -> Embedder:
    """The model asked for, else the one the shop was made with, else the default."""
    from retrieval.embed import open_embedder
    from retrieval.importer import recorded_embedder

    return open_embedder(name or recorded_embedder(shop))


def _see(shop: Path, eyes: PictureEmbedder | None) -> None:
    """Looks at the pictures, where the shop has a model for them."""
    from ui.commands.looks import see

    if eyes is None:
        return
    with _bars() as (_, on_progress):
        see(shop, eyes, on_progress)


def _tell(report: ImportReport, as_json: bool) -> None:
    shown = report.refused[:_REFUSED]
    for row in shown:
        print(f"refused {row}", file=sys.stderr)
    if report.refused_count > len(shown):
        more = report.refused_count - len(shown)
        print(f"refused {more:,} more; all of them stand in {report.refused_file}", file=sys.stderr)
    for file, mapping in report.mapped_before.items():
        pairs = ",".join(f"{name}={column}" for name, column in mapping.items())
        print(f"{file} is read with the columns mapped before: {pairs} (another --map replaces them)", file=sys.stderr)
    for file, encoding in report.assumed.items():
        print(f"{file} is not UTF-8; it is read as {encoding}", file=sys.stderr)
    if report.missing_pictures:
        print(f"{report.missing_pictures:,} pictures that the feed names are not beside it", file=sys.stderr)
    if as_json:
        print(json.dumps(_report_row(report), ensure_ascii=False))
        return
    print(
        f"{report.name}: {report.products:,} products ({report.new:,} new, {report.changed:,} changed, "
        f"{report.unchanged:,} unchanged, {report.removed:,} removed), prices in {report.currency}, "
        f"{report.embedded:,} embedded, {report.reviews:,} reviews, {report.refused_count:,} rows refused"
    )
    for what, counts in report.others.items():
        print(
            f"{what}: {counts.new:,} new, {counts.changed:,} changed, {counts.unchanged:,} unchanged, "
            f"{counts.removed:,} removed"
        )


def _report_row(report: ImportReport) -> dict[str, Any]:
    from dataclasses import asdict

    row = asdict(report)
    row["refused"] = row["refused"][:_REFUSED]
    return {**row, "refused_file": str(report.refused_file) if report.refused_file else None}


Tell = tuple[Callable[[int], None] | None, Callable[[int, int], None] | None]


@contextmanager
def _bars() -> Iterator[Tell]:
    """Progress of an import, rows read and vectors made, where standard error is a terminal."""
    if not sys.stderr.isatty():
        yield None, None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        reading = bars.add_task("reading", total=None)
        embedding = bars.add_task("embedding", total=None, visible=False)

        def on_row(done: int) -> None:
            bars.update(reading, completed=done, description=f"reading {done:,}")

        def on_progress(done: int, of: int) -> None:
            bars.update(embedding, completed=done, total=of, visible=True)

        yield on_row, on_progress
