"""The account's rate limit: which calls wait, for how long, and which go first. The clock is a fake; nothing sleeps."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Iterator

import pytest

from components.api import limiter as module
from components.api.connection import Connection
from components.api.exchange import Waiting
from components.api.limiter import Limiter, RateLimits, account_of

ACCOUNT = Connection("http://api.test/v1", "sk-empiriolabs-one")


class Clock:
    """Clock and event loop of a test: when all tasks sleep, time jumps to the first that wakes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.loop = asyncio.new_event_loop()
        self.now = 1_000.0
        select = self.loop._selector.select
        monkeypatch.setattr(self.loop, "time", lambda: self.now)
        monkeypatch.setattr(time, "time", lambda: self.now)
        monkeypatch.setattr(module.time, "monotonic", lambda: self.now)

        def select_and_jump(timeout: float | None = None) -> object:
            ready = select(0.01 if timeout is None else 0)
            if not ready and timeout:
                self.now += timeout
            return ready

        monkeypatch.setattr(self.loop._selector, "select", select_and_jump)

    def run(self, work: object) -> object:
        try:
            return self.loop.run_until_complete(work)
        finally:
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def most_in_a_minute(times: list[float]) -> int:
    window: deque[float] = deque()
    most = 0
    for moment in sorted(times):
        window.append(moment)
        while window[0] <= moment - 60:
            window.popleft()
        most = max(most, len(window))
    return most


def test_200_calls_keep_the_limit_to_the_call_and_waste_hardly_any_of_it(clock):
    limiter = Limiter()
    sent: list[float] = []

    async def call() -> None:
        await limiter.admit(ACCOUNT, 100, lambda waiting: None, urgent=False)
        sent.append(clock.now)

    async def all_calls() -> None:
        await asyncio.gather(*(call() for _ in range(200)))

    clock.run(all_calls())
    assert len(sent) == 200
    assert most_in_a_minute(sent) == 50
    assert 180 <= max(sent) - min(sent) <= 180 * 1.05  # the limit itself needs three more minutes


def test_a_waiting_call_says_how_long(clock):
    limiter = Limiter(RateLimits(requests_per_minute=1))
    announced: list[Waiting] = []

    async def two() -> None:
        await limiter.admit(ACCOUNT, 1, announced.append)
        assert not announced
        await limiter.admit(ACCOUNT, 1, announced.append)

    clock.run(two())
    assert announced[0].of == 1 and announced[0].wait_s == pytest.approx(61, abs=0.1)


def test_those_further_back_are_told_of_the_minutes_before_them(clock):
    limiter = Limiter(RateLimits(requests_per_minute=2))
    announced: dict[int, float] = {}

    async def call(number: int) -> None:
        await limiter.admit(ACCOUNT, 1, lambda waiting: announced.setdefault(number, waiting.wait_s))

    async def all_calls() -> None:
        await asyncio.gather(*(call(number) for number in range(6)))

    clock.run(all_calls())
    assert announced.keys() == {2, 3, 4, 5}
    assert announced[3] == pytest.approx(61, abs=0.1) and announced[5] == pytest.approx(122, abs=0.1)


def test_a_person_goes_before_a_batch_and_keeps_two_places_from_then_on(clock):
    limiter = Limiter(RateLimits(requests_per_minute=5))
    order: list[tuple[str, float]] = []

    async def call(name: str, *, urgent: bool) -> None:
        await limiter.admit(ACCOUNT, 1, lambda waiting: None, urgent=urgent)
        order.append((name, clock.now))

    async def scene() -> None:
        batch = [asyncio.ensure_future(call("batch", urgent=False)) for _ in range(12)]
        await asyncio.sleep(10)
        await call("person", urgent=True)
        await asyncio.sleep(1)
        await call("person", urgent=True)  # does not wait for the next minute
        await asyncio.gather(*batch)

    clock.run(scene())
    assert [name for name, _ in order[:6]] == ["batch"] * 5 + ["person"]
    people = [moment for name, moment in order if name == "person"]
    assert people[1] - people[0] == pytest.approx(1, abs=0.1)
    assert most_in_a_minute([moment for _, moment in order]) <= 5


def test_tokens_are_limited_too_and_what_was_written_counts(clock):
    limiter = Limiter(RateLimits(tokens_per_minute=10_000))
    sent: list[float] = []

    async def scene() -> None:
        for _ in range(3):
            await limiter.admit(ACCOUNT, 3_000, lambda waiting: None)
            sent.append(clock.now)
        await limiter.spend(ACCOUNT, 50_000)  # more than the minute has left: it is full
        await limiter.admit(ACCOUNT, 10, lambda waiting: None)
        sent.append(clock.now)

    clock.run(scene())
    assert sent[2] - sent[0] < 1 and sent[3] - sent[0] >= 61


def test_a_prompt_larger_than_the_minute_is_sent_and_not_held_for_ever(clock):
    limiter = Limiter(RateLimits(tokens_per_minute=1_000))
    clock.run(limiter.admit(ACCOUNT, 50_000, lambda waiting: pytest.fail("it waited")))


def test_a_call_that_is_cancelled_leaves_the_line(clock):
    limiter = Limiter(RateLimits(requests_per_minute=1))

    async def scene() -> None:
        await limiter.admit(ACCOUNT, 1, lambda waiting: None)
        first = asyncio.ensure_future(limiter.admit(ACCOUNT, 1, lambda waiting: None))
        await asyncio.sleep(1)
        first.cancel()
        await limiter.admit(ACCOUNT, 1, lambda waiting: None)

    clock.run(scene())
    assert 1_061 <= clock.now < 1_063


def test_accounts_do_not_share_a_limit_and_their_names_hold_no_key(clock):
    limiter = Limiter(RateLimits(requests_per_minute=1))
    other = Connection("http://api.test/v1", "sk-empiriolabs-two")

    async def scene() -> None:
        for connection in (ACCOUNT, other):
            await limiter.admit(connection, 1, lambda waiting: pytest.fail("it waited"))

    clock.run(scene())
    assert "sk-" not in account_of(ACCOUNT) and account_of(ACCOUNT) != account_of(other)


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    """The address of a Redis for this test, which is skipped where none is installed; `.ci/run` installs one."""
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server on PATH")
    # A socket in a folder, not a port: one that was free a moment ago may be another program's by now, and would be
    # asked in Redis' place. Its path may have 107 characters: not under pytest's own folder.
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        path = f"{folder}/socket"
        server = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no", "--dir", folder],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert server.stdout is not None
        announced = []
        for line in server.stdout:
            announced.append(line)
            if "eady to accept connections" in line:
                break
        else:
            pytest.fail(f"Redis did not start:\n{''.join(announced)}")
        yield f"unix://{path}"
        server.terminate()
        server.wait(10)
        server.stdout.close()


def test_two_processes_share_one_count_through_redis(redis_url):
    async def scene() -> list[Waiting]:
        limiters = [Limiter(RateLimits(requests_per_minute=5, redis_url=redis_url)) for _ in range(2)]
        told: asyncio.Queue[Waiting] = asyncio.Queue()
        waits: list[Waiting] = []
        try:
            for number in range(5):
                await limiters[number % 2].admit(ACCOUNT, 10, lambda waiting: pytest.fail("it waited"))
            late = [asyncio.ensure_future(one.admit(ACCOUNT, 10, told.put_nowait)) for one in limiters]
            for _ in late:
                heard = asyncio.ensure_future(told.get())
                done, _ = await asyncio.wait({heard, *late}, return_when=asyncio.FIRST_COMPLETED)
                assert heard in done, "a call went that was too many"
                waits.append(heard.result())
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        finally:
            for limiter in limiters:
                await limiter.aclose()
        return waits

    waits = asyncio.run(asyncio.wait_for(scene(), 30))
    assert len(waits) == 2 and all(waiting.wait_s > 30 for waiting in waits)


def test_without_redis_the_process_goes_on_alone(caplog):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    async def scene() -> None:
        limiter = Limiter(RateLimits(requests_per_minute=2, redis_url=f"redis://:secret@127.0.0.1:{port}"))
        await limiter.admit(ACCOUNT, 1, lambda waiting: pytest.fail("it waited"))
        await limiter.admit(ACCOUNT, 1, lambda waiting: pytest.fail("it waited"))
        await limiter.spend(ACCOUNT, 1_000)
        await limiter.aclose()

    asyncio.run(scene())
    assert "Redis cannot be asked" in caplog.text and "secret" not in caplog.text
