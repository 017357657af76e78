"""What usual clients do: leave thinking out, use newer names, refer to items, count tokens, ask much at once."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import cv2
import httpx
import numpy as np
import pytest

from components.gateway.server import Simulator
from tests.lazily import lazily

anthropic = lazily("anthropic")

MODEL = "kimi-k2-6"
HELLO = [{"role": "user", "content": "Hello"}]
CALL = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
WORDING = "thinking is enabled but reasoning_content is missing in assistant tool call message at index 1"

# A tool's result sent back without the thinking that led to its call, and the field where that should stand.
WITHOUT_THINKING: dict[str, tuple[dict[str, Any], str]] = {
    "/chat/completions": (
        {
            "messages": [
                *HELLO,
                {"role": "assistant", "content": None, "tool_calls": [CALL]},
                {"role": "tool", "tool_call_id": "a", "content": "1"},
            ]
        },
        "messages[1].reasoning_content",
    ),
    "/responses": (
        {
            "input": [
                *HELLO,
                {"type": "function_call", "call_id": "a", "name": "f", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "a", "output": "1"},
            ]
        },
        "input[1]",
    ),
    "/messages": (
        {
            "max_tokens": 99,
            "messages": [
                *HELLO,
                {"role": "assistant", "content": [{"type": "tool_use", "id": "a", "name": "f", "input": {}}]},
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a"}]},
            ],
        },
        "messages[1].content",
    ),
}
each_path = pytest.mark.parametrize("path", WITHOUT_THINKING)


def entry_of(simulator: Simulator, response: httpx.Response) -> Any:
    id = response.headers["x-request-id"]
    entry = simulator.log.wait_for(lambda entry: entry.id == id and entry.ended_s is not None, 20)
    assert entry is not None
    return entry


@each_path
def test_missing_thinking_is_answered_and_marked_in_the_log(
    simulator: Simulator, client: httpx.Client, path: str
) -> None:
    body = {"model": MODEL, **WITHOUT_THINKING[path][0]}
    response = client.post(path, json=body)
    assert response.status_code == 200
    assert entry_of(simulator, response).without_thinking == 1
    off = client.post(path, json={**body, "enable_thinking": False})
    assert (off.status_code, entry_of(simulator, off).without_thinking) == (200, 0)


@each_path
def test_a_strict_simulator_refuses_missing_thinking_in_the_upstreams_words(
    start: Callable[..., Simulator], connect: Callable[[Simulator], httpx.Client], path: str
) -> None:
    body, field = WITHOUT_THINKING[path]
    simulator = start(strict_thinking=True)
    with connect(simulator) as client:
        refused = client.post(path, json={"model": MODEL, **body})
        assert (refused.status_code, refused.json()["error"]["message"]) == (400, WORDING)
        assert refused.json()["error"].get("param", field) == field
        assert entry_of(simulator, refused).without_thinking == 1
        off = client.post(path, json={"model": MODEL, **body, "enable_thinking": False})
        assert off.status_code == 200
        simulator.behaviour.strict_thinking = False
        assert client.post(path, json={"model": MODEL, **body}).status_code == 200


def test_max_completion_tokens_counts_as_max_tokens(ask: Any, client: httpx.Client) -> None:
    prompt = "simulate: thinking=0 answer=50"
    assert ask(prompt, max_completion_tokens=7)["usage"]["completion_tokens"] == 7
    assert ask(prompt, max_completion_tokens=7, max_tokens=9)["usage"]["completion_tokens"] == 7
    refused = client.post("/chat/completions", json={"model": MODEL, "messages": HELLO, "max_completion_tokens": 0})
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "max_completion_tokens")


# References to items of earlier replies on /responses.


@pytest.mark.parametrize("streamed", [False, True])
def test_an_item_reference_stands_for_the_item_that_was_sent(
    simulator: Simulator, client: httpx.Client, streamed: bool
) -> None:
    tool = {"type": "function", "name": "get_weather", "parameters": {"properties": {"city": {"type": "string"}}}}
    asked = {"role": "user", "content": "What is the weather in Paris?"}
    if streamed:
        body = {"model": MODEL, "input": [asked], "tools": [tool], "stream": True}
        text = client.post("/responses", json=body).text
        output = httpx.Response(200, content=text.rsplit("data: ", 1)[1]).json()["response"]["output"]
    else:
        body = {"model": MODEL, "input": [asked], "tools": [tool]}
        output = client.post("/responses", json=body).json()["output"]
    call = output[-1]
    result = {"type": "function_call_output", "call_id": call["call_id"], "output": '{"degrees": 31}'}
    references = [{"type": "item_reference", "id": item["id"]} for item in output]
    answered = client.post("/responses", json={**body, "stream": False, "input": [asked, *references, result]})
    assert answered.status_code == 200, answered.text
    assert "**31**" in answered.json()["output"][-1]["content"][0]["text"]
    assert entry_of(simulator, answered).without_thinking == 0  # the reasoning was referred to as well
    in_full = client.post("/responses", json={**body, "stream": False, "input": [asked, *output, result]})
    assert in_full.json()["usage"]["input_tokens"] == answered.json()["usage"]["input_tokens"]


@pytest.mark.parametrize(
    ("reference", "status", "says"),
    [
        ({"id": "msg_1"}, 404, "'input[1]' is an item_reference to 'msg_1'"),
        ({}, 400, "'input[1].id' is required in an item_reference"),
        ({"id": 7}, 400, "'input[1].id' is required in an item_reference"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused_by_name(
    client: httpx.Client, reference: dict[str, Any], status: int, says: str
) -> None:
    items = [{"role": "user", "content": "Hi"}, {"type": "item_reference", **reference}]
    refused = client.post("/responses", json={"model": MODEL, "input": items})
    assert (refused.status_code, refused.json()["error"]["param"]) == (status, "input[1].id")
    assert refused.json()["error"]["message"].startswith(says)


def test_items_of_another_key_are_not_found(simulator: Simulator, client: httpx.Client) -> None:
    id = client.post("/responses", json={"model": MODEL, "input": "Hi"}).json()["output"][-1]["id"]
    body = {"model": MODEL, "input": [{"type": "item_reference", "id": id}, {"role": "user", "content": "Go on"}]}
    assert client.post("/responses", json=body).status_code == 200
    other = {"authorization": "Bearer sk-empiriolabs-somebody-else"}
    assert client.post("/responses", json=body, headers=other).status_code == 404


# The Anthropic path.


def test_tokens_are_counted_as_they_are_charged(simulator: Simulator) -> None:
    address = simulator.base_url.removesuffix("/v1")
    with anthropic.Anthropic(base_url=address, api_key=simulator.key, max_retries=0) as outside:
        asked: Any = {
            "model": MODEL,
            "system": "Answer in French.",
            "messages": [{"role": "user", "content": "What is the weather in Paris?"}],
            "tools": [{"name": "get_weather", "input_schema": {"properties": {"city": {"type": "string"}}}}],
        }
        counted = outside.messages.count_tokens(**asked)
        charged = outside.messages.create(max_tokens=9, **asked).usage
    assert counted.input_tokens == charged.input_tokens + (charged.cache_read_input_tokens or 0) > 10


@pytest.mark.parametrize(
    ("method", "path", "content", "headers", "status", "type"),
    [
        ("POST", "/messages/count_tokens", "{}", {}, 400, "invalid_request_error"),
        ("POST", "/messages/count_tokens", "[]", {}, 400, "invalid_request_error"),
        ("POST", "/messages/count_tokens", '{"model": "other"}', {}, 404, "not_found_error"),
        ("POST", "/messages/count_tokens", "{}", {"authorization": "Bearer no"}, 401, "authentication_error"),
        ("GET", "/messages/batches", "", {}, 404, "not_found_error"),
        ("GET", "/messages", "", {}, 405, "invalid_request_error"),
        ("GET", "/models/other", "", {"anthropic-version": "2023-06-01"}, 404, "not_found_error"),
        ("GET", "/account/usage", "", {"anthropic-version": "1", "authorization": ""}, 401, "authentication_error"),
    ],
)
def test_errors_on_the_anthropic_path_have_its_shape(
    client: httpx.Client, method: str, path: str, content: str, headers: dict[str, str], status: int, type: str
) -> None:
    response = client.request(method, path, content=content, headers=headers)
    told = response.json()
    assert (response.status_code, told["type"], told["error"]["type"]) == (status, "error", type)
    assert told["error"]["message"] and told["request_id"] == response.headers["request-id"]


# Failures of the simulator itself.


def test_pictures_asked_at_once_are_all_measured(start: Any, connect: Callable[[Simulator], httpx.Client]) -> None:
    simulator = start()  # a fresh one: what is made at the first use must not be made, or used, by several at once
    together = threading.Barrier(8)

    def post(number: int) -> int:
        noise = np.random.default_rng(number).integers(0, 255, (300 + 40 * number, 700 - 30 * number, 3), np.uint8)
        url = f"data:image/png;base64,{base64.b64encode(cv2.imencode('.png', noise)[1]).decode()}"
        content = [{"type": "text", "text": "Describe it."}, {"type": "image_url", "image_url": {"url": url}}]
        with connect(simulator) as client:
            together.wait(30)  # each of another size: what is kept between pictures must fit all of them
            body = {"model": MODEL, "messages": [{"role": "user", "content": content}], "max_tokens": 9}
            return client.post("/chat/completions", json=body).status_code

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(post, range(8))) == [200] * 8


@pytest.mark.parametrize("path", ["/chat/completions", "/responses", "/messages"])
def test_a_fault_of_ours_is_a_500_in_the_wires_shape_and_in_both_logs(
    start: Any, connect: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("components.gateway.preparation.Preparation.prepare", broken)
    simulator = start()
    with connect(simulator) as client:
        response = client.post(path, json={"model": MODEL, "max_tokens": 9, "messages": HELLO, "input": "Hello"})
    assert response.status_code == 500
    assert ("type" in response.json()) == (path == "/messages")
    assert response.json()["error"]["message"] == "The simulator failed; its log says more."
    entry = entry_of(simulator, response)
    assert (entry.status, entry.error) == (500, "internal error: RuntimeError")
    assert "a bug" in caplog.text and f"POST /v1{path}" in caplog.text


def test_a_fault_of_ours_in_mid_stream_cuts_the_reply_and_is_logged(
    start: Any, connect: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("components.gateway.wires.chat_completions.Encoder.closing", broken)
    simulator = start()
    body = {"model": MODEL, "messages": HELLO, "stream": True}
    with connect(simulator) as client, pytest.raises(httpx.RemoteProtocolError):
        client.post("/chat/completions", json=body)
    entry = simulator.log.wait_for(lambda entry: entry.error is not None, 20)
    assert entry is not None and entry.error == "internal error: RuntimeError"
    assert "a bug" in caplog.text
