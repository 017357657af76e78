"""Generations as jobs: how each one ends, and what stays of it. Seen from the thread that started them."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable

import pytest

from components.api.connection import Connection, Timeouts
from components.api.limiter import RateLimits
from components.core.errors import ApiConnectionError, ApiStatusError, ApiTimeoutError
from components.core.parts import Message, TextPart
from components.core.request import RunRequest
from components.gateway.server import Simulator
from components.gateway.settings import Settings
from components.runs.run import Run
from components.runs.runner import Runner
from tests.api.outcome import DONE, FINISH, KEY, chat_chunk, sse
from tests.raw_server import (
    LAST_CHUNK,
    Exchange,
    RawServer,
    Script,
    chunk,
    event_stream,
    head,
    never_answer,
    reset,
    send,
    wait_for,
)

Serve = Callable[..., RawServer]
StartRunner = Callable[..., Runner]

PATIENCE_S = 60.0
REQUEST = RunRequest("kimi-k2-6", (Message("user", (TextPart("Hi"),)),))
WHOLE = (
    event_stream() + chunk(chat_chunk(reasoning_content="hm") + chat_chunk(content="so") + FINISH + DONE) + LAST_CHUNK
)
BUSY = head("503 Busy", {"content-length": "0"})


def start(runner: Runner, server: RawServer, **fields: object) -> Run:
    return runner.start(REQUEST, Connection(f"{server.url}/v1", KEY), **fields)


def ended(run: Run) -> Run:
    assert run.wait(PATIENCE_S), run.status
    return run


def until(condition: Callable[[], object]) -> None:
    """Looks until it is so; a run has no event for each of its states."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        threading.Event().wait(0.005)


def test_a_run_begins_at_once_while_other_streams_are_busy(serve: Serve, start_runner: StartRunner):
    over = threading.Event()

    def chatter(exchange: Exchange) -> None:
        while not over.wait(0.002):
            exchange.connection.sendall(chunk(chat_chunk(content="so")))

    runner, server = start_runner(limits=RateLimits(1_000_000)), serve([send(WHOLE)])
    busy = start(runner, serve([send(event_stream()), chatter]))
    until(lambda: len(busy.transcript.answer) > 100)

    def waited_s() -> float:
        began = time.monotonic()
        return ended(start(runner, server)).timings.first_event - began

    # A machine that is busy with other things may delay any of them, but hardly all.
    assert any(waited_s() < 0.03 for _ in range(50))
    over.set()


def test_a_run_goes_through_its_states_and_ends_done(serve: Serve, start_runner: StartRunner):
    answer, end = threading.Event(), threading.Event()
    script: Script = [
        wait_for(begin := threading.Event()),
        send(event_stream() + chunk(chat_chunk(reasoning_content="hm"))),
        wait_for(answer),
        send(chunk(chat_chunk(content="so"))),
        wait_for(end),
        send(chunk(FINISH + DONE) + LAST_CHUNK),
    ]
    run = start(start_runner(), serve(script))
    until(lambda: run.status == "connecting")
    begin.set()
    until(lambda: run.status == "thinking")
    answer.set()
    until(lambda: run.status == "answering")
    assert run.live and not run.wait(0)
    end.set()
    assert ended(run).status == "done"
    assert (run.transcript.thinking, run.transcript.answer, run.error) == ("hm", "so", None)
    assert not run.live


def test_what_is_sent_is_the_encoded_request(serve: Serve, start_runner: StartRunner):
    server = serve([send(WHOLE)])
    ended(start(start_runner(), server))
    assert json.loads(server.exchange().body) == {
        "model": "kimi-k2-6",
        "messages": [{"role": "user", "content": "Hi"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_half_a_character_in_the_prompt_can_be_sent(serve: Serve, start_runner: StartRunner):
    server = serve([send(WHOLE)])
    request = RunRequest("m", (Message("user", (TextPart("a\ud83e b"),)),))
    assert ended(start_runner().start(request, Connection(f"{server.url}/v1", KEY))).status == "done"
    assert json.loads(server.exchange().body)["messages"][0]["content"] == "a\ud83e b"


def test_a_run_that_was_stopped_keeps_its_text_and_closes_its_connection_at_once(
    serve: Serve, start_runner: StartRunner
):
    server = serve([send(event_stream() + chunk(chat_chunk(content="partial"))), never_answer()])
    run = start(start_runner(), server)
    until(lambda: run.transcript.answer)
    asked = time.monotonic()
    run.cancel()
    assert ended(run).status == "stopped"
    assert time.monotonic() - asked < 5
    exchange = server.exchange()
    assert exchange.peer_closed.wait(PATIENCE_S)
    assert exchange.peer_closed_at is not None and exchange.peer_closed_at - asked < 5
    assert (run.transcript.answer, run.error) == ("partial", None)


def test_a_run_in_a_busy_stream_is_stopped_as_quickly(serve: Serve, start_runner: StartRunner):
    server = serve([send(event_stream()), *[send(chunk(chat_chunk(content="x")))] * 200_000, never_answer()])
    run = start(start_runner(), server)
    until(lambda: len(run.transcript.answer) > 500)
    run.cancel()
    assert ended(run).status == "stopped"
    assert len(run.transcript.answer) < 200_000


def test_a_run_is_stopped_while_the_server_is_silent(serve: Serve, start_runner: StartRunner):
    server = serve([never_answer()])
    run = start(start_runner(), server)
    exchange = server.exchange()
    run.cancel()
    assert ended(run).status == "stopped"
    assert exchange.peer_closed.wait(30)
    assert run.transcript.answer == ""


def test_a_run_is_stopped_right_after_its_start(serve: Serve, start_runner: StartRunner):
    runner, server = start_runner(), serve([never_answer()])
    for _ in range(20):
        run = start(runner, server)
        run.cancel()
        assert ended(run).status == "stopped"


def test_a_run_that_was_cancelled_before_it_was_attached_is_cancelled_then():
    run = Run(REQUEST, Connection("http://127.0.0.1:1/v1"))
    run.cancel()
    cancelled = threading.Event()
    run.attach(cancelled.set)
    assert cancelled.is_set()


def test_stopping_an_ended_run_changes_nothing(serve: Serve, start_runner: StartRunner):
    runner = start_runner()
    run = ended(start(runner, serve([send(WHOLE)])))
    run.cancel()
    runner.close()
    run.cancel()
    assert run.status == "done"


def test_a_run_that_waits_for_a_retry_says_so_and_can_be_stopped(serve: Serve, start_runner: StartRunner):
    server = serve([send(head("429 Slow", {"content-length": "0", "retry-after": "30"}))])
    run = start(start_runner(), server)
    until(lambda: run.retry)
    assert run.live and run.retry is not None
    assert (run.retry.attempt, run.retry.of, run.retry.wait_s) == (1, 3, 30)
    assert run.retry.reason.startswith("Too many requests")
    run.cancel()
    assert ended(run).status == "stopped"
    assert run.retry is None and len(run.retries) == 1
    assert len(server.exchanges) == 1


def test_a_retry_that_helps_is_remembered(serve: Serve, start_runner: StartRunner):
    run = ended(start(start_runner(), serve([send(BUSY)], [send(BUSY)], [send(WHOLE)])))
    assert run.status == "done"
    assert [retry.attempt for retry in run.retries] == [1, 2]
    assert run.retry is None and run.response is not None and run.response.status == 200


def test_a_refusal_fails_the_run(serve: Serve, start_runner: StartRunner):
    run = ended(start(start_runner(), serve([send(head("401 No", {"content-length": "0"}))])))
    assert run.status == "failed"
    assert isinstance(run.error, ApiStatusError)


def test_an_error_inside_the_stream_fails_the_run_and_keeps_its_text(serve: Serve, start_runner: StartRunner):
    error = sse({"error": {"code": "upstream_error", "message": "Gone."}})
    run = ended(start(start_runner(), serve([send(event_stream() + chunk(chat_chunk(content="so far") + error))])))
    assert (run.status, run.transcript.answer) == ("failed", "so far")
    assert run.error is not None and run.error.code == "upstream_error" and "Gone." in str(run.error)
    assert run.received[-1][1].data in error.decode()


def test_a_reset_in_mid_stream_interrupts_the_run(serve: Serve, start_runner: StartRunner):
    go_on = threading.Event()
    run = start(
        start_runner(), serve([send(event_stream() + chunk(chat_chunk(content="one"))), wait_for(go_on), reset()])
    )
    until(lambda: run.transcript.answer)
    go_on.set()
    assert (ended(run).status, run.transcript.answer) == ("interrupted", "one")
    assert type(run.error) is ApiConnectionError


def test_a_silence_in_mid_stream_interrupts_the_run(serve: Serve, start_runner: StartRunner):
    script: Script = [send(event_stream() + chunk(chat_chunk(content="one"))), never_answer()]
    run = ended(start(start_runner(Timeouts(idle=0.2)), serve(script)))
    assert (run.status, run.transcript.answer) == ("interrupted", "one")
    assert isinstance(run.error, ApiTimeoutError)


def test_no_event_within_the_limit_fails_the_run(serve: Serve, start_runner: StartRunner):
    run = ended(start(start_runner(Timeouts(connect=0.1, first_event=0.1)), serve([never_answer()])))
    assert run.status == "failed"
    assert isinstance(run.error, ApiTimeoutError)


@pytest.mark.parametrize(
    "content", [chat_chunk(content="half"), chat_chunk(content="half") + DONE], ids=["cut", "end mark"]
)
def test_an_end_without_a_finish_interrupts_the_run(serve: Serve, start_runner: StartRunner, content: bytes):
    run = ended(start(start_runner(), serve([send(event_stream() + chunk(content) + LAST_CHUNK)])))
    assert (run.status, run.transcript.answer, run.error) == ("interrupted", "half", None)


def test_a_connection_that_breaks_after_the_finish_cuts_nothing(serve: Serve, start_runner: StartRunner):
    run = ended(start(start_runner(), serve([send(event_stream() + chunk(chat_chunk(content="all") + FINISH))])))
    assert (run.status, run.transcript.answer, run.error) == ("done", "all", None)


def test_times_are_in_order_and_count_from_the_sending(serve: Serve, start_runner: StartRunner):
    run = ended(start(start_runner(), serve([send(BUSY)], [send(WHOLE)])))
    times = run.timings
    marks = [times.sent, times.first_byte, times.first_event, times.first_thinking, times.first_answer]
    assert all(mark is not None for mark in marks)
    assert [*marks, times.last_event, times.end] == sorted([*marks, times.last_event, times.end])
    offsets = [at_s for at_s, _ in run.received]
    assert offsets == sorted(offsets) and offsets[0] > 0
    assert times.since_sent(times.sent) == 0


def test_the_first_answer_is_noted_after_a_tool_call_too(serve: Serve, start_runner: StartRunner):
    call = chat_chunk(tool_calls=[{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}}])
    run = ended(start(start_runner(), serve([send(event_stream() + chunk(call + chat_chunk(content="x") + FINISH))])))
    assert run.timings.first_answer is not None


def test_two_runs_go_on_at_once_and_one_is_stopped_alone(serve: Serve, start_runner: StartRunner):
    runner, go_on = start_runner(), threading.Event()
    opening = event_stream() + chunk(chat_chunk(content="a"))
    slow = serve([send(opening), never_answer()])
    other = serve([send(opening), wait_for(go_on), send(chunk(chat_chunk(content="b") + FINISH) + LAST_CHUNK)])
    stopped, finished = start(runner, slow), start(runner, other)
    until(lambda: stopped.transcript.answer and finished.transcript.answer)
    assert stopped.id != finished.id
    stopped.cancel()
    assert ended(stopped).status == "stopped"
    assert finished.live
    go_on.set()
    assert ended(finished).status == "done"
    assert finished.transcript.answer == "ab"


def test_the_end_is_told_on_the_runners_thread_with_the_run_complete(serve: Serve, start_runner: StartRunner):
    told: list[tuple[str, str, bool]] = []
    done = threading.Event()

    def on_end(run: Run) -> None:
        told.append((threading.current_thread().name, run.status, run.wait(0)))
        done.set()

    start(start_runner(), serve([send(WHOLE)]), on_end=on_end)
    assert done.wait(PATIENCE_S)
    assert told == [("runner", "done", True)]


def test_closing_ends_every_run_and_the_thread(serve: Serve):
    runner = Runner()
    server = serve([send(event_stream() + chunk(chat_chunk(content="x"))), never_answer()])
    runs = [start(runner, server) for _ in range(3)]
    until(lambda: all(run.transcript.answer for run in runs))
    runner.close()
    assert [run.status for run in runs] == ["stopped"] * 3
    assert all(server.exchange(number).peer_closed.wait(30) for number in range(3))
    assert not runner._thread.is_alive()
    runner.close()


def test_closing_right_after_a_start_ends_that_run_too(serve: Serve):
    for _ in range(10):
        runner = Runner()
        run = start(runner, serve([never_answer()]))
        runner.close()
        assert run.wait(0) and run.status == "stopped"


def test_closing_closes_what_was_left_half_read():
    runner = Runner()
    closed = threading.Event()
    kept = []

    async def lines() -> AsyncIterator[str]:
        try:
            yield "first"
            yield "second"
        finally:
            await asyncio.sleep(0)
            closed.set()

    async def read_one() -> None:
        kept.append(lines())
        await anext(kept[0])

    asyncio.run_coroutine_threadsafe(read_one(), runner._loop).result(PATIENCE_S)
    runner.close()
    assert closed.is_set()


def test_a_runner_that_never_ran_anything_closes():
    Runner().close()


def test_a_mistake_of_ours_ends_the_run_with_a_status(
    serve: Serve, start_runner: StartRunner, monkeypatch: pytest.MonkeyPatch
):
    runner = start_runner()
    logged: list[dict[str, object]] = []
    runner._loop.set_exception_handler(lambda loop, context: logged.append(context))

    def broken(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Run, "apply", broken)
    run = ended(start(runner, serve([send(WHOLE)])))
    assert run.status == "failed"
    assert str(run.error) == "Something went wrong inside this program (ZeroDivisionError); its log says more."


def test_a_run_against_the_simulator_says_what_it_was_told_to(start_runner: StartRunner):
    request = RunRequest("kimi-k2-6", (Message("user", (TextPart("Hello\nsimulate: thinking=30 answer=20"),)),))
    with Simulator(Settings(tokens_per_second=0)) as simulator:
        run = ended(start_runner().start(request, Connection(simulator.base_url, simulator.key)))
    assert (run.status, run.error) == ("done", None)
    usage = run.transcript.usage
    assert usage is not None and usage.reasoning_tokens == 30 and usage.output_tokens == 50
    assert run.transcript.thinking and run.transcript.answer


def test_a_run_over_the_rate_limit_waits_says_how_long_and_can_be_stopped(serve: Serve, start_runner: StartRunner):
    server = serve([send(WHOLE)])
    runner = start_runner(limits=RateLimits(requests_per_minute=1))
    assert ended(start(runner, server)).status == "done"
    second = start(runner, server)
    until(lambda: second.waits_until)
    assert second.status == "queued" and second.timings.sent is None
    assert 50 < second.waits_until - time.monotonic() < 62
    second.cancel()
    assert ended(second).status == "stopped" and second.waits_until is None
    assert len(server.exchanges) == 1


def test_a_retry_is_a_call_too_and_keeps_to_the_rate_limit(serve: Serve, start_runner: StartRunner):
    server = serve([send(BUSY)], [send(WHOLE)])
    run = start(start_runner(limits=RateLimits(requests_per_minute=1)), server)
    until(lambda: run.waits_until)
    assert len(run.retries) == 1 and len(server.exchanges) == 1
    run.cancel()
    ended(run)


def test_a_call_of_a_batch_is_not_tried_again_by_itself(serve: Serve, start_runner: StartRunner):
    server = serve([send(BUSY)], [send(WHOLE)])
    run = ended(start(start_runner(), server, batch=True))
    assert run.status == "failed" and run.error.status == 503
    assert not run.retries and len(server.exchanges) == 1
