"""The page's controls in a real Chromium, at a desk and on a phone, over the small known shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from page_fakes import FakeAssistant
from visits import PHONE, SMALL, Visit, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator


def change(visitor: Visit, chip: str, value: str = "", hard: str = "") -> None:
    """Opens the chip that reads ``chip``, sets what is given and saves."""
    visitor.page.locator("#st-wishes .st-opens", has_text=chip).click()
    form = visitor.page.locator("#st-wishes .st-edit:popover-open")
    if value:
        form.locator("[name=new]").fill(value)
    if hard:
        form.get_by_label(hard).check()
    form.get_by_role("button", name="Save").click()


def ground(visitor: Visit) -> str:
    """The colour of the page."""
    return str(visitor.page.evaluate("getComputedStyle(document.querySelector('.gradio-container')).backgroundColor"))


def test_every_chip_can_be_changed_softened_and_taken_back(visitor: Visit, assistant: FakeAssistant) -> None:
    visitor.ask("a cosy lamp under 30")
    assert len(visitor.prices()) == 2
    change(visitor, "up to $30", "45")
    visitor.did("up to $45 instead of up to $30")
    assert len(visitor.prices()) == 3 and max(visitor.prices()) <= 45
    change(visitor, "cosy", hard="Must have")
    visitor.did("A must: cosy")
    assert visitor.page.locator("#st-wishes .st-hard").count() == 3
    visitor.page.fill("#st-box textarea", "what I am typing")
    visitor.page.get_by_role("button", name="Remove: up to $45").first.click()
    visitor.did("No longer needed: up to $45")
    assert len(visitor.prices()) == 6
    assert visitor.chips() == ["lamp", "cosy"]
    assert visitor.page.input_value("#st-box textarea") == "what I am typing"
    # The form that stands where another chip's stood shows its own chip's value, and an empty one is not sent.
    visitor.page.locator("#st-wishes .st-opens").nth(1).click()
    field = visitor.page.locator("#st-wishes .st-edit:popover-open [name=new]")
    assert field.input_value() == "cosy"
    field.fill("")
    field.press("Enter")
    assert visitor.page.locator("#st-wishes .st-edit:popover-open").count() == 1
    visitor.page.keyboard.press("Escape")
    assert visitor.page.locator("#st-wishes .st-edit:popover-open").count() == 0
    assert visitor.page.locator("#st-history .st-turn").count() == 3
    # Pressed one after the other while an answer grows, all are heard.
    visitor.page.get_by_role("button", name="New chat").click()
    visitor.page.wait_for_selector(".st-welcome")
    visitor.ask("a cosy lamp under 30")
    assistant.go.clear()
    visitor.send("wait for it")
    visitor.page.wait_for_selector("#st-live .st-working")
    visitor.page.get_by_role("button", name="Remove: cosy").first.click()
    visitor.page.get_by_role("button", name="Remove: up to $30").first.click()
    assistant.go.set()
    visitor.did("No longer needed: up to $30")
    assistant.go.clear()
    assert visitor.chips() == ["lamp"]
    said = visitor.page.locator(".st-you p").all_inner_texts()
    assert said[1:] == ["wait for it", "No longer needed: cosy", "No longer needed: up to $30"]


def test_products_ticked_stand_side_by_side(visitor: Visit) -> None:
    page = visitor.page
    visitor.ask("a lamp")
    bar = page.locator(".st-picked")
    assert not bar.is_visible()
    ticks = page.locator(".st-pick input")
    ticks.nth(0).check()
    assert "1 product chosen" in bar.inner_text() and not bar.get_by_role("button", name="Compare").is_visible()
    ticks.nth(2).check()
    assert "2 products chosen" in bar.inner_text()
    bar.get_by_role("button", name="Compare").click()
    visitor.did("Compare the first and the third")
    table = page.locator("#st-live .st-table")
    assert table.locator("thead th[data-product]").count() == 2
    assert [h.get_attribute("data-product") for h in table.locator("thead th[data-product]").all()] == [
        "lamp-1",
        "lamp-3",
    ]
    groups = table.locator(".st-group").all_inner_texts()
    assert groups == ["Different", "The same for all"]
    assert not bar.is_visible()
    visitor.ask("under 50")
    assert page.locator(".st-pick input:checked").count() == 0
    page.locator(".st-pick input").nth(1).check()
    bar.get_by_role("button", name="Clear").click()
    assert page.locator(".st-pick input:checked").count() == 0 and not bar.is_visible()


def test_an_answer_is_rated_and_the_rating_is_kept(visitor: Visit, assistant: FakeAssistant) -> None:
    page = visitor.page
    visitor.ask("a lamp")
    good, bad = (page.locator("#st-live").get_by_role("button", name=n) for n in ("Good answer", "Bad answer"))
    good.click()
    assert "Thank you" in page.locator("#st-status").inner_text()
    bad.press("Enter")
    assert [t.get_attribute("aria-pressed") for t in (good, bad)] == ["false", "true"]
    page.wait_for_function("document.querySelector('#st-status').textContent.includes('Thank you')")
    visitor.ask("under 50")
    visitor.open()
    page.wait_for_selector("#st-history .st-bad[aria-pressed=true]")
    assert -1 in assistant.store.rated.values()
    page.locator("#st-history .st-bad").click()
    assert "taken back" in page.locator("#st-status").inner_text()


def test_a_picture_that_is_dropped_or_pasted_is_answered_with_what_the_search_can_read(visitor: Visit) -> None:
    page, note = visitor.page, visitor.page.locator("#st-plus-menu .st-quiet")
    for kind in ("drop", "paste"):
        assert not note.is_visible()
        stayed = page.evaluate(
            """(kind) => {
                const data = new DataTransfer();
                data.items.add(new File(["x"], "lamp.png", { type: "image/png" }));
                const about = { bubbles: true, cancelable: true, dataTransfer: data, clipboardData: data };
                const event = kind === "drop" ? new DragEvent(kind, about) : new ClipboardEvent(kind, about);
                return !document.querySelector("#st-box textarea").dispatchEvent(event);
            }""",
            kind,
        )
        assert stayed, "the browser does not leave the page for the picture"
        note.wait_for()
        assert "reads text alone" in page.locator("#st-status").inner_text()
        page.keyboard.press("Escape")
    visitor.page.fill("#st-box textarea", "text is pasted as ever")


def test_language_and_light_are_the_systems_until_others_are_chosen_and_kept(browser: Browser, url: str) -> None:
    with visit(browser, url, scheme="dark", language="zh-CN") as visitor:
        page, dark = visitor.page, ground(visitor)
        page.get_by_role("heading", name="您想找什么？").wait_for()
        assert page.locator("html").get_attribute("lang") == "zh"
        assert page.get_by_role("textbox", name="您的消息").count() == 1
        visitor.ask("a cosy lamp under 50")
        assert visitor.chips() == ["lamp", "最多 $50", "cosy"]
        page.get_by_role("button", name="English").first.click()
        page.get_by_role("textbox", name="Your message").wait_for()
        assert visitor.chips() == ["lamp", "up to $50", "cosy"]
        assert page.locator("html").get_attribute("lang") == "en"
        page.get_by_role("button", name="Switch between light and dark").first.click()
        light = ground(visitor)
        assert light != dark
        visitor.open()
        page.get_by_role("textbox", name="Your message").wait_for()
        assert ground(visitor) == light
        assert "Add to cart" in page.locator("#st-live").inner_text()
        assert visitor.faults == []


def test_a_chat_is_deleted_after_asking_and_the_others_stay(visitor: Visit, assistant: FakeAssistant) -> None:
    page, chats = visitor.page, visitor.page.locator("#st-chats")
    visitor.ask("a first lamp")
    page.get_by_role("button", name="New chat").click()
    page.wait_for_selector(".st-welcome")
    visitor.ask("a second lamp")
    page.get_by_role("button", name="New chat").click()
    page.wait_for_selector(".st-welcome")
    visitor.ask("a third lamp")
    assert chats.locator(".st-link").all_inner_texts() == ["a third lamp", "a second lamp", "a first lamp"]
    chats.get_by_role("button", name="Delete the chat: a second lamp").click()
    chats.get_by_role("button", name="Keep").locator("visible=true").click()
    assert chats.locator(".st-link").count() == 3
    chats.get_by_role("button", name="Delete the chat: a second lamp").click()
    chats.get_by_role("button", name="Delete", exact=True).locator("visible=true").click()
    chats.get_by_role("button", name="a second lamp").first.wait_for(state="detached")
    assert page.locator("#st-live .st-you").inner_text().endswith("a third lamp"), "the open one stays as it stands"
    chats.get_by_role("button", name="Delete the chat: a third lamp").click()
    chats.get_by_role("button", name="Delete", exact=True).locator("visible=true").click()
    page.wait_for_selector(".st-welcome")
    visitor.open()
    assert chats.locator(".st-link").all_inner_texts() == ["a first lamp"]
    assert not any(s.turns and "second" in s.turns[0].text for s in assistant.store.states.values())


def test_a_phone_has_it_all_within_reach(phone: Visit) -> None:
    page = phone.page
    phone.ask("a cosy lamp under 50")
    change(phone, "up to $50", "45")
    phone.did("up to $45 instead")
    page.get_by_role("button", name="Chats and settings").click()
    drawer = page.get_by_role("dialog", name="Chats")
    drawer.get_by_role("button", name="中文").click()
    page.get_by_role("dialog", name="对话").wait_for()
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    assert page.evaluate("document.activeElement.classList.contains('st-menu')")
    for n in (0, 1, 2):
        page.locator(".st-pick input").nth(n).check()
    page.locator(".st-picked").get_by_role("button", name="对比").click()
    phone.did("对比")
    table = page.locator("#st-live .st-table")
    wider = table.evaluate("t => t.scrollWidth - t.clientWidth")
    assert wider > 0 and phone.overflow() <= 0, "the table scrolls, the page does not"
    page.locator("#st-plus button").first.click()
    page.get_by_role("button", name="转人工").click()
    phone.did("转人工")
    page.get_by_text("A person of the shop takes over.").wait_for()


def test_a_phone_of_any_size_has_room_for_everything(phone: Visit) -> None:
    page = phone.page
    assert phone.overflow() <= 0
    phone.ask("a cosy lamp under 50")
    page.locator("#st-live .st-why summary").first.click()
    page.locator("#st-live .st-proof summary").click()
    page.locator(".st-actions[data-product=lamp-2] select").select_option("lamp-2-s")
    page.get_by_role("button", name="Add to cart: Swing arm desk lamp").click()
    phone.did("Add to my cart: Swing arm desk lamp, size S")
    page.get_by_role("button", name="Your cart, 1 item").click()
    drawer = page.get_by_role("dialog", name="Your cart")
    drawer.get_by_role("button", name="One more").click()
    drawer.get_by_text("$98.00", exact=True).first.wait_for()
    phone.answered()
    for size in (PHONE, SMALL):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        within(phone, drawer.get_by_role("button").all() + drawer.get_by_role("combobox").all())
    page.keyboard.press("Escape")
    for n in (0, 1):
        page.locator(".st-pick input").nth(n).check()
    controls = (".st-menu", ".st-new", ".st-open-cart", ".submit-button", ".st-picked .st-strong")
    within(phone, [page.locator(f"{control}:visible").first for control in controls])
    phone.ask("under 50 " + "verylongwordwithoutanyspace" * 12)
    assert phone.overflow() <= 0


def within(phone: Visit, controls: list[Locator]) -> None:
    """Each control can be seen whole and hit with a thumb."""
    width = phone.page.viewport_size["width"]  # type: ignore[index]
    for control in controls:
        seen, what = control.bounding_box(), control.get_attribute("class")
        assert seen and seen["x"] >= 0 and seen["x"] + seen["width"] <= width, what
        assert min(seen["width"], seen["height"]) >= 34, f"{what} can be hit with a thumb"
    assert phone.overflow() <= 0


def test_a_cart_is_filled_changed_and_emptied(visitor: Visit, assistant: FakeAssistant) -> None:
    page = visitor.page
    visitor.ask("a lamp under 50")
    page.get_by_role("button", name="Add to cart: Swing arm desk lamp").click()
    visitor.did("Add to my cart: Swing arm desk lamp")
    page.locator("#st-live").get_by_role("button", name="L", exact=True).click()
    page.get_by_text("In your cart: 1 × Swing arm desk lamp, size L").first.wait_for()
    visitor.answered()
    page.get_by_role("button", name="Your cart, 1 item").wait_for()
    # The list is still there to take something else from.
    page.get_by_role("button", name="Add to cart: Halo desk lamp").click()
    visitor.did("Add to my cart: Halo desk lamp")
    page.locator("#st-live").get_by_role("button", name="See your cart").click()
    drawer = page.get_by_role("dialog", name="Your cart")
    assert drawer.locator(".st-line").count() == 2
    assert "$88.95" in drawer.locator(".st-total").inner_text()
    drawer.get_by_role("button", name="One more: Halo desk lamp").click()
    drawer.get_by_text("$128.90", exact=True).wait_for()
    drawer.get_by_role("combobox", name="Size: Swing arm desk lamp").select_option("lamp-2-s")
    drawer.get_by_role("status").filter(has_text="size S instead of size L").wait_for()
    drawer.get_by_role("button", name="Remove: Swing arm desk lamp").press("Enter")
    drawer.get_by_role("status").filter(has_text="Taken out: Swing arm desk lamp, size S.").wait_for()
    assert "$79.90" in drawer.locator(".st-total").inner_text()
    assert drawer.locator(".st-line").count() == 1 and drawer.is_visible()
    page.keyboard.press("Escape")
    assert not drawer.is_visible()
    visitor.open()
    page.get_by_role("button", name="Your cart, 2 items").click()
    assert page.locator("#st-cart output").inner_text() == "2"
    for answer, left in (("No", 1), ("Yes, do it", 0)):
        drawer.get_by_role("button", name="Empty the cart").click()
        drawer.get_by_text("Shall I take all 2 items out of your cart?").wait_for()
        drawer.get_by_role("button", name=answer, exact=True).click()
        drawer.get_by_role("button", name=answer, exact=True).wait_for(state="detached")
        visitor.answered()
        assert drawer.locator(".st-line").count() == left
    page.keyboard.press("Escape")
    assert page.get_by_role("button", name="Your cart, 0 items").is_visible() and page.locator(".st-count").count() == 0
