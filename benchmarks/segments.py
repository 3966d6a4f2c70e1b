"""Segments of the demo shop's customers: do they stay the same, and do they tell of tastes that nothing here may see?

`python -m benchmarks.segments [--quick]`; the demo shop is made under SHOPTALK_HOME where it is absent.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.insights import needs
from assistant.insights import segments as told
from assistant.insights.clusters import grouped
from assistant.insights.noise import noisy, noisy_known
from assistant.insights.themes import Themes, themes
from assistant.profile.tastes import Profile
from benchmarks.neighbours import epsilon_at_least
from benchmarks.profile.world import World
from benchmarks.record import write

SEEDS, DRAWS = 20, 400
# Draws of each side by which two neighbouring shops are told apart.
NEIGHBOURS = 20_000
# The two counts of one release, each for itself.
PAIRS, TASTES = "segments: pairs of themes", "segments: tastes"
Labels = NDArray[np.int64]
Floats = NDArray[np.float64]


def main(quick: bool = False) -> None:
    """Measures and writes the results."""
    from sklearn.metrics import adjusted_rand_score

    world = World.open()
    shelf = themes(world.products.values())
    profiles = {c: world.profile(c, world.history(c)) for c in sorted(world.tastes)}
    # Who took nothing is in no segment; the peers are given the same customers.
    who = [c for c, p in profiles.items() if shelf.cell(p) is not None]
    seeds = range(4 if quick else SEEDS)
    runs = [_run([profiles[c] for c in who], shelf, told.PAIRS_COST.epsilon, s) for s in seeds]
    counts = [int(r.max()) + 1 for r in runs]
    values: dict[str, Any] = {"customers": len(who), "segments": counts}
    table = [["what", "measured", "95 % interval", "n", "goal"]]

    def same(found: Sequence[Labels]) -> tuple[float, float, float, float]:
        pairs = np.zeros((len(found), len(found)))
        for a, b in combinations(range(len(found)), 2):
            pairs[a, b] = pairs[b, a] = adjusted_rand_score(found[a], found[b])
        return _over_runs(pairs)

    mean, low, high, least = same(runs)
    values["same"] = {"mean": mean, "low": low, "high": high, "least": least}
    n = f"{len(runs)} runs, {len(who)} customers"
    table.append(["adjusted Rand between runs, each with its own noise and seed", f"{mean:.3f} (least {least:.3f})",
                  f"{low:.3f} – {high:.3f}", n, "0.8"])  # fmt: skip
    table.append(["number of segments in these runs", f"{min(counts)} to {max(counts)}", "", n, "reported"])
    for name, epsilon in (("half the privacy budget", 0.5), ("twice the privacy budget", 2.0), ("no noise", None)):
        found = [_run([profiles[c] for c in who], shelf, epsilon, s) for s in seeds]
        mean, low, high, least = same(found)
        values[name] = {"mean": mean, "low": low, "high": high}
        table.append([f"the same with {name}", f"{mean:.3f}", f"{low:.3f} – {high:.3f}", n, "reported"])
    table += _hidden(world, who, runs, counts, values)
    table += _neighbours(200 if quick else NEIGHBOURS, values)
    write("segments", "Segments of customers", values, table, _NOTE)


def _run(profiles: Sequence[Profile], shelf: Themes, epsilon: float | None, seed: int) -> Labels:
    """One run: a table with its own noise, clustered with its own seed; each customer's segment."""
    counts = told.pair_counts(profiles, shelf)
    table = counts if epsilon is None else noisy(counts, epsilon, told.PAIRS_EACH)
    grouping = grouped(table, len(shelf.names), told.PAIRS_EACH / epsilon if epsilon else 0.01, seed)
    return np.array([grouping.of[cell] for p in profiles if (cell := shelf.cell(p)) is not None])


def _over_runs(pairs: Floats) -> tuple[float, float, float, float]:
    """Mean over pairs of runs, its interval by drawing runs anew, and the least."""
    dice = np.random.default_rng(1)
    upper = np.triu_indices(len(pairs), 1)
    drawn = []
    for _ in range(2000):
        chosen = dice.integers(len(pairs), size=len(pairs))
        a, b = chosen[upper[0]], chosen[upper[1]]
        # A run beside itself says nothing.
        if (a != b).any():
            drawn.append(pairs[a[a != b], b[a != b]].mean())
    found = pairs[upper]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(found.mean()), float(low), float(high), float(found.min())


def _hidden(
    world: World, who: Sequence[str], runs: Sequence[Labels], counts: Sequence[int], values: dict[str, Any]
) -> list[list[str]]:
    from sklearn.metrics import adjusted_rand_score

    departments = sorted({t.value for c in who for t in world.tastes[c] if t.kind == "department"})
    strong = {
        c: {r["value"]: r["strength"] for r in world.others[c]["tastes"] if r["kind"] == "department"} for c in who
    }
    likes = np.array([[strong[c].get(d, 0.0) for d in departments] for c in who])
    favourite = np.where(likes.max(axis=1) > 0, likes.argmax(axis=1), -1)
    every = sorted({(t.kind, t.value) for c in who for t in world.tastes[c]})
    held = [{(t.kind, t.value): 1.0 if t.likes else -1.0 for t in world.tastes[c]} for c in who]
    tastes = np.array([[h.get(e, 0.0) for e in every] for h in held])
    measures: list[tuple[str, Callable[[Labels, NDArray[np.intp]], float]]] = [
        ("adjusted Rand with the department that is secretly liked most",
         lambda labels, rows: float(adjusted_rand_score(favourite[rows], labels[rows]))),
        ("share of the hidden likings for departments that segments explain",
         lambda labels, rows: _explained(labels[rows], likes[rows])),
        ("share of all hidden tastes that segments explain",
         lambda labels, rows: _explained(labels[rows], tastes[rows])),
    ]  # fmt: skip
    peers = {
        "k-means on raw numbers": _k_means(_numbers(world, who), counts, scaled=False),
        "k-means on raw numbers, scaled": _k_means(_numbers(world, who), counts, scaled=True),
        "k-means on purchases by department": _k_means(_purchases(world, who), counts, scaled=False),
        "k-means on purchases by department, scaled": _k_means(_purchases(world, who), counts, scaled=True),
    }
    rows: list[list[str]] = []
    for name, measure in measures:
        ours = _mean(measure, runs, len(who))
        rows.append([name, f"{ours[0]:.3f}", f"{ours[1]:.3f} – {ours[2]:.3f}", str(len(who)), "reported"])
        values[name] = {"ours": ours[:3]}
        for peer, labels in peers.items():
            theirs = _mean(measure, labels, len(who))
            gain = ours[3] - theirs[3]
            low, high = np.percentile(gain, [2.5, 97.5])
            values[name][peer] = {
                "value": theirs[0],
                "gain": ours[0] - theirs[0],
                "low": float(low),
                "high": float(high),
            }
            goal = "above 0" if "raw" in peer else "reported"
            rows.append([f"… more than {peer} ({theirs[0]:.3f})", f"{ours[0] - theirs[0]:+.3f}",
                         f"{low:+.3f} – {high:+.3f}", str(len(who)), goal])  # fmt: skip
    return rows


def _mean(
    measure: Callable[[Labels, NDArray[np.intp]], float], runs: Sequence[Labels], people: int
) -> tuple[float, float, float, Floats]:
    """Over all runs: the value, its interval, and the values of halves of the customers, the same for all methods.

    Halves vary as the whole would if drawn anew, and have nobody twice, whose segment would then agree with itself.
    """
    value = float(np.mean([measure(labels, np.arange(people)) for labels in runs]))
    dice = np.random.default_rng(2)
    drawn = np.array([measure(runs[n % len(runs)], dice.permutation(people)[: people // 2]) for n in range(DRAWS)])
    low, high = np.percentile(drawn, [2.5, 97.5])
    return value, float(low), float(high), drawn


def _explained(labels: Labels, tastes: Floats) -> float:
    """The mean over tastes of the variance that segments explain, adjusted for their number: 0 for chance."""
    people, groups = len(labels), np.unique(labels)
    kept = tastes[:, tastes.std(axis=0) > 0]
    whole = ((kept - kept.mean(axis=0)) ** 2).sum(axis=0) / (people - 1)
    within = sum(((kept[labels == g] - kept[labels == g].mean(axis=0)) ** 2).sum(axis=0) for g in groups)
    return float(np.mean(1 - within / (people - len(groups)) / whole))


def _numbers(world: World, who: Sequence[str]) -> Floats:
    """What a shop counts of its customers without looking at what they are: how much, how often, how lately."""
    found = []
    for c in who:
        orders, reviews, clicks = world.orders.get(c, []), world.reviews.get(c, []), world.clicks.get(c, [])
        lines = [line for order in orders for line in order.lines]
        spent = sum(line.price.minor * line.quantity for line in lines)
        stars = [r.rating for r in reviews if r.rating is not None]
        last = max((order.placed[:10] for order in orders), default="2020-01-01")
        days = (np.datetime64(world.today.isoformat()) - np.datetime64(last)).astype(int)
        kinds = [sum(row["kind"] == kind for row in clicks) for kind in ("search", "view", "cart", "order")]
        found.append([len(orders), len(lines), spent / 100, spent / 100 / max(len(lines), 1),
                      sum(order.returned is not None for order in orders), len(reviews),
                      float(np.mean(stars)) if stars else 0.0, float(days), *kinds])  # fmt: skip
    return np.array(found, float)


def _purchases(world: World, who: Sequence[str]) -> Floats:
    """Things bought by department: numbers too, and nearer to tastes."""
    names = sorted({p.category.split(" > ")[0] for p in world.products.values()})
    found = np.zeros((len(who), len(names)))
    for row, c in enumerate(who):
        for order in world.orders.get(c, []):
            for line in order.lines:
                if product := world.products.get(line.product_id):
                    found[row, names.index(product.category.split(" > ")[0])] += 1
    return found


def _k_means(numbers: Floats, counts: Sequence[int], scaled: bool) -> list[Labels]:
    """As many segments as ours, run by run."""
    from sklearn.cluster import KMeans
    from sklearn.preprocessing import StandardScaler

    given = StandardScaler().fit_transform(numbers) if scaled else numbers
    return [KMeans(k, n_init=10, random_state=s).fit_predict(given) for s, k in enumerate(counts)]


def _neighbours(draws: int, values: dict[str, Any]) -> list[list[str]]:
    """Each released table with and without one customer: the epsilon that draws of it prove, beside what was paid."""
    tables: dict[str, tuple[float, Callable[[int], Any], float]] = {
        PAIRS: (told.PAIRS_COST.epsilon,
                lambda one: tuple(noisy([7 + one, 3], told.PAIRS_COST.epsilon, told.PAIRS_EACH)), 0.0),
        TASTES: (told.TASTES_COST.epsilon,
                 lambda one: tuple(noisy([7 + one, 3 + one, 5 + one], told.TASTES_COST.epsilon, told.TASTES_EACH)),
                 0.0),
        needs.ASKED: (needs.ASKED_COST.epsilon,
                      lambda one: tuple(noisy_known({"desk": 16 + one}, needs.ASKED_COST.epsilon,
                                                    needs.ASKED_COST.delta, needs.EACH).items()),
                      needs.ASKED_COST.delta),
        needs.LOOKED: (needs.LOOKED_COST.epsilon,
                       lambda one: tuple(noisy([4 + one, 9], needs.LOOKED_COST.epsilon, needs.EACH)), 0.0),
    }  # fmt: skip
    rows = []
    for name, (paid, draw, delta) in tables.items():
        proved = epsilon_at_least(lambda draw=draw: draw(0), lambda draw=draw: draw(1), draws, delta)  # type: ignore[misc]
        values[f"epsilon of {name}"] = {"proved": proved, "paid": paid}
        rows.append([f"epsilon that draws prove of “{name}”", f"{proved:.2f}", "at least, 99.9 %", f"{draws:,} draws",
                     f"at most {paid:g}"])  # fmt: skip
    return rows


_NOTE = """A run counts customers by their two leading departments, adds noise that hides each of them (epsilon 1), and
makes the segments of the noisy table; noise and clustering are drawn anew in each run, and OpenDP's noise has
no seed, so that a repetition gives slightly other numbers. The rule for the number of segments was chosen on
other runs over the same customers. The demo shop's generator gives each customer a liking for each department
independently of the others, so that there are no groups to be found but those of what is liked most; the hidden
likings are seen by this measurement alone. Peers get as many segments as ours have in the same run. Raw numbers
are orders, things, money, returns, reviews, stars, days since the last order, and clicks by kind. Intervals
of these are over halves of the customers, the same halves for both methods."""

if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
