"""Runs the simulator in a thread of this process, on a real socket."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

import uvicorn

from components.gateway.app import build_app
from components.gateway.auth import SIMULATOR_KEY
from components.gateway.behaviour import Behaviour
from components.gateway.log import RequestLog
from components.gateway.settings import Settings

_START_LIMIT_S = 10.0
_STOP_LIMIT_S = 5.0


class Simulator:
    """The simulated API on ``host:port``; port 0 takes a free one. Use as a context manager, or start and stop it.

    `log` holds what was asked. `behaviour` is its speed and its standing fault, to be changed while it runs:
    ``simulator.behaviour.tokens_per_second = 20``, ``simulator.behaviour.fault = read_fault("cut=20")``. `key` is
    accepted by it; any other with the documented prefix is too.
    """

    key = SIMULATOR_KEY

    def __init__(self, settings: Settings | None = None, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.settings = settings or Settings()
        self.log = RequestLog(self.settings.log_entries)
        self.behaviour = Behaviour(
            self.settings.tokens_per_second, self.settings.seed, strict_thinking=self.settings.strict_thinking
        )
        self._host = host
        self._port = port
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """The address for clients, e.g. ``http://127.0.0.1:8700/v1``; the port is known once it is started."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}/v1"

    def start(self) -> Self:
        """Returns once connections are accepted. Raises: OSError if the port is in use or the host unknown."""
        listener = _listen(self._host, self._port)
        self._port = listener.getsockname()[1]
        config = uvicorn.Config(
            build_app(self.settings, self.log, self.behaviour),
            lifespan="off",
            loop="asyncio",
            http="h11",
            ws="none",
            access_log=False,
            log_config=None,
            # A cut connection on demand is no error worth a line on the app's own stderr.
            log_level="critical",
            # Clients drop idle connections after some seconds; the server must not do so at the same moment.
            timeout_keep_alive=75,
            server_header=False,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name="simulator", daemon=True
        )
        self._thread.start()
        if not self._server.accepting.wait(_START_LIMIT_S):
            raise OSError(f"The simulator did not start within {_START_LIMIT_S:g} s.")
        return self

    def stop(self) -> None:
        """Ends every stream and closes the socket; does nothing when it is not running."""
        if self._server is not None and self._thread is not None:
            self._server.end()
            self._thread.join(_STOP_LIMIT_S)
        self._server = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


class _Server(uvicorn.Server):
    """Tells when it is ready and ends when it is told: uvicorn itself looks at flags, ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.accepting = threading.Event()

    def end(self) -> None:
        """Lets `run` return, from any thread; does nothing where it never began or has ended."""
        if self.accepting.is_set():
            with suppress(RuntimeError):  # its loop is closed
                self._loop.call_soon_threadsafe(self._ending.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        await super().startup(sockets)
        self.accepting.set()

    async def main_loop(self) -> None:
        while not self._ending.is_set():
            await self.on_tick(0)  # the date in the answers
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), timeout=1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        answering = list(self.server_state.tasks)
        for task in answering:
            task.cancel()
        await asyncio.gather(*answering, return_exceptions=True)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # they are closed in the loop's next round
        for server in self.servers:
            await server.wait_closed()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    return socket.create_server((host, port), family=family, backlog=128)
