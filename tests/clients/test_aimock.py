"""The app's own client against aimock, an independent server of the three formats."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.api.servers import find_server
from components.core.parts import Message, TextPart
from components.core.request import RunRequest, WireName
from components.runs.runner import Runner
from tests.clients.node import node_with


@pytest.fixture(scope="module")
def aimock() -> Iterator[str]:
    node, environment = node_with("@copilotkit/aimock")
    script = str(Path(__file__).parent / "aimock.mjs")
    with subprocess.Popen([node, script], stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.mark.parametrize("wire", ["chat_completions", "responses", "messages"])
def test_each_format_is_read(aimock: str, wire: WireName) -> None:
    server = find_server(aimock, "sk-any-key-at-all", public_only=False)
    runner = Runner()
    ended = threading.Event()
    request = RunRequest(
        "kimi-k2-6", (Message("user", (TextPart("hello"),)),), wire=wire, parameters={"max_tokens": 99}
    )
    run = runner.start(request, server.connection, lambda _: ended.set())
    assert ended.wait(60)
    runner.close()
    assert run.error is None and run.transcript.answer == "Hi there!"
