"""Finding in a shop's documents, and an import that embeds only what changed of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from shops import WordEmbedder

from retrieval import ideas
from retrieval.importer import import_shop
from retrieval.passages import split
from retrieval.policies import Policy
from retrieval.policy_groups import Groups
from retrieval.policy_search import PolicyShelf
from retrieval.policy_subjects import background
from retrieval.policy_vectors import COLLECTION
from retrieval.search import Shelf
from retrieval.vectors import Vectors

SHIPPING = "# Shipping\n\n## What it costs\n\nStandard delivery costs $4.\n\n## Abroad\n\nWe do not deliver to other countries."
GIFTS = "# Gift cards\n\n## Using\n\nGift cards do not expire.\n\nThey can be combined."


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "feed.csv").write_text("id,title,price\nL1,Lamp,4\n", encoding="utf-8")
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "shipping.md").write_text(SHIPPING, encoding="utf-8")
    (tmp_path / "policies" / "gifts.md").write_text(GIFTS, encoding="utf-8")
    return tmp_path / "shop"


def brought(shop: Path, model: WordEmbedder) -> set[str]:
    """Imports what lies beside the shop; the texts that were embedded."""
    before = len(model.seen)
    import_shop(shop, [shop.parent / "feed.csv"], policies=[shop.parent / "policies"], embedder=model)
    return set(model.seen[before:])


def test_an_import_embeds_only_the_statements_that_changed(shop: Path) -> None:
    model = WordEmbedder()
    assert "Gift cards do not expire." in brought(shop, model)
    assert brought(shop, model) == set()
    file = shop.parent / "policies" / "gifts.md"
    file.write_text(GIFTS.replace("do not expire", "expire after a year"), encoding="utf-8")
    made = brought(shop, model)
    assert "Gift cards expire after a year." in made
    assert not any("deliver" in text or text == "They can be combined." for text in made)


def test_documents_have_a_collection_of_their_own_and_leave_with_their_file(shop: Path) -> None:
    model = WordEmbedder()
    brought(shop, model)
    with Vectors(shop, model.name) as products, Vectors(shop, model.name, of=COLLECTION) as documents:
        assert products.count() == 1
        before = documents.count()
        assert before > len(background())
    (shop.parent / "policies" / "gifts.md").unlink()
    brought(shop, model)
    with Vectors(shop, model.name, of=COLLECTION) as documents:
        assert len(background()) < documents.count() < before


def test_a_shop_opens_with_the_vectors_of_its_import(shop: Path) -> None:
    model = WordEmbedder()
    brought(shop, model)
    shelf = PolicyShelf.open(Shelf.open(shop, embedder=model))
    assert shelf is not None
    seen = len(model.seen)
    found = shelf.find("do gift cards expire?")
    assert found.found[0].best.text == "Gift cards do not expire."
    assert len(model.seen) == seen + 2, "only the question is embedded"


def test_a_shop_without_vectors_is_searched_by_words_and_one_without_documents_not_at_all(shop: Path) -> None:
    import_shop(shop, [shop.parent / "feed.csv"])
    assert PolicyShelf.open(Shelf.open(shop)) is None
    import_shop(shop, [], policies=[shop.parent / "policies"])
    shelf = PolicyShelf.open(Shelf.open(shop))
    assert shelf is not None and shelf.embedder is None
    assert shelf.find("what does postage cost?").found[0].passage.id == "shipping.md#what-it-costs"


def test_a_question_nearer_to_what_other_shops_write_is_doubted_more() -> None:
    passages = [p for d in (("s.md", "Shipping", SHIPPING), ("g.md", "Gift cards", GIFTS)) for p in split(Policy(*d))]
    shelf = PolicyShelf(passages, Groups(), WordEmbedder())
    said, other = shelf.find("Do gift cards expire?"), shelf.find("Do you wrap presents in gift paper for a fee?")
    assert said.doubt < other.doubt and said.answered and not other.answered


@pytest.mark.parametrize(
    ("text", "idea"),
    [("send the blue lamp back", "return"), ("is it covered", "guarantee"), ("how many days do I have", "deadline")],
)
def test_phrases_of_one_meaning_are_one_idea(text: str, idea: str) -> None:
    assert idea in ideas.ideas(text)
    assert "lamp" not in ideas.ideas(text)


def test_a_phrase_with_a_gap_leaves_the_words_in_it() -> None:
    assert ideas.tokens("send the blue lamp back") == ["~return", "blue", "lamp"]
    assert "~return" not in ideas.tokens("send me the very nice blue lamp and come back")


def test_question_and_answer_agree_on_what_is_asked_for() -> None:
    assert "time" in ideas.asks("How long do I have?") and "time" in ideas.holds("Within 14 days of delivery.")
    assert "money" in ideas.asks("What does it cost?") and "money" not in ideas.holds("Within 14 days.")


def test_groups_are_named_by_their_things_and_lie_in_wider_ones() -> None:
    class Lamps:
        def kinds(self, text: str) -> list[object]:
            from retrieval.mention import Mention

            at = text.find("torch")
            return [] if at < 0 else [Mention(at, at + 5, "torch", "torch")]

        def resolve_kind(self, phrase: str) -> tuple[str, ...]:
            return ("torch",)

    groups = Groups(Lamps(), {"torch": [("Lights & Co", "Torches")]})  # type: ignore[arg-type]
    assert groups.named("my torch broke") == {"Torches"}
    assert groups.around("my torch broke") == {"Torches", "Lights & Co"}
    assert groups.named("all lights and co") == {"Lights & Co"}
    assert groups.blurred("my torch broke") == "my item broke"
