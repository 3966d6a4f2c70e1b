"""The next item: counts by hand, who is new, what is new, why; and candidates by titles alone."""

from __future__ import annotations

import numpy as np
import pytest
from shops import WordEmbedder

from assistant.profile.affinity import affinities
from assistant.profile.content import Content
from assistant.profile.habits import COLUMNS, Habits, Step
from assistant.profile.sequence import NextItem, learn, prior

TITLES = ["red lamp", "lamp bulb", "blue lamp", "garden hose", "hose reel", "tea pot", "tea cup", "wool scarf"]
LAMP, BULB, BLUE, HOSE, REEL, POT, CUP, SCARF = range(8)


@pytest.fixture(scope="module")
def content() -> Content:
    return Content(TITLES, WordEmbedder().encode(TITLES), ["Ora", "Ora", "Bel", "", "", "Bel", "Bel", ""])


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    """Forty customers who buy the bulb after the lamp and the cup after the pot, and chance between."""
    rng = np.random.default_rng(1)
    found = []
    for user in range(120):
        first, then = (LAMP, BULB) if user % 2 else (POT, CUP)
        line = [int(rng.choice([HOSE, REEL])), first, then]
        found += [Step(str(user), tuple(line[:n]), line[n]) for n in (1, 2)]
    return found


def column(habits: Habits, history: list[int], name: str) -> np.ndarray:
    (columns,) = habits.columns([history])
    found: np.ndarray = columns[COLUMNS.index(name)]
    return found


def test_columns_by_hand(content: Content) -> None:
    # One user's rows repeat each other's beginnings; the pair lamp, bulb counts once for them.
    some = [Step("a", (LAMP,), BULB), Step("a", (LAMP, BULB), HOSE), Step("b", (LAMP,), BULB)]
    habits = Habits(some, content)
    # From the lamp: the bulb twice, and the hose once at two steps, over these and the one of the prior.
    assert column(habits, [LAMP], "follows")[[BULB, HOSE]] == pytest.approx([2 / 3.5, 0.5 / 3.5])
    weights = np.array([0.7, 1]) / 1.7
    expected = weights[0] * 0 + weights[1] * 2 / 3.5
    assert column(habits, [POT, LAMP], "follows_any")[BULB] == pytest.approx(expected)
    assert column(habits, [LAMP], "popular")[[BULB, HOSE, CUP]] == pytest.approx(np.log1p([2, 1, 0]))
    assert column(habits, [LAMP, BULB], "popular_early")[BULB] == pytest.approx(np.log1p(2) / 2)
    assert column(habits, [LAMP], "same_brand").tolist() == [1, 1, 0, 0, 0, 0, 0, 0]
    assert column(habits, [HOSE], "same_brand").tolist() == [0, 0, 0, 1, 0, 0, 0, 0]
    assert column(habits, [LAMP, LAMP], "again_habit")[LAMP] == 1
    assert column(habits, [POT, LAMP], "again_habit").sum() == 0
    assert column(habits, [LAMP], "beside").tolist() == [0, 1, 0, 0, 0, 0, 0, 0]


def test_what_nobody_bought_is_expected_where_its_like_was(content: Content) -> None:
    habits = Habits([Step(str(n), (LAMP,), BULB) for n in range(5)], content)
    # Nobody had the blue lamp, which is like the red one.
    assert column(habits, [BLUE], "follows").sum() == 0
    assert column(habits, [BLUE], "follows_alike").argmax() == BULB
    assert column(habits, [BLUE], "expected").argmax() == BULB


def test_learnt_weights_find_what_follows(content: Content, steps: list[Step]) -> None:
    model = learn(steps, content)
    lamp, pot = model.scores([[HOSE, LAMP], [REEL, POT]])
    assert (lamp.argmax(), pot.argmax()) == (BULB, CUP)
    assert learn(steps, content).weights.tolist() == model.weights.tolist()


def test_somebody_new_gets_what_sells(content: Content, steps: list[Step]) -> None:
    (scores,) = learn(steps, content).scores([[]])
    assert set(np.argsort(-scores)[:4].tolist()) == {LAMP, BULB, POT, CUP}
    # A shop without any past goes by what it is told sold.
    (scores,) = learn([], content, sold=np.arange(8.0)).scores([[]])
    assert scores.argmax() == SCARF


def test_without_a_past_likeness_leads_and_nothing_is_sold_twice(content: Content) -> None:
    model = learn([], content)
    assert model.weights.tolist() == prior().tolist()
    (scores,) = model.scores([[HOSE]])
    assert scores.argmax() == REEL and scores.argmin() == HOSE


def test_a_history_is_answered_alike_alone_and_among_others(content: Content, steps: list[Step]) -> None:
    model = learn(steps, content)
    histories = [[HOSE, LAMP], [], [POT], [SCARF, BULB]]
    for history, among in zip(histories, model.scores(histories), strict=True):
        (alone,) = model.scores([history])
        assert alone == pytest.approx(among, abs=1e-5)


def test_without_the_reason_the_score_falls(content: Content, steps: list[Step]) -> None:
    model = learn(steps, content)
    history = [HOSE, SCARF, LAMP]
    first = model.because(history, BULB)[0]
    assert (first.place, first.amount > 0) == (2, True)
    whole, less = model.scores([history, history[:2]])
    assert whole[BULB] - less[BULB] == pytest.approx(first.amount, abs=1e-5)
    parts = model.parts(history, BULB)
    assert list(parts) == list(COLUMNS)
    assert sum(parts.values()) == pytest.approx(float(whole[BULB] - whole.mean()), abs=1e-4)


def test_texts_without_vectors_are_enough(steps: list[Step]) -> None:
    plain = Content(TITLES, np.zeros((8, 0), dtype=np.float32), [""] * 8)
    (scores,) = NextItem(Habits(steps, plain), prior()).scores([[HOSE, LAMP]])
    assert scores.argmax() == BULB


def test_candidates_in_the_order_of_a_history(content: Content) -> None:
    scores = affinities(content, [LAMP], [SCARF, BLUE, LAMP, POT])
    assert scores.argmax() == 1
    # What was bought goes last.
    assert scores.argmin() == 2
    # A candidate's score is its own: a part of the list keeps its order.
    assert affinities(content, [LAMP], [POT, BLUE]) == pytest.approx(scores[[3, 1]])
    # Recommenders that name one lift it, and are all there is for somebody new.
    assert affinities(content, [LAMP], [SCARF, POT], [5, 0]).argmax() == 0
    assert affinities(content, [], [SCARF, POT], [0, 2]).tolist() == pytest.approx([0, 0.2])
    assert affinities(content, [], [SCARF, POT]).tolist() == [0, 0]
