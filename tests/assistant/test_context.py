"""Two lines of context: what the shop said last, and the wishes in force."""

from __future__ import annotations

from assistant.context import context, gist, lines
from assistant.state import (
    DialogueState,
    Evidence,
    Preferences,
    Recommendation,
    Reply,
    Sentence,
    Turn,
    Understanding,
    Wish,
)


def wish(slot: str, value: str | float) -> Wish:
    return Wish(slot, value, True, str(value))  # type: ignore[arg-type]


WISHES = [wish("price_max", 500), wish("feature", "red"), wish("category", "laptop"), wish("not_brand", "Acme")]


def told(reply: Reply, *wishes: Wish) -> str:
    turn = Turn(1, "a laptop", Understanding("find"), Preferences(wishes), reply)
    return context(DialogueState("c").append(turn))


def test_a_conversation_begins_without_context() -> None:
    assert context(DialogueState("c")) == ""


def test_wishes_stand_in_one_line() -> None:
    assert lines("", WISHES) == "wishes: laptop, red, not Acme, under 500\n"
    assert lines("", [wish("price_min", 20), wish("price_max", 40)]) == "wishes: 20 to 40\n"
    assert lines("", [wish("dislike", "leather"), wish("brand", "Bolt")]) == "wishes: from Bolt, no leather\n"


def test_a_question_is_what_the_shop_said() -> None:
    reply = Reply((Sentence("12 products fit a laptop:"), Sentence("Do you prefer a brand?")))
    assert told(reply, *WISHES) == "shop: Do you prefer a brand?\nwishes: laptop, red, not Acme, under 500\n"


def test_cards_are_counted() -> None:
    cards = tuple(Recommendation(str(n), "It", (Evidence("shop", "", "type", "laptop"),)) for n in range(3))
    assert told(Reply((Sentence("3 products fit a laptop:"),), cards)) == "shop: showed 3 laptops\n"
    assert told(Reply((Sentence("One product fits:"),), cards[:1])) == "shop: showed 1 laptop\n"


def test_prose_is_cut_to_what_the_next_message_answers() -> None:
    assert gist("I like the Norvik. It is light! Does that suit you? Take your time.") == "Does that suit you?"
    assert gist("I like the Norvik. It is light.") == "I like the Norvik."
    assert gist("") == ""
    assert len(lines("word " * 100, [])) < 110
