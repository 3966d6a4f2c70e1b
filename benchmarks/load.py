"""Visitors who talk at once: the page's own conversations over the demo shop with the embedded model.

`python -m benchmarks.load [VISITORS...]`, 1 8 32 by default. Builds the demo shop where it is missing.
"""

from __future__ import annotations

import re
import statistics
import sys
from dataclasses import dataclass, field
from threading import Barrier, Thread
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks.record import write

if TYPE_CHECKING:
    from assistant.build import Assistant
    from ui.page.session import Conversations

# What each visitor says, with a budget of their own: whose wishes and prices are whose can be told afterwards.
TALKS = (
    ("I need a jacket", "under ${} please", "something waterproof"),
    ("headphones for the office", "up to ${}", "wireless ones"),
    ("I'm looking for a backpack", "less than ${}", "a black one"),
    ("a watch", "under ${}", "not too big"),
)


@dataclass
class Visitor:
    """One conversation and what was seen in it."""

    number: int
    # Milliseconds from sending until the first card, and until the whole answer, a turn.
    cards: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    # Milliseconds until the first thing that moved on the page.
    first: list[float] = field(default_factory=list)
    # The most that were before this one, a turn that had to wait.
    waited: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def budget(self) -> int:
        """US dollars, different for every visitor."""
        return 60 + 3 * self.number

    @property
    def says(self) -> list[str]:
        return [text.format(self.budget) for text in TALKS[self.number % len(TALKS)]]

    def talk(self, talks: Conversations, together: Barrier) -> None:
        """Holds the conversation, turn by turn."""
        from ui.words import words

        id, say = "", words()
        together.wait()
        for text in self.says:
            began, carded, before = perf_counter(), False, None
            for n, screen in enumerate(talks.ask(id, text, say)):
                id = screen.id
                if n == 0:
                    self.first.append(1000 * (perf_counter() - began))
                if not carded and "st-card" in screen.live:
                    carded = True
                    self.cards.append(1000 * (perf_counter() - began))
                if (told := _before(screen.live)) is not None:
                    before = max(before or 0, told)
            self.whole.append(1000 * (perf_counter() - began))
            if before is not None:
                self.waited.append(before)
            if fault := re.search(r"st-note [^>]*>([^<]*)", screen.live):
                self.faults.append(fault[1])
        self.check(talks, id)

    def check(self, talks: Conversations, id: str) -> None:
        """Notes whatever in the stored conversation is not this visitor's own."""
        state = talks.find(id)
        if state is None or [t.text for t in state.turns] != self.says:
            self.faults.append("another's words")
            return
        if [w.value for w in state.preferences.of("price_max")] != [self.budget]:
            self.faults.append("another's budget")
        for turn in state.turns[1:]:
            prices = [e.value for card in turn.reply.shown for e in card.evidence if e.field == "price"]
            self.faults += [f"{p} is over ${self.budget}" for p in prices if float(p.strip("$")) > self.budget]


def _before(html: str) -> int | None:
    """How many the page says are before its visitor; None where it does not stand in line."""
    if "You are next" in html:
        return 0
    told = re.search(r"(\w+) (?:is|are) before you", html)
    return None if told is None else 1 if told[1] == "One" else int(told[1])


def measure(assistant: Assistant, visitors: int) -> dict[str, Any]:
    """What so many visitors at once went through; a fresh line and their own conversations."""
    from ui.page.session import Conversations
    from ui.web import AT_ONCE

    talks = Conversations(assistant, lambda p: p.id, (), AT_ONCE)
    people = [Visitor(n) for n in range(visitors)]
    together = Barrier(visitors)
    threads = [Thread(target=p.talk, args=(talks, together)) for p in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cards, whole, first = (sorted(t for p in people for t in getattr(p, what)) for what in ("cards", "whole", "first"))
    return {
        "visitors": visitors,
        "at_once": AT_ONCE,
        "turns": len(whole),
        "finished": sum(len(p.whole) == len(p.says) for p in people),
        "faults": [f for p in people for f in p.faults],
        "first_move_ms_p95": _at(first, 0.95),
        "first_card_ms_p50": statistics.median(cards),
        "first_card_ms_p95": _at(cards, 0.95),
        "answer_ms_p50": statistics.median(whole),
        "turns_per_second": len(whole) / (max(sum(p.whole) for p in people) / 1000),
        "longest_line": max((n for p in people for n in p.waited), default=0),
        "turns_that_waited": sum(len(p.waited) for p in people),
    }


def _at(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]


def _row(run: dict[str, Any]) -> list[str]:
    times = ("first_move_ms_p95", "first_card_ms_p50", "first_card_ms_p95", "answer_ms_p50")
    ms = (f"{run[name]:,.0f} ms" for name in times)
    counts = [str(run["visitors"]), str(run["turns"]), str(len(run["faults"]))]
    line = [str(run["turns_that_waited"]), str(run["longest_line"])]
    return [*counts, *ms, f"{run['turns_per_second']:.2f}", *line]


def main(*counts: str) -> None:
    """Measures and writes the results."""
    from assistant.config import Settings
    from ui.demo import open_warm, prepare_demo

    settings = Settings(shop=None)
    prepare_demo(settings)
    assistant = open_warm(settings)
    found = [measure(assistant, int(n)) for n in counts or ("1", "8", "32")]
    head = "visitors|turns|faults|first move p95|first card p50|p95|answer p50|turns a second|waited|longest line"
    table = [head.split("|"), *map(_row, found)]
    note = (
        "Every visitor holds a conversation of three turns with a budget of their own, all at the same moment and "
        f"without a pause. {found[0]['at_once']} turns run at once, the others stand in line and see their place in "
        "it. A fault is an error or a notice on the page, a turn that was not kept, or anything of another visitor's: "
        "words, wishes, a product over one's own budget. First move is the time until something on the page says that "
        "the message was received; the line is the longest that anybody was told of."
    )
    write("load", "Visitors at once", {"runs": found}, table, note)


if __name__ == "__main__":
    main(*sys.argv[1:])
