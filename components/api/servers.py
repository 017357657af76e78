"""Finds the server of a typed address, and servers that run on this machine, and lists their models.

A typed address may lack the scheme or ``/v1``, or end in an endpoint's path. Nothing here has a model generate text.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from components.api.account import get_json, model_ids_in, status_of_empty_post
from components.api.connection import Connection
from components.api.wires.registry import WIRES
from components.core.errors import ApiError, ApiStatusError, WireError

NOT_FOUND = (404, 405)
LISTING_TIMEOUT_S = 15.0
_LOCAL_TIMEOUT_S = 0.6

# Default ports, from each program's documentation (read 2026-11-28).
USUAL_PORTS: dict[str, int] = {"Ollama": 11434, "LM Studio": 1234, "llama.cpp": 8080, "vLLM": 8000}

# Common in the names of models that cannot chat; these are listed last.
_NO_CHAT = re.compile(r"embed|rerank|minilm|whisper|moderation|(?:^|[-/_])(?:bge|gte|e5|tts|clip)(?:[-_]|$)", re.I)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answered. `models`: their ids, chat models first; None: it has no list.

    `listing`: the reply to ``GET /models``, which may contain limits of each model.
    """

    connection: Connection
    models: tuple[str, ...] | None
    listing: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A server on this machine. `name`: the program that has this default port."""

    name: str
    base_url: str
    models: tuple[str, ...]


def find_server(address: str, key: str | None, *, public_only: bool, timeout_s: float = LISTING_TIMEOUT_S) -> Server:
    """The server at a typed address.

    If it answers with and without ``/v1``, the base address with more of the three endpoints is used: llama.cpp lists
    its models at both, but has ``/messages`` at only one. Raises: ApiError if no server answers as it should.
    """
    found: list[Server] = []
    problems: list[ApiError] = []
    connections = [Connection(base_url, key, public_only=public_only) for base_url in base_urls(address)]
    for connection in connections:
        try:
            found.append(_list_models(connection, timeout_s))
        except ApiError as error:
            elsewhere = isinstance(error, WireError) or error.status in NOT_FOUND
            if not found and not elsewhere:
                raise
            problems.append(error)
        if found and connection.base_url.endswith("/v1"):
            break
    if len(found) > 1:
        return max(reversed(found), key=lambda server: _count_endpoints(server.connection, timeout_s))
    if found:
        return found[0]
    if all(isinstance(error, ApiStatusError) and error.raw.lstrip().startswith("{") for error in problems):
        return Server(connections[0], None)
    raise problems[0]


def base_urls(address: str) -> list[str]:
    """The possible base addresses of a typed one, the likeliest first."""
    url = re.split(r"[?#]", address.strip(), maxsplit=1)[0].rstrip("/")
    if "://" not in url and url:
        url = f"{'http' if is_local(url) else 'https'}://{url}"
    for ending in (*(wire.path for wire in WIRES.values()), "/completions", "/models", "/embeddings"):
        url = url.removesuffix(ending)
    if url.endswith("/v1"):
        return [url, url.removesuffix("/v1")]
    return [url] if re.search(r"/v\d+\w*$", url) else [url, f"{url}/v1"]


def is_local(address: str) -> bool:
    """Whether an address, with or without a scheme, leads to this machine or its network, by its text alone."""
    host = re.sub(r"^\w+://", "", address).split("/", 1)[0].rsplit("@", 1)[-1]
    host = re.sub(r":\d*$", "", host) if not host.endswith("]") else host
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return ipaddress.ip_address(name).is_private
    except ValueError:
        return "." not in name  # a name of the own network, such as a container's


def chat_models_first(models: Sequence[str]) -> tuple[str, ...]:
    """The ids in their order, those of models that cannot chat last."""
    return tuple(sorted(models, key=lambda model: bool(_NO_CHAT.search(model))))


def find_local_servers() -> list[LocalServer]:
    """The servers that answer at the default ports of this machine within a moment."""
    with ThreadPoolExecutor(len(USUAL_PORTS)) as pool:
        asked = list(pool.map(_server_at, *zip(*USUAL_PORTS.items(), strict=True)))
    return [server for server in asked if server is not None]


def _server_at(name: str, port: int) -> LocalServer | None:
    try:
        server = _list_models(Connection(f"http://127.0.0.1:{port}/v1"), _LOCAL_TIMEOUT_S)
    except ApiError:
        return None
    return LocalServer(name, server.connection.base_url, server.models or ())


def _list_models(connection: Connection, timeout_s: float) -> Server:
    listing = get_json(connection, "/models", timeout_s)
    return Server(connection, chat_models_first(model_ids_in(connection, listing)), listing)


def _count_endpoints(connection: Connection, timeout_s: float) -> int:
    """How many of the three endpoints exist: asked with an empty body, which each refuses in its own way."""
    statuses = [status_of_empty_post(connection, wire.path, timeout_s) for wire in WIRES.values()]
    return sum(status is not None and status not in (*NOT_FOUND, 501) for status in statuses)
