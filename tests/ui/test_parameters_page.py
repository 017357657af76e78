"""The sidebar: every documented parameter with its widgets, mark, reset, checks, and the request it makes."""

import json

import pytest

from components.api.wires.registry import WIRES
from components.params.cards import default_card
from tests.ui.shown import said, said_of

CARD = default_card()
WIDGET = {
    "number": "slider-{}",
    "integer": "slider-{}",
    "boolean": "toggle-{}",
    "enum": "choice-{}",
    "string": "list-{}",
}
# A value of each parameter that is allowed and not its default.
OTHER = {
    "temperature": 1.5,
    "top_p": 0.5,
    "max_tokens": 1234,
    "stop": ["END"],
    "enable_thinking": False,
    "thinking_budget": 4321,
    "reasoning_effort": "high",
    "web_search_linkup": True,
    "disable_formatting": True,
}


def widget_of(app, parameter):
    return app.get_by_key(WIDGET[parameter.type].format(parameter.name))


def words(app, name):
    return " ".join(map(said, app.container(key=f"param-{name}").markdown))


def mark(app, name):
    return "●" in app.container(key=f"param-{name}").markdown[0].value


def resets(app):
    return {button.key for button in app.button if button.key.startswith("reset-") and button.key != "reset-all"}


def body(app):
    """The request's body as the preview shows it."""
    app.button(key="preview").click().run()
    assert not app.exception
    return json.loads(app.code[-1].value)


def set_other(app, parameter):
    if parameter.type == "string":  # the harness cannot type an option that is not there yet
        app.session_state[WIDGET["string"].format(parameter.name)] = OTHER[parameter.name]
        app.session_state["playground"].edited.values[parameter.name] = tuple(OTHER[parameter.name])
        return app.run()
    return widget_of(app, parameter).set_value(OTHER[parameter.name]).run()


def test_every_parameter_has_its_container_label_help_and_widgets(app):
    assert set(OTHER) == set(CARD.parameters)
    for parameter in CARD.parameters.values():
        container = app.container(key=f"param-{parameter.name}")
        title = container.markdown[0]
        assert said(title) == parameter.label and said_of(title.proto.help) == parameter.help
        assert widget_of(app, parameter) is not None
        if parameter.type in ("number", "integer"):
            assert container.slider[0].value == container.number_input[0].value == parameter.default
            assert (container.slider[0].min, container.slider[0].max) == (parameter.min, parameter.max)
    assert not resets(app)


def test_every_parameter_that_is_changed_is_marked_sent_and_can_be_reset(app):
    for parameter in CARD.parameters.values():
        set_other(app, parameter)
        assert not app.exception
        assert mark(app, parameter.name), parameter.name
        assert resets(app) == {f"reset-{parameter.name}"}
        others = [name for name in CARD.parameters if name != parameter.name and mark(app, name)]
        assert not others
        sent = body(app)
        if parameter.name != "disable_formatting":  # without a search it has no meaning
            assert sent[parameter.name] == OTHER[parameter.name]
        app.button(key=f"reset-{parameter.name}").click().run()
        assert not mark(app, parameter.name) and not resets(app)
    assert not CARD.parameters.keys() & body(app).keys()


@pytest.mark.nightly
def test_reset_all_puts_everything_back(app):
    assert app.button(key="reset-all").disabled
    for parameter in CARD.parameters.values():
        set_other(app, parameter)
    assert len(resets(app)) == len(CARD.parameters)
    app.button(key="reset-all").click().run()
    assert not resets(app)
    assert not CARD.parameters.keys() & body(app).keys()
    for parameter in CARD.parameters.values():
        if parameter.type in ("number", "integer"):
            assert app.slider(key=f"slider-{parameter.name}").value == parameter.default


def test_a_slider_set_back_to_the_default_is_no_change(app):
    slider = app.slider(key="slider-temperature")
    slider.set_value(1.0).run()
    assert mark(app, "temperature")
    app.slider(key="slider-temperature").set_value(CARD.parameters["temperature"].default).run()
    assert not mark(app, "temperature")


def test_slider_and_box_follow_each_other(app):
    app.number_input(key="box-top_p").set_value(0.25).run()
    assert app.slider(key="slider-top_p").value == 0.25
    app.slider(key="slider-top_p").set_value(0.75).run()
    assert app.number_input(key="box-top_p").value == 0.75


def test_everything_mode_sends_all_that_is_documented(app):
    assert not CARD.parameters.keys() & body(app).keys()
    app.get_by_key("send-mode").set_value("everything").run()
    sent = body(app)
    assert {name: sent[name] for name in ("temperature", "top_p", "max_tokens", "enable_thinking")} == {
        "temperature": 0.7,
        "top_p": 0.9,
        "max_tokens": 4096,
        "enable_thinking": True,
    }
    assert sent["thinking_budget"] == 32768 and "reasoning_effort" not in sent  # never two limits at once


def test_the_preview_is_the_body_with_system_prompt_prompt_and_media(app, attach, media_dir):
    app.text_area(key="system").set_value("Be brief.").run()
    attach(app, ("china.jpg", (media_dir / "china.jpg").read_bytes()))
    sent = body(app)
    assert sent["model"] == "kimi-k2-6" and sent["stream"] is True
    assert sent["messages"][0] == {"role": "system", "content": "Be brief."}
    picture, text = sent["messages"][1]["content"]
    assert picture["image_url"]["url"].startswith("data:image/jpeg") and len(picture["image_url"]["url"]) < 200
    assert text == {"type": "text", "text": "…what you type below…"}


def test_the_resolver_says_what_the_three_thinking_parameters_send(app):
    def said():
        return " ".join(markdown.value for markdown in app.sidebar.markdown)

    assert "Nothing is sent about thinking" in said()
    app.get_by_key("choice-reasoning_effort").set_value("high").run()
    assert "Thinking is on at high effort" in said() and "both set the limit" not in said()
    app.slider(key="slider-thinking_budget").set_value(1000).run()
    assert "Thinking is on with a budget of 1,000 tokens" in said()
    assert "`reasoning_effort` high and `thinking_budget` 1,000 both set the limit: the budget is sent" in said()
    app.toggle(key="toggle-enable_thinking").set_value(False).run()
    assert "Thinking is off" in said() and "has no meaning while thinking is off" in said()
    sent = body(app)
    assert sent["enable_thinking"] is False and not {"thinking_budget", "reasoning_effort"} & sent.keys()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("temperature", 9.0, "temperature must be a number from 0 to 2, not 9.0."),
        pytest.param(
            "temperature", -0.5, "temperature must be a number from 0 to 2, not -0.5.", marks=pytest.mark.nightly
        ),
        pytest.param("top_p", 1.5, "top_p must be a number from 0 to 1, not 1.5.", marks=pytest.mark.nightly),
        ("max_tokens", 16001, "max_tokens must be a whole number from 1 to 16,000, not 16001."),
        pytest.param(
            "max_tokens", 0, "max_tokens must be a whole number from 1 to 16,000, not 0.", marks=pytest.mark.nightly
        ),
        pytest.param(
            "thinking_budget",
            100_000,
            "thinking_budget must be a whole number from 1 to 81,920, not 100000.",
            marks=pytest.mark.nightly,
        ),
    ],
)
def test_a_number_out_of_range_stays_is_explained_and_keeps_the_prompt(app, ask, name, value, sentence):
    app.number_input(key=f"box-{name}").set_value(value).run()
    assert not app.exception
    assert sentence in words(app, name)
    assert app.number_input(key=f"box-{name}").value == value
    assert any("Nothing can be sent yet" in markdown.value for markdown in app.markdown)
    ask(app, "My careful prompt")
    assert [said(error) for error in app.error] == [f"Not sent: {sentence}"]
    assert not app.chat_message
    assert app.chat_input(key="composer").proto.value == "My careful prompt"
    app.button(key=f"reset-{name}").click().run()
    assert not app.error and "must be" not in words(app, name)
    ask(app, "My careful prompt")
    assert len(app.chat_message) == 1 and not app.error


def test_a_long_stop_sequence_is_advised_against_and_allowed(app):
    app.session_state["list-stop"] = ["x" * 40]
    app.session_state["playground"].edited.values["stop"] = ("x" * 40,)
    app.run()
    assert "40 bytes long" in words(app, "stop")
    assert body(app)["stop"] == ["x" * 40]


@pytest.mark.parametrize("name", WIRES)
def test_every_endpoint_makes_a_request_to_its_own_path(app, name):
    app.selectbox(key="wire").set_value(name).run()
    assert body(app)["model"] == "kimi-k2-6"
    assert any(f"`POST {WIRES[name].path}`" in caption.value for caption in app.caption)
