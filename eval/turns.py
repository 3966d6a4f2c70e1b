"""One played turn against its check and the feed: what is wrong with it, by kind, and its score columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.judge import Catalogue, claim_faults, evidence_fault, named_faults
from eval.predicates import meets, violations

Row = Mapping[str, Any]
# Number of an earlier turn -> the rows it showed.
Shown = Mapping[int, Sequence[Row]]


def judge_turn(turn: Row, talk: Row, earlier: Shown, catalogue: Catalogue) -> dict[str, Any]:
    """The turn (a row of ``play``) with ``expect``, ``right`` (cards that meet all), ``scores`` and ``faults``.

    Kinds of fault: shown (a card breaks a wish), expected (something or nothing should have been shown), offers (an
    alternative that is none), named, claims (words that no record supports), evidence (not equal to its record).
    """
    check = next((c for c in talk.get("checks", []) if c["turn"] == turn["turn"]), None)
    faults, right = _cards(turn, check, earlier, catalogue)
    heard = "\n".join(talk["turns"][: turn["turn"]])
    faults |= _words(turn, heard, earlier, catalogue)
    scores: dict[str, float] = {} if check is None else {"turn_right": float(not faults["shown"] + faults["expected"])}
    scores["named_are_shown"] = float(not faults["named"])
    scores["numbers_supported"] = float(not faults["claims"])
    scores |= {f"{name}_ms": value for name, value in turn["ms"].items() if value is not None}
    return {
        **turn,
        "id": f"{turn['id']}/{turn['turn']}",
        "conversation": str(turn["id"]),
        "expect": check["expect"] if check else None,
        "right": right,
        "scores": scores,
        "faults": {kind: found for kind, found in faults.items() if found},
    }


def _cards(turn: Row, check: Row | None, earlier: Shown, catalogue: Catalogue) -> tuple[dict[str, list[str]], int]:
    cards = [*turn["shown"], *(offer["id"] for offer in turn["alternatives"])]
    shown = [f"{id_} is not in the feed" for id_ in cards if id_ not in catalogue.rows]
    if check is None:
        return {"shown": shown, "expected": [], "offers": []}, 0
    right, offers = 0, []
    for id_ in turn["shown"]:
        if id_ in catalogue.rows:
            wrong = violations(catalogue.rows[id_], check, earlier)
            shown += [f"{id_} breaks {fault}" for fault in wrong]
            right += not wrong
    # "Cheaper" may be read as below the dearest card or below the cheapest; each side gets the reading it may use.
    cheapest = {number: sorted(rows, key=lambda row: row["price"] or 0)[:1] for number, rows in earlier.items()}
    for offer in turn["alternatives"]:
        if offer["id"] in catalogue.rows and meets(catalogue.rows[offer["id"]], check, cheapest):
            offers.append(f"{offer['id']} breaks no wish, said to break {offer['breaks']!r}")
    return {"shown": shown, "expected": _unexpected(turn, check), "offers": offers}, right


def _unexpected(turn: Row, check: Row) -> list[str]:
    if check["expect"] == "some" and not turn["shown"]:
        return ["shows nothing although the feed has what was asked for"]
    if check["expect"] == "none" and turn["shown"]:
        return ["shows something although nothing in the feed fits"]
    if check["expect"] == "none" and not turn["reply"].strip():
        return ["says nothing about why nothing is shown"]
    return []


def _words(turn: Row, heard: str, earlier: Shown, catalogue: Catalogue) -> dict[str, list[str]]:
    cards = [*turn["shown"], *(offer["id"] for offer in turn["alternatives"])]
    on_cards = [catalogue.rows[id_] for id_ in cards if id_ in catalogue.rows]
    # The nearest miss of an explained no is cited by its price without a card of its own.
    cited = [catalogue.rows[id_] for e in turn["evidence"] if (id_ := _cited(e)[1]) in catalogue.rows]
    counts = [str(e["value"]) for e in turn["evidence"] if _cited(e)[0] == "shop"]
    counts += [str(len(turn["shown"])), str(len(turn["alternatives"]))]
    # "Cheaper" is a bound one cent below a price shown before.
    counts += [f"{row['price'] - 0.01:.2f}" for rows in earlier.values() for row in rows if row["price"]]
    return {
        "named": named_faults(turn["reply"], on_cards, catalogue),
        "claims": claim_faults(turn["reply"], [*on_cards, *cited], heard, counts, catalogue),
        "evidence": [f for e in turn["evidence"] if (f := _evidence(e, heard, catalogue)) is not None],
    }


def _cited(evidence: Row) -> tuple[str, str]:
    """(source, id) of "product:17"; the id is empty where the source has none."""
    source, _, id_ = str(evidence["source"]).partition(":")
    return source, id_


def _evidence(evidence: Row, heard: str, catalogue: Catalogue) -> str | None:
    (source, id_), value = _cited(evidence), str(evidence["value"])
    # What the shop counted or derived itself (a product's type) is no field of the feed: not judged here.
    if source == "shop":
        return None
    if source == "shopper":
        return None if value.casefold() in heard.casefold() else f"the shopper never said {value!r}"
    if source == "review":
        # The judge has the feed's products and no reviews; a quotation is judged by the suite of questions.
        return None
    if id_ not in catalogue.rows:
        return f"cites {evidence['source']}, which is not in the feed"
    return evidence_fault(str(evidence["field"]), value, catalogue.rows[id_])
