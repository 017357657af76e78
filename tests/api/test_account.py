"""Checking a key, reading the balance and the models, and the errors of servers that answer otherwise."""

from decimal import Decimal

import pytest

from components.api.account import get_json, model_ids_in, read_balance, read_model
from components.api.connection import Connection
from components.core.errors import ApiConnectionError, ApiError, ApiStatusError, WireError
from components.gateway.server import Simulator
from tests.raw_server import close, send


@pytest.fixture(scope="module")
def simulator():
    with Simulator() as running:
        yield running


def test_an_accepted_key_tells_its_balance(simulator):
    assert read_balance(Connection(simulator.base_url, simulator.key)) == Decimal(100)


@pytest.mark.parametrize("key", [None, "sk-empiriolabs-expired", "not-a-key-at-all"])
def test_a_key_that_is_not_accepted_is_told_from_a_good_one(simulator, key):
    with pytest.raises(ApiStatusError) as refusal:
        read_balance(Connection(simulator.base_url, key))
    assert refusal.value.status == 401 and (key or "x") not in str(refusal.value) + refusal.value.raw


def test_the_models_and_a_models_card_are_read(simulator):
    connection = Connection(simulator.base_url)
    assert "kimi-k2-6" in model_ids_in(connection, get_json(connection, "/models"))
    assert read_model(connection, "kimi-k2-6")["context_length"] == 256_000


@pytest.mark.parametrize(
    ("reply", "balance"),
    [
        (b'{"balance": {"amount": "1.5"}}', Decimal("1.5")),
        (b'{"credit_balance": 3}', Decimal(3)),
        (b'{"balance": "lots"}', None),
        (b'{"balance": "NaN"}', None),
        (b'{"data": []}', None),
    ],
)
def test_a_balance_is_read_in_every_spelling_and_never_made_up(serve, reply, balance):
    server = serve([send(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n" + reply), close()])
    assert read_balance(Connection(server.url, "sk-some-long-key")) == balance


@pytest.mark.parametrize("reply", [b"<html>", b"3", b"[" * 5_000])
def test_what_is_no_api_is_said_to_be_none(serve, reply):
    server = serve([send(b"HTTP/1.1 200 OK\r\n\r\n" + reply), close()])
    with pytest.raises(WireError, match="not an API of this kind"):
        read_balance(Connection(server.url))


def test_a_redirect_is_not_followed_with_the_key(serve):
    server = serve([send(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"), close()])
    with pytest.raises(WireError, match="redirects to 'http://127.0.0.1:1/'"):
        read_balance(Connection(server.url, "sk-some-long-key"))
    assert len(server.exchanges) == 1


def test_an_address_where_nobody_answers_is_named():
    with pytest.raises(ApiConnectionError, match=r"No server answers at 127\.0\.0\.1:1"):
        read_balance(Connection("http://127.0.0.1:1/v1"))


@pytest.mark.parametrize("address", ["http://exa mple/v1", "http://[::1/v1", "http://a:hidden@[x]/v1"])
def test_what_is_no_address_is_said_to_be_none(address):
    with pytest.raises(ApiError, match="Check the") as refusal:
        read_balance(Connection(address))
    assert "hidden" not in str(refusal.value)


def test_a_key_that_no_header_can_carry_is_not_repeated():
    with pytest.raises(ApiError) as refusal:
        read_balance(Connection("http://127.0.0.1:1/v1", "sk-ключ-secret\n"))
    assert "secret" not in str(refusal.value) + repr(refusal.value.__cause__)
