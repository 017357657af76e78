"""A phone: what is written is in sight, the message box stays, and nothing scrolls sideways."""

import pytest
from playwright.sync_api import expect

from tests.e2e.seeing import Growth, sight
from tests.e2e.stepwise import Reply
from tests.e2e.test_look import the_header_is_one_line_and_in_reach
from tests.e2e.test_main_job import WIDER_THAN_SEEN, panes

pytestmark = pytest.mark.browser

BOTTOM_IS_LOW = (
    "() => document.querySelector('[data-testid=stBottom]').getBoundingClientRect().height <= innerHeight / 4"
)


def test_the_main_job_on_a_phone(open_page, scripted, stage, media_dir):
    playground = open_page(scripted, width=390, height=844)
    letters_are_so_large_that_ios_does_not_zoom_and_the_bottom_is_low(playground)
    the_message_box_stays_in_sight_with_a_storyboard_open(playground, media_dir)
    what_streams_is_in_sight_and_the_panes_are_stacked(playground, stage)
    the_header_is_one_line_and_in_reach(playground)
    the_keyboard_scrolls_code_within_a_dialog(playground)
    assert not playground.errors


def letters_are_so_large_that_ios_does_not_zoom_and_the_bottom_is_low(playground):
    page = playground.page
    page.wait_for_function("() => document.activeElement?.matches('.st-key-composer textarea')")
    page.wait_for_function("() => getComputedStyle(document.activeElement).fontSize === '16px'")
    playground.composer.fill("\n".join("many lines" for _ in range(40)))
    page.wait_for_function(BOTTOM_IS_LOW)
    assert sight(playground.composer) == ""
    playground.composer.fill("")


def the_message_box_stays_in_sight_with_a_storyboard_open(playground, media_dir):
    playground.attach(media_dir / "counted.mp4")
    expect(playground.key("clip-grid").locator("img")).to_have_count(8)
    assert sight(playground.composer) == ""
    playground.page.wait_for_function(BOTTOM_IS_LOW)


def what_streams_is_in_sight_and_the_panes_are_stacked(playground, stage):
    growth = Growth(playground.page, '[class*="st-key-pane-"]')
    reply = Reply(stage, "phone")
    playground.send("What is in it?")
    reply.watch(playground.page, ["1"], "phone")
    playground.wait_for_end()
    assert growth.missed == []
    thinking, answer = panes(playground)
    assert answer["top"] >= thinking["bottom"]
    assert abs(thinking["left"] - answer["left"]) <= 2 and answer["right"] <= 390
    assert playground.page.evaluate(WIDER_THAN_SEEN) == []


def the_keyboard_scrolls_code_within_a_dialog(playground):
    page = playground.page
    playground.choose("Get code")
    code = page.get_by_role("dialog").locator("pre")
    expect(code).to_have_attribute("tabindex", "0")
    assert code.evaluate("code => code.scrollWidth > code.clientWidth && code.scrollLeft === 0")
    for _ in range(30):
        page.keyboard.press("Tab")
        if code.evaluate("code => document.activeElement === code"):
            break
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('[role=dialog] pre').scrollLeft > 0")
