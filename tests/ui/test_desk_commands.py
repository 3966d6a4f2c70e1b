"""`shoptalk desk`: accounts and the log, from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.desk.accounts import Accounts
from assistant.desk.log import Log
from assistant.errors import DeskError
from assistant.store import Store
from retrieval.importer import import_shop
from ui.cli import app

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "lamps.csv").write_text("id,title,price\nL1,Reading lamp,49.90\n", encoding="utf-8")
    import_shop(folder / "shop", [folder / "lamps.csv"])
    return folder / "shop"


def run(*words: str, typed: str = "") -> Any:
    return CliRunner().invoke(app, ["desk", *words], input=typed)


def accounts(shop: Path) -> Accounts:
    return Accounts(Store.open(shop / "shop.sqlite").engine)


def test_an_account_is_made_listed_renewed_and_taken_away(shop: Path) -> None:
    assert run("user", "add", "Anna", "--shop", str(shop), typed=f"{PASSWORD}\n").exit_code == 0
    assert run("user", "add", "sue", "--role", "supervisor", "--shop", str(shop), typed=f"{PASSWORD}\n").exit_code == 0
    assert run("users", "--shop", str(shop)).stdout == "anna\tagent\nsue\tsupervisor\n"
    assert accounts(shop).who(accounts(shop).sign_in("sue", PASSWORD)).role == "supervisor"
    assert run("user", "add", "anna", "--shop", str(shop), typed="another long one\n").exit_code == 0
    with pytest.raises(DeskError):
        accounts(shop).sign_in("anna", PASSWORD)
    assert run("user", "remove", "anna", "--shop", str(shop)).exit_code == 0
    added = CliRunner().invoke(
        app, ["agent", "add", "kim", "--role", "agent", "--shop", str(shop)], input=f"{PASSWORD}\n"
    )
    assert (added.exit_code, accounts(shop).sign_in("kim", PASSWORD) != "") == (0, True)
    assert run("user", "remove", "kim", "--shop", str(shop)).exit_code == 0
    assert run("users", "--shop", str(shop)).stdout == "sue\tsupervisor\n"


@pytest.mark.parametrize(
    ("words", "typed", "says"),
    [
        (("user", "add", "bob"), "short\n", "no safe password"),
        (("user", "add", "bob"), "", "no safe password"),
        (("user", "add", "bob", "--role", "king"), f"{PASSWORD}\n", "no role 'king'"),
        (("user", "add", "bob!"), f"{PASSWORD}\n", "no name"),
        (("user", "remove", "nobody"), "", "no account 'nobody'"),
    ],
)
def test_a_mistake_is_one_sentence_and_changes_nothing(
    shop: Path, words: tuple[str, ...], typed: str, says: str
) -> None:
    before = accounts(shop).all()
    result = run(*words, "--shop", str(shop), typed=typed)
    assert isinstance(result.exception, DeskError) and says in str(result.exception)
    assert accounts(shop).all() == before


def test_a_folder_without_a_shop_is_left_alone(tmp_path: Path) -> None:
    result = run("users", "--shop", str(tmp_path))
    assert isinstance(result.exception, DeskError) and not list(tmp_path.iterdir())


def test_the_log_is_printed_one_line_a_row(shop: Path) -> None:
    log = Log(Store.open(shop / "shop.sqlite").engine)
    log.note("anna", "looked", "talk", "cleo", "a\nb")
    log.note("sue", "searched")
    first, second = run("log", "--shop", str(shop)).stdout.splitlines()
    assert first.split("\t")[1:3] == ["sue", "searched"]
    assert second.split("\t")[1:] == ["anna", "looked", "talk", "cleo", "a b"]
    assert len(run("log", "--customer", "cleo", "--shop", str(shop)).stdout.splitlines()) == 1
