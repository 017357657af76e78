"""Servers that fail in every way: a sentence, the prompt, the raw reply, and never a traceback or the key."""

import threading

import pytest
from playwright.sync_api import expect

from tests.e2e.app_server import AppServer
from tests.e2e.canary import SECRET
from tests.e2e.replies import ending, failed, opening, said, thought, whole
from tests.raw_server import close, head, reply, send, wait_for

pytestmark = pytest.mark.browser

HTML = b"<!DOCTYPE html><html><body><h1>Bad gateway</h1><p>nginx</p></body></html>"
PROMPT = "A prompt worth keeping"


def envelope(code, message):
    return f'{{"error": {{"code": "{code}", "message": "{message}", "type": "error"}}}}'.encode()


# What the server does -> the sentence, what the raw reply shows, and which text must still be there.
CASES = {
    "wrong key, repeated by the server": (
        [send(reply(envelope("invalid_api_key", f"Incorrect API key: {SECRET}"), "401 Unauthorized"))],
        "The API does not accept this key",
        "invalid_api_key",
        (),
    ),
    "redirect": (
        [send(head("302 Found", {"location": "http://127.0.0.1:9/elsewhere", "content-length": "0"}))],
        "The address redirects to 'http://127.0.0.1:9/elsewhere'",
        None,
        (),
    ),
    "200 with a web page": (
        [send(reply(HTML, content_type="text/html"))],
        "answered with a web page instead of a reply of the API",
        "<h1>Bad gateway</h1>",
        (),
    ),
    "not JSON": ([send(reply(b"hello there"))], "is not the documented JSON", "hello there", ()),
    "error event inside the stream": (
        [opening(), thought("Kept thinking. "), failed("upstream_error", "It broke."), close()],
        "The provider behind the API returned an error. Try again. It said: It broke.",
        "It broke.",
        ("Kept thinking.",),
    ),
    "cut in the middle": (
        [opening(), thought("Kept thinking. "), said("Kept answer. "), close()],
        "broke off",
        None,
        ("Kept thinking.", "Kept answer."),
    ),
    "ended early but in order": (
        [opening(), thought("Kept thinking. "), said("Kept answer. "), ending()[-1]],
        "The stream ended before the reply was complete. What came is kept.",
        None,
        ("Kept thinking.", "Kept answer."),
    ),
}


def assert_nothing_leaks(playground, server):
    html = playground.page.content()
    assert SECRET not in html and SECRET not in playground.page.locator("body").inner_text()
    assert "Traceback" not in html and 'data-testid="stException"' not in html
    assert SECRET not in server.log and "Traceback" not in server.log


@pytest.mark.nightly
@pytest.mark.parametrize("case", CASES)
def test_a_bad_server_gets_a_sentence_and_nothing_is_lost(open_page, scripted, stage, case):
    a_bad_server_gets_a_sentence(open_page(scripted), scripted, stage, case)


def a_bad_server_gets_a_sentence(playground, scripted, stage, case):
    script, sentence, raw, kept = CASES[case]
    stage.play(script)
    playground.ask(PROMPT)
    expect(playground.alerts).to_contain_text(sentence)
    expect(playground.alerts).to_have_count(1)
    turn = playground.key("turn-1")
    expect(turn).to_contain_text(PROMPT)
    for text in kept:
        expect(turn).to_contain_text(text)
    if raw is not None:
        turn.get_by_text("Raw reply").click()
        expect(turn.get_by_test_id("stCode")).to_contain_text(raw)
    assert_nothing_leaks(playground, scripted)
    expect(playground.key("again-1")).to_be_visible()
    assert stage.exchange().headers["authorization"] == f"Bearer {SECRET}"  # it was sent, and only there
    assert stage.count == 1 and not playground.errors


@pytest.mark.nightly
def test_trying_again_replaces_the_failed_reply(open_page, scripted, stage):
    stage.play([send(reply(envelope("invalid_api_key", "No."), "401 Unauthorized"))], whole("Hm.", "Works now."))
    playground = open_page(scripted)
    playground.ask(PROMPT)
    playground.key("again-1").locator("button").click()
    expect(playground.answer()).to_have_text("Works now.")
    playground.wait_for_end()
    expect(playground.alerts).to_have_count(0)
    expect(playground.key("again-1")).to_have_count(0)
    expect(playground.key("turn-1")).to_contain_text(PROMPT)
    assert stage.exchange(0).body == stage.exchange(1).body


@pytest.mark.nightly
def test_what_fails_says_what_to_do_and_the_next_question_is_answered(open_page, scripted, stage):
    playground = open_page(scripted)
    an_html_error_page_is_tried_again_in_sight_and_then_explained(playground, scripted, stage)
    playground.begin_anew()
    a_bad_server_gets_a_sentence(playground, scripted, stage, "wrong key, repeated by the server")
    playground.begin_anew()
    an_answer_lost_to_thinking_offers_more_tokens_and_sends_them(playground, stage)


def an_html_error_page_is_tried_again_in_sight_and_then_explained(playground, scripted, stage):
    stage.play([send(reply(HTML, "502 Bad Gateway", "text/html"))])
    playground.send(PROMPT)
    expect(playground.stats()).to_contain_text("Waiting")
    expect(playground.stats()).to_contain_text("before try")
    playground.wait_for_end()
    expect(playground.alerts).to_contain_text("The provider behind the API returned an error")
    expect(playground.key("turn-1")).to_contain_text(PROMPT)
    playground.key("turn-1").get_by_text("Raw reply").click()
    expect(playground.key("turn-1").get_by_test_id("stCode")).to_contain_text("<h1>Bad gateway</h1>")
    assert stage.count == 4
    assert_nothing_leaks(playground, scripted)


@pytest.mark.nightly
def test_no_server_at_the_address(open_page):
    # Port 9 (discard) is never listened on here; the address says which part is wrong.
    with AppServer(EMPIRIOLABS_BASE_URL="http://127.0.0.1:9/v1", EMPIRIOLABS_API_KEY=SECRET) as server:
        playground = open_page(server)
        expect(playground.key("connection")).to_contain_text("kimi-k2-6 at 127.0.0.1:9")
        playground.send(PROMPT)
        expect(playground.stats()).to_contain_text("before try")
        playground.wait_for_end()
        expect(playground.alerts).to_contain_text("No server answers at 127.0.0.1:9")
        expect(playground.key("turn-1")).to_contain_text(PROMPT)
        assert_nothing_leaks(playground, server)


def an_answer_lost_to_thinking_offers_more_tokens_and_sends_them(playground, stage):
    stage.play(whole("Thinking without end.", "", "length"), whole("Shorter.", "At last."))
    playground.ask(PROMPT)
    expect(playground.alerts).to_contain_text("thought but never answered (it ended with length)")
    playground.page.get_by_role("button", name="Raise max_tokens to 16,000").click()
    expect(playground.answer()).to_have_text("At last.")
    playground.wait_for_end()
    assert b'"max_tokens": 16000' in stage.exchange(1).body and b"max_tokens" not in stage.exchange(0).body
    assert PROMPT.encode() in stage.exchange(1).body
    expect(playground.alerts).to_have_count(0)
    expect(playground.key("box-max_tokens").locator("input")).to_have_value("16000")


@pytest.mark.nightly
def test_a_reply_that_ends_by_itself_inside_its_thinking_is_not_blamed_on_a_limit(open_page, scripted, stage):
    stage.play(whole("I need no answer.", "", "stop"), whole("", "At last."))
    playground = open_page(scripted)
    playground.ask(PROMPT)
    expect(playground.alerts).to_contain_text("it ended its reply by itself (stop) inside its thinking")
    expect(playground.alerts).not_to_contain_text("tokens")
    expect(playground.page.get_by_role("button", name="Raise max_tokens")).to_have_count(0)
    playground.page.get_by_role("button", name="Try again without thinking").click()
    expect(playground.answer()).to_have_text("At last.")
    assert b'"enable_thinking": false' in stage.exchange(1).body and b"max_tokens" not in stage.exchange(1).body


@pytest.mark.nightly
def test_an_answer_lost_to_thinking_offers_less_thinking(open_page, scripted, stage):
    stage.play(whole("Thinking without end.", "", "length"), whole("Shorter.", "At last."))
    playground = open_page(scripted)
    playground.ask(PROMPT)
    playground.page.get_by_role("button", name="Lower thinking_budget to 8,192").click()
    expect(playground.answer()).to_have_text("At last.")
    assert b'"thinking_budget": 8192' in stage.exchange(1).body


def test_nothing_in_a_reply_is_fetched_or_run(open_page, scripted, stage, serve):
    playground = open_page(scripted)
    a_remote_picture_in_a_reply_is_not_fetched(playground, stage, serve)
    playground.begin_anew()
    html_and_scripts_in_a_reply_do_nothing(playground, stage)


def a_remote_picture_in_a_reply_is_not_fetched(playground, stage, serve):
    beacon = serve([send(reply(b"", content_type="image/png"))])
    gate = threading.Event()
    start = f"See ![one]({beacon.url}/1.png"
    rest = (
        f') and ![two]({beacon.url}/2.png "title") and <img src="{beacon.url}/3.png"> and ![three][ref]\n\n'
        f"[ref]: {beacon.url}/4.png\n\n"
        f"> ![in a quote]({beacon.url}/5.png)\n\n- ![in a list]({beacon.url}/6.png)\n\n"
        f"| a |\n|---|\n| ![in a table]({beacon.url}/7.png) |\n\n"
        f"![with space]( {beacon.url}/8.png ) ![brackets](<{beacon.url}/9.png>) [![linked]({beacon.url}/10.png)](x)\n\n"
        f"![nested [brackets]]({beacon.url}/11.png)\n\n![line\nbreak]({beacon.url}/12.png)\n\n"
        f"![][ref] ![ref] ![ref][]\n\nThe end."
    )
    stage.play([opening(), thought(start + rest), said(start), wait_for(gate), said(rest), *ending()])
    asked = []
    playground.page.on("request", lambda request: asked.append(request.url))
    playground.send(PROMPT)
    expect(playground.answer()).to_contain_text("See")
    gate.set()
    playground.wait_for_end()
    expect(playground.answer()).to_contain_text("The end.")
    expect(playground.answer().locator("img")).to_have_count(0)
    expect(playground.thinking().locator("img")).to_have_count(0)
    assert not beacon.exchanges and not [url for url in asked if url.startswith(beacon.url)]


def html_and_scripts_in_a_reply_do_nothing(playground, stage):
    evil = (
        '<script>window.harmed = "script"</script>\n\n<img src=x onerror="window.harmed=\'picture\'">\n\n'
        "<svg onload=\"window.harmed='drawing'\"></svg>\n\n[click](javascript:window.harmed='link')\n\n"
        "<details open ontoggle=\"window.harmed='toggle'\">x</details>\n\n"
        '<iframe srcdoc="<script>parent.harmed=1</script>"></iframe>\n\nThe end.'
    )
    stage.play(whole(evil, evil))
    playground.ask(evil)
    for pane in (playground.thinking(), playground.answer(), playground.key("turn-1").get_by_test_id("stChatMessage")):
        expect(pane).to_contain_text("The end.")
        expect(pane.locator("script, iframe, details, [onerror], [onload], [href^='javascript:']")).to_have_count(0)
    for link in playground.answer().get_by_text("click").all():
        link.click()
    assert playground.page.evaluate("window.harmed") is None
