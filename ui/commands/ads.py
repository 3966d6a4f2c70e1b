"""The command ``ads``: which advertisements customers may be shown now."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.commands.talk import InOption, OutOption, ShopOption, progress, settings, writable


def register(app: typer.Typer) -> None:
    """Adds this module's command to ``app``."""
    app.command("ads")(ads)


def ads(
    source: InOption,
    out: OutOption,
    k: Annotated[int, typer.Option("-k", min=1, help="How many advertisements a row.")] = 3,
    shop: ShopOption = None,
) -> None:
    """Choose advertisements for customers, the likeliest click first; rows {"id","customer"} in.

    OUT rows have "ads", "chances" of a click, and "held_back": why others may not be shown, to whoever did not agree
    none at all.
    """
    from datetime import datetime

    from assistant.ads.serving import check_rows, choose_rows, open_ads
    from assistant.build import open_store
    from retrieval.jsonlines import read_rows, write_rows

    rows = read_rows(source)
    check_rows(rows)
    writable(out)
    given = settings(shop, None, None)
    now = datetime.now()
    server = open_ads(given.shop_folder, open_store(given).engine) if rows else None
    found = choose_rows(rows, server, now, k) if server else iter(())
    write_rows(out, progress(found, len(rows), "customers"))
