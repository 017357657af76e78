"""A live reply is in sight from its first word to its last, on every screen; what the reader does is respected."""

import threading

import pytest
from playwright.sync_api import expect

from tests.api.outcome import chat_chunk
from tests.e2e.replies import ending, opening, said, thought, whole
from tests.e2e.seeing import Growth, sight
from tests.e2e.stepwise import Reply
from tests.nightly import by_night
from tests.raw_server import chunk, send, wait_for

pytestmark = pytest.mark.browser

SCREENS = {"desktop": (1440, 900), "laptop": (1366, 640), "phone": (390, 844), "zoomed laptop": (780, 437)}
# Each differs from one of the others in one way; the first is looked at with every change, a phone in `test_phone`.
_SCREENS = ["desktop", "phone", "laptop", "zoomed laptop"]
EVERY_SCREEN = pytest.mark.parametrize("screen", by_night(_SCREENS, always=1))
# As now and then when the page draws a reply anew at its end: the mark is gone, and for a moment the reply is short.
DRAWN_SHORT = """
(scene) => {
  document.querySelector('.stage-live').classList.remove('stage-live')
  scene.style.setProperty('--stage-panes', '40px')
  return document.querySelector('[data-testid="stMain"]').scrollTop
}
"""
TOP = "(element) => Math.round(element.getBoundingClientRect().top)"


@EVERY_SCREEN
def test_what_streams_is_in_sight_in_every_scene(open_page, scripted, stage, media_dir, screen):
    width, height = SCREENS[screen]
    # What moves may hide what is written.
    playground = open_page(scripted, width=width, height=height, reduced_motion="no-preference")
    growth = Growth(playground.page, '[class*="st-key-pane-"]')

    def watch(scene, turn, start):
        reply = Reply(stage, scene.replace(" ", ""))
        start()
        reply.watch(playground.page, [str(turn)], f"{screen}, {scene}")
        playground.wait_for_end(turn)

    def send():
        playground.send("Tell me about it")

    watch("no media", 1, send)
    playground.attach(media_dir / "counted.mp4")
    expect(playground.key("storyboard").locator("img").first).to_be_attached()
    playground.settle()
    watch("a clip attached", 2, send)
    playground.key("turn-1").evaluate("(element) => element.scrollIntoView()")
    watch("sent while scrolled up", 3, send)
    watch("again", 3, lambda: playground.key("regenerate-3").locator("button:visible").click())
    assert growth.missed == []


@pytest.mark.nightly
@EVERY_SCREEN
def test_what_streams_is_in_sight_in_the_tenth_turn(open_page, scripted, stage, screen):
    width, height = SCREENS[screen]
    playground = open_page(scripted, width=width, height=height)
    for turn in range(1, 10):
        stage.play(whole("Hm.", "An answer of some length. " * 40))
        playground.ask("Go on", turn)
    growth = Growth(playground.page, '[class*="st-key-pane-"]')
    reply = Reply(stage, "tenth")
    playground.send("Tell me about it")
    reply.watch(playground.page, ["10"], f"{screen}, tenth turn")
    playground.wait_for_end(10)
    assert growth.missed == []


@pytest.mark.nightly
@EVERY_SCREEN
def test_what_streams_is_in_sight_in_every_column_of_a_comparison(open_page, scripted, stage, screen):
    width, height = SCREENS[screen]
    playground = open_page(scripted, "/compare", width=width, height=height)
    for trial, letters in ((1, "AB"), (2, "ABCD")):
        for added in letters[2:]:
            playground.key("add-column").locator("button:visible").click()
            expect(playground.key(f"edit-{added}")).to_be_attached()
            playground.settle()
        reply = Reply(stage, letters)
        playground.send("Tell me about it")
        reply.watch(playground.page, [f"{trial}-{letter}" for letter in letters], f"{screen}, {len(letters)} columns")
        expect(playground.key("stop")).to_have_count(0)
        playground.settle()


@pytest.mark.nightly
@EVERY_SCREEN
def test_what_streams_is_in_sight_however_it_was_begun(open_page, scripted, stage, screen):
    width, height = SCREENS[screen]
    playground = open_page(scripted, width=width, height=height)
    page = playground.page

    def press(key):
        playground.key(key).locator("button:visible").first.click()

    stage.play(whole("Hm.", "Cut of" + "f. " * 200, "length"))
    playground.ask("Go on and on")
    reply = Reply(stage, "continued")
    press("continue-1")
    reply.watch(page, ["1"], f"{screen}, continued")
    playground.wait_for_end()

    press("menu-1")
    page.get_by_text("Edit the question", exact=False).click()
    playground.key("edit-question-1").locator("textarea").fill("Another question")
    playground.key("edit-question-1").locator("textarea").press("Control+Enter")
    reply = Reply(stage, "edited")
    press("edit-question-1-ask")
    reply.watch(page, ["1"], f"{screen}, an edited question")
    playground.wait_for_end()

    asked = {"index": 0, "id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    call = send(chunk(chat_chunk(content=lines("before the call", 30), tool_calls=[asked])))
    reply = Reply(stage, "called", before=[[opening(), call, *ending("tool_calls")]])
    playground.send("Use your tool")
    playground.key("results-2").locator("textarea").fill("a result")
    press("send-results-2")
    reply.watch(page, ["2"], f"{screen}, after a tool")
    playground.wait_for_end(2)


def lines(name, count):
    return "".join(f"{name} line {number}\n\n" for number in range(count))


def held(stage, before, after):
    """A reply that is written up to `before`, and goes on with `after` when the gate that comes back is opened."""
    gate, end = threading.Event(), threading.Event()
    stage.play([opening(), *before, wait_for(gate), *after, wait_for(end), *ending()])
    return gate, end


def test_what_the_reader_does_is_respected_and_a_reply_that_is_over_stands_still(open_page, scripted, stage):
    playground = open_page(scripted)
    for length in (3, 60):
        nothing_jumps_when_a_turn_ends_and_the_answer_is_read_from_its_beginning(playground, stage, length)
        playground.begin_anew()
    long_thinking_folds_to_a_line_and_unfolds_beside_the_answer(playground, stage)
    playground.begin_anew()
    one_notch_upwards_stops_following_and_newest_takes_it_up_again(playground, stage)
    playground.begin_anew()
    page_up_stops_following_with_the_message_box_in_focus(playground, stage)
    playground.begin_anew()
    selected_text_stays_selected_while_more_is_written(playground, stage)


def one_notch_upwards_stops_following_and_newest_takes_it_up_again(playground, stage):
    gate, end = held(stage, [said(lines("first", 80))], [said(lines("second", 40) + "the very end")])
    playground.send("Write much")
    expect(playground.answer()).to_contain_text("first line 79")
    pane = playground.answer()
    playground.page.mouse.move(*centre(pane))
    playground.page.mouse.wheel(0, -120)
    newest = playground.page.get_by_role("button", name="Newest")
    expect(newest).to_be_visible()
    playground.page.wait_for_function(
        "(pane) => pane.scrollTop + pane.clientHeight < pane.scrollHeight - 50", arg=pane.element_handle()
    )
    place = pane.evaluate("(pane) => pane.scrollTop")
    gate.set()
    expect(pane).to_contain_text("the very end")
    assert pane.evaluate("(pane) => pane.scrollTop") == place, "the reader was pulled back"
    newest.click()
    expect(newest).to_be_hidden()
    assert pane.evaluate("(pane) => pane.scrollHeight - pane.clientHeight - pane.scrollTop") <= 4
    end.set()
    playground.wait_for_end()


def centre(element):
    box = element.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def page_up_stops_following_with_the_message_box_in_focus(playground, stage):
    gate, end = held(stage, [said(lines("first", 80))], [said(lines("second", 40) + "the very end")])
    playground.send("Write much")
    expect(playground.answer()).to_contain_text("first line 79")
    playground.page.wait_for_function("(pane) => pane.scrollTop > 0", arg=playground.answer().element_handle())
    playground.composer.press("PageUp")
    expect(playground.page.get_by_role("button", name="Newest")).to_be_visible()
    gate.set()
    expect(playground.answer()).to_contain_text("the very end")
    assert playground.answer().evaluate("(pane) => pane.scrollHeight - pane.clientHeight - pane.scrollTop") > 100
    end.set()
    playground.wait_for_end()


def selected_text_stays_selected_while_more_is_written(playground, stage):
    gate, end = held(stage, [said("Some words to keep, and ")], [said("more of them. " * 30), said("The end.")])
    playground.send("Write")
    expect(playground.answer()).to_contain_text("words to keep")
    playground.answer().locator("p").first.evaluate(
        """(paragraph) => {
            const text = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT).nextNode();
            getSelection().setBaseAndExtent(text, 5, text, 18);
        }"""
    )
    playground.page.wait_for_function("getSelection().toString() === 'words to keep'")
    gate.set()
    expect(playground.answer()).to_contain_text("The end.")
    assert playground.page.evaluate("getSelection().toString()") == "words to keep"
    end.set()
    playground.wait_for_end()


def nothing_jumps_when_a_turn_ends_and_the_answer_is_read_from_its_beginning(playground, stage, length):
    gate, end = held(stage, [thought("Hm. "), said(lines("answer", length))], [said("Done.")])
    playground.send("Write")
    gate.set()
    expect(playground.answer()).to_contain_text("Done.")
    before = {name: playground.key(name).evaluate(TOP) for name in ("turn-1", "turn-1-answer", "composer")}
    if length > 3:
        assert playground.key("turn-1").evaluate(DRAWN_SHORT) == 0
    end.set()
    playground.wait_for_end()
    assert {name: playground.key(name).evaluate(TOP) for name in before} == before
    assert sight(playground.answer().get_by_text("answer line 0", exact=True)) == ""
    boxes = playground.page.evaluate(
        """() => [...document.querySelectorAll('[class*="st-key-pane-"]')]
            .filter((pane) => pane.scrollHeight > pane.clientHeight + 1).length"""
    )
    assert boxes == 0, "a finished reply scrolls with the page alone"


def long_thinking_folds_to_a_line_and_unfolds_beside_the_answer(playground, stage):
    stage.play(whole(lines("thought", 60), "The answer."))
    playground.ask("Think")
    head = playground.key("turn-1-thinking").get_by_role("button")
    expect(head).to_contain_text("Thought for")
    expect(head).to_have_attribute("aria-expanded", "false")
    expect(playground.thinking()).to_be_hidden()
    wide = playground.answer().bounding_box()["width"]
    head.press("Enter")
    expect(head).to_have_attribute("aria-expanded", "true")
    expect(playground.thinking().get_by_text("thought line 0", exact=True)).to_be_visible()
    assert playground.answer().bounding_box()["width"] < 0.7 * wide
    left, right = playground.thinking().bounding_box(), playground.answer().bounding_box()
    assert left["x"] + left["width"] <= right["x"] and abs(left["y"] - right["y"]) < 5


@pytest.mark.nightly
def test_without_thinking_the_answer_has_the_whole_width(open_page, scripted, stage):
    stage.play(whole("", "The answer."))
    playground = open_page(scripted)
    playground.ask("Answer")
    turn, answer = (playground.key(name).bounding_box() for name in ("turn-1", "turn-1-answer"))
    assert answer["width"] > 0.95 * turn["width"]


@pytest.mark.nightly
def test_the_blind_vote_is_in_sight_when_the_last_reply_ends(open_page, scripted, stage):
    stage.play(whole("Hm.", lines("answer", 80)))
    playground = open_page(scripted, "/compare", width=1366, height=640)
    playground.key("compare-blind").locator("label").first.click()
    playground.settle()
    playground.send("Which is better?")
    votes = playground.key("vote-1").get_by_role("button")
    expect(votes.first).to_be_visible()
    for vote in votes.all():
        assert sight(vote) == ""
