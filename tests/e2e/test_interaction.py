"""What a user does while a reply is being written, and what must survive it."""

import re
import threading
import time

import pytest
from playwright.sync_api import expect

from tests.e2e.playground import squeezed
from tests.e2e.replies import ending, opening, said, thought, whole
from tests.raw_server import never_answer, say, wait_for

pytestmark = pytest.mark.browser

STOP_LIMIT_S = 0.5


def words(name, count=120):
    """Text whose every word is its own, in paragraphs."""
    return "".join(f"{name}{number:04d}" + ("\n\n" if number % 30 == 29 else " ") for number in range(count))


def test_no_prompt_and_no_setting_is_lost_before_a_reply(context, open_page, scripted, stage):
    waiting = []
    # A widget's kind is loaded when the first of it is drawn, which takes a while from a server far away.
    context.route(
        re.compile(r"/static/js/(Checkbox|Slider|NumberInput|ButtonGroup)\b"), lambda route: waiting.append(route)
    )
    playground = open_page(scripted)
    a_click_before_the_widgets_are_loaded_changes_no_setting(playground, waiting)
    what_cannot_be_sent_comes_back_into_the_message_box(playground, stage)


def a_click_before_the_widgets_are_loaded_changes_no_setting(playground, waiting):
    playground.settle()
    playground.key("edit-tools").locator("button").click()
    expect(playground.key("tools-json").locator("textarea")).to_be_visible()
    while waiting:
        waiting.pop().continue_()
    playground.page.context.unroute_all()
    playground.escape()
    expect(playground.key("stream").locator("input")).to_be_checked()
    expect(playground.key("box-temperature").locator("input")).to_have_value("0.7")
    expect(playground.key("box-max_tokens").locator("input")).to_have_value("4096")
    assert "stream=" not in playground.page.url and "temperature=" not in playground.page.url


def click_stop(playground):
    """Clicks Stop; returns when the browser saw the click, on this machine's monotonic clock."""
    stop = playground.key("stop").locator("button")
    expect(stop).to_be_visible()
    stop.evaluate("button => button.addEventListener('click', () => { window.clicked = Date.now(); }, true)")
    stop.click()
    return playground.page.evaluate("window.clicked") / 1000 - time.time() + time.monotonic()


def seconds_to_the_end(exchange, clicked):
    assert exchange.peer_closed.wait(30)
    return exchange.peer_closed_at - clicked


def stop_ends_the_stream_at_once_keeps_the_text_and_lets_the_next_turn_finish(playground, stage):
    stage.play(
        [opening(), thought("Thought so far. "), said("Answer so far. "), never_answer()], whole("More.", "Done.")
    )
    playground.send("A long story")
    expect(playground.answer()).to_contain_text("Answer so far.")
    assert seconds_to_the_end(stage.exchange(), click_stop(playground)) < STOP_LIMIT_S
    expect(playground.key("turn-1")).to_contain_text("Stopped by you")
    expect(playground.key("stop")).to_have_count(0)
    assert playground.thinking().text_content().strip() == "Thought so far."
    assert playground.answer().inner_text().strip() == "Answer so far."
    playground.ask("And now?", turn=2)
    assert playground.answer(2).inner_text().strip() == "Done."
    assert playground.answer(1).inner_text().strip() == "Answer so far."


@pytest.mark.nightly
def test_stop_works_on_a_server_that_says_nothing(open_page, scripted, stage):
    stage.play([never_answer()])
    playground = open_page(scripted)
    playground.send("Anybody there?")
    exchange = stage.exchange()
    expect(playground.stats()).to_contain_text("Waiting for the first event")
    assert seconds_to_the_end(exchange, click_stop(playground)) < STOP_LIMIT_S
    expect(playground.key("turn-1")).to_contain_text("Stopped by you")
    expect(playground.key("turn-1")).to_contain_text("Anybody there?")
    expect(playground.key("stop")).to_have_count(0)


@pytest.mark.nightly
def test_the_simulator_sees_that_the_client_left(open_page, simulated):
    playground = open_page(simulated)
    playground.send("Go on\nsimulate: thinking=20000 answer=20")
    expect(playground.thinking()).to_contain_text("Go on")
    click_stop(playground)
    expect(playground.key("turn-1")).to_contain_text("Stopped by you")
    playground.go_to("Simulator")
    # The table is a canvas; its cells are in it as text for screen readers.
    newest = playground.page.get_by_test_id("stDataFrame").locator("tbody tr").first
    expect(newest).to_contain_text("/v1/chat/completions")
    status, *_, left_after_s = newest.locator("td").all_text_contents()[2:]
    assert status == "200" and 0 < float(left_after_s) < 30


def test_what_is_done_while_a_reply_is_written_loses_nothing(open_page, scripted, stage):
    playground = open_page(scripted)
    a_slider_moved_in_mid_stream_loses_no_character(playground, stage)
    playground.begin_anew()
    a_prompt_sent_too_early_comes_back_and_the_reply_goes_on(playground, stage)
    playground.begin_anew()
    a_reply_that_ends_while_another_page_is_shown_is_there_afterwards(playground, stage)
    playground.begin_anew()
    stop_ends_the_stream_at_once_keeps_the_text_and_lets_the_next_turn_finish(playground, stage)


def a_slider_moved_in_mid_stream_loses_no_character(playground, stage):
    thinking, answer = words("think"), words("answer")
    steps, gates = [opening()], []
    for text, tell in ((thinking, thought), (answer, said)):
        for start in range(0, len(text), 7):
            steps.append(tell(text[start : start + 7]))
            if start % 280 == 0:
                gates.append(threading.Event())
                steps.append(wait_for(gates[-1]))
    stage.play([*steps, *ending()])
    playground.send("Write much")
    expect(playground.thinking()).to_contain_text("think")
    slider = playground.key("slider-temperature").locator("input[type=range]")
    slider.focus()
    for gate in gates:
        slider.press("ArrowRight")
        gate.set()  # the text goes on while the page answers the slider
    playground.wait_for_end()
    assert squeezed(playground.thinking().text_content()) == squeezed(thinking)
    assert squeezed(playground.answer().inner_text()) == squeezed(answer)
    assert float(playground.key("box-temperature").locator("input").input_value()) > 0.7
    assert stage.count == 1 and not playground.errors


@pytest.mark.nightly
def test_a_look_at_another_page_in_mid_stream_loses_no_character(open_page, scripted, stage):
    thinking, answer = words("think"), words("answer")
    away, back = threading.Event(), threading.Event()
    stage.play(
        [opening(), thought(thinking[:500]), wait_for(away), thought(thinking[500:]), said(answer[:500])]
        + [wait_for(back), said(answer[500:]), *ending()]
    )
    playground = open_page(scripted)
    playground.send("Write much")
    expect(playground.thinking()).to_contain_text("think0010")
    playground.go_to("Reference")
    expect(playground.page.locator("body")).to_contain_text("Longest answer")
    away.set()
    playground.go_to("Playground")
    expect(playground.answer()).to_contain_text("answer0010")
    expect(playground.key("stop")).to_be_visible()
    back.set()
    playground.wait_for_end()
    assert squeezed(playground.thinking().text_content()) == squeezed(thinking)
    assert squeezed(playground.answer().inner_text()) == squeezed(answer)
    assert stage.count == 1


def a_reply_that_ends_while_another_page_is_shown_is_there_afterwards(playground, stage):
    gate, over = threading.Event(), threading.Event()
    stage.play([opening(), thought("Hm. "), wait_for(gate), said("The end."), *ending(), say(over)])
    playground.composer.fill("")
    playground.send("Short one")
    expect(playground.thinking()).to_contain_text("Hm.")
    playground.go_to("Reference")
    expect(playground.page.locator("body")).to_contain_text("Longest answer")
    expect(playground.page).to_have_title("Reference")
    gate.set()
    assert over.wait(30)
    playground.go_to("Playground")
    playground.wait_for_end()
    expect(playground.answer()).to_have_text("The end.")


def what_cannot_be_sent_comes_back_into_the_message_box(playground, stage):
    stage.play(whole("", "Fine."))
    number = playground.key("box-temperature").locator("input")
    number.fill("9")
    number.press("Enter")
    expect(playground.key("param-temperature")).to_contain_text("must be a number from 0 to 2, not 9")
    as_typed = re.compile(r"^My careful prompt ?$")  # the browser takes the same text in again only with a space
    for _ in range(3):
        playground.send("My careful prompt")
        expect(playground.alerts).to_contain_text("Not sent: temperature must be")
        expect(playground.composer).to_have_value(as_typed)
    expect(playground.key("turn-1")).to_have_count(0)
    assert stage.count == 0
    playground.key("reset-temperature").locator("button:visible").first.click()
    expect(playground.alerts).to_have_count(0)
    expect(playground.composer).to_have_value(as_typed)
    playground.composer.press("Enter")
    playground.wait_for_end()
    expect(playground.key("turn-1")).to_contain_text("My careful prompt")
    expect(playground.composer).to_have_value("")


def a_prompt_sent_too_early_comes_back_and_the_reply_goes_on(playground, stage):
    gate = threading.Event()
    stage.play([opening(), thought("Hm. "), wait_for(gate), said("The end."), *ending()])
    playground.send("First")
    expect(playground.thinking()).to_contain_text("Hm.")
    playground.send("Too early")
    expect(playground.alerts).to_contain_text("A reply is still being written")
    expect(playground.composer).to_have_value("Too early")
    gate.set()
    playground.wait_for_end()
    expect(playground.answer()).to_have_text("The end.")
    assert stage.count == 1


@pytest.mark.nightly
def test_thinking_can_be_folded_and_stays_so(open_page, scripted, stage):
    gate = threading.Event()
    stage.play([opening(), thought("Deep thought. "), wait_for(gate), thought("Deeper."), said("The end."), *ending()])
    playground = open_page(scripted)
    playground.send("Think")
    inside = playground.key("turn-1-thinking").get_by_text("Deep thought.")
    expect(inside).to_be_visible()
    gate.set()
    playground.wait_for_end()
    expect(playground.answer()).to_have_text("The end.")
    head = playground.key("turn-1-thinking").get_by_role("button")
    head.click()
    expect(inside).to_be_hidden()
    playground.key("slider-temperature").locator("input[type=range]").press("ArrowRight")
    playground.settle()
    expect(inside).to_be_hidden()
    head.click()
    expect(inside).to_be_visible()
    assert playground.thinking().text_content().strip() == "Deep thought. Deeper."


@pytest.mark.nightly
def test_loading_the_page_anew_leaves_a_page_that_works(open_page, scripted, stage):
    stage.play([opening(), thought("Hm. "), never_answer()], whole("Again.", "Done."))
    playground = open_page(scripted)
    playground.send("First")
    expect(playground.thinking()).to_contain_text("Hm.")
    playground.page.reload()
    expect(playground.composer).to_be_visible()
    expect(playground.page.get_by_test_id("stException")).to_have_count(0)
    expect(playground.thinking()).to_contain_text("Hm.")
    playground.key("stop").locator("button").click()
    expect(playground.key("turn-1")).to_contain_text("Stopped by you")
    playground.ask("Once more", turn=2)
    expect(playground.answer(2)).to_have_text("Done.")
    assert not playground.errors


@pytest.mark.nightly
def test_a_bad_file_keeps_the_good_one(open_page, scripted, media_dir, tmp_path):
    bad = tmp_path / "note.png"
    bad.write_text("just some text")
    playground = open_page(scripted)
    playground.attach(media_dir / "china.jpg")
    pictures = playground.key("storyboard").locator("img")
    expect(pictures).to_have_count(1)
    playground.attach(bad)
    expect(playground.alerts).to_contain_text("note.png")
    expect(pictures).to_have_count(1)
    playground.attach(bad, media_dir / "turned.mp4")
    expect(pictures).not_to_have_count(1)
    expect(playground.alerts).to_contain_text("note.png")


@pytest.mark.nightly
def test_a_click_on_a_setting_does_not_draw_the_conversation_again(open_page, simulated):
    playground = open_page(simulated)
    told = []
    playground.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: told.append(bytes(frame))))
    playground.page.reload()
    playground.settle()
    playground.ask("First\nsimulate: thinking=5 answer=10")
    counted = playground.page.get_by_test_id("stProgress").inner_text()
    told.clear()
    playground.key("system").locator("textarea").fill("Be brief. " * 40)
    playground.key("system").locator("textarea").press("Control+Enter")
    expect(playground.page.get_by_test_id("stProgress")).not_to_have_text(counted)
    expect(playground.page).to_have_url(re.compile("system=Be"))
    playground.key("inspect-1").locator("button").first.click()
    expect(playground.page.get_by_role("dialog")).to_contain_text("What went over the wire")
    playground.escape()
    assert told and not [frame for frame in told if b"turn-1-answer" in frame]

    # What a part's click changes elsewhere is drawn: here the whole conversation, by the toolbar's part.
    playground.key("new-conversation").locator("button").first.click()
    expect(playground.key("turn-1")).to_have_count(0)
    playground.settle()
    playground.page.reload()
    playground.settle()
    expect(playground.key("system").locator("textarea")).to_have_value(re.compile("Be brief"))
