"""Pictures that visitors sent, for the moment between sending and asking: small, few, and only in memory."""

from __future__ import annotations

import io
import secrets
from collections import OrderedDict
from threading import Lock

from retrieval.looks import read_picture

ROUTE = "/seen"
# Bytes of a picture as it is sent; a phone's photograph has some 5 MB.
LARGEST = 20_000_000
# Pictures kept at once; the oldest makes room.
_KEPT = 64


class Seen:
    """The pictures by a name that nobody can guess; each can be taken once."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def keep(self, content: bytes) -> str:
        """The name of a picture, which is made small and freed of all that is no picture. Raises QueryError."""
        small = io.BytesIO()
        read_picture(content).save(small, "PNG")
        name = secrets.token_urlsafe(16)
        with self._lock:
            self._pictures[name] = small.getvalue()
            while len(self._pictures) > _KEPT:
                self._pictures.popitem(last=False)
        return name

    def take(self, name: str) -> bytes:
        """The picture of this name, for the last time; b"" where there is none."""
        with self._lock:
            return self._pictures.pop(name, b"")
