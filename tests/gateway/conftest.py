"""A simulator on a real socket, as fast as it can and without limits unless a test asks for its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from components.gateway.server import Simulator
from components.gateway.settings import Settings

UNLIMITED = {"tokens_per_second": 0, "requests_per_minute": None, "tokens_per_minute": None}


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with Simulator(Settings(**UNLIMITED)) as running:
        yield running


@pytest.fixture
def start() -> Iterator[Callable[..., Simulator]]:
    """Starts a simulator of the test's own; settings given by name replace the unlimited ones."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(Simulator(Settings(**{**UNLIMITED, **settings})))


@pytest.fixture(scope="session")
def connect() -> Callable[[Simulator], httpx.Client]:
    """Makes a client with the simulator's own key; without TLS, whose set-up would take most of a test's time."""
    return lambda simulator: httpx.Client(
        base_url=simulator.base_url, headers={"authorization": f"Bearer {simulator.key}"}, timeout=20, verify=False
    )


@pytest.fixture(scope="session")
def client(simulator: Simulator, connect: Callable[[Simulator], httpx.Client]) -> Iterator[httpx.Client]:
    with connect(simulator) as client:
        yield client


@pytest.fixture
def ask(client: httpx.Client) -> Callable[..., Any]:
    """Asks without streaming and returns the parsed reply; parameters by name."""

    def post(content: Any, **parameters: Any) -> Any:
        messages = parameters.pop("messages", [{"role": "user", "content": content}])
        response = client.post("/chat/completions", json={"model": "kimi-k2-6", "messages": messages, **parameters})
        assert response.status_code == 200, response.text
        return response.json()

    return post


@pytest.fixture
def stream(client: httpx.Client) -> Callable[..., list[Any]]:
    """Asks with streaming and returns the chunks; the end mark is checked."""

    def post(content: Any, **parameters: Any) -> list[Any]:
        body = {
            "model": "kimi-k2-6",
            "messages": [{"role": "user", "content": content}],
            "stream": True,
            "stream_options": {"include_usage": True},
            **parameters,
        }
        response = client.post("/chat/completions", json=body)
        assert response.status_code == 200, response.text
        lines = [line[6:] for line in response.text.split("\n") if line.startswith("data: ")]
        assert lines.pop() == "[DONE]"
        return [json.loads(line) for line in lines]

    return post
