"""Recording from the camera in a real browser, with the fake camera that Chromium has."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.seeing import sight

pytestmark = pytest.mark.browser

REFUSED = """navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
MediaDevices.prototype.getDisplayMedia = undefined"""
ALLOWED = "delete navigator.mediaDevices.getUserMedia"


def start(playground):
    playground.key("camera-open").get_by_role("button").click()
    playground.page.get_by_role("button", name="Record the camera").click()


@pytest.mark.nightly
def test_a_recording_from_the_first_refusal_to_its_frames(open_page, simulated):
    playground = open_page(simulated)
    playground.page.evaluate(REFUSED)
    a_camera_that_is_refused_and_a_screen_that_cannot_be_recorded_say_so(playground)
    playground.page.evaluate(ALLOWED)
    a_recording_is_seen_while_it_is_made_and_comes_in_as_a_clip(playground)
    assert not playground.errors


def a_recording_is_seen_while_it_is_made_and_comes_in_as_a_clip(playground):
    page = playground.page
    start(playground)
    bar = page.get_by_role("status", name="Recording")
    expect(bar).to_contain_text("Recording the camera")
    expect(bar).to_contain_text(re.compile(r"0:(0[2-9]|[1-5]\d) of 10:00"))
    expect(page.get_by_role("button", name="Record the camera")).to_have_count(0)
    assert sight(bar) == ""
    # What else is done on the page meanwhile does not end it.
    playground.ask("Hello\nsimulate: thinking=5 answer=10")
    expect(bar).to_be_visible()
    bar.get_by_role("button", name="Stop").click()
    expect(bar).to_have_count(0)
    expect(playground.key("storyboard").locator("img").first).to_be_visible()
    # The file states no length: it is that of its packets.
    facts = re.compile(r"camera \d\d\.\d\d\.\d\d\.webm 00:(0[2-9]|[1-5]\d)\.\d")
    expect(playground.key("clip-panel")).to_contain_text(facts)
    # The player finds its way in it all the same.
    page.wait_for_function("() => document.querySelector('.st-key-clip-player video')?.readyState >= 1")
    bar = page.locator(".bar[role=slider]").first
    bar.click(position={"x": bar.bounding_box()["width"] / 2, "y": 8})
    page.wait_for_function("() => document.querySelector('.st-key-clip-player video').currentTime > 0.9")
    with page.expect_download() as saved:
        playground.key("save-zip-clip").get_by_role("button").click()
    assert re.fullmatch(r"camera-\d\d\.\d\d\.\d\d-frames\.zip", saved.value.suggested_filename)


def a_camera_that_is_refused_and_a_screen_that_cannot_be_recorded_say_so(playground):
    playground.key("camera-open").get_by_role("button").click()
    expect(playground.page.get_by_text("This browser cannot record the screen.")).to_be_visible()
    expect(playground.page.get_by_role("button", name="Record the screen")).to_have_count(0)
    playground.page.get_by_role("button", name="Record the camera").click()
    alert = playground.key("recording").get_by_role("alert")
    expect(alert).to_contain_text("the browser was not allowed to use the camera. Allow it beside the page's address")
    expect(playground.page.get_by_role("button", name="Record the camera")).to_have_count(0)
    assert sight(alert) == ""
    alert.get_by_role("button", name="Close").click()
    expect(alert).to_have_count(0)
