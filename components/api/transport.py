"""How bytes get to and from the API: connections, proxies, and when a dead peer is noticed.

httpx keeps its interface; below it aiohttp's C parser reads the stream, since a token stream is tens of
thousands of tiny chunks and reading them is most of what a client costs (see
``tests/benchmarks/reading_events.py``).
"""

from __future__ import annotations

import http.cookiejar
import selectors
import socket
import ssl
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

# A peer that vanished without a word is noticed after about 20 + 3 * 10 seconds, however long a live one
# may think in silence.
_KEEPALIVE = {"TCP_KEEPIDLE": 20, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}
# A server's word that it has closed a connection takes one way through the network to arrive. One that closes it later
# than this after it was sent a request has had that request.
_CLOSE_NOTICE_S = 3.0


@dataclass(slots=True)
class SendProgress:
    """How far a request got. `reused`: over a connection that had served an earlier one. `whole_at`: when the last of
    it was handed to the connection, in seconds of `time.monotonic`; None: that never came, so the API cannot have it.
    """

    reused: bool = False
    completed_at: float | None = None

    @property
    def complete(self) -> bool:
        """Whether the API may have all of it."""
        return self.completed_at is not None

    def failed_on_closed_connection(self, error: Exception) -> bool:
        """Whether it failed because the server had closed a connection that was kept for reuse, not for what it asked.

        Then it can be sent again on a fresh one, as browsers do (`ShouldResendRequest` in Chromium's
        net/http/http_network_transaction.cc). `error`: what the HTTP library raised before it had the head of a reply.
        """
        cause = error.__cause__ or error
        broken = isinstance(cause, aiohttp.ClientOSError | aiohttp.ServerDisconnectedError | ConnectionError)
        just_now = self.completed_at is None or time.monotonic() - self.completed_at < _CLOSE_NOTICE_S
        return self.reused and just_now and broken


CURRENT_SEND: ContextVar[SendProgress] = ContextVar("CURRENT_SEND")
"""The request that the current task sends; what is set here learns whether its connection had been used before."""


def new_http_client(
    connect_s: float,
    idle_s: float,
    *,
    public_only: bool = False,
    reuse: bool = True,
) -> httpx.AsyncClient:
    """A client without redirects: a redirect would carry the prompt to an address nobody chose.

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
    """Lets an event loop rest between rounds of a busy stream, so that many small packets are read as one.

    A server sends each token in a packet of its own; waking up for every one costs ten times more than
    parsing it. After `patience` rounds in quick succession the loop sleeps `rest_s` before it reads again:
    a connection is made and a first token read without delay, a stream is read 25 times a second, which is
    more often than the page is drawn.
    """

    def __init__(self, rest_s: float = 0.04, patience: int = 20) -> None:
        super().__init__()
        self._rest_s = rest_s
        self._patience = patience
        self._quick_rounds = 0
        self._last_round = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Waits like its parent; rests first when rounds come thick and fast."""
        ready = super().select(timeout)
        if not ready:
            return ready
        quick = time.monotonic() - self._last_round < 1.5 * self._rest_s
        self._quick_rounds = self._quick_rounds + 1 if quick else 0
        if self._quick_rounds > self._patience:
            time.sleep(self._rest_s)
            ready = super().select(0)
        self._last_round = time.monotonic()
        return ready
