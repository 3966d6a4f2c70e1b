"""Near-twins do not fill the cards, and nothing good is lost for being alone."""

from retrieval.diverse import diverse
from retrieval.product import Product
from retrieval.query import Hit


def hit(id_: str, title: str, score: float, brand: str = "Acme") -> Hit:
    return Hit(Product(id_, title, brand=brand), None, score)


TWINS = [hit(f"t{n}", f"Acme Glow desk lamp with dimmer {colour}", 0.9 - n / 1000) for n, colour in enumerate("red blue green black white brass oak pink grey gold".split())]  # fmt: skip
OTHERS = [
    hit("a", "Acme Clip reading light", 0.8),
    hit("b", "Bolt Stand lamp in oak", 0.78, "Bolt"),
    hit("c", "Sofa", 0.2),
]


def ids(hits: list[Hit]) -> list[str]:
    return [h.product.id for h in hits]


def test_ten_twins_do_not_fill_a_list() -> None:
    assert ids(diverse([*TWINS, *OTHERS], 4)) == ["t0", "a", "b", "t1"]


def test_what_is_much_worse_does_not_come_for_being_different() -> None:
    assert "c" not in ids(diverse([*TWINS, *OTHERS], 6))


def test_nothing_is_lost_and_nothing_comes_twice() -> None:
    assert sorted(ids(diverse([*TWINS, *OTHERS], 20))) == sorted(ids([*TWINS, *OTHERS]))
    assert diverse([], 3) == []
    assert ids(diverse(TWINS, 2)) == ["t0", "t1"]


def test_the_same_words_of_two_makers_are_no_twins() -> None:
    pair = [hit("1", "Desk lamp black", 0.9), hit("2", "Desk lamp black", 0.89, "Bolt"), hit("3", "Desk lamp", 0.85)]
    assert ids(diverse(pair, 2)) == ["1", "2"]
