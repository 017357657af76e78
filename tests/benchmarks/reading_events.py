"""What reading a stream costs: our client against the openai package, on the same stream, in one run.

    python -m tests.benchmarks.reading_events [--rounds 3]

A server in a process of its own sends chat completion chunks over a real socket, one packet each, at the given
rates (0: as fast as it can). Each client is a process of its own; printed is its CPU time an event, without
start-up, and the ratio of the medians.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import socket
import statistics
import sys
import threading
import time
from multiprocessing.connection import Connection as Pipe

from components.api.client import Client
from components.api.connection import Connection
from components.api.exchange import ClientEvent, Sending
from components.api.transport import RestingSelector
from components.api.wires.chat_completions import WIRE
from components.core.request import RunRequest
from components.runs.run import Run

STREAMS = ((500, 5_000), (2_000, 15_000), (0, 15_000))


def serve(rate: float, count: int, port: Pipe) -> None:
    """Answers every connection with `count` content chunks at `rate` a second."""
    chunks = [_framed(_event({"content": f"word{number} "})) for number in range(count)]
    end = _framed(_event({}, finish_reason="stop")) + _framed(b"data: [DONE]\n\n") + b"0\r\n\r\n"
    listener = socket.create_server(("127.0.0.1", 0))
    port.send(listener.getsockname()[1])
    while True:
        threading.Thread(target=_answer, args=(listener.accept()[0], chunks, end, rate), daemon=True).start()


def _answer(connection: socket.socket, chunks: list[bytes], end: bytes, rate: float) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.recv(1_000_000)
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    began = time.monotonic()
    for number, chunk in enumerate(chunks):
        connection.sendall(chunk)
        if rate and (wait := began + number / rate - time.monotonic()) > 0:
            time.sleep(wait)
    connection.sendall(end)
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(65_536):  # a request that came in two packets must not turn the close into a reset
        pass
    connection.close()


def _event(delta: dict[str, str], finish_reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "kimi-k2-6",
        "choices": [choice],
    }
    return b"data: " + json.dumps(body).encode() + b"\n\n"


def _framed(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def read_with_ours(port: int, result: Pipe) -> None:
    """Reads one stream as the app does: client, decoder and run, on the runner's kind of loop."""
    content = json.dumps({"model": "kimi-k2-6", "messages": [], "stream": True}).encode()

    async def read() -> tuple[int, float]:
        client = Client()
        run = Run(RunRequest("kimi-k2-6", ()), Connection(f"http://127.0.0.1:{port}/v1"))
        run.apply(Sending())
        began = time.process_time()
        events = 0

        def take(client_event: ClientEvent) -> None:
            nonlocal events
            events += 1
            run.apply(client_event)

        await client.exchange(WIRE, content, run.connection, take, streamed=True)
        used = time.process_time() - began
        await client.aclose()
        return events, used

    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(RestingSelector(lambda: True))) as runner:
        result.send(runner.run(read()))


def read_with_openai(port: int, result: Pipe) -> None:
    """Reads one stream with the openai package's asynchronous client."""
    from openai import AsyncOpenAI

    async def read() -> tuple[int, float]:
        client = AsyncOpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="none")
        began = time.process_time()
        events, texts = 0, []
        async for chunk in await client.chat.completions.create(model="kimi-k2-6", messages=[], stream=True):
            events += 1
            texts.append(chunk.choices[0].delta.content)
        return events, time.process_time() - began

    result.send(asyncio.run(read()))


def microseconds_an_event(read: object, port: int) -> float:
    """Runs one client in a fresh process."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=read, args=(port, theirs))
    process.start()
    events, used = ours.recv()
    process.join()
    return used / events * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    for rate, count in STREAMS:
        ours, theirs = multiprocessing.Pipe()
        server = multiprocessing.Process(target=serve, args=(rate, count, theirs), daemon=True)
        server.start()
        port = ours.recv()
        figures: dict[str, list[float]] = {"ours": [], "openai": []}
        for _ in range(rounds):
            figures["ours"].append(microseconds_an_event(read_with_ours, port))
            figures["openai"].append(microseconds_an_event(read_with_openai, port))
        server.terminate()
        mine, other = (statistics.median(figures[name]) for name in ("ours", "openai"))
        pace = f"{rate} events a second" if rate else "as fast as it can"
        print(f"{pace}: ours {mine:.1f} µs an event, openai {other:.1f} µs, 1/{other / mine:.1f}", flush=True)


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    sys.exit(main())
