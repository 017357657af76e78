"""Streams split at every byte, in every form that the standard allows, and replies of other kinds."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.api.connection import Connection
from components.api.exchange import ClientEvent, Received
from components.api.reply import read_reply
from components.api.wires.wire import Wire
from components.core.errors import ApiStatusError, WireError
from components.core.events import AnswerDelta
from tests.api.outcome import (
    CHAT,
    DONE,
    EXPECTED,
    FINISH,
    KEY,
    RECORDED,
    chat_chunk,
    exchange,
    fold,
    sse,
    summary,
    wire_of,
)
from tests.raw_server import RawServer, head, reply, send

Serve = Callable[..., RawServer]

SMALL = [
    "aimock/chat_plain.sse",
    "aimock/chat_reasoning.sse",
    "aimock/chat_tools.sse",
    "llamacpp/chat_error_model.sse",
    "llamacpp/chat_plain.sse",
    "aimock/messages_reasoning.sse",
    "aimock/messages_tools.sse",
    "llamacpp/messages_tools.sse",
    "aimock/responses_plain.sse",
    "llamacpp/responses_tools.sse",
]
# Of each wire one, for what costs the square of its length; the others come byte by byte, every cut at once.
SMALLEST = ["aimock/chat_reasoning.sse", "aimock/messages_reasoning.sse", "aimock/responses_plain.sse"]
# Text that a reader of lines, of bytes or of characters would cut in two.
NASTY = "日本語 🦜 a\u2028b\u2029c\u0085d\x0be\x1cf “q” \r\n data: x"
WRITTEN = (
    b": hello\n\nevent: message\nid: 1\nretry: 10\n"
    + chat_chunk(reasoning_content=NASTY)
    + b": keep-alive\n\n"
    + chat_chunk(content=NASTY)
    + b":\n\n"
    + FINISH
    + DONE
)


class Pieces(httpx.AsyncByteStream):
    def __init__(self, pieces: Sequence[bytes]) -> None:
        self.pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece


async def read(pieces: Sequence[bytes], content_type: str = "text/event-stream", wire: Wire = CHAT) -> list[Received]:
    client_events: list[ClientEvent] = []
    response = httpx.Response(200, headers={"content-type": content_type}, stream=Pieces(pieces))
    await read_reply(wire, response, Connection("http://test/v1", KEY), client_events.append)
    return [client_event for client_event in client_events if isinstance(client_event, Received)]


@pytest.mark.parametrize(
    "content, wire",
    [(WRITTEN, CHAT)]
    + [pytest.param((RECORDED / name).read_bytes(), wire_of(name), marks=pytest.mark.nightly) for name in SMALLEST],
    ids=["nasty", *SMALLEST],
)
def test_a_stream_cut_at_any_byte_says_the_same(content: bytes, wire: Wire):
    async def check() -> None:
        whole = await read([content], wire=wire)
        assert fold(whole).finish_reason is not None
        for position in range(1, len(content)):
            assert await read([content[:position], content[position:]], wire=wire) == whole, position

    asyncio.run(check())


@pytest.mark.parametrize("name", SMALL)
def test_a_stream_that_ends_early_says_the_beginning(name: str):
    content, expected = (RECORDED / name).read_bytes(), EXPECTED[name]

    async def check() -> None:
        # An event that is not whole says nothing, so between two ends of events one place stands for all.
        ends = [match.end() for match in re.finditer(rb"\n\n", content)]
        for position in sorted({0, *ends, *(end - 3 for end in ends), len(content) - 1}):
            result = summary(fold(await read([content[:position]], wire=wire_of(name))))
            assert expected["thinking"].startswith(result["thinking"])
            assert expected["answer"].startswith(result["answer"])
            for begun, call in zip(result["tool_calls"], expected["tool_calls"], strict=False):
                assert call["arguments"].startswith(begun["arguments"])
            assert result["finish_reason"] in (None, expected["finish_reason"])

    asyncio.run(check())


@pytest.mark.parametrize(
    "name",
    [
        *SMALL,
        "llamacpp/chat_reasoning.sse",
        "llamacpp/chat_tools.sse",
        "llamacpp/chat_cancel.sse",
        "llamacpp/messages_reasoning.sse",
        "llamacpp/responses_reasoning.sse",
    ],
)
def test_a_stream_that_comes_byte_by_byte_says_the_same(name: str):
    content, wire = (RECORDED / name).read_bytes(), wire_of(name)
    whole = asyncio.run(read([content], wire=wire))
    assert asyncio.run(read([content[i : i + 1] for i in range(len(content))], wire=wire)) == whole


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("line_end", [b"\r\n", b"\r"])
def test_line_ends_may_be_spelled_in_all_three_ways(name: str, line_end: bytes):
    content = (RECORDED / name).read_bytes()
    spelled = content.replace(b"\n", line_end)
    expected = summary(fold(asyncio.run(read([content], wire=wire_of(name)))))

    async def check() -> None:
        for position in range(1, len(spelled), 41):
            pieces = [spelled[:position], spelled[position:]]
            assert summary(fold(await read(pieces, wire=wire_of(name)))) == expected

    asyncio.run(check())


@given(st.text(), st.lists(st.integers(0, 4000), max_size=12))
def test_any_text_arrives_as_it_was_sent(text: str, cuts: list[int]):
    text = text.encode("utf-8", "replace").decode()
    content = chat_chunk(reasoning_content=text) + chat_chunk(content=text) + FINISH + DONE
    edges = sorted({0, *(cut % len(content) for cut in cuts), len(content)})
    pieces = [content[a:b] for a, b in zip(edges, edges[1:], strict=False)]
    transcript = fold(asyncio.run(read(pieces)))
    assert transcript.thinking == transcript.answer == text


@pytest.mark.parametrize(
    "content_type",
    ["text/event-stream; charset=utf-8", "Text/Event-Stream;charset=iso-8859-1", "text/event-stream; charset=nonsense"],
)
def test_event_streams_are_utf_8_whatever_their_header_says(content_type: str):
    transcript = fold(asyncio.run(read([WRITTEN], content_type)))
    assert transcript.thinking == transcript.answer == NASTY


def test_a_byte_order_mark_does_not_swallow_the_first_event():
    assert fold(asyncio.run(read([b"\xef\xbb\xbf" + chat_chunk(content="first") + FINISH]))).answer == "first"


@pytest.mark.parametrize("content_type", ["", "text/plain; charset=utf-8", "application/octet-stream"])
@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b": hello\n\n", b"\n"])
def test_events_are_read_under_another_content_type(content_type: str, before: bytes):
    content = before + chat_chunk(content="é") + FINISH + DONE
    transcript = fold(asyncio.run(read([content[:20], content[20:]], content_type)))
    assert (transcript.answer, transcript.finish_reason) == ("é", "stop")


def test_packed_events_under_another_content_type_are_unpacked_once(serve: Serve):
    content = gzip.compress(chat_chunk(content="x") + FINISH + DONE)
    outcome = exchange(serve([send(head(headers={"content-encoding": "gzip"}) + content)]).url)
    assert (outcome.transcript.answer, outcome.error) == ("x", None)


@pytest.mark.parametrize("begin", [b"\xef\xbb\xbf", b" \n\n"])
def test_a_whole_reply_may_begin_with_a_byte_order_mark_or_blank_lines_and_a_2xx(serve: Serve, begin: bytes):
    body = begin + b'{"choices": [{"message": {"content": "x"}, "finish_reason": "stop"}]}'
    outcome = exchange(serve([send(reply(body, "201 Created"))]).url, streamed=False)
    assert (outcome.transcript.answer, outcome.error) == ("x", None)


@pytest.mark.parametrize("streamed", [True, False])
def test_an_error_inside_a_choice_is_an_error_that_keeps_the_text_beside_it(serve: Serve, streamed: bool):
    choice = {"error": {"code": 502, "message": "Gone."}, "finish_reason": "error"}
    choice["delta" if streamed else "message"] = {"content": "half"}
    sent = sse({"choices": [choice]})
    kind = "text/event-stream" if streamed else "application/json"
    outcome = exchange(serve([send(reply(sent if streamed else sent[6:], content_type=kind))]).url, streamed=streamed)
    error = outcome.failure()
    assert isinstance(error, ApiStatusError) and error.status == 502 and str(error).endswith("It said: Gone.")
    assert outcome.transcript.answer == "half" and not outcome.retries


def test_broken_utf_8_is_shown_as_such_and_the_stream_goes_on():
    content = b'data: {"choices":[{"delta":{"content":"a\xffb"}}]}\n\n' + chat_chunk(content="c") + FINISH
    assert fold(asyncio.run(read([content]))).answer == "a�bc"


def test_comments_and_lone_ids_are_no_events():
    received = asyncio.run(read([b"id: 7\n\n: still here\n\n:\n\nevent: ping\n\n" + chat_chunk(content="x")]))
    assert [one.events for one in received] == [[AnswerDelta("x")]]


def test_nothing_is_read_after_the_end_mark():
    received = asyncio.run(read([chat_chunk(content="a"), FINISH, DONE, chat_chunk(content="b")]))
    assert fold(received).answer == "a"


STRANGE = [
    "[]", "null", "1", '"text"', "{", "not json", "[" * 100_000, '{"a":' * 50_000,
    '{"choices": {"0": {}}}', '{"choices": [[]]}', '{"choices": ["text"]}', '{"choices": [null]}', '{"choices": null}',
    '{"choices": [{"delta": []}]}', '{"choices": [{"delta": ["x"]}]}', '{"choices": [{"delta": "x"}]}',
    '{"choices": [{"delta": {"content": {"a": 1}}}]}', '{"choices": [{"delta": {"content": 5}}]}',
    '{"choices": [{"delta": {"content": [1, null, {"text": 3}]}}]}',
    '{"choices": [{"delta": {"tool_calls": "call"}}]}', '{"choices": [{"delta": {"tool_calls": ["call"]}}]}',
    '{"choices": [{"delta": {"tool_calls": [{"function": "f"}]}}]}',
    '{"choices": [{"delta": {"tool_calls": [{"index": "a", "id": 5, "function": {"name": [], "arguments": 3}}]}}]}',
    '{"choices": [{"delta": {"reasoning_details": [1, {"text": {}}]}}]}',
    '{"choices": [{"delta": {}, "finish_reason": {"a": 1}}]}',
    '{"id": {"a": 1}, "model": 5, "choices": []}',
    '{"choices": [], "usage": {"prompt_tokens": "many", "completion_tokens_details": [1]}}',
    '{"choices": [], "usage": [1]}', '{"type": "ping"}', '{"id": "x", "model": "m", "type": "moderation"}',
]  # fmt: skip


@pytest.mark.parametrize("data", STRANGE, ids=lambda data: data[:60])
def test_a_shape_that_nobody_documented_does_not_end_the_stream(data: str):
    content = chat_chunk(content="before ") + f"data: {data}\n\n".encode() + chat_chunk(content="after") + FINISH + DONE
    received = asyncio.run(read([content]))
    assert received[1].data == data
    transcript = fold(received)
    assert (transcript.answer, transcript.finish_reason) == ("before after", "stop")
    summary(transcript)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "choices",
                        "delta",
                        "message",
                        "content",
                        "tool_calls",
                        "function",
                        "usage",
                        "index",
                        "reasoning",
                        "x",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_whatever_breaks_the_reader(value: object):
    received = asyncio.run(read([sse(value) + chat_chunk(content="after")]))
    summary(fold(received))
    assert fold(received).answer.endswith("after")


@pytest.mark.parametrize(
    "data", ["not json", '{"type": "ping"}', '{"choices": [{"delta": ["x"]}]}', '{"choices": {"a": 1}}']
)
def test_what_no_rule_knows_is_kept_as_it_came(data: str):
    (received,) = asyncio.run(read([f"event: odd\ndata: {data}\n\n".encode()]))
    (unknown,) = fold([received]).unknown
    assert (unknown.name, unknown.data) == ("odd", data)


def test_text_beside_a_malformed_tool_call_is_not_lost():
    content = sse({"choices": [{"delta": {"content": "kept", "tool_calls": ["f"]}, "finish_reason": "stop"}]})
    transcript = fold(asyncio.run(read([content])))
    assert (transcript.answer, transcript.finish_reason) == ("kept", "stop")


@dataclass
class ErrorCase:
    content: bytes
    status: int | None
    code: str | None
    says: str


ERRORS_IN_STREAM = {
    "openai": ErrorCase(
        sse({"error": {"message": "Worker died.", "type": "api_error", "code": "upstream_error"}}),
        None,
        "upstream_error",
        "The provider behind the API returned an error. Try again. It said: Worker died.",
    ),
    "numeric code": ErrorCase(sse({"error": {"message": "Full.", "code": 503}}), 503, None, "offline"),
    "numeric string": ErrorCase(sse({"error": {"message": "Full.", "code": "503"}}), 503, None, "offline"),
    "anthropic": ErrorCase(
        b"event: error\n" + sse({"type": "error", "error": {"type": "overloaded_error", "message": "Busy."}}),
        None,
        "overloaded_error",
        "overloaded",
    ),
    "vllm": ErrorCase(
        sse({"object": "error", "message": "Bad.", "type": "BadRequestError", "code": 400}),
        400,
        "BadRequestError",
        "Bad.",
    ),
    "text": ErrorCase(
        sse({"error": "it broke"}), None, None, "ended the reply with an error. Try again. It said: it broke"
    ),
    "not json": ErrorCase(b"event: error\ndata: oh no\n\n", None, None, "ended the reply with an error"),
}


@pytest.mark.parametrize("case", ERRORS_IN_STREAM.values(), ids=ERRORS_IN_STREAM)
def test_an_error_inside_a_stream_is_an_error_and_the_text_before_it_is_kept(serve: Serve, case: ErrorCase):
    headers = head(headers={"content-type": "text/event-stream", "x-request-id": "req-7"})
    outcome = exchange(serve([send(headers + chat_chunk(content="so far") + case.content)]).url)
    error = outcome.failure()
    assert isinstance(error, ApiStatusError)
    assert (error.status, error.code, error.request_id) == (case.status, case.code, "req-7")
    assert case.says in str(error)
    assert outcome.transcript.answer == "so far"
    assert f"data: {outcome.received[-1].data}\n\n".encode() in case.content
    assert not outcome.retries


@dataclass
class NoReply:
    reply: bytes
    says: str
    raw: str


NO_REPLIES = {
    "a web page": NoReply(
        reply(b"<!DOCTYPE html><title>Hi</title>", content_type="text/html; charset=utf-8"), "a web page", "<!DOCTYPE"
    ),
    "a page without its type": NoReply(reply(b"\n <html>Hi", content_type=""), "a web page", "<html>"),
    "nothing": NoReply(reply(b""), "an empty reply", ""),
    "a JSON array": NoReply(reply(b"[1]"), "application/json that is not the documented JSON", "[1]"),
    "a JSON text": NoReply(reply(b'"hi"'), "application/json that is not the documented JSON", '"hi"'),
    "cut JSON": NoReply(reply(b'{"choices": [{"mess'), "application/json that is not", '{"choices"'),
    "deep JSON": NoReply(reply(b"[" * 100_000), "application/json that is not", "[["),
    "a list where an object belongs": NoReply(reply(b'{"choices": ["x"]}'), "application/json that is not", "choices"),
    "a greeting": NoReply(reply(b'{"message": "Hello"}'), "application/json that is not", "Hello"),
    "another endpoint's reply": NoReply(
        reply(b'{"id": "r", "output": [], "status": "completed"}'), "application/json that is not", "output"
    ),
    "no type": NoReply(reply(b"hello", content_type=""), "text without a content type", "hello"),
    "bytes": NoReply(
        reply(b"\xff\x00\xfe", content_type="application/octet-stream"), "application/octet-stream that is not", "\x00"
    ),
}


@pytest.mark.parametrize("streamed", [True, False], ids=["stream", "whole"])
@pytest.mark.parametrize("case", NO_REPLIES.values(), ids=NO_REPLIES)
def test_what_is_no_reply_of_the_api_is_named_and_kept(serve: Serve, case: NoReply, streamed: bool):
    outcome = exchange(serve([send(case.reply)]).url, streamed=streamed)
    error = outcome.failure()
    assert isinstance(error, WireError)
    assert str(error).startswith(f"The server answered with {case.says}")
    assert str(error).endswith(" instead of a reply of the API. Check the base URL; it should end in /v1.")
    assert case.raw in error.raw
    assert error.status == 200 and not outcome.retries


def test_a_redirect_is_not_followed_and_the_key_not_sent_on(serve: Serve):
    other = serve([send(reply(b"{}"))])
    redirect = head(
        "307 Temporary Redirect", {"location": f"{other.url}/v1/chat/completions?key={KEY}", "content-length": "0"}
    )
    outcome = exchange(serve([send(redirect)]).url)
    error = outcome.failure()
    assert isinstance(error, WireError) and error.status == 307
    assert str(error).startswith(
        f"The address redirects to '{other.url}/v1/chat/completions?key=…key…'; requests are not"
    )
    assert KEY not in str(error) + repr(error) + repr(outcome.client_events)
    assert not other.exchanges and not outcome.retries


ECHOES = {
    "error": reply(json.dumps({"error": {"code": KEY, "message": f"Bad key {KEY}"}}).encode(), "401 Unauthorized"),
    "escaped": reply(
        f'{{"error": {{"message": "Bad key {KEY}"}}}}'.encode().replace(b"-canary", rb"\u002dcanary"),
        "401 Unauthorized",
    ),
    "page": reply(f"<html>{KEY}".encode(), "401 Unauthorized", "text/html"),
    "no reply": reply(f"<html>{KEY}".encode(), content_type="text/html"),
    "headers": head("401 Unauthorized", {"x-request-id": KEY, "x-echo": f"Bearer {KEY}", "content-length": "0"}),
    "event": head(headers={"content-type": "text/event-stream"}) + chat_chunk(content=f"your key is {KEY}") + FINISH,
    "error event": head(headers={"content-type": "text/event-stream"}) + sse({"error": {"message": KEY}}),
    "no HTTP": f"{KEY} is what I was sent\r\n\r\n".encode(),
}


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
def test_a_key_that_the_server_repeats_is_blotted_out(serve: Serve, echo: bytes):
    outcome = exchange(serve([send(echo)]).url)
    result = repr(outcome)
    if error := outcome.error:
        result += f"{error}{error!r}{error.raw}{error.code}{error.request_id}"
    assert KEY not in result
    assert "canary" not in result.replace(r"\\u002dcanary", "").replace(r"\u002dcanary", "")
