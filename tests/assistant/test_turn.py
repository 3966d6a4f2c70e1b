"""Whole turns over the real demo shop, with planned words in place of the model's."""

from pathlib import Path

import pytest

from assistant.errors import MessageTooLong
from assistant.models.scripted import Planned, Scripted
from assistant.play import last_turn, play
from assistant.rows import turn_row
from assistant.state import Cards, DialogueState, Done, Sentence, Understanding, Understood, Wish
from assistant.turn import reply
from retrieval.search import Shelf


@pytest.fixture(scope="module")
def shelf(demo_shop: Path) -> Shelf:
    return Shelf.open(demo_shop)


def rules_only(text: str, shelf: Shelf, state: DialogueState | None = None) -> DialogueState:
    state = state or DialogueState("t")
    return state.append(last_turn(reply(state, text, shelf=shelf, model=None)))


def test_cards_come_before_sentences_and_done_is_last(shelf: Shelf) -> None:
    events = list(reply(DialogueState("t"), "headphones under 200", shelf=shelf, model=None))
    kinds = [type(e) for e in events]
    assert kinds[0] is Understood
    assert kinds.index(Cards) < kinds.index(Sentence)
    assert kinds[-1] is Done


def test_every_hard_wish_holds_over_turns(shelf: Shelf) -> None:
    state = rules_only("I need headphones", shelf)
    assert state.shown
    first = shelf.products([c.product_id for c in state.shown])
    state = rules_only("under 150 please", shelf, state)
    assert state.shown
    for product in shelf.products([c.product_id for c in state.shown]):
        assert product.price is not None
        assert product.price.minor <= 15000
    state = rules_only(f"not {first[0].brand}", shelf, state)
    for product in shelf.products([c.product_id for c in state.shown]):
        assert product.price is not None
        assert product.price.minor <= 15000
        assert product.brand != first[0].brand


def test_a_reading_that_is_given_is_taken_and_no_model_is_asked_for_one(shelf: Shelf) -> None:
    state = rules_only("headphones under 150", shelf)
    wish = Wish("price_max", 200, True, "up to $200", 2)
    given = Understanding("refine", (wish,), (("price_max", "150"),), decided_by="shopper")
    model = Scripted(["It is what you asked for."] * 20)
    turn = last_turn(reply(state, "up to $200 instead", shelf=shelf, model=model, said=given))
    assert turn.understanding == given
    assert [w.value for w in turn.preferences.of("price_max")] == [200]
    assert turn.reply.shown
    assert turn.ledger.model_calls <= 2 * len(turn.reply.shown), "sentences alone"


def test_a_false_sentence_is_never_shown(shelf: Shelf) -> None:
    lies = Scripted([{"intent": "find"}, *["It is the best waterproof gold one for $1.00."] * 20])
    turn = last_turn(reply(DialogueState("t"), "headphones under 200", shelf=shelf, model=lies))
    assert turn.reply.shown
    assert "gold" not in turn.reply.text
    assert "$1.00" not in turn.reply.text
    assert all(s.origin == "plain" for s in turn.reply.sentences)


def test_a_true_sentence_of_the_model_is_kept(shelf: Shelf) -> None:
    first = rules_only("headphones under 200", shelf)
    price = first.shown[0].evidence[0].value
    truth = Scripted([{"intent": "find"}, f"It costs {price}.", *["Nonsense."] * 20])
    turn = last_turn(reply(DialogueState("t"), "headphones under 200", shelf=shelf, model=truth))
    assert any(s.origin == "model" and s.text.endswith(f"It costs {price}.") for s in turn.reply.sentences)


def test_products_named_are_products_shown(shelf: Shelf) -> None:
    turn = rules_only("headphones", shelf).turns[-1]
    named = {s.text.split(":")[0] for s in turn.reply.sentences if any(e.source == "product" for e in s.evidence)}
    assert named == {c.name for c in turn.reply.shown}


def test_every_evidence_value_is_the_records_own(shelf: Shelf) -> None:
    turn = rules_only("a black backpack under 200", shelf).turns[-1]
    assert turn.reply.shown
    for card in turn.reply.shown:
        product = shelf.product(card.product_id)
        assert product is not None
        record = product.to_dict()
        for evidence in card.evidence:
            if evidence.source == "shop":
                kind = shelf.kind(product.id)
                assert (evidence.field, evidence.value) == ("type", kind.label if kind else "")
            elif evidence.field == "price":
                assert evidence.value == str(product.price)
            elif evidence.field.startswith("attributes."):
                raw = record["attributes"][evidence.field.removeprefix("attributes.")]
                assert evidence.value == ("yes" if raw is True else "no" if raw is False else f"{raw}")
            else:
                assert evidence.value in str(record[evidence.field])


def test_an_explained_no_offers_near_misses_and_says_what_they_break(shelf: Shelf) -> None:
    turn = rules_only("headphones under 1 dollar", shelf).turns[-1]
    assert turn.reply.shown == ()
    assert turn.reply.alternatives
    assert {c.breaks for c in turn.reply.alternatives} == {"under 1 dollar"}
    assert "closest costs" in turn.reply.text


def test_what_the_shop_does_not_carry_is_said(shelf: Shelf) -> None:
    turn = rules_only("do you sell washing machines?", shelf).turns[-1]
    assert turn.reply.shown == turn.reply.alternatives == ()
    assert "no washing machine" in turn.reply.text


def test_a_fact_is_answered_from_the_record_or_not_at_all(shelf: Shelf) -> None:
    state = rules_only("headphones", shelf)
    state = rules_only("how much is the first one?", shelf, state)
    first = shelf.product(state.turns[0].reply.shown[0].product_id)
    assert first is not None
    assert str(first.price) in state.turns[-1].reply.text
    state = rules_only("does the first one have a flux capacitor?", shelf, state)
    assert "does not say" in state.turns[-1].reply.text


def test_a_dead_model_leaves_rules_and_a_notice(shelf: Shelf) -> None:
    dead = Scripted([Planned(error="gone")])
    turn = last_turn(reply(DialogueState("t"), "headphones under 200", shelf=shelf, model=dead))
    assert turn.reply.shown
    assert "does not answer" in turn.reply.notice


def test_a_message_beyond_the_limit_is_refused_and_control_characters_are_harmless(shelf: Shelf) -> None:
    with pytest.raises(MessageTooLong, match="100,000 characters"):
        list(reply(DialogueState("t"), "x" * 100_000, shelf=shelf, model=None))
    assert rules_only("\x1b[31mheadphones\x00 \u202e under 200\x07", shelf).shown


def test_play_writes_the_contracts_columns(shelf: Shelf) -> None:
    rows = list(play([{"id": 7, "turns": ["headphones", "cheaper"]}], shelf=shelf, model=None))
    assert [(r["id"], r["turn"]) for r in rows] == [(7, 1), (7, 2)]
    wanted = {"id", "turn", "text", "reply", "understanding", "shown", "alternatives", "evidence", "citations"}
    wanted |= {"pending", "committed", "hand_off", "ms", "model_calls", "prompt_tokens", "completion_tokens"}
    assert wanted <= set(rows[0])
    assert rows[0]["ms"]["first_card"] <= rows[0]["ms"]["first_sentence"] <= rows[0]["ms"]["total"]


def test_a_person_is_one_word_away(shelf: Shelf) -> None:
    state = rules_only("headphones under 200", shelf)
    turn = rules_only("let me talk to a person", shelf, state).turns[-1]
    row = turn_row(turn)
    assert row["hand_off"]["wishes"]
    assert row["hand_off"]["shown"] == [c.product_id for c in state.shown]
