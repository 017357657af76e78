"""Columns side by side in a real browser: live at the same time, stopped together, scrolled together."""

import os
import re
import signal
import threading

import pytest
from playwright.sync_api import expect

from tests.e2e.app_server import AppServer
from tests.e2e.replies import ending, opening, said, thought
from tests.raw_server import never_answer, reply, send, wait_for

pytestmark = pytest.mark.browser

LONG = "".join(f"line {number}\n\n" for number in range(60))


def pane(playground, kind, letter, trial=1):
    return playground.key(f"pane-{kind}-{trial}-{letter}")


def test_columns_stream_at_the_same_time_and_one_that_fails_leaves_the_others(open_page, scripted, stage):
    go_on = threading.Event()
    live = [opening(), thought("Thinking aloud. "), said("So far. "), wait_for(go_on), said(LONG), *ending()]
    refused = [send(reply(b'{"error":{"message":"no","code":"insufficient_credits"}}', "402 Payment Required"))]
    stage.play(live, refused, live)
    playground = open_page(scripted, "/compare")
    playground.key("add-column").get_by_role("button").first.click()
    expect(playground.key("column-C")).to_be_visible()
    playground.send("A question")
    expect(playground.page.get_by_text("The account has no credits left")).to_be_visible()
    expect(playground.page.get_by_text("So far.")).to_have_count(2)
    expect(playground.key("stop")).to_be_visible()
    playground.page.reload()  # in mid-stream: nothing is lost, and the live columns go on
    expect(playground.page.get_by_text("So far.")).to_have_count(2)
    expect(playground.page.get_by_text("The account has no credits left")).to_be_visible()
    go_on.set()
    expect(playground.page.get_by_text("line 59")).to_have_count(2)
    expect(playground.key("stop")).to_have_count(0)
    expect(playground.key("trial-1").get_by_text("Thinking aloud.")).to_have_count(2)
    assert stage.count == 3 and not playground.errors


@pytest.mark.nightly
def test_after_a_kill_the_columns_and_what_came_are_there(open_page, stage, tmp_path):
    stage.play([opening(), said("All of it."), *ending()], [opening(), said("Half of "), never_answer()])
    environment = {"EMPIRIOLABS_BASE_URL": stage.url, "PLAYGROUND_DATA_DIR": str(tmp_path)}
    with AppServer(**environment) as server:
        playground = open_page(server, "/compare")
        playground.send("A question")
        expect(playground.page.get_by_text("All of it.")).to_be_visible()
        expect(playground.page.get_by_text("Half of")).to_be_visible()
        playground.page.wait_for_timeout(1_500)  # the promise: what is older than this is saved
        path = playground.page.url.removeprefix(playground.url)
        os.kill(server.pid, signal.SIGKILL)
        server.expect_end()
    with AppServer(**environment) as server:
        again = open_page(server, path)
        expect(again.page.get_by_text("All of it.")).to_be_visible()
        expect(again.page.get_by_text("Half of")).to_be_visible()
        expect(again.page.get_by_text("The stream ended before the reply was complete")).to_be_visible()
        expect(again.key("compare-chosen").locator("input")).to_have_value(re.compile("A question"))
        again.composer.fill("Not sent yet")
        again.page.reload()
        expect(again.composer).to_have_value("Not sent yet")


@pytest.mark.nightly
def test_one_column_is_stopped_alone_then_all_and_what_came_is_kept(open_page, scripted, stage):
    stage.play([opening(), said("Kept text. "), never_answer()])
    playground = open_page(scripted, "/compare")
    playground.send("A long story")
    expect(playground.page.get_by_text("Kept text.")).to_have_count(2)
    playground.key("stop-1-2").get_by_role("button").click()
    expect(playground.key("reply-1-B").get_by_text("Stopped by you")).to_be_visible()
    expect(playground.page.get_by_text("Stopped by you")).to_have_count(1)  # the other goes on
    playground.key("stop").locator("button").click()
    expect(playground.page.get_by_text("Stopped by you")).to_have_count(2)
    expect(playground.page.locator('[class*="st-key-stop-1-"]')).to_have_count(0)
    assert all(stage.exchange(number).peer_closed.wait(30) for number in range(2))
    expect(playground.page.get_by_text("Kept text.")).to_have_count(2)


@pytest.mark.nightly
def test_finished_replies_scroll_with_the_page_alone_and_a_phone_is_not_scrolled_sideways(open_page, scripted, stage):
    stage.play([opening(), said(LONG), *ending()])
    playground = open_page(scripted, "/compare")
    playground.send("A question")
    expect(playground.page.get_by_text("is the best of this one message")).to_be_visible()
    for letter in "AB":
        assert pane(playground, "answer", letter).evaluate("(box) => box.scrollHeight - box.clientHeight") <= 1
    playground.page.set_viewport_size({"width": 390, "height": 844})
    assert playground.page.evaluate("document.documentElement.scrollWidth") <= 390
