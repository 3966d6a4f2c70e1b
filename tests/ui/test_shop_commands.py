"""``shoptalk import`` and ``shoptalk search`` as people and scripts call them."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]
FEED = """id,headline,brand,price,colour
L1,Reading lamp with dimmer,Larkholm,49.90,red
L2,Floor lamp with shade,Larkholm,129.00,white
L3,Clip-on desk lamp,Brightwell,24.50,black
L4,,Brightwell,24.50,black
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory, shoptalk_process: Run) -> "subprocess.CompletedProcess[str]":
    folder = tmp_path_factory.mktemp("commands")
    (folder / "lamps.csv").write_text(FEED, encoding="utf-8")
    done = shoptalk_process(
        "import", folder / "lamps.csv", "--shop", folder / "shop", "--map", "title=headline", "--currency", "EUR",
        "--name", "Lamps", "--no-embed",
    )  # fmt: skip
    done.args = folder / "shop"
    return done


@pytest.fixture
def shop(imported: "subprocess.CompletedProcess[str]") -> Path:
    assert isinstance(imported.args, Path)
    return imported.args


def test_import_prints_counts_and_refused_rows(imported: "subprocess.CompletedProcess[str]") -> None:
    assert imported.returncode == 0
    assert imported.stdout == (
        "Lamps: 3 products (3 new, 0 changed, 0 unchanged, 0 removed), prices in EUR, 0 embedded, 0 reviews, "
        "1 rows refused\n"
    )
    assert imported.stderr == "refused lamps.csv:5: no title\n"


def test_import_says_the_same_as_json(shop: Path, tmp_path: Path, shoptalk: Run) -> None:
    (tmp_path / "more.jsonl").write_text('{"id": 1, "title": "Torch"}\n{"id": 2}\n', encoding="utf-8")
    done = shoptalk("import", tmp_path / "more.jsonl", "--shop", tmp_path / "shop", "--no-embed", "--json")
    row = json.loads(done.stdout)
    assert (row["products"], row["new"], row["currency"]) == (1, 1, "USD")
    assert row["refused"] == [{"file": "more.jsonl", "line": 2, "reason": "no title"}]


def test_many_refused_rows_stand_in_a_file(tmp_path: Path, shoptalk: Run) -> None:
    rows = "".join(f"{n},{'Lamp' if n % 3 else ''}\n" for n in range(600))
    (tmp_path / "lamps.csv").write_text("id,title\n" + rows, encoding="utf-8")
    done = shoptalk("import", tmp_path / "lamps.csv", "--shop", tmp_path / "shop", "--no-embed")
    assert done.returncode == 0
    assert done.stdout.endswith("200 rows refused\n")
    told = done.stderr.splitlines()
    assert told[0] == "refused lamps.csv:2: no title"
    assert (len(told), told[-1]) == (
        101, f"refused 100 more; all of them stand in {tmp_path / 'shop' / 'refused.jsonl'}",
    )  # fmt: skip
    listed = [json.loads(line) for line in (tmp_path / "shop" / "refused.jsonl").read_text().splitlines()]
    assert len(listed) == 200
    assert listed[-1] == {"file": "lamps.csv", "line": 599, "reason": "no title"}
    # The list is of the last import.
    (tmp_path / "lamps.csv").write_text("id,title\n1,Lamp\n", encoding="utf-8")
    assert shoptalk("import", tmp_path / "lamps.csv", "--shop", tmp_path / "shop", "--no-embed").stderr == ""
    assert not (tmp_path / "shop" / "refused.jsonl").exists()


def test_policies_and_orders_go_in_beside_the_products(shop: Path, tmp_path: Path, shoptalk: Run) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "returns.md").write_text("# Returns\n\nWithin 30 days.", encoding="utf-8")
    (tmp_path / "orders.jsonl").write_text('{"order_id": "O1", "customer_id": "C1", "items": [{"product_id": "L1"}]}\n')
    own = Path(shutil.copytree(shop, tmp_path / "shop"))
    done = shoptalk(
        "import", "--shop", own, "--policies", tmp_path / "docs", "--orders", tmp_path / "orders.jsonl", "--no-embed"
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "Lamps: 3 products (0 new, 0 changed, 0 unchanged, 0 removed), prices in EUR, 0 embedded, 0 reviews, 0 rows refused",
        "policies: 1 new, 0 changed, 0 unchanged, 0 removed",
        "customers: 0 new, 0 changed, 0 unchanged, 0 removed",
        "orders: 1 new, 0 changed, 0 unchanged, 0 removed",
    ]


def test_search_prints_the_value_alone(shop: Path, shoptalk_process: Run) -> None:
    done = shoptalk_process("search", "red reading lamp", "-k", "1", env={"SHOPTALK_SHOP": str(shop)})
    assert (done.stdout, done.stderr) == ("  1. Reading lamp with dimmer  €49.90  [L1]\n", "")


def test_search_options_are_filters(shop: Path, shoptalk: Run) -> None:
    def found(*options: str) -> list[str]:
        done = shoptalk("search", "lamp", "--shop", shop, "--json", *options)
        assert done.returncode == 0, done.stderr
        return [row["id"] for row in json.loads(done.stdout)]

    assert sorted(found()) == ["L1", "L2", "L3"]
    assert found("--price-max", "49.90", "--order", "price_up") == ["L3", "L1"]
    assert found("--price-min", "100") == ["L2"]
    assert found("--brand", "brightwell") == ["L3"]
    assert sorted(found("--not-brand", "Brightwell")) == ["L1", "L2"]
    assert found("--attribute", "colour=white") == ["L2"]
    assert found("--type", "submarine") == []
    assert found("--price-max", "0") == []
    assert found("--in-stock") == []


def test_a_batch_becomes_a_run(shop: Path, tmp_path: Path, shoptalk: Run) -> None:
    rows = [{"id": 5, "text": "floor lamp"}, {"query_id": "b", "query": "lamp", "filters": {"price_max": 30}}]
    (tmp_path / "q.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    done = shoptalk(
        "search", "--queries", tmp_path / "q.jsonl", "-k", "2", "--run", tmp_path / "o.trec", "--shop", shop
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    lines = [line.split() for line in (tmp_path / "o.trec").read_text(encoding="utf-8").splitlines()]
    assert [(line[0], line[2], line[3]) for line in lines][:1] == [("5", "L2", "1")]
    assert [(line[0], line[2]) for line in lines if line[0] == "b"] == [("b", "L3")]
    assert all(len(line) == 6 and line[1] == "Q0" for line in lines)


def test_a_batch_with_faults_names_each_and_writes_nothing(shop: Path, tmp_path: Path, shoptalk: Run) -> None:
    (tmp_path / "q.jsonl").write_text(
        '{"id": 1, "text": "lamp", "filters": {"colour": "red"}}\n{"text": "lamp"}\n{"id": 3, "text": "lamp"}\n',
        encoding="utf-8",
    )
    done = shoptalk("search", "--queries", tmp_path / "q.jsonl", "--run", tmp_path / "o.trec", "--shop", shop)
    assert done.returncode == 2
    assert [line[:15] for line in done.stderr.splitlines()] == ["shoptalk: row 1", "shoptalk: row 2"]
    assert not (tmp_path / "o.trec").exists()


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ([], "nothing to look for"),
        (["lamp", "--order", "up"], "price_up"),
        (["lamp", "--attribute", "colour"], "NAME=VALUE"),
        (["lamp", "-k", "0"], "0 products"),
        (["lamp", "--run", "o.trec"], "--queries"),
    ],
)
def test_a_search_that_makes_no_sense(shop: Path, options: list[str], word: str, shoptalk: Run) -> None:
    done = shoptalk("search", *options, "--shop", shop)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert word in done.stderr


def test_a_mapping_that_is_used_again_is_told(shop: Path, tmp_path: Path, shoptalk: Run) -> None:
    (tmp_path / "lights.csv").write_text("nr,title,kosten\n1,Torch,9\n", encoding="utf-8")
    command = ("import", tmp_path / "lights.csv", "--shop", tmp_path / "shop", "--no-embed")
    assert shoptalk(*command, "--map", "id=nr,price=kosten").stderr == ""
    again = shoptalk(*command)
    assert "0 changed, 1 unchanged, 0 removed" in again.stdout
    assert again.stderr == (
        "lights.csv is read with the columns mapped before: id=nr,price=kosten (another --map replaces them)\n"
    )
    assert shoptalk(*command, "--map", "").returncode == 2


def test_import_options_that_exclude_each_other(shop: Path, shoptalk: Run) -> None:
    done = shoptalk("import", "x.csv", "--shop", shop, "--no-embed", "--embedder", "other")
    assert done.returncode == 2
    assert "exclude each other" in done.stderr


def test_a_missing_demo_shop_is_told(tmp_path: Path, shoptalk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPTALK_HOME", str(tmp_path))
    monkeypatch.delenv("SHOPTALK_SHOP", raising=False)
    done = shoptalk("search", "lamp")
    assert done.returncode == 2
    assert "There is no demo shop yet. Run `shoptalk demo`" in done.stderr
