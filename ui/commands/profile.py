"""Commands for what is known of a customer: ``profile show``, ``profile edit``, ``profile delete``, ``forget``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.commands.talk import ShopOption, settings

if TYPE_CHECKING:
    from assistant.profile.keeping import Change, Profiles
    from assistant.profile.tastes import Profile, Taste

CustomerArgument = Annotated[str, typer.Argument(metavar="CUSTOMER", help="Id of the customer, as orders name it.")]
# Pieces of evidence that are printed for one entry; --json has all of them.
_SHOWN = 3


def register(app: typer.Typer) -> None:
    """Adds this module's commands to ``app``."""
    profile = typer.Typer(help="What is known of a customer, and why.", no_args_is_help=True)
    profile.command("show")(show)
    profile.command("edit")(edit)
    profile.command("delete")(delete)
    app.add_typer(profile, name="profile")
    app.command("forget")(forget)


def show(
    customer: CustomerArgument,
    shop: ShopOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the tastes of a customer, one a line, each with the evidence it rests on."""
    _tell(_profiles(shop, customer).of(customer), as_json)


def edit(
    customer: CustomerArgument,
    like: Annotated[list[str] | None, typer.Option("--like", help="FACET:VALUE that they like; repeatable.")] = None,
    dislike: Annotated[list[str] | None, typer.Option("--dislike", help="FACET:VALUE that they dislike.")] = None,
    never: Annotated[list[str] | None, typer.Option("--never", help="FACET:VALUE never to be shown unasked.")] = None,
    pause: Annotated[
        bool | None, typer.Option("--pause/--resume", help="Learn nothing and rank nothing by it, or go on.")
    ] = None,
    ads: Annotated[
        bool | None, typer.Option("--ads/--no-ads", help="Agree to advertisements chosen for them, or to none.")
    ] = None,
    shop: ShopOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Change what is known of a customer, on their word: `--like colour:navy`, `--never material:wool`."""
    from assistant.errors import ProfileError
    from assistant.profile.keeping import parsed

    given: list[tuple[Change, list[str]]] = [("like", like or []), ("dislike", dislike or []), ("never", never or [])]
    changes = [(parsed(text), change) for change, texts in given for text in texts]
    if not changes and pause is None and ads is None:
        mend = "Give --like, --dislike or --never FACET:VALUE, --pause, or --no-ads"
        raise ProfileError("There is nothing to change", mend)
    profiles = _profiles(shop, customer)
    for about, change in changes:
        profiles.edit(customer, about, change)
    if pause is not None:
        profiles.pause(customer, pause)
    if ads is not None:
        from assistant.ads.consent import Consents

        Consents(profiles.engine, settings(shop, None, None).shop_folder).say(customer, ads)
    _tell(profiles.of(customer), as_json)


def delete(
    customer: CustomerArgument,
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="As `profile show` names it: colour:navy.")],
    shop: ShopOption = None,
) -> None:
    """Take one entry out of a profile; from the same evidence it does not come back."""
    _profiles(shop, customer).delete(customer, entry)
    print(f"{entry} is deleted.", file=sys.stderr)


def forget(
    customer: CustomerArgument,
    shop: ShopOption = None,
    also: Annotated[
        list[Path] | None,
        typer.Option("--also", help="Another folder with exports, such as training rows; may be repeated."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the receipt as JSON.")] = False,
) -> None:
    """Erase a customer everywhere, and print a receipt: a line for each place, with what was done there."""
    from assistant.build import open_forgetting

    receipt = open_forgetting(settings(shop, None, None), also or [])(customer)
    if as_json:
        print(json.dumps(receipt.to_dict(), ensure_ascii=False))
        return
    for line in receipt.lines:
        print(f"{line.place}\t{line.what}\t{line.count}")
    for note in receipt.notes:
        print(note, file=sys.stderr)


def _profiles(shop: Path | None, customer: str) -> Profiles:
    from assistant.build import open_profiles
    from assistant.errors import ProfileError

    profiles = open_profiles(settings(shop, None, None))
    if not profiles.knows(customer):
        raise ProfileError(f"Nothing is known of a customer {customer!r}", "Give the id that orders or reviews have")
    return profiles


def _tell(profile: Profile, as_json: bool) -> None:
    if as_json:
        print(json.dumps(row(profile), ensure_ascii=False))
        return
    if profile.paused:
        print(f"The profile of {profile.customer} is paused.", file=sys.stderr)
    for taste in profile.tastes:
        why = "their own word" if taste.owned else "; ".join(_why(taste))
        print(f"{taste.id}\t{said(taste)}\t{taste.strength:.2f}\t{taste.confidence:.2f}\t{why}")


def said(taste: Taste) -> str:
    """What the customer thinks of it, in a word."""
    return "likes" if taste.likes else "never" if taste.deal_breaker else "dislikes"


def _why(taste: Taste) -> list[str]:
    lines = [
        f"{p.source} {p.ref} ({p.date or 'undated'})" + (f": {' '.join(p.quote.split())}" if p.quote else "")
        for p in taste.evidence[:_SHOWN]
    ]
    more = len(taste.evidence) - len(lines)
    return [*lines, f"and {more} more"] if more else lines


def row(profile: Profile) -> dict[str, object]:
    """The profile as JSON-ready data."""
    tastes = [
        {
            "entry": taste.id,
            "facet": taste.about.facet,
            "value": taste.about.value,
            "says": said(taste),
            "strength": taste.strength,
            "confidence": round(taste.confidence, 4),
            "deal_breaker": taste.deal_breaker,
            "own_word": taste.owned,
            "evidence": [
                {
                    "source": p.source,
                    "id": p.ref,
                    "product": p.product,
                    "date": p.date,
                    "weight": round(p.weight, 4),
                    "quote": p.quote,
                }
                for p in taste.evidence
            ],
        }
        for taste in profile.tastes
    ]
    return {"customer": profile.customer, "paused": profile.paused, "hash": profile.hash, "tastes": tastes}
