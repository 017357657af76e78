"""Tools in a real browser: definitions checked while they are typed, calls as they stream, an edited body sent."""

from __future__ import annotations

import json
import re
import threading

import pytest
from playwright.sync_api import Locator, expect

from tests.api.outcome import DONE, chat_chunk, sse
from tests.e2e.playground import Playground
from tests.raw_server import LAST_CHUNK, chunk, event_stream, send, wait_for

pytestmark = pytest.mark.browser

FINISHED = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}


def editor(playground: Playground, key: str) -> Locator:
    return playground.key(key).locator("textarea")


@pytest.mark.nightly
def test_tools_from_their_definition_to_their_result(open_page, scripted, stage):
    playground = open_page(scripted)
    tools_are_checked_while_they_are_typed(playground)
    a_call_is_seen_as_it_streams_and_its_result_is_sent(playground, stage)


def tools_are_checked_while_they_are_typed(playground):
    playground.key("edit-tools").locator("button").click()
    box, check = editor(playground, "tools-json"), playground.key("tools-check")
    box.press_sequentially('[{"name": "a b"}')
    expect(check).to_contain_text("Line 1, column 17: This is not JSON")
    box.press_sequentially("]")  # the box was not left
    expect(check).to_contain_text("Line 1, column 11: A name has 1 to 64")
    box.fill('[{"name": "now"}]')
    expect(check).to_contain_text("1 tool, each a valid schema")
    playground.page.get_by_role("dialog").get_by_role("button", name="calculator").first.click()
    expect(check).to_contain_text("2 tools, each a valid schema")
    expect(box).to_have_value(re.compile("calculator"))  # it comes with another message than what is said of it
    assert [tool["name"] for tool in json.loads(box.input_value())] == ["now", "calculator"]
    playground.escape()
    expect(playground.key("tools")).to_contain_text("now, calculator")
    assert not playground.errors


def a_call_is_seen_as_it_streams_and_its_result_is_sent(playground, stage):
    more = threading.Event()

    def call(**function: str) -> bytes:
        return chunk(chat_chunk(tool_calls=[{"index": 0, "id": "c1", "type": "function", "function": function}]))

    begun = event_stream() + chunk(chat_chunk(reasoning_content="I look it up."))
    end = chunk(sse({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}) + DONE) + LAST_CHUNK
    stage.play(
        [
            send(begun + call(name="look", arguments="")),
            send(call(arguments='{"word": "co')),
            wait_for(more),
            send(call(arguments='met"}') + end),
        ],
        [send(event_stream() + chunk(chat_chunk(content="A comet is ice.") + sse(FINISHED) + DONE) + LAST_CHUNK)],
    )
    playground.key("edit-tools").locator("button").click()
    editor(playground, "tools-json").fill('[{"name": "look"}]')
    expect(playground.key("tools-check")).to_contain_text("1 tool")
    playground.escape()
    expect(playground.key("tools")).to_contain_text("look")
    playground.send("What is a comet?")
    answer = playground.key("turn-1-answer")
    expect(answer).to_contain_text('{"word": "co')
    more.set()
    expect(answer).to_contain_text('"comet"')
    form = playground.key("results-1")
    expect(form).to_contain_text("The model waits for a result")
    form.locator("textarea").fill("a ball of ice")
    playground.key("send-results-1").locator("button").click()
    expect(answer).to_contain_text("A comet is ice.")
    expect(playground.stats()).to_contain_text("2 rounds")
    sent = json.loads(stage.exchange(1).body)
    assert sent["messages"][1]["reasoning_content"] == "I look it up."
    assert sent["messages"][2] == {"role": "tool", "tool_call_id": "c1", "content": "a ball of ice"}
    assert not playground.errors


@pytest.mark.nightly
def test_a_body_is_edited_checked_and_sent_again(open_page, simulated):
    playground = open_page(simulated)
    playground.ask("Hello\nsimulate: thinking=5 answer=10")
    playground.key("inspect-1").locator("button").click()
    dialog = playground.page.get_by_role("dialog")
    dialog.get_by_text("Edit and resend").click()
    box = dialog.locator("textarea")
    expect(box).to_have_value(re.compile('"stream": true'))  # it is filled by a script that loads after it
    body = box.input_value()
    box.fill(body.replace('"stream": true', '"stream": true, "temperature": 9'))
    expect(dialog).to_contain_text("temperature must be a number from 0 to 2, not 9")
    expect(dialog.get_by_role("button", name="Send it all the same")).to_be_visible()
    box.fill(body.replace("Hello", "Goodbye"))
    dialog.get_by_role("button", name="Send", exact=True).click()
    expect(dialog).to_have_count(0)
    playground.wait_for_end(2)
    expect(playground.key("turn-2")).to_contain_text("edited by hand")
    assert not playground.errors
