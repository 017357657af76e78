"""The job the app is for: attach, ask, watch the thinking beside the answer, see what it cost."""

import pytest
from playwright.sync_api import expect

from tests.e2e.app_server import AppServer
from tests.e2e.playground import wait_for_pictures
from tests.e2e.seeing import sight

pytestmark = pytest.mark.browser

# True once the thinking shows; the answer's length at that very moment is what comes back.
ANSWER_WHEN_THINKING_SHOWS = """
() => {
  const text = (pane) => document.querySelector(pane)?.innerText.trim() ?? '';
  const thinking = text('.st-key-pane-thinking-1');
  const answer = text('.st-key-turn-1-answer [data-testid="stVerticalBlock"]');
  return thinking.length > 40 ? {answer: answer.length} : false;
}
"""

# Sends, and says what of the tray is left in sight within that very event, before the server has heard of it.
HIDDEN_AT_ENTER = """
(box) => {
  box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', code: 'Enter', keyCode: 13, bubbles: true}))
  return ['clip-panel', 'tray'].map(key => document.querySelector(`.st-key-${key}`)?.checkVisibility() ?? false)
}
"""

# The page's own scrolling areas, from the content outwards, that hold something wider than themselves.
WIDER_THAN_SEEN = """
() => {
  const wider = [];
  for (let area = document.querySelector('[data-testid="stMainBlockContainer"]'); area; area = area.parentElement)
    if (area.scrollWidth > area.clientWidth) wider.push(area.dataset.testid ?? area.tagName);
  return wider;
}
"""


@pytest.fixture
def media(media_dir):
    return [media_dir / "china.jpg", media_dir / "bigbuckbunny.mp4"]


def panes(playground):
    """Where both panes of turn 1 stand, seen at one moment: the page may still be scrolling."""
    return playground.page.evaluate(
        """() => ['thinking', 'answer'].map(
            (part) => document.querySelector(`.st-key-turn-1-${part}`).getBoundingClientRect().toJSON())"""
    )


def test_attach_ask_watch_and_see_the_cost(open_page, simulated, media):
    playground = open_page(simulated, width=1366, height=640)
    playground.attach(*media)
    the_frames_are_in_sight_beside_the_message_box(playground)
    playground.composer.fill("What is in them?\nsimulate: thinking=200 answer=60")
    assert playground.composer.evaluate(HIDDEN_AT_ENTER) == [False, False]
    seen = playground.page.wait_for_function(ANSWER_WHEN_THINKING_SHOWS).json_value()
    assert seen["answer"] == 0, "the answer stood there before the thinking"
    expect(playground.key("stop")).to_be_visible()
    thinking, answer = panes(playground)
    assert abs(thinking["top"] - answer["top"]) <= 2
    assert thinking["right"] <= answer["left"]
    playground.wait_for_end()

    expect(playground.key("turn-1").locator("img")).to_have_count(9)
    expect(playground.key("storyboard")).to_have_count(0)
    assert len(playground.thinking().text_content()) > 500
    assert "bigbuckbunny.mp4" in playground.answer().inner_text()
    stats = playground.stats().inner_text()
    for fact in ("200 thinking, 260 out", "cached", "Cost $0.00", "first thinking", "first answer", "total"):
        assert fact in stats
    assert not playground.errors
    assert "Traceback" not in simulated.log


def the_frames_are_in_sight_beside_the_message_box(playground):
    frames = playground.key("clip-grid").locator("img")
    expect(frames).to_have_count(8)
    playground.settle()
    wait_for_pictures(playground.page)
    for frame in frames.all():
        expect(frame).to_be_in_viewport(ratio=1)
        assert sight(frame) == ""
    assert sight(playground.composer) == ""
    expect(playground.key("tray-count")).to_contain_text("9 pictures")
    # The tray shows what was attached last.
    expect(playground.key("storyboard").locator("img")).to_have_count(9)
    expect(playground.key("storyboard").locator("img").last).to_be_in_viewport(ratio=1)
    tools = playground.key("clip-tools-2")
    expect(tools).to_have_css("opacity", "0")
    playground.key("clip-frame-2").hover()
    expect(tools).to_have_css("opacity", "1")


@pytest.mark.nightly
def test_on_a_phone_the_panes_are_stacked_and_nothing_scrolls_sideways(open_page, simulated, media):
    playground = open_page(simulated, width=390, height=844)
    playground.attach(*media)
    expect(playground.key("storyboard").locator("img")).to_have_count(9)
    playground.ask("What is in them?\nsimulate: thinking=100 answer=300")
    thinking, answer = panes(playground)
    assert answer["top"] >= thinking["bottom"]
    assert abs(thinking["left"] - answer["left"]) <= 2 and answer["right"] <= 390
    overflows = playground.page.evaluate(WIDER_THAN_SEEN)
    assert overflows == []
    assert not playground.errors


@pytest.mark.nightly
def test_a_second_turn_follows_the_first(open_page, simulated):
    playground = open_page(simulated)
    playground.ask("First\nsimulate: thinking=20 answer=40")
    first = playground.answer(1).inner_text()
    playground.ask("Second\nsimulate: thinking=20 answer=40", turn=2)
    assert playground.answer(1).inner_text() == first
    assert playground.answer(2).inner_text().strip()
    expect(playground.key("turn-1")).to_contain_text("First")
    expect(playground.key("turn-2")).to_contain_text("Second")


@pytest.mark.nightly
def test_a_demo_is_sent_with_its_picture_by_one_click(open_page, simulated):
    playground = open_page(simulated)
    playground.key("gallery").get_by_role("button", name="Read a chart").click()
    expect(playground.key("turn-1")).to_contain_text("Put the values of both lines into a table.")
    expect(playground.key("turn-1").locator("img")).to_have_count(1)
    expect(playground.key("gallery")).to_have_count(0)
    playground.wait_for_end()


@pytest.mark.nightly
def test_the_first_page_of_a_new_server_may_be_any(open_page):
    with AppServer() as server:
        playground = open_page(server, path="/reference")
        expect(playground.page.locator("body")).to_contain_text("temperature")
        expect(playground.key("connection")).to_contain_text("replies are simulated")
        playground.go_to("Playground")
        expect(playground.composer).to_be_visible()


@pytest.mark.nightly
@pytest.mark.parametrize("path", ["/", "/reference", "/simulator"])
def test_every_page_opens_by_its_address_with_the_badge(open_page, simulated, path):
    open_page(simulated)  # not the first page of the server
    playground = open_page(simulated, path=path)
    expect(playground.key("connection")).to_contain_text("replies are simulated")
    expect(playground.page.get_by_test_id("stException")).to_have_count(0)
    assert not playground.errors
