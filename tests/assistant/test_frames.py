"""Every fixed sentence says what its evidence says, and a wrong number or name in it would be noticed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from shops import shelf as shop

from assistant.grounding import check_fixed
from assistant.play import last_turn
from assistant.state import DialogueState, Sentence
from assistant.turn import reply
from retrieval.product import Kind, Money, Product, Review, Variant
from retrieval.search import Shelf


def heater(n: int, **more: object) -> Product:
    about = {"weight_kg": 2.5 + n, "noise_db": 31.0 + n, "colour": ("red", "blue", "white")[n % 3], "timer": n % 2 == 0}
    return Product(f"h{n}", f"Sulvik Warm {n} fan heater", brand=("Sulvik", "Ostra")[n % 2], price=Money(2995 + 1000 * n, "USD"),
                   stock=3 + n, rating=3.5 + n / 10, rating_count=4, attributes=about, **more)  # type: ignore[arg-type]  # fmt: skip


def sizes(id_: str) -> tuple[Variant, ...]:
    return tuple(Variant(f"{id_}-{s}", {"size": s}, None, n) for s, n in (("S", 4), ("M", 2), ("L", 0)))


PRODUCTS = [*(heater(n) for n in range(9)),
            Product("g1", "Ostra wool gloves", price=Money(1950, "USD"), variants=sizes("g1")),
            Product("g2", "Sulvik ski gloves", price=Money(4950, "USD"), variants=sizes("g2"))]  # fmt: skip
KINDS = {p.id: Kind("glove" if p.id.startswith("g") else "fan heater", "feed", 1.0) for p in PRODUCTS}
REVIEWS = [Review("r1", "h0", 4.0, "It heats the room in 10 minutes. The fan is quiet and the plug gets warm.")]
TALKS = {
    "finding": ("a fan heater", "under 60 dollars", "the quietest", "from Sulvik", "under 5 dollars"),
    "superlatives": ("the cheapest fan heater", "the lightest", "the best rated one", "the widest", "the heaviest"),
    "comparing": ("fan heaters", "compare the first two", "which of these is lighter?", "which one has the best rating?"),
    "asking": ("a fan heater under 30 dollars", "how loud is it?", "how much does it weigh?", "is the fan quiet?",
               "what do people think of the plug?", "is it waterproof?", "what does it cost?", "is there a timer?"),
    "cart": ("gloves", "add it to my cart", "the second one", "XL", "M", "one more", "add the first one in L", "make it 9",
             "what's in my cart?", "change the size", "S", "checkout", "remove it", "empty my cart", "yes"),
    "limits": ("gloves", "add 5 of the first one in M", "yes", "add 0 of them", "add 1000 of the first in S", "quantity 50"),
    "small": ("hello", "thanks", "what is the capital of France?", "a person, please", "yes", "no", "show my order"),
    "missing": ("do you sell dishwashers?", "add the first one", "compare them", "how heavy is it?"),
}  # fmt: skip


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return shop(PRODUCTS, KINDS, REVIEWS)


def sentences(shelf: Shelf, *texts: str) -> Iterator[Sentence]:
    state = DialogueState("f")
    for text in texts:
        state = state.append(last_turn(reply(state, text, shelf=shelf, model=None)))
        assert state.turns[-1].reply.sentences
        yield from state.turns[-1].reply.sentences


@pytest.mark.parametrize("talk", TALKS)
def test_every_sentence_rests_on_its_evidence(shelf: Shelf, talk: str) -> None:
    for sentence in sentences(shelf, *TALKS[talk]):
        assert check_fixed(sentence.text, sentence.evidence) == [], sentence


@pytest.mark.parametrize("talk", TALKS)
def test_another_number_or_name_would_be_noticed(shelf: Shelf, talk: str) -> None:
    for sentence in sentences(shelf, *TALKS[talk]):
        for figure in re.finditer(r"\d+(?:\.\d+)?(?! stars)", sentence.text):
            wrong = f"{sentence.text[: figure.start()]}7{figure[0]}{sentence.text[figure.end() :]}"
            assert check_fixed(wrong, sentence.evidence), wrong
        for wrong in (sentence.text.replace("Sulvik", "Brenno"), sentence.text.replace("heater", "toaster")):
            assert wrong == sentence.text or check_fixed(wrong, sentence.evidence), wrong


def test_a_word_of_grade_needs_evidence_of_its_name(shelf: Shelf) -> None:
    found = next(sentences(shelf, "fan heaters"))
    for claim in ("It is the cheapest.", "It is quieter.", "It is the best.", "People love it.", "It costs less."):
        assert check_fixed(f"{found.text} {claim}", found.evidence)


@pytest.mark.parametrize("text", ["a person, please", "a human", "can I have a person", "I want to talk to somebody"])
def test_a_person_at_any_time(shelf: Shelf, text: str) -> None:
    state = DialogueState("f")
    for said in ("gloves", "add the second one", text):
        state = state.append(last_turn(reply(state, said, shelf=shelf, model=None)))
    assert state.turns[-1].understanding.intent == "hand_off"
    assert state.turns[-1].reply.hand_off
