"""Tool calls: chosen, filled from the schema and the prompt, streamed, and answered after the result."""

from __future__ import annotations

import json
from typing import Any

from components.tools.examples import EXAMPLES

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Current weather of a city",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string"},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
                "days": {"type": "integer", "minimum": 1, "maximum": 7},
            },
            "required": ["city"],
        },
    },
}
PROMPT = "What is the weather in Paris for 3 days in fahrenheit?"


def test_call_is_streamed_in_fragments(stream: Any) -> None:
    chunks = stream(PROMPT, tools=[WEATHER])
    pieces = [
        delta["tool_calls"][0]
        for chunk in chunks
        if chunk["choices"] and "tool_calls" in (delta := chunk["choices"][0]["delta"])
    ]
    assert pieces[0]["id"] == "functions.get_weather:0" and pieces[0]["function"]["name"] == "get_weather"
    assert len(pieces) > 3 and all(piece["index"] == 0 for piece in pieces)
    arguments = json.loads("".join(piece["function"]["arguments"] for piece in pieces))
    assert arguments == {"city": "Paris", "unit": "fahrenheit", "days": 3}
    assert chunks[-2]["choices"][0]["finish_reason"] == "tool_calls"
    usage = chunks[-1]["usage"]
    assert usage["completion_tokens"] - usage["completion_tokens_details"]["reasoning_tokens"] == len(pieces)


def test_result_is_used_in_the_answer(ask: Any) -> None:
    call = ask(PROMPT, tools=[WEATHER])["choices"][0]["message"]
    assert call["content"] is None and "get_weather" in call["reasoning_content"]
    result = {"role": "tool", "tool_call_id": call["tool_calls"][0]["id"], "content": '{"temperature": 21}'}
    reply = ask(None, messages=[{"role": "user", "content": PROMPT}, call, result], tools=[WEATHER])
    assert reply["choices"][0]["finish_reason"] == "stop" and "**21**" in reply["choices"][0]["message"]["content"]


def test_tool_choice(ask: Any) -> None:
    named = {"type": "function", "function": {"name": "get_weather"}}
    assert "tool_calls" not in ask(PROMPT, tools=[WEATHER], tool_choice="none")["choices"][0]["message"]
    assert "tool_calls" not in ask("Tell a story", tools=[WEATHER])["choices"][0]["message"]
    for choice in ("required", named):
        assert "tool_calls" in ask("Tell a story", tools=[WEATHER], tool_choice=choice)["choices"][0]["message"]


def _defined(name: str) -> dict[str, Any]:
    tool = EXAMPLES[name].tool
    function = {"name": name, "description": tool.description, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": function}


def test_two_functions_are_called_where_two_things_are_asked(ask: Any) -> None:
    tools = [_defined("get_weather"), _defined("calculator")]
    prompt = "What is the weather like in Paris, and what is 17.5% of 2,340?"
    calls = ask(prompt, tools=tools)["choices"][0]["message"]["tool_calls"]
    called = {call["function"]["name"]: json.loads(call["function"]["arguments"]) for call in calls}
    assert called["get_weather"]["city"] == "Paris"
    assert called["calculator"] == {"expression": "17.5 / 100 * 2340"}
    alone = ask("What is the weather like in Paris?", tools=tools)["choices"][0]["message"]["tool_calls"]
    assert [call["function"]["name"] for call in alone] == ["get_weather"]
