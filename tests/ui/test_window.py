"""Of a long conversation only the last turns are drawn, under the numbers of the whole; the rest comes on demand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.history.store import open_store
from components.runs import conversation
from components.ui.conversation import keeping, sending
from tests.benchmarks.long_conversation import fill

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
    run = app.session_state["playground"].turns[-1].run
    assert len(run.request.messages) == 2 * TURNS + 1


def test_a_click_looks_at_the_whole_conversation_no_more_often_than_it_must(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    store = open_store(None, tmp_path)
    conversation_id = fill(store, TURNS, pictures=4)
    store.close()
    app = open_app()
    app.query_params["conversation"] = [conversation_id]
    app.run()
    count: Counter[str] = Counter()
    for module, name in ((conversation, "reply_messages"), (sending, "messages_before"), (keeping, "nodes_of")):
        monkeypatch.setattr(module, name, _counting(getattr(module, name), name, count))
    app.toggle(key="stream").set_value(False).run()
    assert not app.exception
    # Once for what is kept, once for the next request: its weight, its findings and its body are those of one.
    assert count == {"nodes_of": 1, "messages_before": 1, "reply_messages": TURNS}


def _counting(function: Callable[..., object], name: str, count: Counter[str]) -> Callable[..., object]:
    def counted(*given: object, **named: object) -> object:
        count[name] += 1
        return function(*given, **named)

    return counted
