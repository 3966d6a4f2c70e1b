"""Passwords as they are kept: by scrypt, each with a salt of its own, and with the cost it was made at."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

SHORTEST, LONGEST = 10, 200
# 32 MiB and about a tenth of a second for each guess; OWASP's second choice after Argon2.
_LOG_N, _R, _P = 15, 8, 1
_MEMORY = 80 * 1024 * 1024


def hashed(password: str) -> str:
    r"""scrypt$15$8$1$SALT$HASH", to be kept."""
    salt = secrets.token_bytes(16)
    return f"scrypt${_LOG_N}${_R}${_P}${_text(salt)}${_text(_derived(password, salt, _LOG_N, _R, _P))}"


def matches(password: str, kept: str) -> bool:
    """Whether ``kept`` was made of this password; takes as long where it was not."""
    _, log_n, r, p, salt, known = kept.split("$")
    found = _derived(password, base64.b64decode(salt), int(log_n), int(r), int(p))
    return hmac.compare_digest(found, base64.b64decode(known))


# What a guess at an unknown name is compared with, so that it takes as long as one at a known name.
NOBODYS = f"scrypt${_LOG_N}${_R}${_P}${base64.b64encode(bytes(16)).decode()}${base64.b64encode(bytes(32)).decode()}"


def _derived(password: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    secret = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt, n=2**log_n, r=r, p=p, maxmem=_MEMORY, dklen=32)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
