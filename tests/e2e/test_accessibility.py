"""axe finds nothing serious or critical, on any page, in light and dark, wide and narrow; nothing scrolls sideways."""

import pytest
from playwright.sync_api import expect

from tests.node import node_modules

pytestmark = pytest.mark.browser

PAGES = ("/", "/compare", "/sweep", "/history", "/reference", "/simulator")
SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
# What Streamlit draws by itself and no option of it mends: the rule, a piece of the element, and why.
THEIRS = (
    ("color-contrast", 'class="token', "the colours of code are fixed, but for those that a theme names"),
    ("color-contrast", "<span title=", "tags are white on the primary colour, whose text must be read on dark ground"),
    ("scrollable-region-focusable", 'class="stVerticalBlock', "browsers let the keyboard into a scrolling box unasked"),
)


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_page, simulated, scheme, width):
    axe = node_modules("axe-core") / "axe-core" / "axe.min.js"
    playground = open_page(simulated, width=width, color_scheme=scheme)
    page = playground.page
    found = []
    for path in PAGES:
        if path != "/":
            playground.open(path)
        else:
            playground.ask("Say hello in a table.")
        expect(page.locator(SETTLED)).to_have_count(1)
        page.wait_for_function("document.querySelectorAll('[data-testid=stSkeleton]').length === 0")
        page.add_script_tag(path=axe)
        found += [f"{path}: {one}" for one in page.evaluate(RUN) if not _is_theirs(one)]
        sideways = page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
        if sideways > 0:
            found.append(f"{path}: scrolls {sideways} px sideways")
    assert found == [], "\n".join(found)


def _is_theirs(finding: str) -> bool:
    return any(finding.startswith(rule) and piece in finding for rule, piece, _ in THEIRS)


RUN = """
async () => {
  const result = await axe.run(document, {resultTypes: ['violations']})
  return result.violations
    .filter((rule) => rule.impact === 'serious' || rule.impact === 'critical')
    .flatMap((rule) => rule.nodes.map((node) => `${rule.id} ${node.target.join(' ')} ${node.html.slice(0, 160)}`))
}
"""
