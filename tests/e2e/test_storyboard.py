"""The open storyboard in a real browser: what is shown is what is sent, and the player and its strip move together."""

import base64
import hashlib
import json
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.playground import wait_for_pictures
from tests.e2e.replies import whole
from tests.e2e.seeing import sight
from tests.media.clips import recorded

pytestmark = pytest.mark.browser

HASHES_SHOWN = """
async (key) => Promise.all([...document.querySelectorAll(`.st-key-${key} img`)].map(async (image) => {
  const bytes = await (await fetch(image.src)).arrayBuffer();
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}))
"""
PLAYER = ".st-key-clip-player video"
# Where the first frame stands on the player's clock: times on the page count from that frame.
LATE_S = 2
TIME = f"() => document.querySelector('{PLAYER}').currentTime - {LATE_S}"
CITED_TIME = f"(document.querySelector('.st-key-cited-player video')?.currentTime - {LATE_S})"


@pytest.fixture
def clip():
    # VP8: Chromium of every distribution plays it.
    late = [LATE_S + index / 25 for index in range(250)]
    quick = {"g": "25", "deadline": "realtime"}
    data = recorded(250, times_s=late, codec="libvpx", format="webm", size=(320, 32), options=quick)
    return {"name": "counted.webm", "mimeType": "video/webm", "buffer": data}


def sent_hashes(exchange):
    content = json.loads(exchange.body)["messages"][0]["content"]
    urls = [part["image_url"]["url"] for part in content if part["type"] == "image_url"]
    return [hashlib.sha256(base64.b64decode(url.partition(",")[2])).hexdigest() for url in urls]


def test_the_pictures_shown_are_the_bytes_sent_and_times_in_the_answer_lead_to_them(
    open_page, scripted, stage, clip, media_dir
):
    playground = open_page(scripted)
    playground.attach(clip)
    expect(playground.key("clip-grid").locator("img")).to_have_count(8)
    parts = [playground.key(name).element_handle() for name in ("clip-grid", "tray", "system", "composer-row")]
    click_filmstrip(playground.page, 1, "Add")
    expect(playground.key("clip-grid").locator("img")).to_have_count(9)
    expect(playground.page.locator(".strip .tick.pinned")).to_have_count(1)
    playground.key("clip-grid").get_by_role("button", name="Do not send frame 3 of 9").click()
    expect(playground.key("clip-grid").locator("img")).to_have_count(8)
    expect(playground.key("storyboard").locator("img")).to_have_count(8)
    shown = playground.page.evaluate(HASHES_SHOWN, "storyboard")
    assert shown == playground.page.evaluate(HASHES_SHOWN, "clip-grid")
    assert all(map(is_there, parts))
    stage.play(whole("", "A car at [00:06.3], gone by 0:08; credits at [01:39.0]. A ratio of 16:9."))
    playground.ask("When?")
    assert [is_there(part) for part in parts] == [False, False, True, True]
    assert sent_hashes(stage.exchange()) == shown
    chips = playground.answer().locator("a")
    expect(chips).to_have_count(2)
    expect(playground.answer()).to_contain_text("01:39.0 is not in the clip")
    chips.first.click()
    dialog = playground.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Cited: 00:06.3")
    expect(dialog.locator("img")).to_have_count(1)
    playground.page.wait_for_function(f"() => Math.abs({CITED_TIME} - 6.3) < 0.05")
    assert "#clip-at" not in playground.page.url
    playground.escape()
    expect(dialog).to_have_count(0)
    chips.nth(1).click()
    expect(dialog).to_contain_text("Cited: 00:08.0")
    playground.escape()
    tiles_are_dragged_into_another_order(playground, media_dir)
    assert not playground.errors


def is_there(element):
    """Whether it is still the same on the page: what the browser builds anew blinks, and loses what is typed in it."""
    return element.evaluate("(element) => element.isConnected")


def click_filmstrip(page, share, words):
    """Clicks at a share of the filmstrip's length, where it must say what the click will do."""
    strip = page.get_by_role("slider", name="Add a frame of the clip")
    expect(strip.locator(".pictures div").first).to_be_visible()
    place = {"x": max(3, share * strip.bounding_box()["width"] - 3), "y": 10}
    strip.hover(position=place)
    expect(strip).to_have_attribute("aria-valuetext", re.compile(words))
    strip.click(position=place)


@pytest.mark.nightly
def test_a_click_on_a_frame_that_is_sent_says_that_it_keeps_it(open_page, simulated):
    playground = open_page(simulated)
    data = recorded(8, times_s=[index / 3 for index in range(8)], codec="libvpx", format="webm", size=(320, 32))
    playground.attach({"name": "slow.webm", "mimeType": "video/webm", "buffer": data})
    expect(playground.key("clip-grid").locator("img")).to_have_count(8)
    click_filmstrip(playground.page, 1, "^Keep ")
    expect(playground.page.locator(".strip .tick.pinned")).to_have_count(1)
    click_filmstrip(playground.page, 1, " is kept$")
    expect(playground.key("clip-grid").locator("img")).to_have_count(8)


@pytest.mark.nightly
def test_buttons_of_an_icon_alone_are_heard_by_name(open_page, simulated, media_dir, clip):
    playground = open_page(simulated)
    photo = (media_dir / "china.jpg").read_bytes()
    playground.attach({"name": "china.jpg", "mimeType": "image/jpeg", "buffer": photo}, clip)
    tray, grid = playground.key("storyboard"), playground.key("clip-grid")
    expect(tray.get_by_role("button", name="Remove china.jpg")).to_have_count(1)
    expect(tray.get_by_role("button", name=re.compile(r"^Leave out frame \d of 8 at 00:"))).to_have_count(8)
    expect(grid.get_by_role("button", name=re.compile("^Keep frame . of 8"))).to_have_count(8)
    # Another frame in the same place has its own name, and pictures are those that are sent.
    grid.get_by_role("button", name="Do not send frame 1 of 8").click()
    expect(grid.get_by_role("button", name=re.compile("^Do not send frame . of 7"))).to_have_count(7)
    expect(tray.get_by_role("button", name=re.compile("^Leave out frame . of 7"))).to_have_count(7)
    expect(playground.page.get_by_role("button", name=re.compile(r"^\w+ icon$"))).to_have_count(0)
    expect(tray.locator("img")).to_have_count(8)
    assert not playground.errors


@pytest.mark.nightly
def test_the_strip_seeks_the_player_and_a_moment_is_taken_from_it(open_page, simulated, clip):
    playground = open_page(simulated)
    playground.attach(clip)
    page = playground.page
    page.wait_for_function(f"() => document.querySelector('{PLAYER}')?.readyState >= 1")
    timeline = playground.key("clip-player-timeline")
    bar = timeline.locator(".bar")
    expect(timeline.locator(".tick")).to_have_count(8)
    box = bar.bounding_box()
    bar.click(position={"x": box["width"] * 0.62, "y": 8})
    page.wait_for_function(f"() => Math.abs(({TIME})() - 6.2) < 0.3")
    bar.press("ArrowRight")
    page.wait_for_function(f"() => ({TIME})() > 6.25")
    page.get_by_role("button", name="Take this moment").click()
    expect(timeline.locator(".tick.pinned")).to_have_count(1)
    expect(playground.key("storyboard").locator("img")).to_have_count(9)
    # The player was not started anew.
    assert page.evaluate(TIME) > 6.25
    playground.key("clip-done").get_by_role("button").click()
    expect(playground.key("clip-panel")).to_have_count(0)
    assert not playground.errors


def tiles_are_dragged_into_another_order(playground, media_dir):
    photo = (media_dir / "china.jpg").read_bytes()
    names = ["first.jpg", "second.jpg", "third.jpg"]
    playground.attach(*({"name": name, "mimeType": "image/jpeg", "buffer": photo} for name in names))
    pictures = playground.key("storyboard").locator("img")
    expect(pictures).to_have_count(3)
    pictures.nth(2).drag_to(pictures.nth(0))
    for place, name in enumerate(["third.jpg", "first.jpg", "second.jpg"]):
        expect(pictures.nth(place)).to_have_attribute("alt", name)


@pytest.mark.nightly
def test_of_an_upright_clip_frames_and_player_are_in_sight_on_a_low_screen(open_page, simulated):
    playground = open_page(simulated, width=1366, height=640)
    data = recorded(40, codec="libvpx", format="webm", size=(360, 640))
    playground.attach({"name": "upright.webm", "mimeType": "video/webm", "buffer": data})
    frames = playground.key("clip-grid").locator("img")
    expect(frames).to_have_count(8)
    wait_for_pictures(playground.page)
    for place in (*frames.all(), playground.page.locator(PLAYER), playground.key("clip-player-timeline")):
        expect(place).to_be_in_viewport(ratio=1)
        assert sight(place) == ""


@pytest.mark.nightly
def test_long_work_can_be_cancelled_and_the_old_frames_stay(open_page, simulated, tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (720, 2300, 3), np.uint8)
    # Quick to attach and long to look through; in a file that no browser spends its time on playing.
    data = recorded(
        700,
        size=(1280, 720),
        format="avi",
        ticks=25,
        picture=lambda index: noise[:, index : index + 1280],
        options={"preset": "ultrafast", "crf": "30", "g": "20"},
    )
    playground = open_page(simulated)
    path = tmp_path / "long.avi"
    path.write_bytes(data)
    playground.attach(path)
    expect(playground.key("clip-grid").locator("img")).to_have_count(8)
    shown = playground.page.evaluate(HASHES_SHOWN, "storyboard")
    playground.key("clip-rule").get_by_text("Scene changes").click()
    cancel = playground.key("cancel-taking").get_by_role("button")
    cancel.click()
    expect(playground.key("cancel-taking")).to_have_count(0)
    expect(playground.key("clip-rule").get_by_role("radio", name="Spread evenly")).to_be_checked()
    assert playground.page.evaluate(HASHES_SHOWN, "storyboard") == shown


@pytest.mark.nightly
def test_the_browser_shows_a_clip_while_it_is_on_its_way(open_page, simulated, clip):
    playground = open_page(simulated)
    page = playground.page
    cards = playground.key("arriving").locator(".clip")
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")

    def choose(bytes_per_s, clip):
        line = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_s}
        slow.send("Network.emulateNetworkConditions", line)
        playground.attach(clip)

    # Given up by the user: nothing of it stays.
    choose(1_000, clip)
    expect(cards).to_contain_text("Its first frame, shown by this browser")
    assert cards.locator("video").evaluate("video => video.readyState >= 2 && video.videoWidth === 320")
    page.get_by_role("button", name="Cancel upload of counted.webm").click()
    expect(cards).to_have_count(0)
    # Taken by the app: it gives way to the frames that are sent.
    choose(20_000, clip)
    expect(cards).to_have_count(1)
    expect(playground.key("storyboard").locator("img")).to_have_count(8)
    expect(cards).to_have_count(0)
    # What a browser cannot show is named all the same.
    choose(1_000, {"name": "other.mp4", "mimeType": "video/mp4", "buffer": bytes(20_000)})
    expect(cards).to_contain_text("other.mp4 · 0.0 MB")
    expect(cards).to_contain_text("On its way to the app")
    slow.detach()
    expect(cards.locator("video")).to_have_count(0)
    assert not playground.errors


def ask_and_open_again(open_page, scripted, stage, clip, *, whole_clip):
    """Asks about a clip, then opens the conversation in another browser, where only what is kept is at hand."""
    playground = open_page(scripted)
    playground.attach(clip)
    expect(playground.key("clip-grid").locator("img")).to_have_count(8)
    if whole_clip:
        playground.key("clip-way").get_by_text("Send the clip itself").click()
        expect(playground.key("clip-totals")).to_contain_text("The clip itself is sent")
    stage.play(whole("", "A car at [00:06.3]; credits at [01:39.0]."))
    playground.ask("When?")
    place = playground.page.url.removeprefix(scripted.url)
    if whole_clip:
        again = open_page(scripted, place)
        again.wait_for_end()
        again.answer().locator("a").first.click()
    else:
        # A time that is clicked before the page hears clicks stands in the address by the time it does.
        again = open_page(scripted, f"{place}#clip-at-6.300")
        again.page.wait_for_function("() => location.hash === ''")
    expect(again.page.get_by_role("dialog").locator("img")).to_have_count(1)
    return again


@pytest.mark.nightly
def test_a_clip_that_is_kept_is_played_in_a_conversation_that_is_opened_again(open_page, scripted, stage, clip):
    again = ask_and_open_again(open_page, scripted, stage, clip, whole_clip=True)
    expect(again.answer()).to_contain_text("01:39.0 is not in the clip")
    again.page.wait_for_function(f"() => Math.abs({CITED_TIME} - 6.3) < 0.05")
    assert not again.errors


@pytest.mark.nightly
def test_a_clip_that_is_not_kept_is_said_to_be_gone(open_page, scripted, stage, clip):
    again = ask_and_open_again(open_page, scripted, stage, clip, whole_clip=False)
    expect(again.page.get_by_role("dialog")).to_contain_text("only those are kept, not its file")
    assert not again.errors
