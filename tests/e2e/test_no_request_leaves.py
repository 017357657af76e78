"""No page asks any other machine for anything: not for an icon, a font, a script or a picture."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.playground import Playground
from tests.nightly import by_night

pytestmark = pytest.mark.browser

PAGES = ("/", "/compare", "/sweep", "/history", "/reference", "/simulator")
HERE = ("127.0.0.1", "localhost", "::1")
# What the page names to be loaded: a browser fetches some of it, such as icons, where no listener hears of it.
NAMED = """
() => [...document.querySelectorAll('link[href], [src], object[data], image[href], use[href]')]
  .map((element) => element.href?.baseVal ?? element.href ?? element.src ?? element.data)
  .filter(Boolean).map(String)
"""
# What opens by a click on the playground, by the keys of its buttons; those that are in sight are clicked.
OPENERS = ("preview", "get-code", "paste-code", "share", "export", "help", "edit-tools", "presets", "change-connection")


class Listener:
    """Hears every request of a browser context; `left` gives the addresses on other machines."""

    def __init__(self, context: BrowserContext) -> None:
        self._heard: list[str] = []
        context.on("request", lambda request: self._heard.append(request.url))

    def left(self, page: Page) -> list[str]:
        return [address for address in [*self._heard, *page.evaluate(NAMED)] if _is_elsewhere(address)]


def _is_elsewhere(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in HERE


def load(playground: Playground, path: str) -> None:
    """Opens the address anew, as a user does who types it, and waits for the page's own icon."""
    playground.open(path)
    playground.settle()
    expect(playground.page.locator('link[rel~="icon"]').last).to_have_attribute("href", re.compile("^data:image/svg"))


@pytest.mark.parametrize("scheme", by_night(["light", "dark"], always=1))
def test_no_page_asks_another_machine(open_page, simulated, scheme):
    playground = open_page(simulated, "/reference", color_scheme=scheme)
    listener = Listener(playground.page.context)
    for path in PAGES:
        load(playground, path)
        assert listener.left(playground.page) == []


def test_no_dialog_and_no_reply_asks_another_machine(open_page, simulated):
    playground = open_page(simulated, "/reference")
    listener = Listener(playground.page.context)
    load(playground, "/")
    playground.ask("Hello")
    opened = [name for name in OPENERS if playground.key(name).get_by_role("button").first.is_visible()]
    assert len(opened) >= 4
    for name in opened:
        playground.key(name).get_by_role("button").first.click()
        expect(playground.page.get_by_role("dialog").first).to_be_visible()
        playground.settle()
        assert listener.left(playground.page) == [], name
        playground.escape()
        playground.settle()
        expect(playground.page.get_by_role("dialog")).to_have_count(0)
        expect(playground.page.get_by_test_id("stPopoverBody")).to_have_count(0)
