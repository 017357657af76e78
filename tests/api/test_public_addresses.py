"""A typed address does not lead into the server's private network, however it is written."""

import asyncio

import pytest

from components.api.account import get_json
from components.api.client import Client
from components.api.connection import Connection
from components.api.public_addresses import is_public
from components.api.wires.registry import WIRES
from components.core.errors import ApiConnectionError, ApiError
from components.gateway.server import Simulator

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "localhost", "",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_only_the_server_reaches_is_private(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_anybody_reaches_is_public(address):
    assert is_public(address)


@pytest.fixture
def server():
    with Simulator() as running:
        yield running


@pytest.fixture(params=["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]", "0.0.0.0"])
def inside(request, server):
    """Each way to write the server's address, typed by a user who must not reach it."""
    return Connection(server.base_url.replace("127.0.0.1", request.param), public_only=True)


def test_no_question_about_an_endpoint_reaches_it(inside, server):
    with pytest.raises(ApiError) as refusal:
        get_json(inside, "/models")
    assert not server.log.entries()
    if "private network" not in str(refusal.value):  # not every resolver reads the odd ones
        assert inside.host.split(":")[0] in ("2130706433", "0x7f.1", "127.1", "[", "[::ffff")


def test_no_prompt_reaches_it_and_it_is_tried_once(inside, server):
    happened = []

    async def ask():
        client = Client()
        try:
            await client.exchange(WIRES["chat_completions"], b"{}", inside, happened.append, streamed=True)
        finally:
            await client.aclose()

    with pytest.raises(ApiError):
        asyncio.run(ask())
    assert not server.log.entries()


def test_the_refusal_says_who_can_allow_it():
    connection = Connection("http://169.254.169.254/latest", public_only=True)
    with pytest.raises(ApiError, match=r"169\.254\.169\.254 leads into a private network.*PRIVATE_ADDRESSES=on"):
        get_json(connection, "/models")


def test_a_name_is_judged_by_the_address_that_it_has_when_it_is_connected_to(server, monkeypatch):
    """A name that resolved to a harmless address may resolve to another one the next time."""
    import socket

    lookups = []
    original = socket.getaddrinfo

    def changing(host, *rest, **options):
        if host != "rebinding.example":
            return original(host, *rest, **options)
        lookups.append(host)
        return original("127.0.0.1", *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    with pytest.raises(ApiError, match="private network"):
        get_json(Connection(server.base_url.replace("127.0.0.1", "rebinding.example"), public_only=True), "/models")
    assert lookups == ["rebinding.example"] and not server.log.entries()


def test_a_proxy_does_not_go_there_instead(server, monkeypatch):
    monkeypatch.setenv("http_proxy", server.base_url.removesuffix("/v1"))
    with pytest.raises(ApiError):
        get_json(Connection("http://10.255.255.255:1/v1", public_only=True), "/models")
    assert not server.log.entries()


def test_who_may_reach_it_does(server):
    assert get_json(Connection(server.base_url), "/models")["data"][0]["id"] == "kimi-k2-6"
    with pytest.raises(ApiConnectionError, match="No server answers"):
        get_json(Connection("http://127.0.0.1:1/v1"), "/models")
