"""Profiles: tastes found, use in the chat, honest reasons, control, erasure and pace, over the demo shop.

`python -m benchmarks.profile [--quick] [PART]...`; the demo shop is made under SHOPTALK_HOME where it is absent. Each
part takes some minutes and is kept there when it is done, so that a run that was killed, or is told one part at a time,
goes on where it was; the results are written when all parts are there.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from assistant.build import open_profiles
from assistant.config import Settings
from benchmarks.icecat import home
from benchmarks.profile import chat, control, erasure, recovery
from benchmarks.profile.world import World
from benchmarks.record import write
from eval.metrics import mean, paired
from retrieval.search import Shelf

SEED = 2026
# Sequences of acts that are done in one copy of the shop, fewer than there are customers.
_PIECE = 25
Rows = list[list[str]]


def main(quick: bool, named: Sequence[str] = ()) -> None:
    """Measures the parts that are ``named`` (all: those that are not there yet) and writes the results once all are."""
    world = World.open()
    shelf = Shelf.open(world.folder)
    place = kept(quick)
    place.mkdir(parents=True, exist_ok=True)
    for name, part in PARTS.items():
        file = place / f"{name}.json"
        if name in named or (not named and not file.is_file()):
            file.write_text(json.dumps(part(world, shelf, quick)), encoding="utf-8")
    files = {name: place / f"{name}.json" for name in PARTS}
    if missing := [name for name, file in files.items() if not file.is_file()]:
        print(f"Not measured yet: {', '.join(missing)}")
        return
    found = {name: json.loads(file.read_text("utf-8")) for name, file in files.items()}
    table: Rows = [["what", "measured", "95 % interval", "n", "goal"]]
    table += [row for _, rows in found.values() for row in rows]
    write("profile", "Profiles of customers", {name: values for name, (values, _) in found.items()}, table, _NOTE)
    shutil.rmtree(place)


def kept(quick: bool) -> Path:
    """Where what was measured waits for the rest."""
    return home() / ("profile-quick" if quick else "profile")


def _recovery(world: World, shelf: Shelf, quick: bool) -> tuple[Any, Rows]:
    who = recovery.customers(world, "test")[: 40 if quick else None]
    found: dict[str, Any] = {}
    rows: Rows = []
    for more in (False, True):
        for first in recovery.REVIEWS:
            scores = recovery.scores(world, who, first, more)
            value, low, high = recovery.interval(scores, SEED)
            name = f"{first} reviews{', orders and clicks' if more else ''}"
            found[name] = {"f1": value, "low": low, "high": high, "n": len(who)}
            goal = "0.8" if first == 10 and not more else "rising"
            rows.append(
                [f"hidden tastes found, F1, {name}", f"{value:.3f}", f"{low:.3f} – {high:.3f}", str(len(who)), goal]
            )
    for kind in recovery.KINDS:
        scores = recovery.scores(world, who, 10, False, kinds=(kind,))
        found[kind] = {"f1": recovery.f1(scores), "precision_recall": recovery.shares(scores)}
        precision, recall = recovery.shares(scores)
        rows.append(
            [
                f"of these, {kind}, 10 reviews: precision, recall",
                f"{precision:.3f}, {recall:.3f}",
                "",
                str(len(who)),
                "reported",
            ]
        )
    return found, rows


def _chat(world: World, shelf: Shelf, quick: bool) -> tuple[Any, Rows]:
    wanted = 20 if quick else 200
    found = [r for s in chat.sessions(world, shelf, 2 * wanted) if (r := chat.ranks(world, shelf, s))][:wanted]
    gain = paired([1 / b for b, *_ in found], [1 / w for _, w, *_ in found], seed=SEED)
    better = paired([float(w) for _, w, *_ in found], [float(b) for b, *_ in found], seed=SEED)
    cards = paired([float(b) for *_, b, _ in found], [float(o) for *_, o in found], seed=SEED)
    rows = [
        ["places that the preferred product gains by the profile, mean", *_difference(better), "above 0"],
        ["the same as reciprocal rank", *_difference(gain), "above 0"],
        ["the preferred product on a card, share gained", *_difference(cards), "above 0"],
        ["mean place without, with", f"{mean([float(b) for b, *_ in found], seed=SEED).value:.1f}, "
         f"{mean([float(w) for _, w, *_ in found], seed=SEED).value:.1f}", "", str(len(found)), "reported"],
    ]  # fmt: skip
    return {"ranks": found}, rows


def _difference(found: Any) -> list[str]:
    return [f"{found.value:+.3f}", f"{found.low:+.3f} – {found.high:+.3f}", str(found.n)]


def _honesty(world: World, shelf: Shelf, quick: bool) -> tuple[Any, Rows]:
    fell = [float(f) for f in chat.explanations(world, shelf, 50 if quick else 500)]
    found = mean(fell, seed=SEED)
    row = ["reasons without which the product falls", f"{found.value:.3f}", f"{found.low:.3f} – {found.high:.3f}"]
    return found.to_dict(), [[*row, str(len(fell)), "0.95"]]


def _control(world: World, shelf: Shelf, quick: bool) -> tuple[Any, Rows]:
    who = recovery.customers(world, "test")
    sequences = control.sequences(50 if quick else 1000, SEED)
    broken: list[str] = []
    for first in range(0, len(sequences), _PIECE):
        # They take minutes: what is done is kept, as parts are.
        done = kept(quick) / f"control-{first}.json"
        if not done.is_file():
            piece = {who[n % len(who)]: sequences[n] for n in range(first, min(first + _PIECE, len(sequences)))}
            done.write_text(json.dumps(_acted(world.folder, piece)), encoding="utf-8")
        broken += json.loads(done.read_text(encoding="utf-8"))
    acts_done = sum(map(len, sequences))
    row = ["sequences of acts on a profile; acts that did not hold", f"{len(broken)} of {acts_done:,} acts", ""]
    return {"broken": broken, "acts": acts_done}, [[*row, f"{len(sequences):,}", "0"]]


def _acted(shop: Path, piece: Mapping[str, Sequence[tuple[str, int]]]) -> list[str]:
    """What did not hold when each customer did what ``piece`` says, in a copy of ``shop``."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(shop, Path(place, "shop")))
        # Each profile is learnt anew after each act; the log of clicks would be read each time.
        (folder / "clicks.jsonl").unlink(missing_ok=True)
        profiles = open_profiles(Settings(shop=folder))
        did = (control.act(profiles, who, name, number) for who, acts in piece.items() for name, number in acts)
        return [fault for fault in did if fault]


def _erasure(world: World, shelf: Shelf, quick: bool) -> tuple[Any, Rows]:
    found = erasure.measured(world.folder, 70 if quick else 500, 2 if quick else 5)
    unchanged = "unchanged" if found["others_unchanged"] else "CHANGED"
    told = f"{found['found_after']} of {found['found_before']} planted are left; everything else {unchanged}"
    return found, [["secrets left in any byte after forgetting", told, "", str(found["planted"]), "0"]]


def _pace(world: World, shelf: Shelf, quick: bool) -> tuple[Any, Rows]:
    from rich.console import Console
    from rich.progress import track

    profiles = open_profiles(Settings(shop=world.folder))
    busiest = max(world.reviews, key=lambda c: len(world.reviews[c]))
    profiles.of(busiest)
    seconds = []
    for _ in range(5):
        started = time.perf_counter()
        profiles.of(busiest)
        seconds.append(time.perf_counter() - started)
    everybody = sorted(world.tastes)[: 80 if quick else None]
    started = time.perf_counter()
    for customer in track(everybody, "profiles", console=Console(stderr=True)):
        profiles.of(customer)
    whole = time.perf_counter() - started
    count = len(world.reviews[busiest])
    return {"one": seconds, "whole": whole, "customers": len(everybody)}, [
        [f"profile of a customer with {count} reviews", f"{median(seconds):.2f} s", "", "5", "1 s"],
        [f"profiles of {len(everybody)} customers", f"{whole:.0f} s", "", "1", "300 s"],
    ]


PARTS: dict[str, Callable[[World, Shelf, bool], tuple[Any, Rows]]] = {
    "recovery": _recovery,
    "chat": _chat,
    "honesty": _honesty,
    "control": _control,
    "erasure": _erasure,
    "pace": _pace,
}
_NOTE = """Rules and weights were chosen on customers with odd numbers; these are those with even ones and ten reviews
or more. The tastes looked for are the hidden ones of which the first ten reviews speak, and the departments these are
from; an entry of a profile is right where it is any hidden taste of its customer. The reviews were written by the demo
shop's generator, whose sentences were seen when the rules for reading them were written: real ones are harder. In the
chat each session asks for a kind of thing alone; the preferred product is the one that the hidden taste likes most of
those never bought. A reason counts where the product falls once its owner deletes the taste that was named, and asks
again."""

if __name__ == "__main__":
    main("--quick" in sys.argv[1:], [word for word in sys.argv[1:] if word in PARTS])
