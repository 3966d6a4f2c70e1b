"""The page's markup: what it shows, and that no text of a stranger becomes markup."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from page_fakes import HOSTILE, PRODUCTS, FakeShelf

from assistant.state import (
    Citation,
    Evidence,
    Preferences,
    Recommendation,
    Reply,
    Sentence,
    Turn,
    Understanding,
    Wish,
)
from retrieval.product import Money, Product
from ui.page import frame, markup


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


def everything(words: str) -> str:
    """All markup of a turn and its surroundings, with ``words`` in every place where a stranger's text can stand."""
    product = Product(
        words, words, words, words, Money(100, "USD"), attributes={words: words}, url=f"https://x/{words}", stock=2
    )
    said = tuple(Evidence(s, words, words, words) for s in ("product", "review", words))
    item = Recommendation(words, words, said, (words,))
    near = Recommendation(words, words, said, (), words)
    wishes = Preferences(
        tuple(Wish(s, words, h, words) for s in ("feature", "brand", "price_max", "order") for h in (True, False))
    )
    reply = Reply(
        (Sentence(words, said), Sentence(f"{words}: {words}", said[:1])),
        (item,),
        (near,),
        (Citation(words, words),),
        {words: words},
        notice=words,
    )
    turn = Turn(1, words, Understanding("find", wishes.wishes), wishes, reply)
    return (
        markup.turn(turn, {words: product}.get, lambda p: f"https://x/{p.id}", words, last=True)
        + frame.wish_panel(wishes, words)
        + frame.welcome(words, [(words, words)])
        + frame.earlier([(words, words)])
        + frame.masthead(words)
        + frame.footer(words, words, 3)
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
        page = Page(markup.card(Recommendation("1", "A"), Product("1", "A", url=url), "p", 1, "k", ""))
        assert [a["href"] for t, a in page.tags if t == "a"] == ([url] if linked else [])


def test_a_card_shows_the_record_and_folds_its_evidence_away() -> None:
    item = Recommendation(
        "lamp-1",
        "Halo desk lamp",
        (Evidence("product", "lamp-1", "price", "$39.95"), Evidence("product", "lamp-1", "attributes.colour", "brass")),
        ("a lamp", "brass"),
    )
    page = Page(markup.card(item, PRODUCTS[0], "picture", 2, "k", "A warm light."))
    for words in ("Norrsken", PRODUCTS[0].title, "$39.95", "4.6 (31)", "In stock", "Why this", "A warm light."):
        assert words in page.text
    assert "Price $39.95 product record Colour brass product record" in page.text
    (stars,) = page.classed("st-stars")
    assert stars["aria-label"] == "4.6 out of 5 stars, 31 ratings"
    assert [a["data-price"] for a in page.classed("st-card")] == ["39.95"]
    assert not page.classed("st-breaks")
    repeated = Page(markup.card(item, PRODUCTS[0], "picture", 2, "k", "Costs $39.95."))
    assert not repeated.classed("st-blurb"), "the price is not said twice"


def test_what_the_feed_does_not_say_is_not_shown() -> None:
    page = Page(markup.card(Recommendation("lamp-6", "Opal"), PRODUCTS[5], "picture", 1, "k", ""))
    assert "No price given" in page.text
    assert not page.classed("st-rating")
    assert "stock" not in page.text.lower()
    assert not page.classed("st-why")


def test_hard_and_soft_wishes_look_and_read_differently() -> None:
    panel = Page(
        frame.wish_panel(
            Preferences((Wish("price_max", 50, True, "under 50"), Wish("feature", "cosy", False, "cosy"))), "USD"
        )
    )
    assert len(panel.classed("st-hard")) == len(panel.classed("st-soft")) == 1
    assert "Must have must: up to $50" in panel.text
    assert "Nice to have ideally: cosy" in panel.text
    (back,) = panel.classed("st-remove")
    assert (back["data-say"], back["aria-label"]) == ("The price doesn't matter", "Take back: up to $50")
    assert "Nothing yet" in frame.wish_panel(Preferences(), "USD")


def body(sentences: list[Sentence], doing: str = "") -> str:
    shown = [Recommendation("lamp-1", "Halo"), Recommendation("lamp-2", "Swing arm")]
    near = [Recommendation("lamp-4", "Architect", breaks="under 50")]
    return markup.answer_body(sentences, shown, near, FakeShelf().product, lambda p: p.id, "t1", doing)


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
        page = Page(markup.turn(turn, FakeShelf().product, lambda p: p.id, "USD", last))
        assert [a["data-say"] for _, a in page.tags if "data-say" in a] == (["yes", "no"] if last else [])


def test_the_proof_lists_each_sentence_with_what_it_rests_on() -> None:
    page = Page(markup.proof([of("lamp-1", "Halo: costs $1."), Sentence("More?")], "k"))
    assert "1 sentence checked against the records" in page.text
    assert "Halo: costs $1. Price $1 product record" in page.text
    assert markup.proof([Sentence("Hello!")], "k") == ""
