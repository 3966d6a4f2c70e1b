"""The command ``recommend``: what a shop would show a customer next."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.commands.talk import InOption, OutOption, ShopOption, progress, settings, writable


def register(app: typer.Typer) -> None:
    """Adds this module's command to ``app``."""
    app.command("recommend")(recommend)


def recommend(
    source: InOption,
    out: OutOption,
    k: Annotated[int, typer.Option("-k", min=1, help="How many products a row.")] = 10,
    shop: ShopOption = None,
) -> None:
    """Recommend products to customers, or to histories of products; writes one row an input.

    What is learnt comes from the shop's orders, reviews and, where it has them, clicks. The first time takes longer.
    """
    from assistant.profile.recommending import check_rows, open_recommender, recommend_rows
    from retrieval.jsonlines import read_rows, write_rows

    rows = read_rows(source)
    check_rows(rows)
    writable(out)
    found = recommend_rows(rows, open_recommender(settings(shop, None, None).shop_folder), k) if rows else iter(())
    write_rows(out, progress(found, len(rows), "rows"))
