"""The simulated shopper: the same by seed, wishes that the shop can meet, words of its own, books of its own faults."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.shopper import Goal, Move, Shopper, Visit, Want, by_model, draw_shopper, must_say, sorts, visit
from assistant.shopper.mind import Persona
from assistant.shopper.wants import another, draw_goal
from assistant.shopper.words import by_phrases, phrases
from assistant.state import DialogueState, Recommendation, Reply, Turn, Understanding
from retrieval.product import Money, Product

ROOT = Path(__file__).resolve().parent.parent.parent
# Runs of so many words that two files share are no chance.
GRAM = 4
COLOURS = ("red", "blue", "green")


def lamp(number: int) -> Product:
    return Product(
        f"l{number}",
        f"Lamp {number}",
        brand=("Acme", "Bolt", "Cora")[number % 3],
        price=Money(1000 + 700 * number, "USD"),
        category="Home > Desk Lamps",
        attributes={"colour": COLOURS[number % 3], "height_cm": 20 + number, "dimmable": number % 2 == 0},
    )


LAMPS = [lamp(number) for number in range(24)]
SHELF = {p.id: p for p in LAMPS}
SORTS = sorts(LAMPS)


def shop(state: DialogueState, text: str) -> Turn:
    """Shows the first lamps whose colour the last message that names one names; else the first of all."""
    said = " ".join([*(t.text for t in state.turns), text]).casefold()
    colours = re.findall("|".join(COLOURS), said)
    fit = [p for p in LAMPS if not colours or p.attributes["colour"] == colours[-1]]
    cards = tuple(Recommendation(p.id, p.title) for p in fit[len(state.turns) : len(state.turns) + 4])
    return Turn(len(state.turns) + 1, text, Understanding("find"), state.preferences, Reply(shown=cards))


def seen(number: int, seed: int = 0) -> Visit:
    return visit(draw_shopper(seed, number, SORTS, SHELF), shop, f"s{number}")


def said(visit: Visit) -> list[str]:
    return [turn.text for turn in visit.turns]


def test_equal_seeds_give_equal_visits_and_others_do_not() -> None:
    assert [said(seen(n)) for n in range(10)] == [said(seen(n)) for n in range(10)]
    assert [said(seen(n)) for n in range(10)] != [said(seen(n, seed=1)) for n in range(10)]


def test_every_goal_can_be_met_and_its_predicate_says_the_same() -> None:
    from eval.predicates import meets

    rows = {p.id: {**p.to_dict(), "price": float(p.price.major) if p.price else None} for p in LAMPS}
    for seed in range(40):
        goal = draw_goal(random.Random(seed), SORTS)
        assert len(goal.fits()) >= 2
        assert {p.id for p in LAMPS if goal.met(p)} == {i for i, row in rows.items() if meets(row, goal.check())}


def test_sorts_come_from_categories_types_or_titles() -> None:
    typed = [Product(f"t{n}", f"T {n}", attributes={"product_type": "Desktop Board"}) for n in range(8)]
    titled = [Product(f"x{n}", f"Xerox {n} toner cartridge Original") for n in range(25)]
    assert [(s.name, len(s.products)) for s in sorts([*typed, *titled])] == [
        ("desktop board", 8),
        ("toner cartridge", 25),
    ]
    assert [s.name for s in SORTS] == ["desk lamps"]


def test_worth_and_regret_by_hand() -> None:
    goal = Goal(SORTS[0], (Want("value", "colour", "red"), Want("price_max", "", 20)))
    # l0 is red for $10; l1 is blue for $17; l3 is red for $31.
    assert [goal.worth(SHELF[i]) for i in ("l0", "l1", "l3")] == [1.0, 0.5, 0.5]
    assert (goal.regret(SHELF["l1"]), goal.regret(None)) == (0.5, 1.0)
    thrifty = replace(goal, thrifty=True)
    assert thrifty.worth(SHELF["l0"]) == pytest.approx(0.8 + 0.2 * 23 / 24)


def test_another_value_of_a_wish_is_about_the_same_and_can_be_met() -> None:
    old = Want("value", "colour", "red")
    new = another(random.Random(1), Goal(SORTS[0], (old,)), instead=old)
    assert new and (new.kind, new.field) == ("value", "colour") and new.value in ("blue", "green")


def shopper(*wants: Want, **persona: Any) -> Shopper:
    how = {"style": "terse", "patience": 6, "per_turn": 1, **persona}
    return Shopper(Goal(SORTS[0], wants), Persona(**how), SHELF, random.Random(3))


def test_a_slip_is_put_right_and_a_change_of_mind_said() -> None:
    slipped = visit(shopper(Want("value", "colour", "red"), slips_in=1), shop, "s")
    assert [m.act for m in slipped.moves][:2] == ["open", "correct"]
    assert slipped.said[0] is None and slipped.bought and not slipped.faults
    wants = (Want("value", "colour", "red"), Want("least", "height_cm", 30))
    changed = visit(shopper(*wants, changes_in=2), shop, "s")
    assert changed.moves[1].act == "change" and changed.moves[1].old == wants[0]
    assert changed.goal.wants[0] == changed.moves[1].wants[0] != wants[0]


def test_its_books_name_its_own_faults() -> None:
    assert visit(shopper(Want("brand", "", "Nobody")), shop, "s").faults == ("impossible",)
    impatient = visit(shopper(Want("flag", "dimmable", True), Want("least", "height_cm", 43), patience=1), shop, "s")
    assert set(impatient.faults) == {"impossible", "unsaid", "early"}

    def mumbling(goal: Goal, voice: Any) -> Any:
        return lambda move: "something nice"

    red = shopper(Want("value", "colour", "red"))
    assert "lost_words" in visit(red, shop, "s", dub=mumbling).faults


def test_a_model_may_word_it_but_not_lose_a_value(tmp_path: Path) -> None:
    from assistant.models import open_llm

    script = tmp_path / "voice.jsonl"
    script.write_text('{"match": null, "reply": "Any red desk lamps?"}\n{"match": null, "reply": "Any lamps?"}\n')
    goal = Goal(SORTS[0], (Want("value", "colour", "red"),))
    voice = by_phrases(random.Random(0), goal, "terse")
    spoken = by_model(open_llm(f"script:{script}"), voice, lambda move: must_say(goal, move))
    move = Move("open", goal.wants)
    assert spoken(move) == "Any red desk lamps?"
    assert "red" in spoken(move)


def grams(text: str) -> set[tuple[str, ...]]:
    found = set()
    for piece in re.split(r"\{[^{}]*\}|[\[\]<>|\n]", text):
        words = re.findall(r"[a-z0-9']+", piece.casefold())
        found |= {tuple(words[i : i + GRAM]) for i in range(len(words) - GRAM + 1)}
    return found


def strings(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [s for value in node.values() for s in strings(value)]
    return [s for value in node for s in strings(value)] if isinstance(node, list) else [str(node)]


@pytest.mark.parametrize("other", ["finetune", "retrieval/demo", "assistant/reading", "assistant/prompts"])
def test_it_shares_no_run_of_words_with_training_the_demo_shop_or_the_rules(other: str) -> None:
    own = {gram for text in strings(phrases()["acts"]) + strings(phrases()["wants"]) for gram in grams(text)}
    assert len(own) > 50
    files = [p for p in (ROOT / other).rglob("*") if p.suffix in (".yaml", ".md", ".py") and p.name != "shopper.md"]
    theirs = {gram for path in files for gram in grams(path.read_text(encoding="utf-8"))}
    assert {" ".join(gram) for gram in own & theirs} == set()


def test_a_shared_run_of_words_would_be_found() -> None:
    grammar = yaml.safe_load((ROOT / "finetune/grammar/find.yaml").read_text(encoding="utf-8"))
    assert grams("so what kind of {x} do you sell") == {("so", "what", "kind", "of")}
    assert any(grams(text) for text in strings(grammar))
