"""The Responses format: golden bodies of requests, and the events for each piece of a reply."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.api.wires.responses import WIRE
from components.core.errors import ApiStatusError
from components.core.events import Finished, RawEvent, Started, StreamEvent, ThinkingDelta, UsageReported
from components.core.parts import Message, TextPart, ThinkingPart, ToolCallPart
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


def test_a_question_alone():
    assert body_of(user("Hi")) == {
        "model": "kimi-k2-6",
        "input": [{"role": "user", "content": "Hi"}],
        "stream": True,
    }


def test_the_system_prompt_is_the_instructions_and_stop_alone_does_not_travel():
    assert body_of(user("Hi"), system="Be brief.", parameters=EVERY_PARAMETER, stream=False) == {
        "model": "kimi-k2-6",
        "instructions": "Be brief.",
        "input": [{"role": "user", "content": "Hi"}],
        "temperature": 0.2,
        "top_p": 0.5,
        "max_output_tokens": 99,
        "enable_thinking": True,
        "thinking_budget": 4000,
        "reasoning_effort": "max",
        "web_search_linkup": True,
        "disable_formatting": False,
        "stream": False,
    }


def test_pictures_travel_as_plain_urls_and_frames_behind_their_time():
    (message,) = body_of(user(PICTURE, FRAMES[1], "What is it?"))["input"]
    assert message == {
        "role": "user",
        "content": [
            {"type": "input_image", "image_url": "data:image/png;base64,iVBORy1ieXRlcw==", "detail": "auto"},
            {"type": "input_text", "text": "[00:12.4] frame of clip.mp4"},
            {"type": "input_image", "image_url": "data:image/jpeg;base64,ZnJhbWUx", "detail": "auto"},
            {"type": "input_text", "text": "What is it?"},
        ],
    }


def reasoning_item(text: str, position: int) -> dict[str, Any]:
    return {
        "type": "reasoning",
        "id": f"rs_{position}",
        "summary": [{"type": "summary_text", "text": text}],
        "content": [{"type": "reasoning_text", "text": text}],
    }


def message_item(text: str, position: int) -> dict[str, Any]:
    return {
        "type": "message",
        "id": f"msg_{position}",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": text, "annotations": []}],
    }


def test_an_earlier_answer_goes_back_with_its_thinking():
    answer = Message("assistant", (ThinkingPart("hm"), TextPart("4")))
    assert body_of(user("2+2?"), answer, user("Sure?"))["input"] == [
        {"role": "user", "content": "2+2?"},
        reasoning_item("hm", 1),
        message_item("4", 2),
        {"role": "user", "content": "Sure?"},
    ]


def test_a_tool_turn_goes_back_with_its_thinking_its_calls_and_their_results():
    body = body_of(user("Weather?"), TOOL_TURN, RESULTS, tools=(TOOL,))
    assert body["input"][1:] == [
        reasoning_item(THINKING, 1),
        message_item("Looking.", 2),
        {
            "type": "function_call",
            "call_id": "functions.weather:0",
            "name": "weather",
            "arguments": '{"city": "Paris"}',
        },
        {"type": "function_call", "call_id": "b", "name": "clock", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "functions.weather:0", "output": "sunny"},
        {"type": "function_call_output", "call_id": "b", "output": "12:00"},
    ]
    assert body["tools"] == [
        {
            "type": "function",
            "name": "weather",
            "description": "Tells it.",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
            "strict": False,
        }
    ]


def test_arguments_go_back_verbatim_even_when_malformed_and_thinking_is_never_missing():
    turn = Message("assistant", (ToolCallPart("a", "f", '{"city": "Par'),))
    assert body_of(user("Hi"), turn)["input"][1:] == [
        reasoning_item("", 1),
        {"type": "function_call", "call_id": "a", "name": "f", "arguments": '{"city": "Par'},
    ]


# The reply.


def event(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}", **fields}


def answer(text: str) -> dict[str, Any]:
    return {"type": "message", "id": "msg", "content": [{"type": "output_text", "text": text}]}


def thought(summary: str = "", content: str = "") -> dict[str, Any]:
    return {
        "type": "reasoning",
        "id": "rs",
        "summary": [{"type": "summary_text", "text": summary}] if summary else [],
        "content": [{"type": "reasoning_text", "text": content}] if content else [],
    }


def called(call_id: str = "call_a", id: str = "fc_a", arguments: Any = "", name: str = "f") -> dict[str, Any]:
    return {"type": "function_call", "id": id, "call_id": call_id, "name": name, "arguments": arguments}


def last(*output: Any, kind: str = "completed", **fields: Any) -> dict[str, Any]:
    return event(kind, response={"id": "r", "model": "k", "output": list(output), **fields})


DELTAS = [event("output_text.delta", item_id="msg", delta=text) for text in ("s", "o")]
THOUGHTS = [event("reasoning_text.delta", item_id="rs", delta=text) for text in ("h", "m")]
SUMMARIES = [event("reasoning_summary_text.delta", item_id="rs", summary_index=0, delta=text) for text in ("h", "m")]
BEGUN = [event("output_item.added", item={"type": "reasoning", "id": "rs"})]
DONE = [event("output_item.done", item=thought(content="hm")), event("output_item.done", item=answer("so"))]


@pytest.mark.parametrize(
    "events",
    {
        "pieces only": [*THOUGHTS, *DELTAS, last()],
        "summary family": [*SUMMARIES, *DELTAS, last(thought(summary="hm"), answer("so"))],
        "both families, the same": [*SUMMARIES, *THOUGHTS, *DELTAS, last(thought("hm", "hm"), answer("so"))],
        "both families, a summary first": [
            *SUMMARIES,
            *DELTAS,
            last(thought("hm", "hm, at length"), answer("so")),
        ],
        "everything four times": [
            *BEGUN,
            *THOUGHTS,
            event("reasoning_text.done", item_id="rs", text="hm"),
            *DELTAS,
            event("output_text.done", item_id="msg", text="so"),
            event("content_part.done", item_id="msg", part={"type": "output_text", "text": "so"}),
            *DONE,
            last(thought(content="hm"), answer("so")),
        ],
        "its own end only": [event("reasoning_text.done", text="hm"), event("output_text.done", text="so"), last()],
        "its item's end only": [*DONE, last()],
        "the reply's end only": [last(thought(content="hm"), answer("so"))],
        "half in pieces": [THOUGHTS[0], DELTAS[0], last(thought(content="hm"), answer("so"))],
        "items end late": [*BEGUN, *THOUGHTS, *DELTAS, *DONE, last(thought(content="hm"), answer("so"))],
        "ids that change": [
            event("output_text.delta", item_id="x", output_index=1, delta="so"),
            event("output_item.done", output_index=1, item=answer("so")),
            *THOUGHTS,
            last(thought(content="hm"), answer("so") | {"id": "y"}),
        ],
        "no ids": [
            event("reasoning_text.delta", delta="hm"),
            event("output_text.delta", delta="so"),
            event("output_text.done", text="so"),
            last({"type": "message", "content": "so"}),
        ],
        "tags": [
            event("output_text.delta", delta="<think>hm</think>\n\nso"),
            last(answer("<think>hm</think>\n\nso")),
        ],
        "a router's words": [
            event("reasoning.delta", delta="hm"),
            event("reasoning.done", text="hm"),
            event("output_text.delta", delta="so"),
            event("done", response={"model": "k", "status": "completed"}),
        ],
        "parts": [
            *THOUGHTS,
            event("output_text.delta", item_id="msg", content_index=0, delta="s"),
            event("output_text.done", item_id="msg", content_index=0, text="s"),
            event("refusal.delta", item_id="msg", content_index=1, delta="o"),
            event("refusal.done", item_id="msg", content_index=1, refusal="o"),
            last({"type": "message", "content": [{"type": "output_text", "text": "s"}, {"refusal": "o"}]}),
        ],
    }.items(),
    ids=lambda case: case[0],
)
def test_a_text_is_said_once_wherever_it_stands(events: tuple[str, list[Any]]):
    transcript = read(event("created", response={"id": "r"}), event("in_progress", response={"id": "r"}), *events[1])
    assert (transcript.thinking, transcript.answer, transcript.finish_reason) == ("hm", "so", "stop")
    assert (transcript.id, transcript.model) == ("r", "k")
    assert not transcript.unknown


ADDED = event("output_item.added", output_index=0, item=called())
PIECES = [event("function_call_arguments.delta", item_id="fc_a", delta=text) for text in ('{"x"', ": 1}")]
WHOLE = '{"x": 1}'


@pytest.mark.parametrize(
    "events",
    {
        "pieces": [ADDED, *PIECES, last(called(arguments=WHOLE))],
        "done": [ADDED, event("function_call_arguments.done", item_id="fc_a", arguments=WHOLE), last()],
        "item": [ADDED, event("output_item.done", item=called(arguments=WHOLE)), last()],
        "item alone": [event("output_item.done", item=called(arguments=WHOLE)), last(called(arguments=WHOLE))],
        "last": [last(called(arguments=WHOLE))],
        "all": [
            ADDED,
            *PIECES,
            event("function_call_arguments.done", item_id="fc_a", arguments=WHOLE),
            event("output_item.done", item=called(arguments=WHOLE)),
            last(called(arguments=WHOLE)),
        ],
        "by place": [ADDED, event("function_call_arguments.delta", output_index=0, delta=WHOLE), last()],
        "other ids at the end": [ADDED, *PIECES, last(called("call_a", "fc_z", WHOLE))],
        "no ids": [
            event("output_item.added", item={"type": "function_call", "name": "f"}),
            event("function_call_arguments.delta", delta=WHOLE),
            last(called(arguments=WHOLE)),
        ],
        "as an object": [last(called(arguments={"x": 1}))],
    }.items(),
    ids=lambda case: case[0],
)
def test_a_call_is_said_once_and_keeps_its_call_id(events: tuple[str, list[Any]]):
    transcript = read(*events[1])
    assert list(transcript.tool_calls.values()) == [ToolCallPart("call_a", "f", WHOLE)]
    assert transcript.finish_reason == "tool_calls"


@pytest.mark.parametrize("place", [0, None])
def test_parallel_calls_are_told_apart_even_at_the_same_place(place: int | None):
    at = {} if place is None else {"output_index": place}
    transcript = read(
        event("output_item.added", item=called(), **at),
        event("output_item.added", item=called("call_b", "fc_b", name="g"), **at),
        event("function_call_arguments.delta", item_id="fc_b", delta="{}", **at),
        *PIECES,
        last(called(arguments=WHOLE), called("call_b", "fc_b", "{}", "g")),
    )
    assert list(transcript.tool_calls.values()) == [
        ToolCallPart("call_a", "f", WHOLE),
        ToolCallPart("call_b", "g", "{}"),
    ]


INCOMPLETE = {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}


@pytest.mark.parametrize(
    "end, reason",
    [
        (last(), "stop"),
        (last(called()), "tool_calls"),
        (last(kind="incomplete", **INCOMPLETE), "length"),
        (last(**INCOMPLETE), "length"),
        (last(kind="incomplete", incomplete_details={"reason": "content_filter"}), "content_filter"),
        (last(kind="incomplete", incomplete_details={"reason": "tired"}), "tired"),
        (last(kind="incomplete", incomplete_details=None), "incomplete"),
        (last(kind="cancelled"), "cancelled"),
        (event("completed"), "stop"),
        ("[DONE]", None),
    ],
)
def test_the_reason_in_our_words(end: Any, reason: str | None):
    assert read(*DELTAS, end).finish_reason == reason


@pytest.mark.parametrize("kind", ["completed", "incomplete"])
def test_usage_comes_with_the_end(kind: str):
    usage = {
        "input_tokens": 9,
        "input_tokens_details": {"cached_tokens": 4},
        "output_tokens": 5,
        "output_tokens_details": {"reasoning_tokens": 3},
        "total_tokens": 14,
    }
    assert read(last(kind=kind, usage=usage), "[DONE]").usage == Usage(9, 4, 5, 3, 14)
    assert read(last(kind=kind, usage=None)).usage is None


def test_without_its_last_event_a_reply_is_cut():
    assert read(*DELTAS, *DONE).finish_reason is None


def test_what_looked_like_a_tag_comes_out_before_the_finish():
    events = events_of(event("output_text.delta", delta="<think>a</th"), last())
    assert [one for one in events if not isinstance(one, Started)] == [
        ThinkingDelta("a"),
        ThinkingDelta("</th"),
        Finished("stop"),
    ]


def test_a_failed_reply_is_an_error_that_keeps_what_it_cost():
    decoder = WIRE.decoder()
    failed = last(
        kind="failed",
        error={"code": "rate_limit_exceeded", "message": "Slow down."},
        usage={"input_tokens": 9, "output_tokens": 0},
    )
    with pytest.raises(ApiStatusError, match=r"Too many requests .* It said: Slow down\.") as caught:
        decoder.feed("response.failed", json.dumps(failed))
    assert caught.value.code == "rate_limit_exceeded"
    assert UsageReported(Usage(9, None, 0)) in decoder.close()


@pytest.mark.parametrize(
    "error",
    [
        {"type": "error", "code": "server_error", "message": "No.", "param": None, "sequence_number": 3},
        {"type": "error", "error": {"type": "server_error", "message": "No."}},
        {"error": {"code": "server_error", "message": "No."}},
    ],
)
def test_an_error_event_is_an_error(error: dict[str, Any]):
    with pytest.raises(ApiStatusError, match=r"failed on its side.*It said: No\.") as caught:
        read(*DELTAS, error)
    assert caught.value.code == "server_error"


def test_the_type_of_an_error_event_is_no_code():
    with pytest.raises(ApiStatusError) as caught:
        read({"type": "error", "code": None, "message": "No."})
    assert caught.value.code is None


@pytest.mark.parametrize(
    "odd",
    [
        event("never_heard_of_it"),
        event("output_text.delta", delta=["s"]),
        event("output_text.annotation.added", annotation={}),
        event("output_item.done", item={"type": "web_search_call"}),
        {"no": "type"},
        [],
        "not JSON",
    ],
)
def test_what_no_rule_knows_is_kept_as_it_came(odd: Any):
    data = odd if isinstance(odd, str) else json.dumps(odd)
    assert events_of(odd) == [RawEvent("message", data)]


def test_the_name_of_an_event_counts_where_its_data_has_no_type():
    decoder = WIRE.decoder()
    (delta,) = decoder.feed("response.reasoning_text.delta", '{"delta": "hm"}')
    assert delta == ThinkingDelta("hm")


def test_a_whole_reply_says_the_same():
    body = {
        "id": "r",
        "model": "k",
        "status": "completed",
        "output": [thought("hm"), {"type": "web_search_call"}, answer("so"), called(arguments="{}")],
        "usage": {"input_tokens": 3},
    }
    transcript = folded(WIRE.decoder().feed_body(body))
    assert transcript.message().parts == (ThinkingPart("hm"), TextPart("so"), ToolCallPart("call_a", "f", "{}"))
    assert (transcript.finish_reason, transcript.usage) == ("tool_calls", Usage(3))
    assert [raw.name for raw in transcript.unknown] == ["web_search_call"]
    assert folded(WIRE.decoder().feed_body(body | {"status": "in_progress"})).finish_reason is None
