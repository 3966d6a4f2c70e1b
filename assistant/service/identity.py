"""Who somebody is, by what they can prove: an e-mail address with a postcode or an order, as the shop's rules say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.service.case import Denied
from assistant.service.records import Records
from assistant.service.values import Customer

# Wrong answers in one conversation, and about one e-mail address wherever they come from, before nobody may go on.
TRIES = 5
_WITHIN = timedelta(hours=1)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_POSTCODE = re.compile(r"(?<![\w#@.-])\d{5}(?:-\d{4})?(?![\w@-])")
_ORDER = re.compile(r"#\w{4,20}|\bW\d{4,10}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claims:
    """What somebody says of themself; "" where they said nothing."""

    email: str = ""
    postcode: str = ""
    order: str = ""
    # All their words, in which a name is looked for.
    words: str = ""

    def and_of(self, text: str) -> Claims:
        """With what a further message says."""
        email, order = _EMAIL.search(text), _ORDER.search(text)
        bare = _ORDER.sub(" ", _EMAIL.sub(" ", text))
        postcode = _POSTCODE.search(bare)
        return Claims(
            email[0].rstrip(".") if email else self.email,
            postcode[0] if postcode else self.postcode,
            order_id(order[0]) if order else self.order,
            f"{self.words} {bare}".strip()[-500:],
        )

    @property
    def says_something(self) -> bool:
        """Whether anything was said that could prove who it is."""
        return bool(self.email or self.postcode or self.order)


NOTHING = Claims()


def order_id(said: str) -> str:
    """An order number as the records write it: "w1234567" is "#W1234567"."""
    return f"#{said.lstrip('#').upper()}"


def identify(
    records: Records, claims: Claims, proofs: Sequence[str], conversation: str, only: str | None, now: datetime
) -> Customer | None:
    """The customer who is proved to speak, or None where more must be said. ``only`` is who it must be, where known.

    Raises Denied where all that a proof needs was said and is not so, and after too many of that. The caller's
    transaction must be kept even then: a wrong answer is noted.
    """
    whos = [f"conversation:{conversation}", *([f"email:{claims.email.lower()}"] if claims.email else [])]
    if any(records.journal.attempts(who, now - _WITHIN) >= TRIES for who in whos):
        raise Denied("identity.too-many-tries", "I cannot check that any more now; a person of the shop can help you.")
    complete = [proof for proof in proofs if _is_complete(claims, proof)]
    for proof in complete:
        found = [c for c in _candidates(records, claims, proof) if only in (None, c.id)]
        if len(found) == 1:
            return found[0]
    if not [p for p in complete if p != "name and postcode"] and not _could_be_name(claims):
        return None
    for who in whos:
        records.journal.note_attempt(who, now)
    raise Denied("identity.not-found", "I find no account with that. Please check it, or try another way.")


def _is_complete(claims: Claims, proof: str) -> bool:
    return {
        "email": bool(claims.email),
        "email and postcode": bool(claims.email and claims.postcode),
        "email and order": bool(claims.email and claims.order),
        "name and postcode": bool(claims.postcode),
    }[proof]


def _could_be_name(claims: Claims) -> bool:
    return bool(claims.postcode) and not claims.email and len(re.findall(r"[A-Z][\w'-]+", claims.words)) >= 2


def _candidates(records: Records, claims: Claims, proof: str) -> list[Customer]:
    if proof == "name and postcode":
        words = set(re.findall(r"[\w'-]+", claims.words.casefold()))
        there = records.customers_by_postcode(claims.postcode)
        return [c for c in there if set(f"{c.first_name} {c.last_name}".casefold().split()) <= words and c.last_name]
    by_email = records.customers_by_email(claims.email)
    if proof == "email and postcode":
        return [c for c in by_email if c.address.postcode == claims.postcode]
    if proof == "email and order":
        return [c for c in by_email if claims.order in c.orders]
    return by_email
