"""A simulator that records the bodies it receives and its replies, by the key of the request."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from typing import Any
from unittest.mock import patch

from components.gateway import server
from components.gateway.server import Simulator
from components.gateway.settings import Settings


class Recorder:
    """Use as a context manager. The bodies and replies of one key are in the order of the requests."""

    def __init__(self) -> None:
        self._bodies: dict[str, list[Any]] = defaultdict(list)
        self._replies: dict[str, list[list[bytes]]] = defaultdict(list)
        self._lock = threading.Lock()
        with patch.object(server, "build_app", self._build):
            settings = Settings(tokens_per_second=0, requests_per_minute=None, tokens_per_minute=None)
            self.simulator = Simulator(settings).start()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *exception: object) -> None:
        self.simulator.stop()

    def bodies(self, key: str) -> list[Any]:
        with self._lock:
            return list(self._bodies[key])

    def replies(self, key: str) -> list[str]:
        with self._lock:
            return [b"".join(pieces).decode("utf-8") for pieces in self._replies[key]]

    def _build(self, *settings: Any) -> Any:
        app = build_app(*settings)

        async def recording_app(scope: Any, receive: Any, send: Any) -> None:
            pieces: list[bytes] = []
            reply: list[bytes] = []

            async def receive_and_record() -> Any:
                message = await receive()
                pieces.append(message.get("body", b""))
                if message["type"] == "http.request" and not message.get("more_body"):
                    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
                    key = headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ")
                    with self._lock:
                        self._bodies[key].append(json.loads(b"".join(pieces)))
                        self._replies[key].append(reply)
                return message

            async def send_and_record(message: Any) -> None:
                reply.append(message.get("body", b""))
                await send(message)

            await app(scope, receive_and_record, send_and_record)

        return recording_app


build_app = server.build_app
