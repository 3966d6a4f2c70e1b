"""The demo shop is built once, taken up again after an interruption, and rebuilt when its generator changes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from assistant.store import Store
from ui import demo


def test_a_shop_is_built_once_and_again_for_another_generator(
    own_demo_shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import retrieval.demo
    from retrieval.search import Shelf

    store = Store.open(own_demo_shop / "shop.sqlite")
    conversation = store.new()
    # As after a build that was cut short.
    (own_demo_shop / demo.STAMP).unlink(missing_ok=True)
    assert demo.build_shop(own_demo_shop).startswith("built")
    assert demo.build_shop(own_demo_shop) == "already built"
    assert Shelf.open(own_demo_shop).name == demo.NAME
    written: list[Path] = []

    def write_feed(folder: Path) -> retrieval.demo.DemoFeed:
        """The files that lie there, told as just written."""
        written.append(folder)
        return retrieval.demo.DemoFeed(folder, 0, 0)

    monkeypatch.setattr(retrieval.demo, "write_feed", write_feed)
    monkeypatch.setattr(demo, "generator_hash", lambda: "another")
    assert demo.build_shop(own_demo_shop).startswith("built") and written == [own_demo_shop]
    assert Store.open(own_demo_shop / "shop.sqlite").load(conversation.id) == conversation


def test_the_generators_checksum_follows_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import retrieval.demo

    (tmp_path / "__init__.py").write_text("")
    monkeypatch.setattr(retrieval.demo, "__file__", str(tmp_path / "__init__.py"))
    first = demo.generator_hash()
    (tmp_path / "words.yaml").write_text("a: 1")
    second = demo.generator_hash()
    (tmp_path / "notes.txt").write_text("no part of it")
    assert len({first, second}) == 2 and demo.generator_hash() == second


def test_a_step_is_told_with_its_seconds_once_it_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    with demo.step("Something") as told:
        told.progress(1, 2)
        told.note = "all of it"
        assert capsys.readouterr().err == ""
    assert capsys.readouterr().err.split() == ["Something", "0.0", "s", "all", "of", "it"]


def test_a_terminal_sees_a_step_grow_and_a_failed_one_end_its_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with pytest.raises(ValueError), demo.step("Something") as told:
        assert capsys.readouterr().err == "Something ..."
        told.progress(1200, 3400)
        assert "1,200 of 3,400" in capsys.readouterr().err
        raise ValueError
    assert capsys.readouterr().err == "\n"
