"""The page by keyboard alone: send, stop, regenerate, new, search."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_everything_that_matters_has_a_key(open_page, simulated):
    playground = open_page(simulated)
    page = playground.page
    playground.composer.focus()
    page.keyboard.type("Write a long essay about the sea, please.")
    page.keyboard.press("Enter")
    expect(playground.key("stop")).to_be_visible()
    page.keyboard.press("Escape")
    expect(playground.key("turn-1")).to_contain_text("Stopped by you")
    page.keyboard.press("Control+Shift+Enter")
    expect(playground.key("stop")).to_be_visible()
    page.keyboard.press("Escape")
    expect(playground.key("turn-1")).to_contain_text("Stopped by you")
    page.keyboard.press("Control+Shift+O")
    expect(playground.key("turn-1")).to_have_count(0)
    page.keyboard.press("Control+Shift+K")
    expect(page).to_have_url(f"{simulated.url}/history")
    assert playground.errors == []
