"""Orders and rules in a conversation: what a message asks for, what is still to be asked, and what was done."""

from assistant.service.talk.asked import Policies
from assistant.service.talk.clerk import serve, wants
from assistant.service.talk.desk import ServiceDesk
from assistant.service.talk.serving import Served

__all__ = ["Policies", "Served", "ServiceDesk", "serve", "wants"]
