"""Is an answer right, and is it true? The same judge for every system, from the feed's own rows.

An answer is clean when it shows at least one product (none where no row fits), every shown one meets every wish, each
is a real product under its own name and price, and no number or model number of the text lacks a record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.peers.answer import Answer, Named
from eval.judge import Catalogue, claim_faults, named_faults
from eval.predicates import violations

Row = Mapping[str, Any]
# A name is a product's own from this share of its words on, in either direction: answers shorten titles.
_OWN = 0.8
_FEWEST = 3


def judge(answer: Answer, request: Row, catalogue: Catalogue) -> dict[str, Any]:
    """The row of one answer: its ``scores`` (1 or 0, counts) and its ``faults`` by kind, one line each.

    Kinds: shown (breaks a wish), missed (nothing shown although something fits, or the reverse), real (no product, or
    another one's name), price (not the record's), claims (what no record says), error (the peer broke down).
    """
    known = [(named, row) for named in answer.products if (row := _row(named, catalogue)) is not None]
    faults: dict[str, list[str]] = {
        "shown": [f"{row['id']} breaks {line}" for _, row in known for line in violations(row, request["check"])],
        "missed": _missed(answer, request, len(known)),
        "real": [line for named in answer.products if (line := _unreal(named, catalogue))],
        "price": [line for named, row in known if (line := _mispriced(named, row))],
        "claims": _claims(answer, request, known, catalogue),
        "error": [answer.error] if answer.error else [],
    }
    right = [not violations(row, request["check"]) for _, row in known]
    found = {kind: lines for kind, lines in faults.items() if lines}
    return {
        "id": request["id"],
        "fits": request["fits"],
        "shown": [row["id"] for _, row in known],
        "right": [float(r) for r in right],
        "real": [float(not _unreal(named, catalogue)) for named in answer.products],
        "faults": found,
        "scores": {
            "clean": float(not found),
            "answered": float(any(right)) if request["fits"] else None,
            "refused": None if request["fits"] else float(not answer.products and not answer.error),
            "false_claims": float(sum(len(found.get(kind, ())) for kind in ("real", "price", "claims"))),
        },
    }


def _row(named: Named, catalogue: Catalogue) -> Row | None:
    """The record that an answer means: by id, else by a name that only one product has, all of it or in part."""
    if named.id in catalogue.rows:
        return catalogue.rows[named.id]
    means = [ids for _, ids in catalogue.named(named.name)]
    one = set.intersection(*means) if means else set()
    if not one and (said := _words(named.name)):
        # A model number alone names a product, wherever in its title it stands.
        one = {id_ for id_, row in catalogue.rows.items() if said <= _words(row["title"])}
    return catalogue.rows[next(iter(one))] if len(one) == 1 else None


def _words(text: object) -> set[str]:
    return set(str(text).casefold().split())


def _missed(answer: Answer, request: Row, shown: int) -> list[str]:
    if answer.error:
        return []
    if request["fits"]:
        return [] if shown else ["shows nothing although the feed has what was asked for"]
    return ["shows something although nothing in the feed fits"] if answer.products else []


def _unreal(named: Named, catalogue: Catalogue) -> str:
    row = _row(named, catalogue)
    if row is None:
        return f"“{named.name or named.id}” is no product of the shop"
    said, own = _words(named.name), _words(row["title"])
    shared = len(said & own)
    # A short name is its product's own where all of it stands in the title.
    if said and shared >= _OWN * len(said) and (shared >= _FEWEST or shared == len(said)):
        return ""
    return f"{row['id']} is “{row['title']}”, not “{named.name}”"


def _mispriced(named: Named, row: Row) -> str:
    if named.price is None or row["price"] is None or abs(named.price - row["price"]) < 0.005:
        return ""
    return f"{row['id']} costs {row['price']}, not {named.price}"


def _claims(answer: Answer, request: Row, known: list[tuple[Named, Row]], catalogue: Catalogue) -> list[str]:
    cards = [row for _, row in known] + [catalogue.rows[id_] for id_ in answer.beside if id_ in catalogue.rows]
    # How many are shown may be said, and how many of the shop fit; "3." numbers the third.
    counts = [*answer.counts, str(len(answer.beside)), str(request["fits"])]
    counts += [str(n) for n in range(len(answer.products) + 1)]
    return named_faults(answer.text, cards, catalogue) + claim_faults(
        answer.text, cards, request["text"], counts, catalogue
    )
