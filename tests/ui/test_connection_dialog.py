"""Choosing where requests go: a key is proved before it is used, goes nowhere else, and can be forgotten."""

import gc

import pytest

from components.api import servers
from components.api.connection import Connection
from components.gateway.server import Simulator
from components.gateway.settings import Settings
from components.settings import Settings as AppSettings
from components.tuning.probings import Probings
from components.tuning.sweeps import Sweeps
from components.ui import owner, resources
from components.ui.connection import dialog as connection_dialog
from tests.nightly import by_night
from tests.ui.shown import answer, said

KEY = "sk-empiriolabs-canary-typed-by-hand"


@pytest.fixture
def server(monkeypatch):
    """Stands for EmpirioLabs, and for any other server."""
    with Simulator(Settings(tokens_per_second=0)) as running:
        monkeypatch.setattr(connection_dialog, "EMPIRIOLABS", running.base_url)
        yield running


def draw(app):
    """Opens the dialog or draws it anew: the harness closes it at every run."""
    app.button(key="change-connection").click().run()
    assert not app.exception
    return app


def choose(app, kind, button, **typed):
    draw(app).segmented_control(key="connection-kind").set_value(kind)
    draw(app)
    for name, text in typed.items():
        app.text_input(key=f"connection-{name.replace('_', '-')}").set_value(text)
    app.button(key=f"connection-{button}").click()
    return draw(app)


def badge(app):
    return app.sidebar.container(key="connection").markdown[0].value


def use_key(app, key=KEY):
    return choose(app, "empiriolabs", "check", key=key)


def test_a_key_is_proved_where_one_is_needed_and_its_balance_shown(app, server):
    use_key(app)
    assert "balance is $100.00 (reported)" in app.toast[0].value.replace("\\", "")
    assert "Real API" in badge(app)
    assert server.log.entries()[-1].path.endswith("/account/usage")


def test_a_key_that_is_refused_is_not_used(app, server):
    use_key(app, "sk-empiriolabs-expired")
    assert "does not accept this key" in said(app.error[0])
    assert "Simulator" in badge(app)


def test_runs_go_where_the_session_chose(app, ask, server):
    use_key(app)
    ask(app, "Hello")
    assert server.log.entries()[-1].path.endswith("/chat/completions")


@pytest.mark.nightly
def test_a_new_conversation_keeps_the_connection(app, ask, server):
    use_key(app)
    ask(app, "Hello")
    app.query_params.clear()
    app.run()
    assert "Real API" in badge(app)


def test_forget_leaves_the_key_in_no_memory(app, ask, server):
    use_key(app)
    ask(app, "Hello")
    assert _connections_with_the_key()
    draw(app)
    app.button(key="connection-forget").click()
    draw(app)
    assert "Simulator" in badge(app)
    gc.collect()
    assert _connections_with_the_key() == []
    assert not any(KEY in str(element.value) for element in app.text_input)
    ask(app, "Hello again")
    assert len([entry for entry in server.log.entries() if entry.path.endswith("/chat/completions")]) == 1


def test_forget_reaches_a_sweep_and_a_probe_at_work(app, server, monkeypatch):
    use_key(app)
    told = []
    monkeypatch.setattr(Sweeps, "forget_key", lambda sweeps, key, owner: told.append((key, owner)))
    monkeypatch.setattr(Probings, "forget_key", lambda probings, key, owner: told.append((key, owner)))
    draw(app)
    app.button(key="connection-forget").click()
    draw(app)
    assert told == [(KEY, "local"), (KEY, "local")]


def _connections_with_the_key():
    return [found for found in gc.get_objects() if type(found) is Connection and found.key == KEY]


def test_another_server_gets_its_own_key_and_never_the_environments(open_app, ask, server, monkeypatch):
    app = open_app(
        EMPIRIOLABS_API_KEY="sk-empiriolabs-canary-environment", EMPIRIOLABS_BASE_URL="http://127.0.0.1:1/v1"
    )
    seen = []
    ask_for = servers.get_json
    monkeypatch.setattr(servers, "get_json", lambda asked, *more: seen.append(asked.headers) or ask_for(asked, *more))
    choose(app, "other", "check-other", address=server.base_url, model="kimi-k2-6")
    assert seen and not any(seen)  # no credential in any of them
    ask(app, "Hello")
    assert server.log.entries()[-1].status == 401  # it was asked, and without any key
    assert all("canary" not in (entry.key or "") for entry in server.log.entries())


def test_a_model_that_the_server_does_not_offer_is_refused(app, server):
    choose(app, "other", "check-other", address=server.base_url, model="gpt-9")
    assert "does not offer gpt-9" in said(app.error[0])
    assert "Simulator" in badge(app)


@pytest.mark.parametrize("address", by_night(["ftp://x", "http://127.0.0.1:1/v1", "", "localhost:8000"], always=2))
def test_an_address_that_cannot_be_asked_is_said_to_be_one(app, address):
    choose(app, "other", "check-other", address=address)
    assert len(app.error) == 1 and "Simulator" in badge(app)


def test_the_simulator_can_be_asked_although_a_key_is_set(open_app, ask):
    app = open_app(
        EMPIRIOLABS_API_KEY="sk-empiriolabs-canary-environment", EMPIRIOLABS_BASE_URL="http://127.0.0.1:1/v1"
    )
    choose(app, "simulator", "use-simulator")
    assert "Simulator" in badge(app)
    ask(app, "Hello")
    assert "simulated" in answer(app).lower()


def test_where_people_share_the_app_an_address_leads_not_into_its_network(open_app, server):
    app = open_app(PLAYGROUND_PRIVATE_ADDRESSES="off")
    choose(app, "other", "check-other", address=server.base_url)
    assert "leads into a private network" in said(app.error[0]) and "Simulator" in badge(app)
    assert any("public addresses only" in caption.value for caption in app.caption)
    assert not server.log.entries()


@pytest.mark.parametrize(
    ("told", "login", "address", "allowed"),
    [
        (None, False, None, True),
        (None, True, None, False),
        (None, True, "127.0.0.1", True),
        (None, True, "0.0.0.0", False),
        (True, True, None, True),
        (False, False, "127.0.0.1", False),
    ],
)
def test_private_addresses_may_be_asked_by_whoever_sits_at_the_machine(monkeypatch, told, login, address, allowed):
    monkeypatch.setattr(resources, "settings", lambda: AppSettings(private_addresses=told))
    monkeypatch.setattr(owner, "login_is_configured", lambda: login)
    monkeypatch.setattr(owner.st, "get_option", lambda name: address)
    assert resources.may_ask_private_addresses() is allowed
