"""The service desk in a real Chromium, beside a shopper's page, over a small invented shop with orders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from page_fakes import HOSTILE
from starlette.testclient import TestClient
from visits import DESKTOP, PHONE, profile, served, visit

from assistant.build import Assistant, Settings, open_office, open_profiles
from assistant.desk.accounts import IDLE, Agent
from assistant.desk.office import Office
from assistant.insights.ledger import Ledger
from benchmarks.handoff import desk_assistant
from benchmarks.invented_orders import database
from eval.order_tasks import make_shop
from ui.desk import beside, view
from ui.desk.handlers import COOKIE
from ui.words import words

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

PASSWORD = "correct horse battery"
DATABASE: dict[str, Any] = database()


@dataclass
class Shop:
    """A shop whose clock at the desk can be put forward."""

    assistant: Assistant
    office: Office
    late: timedelta = timedelta()

    def tastes(self, customer: str) -> bool:
        """Whether anything is known of what a customer likes."""
        return bool(self.assistant.profiles and self.assistant.profiles.of(customer).tastes)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = make_shop(DATABASE, tmp_path_factory.mktemp("desk"))
    assistant = desk_assistant(folder, None, "nobody")
    assert assistant.desk
    profiles = open_profiles(Settings(shop=folder), assistant.shelf, assistant.store, assistant.desk.gate)
    whole = replace(assistant, profiles=profiles)
    made = Shop(whole, open_office(whole))
    made.office = replace(made.office, now=lambda: datetime.now(UTC) + made.late)
    made.office.accounts.add("anna", "agent", PASSWORD)
    made.office.accounts.add("sue", "supervisor", PASSWORD)
    return made


@pytest.fixture(scope="module")
def app(shop: Shop) -> Any:
    from ui.web import build_app

    return build_app(shop.assistant, "a model", shop.office)


@pytest.fixture(scope="module")
def url(app: Any) -> Iterator[str]:
    with served(app) as address:
        yield address


def order(status: str) -> dict[str, Any]:
    """An order in this state."""
    return next(o for o in DATABASE["orders"].values() if o["status"] == status)


@pytest.fixture
def desk(browser: Browser, url: str) -> Iterator[Page]:
    """A browser at the desk's door."""
    yield from _opened(browser, url, DESKTOP)


@pytest.fixture
def pocket(browser: Browser, url: str) -> Iterator[Page]:
    """A phone at the desk's door."""
    yield from _opened(browser, url, PHONE)


def _opened(browser: Browser, url: str, size: tuple[int, int]) -> Iterator[Page]:
    with profile(browser, url, size) as context:
        page = context.new_page()
        page.goto(f"{url}desk")
        yield page


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def cancelling(page: Page, order_id: str) -> Locator:
    """The unfolded form that cancels an order."""
    of = page.locator(".sd-order", has_text=order_id)
    of.locator("summary").first.click()
    of.get_by_text("Cancel the order").click()
    return of.locator("form[data-action=cancel_pending_order]")


def test_take_over_draft_send_act_and_return(browser: Browser, url: str, desk: Page, shop: Shop) -> None:
    pending = order("pending")
    customer = DATABASE["users"][pending["user_id"]]
    with visit(browser, url) as shopper:
        shopper.ask("I'd like to talk to one of your staff")
        assert "at place" in shopper.page.locator("#st-live").inner_text()
        sign_in(desk, "anna")
        desk.locator(".sd-item").first.click()
        desk.get_by_role("button", name="Take over").click()
        shopper.page.get_by_text("Anna, of the shop's staff, writes here now").wait_for()
        draft = desk.locator("#sd-draft textarea")
        desk.wait_for_function("document.querySelector('#sd-draft textarea')?.value.startsWith('Hello, this is Anna')")
        draft.fill(draft.input_value() + " Who are you, please?")
        desk.get_by_role("button", name="Send").click()
        shopper.page.locator(".st-staff", has_text="Hello, this is Anna. I have read").wait_for()
        assert draft.input_value() == ""
        shopper.page.fill("#st-box textarea", f"I am {customer['email']}")
        shopper.page.press("#st-box textarea", "Enter")
        desk.get_by_text(f"I am {customer['email']}").wait_for()
        # The assistant is silent meanwhile.
        assert shopper.page.locator(".st-says").count() == 1
        desk.get_by_label("E-mail").fill("somebody@example.org")
        desk.get_by_role("button", name="Check who it is").click()
        desk.get_by_role("alert").filter(has_text="no account").wait_for()
        desk.get_by_label("E-mail").fill(customer["email"])
        desk.get_by_role("button", name="Check who it is").click()
        desk.get_by_text("identity proved").wait_for()
        form = cancelling(desk, pending["order_id"])
        form.get_by_label("Reason").select_option("other")
        form.get_by_role("button", name="Dry run").click()
        desk.get_by_text("Refused by cancel.reason").wait_for()
        assert desk.get_by_role("button", name="Ask a supervisor").is_visible()
        form.get_by_label("Reason").select_option("ordered by mistake")
        form.get_by_role("button", name="Dry run").click()
        desk.get_by_text("Nothing is written yet").wait_for()
        assert _status(shop, pending) == "pending"
        desk.get_by_role("button", name="Write it").click()
        desk.get_by_role("button", name="Tell the shopper").click()
        assert _status(shop, pending) == "cancelled"
        desk.get_by_role("button", name="Send").click()
        shopper.page.locator(".st-staff", has_text="Done.").wait_for()
        desk.get_by_role("button", name="Give back to the assistant").click()
        shopper.page.get_by_text("Anna has left").wait_for()
        shopper.ask("backpacks")
        assert shopper.page.locator("#st-live .st-says").count() == 1
        assert shopper.faults == []
    done = [line.what for line in shop.office.log.lines()]
    assert {"took", "wrote", "identified", "proposed", "confirms", "confirmed", "returned", "looked"} <= set(done)


def _status(shop: Shop, of: dict[str, Any]) -> str:
    assert shop.office.gate
    with shop.office.gate.store.reading() as records:
        found = records.order(of["order_id"])
    assert found
    return found.status


def test_an_exception_is_asked_for_here_and_granted_there(desk: Page, pocket: Page, shop: Shop) -> None:
    pending = [o for o in DATABASE["orders"].values() if o["status"] == "pending"][1]
    state = shop.assistant.store.new(pending["user_id"], True)
    list(shop.assistant.say(state, "this is outrageous, get me your manager"))
    sign_in(desk, "anna")
    desk.locator(".sd-item", has_text="anger").click()
    desk.get_by_role("button", name="Take over").click()
    form = cancelling(desk, pending["order_id"])
    form.get_by_label("Reason").select_option("other")
    form.get_by_role("button", name="Dry run").click()
    desk.get_by_label("Why").fill("waited three weeks")
    desk.get_by_role("button", name="Ask a supervisor for an exception").click()
    sign_in(pocket, "sue")
    pocket.get_by_role("button", name="Grant").click()
    pocket.get_by_text("The exception is granted.").wait_for()
    assert int(pocket.evaluate("document.documentElement.scrollWidth - window.innerWidth")) <= 0
    form.get_by_role("button", name="Dry run").click()
    desk.get_by_role("button", name="Write it").click()
    desk.get_by_text("Written.").wait_for()
    assert _status(shop, pending) == "cancelled"


def test_a_question_is_answered_with_its_sources_beside_what_is_known_of_the_customer(desk: Page, shop: Shop) -> None:
    user = next(u for u in DATABASE["users"].values() if len(u["orders"]) > 1 and shop.tastes(u["user_id"]))
    state = shop.assistant.store.new(user["user_id"], True)
    list(shop.assistant.say(state, "my lawyer will hear of this"))
    sign_in(desk, "anna")
    desk.locator(".sd-item", has_text="legal").click()
    desk.get_by_role("button", name="Take over").click()
    desk.get_by_text("Ask the assistant").click()
    box = desk.get_by_label("A question about policies")
    box.fill(f"what is the status of order {user['orders'][0]}?")
    desk.get_by_role("button", name="Ask", exact=True).click()
    desk.locator(".sd-source", has_text=f"order {user['orders'][0]}: ").first.wait_for()
    desk.get_by_role("button", name="Use in the message").click()
    assert user["orders"][0] in desk.locator("#sd-draft textarea").input_value()
    tastes = desk.locator("section.st-panel", has=desk.get_by_role("heading", name="Tastes"))
    tastes.locator("summary").first.click()
    tastes.get_by_text("ordered").first.wait_for()


def test_a_wrong_password_and_an_ended_session_open_nothing(desk: Page, shop: Shop) -> None:
    sign_in(desk, "anna", "a wrong password")
    desk.get_by_role("alert").filter(has_text="do not fit").wait_for()
    sign_in(desk, "anna")
    desk.locator(".sd-queue").wait_for()
    cookie = next(c for c in desk.context.cookies() if c["name"] == "shoptalk_desk")
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict"
    # No grant and no log for an agent.
    assert desk.get_by_role("button", name="Grant").count() == 0 and desk.locator("details[data-key=log]").count() == 0
    shop.late = IDLE + timedelta(minutes=1)
    try:
        # The page asks for news by itself, which keeps nobody signed in.
        desk.get_by_text("Your session has ended").wait_for()
        assert desk.locator(".sd-queue").count() == 0
        desk.goto(f"{desk.url.partition('/desk')[0]}/desk/")
        desk.get_by_role("button", name="Sign in").wait_for()
    finally:
        shop.late = timedelta()


def test_nothing_behind_the_door_answers_without_a_session(app: Any) -> None:
    # Not entered: leaving it would end the queue of the server that the other tests use.
    client = TestClient(app, follow_redirects=False)
    for path in ("/desk", "/desk/"):
        assert (client.get(path).status_code, client.get(path).headers["location"]) == (303, "/desk/sign-in")
    for path in ("/desk/config", "/desk/gradio_api/info", "/desk/queue/join", "/desk/gradio_api/queue/join"):
        assert client.get(path).status_code == 401 and client.post(path, json={}).status_code == 401
    wrong = client.post("/desk/sign-in", data={"name": "anna", "password": "x" * 20})
    assert wrong.status_code == 401 and "set-cookie" not in wrong.headers
    assert client.post("/desk/sign-in", content=b"x" * 9_000).status_code == 401
    assert client.get("/").status_code == 200


def test_supervisors_read_what_customers_tell_and_nobody_else(app: Any, shop: Shop) -> None:
    client = TestClient(app, follow_redirects=False)
    assert client.get("/desk/insights").status_code == 401
    for name, status in (("anna", 403), ("sue", 200)):
        client.cookies.set(COOKIE, shop.office.accounts.sign_in(name, PASSWORD, "192.0.2.9"), path="/desk")
        found = client.get("/desk/insights")
        assert found.status_code == status
    assert "What the customers of" in found.text and "This shop has no reviews" in found.text
    assert "script" not in found.headers["content-security-policy"]
    # A look spends nothing.
    assert Ledger(shop.assistant.store.engine).account().spent.epsilon == 0
    assert "/desk/insights" in view.head(Agent("sue", "supervisor"), "Shop")
    assert "/desk/insights" not in view.head(Agent("anna", "agent"), "Shop")


def test_the_desk_reads_well_on_a_phone(pocket: Page, shop: Shop) -> None:
    sign_in(pocket, "anna")
    pocket.locator(".sd-queue").wait_for()
    assert int(pocket.evaluate("document.documentElement.scrollWidth - window.innerWidth")) <= 0


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_axe_finds_no_serious_fault(browser: Browser, url: str, shop: Shop, size: tuple[int, int]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    state = shop.assistant.store.new(order("delivered")["user_id"], True)
    list(shop.assistant.say(state, "get me an operator"))
    shop.office.take(Agent("anna", "agent"), state.id)
    for page in _opened(browser, url, size):
        found = axe.run(page).response["violations"]
        sign_in(page, "anna")
        page.locator(".sd-item[data-talk='" + state.id + "']").click()
        page.locator(".sd-order summary").first.click()
        found += axe.run(page).response["violations"]
        assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []


def test_what_a_stranger_wrote_becomes_no_markup(shop: Shop) -> None:
    sue, state = Agent("sue", "supervisor"), shop.assistant.store.new()
    list(shop.assistant.say(state, f"get me a human {HOSTILE}"))
    shop.office.take(sue, state.id)
    shop.office.queue.hear(state.id, HOSTILE)
    shop.office.write(sue, state.id, HOSTILE)
    file = shop.office.look(sue, state.id)
    found = view.find(HOSTILE, shop.office.search(sue, "hacked"))
    seen = (
        view.queue(shop.office.overview(sue), sue, shop.office.now(), state.id) + found + view.talk(file, words("en"))
    )
    seen += beside.side(file, sue, None, shop.office.actions(), shop.office.variants) + view.note(HOSTILE)
    seen += beside.canned({HOSTILE: HOSTILE}, sue) + view.log(shop.office.log.lines())
    assert "hacked=1" in seen and "<script" not in seen and "<img" not in seen
