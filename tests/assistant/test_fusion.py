"""Stars foretold: what may be used, by hand; and that texts are used where they tell something."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.profile.content import Content
from assistant.profile.features import JOINED, NUMBERS, Goods, Reviews, ask, describe, shrunk, surprises
from assistant.profile.fusion import Forecast, Training, fuse, train

QUICK = Training(epochs=12, batch=32, dropout=0.3, rate=6e-3, members=1)


def shop(count: int = 6, dimension: int = 4, seed: int = 0) -> tuple[np.ndarray, Goods]:
    vectors = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    content = Content([f"thing {n} kind {n % 2}" for n in range(count)], vectors, [""] * count)
    price = np.array([10.0 * (n + 1) for n in range(count)])
    price[-1] = np.nan
    return vectors, Goods(content, price, np.arange(count) % 2, np.arange(count) // 2)


def small() -> tuple[Reviews, Goods]:
    _, goods = shop()
    rows = [(0, 0, 5, 1), (1, 0, 3, 2), (0, 1, 4, 3), (2, 0, 1, 3), (0, 2, 2, 5), (1, 2, 4, 9)]
    user, item, rating, day = (np.array(column) for column in zip(*rows, strict=True))
    written = np.eye(6, 4, dtype=np.float32)
    return Reviews(user, item, rating.astype(float), day.astype(float), written), goods


def test_a_question_sees_what_was_before_and_nothing_else() -> None:
    reviews, goods = small()
    everybody = np.ones(6, dtype=bool)
    (asked,) = ask(reviews, goods, [4], of_others=everybody)
    # The customer's own, oldest first; nobody else had item 2 before day 5: the fourth of it comes on day 9.
    assert (asked.item, asked.own, asked.others, asked.kin) == (2, (0, 2), (), ())
    (asked,) = ask(reviews, goods, [2], of_others=everybody)
    # Of the maker's other item; what stands on the same day is not before.
    assert (asked.others, asked.kin) == ((), (1,))
    (asked,) = ask(reviews, goods, [3], of_others=np.array([True, False, True, True, True, True]))
    assert asked.others == (0,)


def test_numbers_by_hand() -> None:
    reviews, goods = small()
    everybody = np.ones(6, dtype=bool)
    over = surprises(reviews, 3.0, of_others=everybody)
    # The third on item 0 follows a five and a three.
    assert over[3] == pytest.approx(1 - shrunk(np.array([5.0, 3.0]), 3.0))
    found = describe(reviews, goods, ask(reviews, goods, [4], of_others=everybody), 3.0, over)
    told = dict(zip(NUMBERS, found.numbers[0].tolist(), strict=True))
    assert told["user_mean"] == pytest.approx((5 + 4 + 3 * 3) / 5)
    assert told["user_count"] == pytest.approx(np.log1p(2))
    assert told["user_deviation"] == pytest.approx(0.5)
    assert told["user_last"] == 4
    assert told["price_over_usual"] == pytest.approx(np.log(30) - (np.log(10) + np.log(20)) / 2)
    assert told["days_since"] == pytest.approx(np.log1p(2))
    assert found.texts.shape == (1, 12) and found.joined.shape == (1, len(JOINED))


def test_nothing_known_is_no_fault() -> None:
    reviews, goods = small()
    found = describe(reviews, goods, ask(reviews, goods, [0], of_others=np.zeros(6, dtype=bool)), 3.0, np.zeros(6))
    assert np.isfinite(found.numbers).all() and found.joined[0].tolist() == [0, 0, 0, 3]


def planted() -> tuple[Reviews, Goods]:
    """Customers love or hate one direction of the items' texts; the numbers say next to nothing of it."""
    rng = np.random.default_rng(3)
    vectors, goods = shop(60, 8)
    user = np.repeat(np.arange(60), 12)
    item = np.concatenate([rng.permutation(60)[:12] for _ in range(60)])
    love = np.where(np.arange(60) % 2, 1.0, -1.0)
    rating = np.clip(np.round(3.5 + 3 * love[user] * vectors[item, 0] + 0.3 * rng.standard_normal(720)), 1, 5)
    day = np.tile(np.arange(12), 60) + rng.random(720) / 2
    order = np.argsort(day)
    written = vectors[item] * np.sign(rating - 3.2)[:, None]
    return Reviews(user[order], item[order], rating[order], day[order], written[order].astype(np.float32)), goods


@pytest.fixture(scope="module")
def answers() -> dict[str, tuple[Forecast, np.ndarray]]:
    reviews, goods = planted()
    teaching = reviews.user < 40
    general = float(reviews.rating[teaching].mean())
    over = surprises(reviews, general, of_others=teaching)
    taught, held = (
        describe(reviews, goods, ask(reviews, goods, np.flatnonzero(rows), of_others=teaching), general, over)
        for rows in (teaching, ~teaching)
    )
    stars = reviews.rating[teaching]
    fused = fuse(taught, stars, reviews.user[teaching], QUICK)
    assert fused.share[0] > 0
    truth = reviews.rating[~teaching]
    first = held.rows(np.arange(len(truth)) == len(truth) - 1)
    assert fused.because(first, [first]) == [pytest.approx(0, abs=1e-6)]
    return {
        "fused": (fused.forecast(held), truth),
        "both": (train(taught, stars, QUICK).forecast(held), truth),
        "again": (train(taught, stars, QUICK).forecast(held), truth),
        "numbers": (train(taught, stars, QUICK, "numbers").forecast(held), truth),
        "constant": (Forecast(np.full(len(truth), general), np.full(len(truth), 0.5)), truth),
    }


def test_texts_help_where_the_taste_is_in_them(answers: dict[str, tuple[Forecast, np.ndarray]]) -> None:
    rmse = {name: float(np.sqrt(np.mean((f.rating - truth) ** 2))) for name, (f, truth) in answers.items()}
    assert rmse["fused"] < 0.95 * rmse["numbers"]
    assert rmse["fused"] < 0.95 * rmse["constant"]


def test_answers_are_stars_and_shares_and_the_same_by_seed(answers: dict[str, tuple[Forecast, np.ndarray]]) -> None:
    for found, _ in answers.values():
        assert found.rating.min() >= 1 and found.rating.max() <= 5
        assert found.like.min() >= 0 and found.like.max() <= 1
    assert answers["both"][0].rating.tolist() == answers["again"][0].rating.tolist()
