"""The history page: what was asked is found, opened, asked again, compared, marked, deleted and brought back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from components.ui import resources

Ask = Callable[[AppTest, str], AppTest]


@pytest.fixture
def history(app: AppTest, ask: Ask) -> AppTest:
    """The page after two questions."""
    ask(app, "What is 2 + 3?")
    ask(app, "Write a haiku about the ocean.")
    return to_history(app)


def to_history(app: AppTest) -> AppTest:
    assert resources.keeper().flush()
    app.switch_page("pages/history.py").run()
    assert not app.exception
    return app


def prompts(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["Prompt"]) if app.dataframe else []


def test_what_was_asked_is_listed_newest_first_with_its_figures(history: AppTest):
    assert prompts(history) == ["Write a haiku about the ocean.", "What is 2 + 3?"]
    table = history.dataframe[0].value
    assert list(table["Status"]) == ["done", "done"] and (table["Cost"] > 0).all() and (table["Out"] > 0).all()


def test_a_word_of_the_thinking_finds_its_run(history: AppTest):
    history.text_input(key="history-search").set_value("syllables").run()
    assert prompts(history) == ["Write a haiku about the ocean."]
    history.text_input(key="history-search").set_value("nobody said this").run()
    assert prompts(history) == [] and "Nothing here" in history.info[0].value


def test_filters_narrow_the_list(history: AppTest):
    history.multiselect(key="history-statuses").set_value(["failed"]).run()
    assert prompts(history) == []
    history.multiselect(key="history-statuses").set_value([]).run()
    history.selectbox(key="history-order").set_value("cost_usd").run()
    assert len(prompts(history)) == 2


def test_a_signed_in_user_lists_only_their_own(app: AppTest, ask: Ask):
    ask(app, "Hello from nobody in particular")
    app.user = {"is_logged_in": True, "iss": "https://login.example", "sub": "1"}
    to_history(app)
    assert prompts(app) == []
