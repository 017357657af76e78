"""The simulator page: what it assumes and what it was asked."""

import httpx

from components.gateway.assumptions import DECISIONS
from components.ui import resources
from tests.ui.shown import said_of


def test_it_says_where_it_listens_and_what_it_assumes(app):
    app.switch_page("pages/simulator.py").run()
    assert not app.exception
    assert any("Listening on `http://127.0.0.1:" in markdown.value for markdown in app.markdown)
    assert [said_of(cell) for cell in app.table[0].value["Assumption"]] == list(DECISIONS.values())
    assert "None yet" in app.caption[0].value
    assert "replies are simulated" in app.container(key="connection").markdown[0].value


def test_it_lists_what_it_was_asked_newest_first(app, ask):
    ask(app, "Hello\nsimulate: thinking=10 answer=20")
    ask(app, "Hello\nsimulate: error=insufficient_credits")
    app.switch_page("pages/simulator.py").run()
    assert not app.exception
    refused, answered = app.dataframe[0].value.to_dict("records")
    assert (refused["Status"], answered["Status"]) == (402, 200)
    assert refused["Finish"] == "insufficient_credits"
    assert (answered["Thinking"], answered["Answer"], answered["Finish"]) == (10, 20, "stop")
    assert answered["Request"] == "POST /v1/chat/completions"


def test_strictness_is_switched_and_missing_thinking_marked(app, ask):
    app.switch_page("pages/simulator.py").run()
    simulator = resources.simulator()
    assert app.toggle(key="simulator-strict-thinking").value is False
    call = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    body = {
        "model": "kimi-k2-6",
        "messages": [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "a", "content": "1"},
        ],
    }

    def post():
        headers = {"authorization": f"Bearer {simulator.key}"}
        return httpx.post(f"{simulator.base_url}/chat/completions", json=body, headers=headers).status_code

    assert post() == 200
    app.toggle(key="simulator-strict-thinking").set_value(True).run()
    assert post() == 400
    app.run()
    strict, lenient = app.dataframe[0].value.to_dict("records")
    assert (strict["Status"], lenient["Status"]) == (400, 200)
    assert (strict["Tool turns without thinking"], lenient["Tool turns without thinking"]) == (1, 1)
    app.toggle(key="simulator-strict-thinking").set_value(False).run()
    assert post() == 200


def test_with_an_address_it_says_that_it_is_not_running(open_app):
    app = open_app(EMPIRIOLABS_BASE_URL="http://127.0.0.1:9/v1")
    app.switch_page("pages/simulator.py").run()
    assert not app.exception and "the simulator is not running" in app.info[0].value
    assert not app.dataframe and app.table


def test_the_conversation_is_still_there_after_a_look_at_the_other_pages(app, ask):
    ask(app, "Hello\nsimulate: thinking=10 answer=20")
    app.slider(key="slider-temperature").set_value(1.5).run()
    for path in ("pages/simulator.py", "pages/reference.py", "pages/playground.py"):
        app.switch_page(path).run()
        assert not app.exception
    assert app.container(key="turn-1").text[0].value.startswith("Hello")
    assert app.slider(key="slider-temperature").value == 1.5
