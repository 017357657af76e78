"""A wire that is only in the registry is used on every page: asked, continued, compared, swept, kept, moved."""

import json

from components.api.snippets.registry import TARGETS
from components.api.wires.registry import WIRES
from components.history.archive import collect, write_archive
from components.history.conversations import load_conversation
from components.ui import resources
from components.ui.history.view import HistoryView
from tests.api.wires.test_toy_wire import TOY
from tests.raw_server import reply, send
from tests.ui.conftest import choose_in_menu
from tests.ui.shown import conversation_id, prompts, said, shown, to_try_again

PRIVATE = {"EMPIRIOLABS_API_KEY": "sk-empiriolabs-x", "PLAYGROUND_REQUESTS_PER_MINUTE": "100000"}


def answers(**more):
    return [send(reply(json.dumps({"thought": "Hm.", "said": "Hello from a toy", **more}).encode()))]


def go(app, page):
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception and not app.error, page


def test_every_page_uses_it(open_app, ask, serve, monkeypatch):
    monkeypatch.setitem(WIRES, "toy", TOY)
    server = serve(answers(said="Hello from", ended="length"), answers(said=" a toy"), answers())
    app = open_app(EMPIRIOLABS_BASE_URL=f"{server.url}/v1", **PRIVATE)
    app.selectbox(key="wire").set_value("toy").run()
    app.toggle(key="stream").set_value(False).run()
    ask(app, "Hi")
    app.button(key="continue-1").click().run()
    assert prompts(app) == ["Hi"] and not to_try_again(app) and not app.error and not app.exception
    answer = app.container(key="turn-1-answer")
    assert "Hello from a toy" in "".join(said(one) for one in answer.markdown) + "".join(
        one.proto.body for one in answer.get("html")
    )
    app.button(key="inspect-1").click().run()
    assert not app.exception
    for name in ("curl", "python_httpx", "notebook"):
        choose_in_menu(app, "Get code")
        offered = app.segmented_control(key="code-target-toy")
        assert list(offered.options) == [TARGETS[one].label for one in ("curl", "python_httpx", "notebook")]
        offered.set_value(name)
        choose_in_menu(app, "Get code")
        assert "/toy" in app.get("dialog")[0].get("code")[0].value

    go(app, "compare")
    ask(app, "Hi both")
    for letter in "AB":  # both by the wire: the server was asked for nothing else, as its end says
        assert "Hello from a toy" in shown(app.container(key=f"reply-1-{letter}")) and not to_try_again(app)

    go(app, "sweep")
    app.text_area(key="sweep-prompts").set_value("Say five").run()
    app.multiselect(key="sweep-axes").set_value(["temperature"]).run()
    app.text_input(key="sweep-axis-temperature").set_value("0, 1").run()
    app.number_input(key="sweep-repeats").set_value(1).run()
    app.button(key="sweep-start").click().run()
    assert not app.exception and app.get("progress")[0].proto.text == "2 of 2 cells done"

    assert resources.history_writer().flush()
    go(app, "history")
    table = app.dataframe[0].value
    row = list(table["Prompt"]).index("Hi")
    key = f"history-table-{app.session_state['playground'].of(HistoryView).table_number}"
    app.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    app.run()
    app.button(key="history-open").click().run()
    assert not app.exception
    (turn,) = app.session_state["playground"].turns
    assert turn.run.request.wire == "toy" and app.selectbox(key="wire").value == "toy"

    kept = load_conversation(resources.store(), conversation_id(app), "local")
    whole = write_archive([collect(resources.store(), kept)])
    go(app, "history")
    app.file_uploader(key="import-file").upload("toy.json", whole.encode()).run()
    app.button(key="import-go").click().run()
    assert not app.exception and not app.error
    (turn,) = app.session_state["playground"].turns
    assert turn.run.request.wire == "toy" and turn.run.transcript.answer
    assert {exchange.path for exchange in server.exchanges} == {"/v1/toy"}
