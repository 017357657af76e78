"""axe finds nothing serious or critical, on any page or dialog, in light and dark, wide and narrow; nothing scrolls
sideways."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.e2e.playground import Playground
from tests.nightly import by_night
from tests.node import node_modules

pytestmark = pytest.mark.browser

PAGES = ("Compare", "Sweep", "History", "Reference", "Simulator")
# What opens before there is a turn -> the key of its button; and what the header's menu opens.
OPENED = {"presets": "presets", "share": "share", "connection": "change-connection", "tools": "edit-tools"}
IN_MENU = ("Prompt templates", "Get code", "Paste code", "Shortcuts and help")
# The colours and the width (px) in which a page is looked at.
LOOKS = pytest.mark.parametrize(
    "look", by_night([("light", 390), ("light", 1440), ("dark", 390), ("dark", 1440)], always=1), ids=str
)


BACKGROUND = "() => getComputedStyle(document.querySelector('[data-testid=\"stApp\"]')).backgroundColor"
# The colours of the system are those of the page.
GROUNDS = {"light": "rgb(253, 253, 251)", "dark": "rgb(17, 19, 26)"}


class Looker:
    """Looks at a page as it stands, at one width (px), and collects what is wrong with it."""

    def __init__(self, playground: Playground, width: int) -> None:
        self._playground = playground
        self.page = playground.page
        self._width = width
        self.found: list[str] = []
        self._axe = node_modules("axe-core") / "axe-core" / "axe.min.js"

    def look(self, where: str) -> None:
        page = self.page
        self._playground.settle()
        page.wait_for_function("document.querySelectorAll('[data-testid=stSkeleton]').length === 0")
        if page.evaluate("window.axe === undefined"):
            page.add_script_tag(path=self._axe)
        was = page.viewport_size
        page.set_viewport_size({"width": self._width, "height": 900})
        page.wait_for_function("() => new Promise(done => setTimeout(() => done(true), 300))")  # see watch.js
        seen = [*page.evaluate(RUN), *(f"says only: {one}" for one in self._icons_alone())]
        sideways = page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
        if sideways > 0:
            seen.append(f"scrolls {sideways} px sideways")
        page.set_viewport_size(was)
        self.found += [f"{where} at {self._width} px: {one}" for one in seen]

    def look_at_pages(self, titles: Iterable[str]) -> None:
        for title in titles:
            self._playground.go_to(title)
            expect(self.page).to_have_url(re.compile(f"/{title.lower()}"))
            self.look(title)

    def _icons_alone(self) -> list[str]:
        """Names of buttons that have none of their own: Streamlit names these after their icon ("code icon")."""
        nameless = self.page.get_by_role("button", name=re.compile(r"^\w+ icon$"))
        return [button.aria_snapshot() for button in nameless.all()]


@LOOKS
def test_axe_finds_nothing_serious(open_page, simulated, media_dir, look):
    scheme, width = look
    playground = open_page(simulated, color_scheme=scheme)
    looker = Looker(playground, width)
    assert playground.page.evaluate(BACKGROUND) == GROUNDS[scheme]
    playground.ask("Say hello in a table.")  # the simulator answers with a sample of every kind of block
    for kind in ("a", "code", "table"):
        expect(playground.answer().locator(kind).first).to_be_attached()
    playground.attach(media_dir / "counted.mp4")
    expect(playground.key("storyboard").locator("img").first).to_be_visible()
    looker.look("a turn, tray and storyboard")
    assert looker.found == [], "\n".join(looker.found)


@pytest.mark.nightly
@LOOKS
def test_axe_finds_nothing_serious_in_what_opens(open_page, simulated, media_dir, look):
    scheme, width = look
    playground = open_page(simulated, color_scheme=scheme)
    page, looker = playground.page, Looker(playground, width)
    page.get_by_role("radio", name="Only changed").hover()
    looker.look("the first page")
    ways = {name: partial(playground.choose, name) for name in IN_MENU}
    ways |= {name: playground.key(key).locator("button").first.click for name, key in OPENED.items()}
    for name, open_it in ways.items():
        open_it()
        opened = page.get_by_role("dialog").first
        expect(opened).to_be_visible()
        looker.look(name)
        playground.escape()
        expect(opened).to_be_hidden()
    playground.attach(media_dir / "china.jpg")
    expect(playground.key("storyboard").locator("img").first).to_be_visible()
    playground.ask("What is in these?")
    playground.key("inspect-1").locator("button").click()
    tabs = page.get_by_role("dialog").get_by_role("tab")
    expect(tabs.first).to_be_visible()
    for tab in tabs.all():
        tab.click()
        looker.look(f"inspector, {tab.inner_text()}")
    playground.escape()
    looker.look_at_pages(PAGES)
    assert looker.found == [], "\n".join(looker.found)


RUN = """
async () => {
  const result = await axe.run(document, {resultTypes: ['violations']})
  return result.violations
    .filter((rule) => rule.impact === 'serious' || rule.impact === 'critical')
    .flatMap((rule) => rule.nodes.map(
      (node) => `${rule.id} ${node.target.join(' ')} ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`))
}
"""
