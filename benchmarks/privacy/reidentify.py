"""Who can be told in an export: people who let slip who they are, and a reader who holds a register of all of them.

People are customers of the demo shop with more about them that no record of the shop has. The reader knows every
value of everybody, looks for them in what one pseudonym wrote, and names the person whose rarest values are found.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from assistant.privacy.export import Exporter, Pseudonyms, Talk
from assistant.privacy.hiding import Hiding
from assistant.privacy.known import Known, known
from assistant.privacy.masker import Masker
from assistant.state import DialogueState, Preferences, Reply, Turn, Understanding
from retrieval.demo.people import Customer
from retrieval.product import Review

_PLANTED = Path(__file__).with_name("planted.yaml")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the register: what identifies them, by fact, and what they wrote."""

    customer: Customer
    facts: Mapping[str, str]
    # Of ``facts``, those that they let slip.
    told: tuple[str, ...]
    texts: tuple[str, ...]


def people(customers: Sequence[Customer], seed: int) -> list[Person]:
    """Each customer with one to four slips in as many or more sentences."""
    spec = yaml.safe_load(_PLANTED.read_text(encoding="utf-8"))
    rng = random.Random(seed)
    found = []
    for customer in customers:
        facts = _facts(customer, spec, rng)
        told = tuple(rng.sample(sorted(facts), rng.randint(1, 4)))
        texts = [rng.choice(spec["says"][fact]).format(value=facts[fact]) for fact in told]
        texts += rng.sample(spec["around"], 2)
        rng.shuffle(texts)
        found.append(Person(customer, facts, told, tuple(texts)))
    return found


def _facts(customer: Customer, spec: Mapping[str, Any], rng: random.Random) -> dict[str, str]:
    row, year = customer.to_dict(), rng.randint(1938, 2006)
    born = date(year, rng.randint(1, 12), rng.randint(1, 28))
    form = rng.choice(("%d %B %Y", "%m/%d/%Y", "%Y-%m-%d", "%d.%m.%Y"))
    phone = rng.choice(("555-{}-{}", "(555) {}-{}", "+1 555 {} {}")).format(
        rng.randint(200, 999), rng.randint(1000, 9999)
    )
    drawn = {name: rng.choice(spec[name].split("; ")) for name in ("jobs", "employers", "children")}
    return {
        "name": f"{customer.first_name} {customer.last_name}",
        "first": customer.first_name,
        "email": row["email"],
        "phone": phone,
        "street": row["address"]["address1"],
        "city": row["address"]["city"],
        "zip": row["address"]["zip"],
        "born": born.strftime(form),
        "age": str(2026 - year),
        "job": drawn["jobs"],
        "employer": drawn["employers"],
        "child": drawn["children"],
    }


def exported(found: Sequence[Person], masker: Masker | None, recorded: bool) -> list[str]:
    """What each person's pseudonym wrote, as an export gives it: half in reviews, half in chats.

    Without ``masker`` only ids are replaced; ``recorded`` says whether the shop's own records help.
    """
    rows = {p.customer.id: p.customer.to_dict() for p in found}
    records = known(rows, ()) if recorded else Known({}, {})
    exporter = Exporter(Hiding(masker or Masker(_Nothing()), records, frozenset()))
    if masker is None:
        return [" ".join(p.texts) for p in found]
    names, counts = Pseudonyms(), Counter[str]()
    wrote: dict[str, list[str]] = defaultdict(list)
    reviewers, talkers = found[::2], found[1::2]
    reviews = [
        Review(f"r{n}", "p", 4.0, text, customer_id=p.customer.id) for p in reviewers for n, text in enumerate(p.texts)
    ]
    for review, row in zip(reviews, exporter.reviews(reviews, names, counts), strict=True):
        wrote[review.customer_id].append(row["text"])
    talks = [Talk(_talk(p), "2026-01-01", {}) for p in talkers]
    for talk, row in zip(talks, exporter.conversations(talks, names, counts), strict=True):
        wrote[talk.state.customer or ""] += [said["content"] for said in row["messages"]]
    return [" ".join(wrote[p.customer.id]) for p in found]


class _Nothing:
    """A reader that finds nothing."""

    def find(self, texts: Sequence[str], formed: object) -> list[list[Any]]:
        return [[] for _ in texts]


def _talk(person: Person) -> DialogueState:
    turns = tuple(
        Turn(n, text, Understanding("small_talk"), Preferences(), Reply()) for n, text in enumerate(person.texts, 1)
    )
    return DialogueState(f"c-{person.customer.id}", person.customer.id, True, turns)


def told_apart(found: Sequence[Person], texts: Sequence[str]) -> list[bool]:
    """Whether the reader names each person rightly; where two are as likely, nobody is named."""
    holders: dict[tuple[str, str], list[int]] = defaultdict(list)
    for n, person in enumerate(found):
        for fact, value in person.facts.items():
            holders[fact, value.casefold()].append(n)
    rarity = {key: math.log(len(found) / len(who)) for key, who in holders.items()}
    patterns = {key: re.compile(rf"(?<!\w){re.escape(key[1])}(?!\w)") for key in holders}
    right = []
    for n, text in enumerate(texts):
        plain, score = text.casefold(), Counter[int]()
        for key, who in holders.items():
            if key[1] in plain and patterns[key].search(plain):
                for other in who:
                    score[other] += rarity[key]  # type: ignore[assignment]  # a Counter of weights
        best = score.most_common(2)
        sure = bool(best) and (len(best) == 1 or best[0][1] > best[1][1])
        right.append(sure and best[0][0] == n)
    return right


def surviving(found: Sequence[Person], texts: Sequence[str]) -> dict[str, tuple[int, int]]:
    """By fact, how many of those let slip still stand in what was given out, and how many were let slip."""
    counts: dict[str, tuple[int, int]] = {}
    for person, text in zip(found, texts, strict=True):
        for fact in person.told:
            stands = re.search(rf"(?<!\w){re.escape(person.facts[fact].casefold())}(?!\w)", text.casefold())
            left, of = counts.get(fact, (0, 0))
            counts[fact] = (left + bool(stands), of + 1)
    return counts


def unique(records: Iterable[tuple[str, str, str]], known_records: int, days: int, seed: int) -> list[bool]:
    """Whether so many known records of a customer fit no other pseudonym; records are (customer, product, ISO date).

    ``days`` characters of the date are given out: 10 for the day, 7 for the month. Customers with fewer are left out.
    """
    rng = random.Random(seed)
    of: dict[str, list[tuple[str, str]]] = defaultdict(list)
    who: dict[tuple[str, str], set[str]] = defaultdict(set)
    for customer, product, day in records:
        of[customer].append((product, day[:days]))
        who[product, day[:days]].add(customer)
    found = []
    for records_of in of.values():
        if len(records_of) >= known_records:
            fits = [who[record] for record in rng.sample(records_of, known_records)]
            found.append(len(set.intersection(*fits)) == 1)
    return found
