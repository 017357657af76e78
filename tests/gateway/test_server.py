"""The server as others see it: routes, outside clients, pace, keep-alive, disconnects, limits, the command."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from components.gateway.__main__ import _card, main
from components.gateway.auth import SIMULATOR_KEY
from components.gateway.errors import GatewayError
from components.gateway.limits import RateLimiter
from components.params.cards import default_card
from tests.lazily import lazily

openai = lazily("openai")

ROOT = Path(__file__).parents[2]
# Without TLS, whose set-up would take most of a test's time.
HTTP = httpx.Client(verify=False, timeout=20)


def body(prompt: str, **parameters: Any) -> dict[str, Any]:
    return {"model": "kimi-k2-6", "messages": [{"role": "user", "content": prompt}], "stream": True, **parameters}


def key(simulator: Any) -> dict[str, str]:
    return {"x-api-key": simulator.key}


def test_models_and_health_are_public(simulator: Any) -> None:
    for base in (simulator.base_url, simulator.base_url.removesuffix("/v1")):
        assert HTTP.get(f"{base}/models").json()["data"] == [default_card().public()]
        assert HTTP.get(f"{base}/models/kimi-k2-6").json() == default_card().public()
        assert HTTP.get(f"{base}/health").json()["workers"]["simulator"]["status"] == "ok"
        assert HTTP.post(f"{base}/chat/completions", json=body("Hi"), headers=key(simulator)).status_code == 200
    missing = HTTP.get(f"{simulator.base_url}/models/other")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "model_not_found")


def test_openai_package_streams_and_asks(simulator: Any) -> None:
    with openai.OpenAI(base_url=simulator.base_url, api_key=simulator.key, max_retries=0) as outside:
        messages: Any = [{"role": "user", "content": "What is 6 * 7?"}]
        whole = outside.chat.completions.create(model="kimi-k2-6", messages=messages)
        assert "42" in (whole.choices[0].message.content or "")
        with outside.chat.completions.create(
            model="kimi-k2-6", messages=messages, stream=True, stream_options={"include_usage": True}
        ) as chunks:
            received = list(chunks)
        assert received[-1].usage is not None and received[-1].usage.completion_tokens == len(received) - 3
        with pytest.raises(openai.NotFoundError):
            outside.chat.completions.create(model="other", messages=messages)


def test_pace_follows_the_clock(start: Any) -> None:
    simulator = start(tokens_per_second=400)
    began = time.monotonic()
    HTTP.post(
        f"{simulator.base_url}/chat/completions", json=body("simulate: thinking=100 answer=100"), headers=key(simulator)
    )
    assert 0.48 < time.monotonic() - began < 5


def test_silence_is_filled_with_comments(start: Any) -> None:
    simulator = start(tokens_per_second=4, keep_alive_s=0.05)
    prompt = "simulate: thinking=0 answer=1"
    reply = HTTP.post(f"{simulator.base_url}/chat/completions", json=body(prompt), headers=key(simulator))
    assert 1 <= reply.text.count(": keep-alive\n\n") <= 5


@pytest.mark.parametrize("streamed", [True, False])
def test_disconnect_is_seen_at_once(start: Any, streamed: bool) -> None:
    simulator = start(tokens_per_second=50)
    request = body("simulate: thinking=5000 answer=10", stream=streamed)
    with pytest.raises(httpx.ReadTimeout):
        HTTP.post(
            f"{simulator.base_url}/chat/completions",
            json=request,
            headers=key(simulator),
            timeout=httpx.Timeout(5, read=0.3 if not streamed else 0.01),
        )
    entry = simulator.log.wait_for(lambda entry: entry.disconnected_after_s is not None, 10)
    assert entry is not None and entry.thinking_tokens < 5000


def test_reader_that_leaves_a_fast_stream_stops_it(simulator: Any) -> None:
    prompt = body("simulate: thinking=81920 answer=16000", max_tokens=16000, reasoning_effort="max")
    url = f"{simulator.base_url}/chat/completions"
    with HTTP.stream("POST", url, json=prompt, headers=key(simulator)) as response:
        next(response.iter_raw())
        id = response.headers["x-request-id"]
    entry = simulator.log.wait_for(lambda entry: entry.id == id and entry.ended_s is not None, 10)
    assert entry is not None and entry.disconnected_after_s is not None and entry.thinking_tokens < 81_920


def test_log_masks_the_key_and_shortens_media(simulator: Any) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 5000}}
    request = {"model": "kimi-k2-6", "messages": [{"role": "user", "content": [picture]}]}
    headers = {"x-api-key": "sk-empiriolabs-very-secret-1234"}
    id = HTTP.post(f"{simulator.base_url}/chat/completions", json=request, headers=headers).headers["x-request-id"]
    entry = simulator.log.wait_for(lambda entry: entry.id == id, 10)
    assert entry is not None and entry.status == 400 and entry.error == "invalid_image"
    assert entry.key == "sk-empiriolabs-…1234" and "secret" not in repr(entry)
    url = entry.body["messages"][0]["content"][0]["image_url"]["url"]
    assert "sha256" in url and len(url) < 200 and entry.body_bytes > 5000


def test_rate_limit_answers_429_with_headers(start: Any) -> None:
    simulator = start(requests_per_minute=2)
    url = f"{simulator.base_url}/chat/completions"
    replies = [HTTP.post(url, json=body("Hi"), headers=key(simulator)) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert replies[1].headers["x-ratelimit-remaining-requests"] == "0"
    assert 1 <= int(replies[2].headers["retry-after"]) <= 60
    other = HTTP.post(url, json=body("Hi"), headers={"x-api-key": "sk-empiriolabs-other"})
    assert other.status_code == 200


def test_window_slides() -> None:
    now = [0.0]
    limiter = RateLimiter(2, 100, clock=lambda: now[0])
    limiter.admit("k")
    now[0] = 30
    limiter.admit("k")
    with pytest.raises(GatewayError) as refused:
        limiter.admit("k")
    assert refused.value.headers["retry-after"] == "30"
    now[0] = 60.1
    limiter.admit("k")
    limiter.spend("k", 100)
    now[0] = 95
    with pytest.raises(GatewayError, match="tokens"):
        limiter.admit("k")
    now[0] = 121
    limiter.admit("k")


def test_command_announces_itself_and_ends_quietly() -> None:
    command = [sys.executable, "-m", "components.gateway", "--port", "0", "--tokens-per-second", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:") and line.endswith("/v1\n")
        assert HTTP.get(f"{line.split()[-1]}/models").status_code == 200
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(30) == 0
        assert process.stdout.read() == "" and process.stderr is not None and process.stderr.read() == ""


@pytest.mark.nightly
def test_command_lifts_the_limit_and_is_strict_when_told() -> None:
    command = [sys.executable, "-m", "components.gateway", "--port", "0", "--tokens-per-second", "0"]
    options = ["--requests-per-minute", "0", "--strict-thinking"]
    with subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = f"{process.stdout.readline().split()[-1]}/chat/completions"
        call = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
        request = body("Hi", stream=False)
        request["messages"].append({"role": "assistant", "content": None, "tool_calls": [call]})
        refused = HTTP.post(url, json=request, headers={"x-api-key": "sk-empiriolabs-x"})
        assert refused.status_code == 400 and "reasoning_content is missing" in refused.text
        with httpx.Client(verify=False, headers={"x-api-key": "sk-empiriolabs-x"}) as client:
            statuses = {client.post(url, json={}).status_code for _ in range(60)}
        assert statuses == {400} and "x-ratelimit-limit-requests" not in refused.headers
        process.terminate()
        assert process.wait(30) == 0


def test_command_answers_as_the_model_of_a_card(tmp_path: Path) -> None:
    card = tmp_path / "small.json"
    heat = {"name": "heat", "type": "number", "min": 0, "max": 0.5}
    card.write_text(json.dumps({"id": "small", "context_length": 50, "supported_parameters": [heat]}))
    command = [sys.executable, "-m", "components.gateway", "--port", "0", "--tokens-per-second", "0"]
    with subprocess.Popen([*command, "--card", str(card)], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        with httpx.Client(
            verify=False, base_url=process.stdout.readline().split()[-1], headers={"x-api-key": SIMULATOR_KEY}
        ) as client:
            assert [entry["id"] for entry in client.get("/models").json()["data"]] == ["small"]
            asked = {**body("Hi", stream=False), "model": "small"}
            answered = client.post("/chat/completions", json={**asked, "heat": 0.4})
            hot = client.post("/chat/completions", json={**asked, "heat": 0.6})
            long = client.post("/chat/completions", json={**body("word " * 200, stream=False), "model": "small"})
            other = client.post("/chat/completions", json=body("Hi"))
        process.terminate()
        assert process.wait(30) == 0
    assert answered.status_code == 200 and answered.json()["model"] == "small"
    assert hot.status_code == 400 and "heat" in hot.text and "0.5" in hot.text
    assert long.status_code == 400 and "50" in long.text
    assert other.status_code == 404


def test_a_card_is_a_file_or_the_id_of_a_shipped_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _card("kimi-k2.6").base_urls and _card(default_card().id) is default_card()
    broken = tmp_path / "broken.json"
    broken.write_text('{"id": "m"}')
    for typed, words in (("none-such", "neither a file nor one of kimi-k2-6"), (str(broken), "supported_parameters")):
        with pytest.raises(SystemExit) as ended:
            main(["--port", "0", "--card", typed])
        assert ended.value.code == 2 and words in capsys.readouterr().err


@pytest.mark.parametrize("typed", ["-1", "many"])
def test_a_limit_that_is_none_is_wrong_usage(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--port", "0", "--requests-per-minute", typed])
    assert ended.value.code == 2 and "--requests-per-minute" in capsys.readouterr().err


def test_used_port_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "components.gateway", "--port", port]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1 and ended.stdout == ""
    assert ended.stderr.count("\n") == 1 and port in ended.stderr


def test_stop_ends_live_streams(start: Any) -> None:
    simulator = start(tokens_per_second=1)
    url = f"{simulator.base_url}/chat/completions"
    with HTTP.stream("POST", url, json=body("simulate: answer=100"), headers=key(simulator), timeout=30) as response:
        began = time.monotonic()
        simulator.stop()
        assert time.monotonic() - began < 15
        with pytest.raises(httpx.RemoteProtocolError):
            response.read()
