"""The shelf: ranking, order, words of the shop, and shops that cannot be opened."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from shops import WordEmbedder, shelf

from retrieval import contenders, nearest, vectors
from retrieval.errors import QueryError, ShopError
from retrieval.importer import import_shop
from retrieval.product import Kind, Money, Product
from retrieval.query import Condition, Filters, Query
from retrieval.search import Shelf


def product(id_: str, title: str, price: int | None = None, **rest: object) -> Product:
    return Product(id=id_, title=title, price=None if price is None else Money(price, "USD"), **rest)  # type: ignore[arg-type]


LAMPS = [
    product("a", "Red desk lamp", 3000, rating=4.0, rating_count=9),
    product("b", "Blue desk lamp", 2000, rating=4.5, rating_count=2),
    product("c", "Green floor lamp", 9000, rating=4.5, rating_count=7),
    product("d", "Lamp without a price"),
]
NOTEBOOKS = [
    product("1", "Notebook computer 15 inch"),
    product("2", "Bag for notebook, notebook sleeve"),
]
KINDS = {"1": Kind("notebook", "title", 0.9), "2": Kind("notebook bag", "title", 0.9)}


def ids(opened: Shelf, text: str, **query: object) -> list[str]:
    return [hit.product.id for hit in opened.search(Query(text, **query))]  # type: ignore[arg-type]


def test_the_words_of_the_query_rank() -> None:
    opened = shelf(LAMPS)
    assert ids(opened, "green lamp")[0] == "c"
    assert ids(opened, "blue desk lamp")[0] == "b"
    assert ids(opened, "blue desk lamp", k=1) == ["b"]


def test_equal_scores_go_by_id() -> None:
    assert ids(shelf([product(i, "Lamp") for i in "cab"]), "lamp") == ["a", "b", "c"]
    unrated = [replace(p, rating=None) for p in LAMPS]
    assert ids(shelf(unrated), "") == ["a", "b", "c", "d"]


def test_where_words_do_not_decide_stars_and_stock_do() -> None:
    """c and b have the same mean stars, c of more customers; d has none, which is neither good nor bad."""
    assert ids(shelf(LAMPS), "") == ["c", "b", "d", "a"]
    assert ids(shelf([product("a", "Lamp", stock=0), product("b", "Lamp"), product("c", "Lamp", stock=1)]), "lamp") == [
        "b",
        "c",
        "a",
    ]
    # They never outweigh a word.
    assert ids(shelf(LAMPS), "red lamp")[0] == "a"


def test_an_accessory_does_not_outrank_the_thing() -> None:
    # By words alone the bag would win: it says "notebook" twice.
    assert ids(shelf(NOTEBOOKS), "notebook") == ["2", "1"]
    assert ids(shelf(NOTEBOOKS, KINDS), "notebook") == ["1", "2"]
    assert ids(shelf(NOTEBOOKS, KINDS), "notebook bag") == ["2", "1"]
    assert ids(shelf(NOTEBOOKS, KINDS), "bag for a notebook") == ["2", "1"]


def test_soft_wishes_move_a_hit_up() -> None:
    green = Condition("green")
    assert ids(shelf(LAMPS), "lamp", prefer=(green,))[0] == "c"
    hit = shelf(LAMPS).search(Query("lamp", prefer=(green,)))[0]
    assert hit.parts["prefer"] == 1


@pytest.mark.parametrize(
    ("order", "found"), [("price_up", "bacd"), ("price_down", "cabd"), ("rating", "cbad")]
)  # fmt: skip
def test_orders(order: str, found: str) -> None:
    assert "".join(ids(shelf(LAMPS), "lamp", order=order)) == found


def test_cheapest_without_a_type_means_cheapest_of_the_relevant() -> None:
    many = [product(f"x{n:03}", f"Screw number {n}", n) for n in range(200)]
    opened = shelf([*many, *LAMPS])
    assert ids(opened, "lamp", order="price_up", k=4)[-1] != "d"
    assert "c" in ids(opened, "green floor lamp", order="price_down", k=1)


def test_text_is_not_needed() -> None:
    assert ids(shelf(LAMPS), "", filters=Filters(price_max=2500)) == ["b"]
    assert ids(shelf(LAMPS), "??", filters=Filters(price_max=2500)) == ["b"]
    assert ids(shelf(LAMPS), "x" * 100_000, k=1) == ["c"]


def test_less_than_one_product_cannot_be_asked_for() -> None:
    with pytest.raises(QueryError, match="0 products"):
        shelf(LAMPS).search(Query("lamp", k=0))


def test_products_and_kinds_by_id() -> None:
    opened = shelf(NOTEBOOKS, KINDS)
    assert opened.product("1") == NOTEBOOKS[0]
    assert opened.product("9") is None
    assert opened.products(["2", "9", "1"]) == [NOTEBOOKS[1], NOTEBOOKS[0]]
    assert opened.kind("2") == KINDS["2"]
    assert opened.kind("9") is None
    assert len(opened) == 2


@pytest.fixture(scope="module")
def lamps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of 300 products with vectors."""
    folder = tmp_path_factory.mktemp("lamps")
    colours = ["red", "blue", "green", "white", "black", "brass"]
    rows = [f"{n},{colours[n % 6]} {'desk' if n % 2 else 'floor'} lamp model {n},{n}" for n in range(300)]
    (folder / "lamps.csv").write_text("id,title,price\n" + "\n".join(rows), encoding="utf-8")
    import_shop(folder / "shop", [folder / "lamps.csv"], embedder=WordEmbedder())
    return folder / "shop"


def test_vectors_rank_where_words_do_not_match(lamps: Path) -> None:
    hits = Shelf.open(lamps, embedder=WordEmbedder()).search(Query("brass desk lamp", k=5))
    assert all("brass" in h.product.title for h in hits)
    assert all(h.parts["dense"] > 0.3 for h in hits)


@pytest.mark.parametrize("exact", [0, 20_000])
def test_a_shop_too_large_to_rank_whole_finds_the_same(
    lamps: Path, exact: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = Query("green floor lamp 8", k=5, filters=Filters(price_max=15000))
    wishing = Query("lamp", k=3, prefer=(Condition("brass"), Condition("desk")))
    small = Shelf.open(lamps, embedder=WordEmbedder())
    whole, wished = ([h.product.id for h in small.search(q)] for q in (query, wishing))
    monkeypatch.setattr(contenders, "ALL", 10)
    monkeypatch.setattr(contenders, "_BEST", 40)
    monkeypatch.setattr(nearest, "EXACT", exact)
    monkeypatch.setattr(nearest, "_LEAST", 10)
    monkeypatch.setattr(nearest, "_MOST", 1.0)
    opened = Shelf.open(lamps, embedder=WordEmbedder())
    assert [h.product.id for h in opened.search(query)] == whole
    # More are asked for than satisfy: all come, the ones that the index did not return too.
    few = Filters(price_max=700)
    assert len(opened.search(Query("zebra", k=50, filters=few))) == opened.count(few) == 8
    # Wishes reach products that neither words nor meaning would have brought.
    found = opened.search(wishing)
    assert found[0].parts["prefer"] == 2
    assert [h.product.id for h in found] == wished


def test_searches_at_once_give_what_one_gives(lamps: Path) -> None:
    texts = [f"{c} {p} lamp" for c in ("red", "blue", "green", "white") for p in ("desk", "floor")]
    calm = Shelf.open(lamps, embedder=WordEmbedder())
    alone = {t: [h.product.id for h in calm.search(Query(t))] for t in texts}
    opened = Shelf.open(lamps, embedder=WordEmbedder())
    together: dict[str, list[str]] = {}
    threads = [
        threading.Thread(target=lambda t=t: together.update({t: [h.product.id for h in opened.search(Query(t))]}))
        for t in texts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_a_shop_that_moved_is_the_same(lamps: Path, tmp_path: Path) -> None:
    before = Shelf.open(lamps, embedder=WordEmbedder()).search(Query("red lamp"))
    copied = Path(shutil.copytree(lamps, tmp_path / "a" / "copy"))
    assert Shelf.open(copied, embedder=WordEmbedder()).search(Query("red lamp")) == before
    moved = Path(shutil.move(copied, tmp_path / "moved"))
    assert Shelf.open(moved, embedder=WordEmbedder()).search(Query("red lamp")) == before


def test_another_embedding_model_is_refused_with_the_mend(lamps: Path) -> None:
    with pytest.raises(ShopError, match=r"made with the embedding model words, not other.*--embedder other"):
        Shelf.open(lamps, embedder=WordEmbedder("other"))


def test_lost_vectors_are_told(lamps: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(lamps, tmp_path / "copy"))
    shutil.rmtree(copied / vectors.FOLDER)
    with pytest.raises(ShopError, match=r"lost its vectors.*shoptalk import"):
        Shelf.open(copied)


def test_a_broken_vector_store_is_told(lamps: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(lamps, tmp_path / "copy"))
    (copied / vectors.FOLDER / "chroma.sqlite3").write_bytes(b"no database" * 100)
    with pytest.raises(ShopError, match=r"vector store in .* cannot be used"):
        Shelf.open(copied, embedder=WordEmbedder()).search(Query("lamp"))


def test_a_lost_or_stale_word_index_is_made_anew(lamps: Path, tmp_path: Path) -> None:
    before = Shelf.open(lamps, embedder=WordEmbedder()).search(Query("red lamp"))
    copied = Path(shutil.copytree(lamps, tmp_path / "copy"))
    (copied / "lexical" / "stamp.json").write_text('{"stamp": "of another day", "size": 2}', encoding="utf-8")
    assert Shelf.open(copied, embedder=WordEmbedder()).search(Query("red lamp")) == before
    shutil.rmtree(copied / "lexical")
    assert Shelf.open(copied, embedder=WordEmbedder()).search(Query("red lamp")) == before
