"""``shoptalk insights``: one page that stands alone, values as JSON, and a clear word where something is missing."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from profile_shop import REVIEWS, make, order, products, review, write
from typed import typed

from assistant.ads.values import Ad
from assistant.build import open_forgetting, open_profiles, open_shelf
from assistant.config import Settings
from assistant.insights.ads import Campaigns, Response
from assistant.insights.needs import Needs
from assistant.privacy.masker import Masker
from retrieval.importer import import_shop
from ui.insights import ads as ads_page
from ui.insights import needs as needs_page
from ui.insights.frame import Section, Spent, document, quote
from ui.insights.kept import ShopReport
from ui.insights.plots import Bar, bars, line

MANY = 120


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop with customers, orders and a log: scarves and lamps, and as many makers as make segments."""
    folder = tmp_path_factory.mktemp("insights")
    shelf = [{**p, "category": f"{p['brand']} {p['category'].split(' > ')[0]} > Things"} for p in products()]
    orders = [order(f"#W{n:07}", f"C{n}", str(shelf[n % 36]["id"])) for n in range(MANY)]
    customers = [{"customer_id": f"C{n}", "name": {"first_name": "Q", "last_name": "Q"}} for n in range(MANY)]
    feeds = [write(folder / "products.jsonl", shelf)]
    written = [write(folder / "reviews.jsonl", REVIEWS)]
    bought = [write(folder / "customers.jsonl", customers), write(folder / "orders.jsonl", orders)]
    import_shop(folder / "shop", feeds, currency="USD", reviews=written, orders=bought)
    asked = [{"kind": "search", "customer_id": f"C{n}", "query": "Kayak <b>", "results": 0} for n in range(60)]
    write(folder / "shop" / "clicks.jsonl", asked)
    return folder / "shop"


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "shop"))


class _Seen(HTMLParser):
    """What a page loads, and whether its elements close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "polyline", "circle"):
            self.open.append(tag)
        self.loads += [f"{k}={v}" for k, v in attrs if k in ("src", "href") and not str(v).startswith("#")]
        self.loads += [k for k, _ in attrs if k.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("meta", "polyline", "circle"):
            assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass


def test_the_report_is_one_page_that_loads_nothing_and_is_paid_for_once(shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    first = typed("insights", "--shop", shop, "--out", out)
    assert (first.returncode, first.stdout) == (0, ""), first.stderr
    assert "segments, reviews, needs" in first.stderr and "3.25 of 4 spent" not in first.stdout
    page = out.read_text(encoding="utf-8")
    seen = _Seen()
    seen.feed(page)
    assert seen.open == [] and seen.loads == [] and "<script" not in page and "@import" not in page
    assert "kayak b" in page and "<b>" not in re.sub(r"<b style", "", page).replace("<b class", "")
    spent = re.search(r"([\d.]+) of 4 spent", first.stderr)
    again = typed("insights", "--shop", shop, "--out", out)
    assert spent and again.returncode == 0 and f"{spent[1]} of 4 spent" in again.stderr


def test_json_has_the_values_and_the_budget_stops_with_one_line(shop: Path) -> None:
    env = {"SHOPTALK_PRIVACY_EPSILON": "1"}
    asked = typed("insights", "needs", "reviews", "--json", "--shop", shop, env=env)
    rows = json.loads(asked.stdout)
    assert list(rows) == ["needs", "reviews"] and rows["needs"]["asked"][0]["what"] == "kayak b"
    assert rows["reviews"]["reviews"] == len(REVIEWS)
    stopped = typed("insights", "segments", "--json", "--shop", shop, env=env)
    assert (stopped.returncode, stopped.stdout) == (2, "")
    assert stopped.stderr.count("\n") == 1 and "privacy budget" in stopped.stderr and "of 1" in stopped.stderr


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("insights", "weather", "--json"), "no topic 'weather'"),
        (("insights", "reviews"), "nowhere to write"),
        (("insights", "--out", "nowhere/report.html"), "no folder"),
    ],
)
def test_a_mistake_is_one_line(shop: Path, args: tuple[str, ...], told: str) -> None:
    done = typed(*args, "--shop", shop)
    assert (done.returncode, done.stdout) == (2, "") and told in done.stderr and done.stderr.count("\n") == 1


def test_a_setting_that_is_no_number_is_one_line(shop: Path) -> None:
    done = typed("insights", "--json", "--shop", shop, env={"SHOPTALK_PRIVACY_EPSILON": "-1"})
    assert done.returncode == 2 and "SHOPTALK_PRIVACY_EPSILON" in done.stderr and "Traceback" not in done.stderr


def test_a_shop_without_customers_still_gets_what_there_is(tmp_path: Path) -> None:
    shop = make(tmp_path)
    done = typed("insights", "--json", "--shop", shop)
    assert list(json.loads(done.stdout)) == ["reviews"]
    assert "no segments" in done.stderr and "no needs" in done.stderr
    assert typed("insights", "segments", "--json", "--shop", shop).returncode == 2


def test_no_text_becomes_markup() -> None:
    hostile = '<img src=x onerror="alert(1)">'
    body = (
        bars([Bar(hostile, 1.0, hostile)]) + line([(hostile, 1.0), ("b", 2.0)], 0, 3, hostile) + quote(hostile, hostile)
    )
    page = document(hostile, hostile, [Section(hostile, hostile, hostile, body, (hostile,))], Spent(hostile, 1, 4))
    assert "<img" not in page


def test_bars_are_on_one_scale_and_a_line_needs_two_points() -> None:
    found = bars([Bar("a", 5, "5", 4, 10), Bar("b", 2.5, "2.5")])
    assert 'width:50.0%"></b><i style="left:40.0%;width:60.0%' in found and 'width:25.0%"></b></span>' in found
    assert line([("a", 1.0)], 0, 5, "stars") == ""


def test_the_report_at_the_desk_quotes_nobody_who_was_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant.privacy import kept

    monkeypatch.setattr(kept, "open_masker", lambda: Masker(None))
    lamp = str(products()[20]["id"])
    rows = [review(n, f"CUST-{n}", lamp, 1, f"The switch is terrible, it broke after {n} days.") for n in range(1, 7)]
    import_shop(
        tmp_path / "shop",
        [write(tmp_path / "products.jsonl", products())],
        currency="USD",
        reviews=[write(tmp_path / "reviews.jsonl", rows)],
    )
    settings = Settings(shop=tmp_path / "shop")
    shelf = open_shelf(settings)
    report = ShopReport(SimpleNamespace(settings=settings, shelf=shelf, profiles=open_profiles(settings, shelf)))
    page = report()
    assert "broke after 6 days" in page and report() is page
    open_forgetting(settings)("CUST-6")
    assert "broke after 6 days" not in report()
    # An erasure while the report is made: what was read before is not shown after it.
    made = ShopReport._make

    def slowly(self: ShopReport) -> str:
        page = made(self)
        if "broke after 5 days" in page:
            open_forgetting(settings)("CUST-5")
        return page

    monkeypatch.setattr(ShopReport, "_make", slowly)
    late = ShopReport(SimpleNamespace(settings=settings, shelf=shelf, profiles=open_profiles(settings, shelf)))
    assert "broke after 5 days" not in late()


def test_what_was_not_counted_is_said_and_no_number_stands_for_it() -> None:
    campaigns = Campaigns(
        (Response("Home", (Ad("a", "Home", "See more."),), None, None, None),), (5, 20), {}, "2026-11-03"
    )
    ads = ads_page.section(campaigns)
    assert ads.body.count(">–<") == 2 and "nobody was counted" in ads.body and "See more." in ads.body
    needs = needs_page.section(Needs((), 20, (), ("Home > Desk Lamps",), "2026-11-03"))
    assert "not counted yet: Desk Lamps" in needs.body
    assert all(any("counted on 2026-11-03" in line for line in section.method) for section in (ads, needs))
