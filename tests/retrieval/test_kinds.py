"""Product types: what a feed without categories sells, and what a shopper's words denote and want.

``tests/data/kinds_icecat_labels.jsonl`` holds, for 200 products of a public catalogue drawn with a fixed seed, the type
words that are right for each. They were written before the program's output was looked at, in two passes in
different orders; what both passes accepted counts. In 198 of the 200 rows the first choice of each pass was
accepted by the other. ``..._second.jsonl`` holds 200 more, drawn and labelled later by one reader, and
``..._nameless.jsonl`` 120 of those whose title named no type to the program of that day; half of each, by a hash of the
id, was not looked at while rules were mended. ``type_queries_icecat.jsonl`` holds what 60 type words should admit:
products drawn at random from what they admitted before and after such a mend, each judged by reading its record.
"""

from __future__ import annotations

import gzip
import json
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from retrieval.kinds import KindIndex, derive, from_category
from retrieval.nouns import noun_key, singular, thesaurus
from retrieval.product import AttributeValue, Kind, Product
from retrieval.query import Filters
from retrieval.vocabulary import Vocabulary

ACCESSORIES = (
    "accessory adapter bag battery cable case charger cover lamp lock memory mount protector screen skin sleeve stand "
    "strap toner tray warranty"
)
DATA = Path(__file__).resolve().parent.parent / "data"
LABELS = DATA / "kinds_icecat_labels.jsonl"


def product(n: int, title: str, brand: str = "", category: str = "", **attributes: AttributeValue) -> Product:
    return Product(id=str(n), title=title, brand=brand, category=category, attributes=attributes)


def named(*titles: str) -> list[str]:
    """The labels of products with these titles, the first word of each being the brand."""
    shop = [product(n, title, brand=title.split()[0]) for n, title in enumerate(titles)]
    kinds = derive(shop)
    return [kinds[p.id].label for p in shop]


# The type of each title is a sum done by hand: the head of its first noun phrase.
@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("Ardo EC.J6000 projector lamp 230 W P-VIP", "projector lamp"),
        ("Bexa Office K5400 inkjet printer Colour 4800 x 1200 DPI", "inkjet printer"),
        ("Corvo E5320 processor", "processor"),
        ("Dinor 6ft 250V 14 AWG Power Cord", "power cord"),
        ("Elbin Case for Notebook 15 inch", "case"),
        ("Fenna notebook battery 4400 mAh", "notebook battery"),
        ("Galdo Keyboard Cover, black", "keyboard cover"),
        ("Hesk Toner Cartridge for laser printer", "toner cartridge"),
        ("Ilma wall mount with USB hub", "wall mount"),
        ("Jorro 3 in 1 notebook stand", "notebook stand"),
        ("Kesta USB printer cable 3 m", "printer cable"),
        ("Lumo Running Shoes, size 42", "running shoe"),
        ("Marra labels 70x50 mm white paper matt", "label"),
        ("Nokta Digital Camera Brown Leather Bag", "bag"),
        ("Orlo Power Adapter 65W 2 m cable", "power adapter"),
        ("Pelta Rackmount Console 17in", "rackmount console"),
    ],
)
def test_a_title_names_its_head_noun(title: str, label: str) -> None:
    assert named(title) == [label]


def test_an_accessory_is_its_own_kind() -> None:
    titles = [
        "Aro laptop bag 15 inch",
        "Bel Notebook Case black",
        "Cil notebook riser",
        "Dor laptop lock",
        "Ecu notebook",
    ]
    laptops = KindIndex(Counter(named(*titles))).resolve("laptop")
    assert laptops == ("notebook",)


def test_the_feeds_category_wins() -> None:
    shop = [product(1, "Aurora Desk Lamp 40", category="Home > Lighting > Desk Lamps"), product(2, "Zed toaster")]
    kinds = derive(shop)
    assert kinds["1"] == Kind("desk lamp", "feed", 1.0)
    assert kinds["2"].label == "toaster"
    assert kinds["2"].source == "title"


@pytest.mark.parametrize(
    ("category", "label"),
    [
        ("Shoes > Running Shoes", "running shoe"),
        ("Home / Knives", "knife"),
        ("Bags|Suitcases", "suitcase"),
        ("Headphones", "headphones"),
        ("  ", ""),
        ("", ""),
    ],
)
def test_a_category_becomes_its_last_level(category: str, label: str) -> None:
    assert from_category(category) == label


def feed() -> list[Product]:
    """Thirty inks and thirty lamps whose titles say so, told apart by their attributes."""
    inks = [
        product(n, f"Brand{n % 6} X{n} ink cartridge", f"Brand{n % 6}", printing_colours="Black", page_yield=200 + n)
        for n in range(30)
    ]
    lamps = [
        product(100 + n, f"Brand{n % 6} L{n} desk lamp", f"Brand{n % 6}", bulb_base="E27", lumens=300 + n)
        for n in range(30)
    ]
    return inks + lamps


def test_attributes_name_what_the_title_does_not() -> None:
    nameless = [
        product(900, "Brand1 X77 Original Black 1 pc(s)", "Brand1", printing_colours="Black", page_yield=250),
        product(901, "Brand2 L77 Silver", "Brand2", bulb_base="E27", lumens=310),
    ]
    kinds = derive([*feed(), *nameless])
    assert (kinds["900"].label, kinds["900"].source) == ("ink cartridge", "attribute")
    assert (kinds["901"].label, kinds["901"].source) == ("desk lamp", "attribute")
    assert kinds["900"].confidence < kinds["0"].confidence


def test_what_only_neighbours_suggest_is_a_guess() -> None:
    nameless = product(900, "Brand1 X77", "Brand1", page_yield=250)
    kind = derive([*feed(), nameless])["900"]
    assert (kind.label, kind.source, kind.guessed) == ("ink cartridge", "neighbours", True)


def test_embeddings_vote_where_nothing_else_is_shared() -> None:
    import numpy as np

    shop = [*feed(), product(900, "Nemo 1", "Nemo"), product(901, "Nemo 2", "Nemo")]
    vectors = np.zeros((len(shop), 2), np.float32)
    vectors[:30, 0] = vectors[-2, 0] = 1.0
    vectors[30:60, 1] = vectors[-1, 1] = 1.0
    kinds = derive(shop, vectors)
    assert (kinds["900"].label, kinds["901"].label) == ("ink cartridge", "desk lamp")


def test_a_type_attribute_names_the_kind() -> None:
    kinds = derive([product(1, "Acme Z-400 Silver", "Acme", product_type="Notebook"), product(2, "Acme chair", "Acme")])
    assert (kinds["1"].label, kinds["1"].source) == ("notebook", "attribute")


def test_every_product_has_a_kind_and_the_same_one_each_time() -> None:
    shop = [*feed(), product(900, ""), product(901, "???"), product(902, "Q 17")]
    kinds = derive(shop)
    assert set(kinds) == {p.id for p in shop}
    assert all(0.0 <= k.confidence <= 1.0 for k in kinds.values())
    assert derive(shop) == kinds
    assert derive([]) == {}


@pytest.fixture(scope="module")
def icecat() -> list[Product]:
    from os import environ

    root = Path(environ.get("SHOPTALK_DATA") or LABELS.parents[3] / "shared" / "data")
    path = root / "icecat" / "products.jsonl.gz"
    if not path.is_file():
        pytest.skip(
            "the catalogue with the labelled products is absent: SHOPTALK_DATA has no icecat (see docs/data.md)"
        )
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Product(r["id"], r["title"], r["description"] or "", r["brand"] or "", attributes=r["attributes"]) for r in rows
    ]


@pytest.fixture(scope="module")
def icecat_kinds(icecat: list[Product]) -> dict[str, Kind]:
    return derive(icecat)


def right(label: str, accepted: list[str]) -> bool:
    key = noun_key(label)
    return any(key[-len(words) :] == words for words in map(noun_key, accepted))


@pytest.mark.data
def test_head_nouns_of_a_real_feed(icecat_kinds: Mapping[str, Kind]) -> None:
    rows = [json.loads(line) for line in LABELS.read_text("utf-8").splitlines()]
    found: dict[str, list[bool]] = {}
    for row in rows:
        kind = icecat_kinds[row["id"]]
        found.setdefault(kind.source, []).append(right(kind.label, row["kinds"]))
    hits = sum(map(sum, found.values()))
    # Measured: 192 of 200 = 0.960 (95 % Wilson 0.923 to 0.980); by title 160 of 161.
    assert len(rows) == 200
    assert hits >= 188
    assert sum(found["title"]) / len(found["title"]) >= 0.97


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


@pytest.mark.data
def test_what_a_record_names_is_right(icecat_kinds: Mapping[str, Kind]) -> None:
    rows = read("kinds_icecat_labels_second.jsonl")
    own = [r for r in rows if not icecat_kinds[r["id"]].guessed]
    hits = sum(right(icecat_kinds[r["id"]].label, r["kinds"]) for r in own)
    # Measured with embeddings: see docs/decisions/005-derived-kinds.md.
    assert len(own) >= 180
    assert hits >= 0.95 * len(own)
    nameless = [r for r in read("kinds_icecat_labels_nameless.jsonl") if not icecat_kinds[r["id"]].guessed]
    assert len(nameless) >= 60
    assert sum(right(icecat_kinds[r["id"]].label, r["kinds"]) for r in nameless) >= 0.93 * len(nameless)


@pytest.mark.data
def test_type_words_admit_what_they_say(icecat: list[Product], icecat_kinds: Mapping[str, Kind]) -> None:
    vocabulary = Vocabulary.build(icecat, icecat_kinds)
    by_id = {p.id: p for p in icecat}
    found: list[bool] = []
    for row in read("type_queries_icecat.jsonl"):
        sort = vocabulary.sort(row["text"])
        filters = Filters(kinds=sort.labels, provided=sort.provided)
        found += [ok for id_, ok in row["judged"].items() if filters.admits(by_id[id_], icecat_kinds[id_])]
    assert len(found) >= 450
    assert sum(found) >= 0.95 * len(found)


@pytest.mark.data
def test_confidence_is_what_it_says(icecat_kinds: Mapping[str, Kind]) -> None:
    rows = [json.loads(line) for line in LABELS.read_text("utf-8").splitlines()]
    pairs = [(icecat_kinds[r["id"]].confidence, right(icecat_kinds[r["id"]].label, r["kinds"])) for r in rows]
    for sure in (True, False):
        some = [(c, ok) for c, ok in pairs if (c >= 0.9) is sure]
        assert abs(sum(c for c, _ in some) / len(some) - sum(ok for _, ok in some) / len(some)) < 0.12


@pytest.mark.data
@pytest.mark.parametrize("said", ["laptop", "printer", "phone", "camera", "monitor", "keyboard", "projector"])
def test_no_accessory_among_real_machines(said: str, icecat: list[Product], icecat_kinds: Mapping[str, Kind]) -> None:
    labels = set(KindIndex(Counter(k.label for k in icecat_kinds.values())).resolve(said))
    accessory = set(ACCESSORIES.split())
    among = [
        p.title
        for p in icecat
        if icecat_kinds[p.id].label in labels and noun_key(icecat_kinds[p.id].label)[-1] in accessory
    ]
    assert labels
    assert among == []


SHOP = KindIndex(
    {
        "notebook": 200,
        "chromebook": 12,
        "hybrid 2-in-1": 16,
        "mobile workstation": 5,
        "notebook battery": 40,
        "laptop bag": 9,
        "keyboard cover": 3,
        "keyboard": 90,
        "inkjet printer": 40,
        "laser printer": 20,
        "printer memory": 9,
        "printer cable": 8,
        "usb cable": 30,
        "networking cable": 80,
        "cable lock": 4,
        "running shoe": 7,
        "doll shoe": 2,
        "coffee maker": 6,
        "lcd monitor": 30,
        "baby monitor": 2,
        "network switch": 11,
        "uninterruptible power supply": 5,
        "headphones": 14,
    }
)


@pytest.mark.parametrize(
    ("said", "labels"),
    [
        ("laptop", {"notebook", "chromebook", "hybrid 2-in-1", "mobile workstation"}),
        ("gaming laptop", {"notebook", "chromebook", "hybrid 2-in-1", "mobile workstation"}),
        ("laptops for students", {"notebook", "chromebook", "hybrid 2-in-1", "mobile workstation"}),
        ("laptop bag", {"laptop bag"}),
        ("bag for my laptop", {"laptop bag"}),
        ("printer", {"inkjet printer", "laser printer"}),
        ("laser printers", {"laser printer"}),
        ("cable", {"printer cable", "usb cable", "networking cable"}),
        ("usb cable", {"usb cable"}),
        ("ethernet cable", {"networking cable"}),
        ("trainers", {"running shoe"}),
        ("shoes", {"running shoe"}),
        ("doll shoes", {"doll shoe"}),
        ("coffee machine", {"coffee maker"}),
        ("monitor", {"lcd monitor"}),
        ("baby monitor", {"baby monitor"}),
        ("switch", {"network switch"}),
        ("nintendo switch", set()),
        ("ups", {"uninterruptible power supply"}),
        ("headphone", {"headphones"}),
        ("battery", {"notebook battery"}),
        ("ultrabook", {"notebook"}),
        ("sofa", set()),
        ("", set()),
        ("!!", set()),
    ],
)
def test_a_phrase_denotes_labels(said: str, labels: set[str]) -> None:
    assert set(SHOP.resolve(said)) == labels


def test_labels_come_with_the_commonest_first() -> None:
    assert SHOP.resolve("laptop") == ("notebook", "hybrid 2-in-1", "chromebook", "mobile workstation")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I need a quiet coffee maker for my office", ["coffee maker"]),
        ("case for my iphone", ["iphone case"]),
        ("replacement lamp for an Epson projector", ["projector lamp"]),
        ("bag for my laptop", ["laptop bag"]),
        ("which electric tooth brush do you have?", ["electric toothbrush"]),
        ("head phones, please", ["head phone"]),
        ("had two of them die on me", []),
        ("it must print in colour", []),
        ("building my own computer and need a tower case", ["tower case"]),
        ("no black ones, I can never find a black phone in my bag", []),
        ("toner for my hp printer", ["toner"]),
        ("hp printer toner", ["toner"]),
        ("laptop bag", ["laptop bag"]),
        ("looking for running shoes under 80", ["running shoe"]),
        ("Do you have headphones?", ["headphones"]),
        ("wireless mice", ["mouse"]),
        ("a laptop with a good keyboard and a bright display", ["laptop"]),
        ("a light laptop with 16 GB RAM and a 512 GB SSD", ["laptop"]),
        ("a bag for my laptop and my camera", ["bag"]),
        ("I have a laptop and need a bag", ["bag"]),
        ("my printer is broken, I need a new one", ["printer"]),
        ("for my kitchen, a toaster", ["toaster"]),
        ("something for my laptop", []),
        ("a box of crayons", ["crayon"]),
        ("shoes and socks", ["shoe", "sock"]),
        ("wine red shorts with pockets", ["shorts"]),
        ("a short run", []),
        ("it should be light", []),
        ("a radio with batteries included", ["radio"]),
        ("in that case show me something in the 300-500 range", []),
        ("please add it to my cart", []),
        ("comfortable fit mens jeans", ["jeans"]),
        ("can you help me?", []),
        ("", []),
    ],
)
def test_nouns_wanted(text: str, wanted: list[str]) -> None:
    found = SHOP.find(text)
    assert [noun for *_, noun in found] == wanted
    assert all(text[start:end] == words for start, end, words, _ in found)


def test_a_word_in_capitals_is_a_type_where_a_type_attribute_says_it() -> None:
    like: dict[str, AttributeValue] = {"capacity": 300, "handle_material": "Nylon", "dishwasher_proof": True}
    others = [product(n, f"Acme mug in blue {n}", brand=("Acme", f"Maker {n}")[n % 2], **like) for n in range(20)]
    silent = product(30, "Acme Tidy Blue Frisbee", brand="Acme", **like)
    stating = product(31, "Acme Tidy Red Frisbee", brand="Acme", type="Frisbee", **like)
    assert derive([*others, silent])["30"].label == "mug"
    assert derive([*others, stating])["31"].label == "frisbee"


def test_a_shops_own_word_is_found() -> None:
    index = KindIndex({"flarnium bracket": 2, "zorbulator": 9})
    assert [noun for *_, noun in index.find("two zorbulators please")] == ["zorbulator"]
    assert index.resolve("zorbulators") == ("zorbulator",)


def test_long_messages_are_read_quickly() -> None:
    from time import perf_counter

    text = "I would like a lamp for my desk and a chair with wheels, " * 1700
    began = perf_counter()
    assert len(SHOP.find(text)) > 1000
    assert perf_counter() - began < 10.0


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("Shoes", "shoe"),
        ("batteries", "battery"),
        ("mice", "mouse"),
        ("dishes", "dish"),
        ("hoodies", "hoodie"),
        ("camera lenses", "camera lens"),
        ("headphones", "headphones"),
        ("earbud", "earbuds"),
        ("sunglasses", "sunglasses"),
        ("wine glasses", "wine glass"),
        ("UPS", "ups"),
        ("TVs", "tv"),
    ],
)
def test_singular(many: str, one: str) -> None:
    assert singular(many) == one


def test_spellings_meet() -> None:
    assert noun_key("Fiber Patch Cables") == noun_key("fibre patch cable")
    assert noun_key("Wi-Fi router") == noun_key("wifi routers")


def test_the_thesaurus_is_broad_and_says_nothing_twice() -> None:
    nouns = thesaurus().nouns
    assert len(nouns) > 1000
    assert [k for k, n in Counter(noun.key for noun in nouns).items() if n > 1] == []
    for noun in nouns:
        assert noun.key not in noun.lookalikes, noun.name


@pytest.mark.parametrize("unit", ["a", "a-", "1", "lamp ", "(", "1,111", " for"])
def test_a_text_that_strayed_into_a_title_takes_no_time(unit: str) -> None:
    shop = [product(n, f"Brass lamp {n}") for n in range(3)] + [
        product(9, f"Brass lamp {unit * (200_000 // len(unit))}")
    ]
    started = time.process_time()
    assert derive(shop)["9"].label == "lamp"
    assert time.process_time() - started < 5


def test_what_a_thing_is_compatible_with_is_not_its_kind() -> None:
    phones = [product(n, f"Zeta smartphone {n}", "Zeta", compatible_with="smartphone") for n in range(8)]
    odd = product(99, "Belka Griply", "Belka", compatible_with="smartphone")
    other = [product(20 + n, f"Orlo desk lamp {n}", "Orlo", suitable_for="desk") for n in range(8)]
    assert derive([*phones, *other, odd])["99"].label != "smartphone"
