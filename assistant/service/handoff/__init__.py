"""When a person of the shop is needed, what they are given, and what the shopper is told of it."""

from assistant.service.handoff.decide import REASONS, Need, Reason, needed, stuck
from assistant.service.handoff.handing import Enqueue, Handed, Place, Staffed, hand_over
from assistant.service.handoff.packet import Fact, Packet, packet

__all__ = [
    "REASONS",
    "Enqueue",
    "Fact",
    "Handed",
    "Need",
    "Packet",
    "Place",
    "Reason",
    "Staffed",
    "hand_over",
    "needed",
    "packet",
    "stuck",
]
