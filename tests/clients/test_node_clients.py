"""The same four requests by the npm packages (`ask.mjs`)."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from components.gateway.server import Simulator
from tests.clients.node import node_with

HERE = Path(__file__).parent
PHOTO = HERE.parent / "fixtures" / "media" / "china.jpg"


@pytest.mark.parametrize(
    "client",
    ["openai", "@anthropic-ai/sdk", "@ai-sdk/openai-compatible", "@ai-sdk/anthropic", "@ai-sdk/openai"],
)
def test_npm_client(server: Simulator, client: str) -> None:
    node, environment = node_with(client, *(["ai"] if client.startswith("@ai-sdk") else []))
    ended = subprocess.run(
        [node, str(HERE / "ask.mjs"), client, server.base_url, server.key, str(PHOTO)],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
    )
    assert ended.returncode == 0, ended.stderr
    printed = json.loads(ended.stdout.splitlines()[-1])  # the packages may say something of their own before
    assert "42" in printed["plain"] and "42" in printed["streamed"]
    assert "640 × 427" in printed["pictured"]
    assert "31" in printed["looped"]
