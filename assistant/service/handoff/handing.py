"""A conversation is handed to the shop's staff, and the shopper is told exactly what became of that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from assistant.errors import DeskError
from assistant.service.handoff.decide import Need
from assistant.service.handoff.packet import Packet
from assistant.service.handoff.phrases import table
from assistant.state import Evidence, Sentence

# "now": somebody is signed in at the desk; "later": nobody is at this moment; "nobody": the shop has no agents.
Staffed = Literal["now", "later", "nobody"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation stands in the queue."""

    # From 1.
    number: int
    staffed: Staffed
    # It was there before.
    waited: bool = False


# Puts a packet of a conversation into the queue and says where it stands, after that is stored.
Enqueue = Callable[[str, Packet], Place]


@dataclass(frozen=True, slots=True)
class Handed:
    """A conversation that was handed over."""

    sentences: tuple[Sentence, ...]
    # As ``Reply.hand_off``.
    packet: dict[str, Any]


def hand_over(conversation: str, packet: Packet, need: Need, enqueue: Enqueue | None) -> Handed:
    """Queues first and speaks after: the shopper is never told of a place that is not there.

    ``enqueue`` None is a conversation that nobody of the shop can read.
    """
    words: dict[str, Any] = table()["zh"] if packet.language == "zh" else table()
    place, failed = None, False
    try:
        place = enqueue(conversation, packet) if enqueue else None
    except DeskError:
        # Kept with the turn all the same; that it waits somewhere would be a lie.
        failed = True
    said = [words["advice"].get(need.reason, ""), words["why"][need.reason]]
    evidence: tuple[Evidence, ...] = ()
    if place is None or place.staffed == "nobody":
        said.append(words["told"]["failed" if failed else "nobody"])
    else:
        evidence = (Evidence("shop", "", "queue", str(place.number)),)
        told = words["told"]["waiting" if place.waited else place.staffed]
        said += [told.format(place=place.number), words["told"]["until"]]
    return Handed(
        tuple(Sentence(text.strip(), evidence if str(place and place.number) in text else ()) for text in said if text),
        {**packet.to_row(), "queued": place is not None and place.staffed != "nobody"},
    )
