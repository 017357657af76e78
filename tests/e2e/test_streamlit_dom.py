"""The page's own elements that `components/ui/streamlit_dom` relies on, all on one load of a page that has each.

A failure names the hooks that this release of Streamlit changed, and the files that rely on them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from components.ui import streamlit_internals
from tests.e2e.app_server import AppServer

DOM = Path(streamlit_internals.__file__).parent / "streamlit_dom"
SELECTOR = re.compile(
    r'\[data-testid="[^"]+"\]|button\[kind\^?="\w+"\]|button\[data-variant="\w+"\](?:\[data-rac\])?(?:\[data-selected\])?'
    r'|\[role="dialog"\]|button\[aria-label="\w+"\]|span\[data-tag\]|script\[type="module"\]\[src\*="[^"]+"\]|input\[type=file\]'
)
FILLED = "filled.txt"
# In the place of `stMain` where Streamlit itself places the message box: no page has both.
INSTEAD = {'[data-testid="stAppScrollToBottomContainer"]'}


def _hooks() -> dict[str, list[str]]:
    """Each selector of an element of Streamlit's -> the files that rely on it."""
    found: dict[str, list[str]] = {}
    for file in sorted(DOM.iterdir()):
        for selector in dict.fromkeys(SELECTOR.findall(file.read_text("utf-8"))):
            found.setdefault(selector, []).append(file.name)
    return found


def _note_found(page: Page, hooks: list[str], found: set[str]) -> None:
    found.update(page.evaluate("all => all.filter(each => document.querySelector(each))", hooks))


def test_every_element_that_a_script_or_style_relies_on_is_on_the_page(browser):
    hooks = _hooks()
    assert len(hooks) > 40  # the pattern above still reads the folder
    found: set[str] = set()
    with AppServer(app="tests/e2e/dom_page.py") as server:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        try:
            changed = list(_changed(context.new_page(), server.url, list(hooks), found))
        finally:
            context.close()
    gone = [f"{hook} ({', '.join(files)})" for hook, files in hooks.items() if hook not in found | INSTEAD]
    assert not gone, "no such element: " + "; ".join(gone)
    assert not changed, "; ".join(changed)


def _changed(page: Page, url: str, hooks: list[str], found: set[str]) -> Iterator[str]:
    """Opens all that opens, notes which hooks are found, and tells which of the ways in no longer works."""
    held: list[Route] = []
    page.route("**/_stcore/upload_file/**", lambda route: held.append(route))
    page.goto(url)
    expect(page.get_by_text("Came: nothing")).to_be_attached()
    expect(page.locator("code .token.keyword")).to_be_attached()
    _note_found(page, hooks, found)

    page.get_by_label("Line", exact=True).fill("typed")
    expect(page.get_by_text("Press Enter to apply")).to_be_visible()
    _note_found(page, hooks, found)
    page.get_by_role("button", name="Popover").click()
    expect(page.get_by_text("In the popover")).to_be_visible()
    _note_found(page, hooks, found)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Menu", exact=True).click()
    expect(page.get_by_text("Two").last).to_be_visible()
    _note_found(page, hooks, found)
    page.keyboard.press("Escape")

    # As `drop.js` does it.
    page.evaluate(
        """name => {
          const transfer = new DataTransfer()
          transfer.items.add(new File(["text"], name))
          const input = document.querySelector(".st-key-attach input[type=file]")
          input.files = transfer.files
          input.dispatchEvent(new Event("change", { bubbles: true }))
        }""",
        FILLED,
    )
    try:
        expect(page.locator(".st-key-attach").get_by_text(FILLED)).to_be_attached()
        _note_found(page, hooks, found)
        for route in held:
            route.continue_()
        page.unroute("**/_stcore/upload_file/**")
        expect(page.get_by_text(f"Came: {FILLED}")).to_be_attached()
    except AssertionError:
        yield "the uploader takes no file that its input was given from outside (drop.js, arriving.js)"

    # As `unsent.js` does it.
    page.evaluate(
        """() => {
          const box = document.querySelector(".st-key-composer textarea")
          Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, "given back")
          box.dispatchEvent(new Event("input", { bubbles: true }))
        }"""
    )
    try:
        page.locator('.st-key-composer [data-testid="stChatInputSubmitButton"]').click()
        expect(page.get_by_text("Sent: given back")).to_be_attached()
    except AssertionError:
        yield "React takes no text by the setter of the element's value (unsent.js)"

    page.get_by_role("button", name="Open the dialog").click()
    expect(page.get_by_text("In the dialog")).to_be_visible()
    _note_found(page, hooks, found)
