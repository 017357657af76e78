"""The scripted server keeps its promises, seen through plain sockets."""

import socket
import threading
from collections.abc import Callable

import httpx
import pytest

from tests.raw_server import (
    LAST_CHUNK,
    PATIENCE_S,
    RawServer,
    Script,
    chunk,
    close,
    event_stream,
    head,
    never_answer,
    reply,
    reset,
    say,
    send,
    wait_for,
)

Serve = Callable[..., RawServer]

REQUEST = b"POST /v1/x HTTP/1.1\r\nHost: test\r\nX-One: a: b\r\nContent-Length: 4\r\n\r\nbody"


def dial(server: RawServer) -> socket.socket:
    host, port = server.url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=PATIENCE_S)
    connection.sendall(REQUEST)
    return connection


def read_all(connection: socket.socket) -> bytes:
    with connection.makefile("rb") as stream:
        return stream.read()


def test_the_bytes_of_the_script_arrive_as_they_are(serve: Serve):
    with dial(serve([send(b"\x00any"), send(b"thing\xff"), close()])) as connection:
        assert read_all(connection) == b"\x00anything\xff"


def test_the_end_of_the_script_closes_the_connection(serve: Serve):
    with dial(serve([])) as connection:
        assert read_all(connection) == b""


def test_the_request_is_recorded_whole(serve: Serve):
    server = serve([])
    with dial(server) as connection:
        read_all(connection)
    exchange = server.exchange()
    assert (exchange.method, exchange.path, exchange.body) == ("POST", "/v1/x", b"body")
    assert exchange.headers == {"host": "test", "x-one": "a: b", "content-length": "4"}


def test_nothing_is_said_until_the_event_is_set(serve: Serve):
    reached, go_on = threading.Event(), threading.Event()
    with dial(serve([send(b"one"), say(reached), wait_for(go_on), send(b"two")])) as connection:
        assert connection.recv(100) == b"one"
        assert reached.wait(PATIENCE_S)
        connection.setblocking(False)
        with pytest.raises(BlockingIOError):
            connection.recv(100)
        connection.settimeout(PATIENCE_S)
        go_on.set()
        assert read_all(connection) == b"two"


def test_the_hanging_up_of_the_peer_is_recorded(serve: Serve):
    server = serve([send(b"one"), never_answer()])
    with dial(server) as connection:
        assert connection.recv(100) == b"one"
        exchange = server.exchange()
        assert not exchange.peer_closed.is_set()
    assert exchange.peer_closed.wait(PATIENCE_S)
    assert exchange.peer_closed_at is not None


def test_a_close_of_our_own_is_not_taken_for_the_peers(serve: Serve):
    server = serve([send(b"one"), close()])
    with dial(server) as connection:
        read_all(connection)
        assert not server.exchange().peer_closed.is_set()


def test_a_reset_fails_the_read_of_the_peer(serve: Serve):
    go_on = threading.Event()
    with dial(serve([send(b"one"), wait_for(go_on), reset()])) as connection:
        assert connection.recv(100) == b"one"
        go_on.set()
        with pytest.raises(ConnectionResetError):
            connection.recv(100)


def test_each_connection_gets_its_script_and_the_last_serves_the_rest(serve: Serve):
    server = serve([send(b"first")], [send(b"later")])
    heard = []
    for _ in range(3):
        with dial(server) as connection:
            heard.append(read_all(connection))
    assert heard == [b"first", b"later", b"later"]
    assert len(server.exchanges) == 3


@pytest.mark.parametrize("script", [[never_answer()], [wait_for(threading.Event())]], ids=["never answer", "wait for"])
def test_stopping_ends_a_script_that_still_waits(script: Script):
    with RawServer(script) as server:
        connection = dial(server)
        server.exchange()
    with connection:
        assert read_all(connection) == b""
    assert not [thread for thread in threading.enumerate() if "_converse" in thread.name or "_watch" in thread.name]


def test_stopping_ends_a_connection_that_never_sent_its_request():
    with RawServer([]) as server:
        host, port = server.url.removeprefix("http://").split(":")
        connection = socket.create_connection((host, int(port)), timeout=PATIENCE_S)
    with connection:
        connection.settimeout(PATIENCE_S)
        assert read_all(connection) == b""
    assert server.exchanges == []


def test_an_http_client_reads_a_whole_reply(serve: Serve):
    server = serve([send(reply(b'{"a":1}', "418 I'm a teapot"))])
    response = httpx.post(server.url + "/v1/x", json={"b": 2}, trust_env=False)
    assert (response.status_code, response.json()) == (418, {"a": 1})
    assert server.exchange().body == b'{"b":2}'


def test_an_http_client_reads_a_reply_that_ends_with_the_connection(serve: Serve):
    server = serve([send(head(headers={"content-type": "text/html"})), send(b"<html>")])
    assert httpx.get(server.url, trust_env=False).text == "<html>"


def test_an_http_client_reads_a_stream_to_its_last_chunk(serve: Serve):
    server = serve([send(event_stream()), send(chunk(b"data: 1\n\n")), send(chunk(b"data: 2\n\n")), send(LAST_CHUNK)])
    response = httpx.get(server.url, trust_env=False)
    assert response.headers["content-type"] == "text/event-stream"
    assert response.text == "data: 1\n\ndata: 2\n\n"


def test_an_http_client_notices_a_stream_that_is_cut(serve: Serve):
    server = serve([send(event_stream()), send(chunk(b"data: 1\n\n")), send(b"9\r\nda")])
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(server.url, trust_env=False)
