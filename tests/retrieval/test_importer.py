"""Making a shop and bringing it up to date."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from shops import WordEmbedder

from retrieval.catalogue import load
from retrieval.errors import FeedError, ShopError
from retrieval.importer import ImportReport, import_shop, recorded_embedder
from retrieval.query import Query
from retrieval.search import Shelf

FEED = """id,title,brand,price,colour
L1,Reading lamp with dimmer,Larkholm,49.90,red
L2,Floor lamp with shade,Larkholm,129.00,white
L3,Clip-on desk lamp,Brightwell,24.50,black
"""


def feed(folder: Path, text: str = FEED, name: str = "lamps.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.removed


def state(folder: Path) -> object:
    """All that a search can see."""
    shop = load(folder)
    meta = {name: value for name, value in shop.meta.items() if name != "name"}
    return shop.entries, shop.kinds, meta, Shelf.open(folder, embedder=WordEmbedder()).search(Query("red lamp"))


def test_a_new_shop(tmp_path: Path) -> None:
    report = import_shop(tmp_path / "Lamp shop", [feed(tmp_path)], embedder=WordEmbedder())
    assert counts(report) == (3, 0, 0, 0)
    assert (report.name, report.currency, report.products, report.embedded) == ("Lamp shop", "USD", 3, 3)
    shelf = Shelf.open(tmp_path / "Lamp shop", embedder=WordEmbedder())
    assert (len(shelf), shelf.name, shelf.currency) == (3, "Lamp shop", "USD")
    assert shelf.embedder is not None
    assert recorded_embedder(tmp_path / "Lamp shop") == "words"
    # Kinds come from the titles, and the vocabulary knows them.
    assert "lamp" in (shelf.kind("L2") or pytest.fail("no kind")).label
    assert set(shelf.vocabulary.resolve_kind("lamp")) == {k.label for i in ("L1", "L2", "L3") if (k := shelf.kind(i))}
    assert shelf.vocabulary.brands("something by larkholm")[0].value == "Larkholm"


def test_an_unchanged_feed_embeds_and_changes_nothing(tmp_path: Path) -> None:
    import_shop(tmp_path / "shop", [feed(tmp_path)], embedder=WordEmbedder())
    before = state(tmp_path / "shop")
    model = WordEmbedder()
    report = import_shop(tmp_path / "shop", [feed(tmp_path)], embedder=model)
    assert counts(report) == (0, 0, 3, 0)
    assert model.seen == []
    assert state(tmp_path / "shop") == before


def test_only_changed_texts_are_embedded(tmp_path: Path) -> None:
    import_shop(tmp_path / "shop", [feed(tmp_path)], embedder=WordEmbedder())
    model = WordEmbedder()
    changed = FEED.replace("49.90", "39.90").replace("Clip-on", "Clamp-on") + "L4,Night light,Brightwell,9.00,white\n"
    report = import_shop(tmp_path / "shop", [feed(tmp_path, changed.replace("L2", "L9"))], embedder=model)
    assert counts(report) == (2, 2, 0, 1)
    # The new price of L1 needs no new vector.
    assert sorted(text.split(".")[0] for text in model.seen) == ["Clamp-on desk lamp", "Floor lamp with shade", "Night light"]  # fmt: skip
    shelf = Shelf.open(tmp_path / "shop", embedder=WordEmbedder())
    assert str(shelf.products(["L1"])[0].price) == "$39.90"
    assert shelf.product("L2") is None
    assert shelf.search(Query("clamp", k=1))[0].product.id == "L3"


def test_updating_gives_what_importing_anew_gives(tmp_path: Path) -> None:
    changed = FEED.replace("Clip-on", "Clamp-on").replace("L2", "L9")
    import_shop(tmp_path / "one", [feed(tmp_path)], embedder=WordEmbedder())
    import_shop(tmp_path / "one", [feed(tmp_path, changed)], embedder=WordEmbedder())
    import_shop(tmp_path / "two", [feed(tmp_path, changed)], embedder=WordEmbedder())
    assert state(tmp_path / "one") == state(tmp_path / "two")


def test_a_feed_replaces_itself_and_leaves_the_others(tmp_path: Path) -> None:
    more = feed(tmp_path, "id,title\nC1,Oak chair\nC2,Pine chair\n", "chairs.csv")
    import_shop(tmp_path / "shop", [feed(tmp_path), more])
    assert counts(import_shop(tmp_path / "shop", [feed(tmp_path, "id,title\nC1,Ash chair\n", "chairs.csv")])) == (0, 1, 0, 1)  # fmt: skip
    assert [e.product.id for e in load(tmp_path / "shop").entries] == ["C1", "L1", "L2", "L3"]
    # An id that moves to another feed goes with it.
    assert counts(import_shop(tmp_path / "shop", [feed(tmp_path, "id,title\nL1,Desk\n", "desks.csv")])) == (0, 1, 0, 0)
    assert counts(import_shop(tmp_path / "shop", [feed(tmp_path, "id,title\nD1,Desk\n", "desks.csv")])) == (1, 0, 0, 1)


def test_an_id_in_two_feeds_is_refused_the_second_time(tmp_path: Path) -> None:
    again = feed(tmp_path, "id,title\nL1,Another lamp\nL7,Last lamp\n", "more.csv")
    report = import_shop(tmp_path / "shop", [feed(tmp_path), again])
    assert [str(r) for r in report.refused] == ["more.csv:2: the id 'L1' is already in lamps.csv:2"]
    assert report.products == 4


def test_two_feeds_of_one_name_are_one_source(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    first, second = feed(tmp_path / "a"), feed(tmp_path / "b", FEED + "L4,Torch,,5,\n")
    report = import_shop(tmp_path / "shop", [first, second])
    assert (counts(report), report.refused_count) == ((4, 0, 0, 0), 3)
    assert str(report.refused[0]) == "lamps.csv:2: the id 'L1' is already on line 2"


@pytest.mark.parametrize(
    ("rows", "given", "currency", "refused"),
    [
        ("1,Lamp,5\n", None, "USD", 0),
        ("1,Lamp,5\n", "eur", "EUR", 0),
        ("1,Lamp,€5\n2,Lamp,€6\n", "USD", "EUR", 0),
        ("1,Lamp,€5\n2,Lamp,€6\n3,Lamp,£7\n", None, "EUR", 1),
    ],
)
def test_a_shop_has_one_currency(tmp_path: Path, rows: str, given: str | None, currency: str, refused: int) -> None:
    report = import_shop(tmp_path / "shop", [feed(tmp_path, "id,title,price\n" + rows)], currency=given)
    assert (report.currency, len(report.refused)) == (currency, refused)
    assert Shelf.open(tmp_path / "shop").currency == currency
    later = import_shop(tmp_path / "shop", [feed(tmp_path, "id,title,price\n9,Lamp,$5\n8,Lamp,8\n", "more.csv")])
    assert later.currency == currency
    assert [r.reason for r in later.refused] == (
        [] if currency == "USD" else ["the price is in USD, and the shop sells in EUR"]
    )
    with pytest.raises(ShopError, match="sells in"):
        import_shop(tmp_path / "shop", [feed(tmp_path)], currency="GBP")


def test_a_currency_that_nobody_knows(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="bucks"):
        import_shop(tmp_path / "shop", [feed(tmp_path)], currency="bucks")
    assert not (tmp_path / "shop").exists()


def test_nothing_is_made_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="nothing to import"):
        import_shop(tmp_path / "shop", [])
    with pytest.raises(FeedError, match=r"Every row was refused.*lamps\.csv:2: no title"):
        import_shop(tmp_path / "shop", [feed(tmp_path, "id,title\n1,\n")])
    assert not (tmp_path / "shop").exists()


def test_reviews_are_stored_with_their_products(tmp_path: Path) -> None:
    reviews = feed(
        tmp_path, "product_id,rating,text,date\nL1,5,Bright,2024-01-02\nL1,2,Dim,2024-03-04\nX,1,Lost,\n", "r.csv"
    )
    report = import_shop(tmp_path / "shop", [feed(tmp_path)], reviews=[reviews])
    assert report.reviews == 2
    assert [str(r) for r in report.refused] == ["r.csv:4: the shop has no product 'X'"]
    shelf = Shelf.open(tmp_path / "shop")
    assert [(r.text, r.rating) for r in shelf.reviews("L1")] == [("Dim", 2.0), ("Bright", 5.0)]
    assert shelf.reviews("L2") == []
    # The same reviews again are the same reviews; products stay as they are.
    assert counts(import_shop(tmp_path / "shop", [], reviews=[reviews])) == (0, 0, 0, 0)
    assert len(Shelf.open(tmp_path / "shop").reviews("L1")) == 2
    assert len(Shelf.open(tmp_path / "shop")) == 3


def test_pictures_beside_the_feed_come_into_the_shop(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"not for the shop")
    place = tmp_path / "feed"
    (place / "img").mkdir(parents=True)
    (place / "img" / "a.png").write_bytes(b"picture a")
    (place / "notes.txt").write_bytes(b"no picture")
    rows = "1,A,img/a.png|https://shop.example/b.png\n2,B,../secret.png\n3,C,notes.txt\n4,D,img/none.png\n"
    report = import_shop(tmp_path / "shop", [feed(place, "id,title,image\n" + rows)])
    assert report.missing_pictures == 3
    shelf = Shelf.open(tmp_path / "shop")
    first, second = (shelf.product("1") or pytest.fail("no product")).pictures
    assert (tmp_path / "shop" / first).read_bytes() == b"picture a"
    assert second == "https://shop.example/b.png"
    assert [p.pictures for p in shelf.products(["2", "3", "4"])] == [(), (), ()]
    assert len(list((tmp_path / "shop" / "pictures").iterdir())) == 1


def test_pictures_that_lie_in_the_shop_stay_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "shop" / "img").mkdir(parents=True)
    (tmp_path / "shop" / "img" / "a.png").write_bytes(b"picture a")
    import_shop(tmp_path / "shop", [feed(tmp_path / "shop", "id,title,image\n1,A,img/a.png\n")])
    assert Shelf.open(tmp_path / "shop").products(["1"])[0].pictures == ("img/a.png",)
    assert not (tmp_path / "shop" / "pictures").exists()


def test_without_vectors_words_alone_find_and_vectors_may_come_later(tmp_path: Path) -> None:
    import_shop(tmp_path / "shop", [feed(tmp_path)])
    shelf = Shelf.open(tmp_path / "shop", embedder=WordEmbedder())
    assert shelf.embedder is None
    assert [h.product.id for h in shelf.search(Query("red lamp", k=1))] == ["L1"]
    assert not (tmp_path / "shop" / "chroma").exists()
    assert import_shop(tmp_path / "shop", [feed(tmp_path)], embedder=WordEmbedder()).embedded == 3
    # A later import without vectors leaves those that still fit, and no stale one.
    import_shop(tmp_path / "shop", [feed(tmp_path, FEED.replace("Clip-on", "Clamp-on"))])
    hits = Shelf.open(tmp_path / "shop", embedder=WordEmbedder()).search(Query("desk lamp"))
    assert {h.product.id: h.parts["dense"] == 0 for h in hits} == {"L1": False, "L2": False, "L3": True}


def test_another_embedding_model_only_when_asked_for(tmp_path: Path) -> None:
    import_shop(tmp_path / "shop", [feed(tmp_path)], embedder=WordEmbedder())
    with pytest.raises(ShopError, match="made with the embedding model words, not other"):
        import_shop(tmp_path / "shop", [feed(tmp_path)], embedder=WordEmbedder("other", 32))
    report = import_shop(tmp_path / "shop", [feed(tmp_path)], embedder=WordEmbedder("other", 32), change_embedder=True)
    assert report.embedded == 3
    assert Shelf.open(tmp_path / "shop", embedder=WordEmbedder("other", 32)).search(Query("red lamp", k=1))
    with pytest.raises(ShopError, match="made with the embedding model other"):
        Shelf.open(tmp_path / "shop", embedder=WordEmbedder())


def test_a_broken_database_is_told_and_left_alone(tmp_path: Path) -> None:
    import_shop(tmp_path / "shop", [feed(tmp_path)])
    database = tmp_path / "shop" / "shop.sqlite"
    database.write_bytes(b"no database " * 500)
    for action in (lambda: Shelf.open(tmp_path / "shop"), lambda: import_shop(tmp_path / "shop", [feed(tmp_path)])):
        with pytest.raises(ShopError, match=r"shop\.sqlite cannot be read"):
            action()
    assert database.read_bytes() == b"no database " * 500


def test_conversations_in_the_same_database_stay(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    with closing(sqlite3.connect(tmp_path / "shop" / "shop.sqlite")) as db, db:
        db.execute("CREATE TABLE conversations (id TEXT)")
        db.execute("INSERT INTO conversations VALUES ('c1')")
    with pytest.raises(ShopError, match="holds no shop"):
        Shelf.open(tmp_path / "shop")
    import_shop(tmp_path / "shop", [feed(tmp_path)])
    import_shop(tmp_path / "shop", [feed(tmp_path)])
    with closing(sqlite3.connect(tmp_path / "shop" / "shop.sqlite")) as db:
        assert db.execute("SELECT id FROM conversations").fetchall() == [("c1",)]


def test_a_shop_made_by_other_word_rules_is_read_by_these(tmp_path: Path) -> None:
    import_shop(tmp_path / "shop", [feed(tmp_path)], embedder=WordEmbedder())
    before = state(tmp_path / "shop")
    with closing(sqlite3.connect(tmp_path / "shop" / "shop.sqlite")) as db, db:
        db.execute("UPDATE products SET text_words = ' stale ', title_words = ' stale '")
        db.execute("UPDATE meta SET value = 'older' WHERE key = 'words'")
    assert all("lamp" in e.words for e in load(tmp_path / "shop").entries)
    import_shop(tmp_path / "shop", [feed(tmp_path)], embedder=WordEmbedder())
    assert state(tmp_path / "shop") == before


def test_a_shop_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    import_shop(tmp_path / "shop", [feed(tmp_path)])
    with closing(sqlite3.connect(tmp_path / "shop" / "shop.sqlite")) as db, db:
        db.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    with pytest.raises(ShopError, match="newer"):
        Shelf.open(tmp_path / "shop")


def test_progress_counts_vectors(tmp_path: Path) -> None:
    rows = "".join(f"{n},Lamp {n}\n" for n in range(1200))
    told: list[tuple[int, int]] = []
    import_shop(
        tmp_path / "shop",
        [feed(tmp_path, "id,title\n" + rows)],
        embedder=WordEmbedder(),
        on_progress=lambda done, of: told.append((done, of)),
    )
    assert told == [(1024, 1200), (1200, 1200)]


def test_products_are_stored_as_the_feed_states_them(tmp_path: Path) -> None:
    row = {"id": 'é/1 "x"', "title": "Ünïcode 灯", "attributes": {"a": 1, "b": 1.0, "c": True, "d": "1"}, "price": 0.1}
    import_shop(tmp_path / "shop", [feed(tmp_path, json.dumps(row) + "\n", "f.jsonl")], embedder=WordEmbedder())
    (product,) = (e.product for e in load(tmp_path / "shop").entries)
    assert product.to_dict()["attributes"] == row["attributes"]
    assert [type(v) for v in product.attributes.values()] == [int, float, bool, str]
    assert (product.id, product.title, str(product.price)) == (row["id"], row["title"], "$0.10")


def test_a_shop_works_after_its_feed_is_gone(tmp_path: Path) -> None:
    path = feed(tmp_path)
    import_shop(tmp_path / "shop", [path], embedder=WordEmbedder())
    before = state(tmp_path / "shop")
    path.unlink()
    shutil.move(tmp_path / "shop", tmp_path / "elsewhere")
    assert state(tmp_path / "elsewhere") == before


GERMAN = "nr;bezeichnung;hersteller;kosten\n1;Stehlampe;Larkholm;49,90\n2;Tischlampe;Brightwell;19,00\n"
MAPPED = {"id": "nr", "title": "bezeichnung", "brand": "hersteller", "price": "kosten"}


def test_a_mapping_holds_again_until_another_is_given(tmp_path: Path) -> None:
    file = feed(tmp_path, GERMAN, "lampen.csv")
    import_shop(tmp_path / "shop", [file], mapping=MAPPED, currency="EUR")
    before = state(tmp_path / "shop")
    report = import_shop(tmp_path / "shop", [file])
    assert (counts(report), report.mapped_before) == ((0, 0, 2, 0), {"lampen.csv": MAPPED})
    assert state(tmp_path / "shop") == before
    # Another feed of the shop has a mapping of its own, here none.
    other = import_shop(tmp_path / "shop", [feed(tmp_path, "id,title,price\n9,Nachtlicht,5\n", "more.csv")])
    assert (other.products, other.mapped_before) == (3, {})
    given = {name: column for name, column in MAPPED.items() if name != "price"}
    replaced = import_shop(tmp_path / "shop", [file], mapping=given)
    assert (counts(replaced), replaced.mapped_before) == ((0, 2, 0, 0), {})
    assert import_shop(tmp_path / "shop", [file]).mapped_before == {"lampen.csv": given}


def test_a_failed_import_keeps_the_mapping_of_before(tmp_path: Path) -> None:
    file = feed(tmp_path, GERMAN, "lampen.csv")
    import_shop(tmp_path / "shop", [file], mapping=MAPPED, currency="EUR")
    with pytest.raises(FeedError, match="no column 'preis'"):
        import_shop(tmp_path / "shop", [file], mapping={**MAPPED, "price": "preis"})
    assert counts(import_shop(tmp_path / "shop", [file])) == (0, 0, 2, 0)


def test_another_feed_of_the_same_name_is_asked_about(tmp_path: Path) -> None:
    for name in ("spring", "moved"):
        (tmp_path / name).mkdir()
    import_shop(tmp_path / "shop", [feed(tmp_path / "spring")])
    before = state(tmp_path / "shop")
    # The same goods from another folder, one of three gone: the feed was moved.
    moved = feed(tmp_path / "moved", FEED.replace("L3", "L4"))
    assert counts(import_shop(tmp_path / "shop", [moved])) == (1, 0, 2, 1)
    import_shop(tmp_path / "shop", [feed(tmp_path / "spring")])
    assert state(tmp_path / "shop") == before
    other = feed(tmp_path / "moved", "id,title,price\nC1,Oak chair,80\n")
    with pytest.raises(ShopError, match=r"would remove 3 of the 3 products that came from .*spring.*--replace"):
        import_shop(tmp_path / "shop", [other])
    assert state(tmp_path / "shop") == before
    assert counts(import_shop(tmp_path / "shop", [other], replace_feeds=True)) == (1, 0, 0, 3)
