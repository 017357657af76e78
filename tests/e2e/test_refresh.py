"""A refresh, a closed tab, a second tab, a killed process: the conversation is there, and its live run goes on."""

import os
import signal
import threading

import pytest
from playwright.sync_api import expect

from tests.e2e.app_server import AppServer
from tests.e2e.playground import squeezed
from tests.e2e.replies import ending, opening, said, thought, whole
from tests.raw_server import never_answer, wait_for

pytestmark = pytest.mark.browser

TEMPERATURE = "Temperature, typed"


def path_of(playground):
    """The address of the conversation, without the server."""
    playground.page.wait_for_url("**conversation=*")
    return playground.page.url.removeprefix(playground.url)


def test_a_refreshed_page_and_a_second_one_catch_up_without_a_gap(open_page, scripted, stage):
    more = threading.Event()
    stage.play(
        [opening(), thought("One two. "), said("Three "), wait_for(more), said("four "), said("five."), *ending()]
    )
    page = open_page(scripted)
    page.settle()
    page.page.get_by_label(TEMPERATURE).fill("0.3")
    page.page.get_by_label(TEMPERATURE).press("Enter")
    expect(page.key("reset-temperature")).to_be_visible()
    page.send("Count")
    expect(page.answer()).to_contain_text("Three")
    path = path_of(page)
    page.page.reload()
    other = open_page(scripted, path)
    for one in (page, other):
        expect(one.answer()).to_contain_text("Three")
        expect(one.key("stop")).to_have_count(1)
        expect(one.page.get_by_label(TEMPERATURE)).to_have_value("0.3")
    more.set()
    for one in (page, other):
        one.wait_for_end()
        assert squeezed(one.thinking().text_content()) == "Onetwo."
        expect(one.answer()).to_have_text("Three four five.")
    assert stage.count == 1


@pytest.mark.nightly
def test_a_run_of_a_closed_tab_goes_on_and_is_stopped_in_the_next(open_page, scripted, stage):
    stage.play([opening(), thought("One two. "), said("Three "), never_answer()])
    page = open_page(scripted)
    page.send("Count")
    expect(page.answer()).to_contain_text("Three")
    path = path_of(page)
    page.page.close()
    again = open_page(scripted, path)
    again.key("stop").get_by_role("button").click()
    expect(again.page.get_by_text("Stopped by you")).to_be_visible()
    assert squeezed(again.answer().inner_text()) == "Three"


@pytest.mark.nightly
def test_after_a_kill_the_text_is_there_and_said_to_be_interrupted(open_page, stage, tmp_path):
    stage.play([opening(), thought("One two. "), said("Three "), never_answer()])
    environment = {"EMPIRIOLABS_BASE_URL": stage.url, "PLAYGROUND_DATA_DIR": str(tmp_path)}
    with AppServer(**environment) as server:
        page = open_page(server)
        page.send("Count")
        expect(page.answer()).to_contain_text("Three")
        path = path_of(page)
        page.page.wait_for_timeout(1_500)  # the promise: what is older than this is saved
        os.kill(server.pid, signal.SIGKILL)
        server.expect_end()
    with AppServer(**environment) as server:
        again = open_page(server, path)
        expect(again.page.get_by_text("The stream ended before the reply was complete")).to_be_visible()
        assert squeezed(again.thinking().text_content()) == "Onetwo."
        assert squeezed(again.answer().inner_text()) == "Three"
        expect(again.page.get_by_role("button", name="Try again")).to_be_visible()


@pytest.mark.nightly
def test_what_is_typed_and_attached_is_there_after_a_refresh_and_gone_once_sent(open_page, scripted, stage, media_dir):
    stage.play(whole("Hm.", "A town."))
    page = open_page(scripted)
    page.attach(media_dir / "china.jpg")
    expect(page.key("storyboard").locator("img")).to_have_count(1)
    path_of(page)
    page.composer.fill("What is")
    page.page.reload()
    expect(page.key("storyboard").locator("img")).to_have_count(1)
    expect(page.composer).to_have_value("What is")
    page.settle()
    page.composer.press("End")
    page.composer.press_sequentially(" this?")
    page.composer.press("Enter")
    page.wait_for_end()
    sent = stage.exchange().body
    assert b"image_url" in sent and b"What is this?" in sent
    page.page.reload()
    expect(page.answer()).to_contain_text("A town.")
    expect(page.key("storyboard")).to_have_count(0)
    expect(page.composer).to_have_value("")
    page.settle()
    nothing_typed_in_a_private_conversation_is_kept(page)


@pytest.mark.nightly
def test_what_is_typed_and_not_sent_is_there_after_a_refresh_and_gone_once_sent(open_page, scripted, stage):
    stage.play([opening(), said("Three."), *ending()])
    page = open_page(scripted)
    page.composer.fill("Half a thou")
    page.page.reload()
    expect(page.composer).to_have_value("Half a thou")
    page.composer.press("End")
    page.composer.press_sequentially("ght with more")
    page.composer.press("Enter")
    page.wait_for_end()
    assert "Half a thought with more" in page.key("turn-1").inner_text()
    page.composer.fill("And then?")
    page.page.reload()
    page.wait_for_end()
    expect(page.composer).to_have_value("And then?")
    page.composer.fill("")
    page.page.reload()
    page.wait_for_end()
    expect(page.composer).to_have_value("")
    nothing_typed_in_a_private_conversation_is_kept(page)


def nothing_typed_in_a_private_conversation_is_kept(page):
    page.choose("New private conversation")
    expect(page.key("turn-1")).to_have_count(0)
    page.settle()
    page.composer.fill("A secret")
    assert page.page.evaluate("new Promise(done => setTimeout(() => done(Object.values(sessionStorage)), 100))") == []
