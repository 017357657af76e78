"""From a fresh page to an exported report, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.app_server import AppServer
from tests.e2e.test_accessibility import Looker

pytestmark = pytest.mark.browser


def fill(playground, key, text):
    box = playground.key(key).locator("textarea, input").last
    box.fill(text)
    box.press("Control+Enter" if box.evaluate("element => element.tagName") == "TEXTAREA" else "Enter")


@pytest.mark.nightly
def test_a_sweep_from_a_fresh_page_to_its_report(open_page, simulated, tmp_path):
    playground = open_page(simulated, "/sweep")
    expect(playground.key("sweep-tag")).to_contain_text("Type a prompt.")
    fill(playground, "sweep-prompts", "Say five\nsimulate: thinking=5 answer=5")
    expect(playground.key("sweep-tag")).to_contain_text("Cost, estimated")
    playground.key("sweep-start").get_by_role("button").first.click()
    expect(playground.page.get_by_text("of 9 cells done")).to_be_visible()
    playground.page.reload()  # at work or done by now: it is found again by its address
    expect(playground.page.get_by_text("9 of 9 cells done")).to_be_visible()
    expect(playground.page.get_by_role("heading", name="Results")).to_be_visible()
    with playground.page.expect_download() as download:
        playground.key("sweep-html-export").get_by_role("button").first.click()
    report = tmp_path / "report.html"
    download.value.save_as(report)
    seen = playground.page.context.new_page()
    seen.goto(report.as_uri())
    expect(seen.get_by_text("The replies are simulated")).to_be_visible()
    expect(seen.locator("svg").first).to_be_visible()
    expect(seen.get_by_text("9 of 9 calls done")).to_be_visible()
    assert not playground.errors


@pytest.mark.nightly
def test_the_matrix_is_read_by_keyboard_with_two_answers_side_by_side(open_page, simulated):
    playground = open_page(simulated, "/sweep")
    page = playground.page
    # Long ones: short answers of two temperatures may be word for word the same.
    fill(
        playground,
        "sweep-prompts",
        "\n---\n".join(f"Say {number}\nsimulate: thinking=5 answer=300" for number in range(9)),
    )
    fill(playground, "sweep-repeats", "1")
    expect(playground.key("sweep-tag")).to_contain_text("27")
    playground.key("sweep-start").get_by_role("button").first.click()
    grid = playground.key("sweep-matrix").get_by_role("grid")
    expect(grid).to_have_attribute("aria-rowcount", "10")
    # Of 27 cells those are drawn that are in view, and a few around them.
    assert grid.get_by_role("gridcell").count() < 27
    grid.focus()
    for key in ("Control+ArrowDown", "ArrowRight"):
        grid.press(key)
    last = grid.get_by_role("gridcell").and_(page.locator("#cell-8-1"))
    expect(last).to_be_in_viewport()
    expect(grid).to_have_attribute("aria-activedescendant", "cell-8-1")
    grid.press("Enter")
    pane = playground.key("sweep-cell")
    expect(pane).to_contain_text("Say 8")
    expect(last).to_have_attribute("aria-selected", "true")
    expect(pane.get_by_text("Marked: the words that only this one of the two has.")).to_be_in_viewport()
    expect(pane.locator("mark")).not_to_have_count(0)
    assert grid.evaluate("grid => grid.getRootNode().activeElement === grid")  # the keyboard is still in it
    looker = Looker(playground, 390)
    looker.look("the matrix, a cell open")
    assert looker.found == [], "\n".join(looker.found)
    grid.press("Escape")
    expect(pane).to_have_count(0)
    assert not playground.errors


@pytest.mark.nightly
def test_a_failed_cell_is_looked_at_and_tried_again_alone(open_page, simulated):
    playground = open_page(simulated, "/sweep")
    fill(playground, "sweep-prompts", "Say five\nsimulate: nonsense=1")
    expect(playground.key("sweep-tag")).to_contain_text("Cost, estimated")
    playground.key("sweep-start").get_by_role("button").first.click()
    expect(playground.key("sweep-retry")).to_contain_text("Try the 9 failed again")
    playground.key("sweep-matrix").get_by_role("gridcell").first.click()
    chosen = playground.key("sweep-cell")
    expect(chosen).to_contain_text("Cell 1")
    expect(chosen).to_contain_text("nonsense")
    chosen.get_by_role("button", name="Try this cell again").first.click()
    expect(playground.key("sweep-retry")).to_contain_text("Try the 9 failed again")
    assert not playground.errors


@pytest.fixture
def own_server() -> Iterator[AppServer]:
    """A server that no other test uses: what a probe finds is marked at every widget from then on."""
    with AppServer(PLAYGROUND_SIMULATOR_TOKENS_PER_SECOND="150") as server:
        yield server


@pytest.mark.nightly
def test_a_probe_is_found_again_after_a_refresh_and_leaves_its_findings(open_page, own_server):
    playground = open_page(own_server, "/sweep")
    playground.page.get_by_text("Which parameters work?").click()
    playground.key("probe-start").get_by_role("button").click()
    expect(playground.key("stop")).to_be_visible()
    expect(playground.key("probe-start")).to_have_count(0)  # nothing of the form is left, greyed
    expect(playground.page.get_by_text("calls made")).to_be_visible()
    playground.page.reload()
    expect(playground.page.get_by_text("calls made")).to_be_visible()
    expect(playground.page.get_by_text("effect seen (n = 6)")).to_have_count(1)
    playground.key("stop").get_by_role("button").click()
    expect(playground.key("probe-start")).to_be_visible()
    expect(playground.page.get_by_text("effect seen (n = 6)").first).to_be_visible()
    assert not playground.errors
