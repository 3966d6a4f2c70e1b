"""Commands for personal data in texts: ``privacy mask``, ``privacy export``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from ui.commands.talk import InOption, OutOption, ShopOption, progress, settings, writable

# Rows that are masked together.
_BATCH = 256


def register(app: typer.Typer) -> None:
    """Adds this module's commands to ``app``."""
    group = typer.Typer(no_args_is_help=True, help="Mask personal data, and give texts out under pseudonyms.")
    group.command("mask")(mask)
    group.command("export")(export)
    app.add_typer(group, name="privacy")


def mask(
    source: InOption,
    out: OutOption,
    keep: Annotated[
        list[str] | None, typer.Option("--keep", help="A kind to leave, such as GPE; may be repeated.")
    ] = None,
) -> None:
    """Put [KIND] in the place of personal data; IN rows {"id","text"}, OUT rows {"id","text","masked"}.

    Names of firms are left: makers are what people write of.
    """
    from assistant.privacy.kept import open_masker
    from assistant.privacy.masker import MASKED, text_rows
    from retrieval.jsonlines import read_rows, write_rows

    rows = text_rows(read_rows(source))
    kinds = [kind for kind in MASKED if kind not in _known(keep or [])]
    writable(out)
    masker = open_masker()

    def masked() -> Iterator[dict[str, Any]]:
        for at in range(0, len(rows), _BATCH):
            batch = rows[at : at + _BATCH]
            for row, done in zip(batch, masker.mask([row["text"] for row in batch], kinds), strict=True):
                yield {"id": row["id"], "text": done.text, "masked": [span.type for span in done.spans]}

    write_rows(out, progress(masked(), len(rows), "rows"))


def export(
    out: Annotated[Path, typer.Option("--out", help="An empty or new folder.")],
    shop: ShopOption = None,
    unlinked: Annotated[
        bool, typer.Option("--unlinked", help="A pseudonym for each record, not one for each customer.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write the conversations and reviews of a shop under pseudonyms, texts masked, days as months."""
    from assistant.build import open_store
    from assistant.privacy.export import give_out, told
    from assistant.privacy.kept import open_masker
    from retrieval import catalogue
    from retrieval.errors import ShopError

    given = settings(shop, None, None)
    folder = given.shop_folder
    if not catalogue.exists(folder):
        raise ShopError(f"There is no shop in {folder}", f"Make it with `shoptalk import FEED --shop {folder}`")
    done = give_out(folder, told(open_store(given)), open_masker(), out, linked=not unlinked, on_progress=progress)
    if as_json:
        print(json.dumps(done.to_dict()))
        return
    print(f"{done.conversations} conversations and {done.reviews} reviews in {done.folder}")
    print("masked: " + (", ".join(f"{n} {kind}" for kind, n in done.masked.items()) or "nothing"), file=sys.stderr)


def _known(kinds: list[str]) -> list[str]:
    from assistant.privacy.marked import PersonalDataError
    from assistant.privacy.values import TYPES

    for kind in kinds:
        if kind not in TYPES:
            raise PersonalDataError(f"There is no kind {kind!r}", f"Known are {', '.join(TYPES)}")
    return kinds
