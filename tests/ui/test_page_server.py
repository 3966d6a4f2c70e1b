"""The page's server: its port, its headers, its pictures; no browser needed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from page_fakes import PRODUCTS, FakeAssistant, FakeShelf
from starlette.testclient import TestClient

from retrieval.product import Product
from ui.page import pictures
from ui.page.server import Fence, PortTaken, address, free_port


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_that_is_taken_is_named_with_the_mend(taken: int) -> None:
    with pytest.raises(PortTaken, match=rf"port {taken} of 127\.0\.0\.1.*--port"):
        free_port("127.0.0.1", taken)


@pytest.mark.parametrize("port", [-1, 99_999])
def test_a_port_that_is_none_is_refused_in_the_same_way(port: int) -> None:
    with pytest.raises(PortTaken, match="--port"):
        free_port("127.0.0.1", port)


def test_without_a_wish_the_next_free_port_is_taken(monkeypatch: pytest.MonkeyPatch, taken: int) -> None:
    monkeypatch.setattr("ui.page.server.FIRST_PORT", taken)
    assert taken < free_port("127.0.0.1", None) < taken + 100


def test_the_address_is_one_that_a_browser_opens() -> None:
    assert address("0.0.0.0", 80) == "http://localhost:80"
    assert address("::1", 80) == "http://[::1]:80"
    assert address("10.0.0.5", 80) == "http://10.0.0.5:80"


@pytest.mark.parametrize("command", ["web", "demo"])
def test_a_taken_port_ends_the_command_with_one_line(command: str, taken: int, shoptalk: Any) -> None:
    ended = shoptalk(command, "--port", str(taken), "--no-browser")
    assert (ended.returncode, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert str(taken) in line and "--port" in line


def test_a_shop_that_is_missing_ends_the_command_with_one_line(tmp_path: Path, shoptalk: Any) -> None:
    ended = shoptalk("web", "--shop", tmp_path / "nowhere", "--port", str(free_port("127.0.0.1", None)), "--no-browser")
    assert (ended.returncode, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert "nowhere" in line


class Shop(FakeShelf):
    """Lamps whose pictures are in a folder of the test's."""

    def __init__(self, folder: Path, *names: str) -> None:
        super().__init__()
        self.folder = folder
        self.the_lamp = Product("p", "Lamp", pictures=names)


def test_a_picture_is_read_only_inside_the_shop(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    (shop / "img").mkdir(parents=True)
    (shop / "img" / "lamp.PNG").write_bytes(b"png")
    (shop / "shop.sqlite").write_bytes(b"secret")
    (tmp_path / "outside.png").write_bytes(b"secret")
    (shop / "link.png").symlink_to(tmp_path / "outside.png")
    assert pictures.local(shop, "img/lamp.PNG") == shop / "img" / "lamp.PNG"
    for name in (
        "../outside.png",
        str(tmp_path / "outside.png"),
        "link.png",
        "shop.sqlite",
        "img",
        "",
        "a\0.png",
        "x" * 5000,
    ):
        assert pictures.local(shop, name) is None, name


def test_the_first_picture_that_is_there_is_shown_and_else_one_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("retrieval.pictures")
    (tmp_path / "lamp.png").write_bytes(b"png")
    with_file, without = Shop(tmp_path, "gone.png", "lamp.png"), Shop(tmp_path, "../../etc/passwd")
    assert pictures.picture(cast(Any, with_file), with_file.the_lamp) == (b"png", "image/png")
    drawn, kind = pictures.picture(cast(Any, without), without.the_lamp)
    assert kind == "image/svg+xml" and drawn.startswith(b"<svg")


def test_pictures_of_the_feed_elsewhere_keep_their_address() -> None:
    assert pictures.address(Product("1", "A", pictures=("https://cdn/x.jpg",))) == "https://cdn/x.jpg"
    assert pictures.address(Product("a&b=c d", "A")) == "./pictures?id=a%26b%3Dc%20d"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    from ui.web import build_app

    with TestClient(Fence(build_app(cast(Any, FakeAssistant()), "a model"))) as client:
        yield client


def test_the_browser_is_told_to_talk_to_nobody_else(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    rules = dict(r.strip().split(" ", 1) for r in answer.headers["content-security-policy"].split(";"))
    assert rules["default-src"] == rules["connect-src"] == "'self'"
    assert "http" not in rules["script-src"]
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_a_picture_opened_on_its_own_may_run_nothing(client: TestClient) -> None:
    pytest.importorskip("retrieval.pictures")
    answer = client.get("/pictures", params={"id": PRODUCTS[0].id})
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "sandbox" in answer.headers["content-security-policy"]
    assert client.get("/pictures", params={"id": "nobody"}).status_code == 404


def test_the_page_has_no_public_endpoints(client: TestClient) -> None:
    info = client.get("/gradio_api/info").json()
    assert info["named_endpoints"] == {} and info["unnamed_endpoints"] == {}
