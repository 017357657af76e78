"""Limits, retries and broken connections, over real sockets."""

from __future__ import annotations

import asyncio
import email.utils
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import pytest

from components.api import transport
from components.api.client import Client
from components.api.connection import Connection, Timeouts
from components.api.reply import _retry_after
from components.core.errors import ApiConnectionError, ApiError, ApiStatusError, ApiTimeoutError, WireError
from components.gateway.server import Simulator
from tests.api.outcome import CHAT, DONE, FINISH, KEY, Outcome, chat_chunk, exchange, sse
from tests.raw_server import (
    LAST_CHUNK,
    RawServer,
    Step,
    chunk,
    event_stream,
    hang_up_when_asked_again,
    head,
    never_answer,
    reply,
    reset,
    send,
    wait_for,
)

Serve = Callable[..., RawServer]

WHOLE_STREAM = event_stream() + chunk(chat_chunk(content="hello") + FINISH + DONE) + LAST_CHUNK


def refusal(status: str, headers: dict[str, str] | None = None) -> bytes:
    return head(status, {"content-length": "2", **(headers or {})}) + b"{}"


def test_the_request_is_what_the_documentation_asks_for(serve: Serve):
    server = serve([send(WHOLE_STREAM)])
    assert exchange(server.url).transcript.answer == "hello"
    sent = server.exchange()
    assert (sent.method, sent.path, sent.body) == ("POST", "/v1/chat/completions", b"{}")
    assert sent.headers["authorization"] == f"Bearer {KEY}"
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["accept"] == "text/event-stream"


def test_without_a_key_no_credential_is_sent(serve: Serve):
    server = serve([send(WHOLE_STREAM)])
    exchange(server.url, key=None)
    assert "authorization" not in server.exchange().headers


def test_cookies_are_not_kept_since_one_client_serves_everybody(serve: Serve):
    refused = refusal("503 Busy", {"set-cookie": "session=somebody; Path=/"})
    server = serve([send(refused)], [send(WHOLE_STREAM)])
    assert exchange(server.url).transcript.answer == "hello"
    assert "cookie" not in server.exchange(1).headers


# Limits. The numbers are small; those that must not be reached are large.


def test_a_server_that_accepts_and_says_nothing_is_given_up(serve: Serve):
    outcome = exchange(serve([never_answer()]).url, timeouts=Timeouts(connect=0.1, first_event=0.1))
    assert isinstance(outcome.error, ApiTimeoutError)
    assert "accepted the request and then said nothing for 0.1 s" in str(outcome.error)
    assert not outcome.retries


def test_a_server_that_sends_its_head_and_nothing_more_is_given_up(serve: Serve):
    outcome = exchange(
        serve([send(event_stream()), never_answer()]).url, timeouts=Timeouts(connect=0.1, first_event=0.1)
    )
    assert "said nothing for 0.1 s" in str(outcome.failure())
    assert outcome.responses[0].status == 200


def test_a_stream_that_falls_silent_is_given_up_with_its_text(serve: Serve):
    script = [send(event_stream() + chunk(chat_chunk(content="one"))), never_answer()]
    outcome = exchange(serve(script).url, timeouts=Timeouts(idle=0.2))
    assert isinstance(outcome.error, ApiTimeoutError)
    assert str(outcome.error).startswith("The stream fell silent: nothing came from 127.0.0.1:")
    assert "for 0.2 s" in str(outcome.error)
    assert outcome.transcript.answer == "one"


def test_keep_alive_comments_keep_a_silent_stream_alive(serve: Serve):
    tick = threading.Event()  # never set by the test: each pause lasts as long as the clock below says
    pauses = [step for _ in range(8) for step in (lambda _: tick.wait(0.2), send(chunk(b": keep-alive\n\n")))]
    script = [
        send(event_stream()),
        *pauses,
        send(chunk(chat_chunk(content="at last") + FINISH + DONE) + LAST_CHUNK),
    ]
    outcome = exchange(serve(script).url, timeouts=Timeouts(connect=5, first_event=1, idle=1))
    assert outcome.error is None
    assert outcome.transcript.answer == "at last"


def test_a_stream_that_never_ends_is_ended_by_the_total_limit(serve: Serve):
    tick = threading.Event()
    script = [
        send(event_stream()),
        *(step for _ in range(100) for step in (send(chunk(chat_chunk(content="x"))), lambda _: tick.wait(0.02))),
    ]
    outcome = exchange(serve(script).url, timeouts=Timeouts(total=0.3))
    assert isinstance(outcome.error, ApiTimeoutError)
    assert str(outcome.error) == "The reply was not complete after 0.3 s, the longest a request may take."
    assert outcome.transcript.answer.startswith("xx")


def test_the_total_limit_counts_the_waits_for_retries_too(serve: Serve):
    outcome = exchange(serve([send(refusal("503 Busy", {"retry-after": "30"}))]).url, timeouts=Timeouts(total=0.2))
    assert isinstance(outcome.error, ApiTimeoutError)
    assert outcome.retries[0].wait_s == 30


def test_a_reply_in_one_piece_has_the_total_limit_only(serve: Serve):
    tick = threading.Event()
    body = b'{"choices": [{"message": {"content": "slow"}, "finish_reason": "stop"}]}'
    server = serve([lambda _: tick.wait(0.4), send(reply(body))])
    outcome = exchange(server.url, streamed=False, timeouts=Timeouts(connect=0.1, first_event=0.1, idle=0.1, total=5))
    assert outcome.transcript.answer == "slow"
    assert server.exchange().headers["accept"] == "application/json"


def test_a_connection_that_is_not_made_in_time_is_given_up():
    # Nobody accepts, and once the queue of one is full, the system answers no further connection.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf, ExitStack() as waiting:
        address = deaf.getsockname()
        for _ in range(2):
            queued = waiting.enter_context(socket.socket())
            queued.setblocking(False)
            queued.connect_ex(address)
        outcome = exchange(f"http://127.0.0.1:{address[1]}", timeouts=Timeouts(connect=0.1))
    assert type(outcome.error) is ApiConnectionError
    assert str(outcome.error) == (
        f"No connection to 127.0.0.1:{address[1]} within 0.1 s. Check the address and the network."
    )


# Broken connections.


@pytest.mark.parametrize("end", [reset(), lambda exchange: None], ids=["reset", "cut"])
def test_a_connection_that_breaks_in_mid_stream_keeps_its_text_and_is_not_retried(serve: Serve, end: object):
    go_on = threading.Event()
    server = serve(
        [send(event_stream() + chunk(chat_chunk(content="one"))), wait_for(go_on), end], [send(WHOLE_STREAM)]
    )
    outcome = exchange(server.url, on_received=go_on.set)
    assert type(outcome.error) is ApiConnectionError
    assert str(outcome.error).startswith("The connection to 127.0.0.1:") and str(outcome.error).endswith(
        "broke off. Try again."
    )
    assert outcome.transcript.answer == "one"
    assert not outcome.retries and len(server.exchanges) == 1


@pytest.mark.parametrize(
    "content, answer, finish",
    [
        (chat_chunk(content="half"), "half", None),
        (chat_chunk(content="half") + DONE, "half", None),
        (DONE, "", None),
        (b"", "", None),
        (chat_chunk(content="whole") + FINISH, "whole", "stop"),
        (chat_chunk(content="half") + FINISH[:-1], "half", None),
    ],
    ids=["no finish", "end mark alone", "end mark only", "nothing", "no end mark", "cut in the last event"],
)
def test_a_stream_that_ends_early_but_cleanly_is_no_error(
    serve: Serve, content: bytes, answer: str, finish: str | None
):
    outcome = exchange(serve([send(head(headers={"content-type": "text/event-stream"}) + content)]).url)
    assert outcome.error is None
    assert (outcome.transcript.answer, outcome.transcript.finish_reason) == (answer, finish)


def test_a_connection_left_open_after_the_end_mark_does_not_hold_the_run_up(serve: Serve):
    server = serve([send(event_stream() + chunk(chat_chunk(content="all") + FINISH + DONE)), never_answer()])
    assert exchange(server.url).error is None
    assert server.exchange().peer_closed.wait(30)


# Retries.


@pytest.mark.parametrize("status", ["429 Too Many Requests", "502 Bad Gateway", "503 Service Unavailable"])
def test_a_passing_failure_is_retried_and_the_retry_is_told(serve: Serve, status: str):
    server = serve([send(refusal(status))], [send(WHOLE_STREAM)])
    outcome = exchange(server.url)
    assert outcome.error is None
    assert outcome.transcript.answer == "hello"
    (retry,) = outcome.retries
    assert (retry.attempt, retry.of) == (1, 3)
    assert retry.reason
    assert server.exchange(0).body == server.exchange(1).body


@pytest.mark.parametrize("script", [[], [reset()]], ids=["close", "reset"])
def test_a_connection_that_breaks_before_the_first_event_is_retried(serve: Serve, script: list[object]):
    outcome = exchange(serve(script, [send(WHOLE_STREAM)]).url)
    assert outcome.transcript.answer == "hello"
    assert len(outcome.retries) == 1


def test_a_head_without_events_is_no_first_event(serve: Serve):
    outcome = exchange(serve([send(event_stream() + chunk(b": hello\n\n"))], [send(WHOLE_STREAM)]).url)
    assert outcome.transcript.answer == "hello"
    assert len(outcome.retries) == 1


def test_after_three_retries_the_last_answer_is_shown(serve: Serve):
    server = serve([send(refusal("503 Busy"))])
    outcome = exchange(server.url)
    assert outcome.failure().status == 503
    assert [retry.attempt for retry in outcome.retries] == [1, 2, 3]
    assert len(server.exchanges) == 4


def test_no_server_is_asked_four_times_and_then_named():
    outcome = exchange("http://127.0.0.1:1")
    assert str(outcome.error) == "No server answers at 127.0.0.1:1. Check the address and that it is running."
    assert len(outcome.retries) == 3


@pytest.mark.parametrize(
    "status", ["400 Bad", "401 No", "402 Pay", "403 No", "404 No", "413 Big", "500 Oops", "504 Late"]
)
def test_what_would_fail_again_is_not_retried(serve: Serve, status: str):
    server = serve([send(refusal(status))])
    outcome = exchange(server.url)
    assert isinstance(outcome.error, ApiStatusError)
    assert not outcome.retries and len(server.exchanges) == 1


def test_waits_double_and_vary(serve: Serve):
    server = serve([send(refusal("503 Busy"))])
    waits = [[retry.wait_s for retry in exchange(server.url).retries] for _ in range(3)]
    for one in waits:
        for wait_s, middle_s in zip(one, (0.001, 0.002, 0.004), strict=True):
            assert 0.75 * middle_s <= wait_s <= 1.25 * middle_s
    assert waits[0] != waits[1]


@pytest.mark.parametrize("named", ["0", "0.0", "Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 07:28:00 -0000"])
def test_the_wait_that_the_server_names_is_honoured(serve: Serve, named: str):
    outcome = exchange(serve([send(refusal("429 Slow", {"retry-after": named}))], [send(WHOLE_STREAM)]).url)
    assert outcome.retries[0].wait_s == 0
    assert outcome.transcript.answer == "hello"


@pytest.mark.parametrize("named", ["61", "3600", "9" * 400, "in an hour"])
def test_a_wait_of_more_than_a_minute_is_not_waited_for(serve: Serve, named: str):
    if named == "in an hour":
        named = email.utils.formatdate(time.time() + 3600, usegmt=True)
    server = serve([send(refusal("429 Slow", {"retry-after": named}))])
    outcome = exchange(server.url)
    error = outcome.failure()
    assert error.status == 429 and error.retry_after_s is not None and error.retry_after_s > 60
    assert not outcome.retries and len(server.exchanges) == 1


@pytest.mark.parametrize(
    "named, expected",
    [
        ("7", 7.0),
        ("1.5", 1.5),
        *(
            (odd, None)
            for odd in ("", "soon", "-1", "²", "1e3", "nan", "inf", "1.2.3", "Mon, 99 Foo 9999 99:99:99 GMT")
        ),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_anything_else_is_none(named: str, expected: float | None):
    response = httpx.Response(429, headers=[(b"retry-after", named.encode("latin-1"))])
    found = _retry_after(response)
    assert found == expected


def test_retry_after_as_a_date_is_a_wait_from_now():
    response = httpx.Response(429, headers={"retry-after": email.utils.formatdate(time.time() + 30, usegmt=True)})
    assert _retry_after(response) == pytest.approx(30, abs=5)


def test_jitter_and_first_wait_have_sensible_defaults():
    client = Client()
    waits = [client._wait_before_retry(ApiConnectionError("x"), attempt) for attempt in range(4)]
    assert [wait is None for wait in waits] == [False, False, False, True]
    assert 0.375 <= (waits[0] or 0) <= 0.625


# Connections that are kept for reuse.

KEPT_OPEN = event_stream(kept_open=True) + chunk(chat_chunk(content="hello") + FINISH + DONE) + LAST_CHUNK


def ask_in_turn(url: str, times: int, *, batch: bool, content: bytes = b"{}") -> list[Outcome]:
    """The outcomes of consecutive requests of one client."""

    async def run() -> list[Outcome]:
        client = Client(first_wait_s=0.001)
        outcomes = []
        for _ in range(times):
            outcome = Outcome()
            try:
                await client.exchange(
                    CHAT, content, Connection(f"{url}/v1"), outcome.client_events.append, streamed=True, batch=batch
                )
            except ApiError as error:
                outcome.error = error
            outcomes.append(outcome)
        await client.aclose()
        return outcomes

    return asyncio.run(run())


@pytest.mark.parametrize("batch", [False, True], ids=["watched", "batch"])
@pytest.mark.parametrize("end", [[], [reset()]], ids=["close", "reset"])
@pytest.mark.parametrize("size", [2, 2_000_000])
def test_a_kept_connection_that_the_server_has_closed_is_replaced_at_no_cost(
    serve: Serve, end: list[Step], batch: bool, size: int
):
    server = serve([send(KEPT_OPEN), hang_up_when_asked_again(), *end], [send(KEPT_OPEN), never_answer()])
    outcomes = ask_in_turn(server.url, 2, batch=batch, content=b"x" * size)
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert [outcome.transcript.answer for outcome in outcomes] == ["hello", "hello"]
    assert not outcomes[1].retries
    assert server.exchange(0).asked_again.is_set()  # it was indeed tried over the kept connection first
    assert len(server.exchange(1).body) == size


def test_a_fresh_connection_that_breaks_is_a_failure_even_after_a_kept_one_did(serve: Serve):
    server = serve([send(KEPT_OPEN), hang_up_when_asked_again()], [])
    first, second = ask_in_turn(server.url, 2, batch=True)
    assert first.error is None
    error = second.failure()
    assert type(error) is ApiConnectionError and error.sent
    assert len(server.exchanges) == 2


def test_a_kept_connection_that_breaks_long_after_the_request_had_it(serve: Serve, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(transport, "_CLOSE_NOTICE_S", 0.0)
    server = serve([send(KEPT_OPEN), hang_up_when_asked_again()], [send(KEPT_OPEN)])
    _, second = ask_in_turn(server.url, 2, batch=True)
    assert second.failure().sent and len(server.exchanges) == 1


# What may be billed.


def test_what_certainly_was_not_sent_says_so(serve: Serve):
    nobody = exchange("http://127.0.0.1:1")
    assert not nobody.failure().sent
    assert [retry.may_be_billed for retry in nobody.retries] == [False, False, False]
    assert not exchange("http://..").failure().sent
    assert not exchange(serve([send(WHOLE_STREAM)]).url, key="sk-with space").failure().sent


def test_what_broke_off_after_it_was_sent_says_so(serve: Serve):
    outcome = exchange(serve([], [send(refusal("503 Busy"))], []).url)
    assert outcome.failure().sent
    assert [retry.may_be_billed for retry in outcome.retries] == [True, False, True]


def test_a_body_that_broke_off_half_way_was_not_sent():
    def break_off() -> None:
        for _ in range(4):
            connection, _ = half_deaf.accept()
            connection.recv(1000)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()

    with socket.create_server(("127.0.0.1", 0)) as half_deaf:
        thread = threading.Thread(target=break_off)
        thread.start()
        outcome = exchange(f"http://127.0.0.1:{half_deaf.getsockname()[1]}", content=b"x" * 50_000_000)
        thread.join(60)
    assert type(outcome.error) is ApiConnectionError and not outcome.error.sent
    assert [retry.may_be_billed for retry in outcome.retries] == [False] * 3


# Addresses that cannot be asked, and servers that speak something else.


@dataclass
class Address:
    url: str
    says: str
    error: type[ApiError] = WireError


@pytest.mark.parametrize(
    "case",
    [
        Address("http://", "is not an address that can be asked"),
        Address("http://[::1", "is not an address that can be asked"),
        Address("http://127.0.0.1:99999", "is not an address that can be asked"),
        Address("http://..", "is not an address that can be asked"),
        Address("http://" + "a" * 300, "is not an address that can be asked"),
        Address("http://\x00", "is not an address that can be asked"),
        Address("ftp://localhost", "is not an address that can be asked"),
        Address("http://me:secret@127.0.0.1:1", "'http://…@127.0.0.1:1/v1' is not an address that can be asked"),
    ],
    ids=lambda case: case.url[:30],
)
def test_an_address_that_cannot_be_asked_is_named(case: Address):
    outcome = exchange(case.url)
    assert type(outcome.error) is case.error
    assert case.says in str(outcome.error)
    assert "secret" not in str(outcome.error)
    assert not outcome.retries


def test_a_server_that_speaks_no_http_is_named(serve: Serve):
    outcome = exchange(serve([send(b"220 smtp.example.com ESMTP\r\n")]).url)
    assert isinstance(outcome.error, WireError)
    assert "does not speak HTTP" in str(outcome.error)


def test_https_to_a_server_without_it_is_named():
    with Simulator() as simulator:
        outcome = exchange(simulator.base_url.replace("http:", "https:").removesuffix("/v1"))
    assert str(outcome.failure()).startswith("No secure connection to 127.0.0.1:")


@pytest.mark.parametrize("key", ["sk-with\nnewline", "sk-schlüssel", "sk-with space", "sk-\ud800"])
def test_a_key_that_no_header_can_hold_is_refused_without_being_shown(serve: Serve, key: str):
    server = serve([send(WHOLE_STREAM)])
    error = exchange(server.url, key=key).failure()
    assert str(error) == "The key holds characters that no key has. Copy it again from where it was made."
    assert not server.exchanges


def test_an_error_page_of_a_proxy_has_the_sentence_of_its_status(serve: Serve):
    page = b"<html><h1>502 Bad Gateway</h1></html>"
    error = exchange(serve([send(reply(page, "502 Bad Gateway", "text/html"))]).url).failure()
    assert str(error) == "The provider behind the API returned an error. Try again."
    assert error.raw == page.decode()


def test_an_error_inside_a_whole_reply_is_an_error(serve: Serve):
    body = b'{"error": {"code": "upstream_error", "message": "No."}}'
    error = exchange(serve([send(reply(body))]).url, streamed=False).failure()
    assert isinstance(error, ApiStatusError)
    assert (error.code, error.raw) == ("upstream_error", body.decode())


def test_an_event_stream_is_read_even_if_one_piece_was_asked_for(serve: Serve):
    assert exchange(serve([send(WHOLE_STREAM)]).url, streamed=False).transcript.answer == "hello"


def test_one_piece_is_read_even_if_a_stream_was_asked_for(serve: Serve):
    body = sse({"choices": [{"message": {"content": "hello"}, "finish_reason": "stop"}]}).removeprefix(b"data: ")
    assert exchange(serve([send(reply(body))]).url).transcript.answer == "hello"


def test_a_body_of_many_megabytes_arrives_whole_and_with_its_length(serve: Serve):
    server = serve([send(event_stream() + chunk(chat_chunk(content="Yes") + FINISH + DONE) + LAST_CHUNK)])
    body = b'{"padding": "' + b"x" * 3_000_000 + b'"}'
    assert exchange(server.url, content=body).transcript.answer == "Yes"
    request = server.exchange()
    assert (request.headers["content-length"], request.body) == (str(len(body)), body)
