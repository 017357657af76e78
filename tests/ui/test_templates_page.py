"""Templates: saved, filled by a form that names what is missing, changed in versions, and taken by a sweep."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import choose_in_menu
from tests.ui.shown import said

TEXT = "Translate {{text}} into {{language}}; keep \\{{braces}}."


def show(app: AppTest, press: str | None = None) -> AppTest:
    """Opens the dialog, or draws it anew after a press in it: the harness closes it at every run."""
    if press:
        app.button(key=press).click()
    choose_in_menu(app, "Prompt templates")
    assert not app.exception
    return app


def save(app: AppTest, key: str, name: str, text: str) -> AppTest:
    show(app)
    app.text_input(key=f"template-name-{key}").set_value(name)
    app.text_area(key=f"template-prompt-{key}").set_value(text)
    return show(app, "template-save")


@pytest.fixture
def saved(app: AppTest) -> AppTest:
    """The playground with one template."""
    return save(app, "new", "Translate", TEXT)


def fill_in(app: AppTest, press: str, **values: str) -> AppTest:
    for name, value in values.items():
        app.text_area(key=f"template-value-{name}").set_value(value)
    return show(app, press)


def problem(app: AppTest) -> str:
    return " ".join(said(error) for error in app.error)


def test_a_missing_value_is_named_and_nothing_is_sent(saved: AppTest):
    fill_in(saved, "template-send", text="cats")
    assert "No value yet for `{{language}}`" in problem(saved) and not saved.chat_message
    assert not saved.chat_input(key="composer").value


def test_a_filled_template_goes_to_the_message_box_with_its_literal_braces(saved: AppTest):
    fill_in(saved, "template-put", text="{{language}}", language="French")
    assert saved.chat_input(key="composer").value == "Translate {{language}} into French; keep {{braces}}."
    assert not saved.chat_message


def test_a_filled_template_is_sent(saved: AppTest):
    fill_in(saved, "template-send", text="cats", language="French")
    assert saved.chat_message[0].text[0].value == "Translate cats into French; keep {{braces}}."


def test_a_change_is_a_version_that_is_compared_and_rolled_back(saved: AppTest):
    save(saved, "Translate-1", "Render", "Render {{text}} into {{language}}.")
    assert saved.selectbox(key="template").options == ["Render", "+ New template"]
    difference = next(html.proto.body for html in saved.get("html") if "<del" in html.proto.body)
    assert "<ins" in difference and "Render" in difference
    show(saved, "template-roll-back")
    assert saved.text_area(key="template-prompt-Render-3").value == TEXT
    assert saved.selectbox(key="template-after-Render-3").options[-1].startswith("1, ")


def test_what_cannot_be_saved_says_why(saved: AppTest):
    for name, text, says in (
        ("", "x", "needs a name"),
        ("Translate", "x", "already"),
        ("Other", "x {{ }}", "no name in them"),
    ):
        saved.selectbox(key="template").set_value("")
        save(saved, "new", name, text)
        assert says in problem(saved)


def test_a_sweep_takes_a_saved_template(saved: AppTest):
    saved.switch_page("pages/sweep.py").run()
    menu = saved.menu_button(key="sweep-template")
    menu.click("Translate").run()
    assert not saved.exception
    assert saved.text_area(key="sweep-prompts").value == TEXT
