"""A wire that is only in the registry is offered, sent through and shown on every page."""

import json

from components.api.wires.registry import WIRES
from tests.api.wires.test_toy_wire import TOY
from tests.raw_server import reply, send
from tests.ui.conftest import choose_in_menu


def test_a_turn_goes_through_it_and_every_page_opens(open_app, ask, serve, monkeypatch):
    monkeypatch.setitem(WIRES, "toy", TOY)
    server = serve([send(reply(json.dumps({"thought": "Hm.", "said": "Hello from a toy"}).encode()))])
    app = open_app(EMPIRIOLABS_BASE_URL=f"{server.url}/v1", EMPIRIOLABS_API_KEY="sk-empiriolabs-x")
    assert "Toy" in app.selectbox(key="wire").options
    app.selectbox(key="wire").set_value("toy").run()
    app.toggle(key="stream").set_value(False).run()
    ask(app, "Hi")
    assert server.exchange().path == "/v1/toy"
    (turn,) = app.session_state["playground"].turns
    assert turn.run.status == "done" and turn.run.transcript.answer == "Hello from a toy"
    app.button(key="inspect-1").click().run()
    assert not app.exception
    choose_in_menu(app, "code")
    for page in ("compare", "sweep", "history", "reference", "simulator"):
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception, page
