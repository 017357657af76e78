"""Bodies of each wire that an API would refuse are reported before they are sent."""

from __future__ import annotations

from typing import Any

import pytest

from components.api.lint import lint
from components.api.wires.registry import WIRES
from components.core.parts import Message, TextPart, ThinkingPart, ToolCallPart, ToolResultPart
from components.core.request import ToolChoice
from components.params.cards import default_card
from tests.api.wires.conversations import CONVERSATION, EVERY_PARAMETER, TOOL, body_of, user

OFF = {"enable_thinking": False}
FORCED = ToolChoice("required")
CALL = ToolCallPart("c1", "weather", "{}")
CALLED = (user("Weather?"), Message("assistant", (ThinkingPart("hm"), CALL)))
ANSWERED = (*CALLED, Message("tool", (ToolResultPart("c1", "sunny"),)))


def sentences(wire: str, body: dict[str, Any], severity: str = "refused") -> list[str]:
    return [found.sentence for found in lint(WIRES[wire].name, body, default_card()) if found.severity == severity]


@pytest.fixture(params=WIRES)
def wire(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def made(wire: str, *messages: Message, **fields: Any) -> dict[str, Any]:
    return body_of(WIRES[wire], *messages, **fields)


def test_what_the_page_makes_is_never_refused(wire: str):
    body = made(wire, *CONVERSATION, user("And?"), tools=(TOOL,), parameters=EVERY_PARAMETER, system="Be brief.")
    assert lint(WIRES[wire].name, body, default_card()) == []
    assert sentences(wire, made(wire, *ANSWERED, tools=(TOOL,))) == []


def test_a_call_without_a_result_is_found(wire: str):
    (at_the_end,) = sentences(wire, made(wire, *CALLED))
    assert "'c1' at the end has no result" in at_the_end
    (before_another,) = sentences(wire, made(wire, *CALLED, user("Well?")))
    assert "'c1' has no result before message 3" in before_another


def test_a_result_without_a_call_is_found(wire: str):
    (found,) = sentences(wire, made(wire, *ANSWERED, Message("tool", (ToolResultPart("c9", "x"),))))
    assert "answers the call 'c9'" in found


def test_a_tool_turn_without_its_thinking_is_found_unless_thinking_is_off(wire: str):
    body = made(wire, *ANSWERED)
    if wire == "chat_completions":
        del body["messages"][1]["reasoning_content"]
    elif wire == "responses":
        body["input"] = [item for item in body["input"] if item.get("type") != "reasoning"]
    else:
        body["messages"][1]["content"] = [
            block for block in body["messages"][1]["content"] if block["type"] != "thinking"
        ]
    (found,) = sentences(wire, body)
    assert "without its thinking" in found and "Message 2" in found
    assert sentences(wire, {**body, **OFF}) == []


def test_thinking_that_was_not_reported_is_doubtful(wire: str):
    silent = (user("Weather?"), Message("assistant", (CALL,)), Message("tool", (ToolResultPart("c1", "sunny"),)))
    assert any("is empty" in sentence for sentence in sentences(wire, made(wire, *silent), "doubtful"))


def test_a_forced_call_while_thinking_is_doubtful(wire: str):
    body = made(wire, user("Hi"), tools=(TOOL,), tool_choice=FORCED)
    (found,) = sentences(wire, body, "doubtful")
    assert "forces a call while thinking" in found
    assert not sentences(wire, {**body, **OFF}, "doubtful")


def test_a_choice_must_name_a_tool_that_is_there(wire: str):
    body = made(wire, user("Hi"), tools=(TOOL,), tool_choice=ToolChoice("named", "clock"), parameters=OFF)
    assert any("names 'clock'" in sentence for sentence in sentences(wire, body))
    del body["tools"]
    assert any("there are no tools" in sentence for sentence in sentences(wire, body))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model": None}, "`model` is missing"),
        ({"messages": [], "input": []}, "is missing or empty"),
        ({"temperature": 7}, "temperature must"),
        ({"enable_thinking": "yes"}, "enable_thinking must"),
        ({"stream": "true"}, "`stream` must be true or false"),
        ({"tools": {}}, "`tools` must be a list"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_field_that_cannot_be_is_found(wire: str, change: dict[str, Any], words: str):
    assert any(words in sentence for sentence in sentences(wire, {**made(wire, user("Hi")), **change}))


def test_names_of_tools_are_checked(wire: str):
    twice = made(wire, user("Hi"), tools=(TOOL, TOOL))
    assert any("Two tools are called 'weather'" in sentence for sentence in sentences(wire, twice))


def test_an_unknown_field_is_doubtful(wire: str):
    assert any("`seed`" in sentence for sentence in sentences(wire, {**made(wire, user("Hi")), "seed": 1}, "doubtful"))


def test_max_tokens_is_required_on_messages():
    body = made("messages", user("Hi"))
    del body["max_tokens"]
    assert "`max_tokens` is required on this endpoint." in sentences("messages", body)


def test_an_answer_at_the_end_is_doubtful(wire: str):
    body = made(wire, user("Hi"), Message("assistant", (TextPart("Once"),)))
    assert any("model's own" in sentence for sentence in sentences(wire, body, "doubtful"))


@pytest.mark.parametrize("messages", ["text", [1, None], [{"role": 7, "content": {"a": []}, "tool_calls": "x"}], {}])
def test_no_body_trips_it_up(wire: str, messages: Any):
    lint(WIRES[wire].name, {"messages": messages, "input": messages, "tools": [1], "tool_choice": [2]}, default_card())
