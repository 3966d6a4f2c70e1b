"""Values as words: wishes, prices, cards for the terminal."""

from __future__ import annotations

import pytest
from page_fakes import HOSTILE, PRODUCTS

from assistant.state import (
    Citation,
    Evidence,
    Preferences,
    Recommendation,
    Reply,
    Scalar,
    Sentence,
    Slot,
    Wish,
)
from ui import render
from ui.words import words

SAY = words()


@pytest.mark.parametrize(
    ("slot", "value", "label"),
    [
        ("price_max", 50, "up to $50"),
        ("price_min", 19.5, "from $19.50"),
        ("price_max", "a lot", "up to a lot"),
        ("category", "desk lamp", "desk lamp"),
        ("brand", "Lumo", "Lumo"),
        ("not_brand", "HP", "not HP"),
        ("dislike", "plastic", "no plastic"),
        ("dislike", "without a fan", "without a fan"),
        ("min_rating", 4.0, "4+ stars"),
        ("min_rating", 4.5, "4.5+ stars"),
        ("in_stock", True, "in stock"),
        ("for_whom", "my dad", "for my dad"),
        ("order", "price_up", "cheapest first"),
    ],
)
def test_a_wish_is_said_in_a_few_words(slot: Slot, value: Scalar, label: str) -> None:
    assert render.wish_label(Wish(slot, value, True, "words"), "USD", SAY) == label


def test_wishes_of_a_terminal_tell_hard_from_soft_and_use_the_currency_said() -> None:
    said = Preferences(
        (
            Wish("currency", "EUR", True, "euros"),
            Wish("price_max", 50, True, "under 50 euros"),
            Wish("feature", "cosy", False, "cosy"),
        )
    )
    assert render.wishes_text(said, "USD") == "up to €50 · ideally cosy"
    assert render.wishes_text(Preferences(), "USD") == ""


def test_control_characters_never_reach_a_terminal() -> None:
    assert render.printable("a\x1b[31mred\x07\nb\u202ec\ud800") == "a [31mred b c"


def test_stock_rating_and_price_say_only_what_the_feed_says() -> None:
    brass, swing, clip, floor, _, opal = PRODUCTS
    assert [render.stock_label(p.stock, SAY) for p in (brass, swing, clip, floor)] == [
        "In stock",
        "Only 3 left",
        "",
        "Out of stock",
    ]
    assert render.rating_label(brass, SAY) == "4.6 out of 5 stars, 31 ratings"
    assert (render.rating_label(opal, SAY), render.price_label(opal, SAY)) == ("", "No price given")


def test_cards_of_a_terminal_are_numbered_and_near_misses_say_what_they_break() -> None:
    products = {p.id: p for p in PRODUCTS}
    shown = [Recommendation("lamp-1", "Halo", meets=("a lamp", "under 50")), Recommendation("gone", "Gone")]
    near = [Recommendation("lamp-4", "Architect", breaks="under 50")]
    assert render.cards_text(shown, near, products.get).splitlines() == [
        "1. Halo desk lamp with three light colours, brass",
        "   $39.95 · Norrsken · 4.6 out of 5 stars, 31 ratings · In stock",
        "   meets: a lamp, under 50",
        "Close, but not all you asked for:",
        "~  Architect floor lamp, oak and linen",
        "   $129.00 · Norrsken · 4.9 out of 5 stars, 124 ratings · Out of stock",
        "   breaks: under 50",
    ]


def test_a_reply_in_a_terminal_ends_with_its_citations_and_notice() -> None:
    reply = Reply(
        (Sentence("One."), Sentence("Two.")), citations=(Citation("Returns", "30 days."),), notice="No model."
    )
    assert render.reply_text(reply) == "One. Two.\n[Returns] 30 days.\n(No model.)"
    assert render.reply_text(Reply()) == ""


def test_fields_and_sources_of_evidence_have_names_for_readers() -> None:
    assert render.field_label("attributes.screen_size", SAY) == "Screen size"
    assert render.field_label("attributes.battery_life_h", SAY) == "Battery life (h)"
    assert render.field_label("h", SAY) == "H"
    assert render.source_label(Evidence("review", "r1", "text", "fine"), SAY) == "customer review"
    assert render.source_label(Evidence(HOSTILE, "", "", ""), SAY) == render.printable(HOSTILE)


def test_the_footer_names_the_model_in_force() -> None:
    assert render.model_label("embedded", None) == "SmolLM2-135M on this computer"
    assert render.model_label("embedded", "none") == "SmolLM2-135M on this computer"
    assert render.model_label("embedded", "/a/b/shop-lora") == "SmolLM2-135M with shop-lora on this computer"
    assert render.model_label("vllm:org/model@http://gpu:8000/v1", None) == "org/model"
    assert render.model_label("openai:gpt-5", None) == "gpt-5"
    assert render.model_label("script:plan.jsonl", None) == "a script"
