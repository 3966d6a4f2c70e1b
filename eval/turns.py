"""One played turn against its check and the feed: what is wrong with it, by kind, and its score columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.expectations import state_faults
from eval.judge import Catalogue, claim_faults, evidence_fault, named_faults, quote_fault
from eval.predicates import meets, violations

Row = Mapping[str, Any]
# Number of an earlier turn -> the rows it showed.
Shown = Mapping[int, Sequence[Row]]


def judge_turn(played: Sequence[Row], talk: Row, earlier: Shown, catalogue: Catalogue) -> dict[str, Any]:
    """The latest of ``played`` (rows of ``play``) with ``expect``, ``line``, ``right``, ``scores`` and ``faults``.

    ``right`` counts the cards that meet all. Kinds of fault: shown (a card breaks a wish), expected (something or
    nothing should have been shown), state (see ``eval.expectations``), offers (an alternative that is none), named,
    claims (words that no record supports), evidence (not equal to its record).
    """
    turn = played[-1]
    check = next((c for c in talk.get("checks", []) if c["turn"] == turn["turn"]), None)
    faults, right = _cards(turn, check, earlier, catalogue)
    heard = "\n".join(talk["turns"][: turn["turn"]])
    faults |= _words(turn, heard, earlier, catalogue)
    scores: dict[str, float] = {} if check is None else {"turn_right": float(not faults["shown"] + faults["expected"])}
    if "expects" in talk:
        faults["state"] = state_faults(played, talk["expects"], catalogue)
        scores["state_as_expected"] = float(not faults["shown"] + faults["expected"] + faults["state"])
    if check is not None:
        scores["hard_wishes_met"] = float(not faults["shown"])
    scores["named_are_shown"] = float(not faults["named"])
    scores["numbers_supported"] = float(not faults["claims"])
    scores |= {f"{name}_ms": value for name, value in turn["ms"].items() if value is not None}
    return {
        **turn,
        "id": f"{turn['id']}/{turn['turn']}",
        "conversation": str(turn["id"]),
        "line": talk.get("line", ""),
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
        row = catalogue.rows.get(offer["id"])
        if row is not None and all(meets(row, check, reading) for reading in (earlier, cheapest)):
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
    cards = [*turn["shown"], *(offer["id"] for offer in turn["alternatives"]), *_at_the_cart(turn, earlier)]
    on_cards = [catalogue.rows[id_] for id_ in cards if id_ in catalogue.rows]
    # The nearest miss of an explained no is cited by its price without a card of its own.
    cited = [catalogue.rows[id_] for e in turn["evidence"] if (id_ := _cited(e)[1]) in catalogue.rows]
    counts = [str(e["value"]) for e in turn["evidence"] if _cited(e)[0] in ("shop", "review")]
    counts += [str(len(turn["shown"])), str(len(turn["alternatives"]))]
    # A wish that was made from the cards ("lighter") is repeated with its amount, and a question offers amounts.
    counts += [str(wish["value"]) for wish in turn["wishes"]]
    counts += _answers(turn, catalogue)
    # "Cheaper" is a bound one cent below a price shown before.
    counts += [f"{row['price'] - 0.01:.2f}" for rows in earlier.values() for row in rows if row["price"]]
    return {
        "named": named_faults(turn["reply"], on_cards, catalogue),
        "claims": claim_faults(turn["reply"], [*on_cards, *cited], heard, counts, catalogue),
        "evidence": [f for e in turn["evidence"] if (f := _evidence(e, heard, catalogue)) is not None],
    }


def _at_the_cart(turn: Row, earlier: Shown) -> list[str]:
    """What the cart may speak of without a card: it lay on one before."""
    if turn["understanding"].get("intent") not in ("cart", "confirm", "decline"):
        return []
    return [str(row["id"]) for rows in earlier.values() for row in rows]


def _answers(turn: Row, catalogue: Catalogue) -> list[str]:
    """What may be offered as an answer to the turn's question: a value that some record has, or any limit of price."""
    field = str(turn["asked"])
    if field == "price_max":
        return [str(choice) for choice in turn["choices"]]
    name = field.removeprefix("attributes.")
    values = {str((row.get("attributes") or {}).get(name, row.get(field))) for row in catalogue.rows.values()}
    return sorted(values) if field else []


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
    if source == "review" and id_ in catalogue.reviews:
        return quote_fault(str(evidence["field"]), value, catalogue.reviews[id_])
    if id_ not in catalogue.rows:
        return f"cites {evidence['source']}, which is not in the feed"
    return evidence_fault(str(evidence["field"]), value, catalogue.rows[id_])
