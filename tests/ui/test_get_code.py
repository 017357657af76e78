"""Get code on the page: the conversation as it stands, in every language that speaks its endpoint."""

import pytest

from components.api.snippets.registry import TARGETS
from tests.nightly import by_night
from tests.ui.conftest import choose_in_menu


def open_code(app):
    """Opens the dialog, or draws it anew: the harness knows no fragment and closes it at every run."""
    choose_in_menu(app, "Get code")
    assert not app.exception
    return app


def shown(app):
    return app.get("dialog")[0].get("code")[0].value


def test_before_the_first_question_the_code_asks_an_example(app):
    code = shown(open_code(app))
    assert "haiku" in code and "https://api.empiriolabs.ai/v1/chat/completions" in code
    assert "$EMPIRIOLABS_API_KEY" in code


def test_the_code_asks_the_last_question_with_todays_settings(app, ask):
    ask(app, "Name a fruit.")
    ask(app, "And another?")
    app.number_input(key="box-temperature").set_value(1.5).run()
    code = shown(open_code(app))
    assert "Name a fruit." in code and "And another?" in code and '"temperature": 1.5' in code
    app.toggle(key="code-last").set_value(True)
    open_code(app)
    assert "Name a fruit." not in shown(app) and "And another?" in shown(app)


def test_a_turns_code_is_what_was_sent_whatever_is_set_since(app, ask):
    ask(app, "Name a fruit.")
    app.number_input(key="box-temperature").set_value(1.5).run()
    app.button(key="code-1").click().run()
    assert not app.exception
    assert "Name a fruit." in shown(app) and "temperature" not in shown(app)


@pytest.mark.parametrize("wire", by_night(["messages", "chat_completions", "responses"], always=1))
def test_every_package_that_speaks_the_endpoint_is_offered(app, wire):
    app.selectbox(key="wire").set_value(wire).run()
    open_code(app)
    offered = app.segmented_control(key=f"code-target-{wire}")
    assert list(offered.options) == [target.label for target in TARGETS.values() if target.speaks(wire)]
    for name in (target.name for target in TARGETS.values() if target.speaks(wire)):
        app.segmented_control(key=f"code-target-{wire}").set_value(name)
        assert "kimi-k2-6" in shown(open_code(app))


def test_the_simulator_can_be_asked_instead(app):
    open_code(app).toggle(key="code-simulator").set_value(True)
    assert "http://127.0.0.1:" in shown(open_code(app))


def test_what_an_endpoint_cannot_carry_is_said(app):
    app.multiselect(key="list-stop").set_value(["END"]).run()
    app.selectbox(key="wire").set_value("responses").run()
    open_code(app)
    assert any("`stop` is not sent" in caption.value for caption in app.get("dialog")[0].get("caption"))


def test_pictures_come_as_files_in_a_zip(app, attach, media_dir):
    attach(app, ("china.jpg", (media_dir / "china.jpg").read_bytes()))
    code = shown(open_code(app))
    assert "media/china.jpg" in code and len(code) < 3_000
    assert "zip" in app.get("download_button")[0].label


def test_settings_that_cannot_be_sent_give_no_code_but_a_sentence(app):
    app.number_input(key="box-temperature").set_value(9.0).run()
    choose_in_menu(app, "Get code")
    assert not app.exception
    assert "There is no code yet" in app.toast[0].value and "must be a number" in app.toast[0].value


def test_a_key_is_in_no_code(open_app):
    app = open_app(EMPIRIOLABS_API_KEY="sk-empiriolabs-canary-code")
    open_code(app)
    for name in ("curl", "python_openai", "python_httpx", "javascript_openai", "notebook"):
        app.segmented_control(key="code-target-chat_completions").set_value(name)
        assert "canary" not in shown(open_code(app))
