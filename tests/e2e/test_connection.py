"""The connection dialog as it is used: what is seen in the key's field is what is sent, however the field was left."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from components.gateway.server import Simulator
from components.gateway.settings import Settings
from tests.e2e.playground import Playground

pytestmark = pytest.mark.browser

KEY = "sk-empiriolabs-typed-by-hand-4711"
SEEN = "sk-empiriolabs-…4711"  # as the simulator's log has it


@pytest.fixture
def server() -> Iterator[Simulator]:
    """Stands for a server of somebody else that wants a key."""
    with Simulator(Settings(tokens_per_second=0, requests_per_minute=None)) as running:
        yield running


def open_dialog(playground: Playground, kind: str = "Another server") -> None:
    playground.settle()
    playground.key("change-connection").locator("button").first.click()
    playground.page.get_by_role("dialog").get_by_text(kind, exact=True).click()
    playground.settle()


def until_focused(page: Page, target: Locator) -> None:
    for _ in range(12):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead there")


def type_and_click(page: Page, field: Locator, check: Locator) -> None:
    field.click()
    page.keyboard.type(KEY)
    check.click()


def type_and_tab_to_the_eye(page: Page, field: Locator, check: Locator) -> None:
    type_then(page, field, "Tab")
    expect(page.get_by_role("button", name="Show password")).to_be_focused()
    check.click()


def type_and_tab_on(page: Page, field: Locator, check: Locator) -> None:
    type_then(page, field, "Tab")
    until_focused(page, check)
    page.keyboard.press("Enter")


def type_and_enter(page: Page, field: Locator, check: Locator) -> None:
    type_then(page, field, "Enter")
    check.click()


def paste(page: Page, field: Locator, check: Locator) -> None:
    field.click()
    page.keyboard.insert_text(KEY)  # one input event, as a paste makes
    check.click()


def look_at_it_first(page: Page, field: Locator, check: Locator) -> None:
    type_then(page, field, "Tab")
    page.keyboard.press("Enter")
    expect(field).to_have_attribute("type", "text")
    check.click()


def be_filled_in(page: Page, field: Locator, check: Locator) -> None:
    """As password managers do: the value is set, without any focus or key, and the events follow."""
    field.evaluate(
        """(element, value) => {
          Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(element, value);
          element.dispatchEvent(new Event('input', {bubbles: true}));
          element.dispatchEvent(new Event('change', {bubbles: true}));
        }""",
        KEY,
    )
    check.click()


def type_then(page: Page, field: Locator, key: str) -> None:
    field.click()
    page.keyboard.type(KEY)
    page.keyboard.press(key)


WAYS = [
    type_and_tab_to_the_eye,
    type_and_tab_on,
    be_filled_in,
    type_and_click,
    type_and_enter,
    paste,
    look_at_it_first,
]


@pytest.mark.nightly
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_the_key_that_is_seen_is_sent(
    open_page, simulated, server: Simulator, way: Callable[[Page, Locator, Locator], None]
):
    playground = open_page(simulated)
    page = playground.page
    open_dialog(playground)
    playground.key("connection-address").locator("input").fill(server.base_url)
    field = playground.key("connection-other-key").locator("input")
    way(page, field, playground.key("connection-check-other").locator("button").first)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(playground.key("connection")).to_contain_text(f"kimi-k2-6 at {server.base_url.split('/')[2]}")
    playground.ask("Hello\nsimulate: thinking=5 answer=10")
    expect(playground.alerts).to_have_count(0)
    asked = [entry.key for entry in server.log.entries() if entry.path.endswith("/chat/completions")]
    assert asked == [SEEN]


@pytest.mark.nightly
def test_a_model_is_searched_and_chosen_from_the_list(open_page, simulated, server: Simulator):
    playground = open_page(simulated)
    page = playground.page
    open_dialog(playground)
    address = playground.key("connection-address").locator("input")
    address.fill(server.base_url.removesuffix("/v1").removeprefix("http://"))
    address.press("Tab")
    choice = playground.key("connection-models").locator("input")
    expect(choice).to_be_enabled()
    choice.click()
    choice.fill("kimi")
    page.get_by_role("option", name="kimi-k2-6").click()
    expect(playground.key("connection-model").locator("input")).to_have_value("kimi-k2-6")
    playground.key("connection-list-again").locator("button").first.click()
    expect(choice).to_be_enabled()
    listed = server.log.wait_for(lambda entry: len(server.log.entries()) >= 4, 30)
    assert listed is not None


@pytest.mark.nightly
def test_an_address_asked_before_is_offered_and_its_key_is_not(open_page, simulated, server: Simulator):
    playground = open_page(simulated)
    open_dialog(playground)
    playground.key("connection-address").locator("input").fill(server.base_url)
    playground.key("connection-other-key").locator("input").fill(KEY)
    playground.key("connection-check-other").locator("button").first.click()
    expect(playground.page.get_by_role("dialog")).to_have_count(0)
    playground.ask("Hello\nsimulate: thinking=5 answer=10")
    later = open_page(simulated)
    open_dialog(later)
    later.key("connection-recent").get_by_text(server.base_url.split("://")[1]).click()
    expect(later.key("connection-address").locator("input")).to_have_value(server.base_url)
    expect(later.key("connection-model").locator("input")).to_have_value("kimi-k2-6")
    expect(later.key("connection-other-key").locator("input")).to_have_value("")
    assert KEY not in later.page.content()
