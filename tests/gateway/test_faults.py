"""Faults on demand: by header and as a standing setting, on all three wires, seen by plain HTTP and the packages."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest

from components.gateway.behaviour import Behaviour
from components.gateway.errors import GatewayError
from components.gateway.fault_injection import FaultInjector
from components.gateway.faults import EXAMPLES, Fault, read_fault
from tests.lazily import lazily

anthropic, openai = lazily("anthropic"), lazily("openai")

MODEL = "kimi-k2-6"
PATHS = ("/chat/completions", "/responses", "/messages")
PROMPT = "simulate: thinking=5 answer=40"


def body(path: str, *, stream: bool = True) -> dict[str, Any]:
    said: Any = {"input": PROMPT} if path == "/responses" else {"messages": [{"role": "user", "content": PROMPT}]}
    said |= {"max_tokens": 99} if path == "/messages" else {}
    return {"model": MODEL, "stream": stream, "stream_options": {"include_usage": True}, **said}


def struck(client: httpx.Client, path: str, fault: str, **options: Any) -> httpx.Response:
    return client.post(path, json=body(path, **options), headers={"x-simulate-fault": fault})


def received(client: httpx.Client, path: str, fault: str, *, read_s: float = 5) -> tuple[list[str], Exception | None]:
    """The whole events that arrive, and how the stream broke, if it did."""
    text = ""
    try:
        with client.stream(
            "POST", path, json=body(path), headers={"x-simulate-fault": fault}, timeout=httpx.Timeout(5, read=read_s)
        ) as response:
            assert response.status_code == 200
            for piece in response.iter_text():
                text += piece
    except httpx.TransportError as error:
        return text.split("\n\n")[:-1], error
    return text.split("\n\n")[:-1], None


@pytest.mark.parametrize("line", [*EXAMPLES.values(), "delay=0.5; cut=3; html", "probability=0", ""])
def test_line_and_fault_are_the_same(line: str) -> None:
    fault = read_fault(line)
    assert read_fault(str(fault or "")) == fault
    assert (fault is None) is (line == "")


@pytest.mark.parametrize(
    "line", ["staus=503", "status=200", "status=", "cut=-1", "cut=x", "delay=1e9", "drip=0", "probability=2", "html=1"]
)
def test_misspelt_fault_is_refused(client: httpx.Client, line: str) -> None:
    with pytest.raises(GatewayError):
        read_fault(line)
    response = struck(client, "/messages", line)
    assert response.status_code == 400 and "does not understand" in response.json()["error"]["message"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("stream", [True, False])
def test_status_with_and_without_retry_after(client: httpx.Client, path: str, stream: bool) -> None:
    busy = struck(client, path, "status=503; retry-after=7", stream=stream)
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "7")
    limited = struck(client, path, "status=429", stream=stream)
    assert limited.status_code == 429 and "retry-after" not in limited.headers
    assert limited.json()["error"]["type"] == "rate_limit_error"
    assert struck(client, path, "status=418", stream=stream).status_code == 418


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("count", [0, 1, 20])
def test_cut_leaves_exactly_so_many_events(client: httpx.Client, path: str, count: int) -> None:
    events, broken = received(client, path, f"cut={count}")
    assert len(events) == count and isinstance(broken, httpx.RemoteProtocolError)


@pytest.mark.parametrize("path", PATHS)
def test_silence_keeps_the_connection_open(client: httpx.Client, path: str) -> None:
    events, broken = received(client, path, "silence=3", read_s=0.4)
    assert len(events) == 3 and isinstance(broken, httpx.ReadTimeout)


@pytest.mark.parametrize("path", PATHS)
def test_error_inside_the_stream_is_the_last_thing(client: httpx.Client, path: str) -> None:
    events, broken = received(client, path, "error=model_unavailable; error-after=8")
    assert broken is None and len(events) == (10 if path == "/responses" else 9)
    assert "offline" in events[8] and ("model_unavailable" in events[8] or path == "/messages")
    assert struck(client, path, "error-after=8", stream=False).status_code == 502


@pytest.mark.parametrize("path", PATHS)
def test_one_event_is_malformed_and_the_others_are_not(client: httpx.Client, path: str) -> None:
    events, _ = received(client, path, "malformed=4")
    broken = []
    for place, event in enumerate(events):
        try:
            json.loads(event.partition("data: ")[2].replace("[DONE]", "{}"))
        except ValueError:
            broken.append(place)
    assert broken == [4]
    with pytest.raises(ValueError, match="line"):
        struck(client, path, "malformed=0", stream=False).json()


@pytest.mark.parametrize("path", PATHS)
def test_oversized_event_is_valid(client: httpx.Client, path: str) -> None:
    events, _ = received(client, path, "oversized=3000000")
    assert len(events[0]) > 3_000_000 and len(json.loads(events[0].partition("data: ")[2])["padding"]) == 3_000_000
    assert len(struck(client, path, "oversized=1000000", stream=False).json()["padding"]) == 1_000_000


@pytest.mark.parametrize("path", PATHS)
def test_usage_is_missing(client: httpx.Client, path: str) -> None:
    assert '"usage":' in struck(client, path, "drip=100000").text
    events, broken = received(client, path, "no-usage")
    assert broken is None and not any('"usage":' in event for event in events)
    assert "usage" not in struck(client, path, "no-usage", stream=False).json()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("stream", [True, False])
def test_answers_of_other_kinds(client: httpx.Client, path: str, stream: bool) -> None:
    plain = struck(client, path, "content-type=text/plain", stream=stream)
    assert plain.headers["content-type"] == "text/plain" and len(plain.text) > 300
    moved = struck(client, path, "redirect=https://example.com/x", stream=stream)
    assert (moved.status_code, moved.headers["location"]) == (307, "https://example.com/x")
    page = struck(client, path, "html; status=502", stream=stream)
    assert page.status_code == 502 and page.text.startswith("<!doctype html>")
    assert struck(client, path, "html", stream=stream).status_code == 200


def test_delay_and_drip_take_their_time(client: httpx.Client) -> None:
    began = time.monotonic()
    with client.stream(
        "POST", "/messages", json=body("/messages"), headers={"x-simulate-fault": "delay=0.2; drip=5"}
    ) as response:
        assert time.monotonic() - began > 0.19
        pieces = response.iter_text()
        assert "message_start" in next(pieces) and "thinking_delta" in next(pieces)
        assert time.monotonic() - began > 0.38


def test_whole_reply_is_cut_in_its_middle(client: httpx.Client) -> None:
    for path in PATHS:
        with pytest.raises(httpx.RemoteProtocolError):
            struck(client, path, "cut=3", stream=False)


def test_packages_see_faults_as_their_own_errors(simulator: Any) -> None:
    with openai.OpenAI(base_url=simulator.base_url, api_key=simulator.key, max_retries=0) as one:
        header = {"x-simulate-fault": "status=500"}
        with pytest.raises(openai.InternalServerError):
            one.responses.create(model=MODEL, input="Hi", extra_headers=header)
        inside = {"x-simulate-fault": "error-after=6"}
        events = list(one.responses.create(model=MODEL, input="Hi", stream=True, extra_headers=inside))
        assert [event.type for event in events[-2:]] == ["error", "response.failed"]
        with pytest.raises(openai.APIError, match="upstream"):
            messages: Any = [{"role": "user", "content": "Hi"}]
            list(one.chat.completions.create(model=MODEL, messages=messages, stream=True, extra_headers=inside))
    base_url = simulator.base_url.removesuffix("/v1")
    with anthropic.Anthropic(base_url=base_url, api_key=simulator.key, max_retries=0) as other:
        asked: Any = {"model": MODEL, "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
        with pytest.raises(anthropic.InternalServerError):
            other.messages.create(**asked, extra_headers=header)
        with pytest.raises(anthropic.APIStatusError, match="upstream"):
            list(other.messages.create(**asked, stream=True, extra_headers=inside))


def test_package_retries_after_what_the_header_says(start: Any) -> None:
    simulator = start()
    simulator.behaviour.fault = read_fault("status=503; retry-after=0")
    with openai.OpenAI(base_url=simulator.base_url, api_key=simulator.key, max_retries=1) as client:
        with pytest.raises(openai.InternalServerError):
            client.responses.create(model=MODEL, input="Hi")
        assert [entry.fault for entry in simulator.log.entries()] == ["status=503; retry-after=0"] * 2
        simulator.behaviour.fault = None
        assert client.responses.create(model=MODEL, input="Hi").status == "completed"


def test_header_goes_before_the_standing_fault(start: Any, connect: Any) -> None:
    simulator = start()
    simulator.behaviour.fault = read_fault("status=500")
    with connect(simulator) as client:
        assert client.post("/messages", json=body("/messages")).status_code == 500
        assert struck(client, "/messages", "").status_code == 200
        assert client.get("/models").status_code == 200


def test_speed_changes_while_it_runs(start: Any, connect: Any) -> None:
    simulator = start(tokens_per_second=1)
    simulator.behaviour.tokens_per_second = 0
    with connect(simulator) as client:
        assert client.post("/messages", json=body("/messages")).elapsed.total_seconds() < 15


def test_probability_is_a_share_by_the_seed() -> None:
    def strikes(seed: int) -> list[bool]:
        behaviour = Behaviour(seed=seed, fault=read_fault("status=500; probability=0.05"))
        return [behaviour.fault_for({}) is not None for _ in range(2000)]

    assert strikes(1) == strikes(1) != strikes(2)
    assert 60 < sum(strikes(1)) < 140


def test_comments_are_no_events() -> None:
    injector = FaultInjector(Fault(cut=2))
    assert injector.apply(": keep-alive\n\ndata: {}\n\n: keep-alive\n\n").count("\n\n") == 3
    assert injector.ending is None
    assert injector.apply("data: {}\n\ndata: {}\n\n") == "data: {}\n\n" and injector.ending == "cut"
