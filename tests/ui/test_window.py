"""Of a long conversation only the last turns are drawn, under the numbers of the whole; the rest comes on demand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.history.store import open_store
from tests.benchmarks.long_conversation import fill
from tests.ui.shown import sent

OpenApp = Callable[..., AppTest]
TURNS = 40


def drawn(app: AppTest) -> list[str]:
    """The numbers in the questions on the page."""
    return [message.get("text")[0].value.split()[1].rstrip(":") for message in app.chat_message]


def test_only_the_last_turns_are_drawn_and_earlier_ones_on_demand(open_app: OpenApp, tmp_path: Path):
    store = open_store(None, tmp_path)
    conversation_id = fill(store, TURNS, pictures=4)
    store.close()
    app = open_app()
    app.query_params["conversation"] = [conversation_id]
    app.run()
    assert not app.exception
    assert drawn(app) == ["31", "32", "33", "34", "35", "36", "37", "38", "39", "40"]
    assert app.button(key="regenerate-40") and app.button(key="regenerate-31")
    assert not [button for button in app.button if button.key == "regenerate-30"]
    assert app.button(key="earlier").label == "Show earlier turns (30 not shown)"

    app.button(key="earlier").click().run()
    assert drawn(app) == [str(number) for number in range(13, 41)]
    app.button(key="earlier").click().run()
    assert drawn(app) == [str(number) for number in range(1, 41)]
    assert not [button for button in app.button if button.key == "earlier"]


@pytest.mark.nightly
def test_the_model_still_reads_what_is_not_drawn_and_new_turns_count_on(open_app: OpenApp, tmp_path: Path):
    store = open_store(None, tmp_path)
    conversation_id = fill(store, TURNS, pictures=0)
    store.close()
    app = open_app()
    app.query_params["conversation"] = [conversation_id]
    app.run()
    app.chat_input(key="composer").set_value("Question 41: and now?").run()
    assert not app.exception
    assert drawn(app)[-1] == "41"
    assert len(sent()[-1]["messages"]) == 2 * TURNS + 1
