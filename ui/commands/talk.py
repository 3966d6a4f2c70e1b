"""Commands that talk: ``chat``, ``play``, ``understand``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from assistant.build import Assistant
    from assistant.config import Settings
    from assistant.state import DialogueState, Event

ShopOption = Annotated[Path | None, typer.Option("--shop", help="Folder of the shop; the demo shop by default.")]
ModelOption = Annotated[str | None, typer.Option("--model", help="Which model speaks; `embedded` by default.")]
AdapterOption = Annotated[str | None, typer.Option("--adapter", help="LoRA adapter of the embedded model, or `none`.")]
InOption = Annotated[Path, typer.Option("--in", help="JSON Lines to read; may be .gz.")]
OutOption = Annotated[Path, typer.Option("--out", help="JSON Lines to write.")]

T = TypeVar("T")


def register(app: typer.Typer) -> None:
    """Adds this module's commands to ``app``."""
    app.command("chat")(chat)
    app.command("play")(play)
    app.command("understand")(understand)


def settings(shop: Path | None, model: str | None, adapter: str | None) -> Settings:
    """The environment's settings under what the command line says."""
    from pydantic import ValidationError

    from assistant.config import Settings
    from assistant.errors import ShopTalkError

    given = {"shop": shop, "model": model, "adapter": adapter}
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        fault = error.errors()[0]
        name = f"SHOPTALK_{fault['loc'][0]}".upper()
        raise ShopTalkError(f"{name} cannot be {fault['input']!r}: {fault['msg']}", "Set it anew") from error


def chat(
    shop: ShopOption = None,
    model: ModelOption = None,
    adapter: AdapterOption = None,
    customer: Annotated[str | None, typer.Option("--customer", help="Id of the customer who talks.")] = None,
    conversation: Annotated[str | None, typer.Option("--conversation", help="Id of one to go on with.")] = None,
) -> None:
    """Talk to a shop in the terminal. An empty line or Ctrl-D ends it; the conversation is kept."""
    from dataclasses import replace

    from assistant.build import open_assistant
    from assistant.errors import ShopTalkError
    from assistant.framed import framed, speak

    # Who sits at the shop's own terminal is believed: the customer's profile is used, orders still ask for a proof.
    assistant = replace(open_assistant(settings(shop, model, adapter)), vouches=True)
    state = assistant.store.load(conversation) if conversation else assistant.store.new(customer)
    print(f"{assistant.shelf.name}: {len(assistant.shelf):,} products. Conversation {state.id}", file=sys.stderr)
    print(speak(framed("greeting"), "en").text)
    heard = _staff(assistant, state, 0)
    while text := _ask():
        try:
            state = _show(assistant.say(state, text), state)
            heard = _staff(assistant, state, heard)
        except ShopTalkError as error:
            print(f"({error})")
        except KeyboardInterrupt:
            print("(stopped; nothing of this turn was kept)")


def _staff(assistant: Assistant, state: DialogueState, heard: int) -> int:
    """Prints what the shop's staff did since the message ``heard``; returns the number of the latest one.

    The terminal asks for it after each message of the shopper, and not in between.
    """
    from ui.words import words

    say = words("en")
    for message in assistant.queue.thread(state.id) if assistant.queue else ():
        if message.number > heard and message.author == "agent":
            print(f"{say('staff.name', name=message.name)}: {message.text}")
        elif message.number > heard and message.author != "shopper":
            print(f"({say(f'staff.{message.author}', name=message.name)})")
        heard = max(heard, message.number)
    return heard


def _ask() -> str:
    try:
        return input("> ").strip()
    except (EOFError, KeyboardInterrupt):
        print()
        return ""


def _show(events: Iterable[Event], state: DialogueState) -> DialogueState:
    """Prints a turn as it happens; returns the conversation with it."""
    from assistant.state import Cards, Done, Sentence

    for event in events:
        if isinstance(event, Cards):
            for place, card in enumerate(event.shown or event.alternatives, 1):
                price = next((e.value for e in card.evidence if e.field == "price"), "no price")
                print(f"  {place}. {card.name}  {price}" + (f"  (breaks {card.breaks})" if card.breaks else ""))
        elif isinstance(event, Sentence):
            print(event.text)
        elif isinstance(event, Done):
            if event.turn.reply.notice:
                print(f"({event.turn.reply.notice})")
            return state.append(event.turn)
    return state


def play(
    script: InOption,
    out: OutOption,
    shop: ShopOption = None,
    model: ModelOption = None,
    adapter: AdapterOption = None,
) -> None:
    """Play scripted conversations; writes one row a turn."""
    from assistant.build import open_desk, open_model, open_shelf, trust
    from assistant.play import play as play_rows
    from retrieval.jsonlines import read_rows, write_rows

    rows = read_rows(script)
    chosen = settings(shop, model, adapter)
    shelf = open_shelf(chosen)
    llm = open_model(chosen) if rows else None
    turns = sum(len(row.get("turns", ())) for row in rows)
    played = play_rows(rows, shelf=shelf, model=llm, trust=trust(chosen), desk=open_desk(chosen))
    writable(out)
    write_rows(out, progress(played, turns, "turns"))


def understand(
    source: InOption,
    out: OutOption,
    shop: ShopOption = None,
    model: ModelOption = None,
    adapter: AdapterOption = None,
) -> None:
    """Read messages without answering them; writes one row an input. Needs no shop; one adds its brands and types."""
    from assistant.batch import understand_rows
    from assistant.build import open_model, open_shelf, trust
    from assistant.reading.names import WrittenNames
    from retrieval.jsonlines import read_rows, write_rows
    from retrieval.vocabulary import Vocabulary

    rows = read_rows(source)
    chosen = settings(shop, model, adapter)
    vocabulary = open_shelf(chosen).vocabulary if shop else WrittenNames(Vocabulary.build((), {}))
    llm = open_model(chosen) if rows else None
    writable(out)
    write_rows(
        out,
        progress(understand_rows(rows, vocabulary=vocabulary, model=llm, trust=trust(chosen)), len(rows), "messages"),
    )


def progress(items: Iterable[T], total: int, what: str) -> Iterator[T]:
    """``items`` as they come, under a progress bar where standard error is a terminal."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, total=total, description=what, console=Console(stderr=True))


def writable(out: Path) -> None:
    from assistant.errors import ShopTalkError

    if not out.parent.is_dir():
        raise ShopTalkError(f"There is no folder {out.parent} for {out.name}", "Create it or choose another --out")
    if out.is_dir():
        raise ShopTalkError(f"{out} is a folder", "Name a file in it with --out")
