"""The page's markup: what it shows, and that no text of a stranger becomes markup."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from page_fakes import HOSTILE, PRODUCTS, SIZES, FakeShelf

from assistant.cart.values import Cart, CartLine
from assistant.state import (
    Citation,
    Evidence,
    Preferences,
    Recommendation,
    Reply,
    Row,
    Sentence,
    Turn,
    Understanding,
    Wish,
)
from retrieval.product import Money, Product, Variant
from ui.page import cards, cart, chips, frame, markup
from ui.page.table import table
from ui.words import words

SAY = words()


class Page(HTMLParser):
    """Tags with their attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def classed(self, name: str) -> list[dict[str, str]]:
        return [a for _, a in self.tags if name in a.get("class", "").split()]


def on(product: Any = None) -> markup.Shown:
    return markup.Shown(product or FakeShelf().product, lambda p: f"https://x/{p.id}", "USD", SAY)


def a_card(item: Recommendation, product: Product, blurb: str | None = "", live: bool = False) -> str:
    return cards.card(item, product, "picture", cards.Place("k", 1, live), blurb, SAY)


def everything(words: str) -> str:
    """All markup of a turn and its surroundings, with ``words`` in every place where a stranger's text can stand."""
    product = Product(
        words,
        words,
        words,
        words,
        Money(100, "USD"),
        attributes={words: words},
        url=f"https://x/{words}",
        stock=2,
        variants=tuple(Variant(words + n, {words: words + n}, stock=1) for n in "ab"),
    )
    said = tuple(Evidence(s, words, words, words) for s in ("product", "review", words))
    item = Recommendation(words, words, said, (words,))
    near = Recommendation(words, words, said, (), words)
    wishes = Preferences(
        tuple(
            Wish(s, words, h, words)
            for s in ("feature", "brand", "price_max", "order", "min_rating", "for_whom")
            for h in (True, False)
        )
    )
    reply = Reply(
        (Sentence(words, said), Sentence(f"{words}: {words}", said[:1])),
        (item,),
        (near,),
        (Citation(words, words),),
        pending={"needs": "variant", "options": [words]},
        committed=(words,),
        notice=words,
    )
    turn = Turn(1, words, Understanding("find", wishes.wishes), wishes, reply)
    line = CartLine(words, words, 2, Money(100, "USD"), words + "a", words)
    shown = markup.Shown({words: product}.get, lambda p: f"https://x/{p.id}", words, SAY)
    return (
        markup.turn(turn, shown, 1, last=True, live=True)
        + table(
            [(item, product), (near, product)], (Row(words, (words, "")),), lambda p: f"https://x/{p.id}", True, SAY
        )
        + cart.panel(Cart((line,)), reply, {words: product}.get, lambda p: f"https://x/{p.id}", SAY)
        + chips.panel(wishes, words, SAY)
        + frame.welcome(words, [(words, words)], SAY)
        + frame.chats([(words, words), ("2", words)], words, SAY)
        + frame.masthead(words, 2, SAY)
        + frame.footer(words, words, 3, SAY)
        + markup.note(words, "error")
        + markup.working(words)
    )


@pytest.mark.parametrize(
    "words",
    [HOSTILE, "'\" onmouseover=alert(1) x='", "</script></style></details>-->", "&lt;script&gt;", "\x00\ud800<b>"],
)
def test_no_text_of_a_stranger_becomes_markup(words: str) -> None:
    plain, hostile = Page(everything("plain")), Page(everything(words))
    assert [(t, sorted(a)) for t, a in hostile.tags] == [(t, sorted(a)) for t, a in plain.tags]
    handlers = [a[n] for _, a in hostile.tags for n in a if n.startswith("on")]
    assert set(handlers) == {"this.remove()"}
    everything(words).encode("utf-8")


def test_a_link_leads_to_the_web_or_nowhere() -> None:
    for url, linked in (("https://shop/x", True), ("javascript:alert(1)", False), ("/etc/passwd", False)):
        page = Page(a_card(Recommendation("1", "A"), Product("1", "A", url=url)))
        assert [a["href"] for t, a in page.tags if t == "a"] == ([url] if linked else [])


def test_a_card_shows_the_record_and_folds_its_evidence_away() -> None:
    item = Recommendation(
        "lamp-1",
        "Halo desk lamp",
        (Evidence("product", "lamp-1", "price", "$39.95"), Evidence("product", "lamp-1", "attributes.colour", "brass")),
        ("a lamp", "brass"),
    )
    page = Page(a_card(item, PRODUCTS[0], "A warm light."))
    for shown in ("Norrsken", PRODUCTS[0].title, "$39.95", "4.6 (31)", "In stock", "Why this", "A warm light."):
        assert shown in page.text
    assert "Price $39.95 product record Colour brass product record" in page.text
    (stars,) = page.classed("st-stars")
    assert stars["aria-label"] == "4.6 out of 5 stars, 31 ratings"
    assert [a["data-price"] for a in page.classed("st-card")] == ["39.95"]
    assert not page.classed("st-breaks")
    repeated = Page(a_card(item, PRODUCTS[0], "Costs $39.95."))
    assert not repeated.classed("st-blurb"), "the price is not said twice"


def test_what_the_feed_does_not_say_is_not_shown() -> None:
    page = Page(a_card(Recommendation("lamp-6", "Opal"), PRODUCTS[5]))
    assert "No price given" in page.text
    assert not page.classed("st-rating")
    assert "stock" not in page.text.lower()
    assert not page.classed("st-why")


def test_only_a_live_card_can_be_acted_on_and_nothing_sold_out_is_bought() -> None:
    item = Recommendation("lamp-2", "Swing arm")
    assert not Page(a_card(item, PRODUCTS[1])).classed("st-actions")
    live = Page(a_card(item, PRODUCTS[1], live=True))
    assert [a["aria-label"] for t, a in live.tags if t == "input"] == ["Compare: Swing arm"]
    assert [a["aria-label"] for a in live.classed("st-add")] == ["Add to cart: Swing arm"]
    assert not Page(a_card(Recommendation("lamp-4", "A"), PRODUCTS[3], live=True)).classed("st-add")


def test_no_size_is_chosen_before_the_shopper_does_so() -> None:
    page = Page(a_card(Recommendation("lamp-2", "Swing arm"), PRODUCTS[1], live=True))
    (select,) = page.classed("st-select")
    assert select["aria-label"] == "Size: Swing arm"
    options = [(a["value"], "disabled" in a, "selected" in a) for t, a in page.tags if t == "option"]
    assert options == [("", False, False), *((v.id, v.stock == 0, False) for v in SIZES)]
    assert "Choose size S M, sold out L" in page.text


def test_variants_that_differ_in_price_say_so() -> None:
    sizes = (Variant("a", {"size": "S"}), Variant("b", {"size": "L"}, Money(5200, "USD")))
    product = Product("1", "A", price=Money(5000, "USD"), variants=sizes)
    assert "S · $50.00 L · $52.00" in Page(a_card(Recommendation("1", "A"), product, live=True)).text
    both = (Variant("a", {"size": "S", "colour": "red"}), Variant("b", {"size": "L", "colour": "blue"}))
    page = Page(a_card(Recommendation("1", "A"), Product("1", "A", variants=both), live=True))
    assert "Choose variant S, red L, blue" in page.text


def test_hard_and_soft_wishes_look_and_read_differently_and_each_can_be_changed() -> None:
    panel = Page(
        chips.panel(
            Preferences((Wish("price_max", 50, True, "under 50"), Wish("feature", "cosy", False, "cosy"))), "USD", SAY
        )
    )
    assert len(panel.classed("st-hard")) == len(panel.classed("st-soft")) == 1
    assert [a["aria-label"] for a in panel.classed("st-opens")] == ["must: Change: up to $50", "ideally: Change: cosy"]
    assert [a["aria-label"] for a in panel.classed("st-remove")] == ["Remove: up to $50", "Remove: cosy"]
    opened = [a["popovertarget"] for a in panel.classed("st-opens")]
    assert opened == [a["id"] for a in panel.classed("st-edit")] == ["st-wish-0", "st-wish-1"]
    hard = [(a["value"], "checked" in a) for _, a in panel.tags if a.get("name") == "hard"]
    assert hard == [("yes", False), ("no", True)], "a bound of the price is always kept"
    assert "Nothing yet" in chips.panel(Preferences(), "USD", SAY)


def body(sentences: list[Sentence], doing: str = "") -> str:
    shown = [Recommendation("lamp-1", "Halo"), Recommendation("lamp-2", "Swing arm")]
    near = [Recommendation("lamp-4", "Architect", breaks="under 50")]
    return markup.answer_body(sentences, shown, near, on(), "t1", doing)


def of(id: str, text: str) -> Sentence:
    return Sentence(text, (Evidence("product", id, "price", "$1"),))


def test_sentences_stand_where_they_are_read() -> None:
    said = [
        Sentence("Two fit:"),
        of("lamp-1", "Halo: is brass."),
        of("lamp-2", "Swing arm: is black."),
        Sentence("More?"),
    ]
    text = Page(body(said)).text
    places = [
        text.index(w) for w in ("Two fit:", "Is brass.", "Is black.", "Close, but not all", "Not: under 50", "More?")
    ]
    assert places == sorted(places)
    # A sentence about a product that is not on a card, or that does not name it, stays in the text.
    assert markup.placed([of("lamp-9", "Other: x."), of("lamp-1", "It is x.")], []).lead == ("Other: x.", "It is x.")


def test_a_running_turn_shows_what_it_waits_for() -> None:
    page = Page(body([Sentence("Two fit:"), of("lamp-1", "Halo: is brass.")], "Checking"))
    assert len(page.classed("st-waiting")) == 2
    assert "Checking" in page.text
    assert not Page(body([Sentence("Two fit:")])).classed("st-waiting")


def test_only_the_last_turn_can_be_answered_with_its_buttons() -> None:
    turn = Turn(
        1, "return it", Understanding("return_order"), Preferences(), Reply((Sentence("Sure?"),), pending={"a": 1})
    )
    for last in (True, False):
        page = Page(markup.turn(turn, on(), last=last))
        assert [a["data-intent"] for _, a in page.tags if "data-intent" in a] == (
            ["confirm", "decline"] if last else []
        )


def test_the_proof_lists_each_sentence_with_what_it_rests_on() -> None:
    page = Page(markup.proof([of("lamp-1", "Halo: costs $1."), Sentence("More?")], "k", SAY))
    assert "One sentence checked against the records" in page.text
    assert "Halo: costs $1. Price $1 product record" in page.text
    assert markup.proof([Sentence("Hello!")], "k", SAY) == ""
