"""Every setting stands in the address, and an address opens the page as it was."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from components.api.wires.registry import WIRES
from components.core.request import ToolChoice
from components.history.tree import Conversation
from components.params.cards import default_card
from components.ui.playground.links import apply_settings, settings_of, shared_link
from components.ui.state import Session
from tests.ui.conftest import APP
from tests.ui.shown import said

EVERYTHING = {
    "temperature": ["1.5"],
    "top_p": ["0.25"],
    "max_tokens": ["77"],
    "stop": ["a,b", "\n\n", "“ü”"],
    "enable_thinking": ["off"],
    "thinking_budget": ["4000"],
    "reasoning_effort": ["high"],
    "web_search_linkup": ["on"],
    "disable_formatting": ["on"],
    "endpoint": ["messages"],
    "system": ["Be brief & kind?\n#1"],
    "send": ["everything"],
    "stream": ["off"],
    "tools": ['[{"name": "lookup", "description": "d", "parameters": {"type": "object", "properties": {}}}]'],
    "tool_choice": ["lookup"],
}


@pytest.fixture
def open_link(app):
    """Opens the app anew by an address, as another browser would."""

    def open(query):
        opened = AppTest.from_file(str(APP), default_timeout=30)
        for name, values in query.items():
            opened.query_params[name] = values
        opened.run()
        assert not opened.exception
        return opened

    return open


def settings(app):
    state = app.session_state["playground"]
    return state.own, state.tools.text, state.tools.choice


def address(app):
    """The address as lists; the harness hands single values back bare."""
    return {name: [found] if isinstance(found, str) else list(found) for name, found in app.query_params.items()}


def test_the_address_names_every_parameter():
    assert EVERYTHING.keys() >= default_card().parameters.keys()


def test_a_link_opens_the_page_as_it_was(open_link):
    opened = open_link(EVERYTHING)
    own, tools, choice = settings(opened)
    assert opened.multiselect(key="list-stop").value == ["a,b", r"\n\n", "“ü”"]
    assert opened.number_input(key="box-thinking_budget").value == 4000
    assert opened.toggle(key="toggle-enable_thinking").value is False
    assert opened.number_input(key="box-temperature").value == 1.5
    assert opened.selectbox(key="wire").value == "messages" and opened.toggle(key="stream").value is False
    assert opened.text_area(key="system").value == "Be brief & kind?\n#1" and own.mode == "everything"
    assert choice == ToolChoice("named", "lookup") and "lookup" in tools
    query = {name: values for name, values in address(opened).items() if name in EVERYTHING}
    assert query == EVERYTHING
    again = open_link(query)
    assert settings(again) == settings(opened)


def test_the_address_follows_what_is_changed_and_reset(app):
    assert not set(app.query_params) & EVERYTHING.keys()
    app.number_input(key="box-temperature").set_value(1.2).run()
    assert address(app)["temperature"] == ["1.2"]
    app.button(key="reset-temperature").click().run()
    assert "temperature" not in app.query_params


@pytest.mark.parametrize(
    ("query", "says"),
    [({"temperature": ["9"]}, "must be a number"), ({"max_tokens": ["many"]}, "must be a whole number")],
)
def test_a_value_that_is_not_allowed_is_explained_not_swallowed(open_link, query, says):
    opened = open_link(query)
    assert any(says in markdown.value for markdown in opened.sidebar.markdown)


def test_what_no_setting_is_called_is_left_alone(open_link):
    opened = open_link({"endpoint": ["gopher"], "send": ["x"], "utm_source": ["mail"], "stream": ["maybe"]})
    assert opened.selectbox(key="wire").value == "chat_completions" and opened.toggle(key="stream").value
    assert not set(opened.query_params) & EVERYTHING.keys() and address(opened)["utm_source"] == ["mail"]


def test_a_long_text_stays_out_of_the_address(app):
    app.text_area(key="system").set_value("x" * 5_000).run()
    assert "system" not in app.query_params


def share(app, prompt=None):
    """The link that the dialog gives, or what it says against one."""
    app.button(key="share").click().run()
    if prompt is not None:
        app.text_area(key="share-prompt").set_value(prompt)
        app.button(key="share").click().run()  # the harness closes a dialog at every run
    assert not app.exception
    return app.code[0].value if app.code else said(app.error[0])


def test_a_shared_link_carries_settings_and_prompt_and_nothing_else(app, ask, open_link):
    app.text_area(key="system").set_value("s" * 4_000).run()
    app.number_input(key="box-temperature").set_value(1.2).run()
    ask(app, "Is 1 & 1 = 2?\nWhy #1?")
    link = share(app)
    query = parse_qs(urlsplit(link).query)
    assert query == {"temperature": ["1.2"], "system": ["s" * 4_000], "prompt": ["Is 1 & 1 = 2?\nWhy #1?"]}
    opened = open_link(query)
    assert settings(opened)[0] == settings(app)[0]
    assert opened.chat_input(key="composer").value == "Is 1 & 1 = 2?\nWhy #1?" and not opened.chat_message
    assert "prompt" not in opened.query_params


def test_a_link_that_is_too_long_is_not_given_and_the_limit_is_told(app):
    said = share(app, "ü" * 2_000)
    assert "12,0" in said and "more than 8,000" in said
    assert share(app, "ü" * 1_000).endswith("%C3%BC" * 1_000) and not app.error


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.just(10**4_000), st.floats(), st.text(), st.binary()),
    lambda inner: st.one_of(st.lists(inner), st.lists(inner).map(tuple), st.dictionaries(st.text(), inner)),
    max_leaves=5,
)


def value_of(parameter):
    match parameter.type:
        case "integer":
            return st.integers(int(parameter.min), int(parameter.max))
        case "number":
            return st.floats(parameter.min, parameter.max)
        case "boolean":
            return st.booleans()
        case "enum":
            return st.sampled_from(parameter.options)
        case _:
            return st.lists(texts, min_size=1, max_size=4).map(tuple)


def a_session(**settings):
    return Session(conversation=Conversation("me"), **settings)


@st.composite
def set_sessions(draw):
    state = a_session()
    optional = {name: value_of(parameter) for name, parameter in default_card().parameters.items()}
    state.own.values = draw(st.fixed_dictionaries({}, optional=optional))
    state.own.wire = draw(st.sampled_from(list(WIRES)))
    state.own.system = draw(texts)
    state.own.mode = draw(st.sampled_from(["changed", "everything"]))
    state.own.stream = draw(st.booleans())
    state.tools.text = draw(texts)
    modes = [ToolChoice(mode) for mode in ("auto", "none", "required")]
    names = st.sampled_from(["get_weather", "auto", "none", "named"]).map(lambda name: ToolChoice("named", name))
    state.tools.choice = draw(st.one_of(st.sampled_from(modes), names))
    return state


@given(set_sessions())
def test_every_setting_comes_back_from_a_link(state):
    opened = a_session()
    apply_settings(opened, parse_qs(urlsplit(shared_link(state, "http://x/", "")).query, keep_blank_values=True))
    assert opened.own == state.own
    assert (opened.tools.text, opened.tools.choice) == (state.tools.text, state.tools.choice)


@given(st.dictionaries(st.sampled_from([*default_card().parameters]), anything), *[st.none() | st.text()] * 3)
def test_a_state_that_no_setting_can_have_still_makes_a_link(values, wire, mode, system):
    state = a_session()
    state.own.values, state.own.wire, state.own.mode, state.own.system = values, wire, mode, system
    link = shared_link(state, "http://x/", "\ud800")
    apply_settings(a_session(), parse_qs(urlsplit(link).query, keep_blank_values=True))
    assert settings_of(state).keys() <= {*default_card().parameters, "system"}


HOSTILE = {
    "not numbers": {
        "temperature": ["1" + "0" * 400], "top_p": ["nan"], "max_tokens": ["1e999"], "thinking_budget": ["9" * 5_000]
    },
    "not choices": {"enable_thinking": ["maybe"], "web_search_linkup": [""], "reasoning_effort": ["<b>"]},
    "too many": {"stop": [str(number) for number in range(600)], "disable_formatting": ["on"] * 100},
    "too large": {"max_tokens": ["9007199254740993"], "thinking_budget": ["-1e300"], "system": ["x" * 100_000]},
    "no tools": {"tools": ["9" * 5_000], "tool_choice": ["\0"], "prompt": ["\0"], "conversation": ["../x"]},
    "nested": {"tools": ["[" * 100_000], "send": ["None"], "stream": ["null"], "endpoint": ["None"]},
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_link_never_costs_the_page(open_link, name):
    opened = open_link(HOSTILE[name])
    assert opened.chat_input(key="composer") and not opened.exception
    assert len(str(opened.query_params)) < 10_000


def test_settings_that_are_none_do_not_cost_the_page(app):
    own = app.session_state["playground"].own
    own.values = {name: None for name in default_card().parameters}
    app.run()
    assert not app.exception and not set(app.query_params) & EVERYTHING.keys()
