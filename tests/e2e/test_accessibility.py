"""axe finds nothing serious or critical, on any page, in light and dark, wide and narrow; nothing scrolls sideways."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.node import node_modules

pytestmark = pytest.mark.browser

PAGES = ("/", "/compare", "/sweep", "/history", "/reference", "/simulator")
WIDTHS = (1440, 390)
SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'


@dataclass(frozen=True)
class Theirs:
    """A finding in what Streamlit draws by itself and no option of it mends: the rule, the elements, and why."""

    rule: str
    selector: str
    why: str


THEIRS = (
    Theirs(
        "color-contrast",
        '[data-testid="stCode"] code .token',
        "of the colours of code a theme names a few only",
    ),
    Theirs(
        "color-contrast",
        '[data-testid="stMultiSelect"] span[title]',
        "tags are white on the primary colour, which has to be read as text on dark ground, too: no colour is both",
    ),
    Theirs(
        "scrollable-region-focusable",
        '[data-testid="stLayoutWrapper"] > [data-testid="stVerticalBlock"]',
        "browsers let the keyboard into a scrolling box unasked",
    ),
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_page, simulated, scheme):
    axe = node_modules("axe-core") / "axe-core" / "axe.min.js"
    playground = open_page(simulated, color_scheme=scheme)
    page = playground.page
    theirs = [[one.rule, one.selector] for one in THEIRS]
    found = []
    for path in PAGES:
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        if path != "/":
            playground.open(path)
        else:
            playground.ask("Say hello in a table.")
        expect(page.locator(SETTLED)).to_have_count(1)
        page.wait_for_function("document.querySelectorAll('[data-testid=stSkeleton]').length === 0")
        page.add_script_tag(path=axe)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_function(
                "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
            )
            found += [f"{path} at {width} px: {one}" for one in page.evaluate(RUN, theirs)]
            found += [f"{path} at {width} px: says only: {one}" for one in _icons_alone(page)]
            sideways = page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
            if sideways > 0:
                found.append(f"{path} at {width} px: scrolls {sideways} px sideways")
    assert found == [], "\n".join(found)


def _icons_alone(page):
    """Names of buttons that have none of their own: Streamlit names these after their icon ("code icon")."""
    return [button.aria_snapshot() for button in page.get_by_role("button", name=re.compile(r"^\w+ icon$")).all()]


# `theirs` is held against the very element that was found, not against what stands in it.
RUN = """
async (theirs) => {
  const result = await axe.run(document, {resultTypes: ['violations']})
  const known = (rule, node) => {
    const element = document.querySelector(node.target.at(-1))
    return theirs.some(([name, selector]) => name === rule.id && element?.matches(selector))
  }
  return result.violations
    .filter((rule) => rule.impact === 'serious' || rule.impact === 'critical')
    .flatMap((rule) => rule.nodes.filter((node) => !known(rule, node)).map(
      (node) => `${rule.id} ${node.target.join(' ')} ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`))
}
"""
