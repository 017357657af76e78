"""Connections to the API: proxies, keep-alive, and who may be connected to.

The interface is httpx's, but aiohttp's C parser reads the stream: a reply is tens of thousands of tiny chunks, and
reading them is most of a client's work (see ``tests/benchmarks/reading_events.py``).
"""

from __future__ import annotations

import http.cookiejar
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from components.api.public_addresses import PrivateAddressError, is_public

_Address = tuple[Any, ...]  # as `socket.getaddrinfo` gives it
_NewSocket = Callable[[_Address], socket.socket]

# A server that vanished is noticed after about 20 + 3 * 10 seconds, while a living one may be silent for longer.
_KEEPALIVE = {"TCP_KEEPIDLE": 20, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}
# The notice that a server has closed a connection takes one way through the network. If it arrives later than this
# after a request, the server had received the request before it closed the connection.
_CLOSE_NOTICE_S = 3.0


@dataclass(slots=True)
class SendProgress:
    """How far a request got. `reused`: its connection had served an earlier one. `completed_at`: when the last of it
    was written to the connection, in seconds of `time.monotonic`; None: never, so the API cannot have received it.
    """

    reused: bool = False
    completed_at: float | None = None

    @property
    def complete(self) -> bool:
        """Whether the API may have received all of it."""
        return self.completed_at is not None

    def failed_on_closed_connection(self, error: Exception) -> bool:
        """Whether the request failed because the server had already closed the connection that was kept for reuse.

        Then it can be sent again on a new one, as browsers do (`ShouldResendRequest` in Chromium's
        net/http/http_network_transaction.cc). `error`: what the HTTP library raised before a reply's headers arrived.
        """
        cause = error.__cause__ or error
        broken = isinstance(cause, aiohttp.ClientOSError | aiohttp.ServerDisconnectedError | ConnectionError)
        just_now = self.completed_at is None or time.monotonic() - self.completed_at < _CLOSE_NOTICE_S
        return self.reused and just_now and broken


CURRENT_SEND: ContextVar[SendProgress] = ContextVar("CURRENT_SEND")
"""The progress of the current task's request, in which `new_http_client` notes that a connection is reused."""


def new_http_client(
    connect_s: float,
    idle_s: float,
    *,
    public_only: bool = False,
    reuse: bool = True,
) -> httpx.AsyncClient:
    """An HTTP client that follows no redirects, since they would send the prompt to an address that nobody chose.

    The proxy of the environment is honoured, but never for this machine's own servers. No cookies are kept:
    one client serves everybody, and a cookie set for one key must not travel with another. `public_only`: no
    connection is made to a private address, nor through a proxy, which would make it for us. `reuse` False: every
    request has a connection of its own.
    """

    def transport(*, trust_env: bool, new_socket: _NewSocket = _new_socket) -> AiohttpTransport:
        return AiohttpTransport(verify=_tls(), client=lambda: _new_session(trust_env, new_socket, reuse))

    direct = transport(trust_env=False)
    client = httpx.AsyncClient(
        transport=transport(trust_env=False, new_socket=_new_public_socket)
        if public_only
        else transport(trust_env=True),
        mounts={} if public_only else {f"all://{host}": direct for host in ("127.0.0.1", "localhost", "[::1]")},
        follow_redirects=False,
        timeout=httpx.Timeout(connect=connect_s, read=idle_s, write=idle_s, pool=None),
    )
    client.cookies.jar.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    return client


@cache
def _tls() -> ssl.SSLContext:
    # Slow to make, so one for all connections of the process.
    return httpx.create_ssl_context()


def _new_session(trust_env: bool, new_socket: _NewSocket, reuse: bool) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=0, ssl=_tls(), socket_factory=new_socket, force_close=not reuse)
    trace = aiohttp.TraceConfig()
    trace.on_connection_reuseconn.append(_mark_reused)
    return aiohttp.ClientSession(
        connector=connector, trust_env=trust_env, cookie_jar=aiohttp.DummyCookieJar(), trace_configs=[trace]
    )


async def _mark_reused(*_: object) -> None:
    progress = CURRENT_SEND.get(None)
    if progress is not None:
        progress.reused = True


def _new_public_socket(address: _Address) -> socket.socket:
    if not is_public(address[4][0]):
        raise PrivateAddressError
    return _new_socket(address)


def _new_socket(address: _Address) -> socket.socket:
    family, kind, protocol, _, _ = address
    new = socket.socket(family, kind, protocol)
    new.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KEEPALIVE.items():
        if hasattr(socket, option):  # macOS and Windows lack some of them
            new.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    return new


class RestingSelector(selectors.DefaultSelector):
    """Lets an event loop pause between rounds of a busy stream, so that many small packets are read at once.

    A server sends each token in a packet of its own, and waking up for each costs far more than parsing it: without
    this, 100 events a second take twice the CPU time, and 500 more than three times. After `patience` rounds in quick
    succession the loop rests for `rest_s` seconds before it reads again: a stream is read 25 times a second, more often
    than the page is drawn. It does so only while `may_rest` allows it, since a connection takes several rounds, and its
    first token would come, and be measured, too late; `hurry` ends a rest.
    """

    def __init__(self, may_rest: Callable[[], bool], rest_s: float = 0.04, patience: int = 20) -> None:
        super().__init__()
        self._may_rest = may_rest
        self._rest_s = rest_s
        self._patience = patience
        self._hurry = threading.Event()
        self._quick_rounds = 0
        self._last_round = 0.0

    def hurry(self) -> None:
        """Ends a rest, from any thread: there is something to send."""
        self._hurry.set()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Waits as its parent does, but pauses first if rounds follow each other quickly."""
        ready = super().select(timeout)
        if not ready:
            return ready
        quick = time.monotonic() - self._last_round < 1.5 * self._rest_s
        self._quick_rounds = self._quick_rounds + 1 if quick else 0
        if self._quick_rounds > self._patience and self._may_rest():
            self._hurry.wait(self._rest_s)
            self._hurry.clear()
            ready = super().select(0)
        self._last_round = time.monotonic()
        return ready
