"""The command ``search``: products for one text, or a TREC run for a batch of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.commands.talk import ShopOption, progress, settings

if TYPE_CHECKING:
    from retrieval.query import Hit

# A search text is a few words; a longer one is a file in the wrong place.
_LONGEST = 10_000


def register(app: typer.Typer) -> None:
    """Adds this module's command to ``app``."""
    app.command("search")(search)


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
