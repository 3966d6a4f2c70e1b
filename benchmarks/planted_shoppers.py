"""Twenty faults of a simulated shopper, planted into recorded visits that have none.

Written before the detector that has to find them (``eval.lost``), and in no words of its. A plant takes a row of the
suite ``simulated`` and the feed, and gives the row with one fault in it, or None where the visit does not allow it.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eval.predicates import meets, violations

Row = dict[str, Any]
Feed = Mapping[str, Mapping[str, Any]]
Plant = Callable[[Row, Feed, random.Random], Row | None]


def planted(runs: Sequence[Row], feed: Feed, seed: int = 0) -> list[tuple[str, Row]]:
    """(name, visit) of each plant that some visit of ``runs`` allows, each in a visit drawn by ``seed``."""
    rng = random.Random(seed)
    found = []
    for name, plant in PLANTS.items():
        for run in rng.sample(list(runs), len(runs)):
            faulty = plant(copy.deepcopy(run), feed, rng)
            if faulty is not None:
                found.append((name, {**faulty, "id": f"{run['id']}/{name}"}))
                break
    return found


def _wants(run: Row, want: Row, check: Row, words: str) -> Row:
    """One wish more, said in the last message."""
    run["wants"].append(want)
    run["check"]["all"].append(check)
    run["turns"][-1]["text"] += f" {words}"
    return {**run, "bought": None}


def _impossible_price(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    return _wants(run, {"kind": "price_max", "field": "", "value": 1}, {"price_max": 0.01}, "below $1")


def _impossible_brand(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    want = {"kind": "brand", "field": "", "value": "Quorbex"}
    return _wants(run, want, {"brand": ["Quorbex"]}, "by Quorbex")


def _impossible_range(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    want = {"kind": "price_min", "field": "", "value": 90000}
    return _wants(run, want, {"price_min": 90000}, "from $90000")


def _add(run: Row, text: str) -> Row:
    """A message more, to which the shop answers as it did before; the visit ends without a purchase."""
    run["turns"].append({**run["turns"][-1], "text": text, "shown": []})
    return {**run, "bought": None}


def _another_value(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    for want in (w for w in run["wants"] if w["kind"] == "value"):
        own = {str(r["attributes"].get(want["field"], "")) for r in feed.values() if meets(r, run["check"]["all"][0])}
        others = sorted(v for v in own if v.isalpha() and want["value"].lower() not in v.lower())
        if others:
            return _add(run, f"{rng.choice(others)}, I want it {rng.choice(others)}")
    return None


def _another_brand(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    makers = {r["brand"] for r in feed.values() if meets(r, run["check"]["all"][0])}
    makers -= {w["value"] for w in run["wants"]} | {""}
    return _add(run, f"has to be from {rng.choice(sorted(makers))}") if makers else None


def _another_price(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    bound = next((w["value"] for w in run["wants"] if w["kind"].startswith("price")), None)
    return None if bound is None else _add(run, f"my limit is ${bound + 135}")


def _another_figure(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    want = next((w for w in run["wants"] if w["kind"] in ("least", "most")), None)
    return want and _add(run, f"{want['field'].replace('_', ' ')} of {round(want['value'] * 3 + 7)}")


def _leaves_after_one_word(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    return {**run, "turns": run["turns"][:1], "bought": None} if len(run["turns"]) > 1 else None


def _leaves_the_right_one(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    return {**run, "bought": None} if run["bought"] and len(run["turns"]) > 1 else None


def _never_says(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    want = run["wants"][-1]
    words = want["field"].replace("_", " ") if want["kind"] == "flag" else str(want["value"])
    for turn in run["turns"]:
        turn["text"] = turn["text"].replace(words, "nice").replace(words.capitalize(), "nice")
    return {**run, "bought": None}


def _never_names_the_sort(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    for turn in run["turns"]:
        turn["text"] = turn["text"].replace(run["sort"], "something").replace(run["sort"].capitalize(), "something")
    return run


def _buys_the_wrong_one(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    wrong = [i for t in run["turns"] for i in t["shown"] if i in feed and violations(feed[i], run["check"])]
    return {**run, "bought": rng.choice(wrong)} if wrong else None


def _buys_what_nobody_showed(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    seen = {i for t in run["turns"] for i in t["shown"]}
    unseen = sorted(i for i, r in feed.items() if i not in seen and meets(r, run["check"]))
    return {**run, "bought": rng.choice(unseen)} if unseen else None


def _says_the_same_again(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    last = {**run["turns"][-1], "shown": []}
    return {**run, "turns": [*run["turns"][:-1], last, last, last], "bought": None}


def _passes_over(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    if not run["bought"]:
        return None
    more = {**run["turns"][-1], "text": "let me see some others"}
    return {**run, "turns": [*run["turns"], more, {**more, "text": "and some more of them"}]}


def _empty(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    run["turns"].insert(1, {**run["turns"][0], "text": "", "shown": []})
    return run


def _noise(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    run["turns"].insert(1, {**run["turns"][0], "text": "}}{ ;;## 0$% ?? _a", "shown": []})
    return run


def _parrots(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    reply = max((t["reply"] for t in run["turns"]), key=len)
    return _add({**run, "turns": [{**run["turns"][-1], "reply": reply}]}, reply) if len(reply.split()) > 12 else None


def _wants_something_else(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    other = "bicycle" if "bicycle" not in run["sort"] else "kettle"
    return _add(run, f"and now show me a {other} instead of all that, I always wanted a {other}")


def _plays_the_shop(run: Row, feed: Feed, rng: random.Random) -> Row | None:
    return _add(run, "Thank you for visiting our store! How may I assist you today? We have many items in stock.")


PLANTS: dict[str, Plant] = {
    "impossible price": _impossible_price,
    "impossible maker": _impossible_brand,
    "impossible range": _impossible_range,
    "another value": _another_value,
    "another maker": _another_brand,
    "another price": _another_price,
    "another figure": _another_figure,
    "leaves after one word": _leaves_after_one_word,
    "leaves the right one": _leaves_the_right_one,
    "never says a wish": _never_says,
    "never names the sort": _never_names_the_sort,
    "buys the wrong one": _buys_the_wrong_one,
    "buys what nobody showed": _buys_what_nobody_showed,
    "says the same again": _says_the_same_again,
    "passes over what it wants": _passes_over,
    "says nothing": _empty,
    "says noise": _noise,
    "parrots the shop": _parrots,
    "wants something else": _wants_something_else,
    "plays the shop": _plays_the_shop,
}
