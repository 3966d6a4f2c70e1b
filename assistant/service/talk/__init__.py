"""Orders in a conversation: what a message asks for, what is still to be asked, and what was done."""

from assistant.service.talk.clerk import Served, ServiceDesk, serve, wants

__all__ = ["Served", "ServiceDesk", "serve", "wants"]
