"""A TCP server that says exactly what a test scripts, byte for byte, and writes down what it was sent.

For what no honest server does: a reply cut anywhere, silence, a reset, another protocol. Each connection gets one
script, a list of steps; the n-th connection gets the n-th script, the last script serves all that follow. When its
steps are over a connection is closed. Nothing here sleeps: a step waits for an event, a test for `peer_closed`.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

PATIENCE_S = 120.0


@dataclass
class Exchange:
    """One connection: the request as it came, and whether (and when, on the monotonic clock) the peer hung up on us."""

    connection: socket.socket = field(repr=False)
    method: str = ""
    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""
    peer_closed: threading.Event = field(default_factory=threading.Event)
    peer_closed_at: float | None = None
    waiting_for: threading.Event | None = None
    asked_again: threading.Event = field(default_factory=threading.Event)  # bytes came after the first request
    hanging_up: bool = False


Step = Callable[[Exchange], None]
Script = Sequence[Step]


def send(data: bytes) -> Step:
    """Sends the bytes. Two sends in a row may reach the peer as one read; a `wait_for` between keeps them apart."""
    return lambda exchange: exchange.connection.sendall(data)


def wait_for(event: threading.Event) -> Step:
    """Says nothing until the test sets the event; `stop` sets it, too."""

    def step(exchange: Exchange) -> None:
        exchange.waiting_for = event
        assert event.wait(PATIENCE_S), f"the event of this step was not set within {PATIENCE_S} s"

    return step


def say(event: threading.Event) -> Step:
    """Sets the event, so that a test knows how far the script has come."""
    return lambda exchange: event.set()


def hang_up_when_asked_again() -> Step:
    """Keeps the connection open until another request comes over it, and then ends it without a word."""

    def step(exchange: Exchange) -> None:
        exchange.waiting_for = exchange.asked_again
        assert exchange.asked_again.wait(PATIENCE_S), "no further request came over this connection"

    return step


def never_answer() -> Step:
    """Says nothing more until the peer hangs up or the test is over."""

    def step(exchange: Exchange) -> None:
        exchange.peer_closed.wait()

    return step


def close() -> Step:
    """Ends the connection in order, as the end of a script does by itself."""
    return _hang_up


def reset() -> Step:
    """Breaks the connection off with a TCP reset: the peer's read fails instead of ending."""

    def step(exchange: Exchange) -> None:
        exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        exchange.hanging_up = True
        exchange.connection.shutdown(socket.SHUT_RD)  # says nothing to the peer, but ends our own reading

    return step


def head(status: str = "200 OK", headers: Mapping[str, str] | None = None, *, kept_open: bool = False) -> bytes:
    """The start of a reply; without `content-length` or `transfer-encoding` its body lasts until the close.

    `kept_open`: the server does not say that it will close the connection.
    """
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in (headers or {}).items())]
    return "\r\n".join([*lines, *([] if kept_open else ["connection: close"]), "", ""]).encode()


def reply(body: bytes, status: str = "200 OK", content_type: str = "application/json") -> bytes:
    """A whole reply."""
    return head(status, {"content-type": content_type, "content-length": str(len(body))}) + body


def event_stream(*, kept_open: bool = False) -> bytes:
    """The head of a chunked event stream: only `LAST_CHUNK` ends it, so a close before that is a cut."""
    return head(headers={"content-type": "text/event-stream", "transfer-encoding": "chunked"}, kept_open=kept_open)


def chunk(data: bytes) -> bytes:
    """One piece of a chunked body."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


LAST_CHUNK = b"0\r\n\r\n"


class RawServer:
    """Listens on a free loopback port until `stop`. `exchanges` lists what came, in the order of connection."""

    def __init__(self, *scripts: Script) -> None:
        self.scripts = scripts
        self.exchanges: list[Exchange] = []
        self._accepted: list[Exchange] = []
        self._stopping = False
        self._came = threading.Condition()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def __enter__(self) -> RawServer:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The address without a path."""
        host, port = self._listener.getsockname()
        return f"http://{host}:{port}"

    def exchange(self, number: int = 0) -> Exchange:
        """The exchange of that number, as soon as its request is there."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.exchanges) > number, PATIENCE_S), (
                f"request {number} did not come"
            )
            return self.exchanges[number]

    def stop(self) -> None:
        """Ends all connections and threads, whatever step they are in."""
        self._stopping = True
        socket.create_connection(self._listener.getsockname()).close()  # wakes `accept`
        self._threads[0].join(PATIENCE_S)
        self._listener.close()
        for exchange in self._accepted:
            _hang_up(exchange)
            exchange.peer_closed.set()
            if exchange.waiting_for:
                exchange.waiting_for.set()
        for thread in self._threads:
            thread.join(PATIENCE_S)

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._stopping:
                connection.close()
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            script = self.scripts[min(len(self._accepted), len(self.scripts) - 1)]
            self._accepted.append(Exchange(connection))
            self._threads.append(
                threading.Thread(target=self._converse, args=(self._accepted[-1], script), daemon=True)
            )
            self._threads[-1].start()

    def _converse(self, exchange: Exchange, script: Script) -> None:
        watcher = threading.Thread(target=_watch, args=(exchange,), daemon=True)
        with exchange.connection:
            try:
                if not _read_request(exchange):
                    return
                watcher.start()
                with self._came:
                    self.exchanges.append(exchange)
                    self._came.notify_all()
                for step in script:
                    step(exchange)
            except OSError:  # the peer has gone while we read or sent; `_watch` has it on record
                pass
            finally:
                if not exchange.hanging_up:
                    _hang_up(exchange)
                if watcher.is_alive():
                    watcher.join(PATIENCE_S)


def _read_request(exchange: Exchange) -> bool:
    with exchange.connection.makefile("rb") as stream:
        line = stream.readline().decode("latin-1").split()
        if len(line) != 3:  # the peer connected and left, or speaks something else
            return False
        exchange.method, exchange.path, _ = line
        while (header := stream.readline().strip()) != b"":
            name, _, value = header.decode("latin-1").partition(":")
            exchange.headers[name.strip().lower()] = value.strip()
        exchange.body = stream.read(int(exchange.headers.get("content-length", "0")))
    return True


def _watch(exchange: Exchange) -> None:
    try:
        while exchange.connection.recv(65536):
            exchange.asked_again.set()
    except OSError:  # a reset by the peer is a close, too
        pass
    if not exchange.hanging_up:
        exchange.peer_closed_at = time.monotonic()
        exchange.peer_closed.set()


def _hang_up(exchange: Exchange) -> None:
    exchange.hanging_up = True
    try:
        exchange.connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # already closed, by whichever side
        pass
