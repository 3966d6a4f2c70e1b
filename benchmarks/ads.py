"""Advertisements: how well clicks are foretold on the demo shop's log, split by time; opt-outs and limits.

`python -m benchmarks.ads`; the demo shop is made under SHOPTALK_HOME where it is absent. One system is told the hidden
tastes: what it misses is chance that nobody can foretell.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from assistant.ads.clicking import known_at, learn
from assistant.ads.consent import agreed
from assistant.ads.features import NAMES, Goods
from assistant.ads.limits import STANDARD, Limits
from assistant.ads.serving import AdServer, aimable, read_goods, read_shown, refused, themes_of
from assistant.ads.values import Ad, Shown, read_ads
from assistant.profile.past import read_past
from benchmarks.profile.world import World
from benchmarks.record import write
from eval.metrics import Metric, resampled
from retrieval import catalogue
from retrieval.embed import open_embedder

SEED = 0
OURS, POPULAR, IDS, COUNTS, HIDDEN = (
    "ShopTalk",
    "popularity of the advertisement",
    "logistic regression on customer and advertisement",
    "logistic regression on counts of acts",
    "hidden tastes known",
)
# The share of the log, by time, that is learned from.
_SPLIT = 0.7
_BINS = 10
# Customers, days and requests a day of the play with limits.
_PLAYED = (200, 20, 5)
# Made up for this test: an advertisement that must be refused, and one that must not.
_TOUCHY = {
    "Insulin pens for diabetics": True,
    "Prayer mats for Ramadan": True,
    "Vote green on Sunday: posters": True,
    "Rainbow flags for pride month": True,
    "Lightening creams for dark skin": True,
    "School bags for first graders: children love them": True,
    "Nicotine patches: stop now": True,
    "Roller blinds in baby blue": False,
    "Race bikes for hilly towns": False,
    "Pans that outlive you": False,
}


def main() -> None:
    """Measures and writes the results."""
    world = World.open()
    goods = read_goods(world.folder, embedder := open_embedder(None))
    ads, shown, past = read_ads(world.folder), read_shown(world.folder), read_past(world.folder)
    themes = themes_of(ads, goods, embedder)
    cut = int(_SPLIT * len(shown))
    rows, _ = known_at(shown, goods, themes, aimable(goods, past), shown[cut].time)
    clicked = np.array([s.clicked for s in shown], dtype=float)
    weights = learn(rows[:cut], clicked[:cut])
    told = {
        OURS: weights.chances(rows[cut:]),
        COUNTS: _counts(rows, clicked, cut),
        IDS: _ids(shown, clicked, cut),
        POPULAR: 1 / (1 + np.exp(-rows[cut:, NAMES.index("clicks on the advertisement")])),
        HIDDEN: _hidden(world, ads, shown, goods, clicked, cut),
    }
    truth, who = clicked[cut:], [s.customer for s in shown[cut:]]
    values: dict[str, Any] = {"shown": len(shown), "learned from": cut, "clicks": int(truth.sum()), "systems": {}}
    table = [["system", "AUC", "log loss", "calibration error", "n"]]
    for name, chances in told.items():
        scores = {what: _measure(measure, truth, chances, who) for what, measure in _MEASURES.items()}
        values["systems"][name] = {what: score.to_dict() for what, score in scores.items()}
        table.append([name, *(_with(score) for score in scores.values()), str(len(truth))])
    values["better by"] = {name: _gain(truth, told[OURS], told[name], who) for name in (POPULAR, IDS, COUNTS)}
    for name, gain in values["better by"].items():
        table.append([f"gain over: {name}", gain["AUC"]["said"], gain["log loss"]["said"], "", str(len(truth))])
    values["weights"] = weights.by_name()
    values["rules"] = _played(world, ads, shown, goods, themes, past)
    table += [[name, str(found), "", "", str(n)] for name, (found, n) in values["rules"].items()]
    write("ads", "Advertisements", values, table, _NOTE)


def _counts(rows: np.ndarray, clicked: np.ndarray, cut: int) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression

    columns = [NAMES.index(n) for n in ("how much they do", "how much of the theme", "shown to them before")]
    model = LogisticRegression(max_iter=1000).fit(rows[:cut, columns], clicked[:cut])
    return np.asarray(model.predict_proba(rows[cut:, columns])[:, 1])


def _ids(shown: Sequence[Shown], clicked: np.ndarray, cut: int) -> np.ndarray:
    """The strength of its shrinking is chosen on the last fifth of what it learns from."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import OneHotEncoder

    pairs = [[s.customer, s.ad] for s in shown]
    columns = OneHotEncoder(handle_unknown="ignore").fit(pairs[:cut]).transform(pairs)
    early = int(0.8 * cut)

    def fitted(strength: float, until: int) -> Any:
        return LogisticRegression(C=strength, max_iter=1000).fit(columns[:until], clicked[:until])

    def fault(strength: float) -> float:
        return _log_loss(clicked[early:cut], fitted(strength, early).predict_proba(columns[early:cut])[:, 1])

    best = min((0.001, 0.01, 0.03, 0.1, 0.3, 1.0), key=fault)
    return np.asarray(fitted(best, cut).predict_proba(columns[cut:])[:, 1])


def _hidden(
    world: World, ads: Sequence[Ad], shown: Sequence[Shown], goods: Goods, clicked: np.ndarray, cut: int
) -> np.ndarray:
    """A regression on how much the generator made somebody buy in the advertisement's department."""
    from sklearn.linear_model import LogisticRegression

    likes = {
        (customer, taste["value"]): taste["strength"]
        for customer, hidden in world.others.items()
        for taste in hidden["tastes"]
        if taste["kind"] == "department"
    }
    department = {ad.id: next(iter(goods.about(ad)[1]), "") for ad in ads}
    column = np.array([[likes.get((s.customer, department[s.ad]), 0.0)] for s in shown])
    model = LogisticRegression().fit(column[:cut], clicked[:cut])
    return np.asarray(model.predict_proba(column[cut:])[:, 1])


def _auc(truth: np.ndarray, chances: np.ndarray) -> float:
    from scipy.stats import rankdata

    yes = truth.sum()
    return float((rankdata(chances)[truth > 0].sum() - yes * (yes + 1) / 2) / (yes * (len(truth) - yes)))


def _log_loss(truth: np.ndarray, chances: np.ndarray) -> float:
    p = np.clip(chances, 1e-9, 1 - 1e-9)
    return float(-(truth * np.log(p) + (1 - truth) * np.log(1 - p)).mean())


def _calibration(truth: np.ndarray, chances: np.ndarray) -> float:
    """The mean distance of foretold from found in ``_BINS`` equally large bins."""
    bins = np.array_split(np.argsort(chances, kind="stable"), _BINS)
    return float(sum(len(b) * abs(truth[b].mean() - chances[b].mean()) for b in bins if len(b)) / len(truth))


_MEASURES = {"AUC": _auc, "log loss": _log_loss, "calibration error": _calibration}


def _measure(measure: Any, truth: np.ndarray, chances: np.ndarray, who: Sequence[str]) -> Metric:
    def statistic(places: Sequence[int]) -> float:
        return float(measure(truth[list(places)], chances[list(places)]))

    return resampled(len(truth), statistic, seed=SEED, groups=who)


def _gain(truth: np.ndarray, ours: np.ndarray, theirs: np.ndarray, who: Sequence[str]) -> dict[str, Any]:
    """Above 0 where ours is better, on the same resamples of customers."""
    gains = {}
    for name, sign in (("AUC", 1), ("log loss", -1)):
        measure = _MEASURES[name]

        def statistic(places: Sequence[int], measure: Any = measure, sign: int = sign) -> float:
            at = list(places)
            return float(sign * (measure(truth[at], ours[at]) - measure(truth[at], theirs[at])))

        gain = resampled(len(truth), statistic, seed=SEED, groups=who)
        gains[name] = {**gain.to_dict(), "said": _with(gain, "+")}
    return gains


def _with(metric: Metric, sign: str = "") -> str:
    digits = ".4f" if abs(metric.value) < 0.1 else ".3f"
    return f"{metric.value:{sign}{digits}} [{metric.low:{sign}{digits}}, {metric.high:{sign}{digits}}]"


def _played(
    world: World,
    ads: Sequence[Ad],
    shown: Sequence[Shown],
    goods: Goods,
    themes: Mapping[str, Any],
    past: Mapping[str, Any],
) -> dict[str, tuple[int, int]]:
    """Breaches, and of how many showings: customers ask again and again, some of whom opt out half-way."""
    rng = random.Random(SEED)
    people, days, a_day = _PLAYED
    consents = {id_: agreed(row) for id_, row in catalogue.customers(world.folder).items()}
    server = AdServer(ads, goods, themes, past, shown, consents)
    asking = rng.sample(sorted(consents), people)
    leaving = {c for c in asking if consents[c] and rng.random() < 0.2}
    start = datetime.fromisoformat(shown[-1].time) + timedelta(days=1)
    to: list[Shown] = []
    left_at: dict[str, str] = {}
    for day in range(days):
        if day == days // 2:
            consents |= dict.fromkeys(leaving, False)
            left_at = dict.fromkeys(leaving, (start + timedelta(days=day)).isoformat())
        for customer in asking:
            for minute in sorted(rng.sample(range(1440), a_day)):
                now = start + timedelta(days=day, minutes=minute)
                for ad, chance in server.choose(customer, now, 1).ads:
                    one = Shown(now.isoformat(), customer, ad, rng.random() < chance)
                    server.note(one)
                    to.append(one)
    never = {c for c in asking if not consents[c]} - leaving
    out = sum(s.customer in never or s.time >= left_at.get(s.customer, "9") for s in to)
    judged = [Ad(text, text.partition(":")[0], text) for text in _TOUCHY]
    wrong = sum((made.id in refused(judged)) != _TOUCHY[made.id] for made in judged)
    return {
        "shown to somebody who opted out": (out, len(to)),
        "shown beyond a limit": (_beyond([*shown, *to], start, STANDARD), len(to)),
        "sensitive advertisements misjudged": (wrong, len(judged)),
    }


def _beyond(shown: Sequence[Shown], start: datetime, limits: Limits) -> int:
    """Showings after ``start`` that break a limit, counted anew without the code that keeps them."""
    of: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for s in shown:
        of[s.customer].append((datetime.fromisoformat(s.time), s.ad))
    found = 0
    for times in of.values():
        for at, ad in times:
            if at < start:
                continue
            day = [a for t, a in times if at - timedelta(days=1) < t <= at]
            month = Counter(a for t, a in times if at - timedelta(days=limits.days) < t <= at)
            found += len(day) > limits.a_day or day.count(ad) > 1 or month[ad] > limits.the_same
    return found


_NOTE = (
    "The demo shop's log of advertisements, the first 70 % by time to learn from, the rest to judge. Each row sees "
    "what was known before its own day; weights stay as they were at the split. Columns and shrinking were chosen "
    "within the first 70 %, and the rest was judged once. “Counts of acts”: how much a customer did, and did in the "
    "advertisement's department, and how often it was shown to them: a regression that a shop would write first. "
    "“Hidden tastes known” is told how much the generator makes somebody buy in the department. Calibration error: "
    "mean distance of foretold from found in ten bins of equal size; chance alone makes some. Gains above 0 are for "
    "ShopTalk. Intervals: 95 % bootstrap over customers. Rules: 200 customers ask five times a day for 20 days, a "
    "fifth of those who agreed leave half-way; breaches are counted by other code."
)


if __name__ == "__main__":
    main()
