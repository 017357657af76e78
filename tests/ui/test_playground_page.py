"""A conversation with the simulator: what a turn shows, and what stays when it went wrong."""

import re
from decimal import Decimal

import pytest

from components.ui.playground import page as playground
from components.ui.playground.examples import EXAMPLES
from components.ui.state import session
from components.ui.turn import turn
from tests.nightly import by_night
from tests.ui.shown import answer, attached, roles, said, sent, shown


def stats(app, number=1):
    return app.container(key=f"turn-{number}-stats").caption[0].value


def thinking(app, number=1):
    return shown(app.container(key=f"turn-{number}-thinking"))


def test_the_first_look(app):
    assert not app.exception and not app.error
    assert app.sidebar.container(key="connection").markdown[0].value.count("replies are simulated")
    assert app.subheader[0].value == "Watch Kimi K2.6 think"
    assert app.chat_input(key="composer").placeholder == "Ask Kimi K2.6"
    assert "Context: about" in app.get("progress")[0].proto.text
    assert not [button for button in app.button if button.key == "stop"]


# What an answer of the simulator shows that its card promises.
PROMISED = {
    "trap": ("anything about *ball*, *bat* and *cost*",),
    "table": ("| Size", "def merge_sort", "not an answer"),
    "tools": ("409.5",),
    "haiku": ("anything about *haiku* and *ocean*",),
}


@pytest.mark.parametrize("name", by_night(EXAMPLES, always=2))
def test_every_demo_runs_with_one_click_from_a_fresh_page(app, name):
    example = EXAMPLES[name]
    app.button(key=f"example-{name}").click().run()
    assert not app.exception and not app.error
    assert bool(app.warning) == ("max_tokens" in example.values)  # the one that is to be cut
    (turn,) = app.session_state["playground"].turns
    assert turn.run.status == "done" and turn.prompt == example.prompt and turn.run.transcript.answer
    assert all(promise in turn.answer for promise in PROMISED.get(name, ()))
    assert [attachment.name for attachment in turn.attachments if attachment.kind != "text"] == [
        file for file in example.files if "." in file
    ]
    request = turn.rounds[0].run.request
    assert {name: request.parameters[name] for name in example.values} == example.values
    assert {tool.name for tool in request.tools} == set(example.tools)
    assert len(turn.rounds) == (2 if example.tools else 1)
    assert not attached(app)


def test_a_demo_leaves_what_the_user_had_set_and_attached(app, attach, media_dir):
    app.text_area(key="system").set_value("Be brief.")
    app.slider(key="slider-top_p").set_value(0.5)
    attach(app, ("china.jpg", (media_dir / "china.jpg").read_bytes()))
    app.button(key="example-haiku").click().run()
    assert not app.exception
    assert app.text_area(key="system").value == "Be brief." and app.slider(key="slider-top_p").value == 0.5
    assert app.slider(key="slider-temperature").value == 1.2
    resets = {button.key for button in app.button if (button.key or "").startswith("reset-")}
    assert resets == {"reset-all", "reset-top_p", "reset-temperature"}
    assert attached(app) == ["china.jpg"] and not app.container(key="turn-1").image


def test_a_demo_says_before_the_click_what_is_shown_without_a_key(app):
    cards = {name: app.button(key=f"example-{name}").label for name in EXAMPLES}
    for name in ("chart", "receipt", "note", "traffic", "scenes", "pair", "trap", "search", "table", "haiku"):
        assert f"Without a key: {EXAMPLES[name].simulated}" in cards[name]
    for name in ("tools", "cut"):  # what these say is done without a key, too
        assert "Without a key" not in cards[name]


def test_with_a_key_a_demo_says_what_it_shows_alone(open_app):
    real = open_app(EMPIRIOLABS_BASE_URL="http://127.0.0.1:9/v1", EMPIRIOLABS_API_KEY="sk-none")
    assert not any("Without a key" in real.button(key=f"example-{name}").label for name in EXAMPLES)


def test_a_turn_ends_with_its_panes_tokens_cost_and_times(app, ask):
    ask(app, "Hello there\nsimulate: thinking=40 answer=60")
    assert not app.exception and not app.error and not app.warning
    assert app.container(key="turn-1").text[0].value.startswith("Hello there")
    assert len(thinking(app)) > 100 and len(answer(app)) > 100
    assert "Answer, simulated" in app.container(key="turn-1-answer").get("html")[0].proto.body
    line = stats(app)
    assert "40 thinking, 100 out" in line and "cached" in line
    assert "first thinking 0." in line and "first answer 0." in line and "total 0." in line
    assert line.endswith("simulated")
    assert not [button for button in app.button if button.key in ("stop", "again-1")]
    fresh, cached = (int(found.replace(",", "")) for found in re.search(r"([\d,]+) in, ([\d,]+) cached", line).groups())
    cost = (fresh - cached) * Decimal("0.8939") + cached * Decimal("0.1788") + 100 * Decimal("3.7131")
    assert f"**Cost** \\${cost / 1_000_000:.6f}" in line


def test_without_thinking_the_figures_say_so(app, ask):
    app.toggle(key="toggle-enable_thinking").set_value(False).run()
    ask(app, "Hello\nsimulate: answer=30")
    assert "0 thinking, 30 out" in stats(app) and "first answer 0." in stats(app)
    assert "first thinking" not in stats(app) and "none" not in stats(app)


def test_the_second_turn_carries_the_first_and_none_that_failed(app, ask):
    ask(app, "First question\nsimulate: thinking=10 answer=20")
    ask(app, "Lost\nsimulate: error=insufficient_credits")
    ask(app, "Second question\nsimulate: thinking=10 answer=20")
    assert answer(app, 1) and answer(app, 3)
    assert roles(sent()[-1]) == ["user", "assistant", "user"]


def test_an_error_keeps_prompt_media_and_settings(app, ask, attach, media_dir):
    app.slider(key="slider-temperature").set_value(1.5).run()
    app.text_area(key="system").set_value("Be kind.").run()
    attach(app, ("china.jpg", (media_dir / "china.jpg").read_bytes()))
    ask(app, "A question worth keeping\nsimulate: error=insufficient_credits")
    assert said(app.error[0]).startswith("The account has no credits left. Add some under Billing in the dashboard")
    turn = app.container(key="turn-1")
    assert turn.text[0].value.startswith("A question worth keeping") and len(turn.image) == 1
    assert app.slider(key="slider-temperature").value == 1.5
    assert app.text_area(key="system").value == "Be kind."
    assert "insufficient_credits" in turn.code[0].value  # the raw reply
    app.button(key="again-1").click().run()
    assert not app.exception and len(app.container(key="turn-1").image) == 1
    assert len(app.chat_message) == 1


def test_an_error_inside_the_stream_keeps_what_came(app, ask):
    ask(app, "Hello\nsimulate: thinking=20 answer=40 error=upstream_error error_after=40")
    assert "provider behind the API returned an error" in said(app.error[0])
    assert thinking(app) and answer(app)
    assert app.button(key="again-1")


def test_a_stream_that_is_cut_keeps_what_came_and_says_so(app, ask):
    ask(app, "Hello\nsimulate: thinking=20 answer=40 cut=40")
    assert "broke off" in said(app.error[0])
    assert thinking(app) and answer(app) and "**Tokens** not reported" in stats(app)
    assert app.button(key="again-1")


def test_an_answer_cut_at_max_tokens_says_so(app, ask):
    app.number_input(key="box-max_tokens").set_value(10).run()
    ask(app, "Hello\nsimulate: thinking=5 answer=40")
    assert "cut at `max_tokens`" in app.warning[0].value


@pytest.mark.parametrize(("module", "name"), [(turn, "draw_round"), (playground, "draw_composer")])
def test_a_reply_that_ends_while_the_page_is_being_drawn_is_drawn_whole(app, ask, monkeypatch, module, name):
    draw = getattr(module, name)

    def draw_and_wait_for_the_end(*arguments):
        drawn = draw(*arguments)
        assert session().turns[-1].run.wait(60)
        return drawn

    monkeypatch.setattr(module, name, draw_and_wait_for_the_end)
    # The pause keeps the run alive until its turn is drawn.
    ask(app, "Hello\nsimulate: pause=1 thinking=5 answer=40 error=upstream_error error_after=25")
    assert "provider behind the API returned an error" in said(app.error[0])
    assert "**Tokens**" in stats(app) and thinking(app) and answer(app)
    assert not [button for button in app.button if button.key == "stop"]


def test_a_prompt_is_shown_as_text_and_an_unknown_directive_refused_in_a_sentence(app, ask):
    ask(app, "# <b>$x$</b> ![a](http://example.com/a.png)\nsimulate: nonsense=1")
    assert "'simulate:' does not understand 'nonsense=1'" in said(app.error[0])
    assert "Traceback" not in said(app.error[0])
    assert app.container(key="turn-1").text[0].value.startswith("# <b>$x$</b> ![a](http://example.com/a.png)")


@pytest.mark.parametrize(
    "environment",
    [
        {"EMPIRIOLABS_BASE_URL": "ftp://example.com"},
        {"EMPIRIOLABS_BASE_URL": "localhost:8700/v1"},
        {"PLAYGROUND_SIMULATOR_TOKENS_PER_SECOND": "fast"},
        {"PLAYGROUND_SIMULATOR_TOKENS_PER_SECOND": "-1"},
    ],
    ids=lambda environment: next(iter(environment.values())),
)
def test_a_setting_that_cannot_be_used_is_a_sentence_on_the_page(open_app, environment):
    app = open_app(**environment)
    ((name, value),) = environment.items()
    assert not app.exception and len(app.error) == 1
    assert name in said(app.error[0]) and repr(value) in said(app.error[0])
    assert not app.chat_input
    for path in ("pages/reference.py", "pages/simulator.py"):
        app.switch_page(path).run()
        assert not app.exception and name in said(app.error[0])


def test_an_address_of_its_own_shows_the_model_and_where_it_is_asked(open_app):
    app = open_app(
        EMPIRIOLABS_BASE_URL="http://127.0.0.1:9/v1/", EMPIRIOLABS_API_KEY="sk-empiriolabs-canary-0123456789"
    )
    badge = app.sidebar.container(key="connection").markdown[0]
    assert "kimi-k2-6 at 127.0.0.1:9" in badge.value
    assert "Real API" not in badge.value and "simulated" not in badge.value
    assert "canary" not in str(app) + badge.value + (badge.proto.help or "")
