"""Commands for a shop's shelf: ``import`` and ``search``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.commands.talk import ShopOption, progress, settings

if TYPE_CHECKING:
    from retrieval.embed import Embedder
    from retrieval.importer import ImportReport
    from retrieval.query import Hit

# A search text is a few words; a longer one is a file in the wrong place.
_LONGEST = 10_000
# Refused rows that are printed; all of them stand in a file.
_REFUSED = 100


def register(app: typer.Typer) -> None:
    """Adds this module's commands to ``app``."""
    app.command("import")(import_)
    app.command("search")(search)


def import_(
    shop: Annotated[Path, typer.Option("--shop", envvar="SHOPTALK_SHOP", help="Folder of the shop to make or update.")],
    feeds: Annotated[list[Path] | None, typer.Argument(metavar="[FEED]...", help="Product feeds; may be .gz.")] = None,
    fmt: Annotated[
        str,
        typer.Option(
            "--format", help="csv, tsv, jsonl, xml, parquet, shopify, google or amazon; by default what it looks like."
        ),
    ] = "auto",
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", help="Our fields from your columns: title=name,price=cost; kept for the next import."),
    ] = None,
    currency: Annotated[
        str | None, typer.Option("--currency", help="ISO code that holds where the feed states none; USD by default.")
    ] = None,
    reviews: Annotated[list[Path] | None, typer.Option("--reviews", help="A feed of customers' reviews.")] = None,
    policies: Annotated[
        list[Path] | None, typer.Option("--policies", help="Folder of the shop's policies: Markdown, HTML, text, PDF.")
    ] = None,
    orders: Annotated[
        list[Path] | None,
        typer.Option("--orders", help="Orders and customers, JSON Lines, or an order database; may be .gz."),
    ] = None,
    rules: Annotated[
        str | None,
        typer.Option("--rules", help="The rules for orders: a YAML file, or `standard` or `tau2-retail`."),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="What the shop is called; the folder's name.")] = None,
    embedder: Annotated[
        str | None, typer.Option("--embedder", help="Embedding model, by name or folder; another one re-embeds all.")
    ] = None,
    vectors: Annotated[
        str | None,
        typer.Option("--vectors", help="URL of a Chroma server for the vectors; `local` for the shop's own folder."),
    ] = None,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="A feed of a known name from another folder may remove most of what came under it."
        ),
    ] = False,
    image_embedder: Annotated[
        str | None,
        typer.Option(
            "--image-embedder",
            envvar="SHOPTALK_IMAGE_EMBEDDER",
            help="A CLIP-like model, by name or folder: the shop can then be searched by a picture; `none` ends that.",
        ),
    ] = None,
    no_embed: Annotated[bool, typer.Option("--no-embed", help="Make no vectors; search goes by words alone.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Make a shop out of product feeds, or bring one up to date; reviews, policies and orders go beside them."""
    from retrieval.columns import parse_mapping
    from retrieval.errors import FeedError
    from retrieval.importer import import_shop
    from ui.commands.looks import eyes_of, see
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
    if eyes:
        with _bars() as (_, on_progress):
            see(shop.expanduser(), eyes, on_progress)
    _tell(report, as_json)


def _embedder(shop: Path, name: str | None) -> Embedder:
    """The model asked for, else the one the shop was made with, else the default."""
    from retrieval.embed import open_embedder
    from retrieval.importer import recorded_embedder

    return open_embedder(name or recorded_embedder(shop))


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


def search(
    text: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
    k: Annotated[int, typer.Option("-k", help="How many products.")] = 10,
    shop: ShopOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    queries: Annotated[Path | None, typer.Option("--queries", help="Batch of queries, JSON Lines; may be .gz.")] = None,
    run: Annotated[Path | None, typer.Option("--run", help="Where the batch's TREC run goes.")] = None,
    price_min: Annotated[float | None, typer.Option("--price-min", help="In the shop's currency.")] = None,
    price_max: Annotated[float | None, typer.Option("--price-max", help="In the shop's currency.")] = None,
    brand: Annotated[list[str] | None, typer.Option("--brand", help="Only this brand; may be repeated.")] = None,
    not_brand: Annotated[list[str] | None, typer.Option("--not-brand", help="Never this brand.")] = None,
    kind: Annotated[str | None, typer.Option("--type", help="Only this type of product, in your words.")] = None,
    attribute: Annotated[list[str] | None, typer.Option("--attribute", help="NAME=VALUE; may be repeated.")] = None,
    min_rating: Annotated[float | None, typer.Option("--min-rating", help="Mean stars, at least.")] = None,
    in_stock: Annotated[bool, typer.Option("--in-stock", help="Only what the feed states to be on hand.")] = False,
    order: Annotated[str, typer.Option("--order", help="relevance, price_up, price_down or rating.")] = "relevance",
    reranker: Annotated[
        str | None,
        typer.Option("--reranker", help="A cross-encoder, by name or folder, that reads the best hits again."),
    ] = None,
) -> None:
    """Find products: one TEXT, or a batch of --queries written as a TREC run."""
    from retrieval.errors import QueryError

    filters = {
        "price_min": price_min,
        "price_max": price_max,
        "brands": brand,
        "not_brands": not_brand,
        "type": kind,
        "attributes": _pairs(attribute or []),
        "min_rating": min_rating,
        "in_stock": in_stock,
    }
    given = {name: value for name, value in filters.items() if value or (value == 0 and value is not False)}
    if queries is not None or run is not None:
        if queries is None or run is None or text is not None or given or order != "relevance":
            raise QueryError("A batch takes --queries and --run alone", "Put filters into the rows of the batch")
        _batch(queries, run, shop, k, reranker)
        return
    if text is None:
        raise QueryError("There is nothing to look for", "Give a text, or --queries and --run")
    _one(text, given, order, shop, k, as_json, reranker)


def _one(
    text: str, filters: dict[str, Any], order: str, shop: Path | None, k: int, as_json: bool, reranker: str | None
) -> None:
    from dataclasses import replace

    from assistant.build import open_shelf
    from retrieval.batch import query_from_row
    from retrieval.errors import QueryError

    orders = ("relevance", "price_up", "price_down", "rating")
    if order not in orders:
        raise QueryError(f"There is no order {order!r}", f"Use --order {', '.join(orders)}")
    _short(text, "The text")
    shelf = open_shelf(settings(shop, None, None), reranker)
    _, query = query_from_row({"id": "-", "text": text, "filters": filters}, shelf, k)
    hits = shelf.search(replace(query, order=order))  # type: ignore[arg-type]
    if as_json:
        print(json.dumps([_row(hit) for hit in hits], ensure_ascii=False))
        return
    for place, hit in enumerate(hits, 1):
        price = hit.product.price
        print(f"{place:>3}. {hit.product.title}  {price if price else 'no price'}  [{hit.product.id}]")


def _row(hit: Hit) -> dict[str, Any]:
    return {
        **hit.product.to_dict(),
        "kind": hit.kind.label if hit.kind else None,
        "score": round(hit.score, 6),
        "parts": {name: round(value, 6) for name, value in hit.parts.items()},
    }


def _batch(queries: Path, run: Path, shop: Path | None, k: int, reranker: str | None) -> None:
    from assistant.build import open_shelf
    from retrieval.batch import queries_from_rows, trec_lines
    from retrieval.errors import ShopTalkError
    from retrieval.jsonlines import read_rows

    rows = read_rows(queries)
    if not run.parent.is_dir():
        raise ShopTalkError(f"There is no folder {run.parent} for {run.name}", "Create it or choose another --run")
    shelf = open_shelf(settings(shop, None, None), reranker)
    # Every row is read before the first is searched: a batch with faults shows all of them and writes nothing.
    parsed = queries_from_rows(rows, shelf, k)
    for id_, query in parsed:
        _short(query.text, f"The text of {id_!r}")
    # Under its name only when it is whole; a pipe has no other name.
    half = run if run.exists() and not run.is_file() else run.with_name(f"{run.name}.new")
    with half.open("w", encoding="utf-8") as out:
        for id_, query in progress(parsed, len(parsed), "queries"):
            out.writelines(line + "\n" for line in trec_lines(id_, shelf.search(query)))
    if half != run:
        half.replace(run)


def _pairs(texts: list[str]) -> dict[str, Any]:
    """``["colour=black", "cores=4"]`` as attributes with values of the type that they look like."""
    from retrieval.errors import QueryError
    from retrieval.feeds import typed_value

    pairs = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not (name.strip() and sign and value.strip()):
            raise QueryError(f"--attribute cannot read {text!r}", "Write --attribute NAME=VALUE")
        pairs[name.strip()] = typed_value(value.strip())
    return pairs


def _short(text: str, what: str) -> None:
    from retrieval.errors import QueryError

    if len(text) > _LONGEST:
        raise QueryError(f"{what} has {len(text):,} characters", f"Search for at most {_LONGEST:,}")


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
