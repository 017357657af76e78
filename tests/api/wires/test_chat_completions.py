"""Golden bodies of requests, and the events for each piece of a reply."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from components.api.wires.chat_completions import WIRE
from components.api.wires.wire import data_url, short_url
from components.core.events import Finished, RawEvent, Started, StreamEvent, ThinkingDelta, UsageReported
from components.core.parts import (
    FramePart,
    ImagePart,
    Message,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolResultPart,
)
from components.core.request import RunRequest, Tool
from components.core.transcript import Transcript
from components.core.usage import Usage

PICTURE = ImagePart(b"\x89PNG-bytes", "image/png", 2, 1, "dot.png")
FRAMES = tuple(FramePart(b"frame%d" % n, "image/jpeg", 4, 3, "clip.mp4", n * 12.4) for n in range(2))


def user(*parts: Any) -> Message:
    return Message("user", tuple(TextPart(part) if isinstance(part, str) else part for part in parts))


def body_of(*messages: Message, **fields: Any) -> dict[str, Any]:
    return WIRE.encode(RunRequest("kimi-k2-6", messages, **fields), data_url)


def test_a_question_alone():
    assert body_of(user("Hi")) == {
        "model": "kimi-k2-6",
        "messages": [{"role": "user", "content": "Hi"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_a_reply_in_one_piece_is_asked_for_without_stream_options():
    body = body_of(user("Hi"), stream=False)
    assert body == {"model": "kimi-k2-6", "messages": [{"role": "user", "content": "Hi"}], "stream": False}


def test_the_system_prompt_comes_first_and_parameters_stand_at_the_top():
    parameters = {"temperature": 0.2, "stop": ("END", "\n\n"), "enable_thinking": True, "web_search_linkup": False}
    assert body_of(user("Hi"), system="Be brief.", parameters=parameters) == {
        "model": "kimi-k2-6",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
        "temperature": 0.2,
        "stop": ["END", "\n\n"],
        "enable_thinking": True,
        "web_search_linkup": False,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_a_picture_travels_as_a_data_url_in_a_real_array():
    (message,) = body_of(user(PICTURE, "What is it?"))["messages"]
    assert message == {
        "role": "user",
        "content": [
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORy1ieXRlcw=="}},
            {"type": "text", "text": "What is it?"},
        ],
    }


def test_each_frame_stands_behind_the_text_that_gives_its_time():
    (message,) = body_of(user(*FRAMES, "What moves?"))["messages"]
    assert message["content"] == [
        {"type": "text", "text": "[00:00.0] frame of clip.mp4"},
        {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,ZnJhbWUw"}},
        {"type": "text", "text": "[00:12.4] frame of clip.mp4"},
        {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,ZnJhbWUx"}},
        {"type": "text", "text": "What moves?"},
    ]


def test_an_earlier_answer_goes_back_with_its_thinking():
    answer = Message("assistant", (ThinkingPart("hm"), TextPart("4")))
    assert body_of(user("2+2?"), answer, user("Sure?"))["messages"] == [
        {"role": "user", "content": "2+2?"},
        {"role": "assistant", "content": "4", "reasoning_content": "hm"},
        {"role": "user", "content": "Sure?"},
    ]


def test_an_answer_without_thinking_goes_back_as_it_is():
    assert body_of(user("2+2?"), Message("assistant", (TextPart("4"),)))["messages"][1] == {
        "role": "assistant",
        "content": "4",
    }


def test_a_tool_turn_goes_back_with_its_thinking_its_calls_and_their_results_verbatim():
    thinking = "\nI need  both.\u2028\n"
    turn = Message(
        "assistant",
        (
            ThinkingPart(thinking),
            TextPart("Looking."),
            ToolCallPart("functions.weather:0", "weather", '{"city": "Paris"'),
            ToolCallPart("b", "clock", "{}"),
        ),
    )
    results = Message("tool", (ToolResultPart("functions.weather:0", "sunny"), ToolResultPart("b", "12:00")))
    tool = Tool("weather", "Tells it.", {"type": "object", "properties": {"city": {"type": "string"}}})
    body = body_of(user("Weather?"), turn, results, tools=(tool,))
    assert body["messages"][1:] == [
        {
            "role": "assistant",
            "content": "Looking.",
            "reasoning_content": thinking,
            "tool_calls": [
                {
                    "id": "functions.weather:0",
                    "type": "function",
                    "function": {"name": "weather", "arguments": '{"city": "Paris"'},
                },
                {"id": "b", "type": "function", "function": {"name": "clock", "arguments": "{}"}},
            ],
        },
        {"role": "tool", "tool_call_id": "functions.weather:0", "content": "sunny"},
        {"role": "tool", "tool_call_id": "b", "content": "12:00"},
    ]
    assert body["tools"] == [
        {
            "type": "function",
            "function": {
                "name": "weather",
                "description": "Tells it.",
                "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
            },
        }
    ]


def test_a_part_that_no_user_can_send_is_a_mistake_of_ours():
    with pytest.raises(TypeError, match="ThinkingPart"):
        body_of(user(ThinkingPart("x"), "Hi"))


@pytest.mark.parametrize("picture", [PICTURE, FRAMES[0]])
def test_the_preview_names_the_picture_but_does_not_hold_it(picture: ImagePart | FramePart):
    shown = json.dumps(WIRE.encode(RunRequest("m", (user(picture),)), short_url), ensure_ascii=False)
    assert base64.b64encode(picture.data).decode()[:8] not in shown
    assert f"data:{picture.media_type};base64,… {len(picture.data)} bytes, sha256 {picture.sha256[:16]}…" in shown


def events_of(*chunks: Any) -> list[StreamEvent]:
    decoder = WIRE.decoder()
    events = [event for chunk in chunks for event in decoder.feed("message", json.dumps(chunk))]
    return events + decoder.close()


def read(*chunks: Any) -> Transcript:
    transcript = Transcript()
    for event in events_of(*chunks):
        transcript.apply(event)
    return transcript


def delta(**fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": fields}]}


@pytest.mark.parametrize(
    "fields",
    [
        {"reasoning_content": "hm"},
        {"reasoning": "hm"},
        {"reasoning_text": "hm"},
        {"reasoning_details": [{"type": "reasoning.text", "text": "h"}, {"type": "reasoning.summary", "summary": "m"}]},
        {"reasoning_content": "hm", "reasoning": "hm", "reasoning_details": [{"text": "hm"}]},
        {"reasoning_content": None, "reasoning": "", "reasoning_details": [{"text": "hm"}]},
        {"content": "<think>hm</think>"},
        {"content": [{"type": "text", "text": "<think>hm</think>"}]},
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}]},
        {"content": [{"type": "thinking", "thinking": "hm", "text": "hm"}]},
    ],
    ids=lambda fields: "+".join(fields),
)
def test_thinking_has_many_names_and_is_said_once(fields: dict[str, Any]):
    transcript = read(delta(role="assistant", content=None), delta(**fields), delta(content="so"))
    assert (transcript.thinking, transcript.answer) == ("hm", "so")


USAGE = {
    "prompt_tokens": 9,
    "completion_tokens": 5,
    "total_tokens": 14,
    "prompt_tokens_details": {"cached_tokens": 4},
    "completion_tokens_details": {"reasoning_tokens": 3},
}
END = {"index": 0, "delta": {}, "finish_reason": "stop"}


@pytest.mark.parametrize(
    "last",
    [
        [{"choices": [END]}, {"choices": [], "usage": USAGE}],
        [{"choices": [END]}, {"usage": USAGE}],
        [{"choices": [END], "usage": USAGE}],
        [{"choices": [END]}, {"choices": [{"index": 0, "delta": {}}], "usage": USAGE}],
        [{"choices": [END | {"usage": USAGE}]}],
        [{"choices": [END], "x_groq": {"usage": USAGE}}],
    ],
    ids=["empty choices", "no choices", "with the finish", "non-empty choices", "inside the choice", "Groq's"],
)
def test_usage_is_found_wherever_the_last_chunk_holds_it(last: list[dict[str, Any]]):
    transcript = read(delta(content="x") | {"usage": None}, *last)
    assert transcript.usage == Usage(9, 4, 5, 3, 14)
    assert transcript.finish_reason == "stop"
    assert not transcript.unknown


@pytest.mark.parametrize(
    "usage, expected",
    [
        ({"prompt_tokens": 9, "cached_tokens": 4}, Usage(input_tokens=9, cached_tokens=4)),
        ({"prompt_tokens": 9, "prompt_tokens_details": None}, Usage(input_tokens=9)),
        ({"prompt_tokens": 9, "prompt_cache_hit_tokens": 4, "prompt_cache_miss_tokens": 5}, Usage(9, 4)),
        ({"prompt_tokens": 9, "cache_read_input_tokens": 4, "cache_creation_input_tokens": 2}, Usage(9, 4)),
        ({"prompt_tokens": 9.0, "completion_tokens": 2.5, "reasoning_tokens": 1}, Usage(9, reasoning_tokens=1)),
        ({"prompt_tokens": 0, "completion_tokens": -1, "total_tokens": True}, Usage(input_tokens=0)),
        ({"prompt_tokens": "9", "completion_tokens": 5, "prompt_tokens_details": [4]}, Usage(output_tokens=5)),
    ],
)
def test_a_count_that_was_not_reported_is_unknown_and_never_0(usage: dict[str, Any], expected: Usage):
    assert events_of({"choices": [], "usage": usage}) == [UsageReported(expected)]


def test_id_and_model_are_said_once_and_again_when_they_change():
    named = {"id": "a", "model": "kimi-k2.6", "choices": []}
    assert events_of(named, named, named | {"model": "kimi"}) == [Started("a", "kimi-k2.6"), Started("a", "kimi")]


def test_an_event_without_choices_is_kept_even_if_it_names_the_reply():
    odd = {"id": "a", "model": "m", "object": "moderation"}
    assert events_of(odd) == [Started("a", "m"), RawEvent("message", json.dumps(odd))]


def test_what_looked_like_a_tag_comes_out_before_the_finish():
    assert events_of(delta(content="<think>a</th"), {"choices": [END]}) == [
        ThinkingDelta("a"),
        ThinkingDelta("</th"),
        Finished("stop"),
    ]


@pytest.mark.parametrize(
    "said, reason",
    [("LENGTH", "length"), ("function_call", "tool_calls"), ("max_tokens", "length"), ("eos", "eos"), ("", None)],
)
def test_the_reason_in_our_words(said: str, reason: str | None):
    assert read(delta(content="x"), {"choices": [END | {"finish_reason": said}]}).finish_reason == reason


def test_a_refusal_is_what_the_model_says():
    assert read(delta(content=None, refusal="I can"), delta(refusal="not.")).answer == "I cannot."


def test_of_several_choices_one_is_read():
    a, b = ({"index": n, "delta": {"content": text}} for n, text in enumerate("ab"))
    assert read({"choices": [b, a]}, {"choices": [b]}, {"choices": [a]}).answer == "aa"
    assert read({"choices": [b]}, {"choices": [b]}).answer == "bb"


def test_a_message_in_a_stream_is_read_and_one_beside_the_delta_said_already():
    whole = {"index": 0, "message": {"content": "hi"}}
    assert read({"choices": [whole]}).answer == "hi"
    assert read(delta(content="hi"), {"choices": [whole | {"delta": {}}]}).answer == "hi"


def call(arguments: Any = "", **fields: Any) -> dict[str, Any]:
    return {"function": {"name": fields.pop("name", None), "arguments": arguments}} | fields


def test_arguments_come_in_fragments_and_out_of_turn():
    transcript = read(
        delta(tool_calls=[call(index=1, id="b", name="g")]),
        delta(tool_calls=[call('{"a"', index=0, id="a", name="f"), call("{", index=1)]),
        delta(tool_calls=[call(": 1}", index=0), call("}", index=1)]),
    )
    assert sorted(transcript.tool_calls.items()) == [
        (0, ToolCallPart("a", "f", '{"a": 1}')),
        (1, ToolCallPart("b", "g", "{}")),
    ]


F, G = ToolCallPart("a", "f", '{"x": 1}'), ToolCallPart("b", "g", '{"y": 2}')
NAMELESS = [ToolCallPart("", "f", '{"x": 1}'), ToolCallPart("", "g", '{"y": 2}')]
f_begins, g_begins = call('{"x"', id="a", name="f"), call('{"y"', id="b", name="g")
f_ends, g_ends = call(": 1}"), call(": 2}")
f_whole, g_whole = call(F.arguments, name="f"), call(G.arguments, name="g")


NUMBERED = {
    "whole, by id": ([[f_whole | {"id": "a"}], [g_whole | {"id": "b"}]], [F, G]),
    "each at index 0 with an id": (
        [[f_whole | {"id": "a", "index": 0}], [g_whole | {"id": "b", "index": 0}]],
        [F, G],
    ),
    "each at index 0 without one": ([[f_whole | {"id": "", "index": 0}], [g_whole | {"index": 0}]], NAMELESS),
    "neither index nor id": ([[f_whole], [g_whole]], NAMELESS),
    "neither, in one delta": ([[f_whole, g_whole]], NAMELESS),
    "neither, the rest belongs to the latest": ([[f_begins], [f_ends], [g_begins], [g_ends]], [F, G]),
    "neither, the rest by place": ([[f_begins, g_begins], [f_ends, g_ends]], [F, G]),
    "the id in every piece": (
        [[f_begins], [g_begins], [g_ends | {"id": "b"}], [f_ends | {"id": "a"}]],
        [F, G],
    ),
    "id and name in every piece": (
        [[f_begins | {"index": 0}], [call(": 1}", index=0, id="a", name="f")], [call(index=0, id="a", name="f")]],
        [F],
    ),
    "the name in every piece": (
        [[call('{"x"', index=0, name="f")], [call(": 1}", index=0, name="f")]],
        NAMELESS[:1],
    ),
    "the name in pieces": (
        [[call(index=0, name="get_")], [call(index=0, name="time")], [call("{}", index=0)]],
        [ToolCallPart("", "get_time", "{}")],
    ),
    "numbered from 1": ([[f_begins | {"index": 1}], [f_ends | {"index": 1}]], [F]),
    "no arguments": ([[call({}, index=0, id="a", name="f")]], [ToolCallPart("a", "f", "{}")]),
    "the same function twice": (
        [[f_whole | {"id": "a", "index": 0}], [f_whole | {"id": "b", "index": 0}]],
        [F, ToolCallPart("b", "f", F.arguments)],
    ),
}


@pytest.mark.parametrize("deltas, calls", NUMBERED.values(), ids=NUMBERED)
def test_calls_are_told_apart_however_the_server_numbers_them(deltas: list[Any], calls: list[ToolCallPart]):
    transcript = read(*(delta(tool_calls=pieces) for pieces in deltas))
    assert [call for _, call in sorted(transcript.tool_calls.items())] == calls


def test_the_older_function_call_is_a_call():
    transcript = read(
        delta(function_call={"name": "f", "arguments": ""}), delta(function_call={"arguments": F.arguments})
    )
    assert list(transcript.tool_calls.values()) == NAMELESS[:1]
