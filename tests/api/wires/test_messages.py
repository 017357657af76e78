"""The Anthropic format: golden bodies of requests, and the events for each piece of a reply."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.api.wires.messages import WIRE
from components.api.wires.wire import short_url
from components.core.errors import ApiStatusError
from components.core.events import AnswerDelta, Finished, RawEvent, Started, StreamEvent, ThinkingDelta, ThinkingSigned
from components.core.parts import Message, TextPart, ThinkingPart, ToolCallPart, ToolResultPart
from components.core.request import RunRequest
from components.core.transcript import Transcript
from components.core.usage import Usage
from tests.api.wires import conversations
from tests.api.wires.conversations import (
    EVERY_PARAMETER,
    FRAMES,
    PICTURE,
    RESULTS,
    THINKING,
    TOOL,
    TOOL_TURN,
    folded,
    user,
)


def body_of(*messages: Message, **fields: Any) -> dict[str, Any]:
    return conversations.body_of(WIRE, *messages, **fields)


def events_of(*chunks: Any) -> list[StreamEvent]:
    return conversations.events_of(WIRE, *chunks)


def read(*chunks: Any) -> Transcript:
    return conversations.read(WIRE, *chunks)


def test_a_question_alone_asks_for_the_documented_number_of_tokens():
    assert body_of(user("Hi")) == {
        "model": "kimi-k2-6",
        "messages": [{"role": "user", "content": "Hi"}],
        "max_tokens": 4096,
        "stream": True,
    }


def test_the_system_prompt_stands_apart_and_every_parameter_travels():
    assert body_of(user("Hi"), system="Be brief.", parameters=EVERY_PARAMETER, stream=False) == {
        "model": "kimi-k2-6",
        "system": "Be brief.",
        "messages": [{"role": "user", "content": "Hi"}],
        "temperature": 0.2,
        "top_p": 0.5,
        "max_tokens": 99,
        "stop_sequences": ["END", "\n\n"],
        "enable_thinking": True,
        "thinking_budget": 4000,
        "reasoning_effort": "max",
        "web_search_linkup": True,
        "disable_formatting": False,
        "stream": False,
    }


def test_pictures_travel_as_base64_and_frames_behind_their_time():
    (message,) = body_of(user(PICTURE, FRAMES[1], "What is it?"))["messages"]
    assert message == {
        "role": "user",
        "content": [
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORy1ieXRlcw=="}},
            {"type": "text", "text": "[00:12.4] frame of clip.mp4"},
            {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "ZnJhbWUx"}},
            {"type": "text", "text": "What is it?"},
        ],
    }


def test_the_preview_names_the_picture_but_does_not_hold_it():
    body = WIRE.encode(RunRequest("m", (user(PICTURE),)), short_url)
    assert body["messages"][0]["content"][0]["source"] == {
        "type": "base64",
        "media_type": "image/png",
        "data": f"… 10 bytes, sha256 {PICTURE.sha256[:16]}…",
    }


def test_an_earlier_answer_goes_back_with_its_thinking():
    answer = Message("assistant", (ThinkingPart("hm"), TextPart("4")))
    assert body_of(user("2+2?"), answer, user("Sure?"))["messages"] == [
        {"role": "user", "content": "2+2?"},
        {
            "role": "assistant",
            "content": [{"type": "thinking", "thinking": "hm", "signature": ""}, {"type": "text", "text": "4"}],
        },
        {"role": "user", "content": "Sure?"},
    ]


TOOL_MESSAGES = [
    {
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": THINKING, "signature": "sig"},
            {"type": "text", "text": "Looking."},
            {"type": "tool_use", "id": "functions.weather:0", "name": "weather", "input": {"city": "Paris"}},
            {"type": "tool_use", "id": "b", "name": "clock", "input": {}},
        ],
    },
    {
        "role": "user",
        "content": [
            {"type": "tool_result", "tool_use_id": "functions.weather:0", "content": "sunny"},
            {"type": "tool_result", "tool_use_id": "b", "content": "12:00"},
        ],
    },
]


def test_a_tool_turn_goes_back_with_its_thinking_its_calls_and_their_results():
    body = body_of(user("Weather?"), TOOL_TURN, RESULTS, tools=(TOOL,))
    assert body["messages"][1:] == TOOL_MESSAGES
    assert body["tools"] == [
        {
            "name": "weather",
            "description": "Tells it.",
            "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
        }
    ]


def test_results_that_came_in_several_messages_go_back_in_one():
    one, other = (Message("tool", (part,)) for part in RESULTS.parts)
    assert body_of(user("Weather?"), TOOL_TURN, one, other)["messages"][1:] == TOOL_MESSAGES


def test_a_tool_turn_that_had_no_thinking_goes_back_with_an_empty_one():
    turn = Message("assistant", (ToolCallPart("a", "f", "{}"),))
    (_, assistant) = body_of(user("Hi"), turn)["messages"]
    assert assistant["content"][0] == {"type": "thinking", "thinking": "", "signature": ""}


@pytest.mark.parametrize(
    "arguments",
    ['{"city": "Par', "[1]", '"x"', '{"a": NaN}', '{"a": 1e999}', pytest.param("[" * 50_000, id="too deep")],
)
def test_arguments_that_are_no_object_go_back_whole_inside_one(arguments: str):
    (_, assistant) = body_of(user("Hi"), Message("assistant", (ToolCallPart("a", "f", arguments),)))["messages"]
    assert assistant["content"][-1]["input"] == {"INVALID_JSON": arguments}


@pytest.mark.parametrize("message", [user(ThinkingPart("x")), Message("assistant", (PICTURE,)), Message("tool", ())])
def test_a_part_that_a_role_cannot_send_is_a_mistake_of_ours(message: Message):
    if message.parts:
        with pytest.raises(TypeError, match=type(message.parts[0]).__name__):
            body_of(message)
    with pytest.raises(TypeError, match="tool message cannot hold TextPart"):
        body_of(Message("tool", (ToolResultPart("a", "b"), TextPart("x"))))


# The reply.

START = {"type": "message_start", "message": {"id": "m", "model": "k", "content": [], "usage": {"input_tokens": 5}}}
STOP = {"type": "message_stop"}


def begin(index: int, **block: Any) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": block}


def piece(index: int, **delta: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": delta}


def end(reason: str | None = "end_turn", **usage: Any) -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": usage}


def test_the_signature_reaches_the_thinking_that_goes_back():
    transcript = read(
        START,
        begin(0, type="thinking", thinking="", signature=""),
        piece(0, type="thinking_delta", thinking="hm"),
        piece(0, type="signature_delta", signature="proof"),
        {"type": "content_block_stop", "index": 0},
        begin(1, type="text", text=""),
        piece(1, type="text_delta", text="so"),
        end(output_tokens=3),
        STOP,
    )
    assert transcript.message().parts == (ThinkingPart("hm", "proof"), TextPart("so"))
    assert (transcript.finish_reason, transcript.id, transcript.model) == ("stop", "m", "k")
    assert not transcript.unknown


def test_blocks_may_overlap_and_stay_open():
    transcript = read(
        begin(0, type="thinking", thinking=""),
        begin(1, type="tool_use", id="a", name="f"),
        begin(2, type="tool_use", id="b", name="g", input={}),
        piece(2, type="input_json_delta", partial_json='{"x"'),
        piece(0, type="thinking_delta", thinking="hm"),
        piece(1, type="input_json_delta", partial_json="{}"),
        piece(2, type="input_json_delta", partial_json=": 1}"),
        end("tool_use"),
        STOP,
    )
    assert transcript.thinking == "hm"
    assert list(transcript.tool_calls.values()) == [ToolCallPart("a", "f", "{}"), ToolCallPart("b", "g", '{"x": 1}')]
    assert transcript.finish_reason == "tool_calls"


@pytest.mark.parametrize("stops", [[{"type": "content_block_stop", "index": 0}], []], ids=["closed", "left open"])
@pytest.mark.parametrize(
    "start, pieces, arguments",
    [
        ({"input": {"x": 1}}, [], '{"x": 1}'),
        ({"input": {"x": 1}}, ['{"x":', " 1}"], '{"x": 1}'),
        ({"input": {}}, [""], "{}"),
        ({}, [], "{}"),
        ({"input": '{"x": 1}'}, [], '{"x": 1}'),
    ],
)
def test_input_is_said_once_wherever_it_stands(start: Any, pieces: list[str], arguments: str, stops: list[Any]):
    deltas = [piece(0, type="input_json_delta", partial_json=text) for text in pieces]
    transcript = read(begin(0, type="tool_use", id="a", name="f", **start), *deltas, *stops, end("tool_use"), STOP)
    assert transcript.tool_calls == {0: ToolCallPart("a", "f", arguments)}


def test_a_call_that_is_cut_makes_up_no_arguments():
    transcript = read(START, begin(0, type="tool_use", id="a", name="f", input={}))
    assert transcript.tool_calls == {0: ToolCallPart("a", "f", "")}
    assert transcript.finish_reason is None


@pytest.mark.parametrize(
    "reason, expected",
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("tool_use", "tool_calls"),
        ("refusal", "content_filter"),
        ("pause_turn", "pause_turn"),
        (None, "stop"),
    ],
)
@pytest.mark.parametrize("last", [STOP, "[DONE]"], ids=["message_stop", "DONE"])
def test_the_reason_in_our_words(reason: str | None, expected: str, last: Any):
    transcript = read(START, piece(0, type="text_delta", text="x"), end(reason), last)
    assert transcript.finish_reason == (None if reason is None and last == "[DONE]" else expected)


def test_without_its_end_mark_a_stream_is_cut_and_does_not_show_the_placeholder_count():
    start = {"type": "message_start", "message": {"usage": {"input_tokens": 5, "output_tokens": 1}}}
    transcript = read(start, begin(0, type="text"), piece(0, type="text_delta", text="x"))
    assert (transcript.answer, transcript.finish_reason) == ("x", None)
    assert transcript.usage == Usage(input_tokens=5)


def test_a_reason_to_stop_is_the_end_though_the_mark_is_missing():
    transcript = read(START, piece(0, type="text_delta", text="<thi"), end("max_tokens"))
    assert (transcript.answer, transcript.finish_reason) == ("<thi", "length")
    assert events_of(START, end("max_tokens"), STOP).count(Finished("length")) == 1


def test_the_content_of_a_whole_reply_may_be_plain_text():
    decoder = WIRE.decoder()
    events = decoder.feed_body({"content": "hi", "stop_reason": "model_context_window_exceeded"})
    assert events == [AnswerDelta("hi"), Finished("length")]


CACHED = {"input_tokens": 1, "cache_read_input_tokens": 216}
OPENAI = {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14, "prompt_tokens_details": {"cached_tokens": 4}}


@pytest.mark.parametrize(
    "start, last, expected",
    [
        (CACHED, {"output_tokens": 30}, Usage(217, 216, 30)),
        (CACHED, {"input_tokens": 1, "output_tokens": 3}, Usage(217, 216, 3)),
        ({"input_tokens": 0}, {"input_tokens": 9, "cache_creation_input_tokens": 4}, Usage(13)),
        ({}, {"cache_read_input_tokens": 3}, Usage(cached_tokens=3)),
        ({"input_tokens": 5, "cache_read_input_tokens": None}, {"output_tokens": 0}, Usage(5, None, 0)),
        (CACHED, {"input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 3}, Usage(217, 216, 3)),
        ({"input_tokens": 0}, OPENAI, Usage(9, 4, 5, None, 14)),
        ({}, {"input_tokens": 9, "input_tokens_details": {"cached_tokens": 4}, "output_tokens": 2}, Usage(9, 4, 2)),
    ],
)
def test_what_is_reported_side_by_side_is_added_up(start: Any, last: Any, expected: Usage):
    transcript = read({"type": "message_start", "message": {"usage": start}}, end(**last), STOP)
    assert transcript.usage == expected


def test_counts_are_cumulative_and_not_summed():
    assert read(START, end(None, output_tokens=3), end(output_tokens=7), STOP).usage == Usage(5, None, 7)


def test_tags_in_the_text_are_thinking_and_come_out_before_the_finish():
    events = events_of(begin(0, type="text", text="<thi"), piece(0, text="nk>a</th"), end(), STOP)
    assert events[:2] == [ThinkingDelta("a"), ThinkingDelta("</th")]
    assert events[-1] == Finished("stop")


@pytest.mark.parametrize(
    "event",
    [
        begin(0, type="redacted_thinking", data="xyz"),
        begin(0, type="server_tool_use", name="web_search"),
        piece(0, type="citations_delta", citation={}),
        piece(0, type="text_delta", text=None),
        {"type": "never_heard_of_it"},
        {"no": "type"},
        [],
        "not JSON",
    ],
)
def test_what_no_rule_knows_is_kept_as_it_came(event: Any):
    data = event if isinstance(event, str) else json.dumps(event)
    assert events_of(START, event, {"type": "ping"})[2:] == [RawEvent("message", data)]


def test_the_input_of_a_tool_that_the_server_runs_is_no_call_of_ours():
    transcript = read(begin(0, type="server_tool_use", name="search"), piece(0, partial_json="{}"))
    assert not transcript.tool_calls and len(transcript.unknown) == 2


def test_a_whole_reply_says_the_same():
    body = {
        "id": "m",
        "model": "k",
        "content": [
            {"type": "redacted_thinking", "data": "x"},
            {"type": "thinking", "thinking": "hm", "signature": "s"},
            {"type": "text", "text": "so"},
            {"type": "tool_use", "id": "a", "name": "f", "input": {}},
        ],
        "stop_reason": "tool_use",
        "usage": {"input_tokens": 1, "cache_read_input_tokens": 2, "output_tokens": 3},
    }
    events = WIRE.decoder().feed_body(body)
    assert events[0] == Started("m", "k") and ThinkingSigned("s") in events
    transcript = folded(events)
    assert transcript.message().parts == (ThinkingPart("hm", "s"), TextPart("so"), ToolCallPart("a", "f", "{}"))
    assert (transcript.finish_reason, transcript.usage) == ("tool_calls", Usage(3, 2, 3))
    assert [raw.name for raw in transcript.unknown] == ["redacted_thinking"]


SENTENCES = {
    "invalid_request_error": "The API refused the request as malformed.",
    "authentication_error": "The API does not accept this key.",
    "billing_error": "The account has no credits left.",
    "permission_error": "This key may not do that.",
    "not_found_error": "There is no such endpoint or model",
    "request_too_large": "The request is too large",
    "rate_limit_error": "Too many requests or tokens",
    "api_error": "The API failed on its side.",
    "timeout_error": "The API took too long",
    "overloaded_error": "The API is overloaded.",
}


@pytest.mark.parametrize("type_", SENTENCES)
def test_an_error_event_is_an_error(type_: str):
    with pytest.raises(ApiStatusError) as caught:
        read(START, {"type": "error", "error": {"type": type_, "message": "Details."}})
    assert str(caught.value).startswith(SENTENCES[type_]) and str(caught.value).endswith("It said: Details.")
    assert caught.value.code == type_
