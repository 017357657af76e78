"""The three endpoints beside each other, driven by the official packages: same words, same counts, same rules."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import cv2
import httpx
import numpy as np
import pytest

from components.gateway.server import Simulator
from tests.lazily import lazily

anthropic, openai = lazily("anthropic"), lazily("openai")

PICTURE = base64.b64encode(
    cv2.imencode(".png", np.full((40, 40, 3), (0, 0, 220), np.uint8))[1].tobytes()  # blue, green, red
).decode()
MODEL = "kimi-k2-6"
WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]}},
    "required": ["city"],
}
TIME = {"type": "object", "properties": {"zone": {"type": "string"}}, "required": ["zone"]}
TOOLS = {"get_weather": WEATHER, "get_time": TIME}
PATHS = ("/chat/completions", "/responses", "/messages")


@pytest.fixture(scope="module")
def by_openai(simulator: Simulator) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=simulator.base_url, api_key=simulator.key, max_retries=0) as client:
        yield client


@pytest.fixture(scope="module")
def by_anthropic(simulator: Simulator) -> Iterator[anthropic.Anthropic]:
    base_url = simulator.base_url.removesuffix("/v1")
    with anthropic.Anthropic(base_url=base_url, api_key=simulator.key, max_retries=0) as client:
        yield client


def body(path: str, prompt: str, **more: Any) -> dict[str, Any]:
    """The smallest request of each wire."""
    if path == "/responses":
        return {"model": MODEL, "input": prompt, **more}
    messages = [{"role": "user", "content": prompt}]
    return {"model": MODEL, "messages": messages, **({"max_tokens": 4096} if path == "/messages" else {}), **more}


def chat(client: openai.OpenAI, messages: Any, **more: Any) -> Any:
    return client.chat.completions.create(model=MODEL, messages=messages, **more)


def test_same_conversation_says_the_same_on_all_three(
    by_openai: openai.OpenAI, by_anthropic: anthropic.Anthropic
) -> None:
    system, first, second = "Answer like a sailor.", "My boat is Ada. Why do boats float?", "And why do they sink?"
    turns = [{"role": "user", "content": first}, {"role": "assistant", "content": "Water."}]
    turns.append({"role": "user", "content": second})
    by_chat = chat(by_openai, [{"role": "system", "content": system}, *turns], temperature=0, max_tokens=4096)
    by_responses = by_openai.responses.create(
        model=MODEL, instructions=system, input=turns, temperature=0, max_output_tokens=4096
    )
    by_messages = by_anthropic.messages.create(
        model=MODEL,
        system=system,
        messages=turns,
        max_tokens=4096,
        extra_body={"temperature": 0},
    )
    words = by_chat.choices[0].message
    assert by_responses.output_text == words.content
    assert by_messages.content[-1].text == words.content
    assert by_responses.output[0].summary[0].text == words.reasoning_content
    assert by_messages.content[0].thinking == words.reasoning_content
    counts = {
        (by_chat.usage.prompt_tokens, by_chat.usage.completion_tokens),
        (by_responses.usage.input_tokens, by_responses.usage.output_tokens),
        (by_messages.usage.input_tokens + by_messages.usage.cache_read_input_tokens, by_messages.usage.output_tokens),
    }
    assert len(counts) == 1


def test_same_picture_is_described_the_same(client: httpx.Client) -> None:
    url, say = f"data:image/png;base64,{PICTURE}", "What colour is this?"
    source = {"type": "base64", "media_type": "image/png", "data": PICTURE}
    text = {"type": "text", "text": say}
    contents = {
        "/chat/completions": [text, {"type": "image_url", "image_url": {"url": url}}],
        "/responses": [{"type": "input_text", "text": say}, {"type": "input_image", "image_url": url}],
        "/messages": [text, {"type": "image", "source": source}],
    }
    answers = set()
    for path, content in contents.items():
        field = "input" if path == "/responses" else "messages"
        asked = {**body(path, ""), field: [{"role": "user", "content": content}], "temperature": 0}
        reply = client.post(path, json=asked).json()
        match path:
            case "/chat/completions":
                answers.add(reply["choices"][0]["message"]["content"])
            case "/responses":
                answers.add(reply["output"][-1]["content"][0]["text"])
            case _:
                answers.add(reply["content"][-1]["text"])
    assert len(answers) == 1 and "red" in answers.pop().lower()


def test_two_parallel_calls_and_their_results_in_chat(by_openai: openai.OpenAI) -> None:
    tools: Any = [
        {"type": "function", "function": {"name": name, "parameters": schema}} for name, schema in TOOLS.items()
    ]
    asked = [{"role": "user", "content": "What is the weather in Paris and Rome?"}]
    message = chat(by_openai, asked, tools=tools).choices[0].message
    assert [json.loads(call.function.arguments)["city"] for call in message.tool_calls] == ["Paris", "Rome"]
    results = [
        {"role": "tool", "tool_call_id": call.id, "content": json.dumps({"degrees": 20 + place})}
        for place, call in enumerate(message.tool_calls)
    ]
    answer = chat(by_openai, [*asked, message.to_dict(), *results], tools=tools).choices[0]
    assert answer.finish_reason == "stop" and "**20**" in answer.message.content and "**21**" in answer.message.content


def test_two_parallel_calls_and_their_results_in_responses(by_openai: openai.OpenAI) -> None:
    tools: Any = [
        {"type": "function", "name": name, "parameters": schema, "strict": False} for name, schema in TOOLS.items()
    ]
    asked: list[Any] = [{"role": "user", "content": "What are the weather and the time in Paris?"}]
    with by_openai.responses.stream(model=MODEL, input=asked, tools=tools) as stream:
        events = list(stream)
        final = stream.get_final_response()
    calls = [item for item in final.output if item.type == "function_call"]
    assert [(call.name, json.loads(call.arguments)) for call in calls] == [
        ("get_weather", {"city": "Paris", "unit": "celsius"}),
        ("get_time", {"zone": "Paris"}),
    ]
    done = [event.arguments for event in events if event.type == "response.function_call_arguments.done"]
    assert done == [call.arguments for call in calls]
    results = [
        {"type": "function_call_output", "call_id": call.call_id, "output": f'{{"value": {place + 7}}}'}
        for place, call in enumerate(calls)
    ]
    history: Any = [*asked, *(item.to_dict() for item in final.output), *results]
    answer = by_openai.responses.create(model=MODEL, input=history, tools=tools)
    assert "**7**" in answer.output_text and "**8**" in answer.output_text


def test_two_parallel_calls_and_their_results_in_messages(by_anthropic: anthropic.Anthropic) -> None:
    tools: Any = [{"name": name, "input_schema": schema} for name, schema in TOOLS.items()]
    asked: list[Any] = [{"role": "user", "content": "What is the weather in Paris and Rome?"}]
    with by_anthropic.messages.stream(model=MODEL, max_tokens=4096, messages=asked, tools=tools) as stream:
        final = stream.get_final_message()
    calls = [block for block in final.content if block.type == "tool_use"]
    assert final.stop_reason == "tool_use" and [call.input["city"] for call in calls] == ["Paris", "Rome"]
    results = [
        {
            "type": "tool_result",
            "tool_use_id": call.id,
            "content": [{"type": "text", "text": f'{{"degrees": {place}}}'}],
        }
        for place, call in enumerate(calls, 30)
    ]
    history: Any = [
        *asked,
        {"role": "assistant", "content": [block.to_dict() for block in final.content]},
        {"role": "user", "content": results},
    ]
    answer = by_anthropic.messages.create(model=MODEL, max_tokens=4096, messages=history, tools=tools)
    assert answer.stop_reason == "end_turn"
    assert "**30**" in answer.content[-1].text and "**31**" in answer.content[-1].text


@pytest.mark.parametrize("path", PATHS)
def test_parallel_calls_can_be_forbidden(client: httpx.Client, path: str) -> None:
    prompt = "What is the weather in Paris and Rome?"
    tool: dict[str, Any] = {"name": "get_weather"}
    more: dict[str, Any] = {"parallel_tool_calls": False}
    if path == "/messages":
        tool["input_schema"] = WEATHER
        more = {"tool_choice": {"type": "auto", "disable_parallel_tool_use": True}}
    elif path == "/responses":
        tool |= {"type": "function", "parameters": WEATHER}
    else:
        tool = {"type": "function", "function": {**tool, "parameters": WEATHER}}
    reply = client.post(path, json=body(path, prompt, tools=[tool], **more)).json()
    assert (
        json.dumps(reply["choices" if "choices" in reply else "output" if "output" in reply else "content"]).count(
            "functions.get_weather:"
        )
        == 1
    )


@pytest.mark.parametrize("path", PATHS)
def test_with_and_without_v1(simulator: Simulator, path: str) -> None:
    address = simulator.base_url.removesuffix("/v1") + path
    assert httpx.post(address, json=body(path, "Hi"), headers={"x-api-key": simulator.key}).status_code == 200
