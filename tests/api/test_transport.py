"""An event loop that pauses only while a stream is busy."""

from __future__ import annotations

import asyncio
import socket
import time

from components.api.transport import RestingSelector


class CountingSelector(RestingSelector):
    rounds = 0

    def select(self, timeout: float | None = None):
        self.rounds += 1
        return super().select(timeout)


def listen(pieces: int, pause_s: float, rest_s: float) -> tuple[int, bytes]:
    """Reads a socket that is written to `pieces` times; returns the loop's rounds and the bytes."""
    selector = CountingSelector(lambda: True, rest_s=rest_s)
    loop = asyncio.SelectorEventLoop(selector)
    ours, theirs = socket.socketpair()

    async def run() -> bytes:
        reader, writer = await asyncio.open_connection(sock=ours)

        def write() -> None:
            with theirs:
                for _ in range(pieces):
                    theirs.sendall(b"x")
                    time.sleep(pause_s)

        writing = asyncio.get_running_loop().run_in_executor(None, write)
        received = await reader.read(-1)
        await writing
        writer.close()
        await writer.wait_closed()
        return received

    try:
        return (loop.run_until_complete(run()), selector.rounds)[::-1]
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def test_a_busy_stream_is_read_in_few_rounds_and_whole():
    rounds, received = listen(pieces=600, pause_s=0.001, rest_s=0.04)
    assert received == b"x" * 600
    assert rounds < 200


def test_the_first_reads_of_a_stream_are_not_delayed():
    began = time.monotonic()
    _, received = listen(pieces=10, pause_s=0.0, rest_s=20.0)
    assert received == b"x" * 10
    assert time.monotonic() - began < 15


def test_a_stream_that_is_slower_than_the_rest_is_never_rested_on():
    selector = RestingSelector(lambda: True, rest_s=5.0, patience=0)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        selector.register(ours, 1)
        theirs.sendall(b"x")
        selector._last_round = time.monotonic() - 10
        began = time.monotonic()
        assert selector.select(1)
        assert time.monotonic() - began < 4
    selector.close()
