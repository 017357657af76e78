"""What /responses and /messages read, refuse and report, seen through the official packages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from components.gateway.server import Simulator
from tests.lazily import lazily

anthropic, openai = lazily("anthropic"), lazily("openai")

MODEL = "kimi-k2-6"
HELLO: Any = [{"role": "user", "content": "Hello"}]
LONG = "simulate: thinking=9 answer=500"
CALL = {"type": "function_call", "call_id": "a", "name": "f", "arguments": "{}"}


@pytest.fixture(scope="module")
def by_openai(simulator: Simulator) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=simulator.base_url, api_key=simulator.key, max_retries=0) as client:
        yield client


@pytest.fixture(scope="module")
def by_anthropic(simulator: Simulator) -> Iterator[anthropic.Anthropic]:
    base_url = simulator.base_url.removesuffix("/v1")
    with anthropic.Anthropic(base_url=base_url, api_key=simulator.key, max_retries=0) as client:
        yield client


def test_openai_stream_is_the_whole_response(by_openai: openai.OpenAI) -> None:
    with by_openai.responses.stream(model=MODEL, input="Why is the sky blue?", temperature=0) as stream:
        events = list(stream)
        streamed = stream.get_final_response()
    whole = by_openai.responses.create(model=MODEL, input="Why is the sky blue?", temperature=0)
    written = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    thought = "".join(event.delta for event in events if event.type == "response.reasoning_summary_text.delta")
    assert written == streamed.output_text == whole.output_text
    assert thought == streamed.output[0].summary[0].text == whole.output[0].summary[0].text
    usage = streamed.usage
    deltas = [event.type for event in events if event.type.endswith(".delta")]
    assert usage is not None and usage.output_tokens == len(deltas)
    assert usage.output_tokens_details.reasoning_tokens == deltas.count("response.reasoning_summary_text.delta")
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens
    assert streamed.status == "completed" and streamed.incomplete_details is None


def test_anthropic_stream_is_the_whole_message(by_anthropic: anthropic.Anthropic) -> None:
    asked: Any = {"model": MODEL, "max_tokens": 4096, "messages": HELLO, "extra_body": {"temperature": 0}}
    with by_anthropic.messages.stream(**asked) as stream:
        text = "".join(stream.text_stream)
        streamed = stream.get_final_message()
    whole = by_anthropic.messages.create(**asked)
    assert [block.type for block in streamed.content] == ["thinking", "text"]
    assert text == streamed.content[1].text == whole.content[1].text
    assert streamed.content[0].thinking == whole.content[0].thinking
    assert streamed.stop_reason == whole.stop_reason == "end_turn" and streamed.stop_sequence is None
    assert streamed.usage.output_tokens == whole.usage.output_tokens > 0


def test_length_is_told_by_each_format(by_openai: openai.OpenAI, by_anthropic: anthropic.Anthropic) -> None:
    with by_openai.responses.stream(model=MODEL, input=LONG, max_output_tokens=20) as stream:
        terminal = list(stream)[-1]
    assert terminal.type == "response.incomplete"
    response = terminal.response
    assert response.incomplete_details is not None and response.incomplete_details.reason == "max_output_tokens"
    assert response.output[-1].status == "incomplete" and response.usage is not None
    assert response.usage.output_tokens == 29
    whole = by_openai.responses.create(model=MODEL, input=LONG, max_output_tokens=20)
    assert whole.status == "incomplete" and whole.output[-1].status == "incomplete"
    message = by_anthropic.messages.create(model=MODEL, max_tokens=20, messages=[{"role": "user", "content": LONG}])
    assert message.stop_reason == "max_tokens" and message.usage.output_tokens == 29


def test_stop_sequence_is_end_turn(by_anthropic: anthropic.Anthropic) -> None:
    message = by_anthropic.messages.create(model=MODEL, max_tokens=900, messages=HELLO, stop_sequences=["\n\n"])
    assert "\n\n" not in message.content[-1].text
    assert (message.stop_reason, message.stop_sequence) == ("end_turn", None)


@pytest.mark.parametrize(
    ("more", "thinks"),
    [
        ({}, True),
        ({"thinking": {"type": "disabled"}}, False),
        ({"thinking": {"type": "disabled"}, "enable_thinking": True}, False),
        ({"thinking": {"type": "enabled", "budget_tokens": 5}}, 5),
        ({"thinking": {"type": "enabled", "budget_tokens": 50}, "thinking_budget": 7}, 7),
        ({"enable_thinking": False}, False),
        ({"reasoning_effort": "none"}, False),
    ],
)
def test_thinking_is_steered_on_messages(client: httpx.Client, more: dict[str, Any], thinks: bool | int) -> None:
    reply = client.post("/messages", json={"model": MODEL, "max_tokens": 99, "messages": HELLO, **more}).json()
    assert (reply["content"][0]["type"] == "thinking") is bool(thinks)
    if thinks is not True and thinks:
        text = {"model": MODEL, "max_tokens": 1, "messages": HELLO, **more}
        assert client.post("/messages", json=text).json()["usage"]["output_tokens"] == thinks + 1


def test_effort_on_responses(by_openai: openai.OpenAI) -> None:
    off = by_openai.responses.create(model=MODEL, input="Hello", reasoning={"effort": "none"})
    assert [item.type for item in off.output] == ["message"]
    with pytest.raises(openai.BadRequestError, match="reasoning_effort"):
        by_openai.responses.create(model=MODEL, input="Hello", reasoning={"effort": "minimal"})


def test_search_ends_the_text_with_its_sources(client: httpx.Client) -> None:
    extra = {"model": MODEL, "web_search_linkup": True}
    response = client.post("/responses", json={**extra, "input": "News about solar sails"}).json()
    message = client.post("/messages", json={**extra, "max_tokens": 9000, "messages": HELLO}).json()
    assert "**Sources**" in response["output"][-1]["content"][0]["text"]
    assert "**Sources**" in message["content"][-1]["text"]


def test_cached_tokens_stand_inside_or_beside_the_input(
    by_anthropic: anthropic.Anthropic, client: httpx.Client
) -> None:
    prompt = "Every word of this beginning is unique to this one test of caching. " * 60
    message: Any = [{"role": "user", "content": prompt}]
    first = by_anthropic.messages.create(model=MODEL, max_tokens=5, messages=message).usage
    second = by_anthropic.messages.create(model=MODEL, max_tokens=5, messages=message).usage
    assert first.cache_read_input_tokens == 0 and second.cache_read_input_tokens
    assert second.cache_read_input_tokens % 256 == 0
    assert second.input_tokens + second.cache_read_input_tokens == first.input_tokens
    usage = client.post("/responses", json={"model": MODEL, "input": prompt}).json()["usage"]
    assert usage["input_tokens"] == first.input_tokens
    assert usage["input_tokens_details"]["cached_tokens"] == second.cache_read_input_tokens


@dataclass(frozen=True)
class Case:
    path: str
    body: dict[str, Any]
    message: str


def on_messages(message: str, **body: Any) -> Case:
    return Case("/messages", {"max_tokens": 9, "messages": HELLO, **body}, message)


def on_responses(message: str, **body: Any) -> Case:
    return Case("/responses", {"input": "Hello", **body}, message)


def blocks(role: str, *content: Any) -> list[Any]:
    return [{"role": role, "content": list(content)}]


CASES = [
    on_messages("max_tokens: Field required", max_tokens=None),
    on_messages("'max_tokens' must be between 1 and 16000", max_tokens=16001),
    on_messages("'messages' is required", messages=[]),
    on_messages("'messages[0].role'", messages=[{"role": "system", "content": "x"}]),
    on_messages("'messages[0].content'", messages=[{"role": "user", "content": None}]),
    on_messages("'messages[0].content[0].type'", messages=blocks("user", {"type": "video"})),
    on_messages("'messages[0].content[0].source'", messages=blocks("user", {"type": "image", "source": {}})),
    on_messages("tool_use_id", messages=blocks("user", {"type": "tool_result"})),
    on_messages("needs an id, a name and an input", messages=blocks("assistant", {"type": "tool_use", "id": "a"})),
    on_messages("'thinking.budget_tokens'", thinking={"type": "enabled", "budget_tokens": 0}),
    on_messages("'thinking.type'", thinking={"type": "on"}),
    on_messages("'stop_sequences' takes at most 4", stop_sequences=["a", "b", "c", "d", "e"]),
    on_messages("'tools[0]'", tools=[{"type": "web_search_20250305", "name": "web_search"}]),
    on_messages("'tool_choice'", tool_choice={"type": "any"}),
    on_messages("'system'", system=5),
    on_responses("'input' is required", input=None),
    on_responses("'input[0]' must be an object", input=["x"]),
    on_responses("'input[0].type'", input=[{"type": "web_search_call", "id": "x"}]),
    on_responses("'input[0].content[0].type'", input=blocks("user", {"type": "input_video", "video_url": "x"})),
    on_responses("call_id", input=[{"type": "function_call_output", "output": "x"}]),
    on_responses("needs call_id, name and arguments", input=[{**CALL, "arguments": {}}]),
    on_responses("'previous_response_id' is not supported", previous_response_id="resp_1"),
    on_responses("'text.format' is not supported", text={"format": {"type": "json_object"}}),
    on_responses("'max_output_tokens' must be between", max_output_tokens=0),
    on_responses("'tools[0]'", tools=[{"type": "web_search"}]),
    on_responses("'tool_choice'", tool_choice={"type": "function", "name": "g"}),
    on_responses("'instructions'", instructions=5),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.path[1:]} {case.message}")
def test_wrong_body_is_refused_in_the_format_of_its_wire(client: httpx.Client, case: Case) -> None:
    response = client.post(case.path, json={"model": MODEL, **case.body})
    error = response.json()["error"]
    assert response.status_code == 400 and case.message in error["message"]
    assert error["type"] == "invalid_request_error"
    if case.path == "/messages":
        envelope = response.json()
        assert envelope["type"] == "error" and envelope["request_id"] == response.headers["x-request-id"]


@pytest.mark.parametrize(
    ("fault", "class_name", "type"),
    [
        ("status=401", "AuthenticationError", "authentication_error"),
        ("error=insufficient_credits", "APIStatusError", "billing_error"),
        ("error=rate_limit_exceeded", "RateLimitError", "rate_limit_error"),
        ("error=model_unavailable", "InternalServerError", "overloaded_error"),
        ("error=upstream_error", "InternalServerError", "api_error"),
    ],
)
def test_errors_are_the_packages_own_classes(
    by_openai: openai.OpenAI,
    by_anthropic: anthropic.Anthropic,
    fault: str,
    class_name: str,
    type: str,
) -> None:
    header = {"x-simulate-fault": fault}
    with pytest.raises(getattr(openai, class_name)):
        by_openai.responses.create(model=MODEL, input="Hello", extra_headers=header)
    with pytest.raises(getattr(anthropic, class_name)) as refused:
        by_anthropic.messages.create(model=MODEL, max_tokens=9, messages=HELLO, extra_headers=header)
    assert refused.value.body["error"]["type"] == type


def test_unknown_model_is_not_found(by_openai: openai.OpenAI, by_anthropic: anthropic.Anthropic) -> None:
    with pytest.raises(openai.NotFoundError):
        by_openai.responses.create(model="gpt-4", input="Hello")
    with pytest.raises(anthropic.NotFoundError):
        by_anthropic.messages.create(model="claude", max_tokens=9, messages=HELLO)
    with pytest.raises(anthropic.BadRequestError) as refused:
        by_anthropic.messages.create(model=MODEL, max_tokens=17_000, messages=HELLO)
    assert str(refused.value.request_id).startswith("req_")


def test_wrong_method_has_the_envelope_of_its_wire(client: httpx.Client) -> None:
    refused = client.get("/messages")
    assert refused.status_code == 405 and refused.json()["type"] == "error"


def test_log_shortens_pictures_in_base64(client: httpx.Client, simulator: Simulator) -> None:
    source = {"type": "base64", "media_type": "image/png", "data": "A" * 5000}
    body = {"model": MODEL, "max_tokens": 9, "messages": blocks("user", {"type": "image", "source": source})}
    id = client.post("/messages", json=body).headers["x-request-id"]
    entry = simulator.log.wait_for(lambda entry: entry.id == id, 10)
    assert entry is not None and "AAAA" not in repr(entry.body) and "sha256" in repr(entry.body)
