"""No page asks any other machine for anything: not for an icon, a font, a script or a picture.

Every other test of this folder is watched likewise (`canary`); these open what they do not.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.nightly]

PAGES = ("/", "/compare", "/sweep", "/history", "/reference", "/simulator")
# What opens by a click on the playground, by the keys of its buttons; those that are in sight are clicked.
OPENERS = ("preview", "get-code", "paste-code", "share", "export", "help", "edit-tools", "presets", "change-connection")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_asks_another_machine(open_page, simulated, scheme):
    for path in PAGES:
        playground = open_page(simulated, path, color_scheme=scheme)
        playground.settle()
        icon = playground.page.locator('link[rel~="icon"]').last
        expect(icon).to_have_attribute("href", re.compile("^data:image/svg"))


def test_no_dialog_and_no_reply_asks_another_machine(open_page, simulated):
    playground = open_page(simulated)
    playground.ask("Hello")
    opened = [name for name in OPENERS if playground.key(name).get_by_role("button").first.is_visible()]
    assert len(opened) >= 4
    for name in opened:
        playground.key(name).get_by_role("button").first.click()
        expect(playground.page.get_by_role("dialog").first).to_be_visible()
        playground.escape()
        playground.settle()
        expect(playground.page.get_by_role("dialog")).to_have_count(0)
        expect(playground.page.get_by_test_id("stPopoverBody")).to_have_count(0)
