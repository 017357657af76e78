"""Function calling on the page: tools defined, calls shown, results given, rounds until the answer."""

import pytest

from components.gateway.faults import read_fault
from components.tools.definitions import write_tools
from components.tools.examples import EXAMPLES
from components.ui import resources
from components.ui.playground import page
from tests.nightly import by_night
from tests.ui.shown import answer, roles, said, sent, to_try_again

WEATHER = "What is the weather in Paris and Rome?"


def define(app, text=None, **settings):
    tools = app.session_state["playground"].tools
    tools.text = write_tools(example.tool for example in EXAMPLES.values()) if text is None else text
    for name, value in settings.items():
        setattr(tools, name, value)
    app.run()
    assert not app.exception


def stats(app):
    return app.container(key="turn-1-stats").caption[0].value


def shown(app, number=1):
    return "\n".join(code.value for code in app.container(key=f"turn-{number}-answer").code)


def test_examples_are_added_in_the_dialog_and_named_in_the_sidebar(app):
    app.button(key="edit-tools").click().run()
    for name in ("get_weather", "calculator"):
        app.button(key="edit-tools").click()  # the harness draws the whole page at each click, and a dialog once
        app.button(key=f"add-{name}").click().run()
        assert not app.exception
    app.run()
    assert said(app.container(key="tools").markdown[1]) == ":small[`get_weather`, `calculator`]"


def test_the_user_gives_each_result_and_the_model_goes_on(app, ask):
    define(app)
    ask(app, WEATHER)
    called = [said(call).split("`")[1] for call in app.container(key="turn-1-answer").markdown]
    assert called == ["get_weather", "get_weather"]
    assert '"Paris"' in shown(app) and '"Rome"' in shown(app)
    app.text_area(key="result-1-1-0").set_value("Sunny, 30 degrees").run()
    app.button(key="send-results-1").click().run()
    assert "'get_weather' has no result yet" in said(app.error[0]) and len(sent()) == 1
    app.button(key="result-1-1-1-example").click().run()
    app.button(key="send-results-1").click().run()
    assert not app.exception and not app.error
    assert not to_try_again(app) and "Sunny, 30 degrees" in answer(app)
    assert roles(sent()[-1]) == ["user", "assistant", "tool", "tool"]
    assert "**2 rounds**" in stats(app)
    assert "Sunny, 30 degrees" in shown(app)


@pytest.mark.nightly
def test_example_tools_answer_a_reply_that_ends_before_it_is_drawn(app, ask, monkeypatch):
    write_link = page.write_link

    def wait_and_write(state):
        """Called after the page has looked whether calls are to be answered, and before it draws the reply."""
        for ended in state.turns:
            assert ended.run.wait(30)
        write_link(state)

    define(app, automatic=True)
    monkeypatch.setattr(page, "write_link", wait_and_write)
    ask(app, WEATHER)
    assert "**2 rounds**" in stats(app) and resources.simulator().log.entries()[-1].finish_reason == "stop"


@pytest.mark.parametrize("wire", by_night(["responses", "chat_completions", "messages"], always=1))
def test_example_tools_answer_by_themselves_until_the_model_does(app, ask, wire):
    app.selectbox(key="wire").set_value(wire).run()
    define(app, automatic=True)
    ask(app, WEATHER)
    assert "**2 rounds**" in stats(app) and resources.simulator().log.entries()[-1].finish_reason == "stop"
    ask(app, "And what did I ask first?")
    assert [message.role for message in app.session_state["playground"].turns[1].run.request.messages] == [
        "user",
        "assistant",
        "tool",
        "assistant",
        "user",
    ]


def test_the_loop_ends_at_its_limit_and_can_be_gone_on_with_by_hand(app, ask):
    define(app, automatic=True, most_rounds=1)
    ask(app, WEATHER)
    assert len(sent()) == 1 and "at the limit of 1 round" in app.container(key="results-1").caption[0].value
    for place in (0, 1):
        app.button(key=f"result-1-1-{place}-example").click().run()
    app.button(key="send-results-1").click().run()
    assert len(sent()) == 2 and "**2 rounds**" in stats(app)


def test_calls_without_results_are_left_out_when_something_else_is_asked(app, ask):
    define(app)
    ask(app, WEATHER)
    ask(app, "Never mind. Hello!")
    assert roles(sent()[-1]) == ["user"]
    assert any("left out of the conversation" in caption.value for caption in app.container(key="turn-1").caption)


def test_a_search_is_not_paid_again_with_the_results(app, ask):
    app.toggle(key="toggle-web_search_linkup").set_value(True).run()
    define(app, automatic=True)
    ask(app, WEATHER)
    first, second = sent()
    assert first["web_search_linkup"] is True and "web_search_linkup" not in second
    assert "with 1 web search" in stats(app)


def test_a_forced_call_is_forced_once(app, ask):
    app.toggle(key="toggle-enable_thinking").set_value(False).run()
    define(app, automatic=True)
    app.button(key="edit-tools").click().run()
    app.button(key="edit-tools").click()
    app.segmented_control(key="tool-choice").set_value("named").run()
    app.button(key="edit-tools").click()
    app.selectbox(key="tool-named").set_value("calculator").run()
    ask(app, "Hello there")
    first, second = sent()
    assert first["tool_choice"]["function"]["name"] == "calculator" and "tool_choice" not in second
    assert {call["function"]["name"] for call in second["messages"][1]["tool_calls"]} == {"calculator"}


def test_mistakes_in_the_tools_are_told_and_nothing_is_sent(app, ask):
    define(app, '[{"name": "a b"}]')
    assert "Line 1, column 11" in app.container(key="tools").markdown[1].value
    ask(app, "Hello")
    assert not app.chat_message and not sent()
    assert "The tools cannot be read. Line 1, column 11" in said(app.error[0])
    assert app.chat_input(key="composer").proto.value == "Hello"


@pytest.mark.nightly
def test_a_failed_round_is_tried_again_alone_with_the_results_kept(app, ask):
    define(app)
    ask(app, WEATHER)
    for place in (0, 1):
        app.button(key=f"result-1-1-{place}-example").click().run()
    behaviour = resources.simulator().behaviour
    behaviour.fault = read_fault("status=500")
    app.button(key="send-results-1").click().run()
    assert to_try_again(app) and app.error
    behaviour.fault = None
    app.button(key="again-1").click().run()
    assert not app.exception and not app.error and not to_try_again(app) and answer(app)
    assert "**2 rounds**" in stats(app)
    assert roles(sent()[-1]) == ["user", "assistant", "tool", "tool"]


def test_what_is_doubtful_is_said_before_sending(app):
    define(app)
    app.button(key="edit-tools").click().run()
    app.button(key="edit-tools").click()
    app.segmented_control(key="tool-choice").set_value("required").run()
    assert any("forces a call while thinking is on" in markdown.value for markdown in app.markdown)
