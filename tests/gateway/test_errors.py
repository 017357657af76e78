"""Every documented error, in the OpenAI-style envelope, with its parameter named."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from components.core.card import Parameter
from components.params.cards import default_card

HELLO = [{"role": "user", "content": "Hello"}]


@dataclass(frozen=True)
class Case:
    id: str
    body: dict[str, Any]
    status: int
    code: str
    param: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


def part(url: Any, type: str = "image_url") -> list[Any]:
    return [{"role": "user", "content": [{"type": type, type: {"url": url}}]}]


BROKEN = base64.b64encode(b"this is no picture at all").decode()
CASES = [
    Case("unknown model", {"model": "gpt-4"}, 404, "model_not_found", "model"),
    Case("no model", {"model": None}, 400, "invalid_request", "model"),
    Case("no messages", {"messages": None}, 400, "invalid_request", "messages"),
    Case("empty messages", {"messages": []}, 400, "invalid_request", "messages"),
    Case("message no object", {"messages": ["hi"]}, 400, "invalid_request", "messages[0]"),
    Case("role", {"messages": [{"role": "robot", "content": ""}]}, 400, "invalid_request", "messages[0].role"),
    Case("content", {"messages": [{"role": "user", "content": 3}]}, 400, "invalid_request", "messages[0].content"),
    Case("part type", {"messages": part("x", "input_audio")}, 400, "invalid_request", "messages[0].content[0].type"),
    Case("format", {"response_format": {"type": "json_object"}}, 400, "invalid_request", "response_format"),
    Case("stream", {"stream": "yes"}, 400, "invalid_request", "stream"),
    Case("tools", {"tools": [{"name": "f"}]}, 400, "invalid_request", "tools[0]"),
    Case("tool choice", {"tool_choice": "sometimes"}, 400, "invalid_request", "tool_choice"),
    Case("ftp picture", {"messages": part("ftp://x")}, 400, "invalid_request", "messages[0].content[0].image_url"),
    Case(
        "bad base64",
        {"messages": part("data:image/png;base64,@@@")},
        400,
        "invalid_image",
        "messages[0].content[0].image_url",
    ),
    Case(
        "undecodable picture",
        {"messages": part(f"data:image/png;base64,{BROKEN}")},
        400,
        "invalid_image",
        "messages[0].content[0].image_url",
    ),
    Case(
        "undecodable video",
        {"messages": part(f"data:video/mp4;base64,{BROKEN}", "video_url")},
        400,
        "invalid_video",
        "messages[0].content[0].video_url",
    ),
    Case(
        "tool result without id",
        {"messages": [*HELLO, {"role": "tool", "content": "1"}]},
        400,
        "invalid_request",
        "messages[1].tool_call_id",
    ),
    Case(
        "too long",
        {"messages": [{"role": "user", "content": "a " * 260_000}]},
        400,
        "context_length_exceeded",
        "messages",
    ),
    Case(
        "unknown directive",
        {"messages": [{"role": "user", "content": "simulate: thinkin=3"}]},
        400,
        "invalid_request",
        "messages",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_wrong_body_is_refused_with_its_parameter(client: httpx.Client, case: Case) -> None:
    body = {"model": "kimi-k2-6", "messages": HELLO, **case.body}
    response = client.post("/chat/completions", json=body)
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["param"]) == (case.status, case.code, case.param)
    assert error["type"] == "invalid_request_error" and error["message"]
    assert response.headers["x-request-id"].startswith("req_")


KEYS = [
    ({}, 401, "missing_api_key"),
    ({"authorization": "Bearer sk-other"}, 401, "invalid_api_key"),
    ({"authorization": "Bearer sk-empiriolabs-a-expired"}, 401, "invalid_api_key"),
    ({"x-api-key": "sk-empiriolabs-anything"}, 200, None),
]


@pytest.mark.parametrize(("headers", "status", "code"), KEYS)
def test_key_decides(simulator: Any, headers: dict[str, str], status: int, code: str | None) -> None:
    body = {"model": "kimi-k2-6", "messages": HELLO}
    response = httpx.post(f"{simulator.base_url}/chat/completions", json=body, headers=headers)
    assert response.status_code == status
    assert response.json().get("error", {}).get("code") == code


def test_malformed_key_is_called_malformed(simulator: Any) -> None:
    response = httpx.post(f"{simulator.base_url}/chat/completions", json={}, headers={"x-api-key": "nonsense"})
    assert "format is invalid" in response.json()["error"]["message"]


@pytest.mark.parametrize("body", [b"{", b"[1]", b"", b"\xff\xfe", b"[" * 100_000, rb'{"model": "\ud800"}'])
def test_bad_json_is_400(client: httpx.Client, body: bytes) -> None:
    response = client.post("/chat/completions", content=body)
    assert response.status_code == 400
    assert "JSON" in response.json()["error"]["message"]


def test_wrong_method_and_path(client: httpx.Client) -> None:
    assert client.get("/chat/completions").status_code == 405
    response = client.get("/nothing")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")
    assert response.headers["x-request-id"]


def test_large_body_is_413(start: Any) -> None:
    simulator = start(body_limit_bytes=1000)
    headers = {"x-api-key": simulator.key}
    response = httpx.post(f"{simulator.base_url}/chat/completions", content=b"x" * 2_000_000, headers=headers)
    assert (response.status_code, response.json()["error"]["code"]) == (413, "request_too_large")


def outside(parameter: Parameter) -> list[Any]:
    """Values that the card does not allow."""
    match parameter.type:
        case "boolean":
            return ["true", 1]
        case "enum":
            return ["extreme", 1]
        case "string":
            return [["x"] * ((parameter.max_items or 0) + 1), 5, [1], [""]]
    assert parameter.min is not None and parameter.max is not None
    values: list[Any] = [parameter.min - 1, parameter.max + 1, "1", True]
    return [*values, parameter.min + 0.5] if parameter.type == "integer" else values


def inside(parameter: Parameter) -> list[Any]:
    """The ends of what the card allows."""
    match parameter.type:
        case "boolean":
            return [True, False]
        case "enum":
            return list(parameter.options)
        case "string":
            return ["x", ["x"] * (parameter.max_items or 0)]
    return [parameter.min, parameter.max]


PARAMETERS = list(default_card().parameters.values())


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_value_outside_its_range_is_400(client: httpx.Client, parameter: Parameter) -> None:
    for value in outside(parameter):
        body = {"model": "kimi-k2-6", "messages": HELLO, parameter.name: value}
        response = client.post("/chat/completions", json=body)
        assert (response.status_code, response.json().get("error", {}).get("param")) == (400, parameter.name), value


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_value_at_its_ends_is_accepted(ask: Any, parameter: Parameter) -> None:
    for value in [*inside(parameter), None]:
        assert ask("Hello", **{parameter.name: value})["object"] == "chat.completion"


def test_fault_on_demand_by_prompt(client: httpx.Client) -> None:
    body = {"model": "kimi-k2-6", "messages": [{"role": "user", "content": "simulate: error=upstream_error"}]}
    assert client.post("/chat/completions", json=body).status_code == 502
    body["messages"] = [
        {"role": "user", "content": "simulate: thinking=5 answer=50 error=upstream_error error_after=10"}
    ]
    lines = client.post("/chat/completions", json={**body, "stream": True}).text.strip().split("\n\n")
    assert '"code":"upstream_error"' in lines[-1] and len(lines) == 11


def test_a_prompt_may_ask_for_any_fault_of_the_header(client: httpx.Client) -> None:
    messages = [{"role": "user", "content": "Hello\nsimulate: answer=5, html status=502"}]
    page = client.post("/chat/completions", json={"model": "kimi-k2-6", "messages": messages})
    assert page.status_code == 502 and page.text.startswith("<!doctype html>")


@pytest.mark.parametrize("stream", [True, False])
def test_a_prompt_that_asks_for_a_cut_breaks_the_connection(client: httpx.Client, stream: bool) -> None:
    messages = [{"role": "user", "content": "simulate: answer=500 cut=20"}]
    with pytest.raises(httpx.RemoteProtocolError):
        client.post("/chat/completions", json={"model": "kimi-k2-6", "messages": messages, "stream": stream})
