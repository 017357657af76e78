"""How fast a long reply is drawn: ours against `st.write_stream` and against redrawing the whole text, in one run.

    python -m tests.benchmarks.streaming [--seconds 30] [--long]

60 KB of Markdown come in 15,000 deltas at 500 a second from a server in this process, in a chunk each. Every way
of drawing runs in a Streamlit server of its own and is watched by a real browser. Printed for each: how long
after the last delta the end of the text stands on the page, the server's CPU seconds while it streams, and the
bytes over the websocket for each byte of text. `--long` adds the largest reply the API allows: 81,920 thinking
and 16,000 answer tokens at 500 a second, and shorter ones to see how the cost grows.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser import FLAGS, find_browser

ROOT = Path(__file__).parents[2]
RATE = 500
END = "The-end-of-the-text."
PATIENCE_S = 60.0


def markdown(size: int) -> str:
    """About `size` characters of varied Markdown, ending in a word that is found on the page."""
    parts: list[str] = []
    for number in itertools.count(1):
        if sum(map(len, parts)) >= size - 400:
            break
        parts.append(f"## Section {number}\n\n")
        parts.append("A paragraph with **bold**, *emphasis*, `code` and a [link](https://example.com). " * 4 + "\n\n")
        parts.append("".join(f"- item {item} of section {number}\n" for item in range(5)) + "\n")
        parts.append(
            "| a | b | c |\n|---|---|---|\n" + "".join(f"| {n} | {n * n} | {n**3} |\n" for n in range(5)) + "\n"
        )
        parts.append("```python\n" + "".join(f"value_{n} = {n} * {number}\n" for n in range(6)) + "```\n\n")
        parts.append(f"The sum is $\\sum_{{k=1}}^{{{number}}} k = {number * (number + 1) // 2}$.\n\n")
    parts.append(END)
    return "".join(parts)


@dataclass
class Source:
    """A server that streams `thinking` and `answer` as deltas, one chunk each, and notes when the last one left."""

    thinking: list[str]
    answer: list[str]
    rate: float = RATE
    last_sent: float = 0.0

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.recv(1_000_000)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        deltas = [("reasoning_content", text) for text in self.thinking] + [("content", text) for text in self.answer]
        began = time.monotonic()
        for number, (name, text) in enumerate(deltas):
            connection.sendall(_chunk({"delta": {name: text}}))
            wait = began + number / self.rate - time.monotonic()
            if wait > 0:
                time.sleep(wait)
        self.last_sent = time.monotonic()
        connection.sendall(_chunk({"delta": {}, "finish_reason": "stop"}) + _framed(b"data: [DONE]\n\n") + b"0\r\n\r\n")
        connection.close()


def _chunk(choice: dict[str, object]) -> bytes:
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "model": "kimi-k2-6",
        "choices": [{"index": 0, **choice}],
    }
    return _framed(b"data: " + json.dumps(body).encode() + b"\n\n")


def _framed(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


# What a user would write instead: the same deltas, read by the openai package.
_BASELINE = """
import os, streamlit as st
from openai import OpenAI
prompt = st.chat_input("Ask", key="composer")
if prompt:
    stream = OpenAI(base_url=os.environ["SOURCE"], api_key="none").chat.completions.create(
        model="kimi-k2-6", messages=[{{"role": "user", "content": prompt}}], stream=True)
    texts = (chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)
{draw}
"""
BASELINES = {
    "st.write_stream": "    st.write_stream(texts)",
    "whole text at every delta": "    place, whole = st.empty(), ''\n    for text in texts:\n"
    "        whole += text\n        place.markdown(whole)",
}


@contextmanager
def streamlit(script: Path, environment: dict[str, str]) -> Iterator[tuple[str, psutil.Process]]:
    """A Streamlit server for `script`; yields its address and its process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless", "true"]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1", "--browser.gatherUsageStats", "false"]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PLAYGROUND_")
    } | environment
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                httpx.get(f"{address}/_stcore/health")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield address, psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait()


@dataclass(frozen=True)
class Measured:
    """Seconds after the last delta, CPU seconds of the server, bytes over the websocket a byte of text."""

    lag_s: float | None
    cpu_s: float
    ratio: float

    def __str__(self) -> str:
        lag = f"not within {PATIENCE_S:g} s" if self.lag_s is None else f"{self.lag_s:.2f} s"
        return f"end on the page {lag} after the last delta, {self.cpu_s:.2f} s CPU, {self.ratio:.1f} bytes a byte"


def measure(browser: Browser, address: str, server: psutil.Process, source: Source) -> Measured:
    """Asks once and watches the reply to its end."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    received = [0]
    page.on("websocket", lambda ws: ws.on("framereceived", lambda data: _count(received, data)))
    page.goto(address)
    box = page.locator(".st-key-composer textarea")
    box.wait_for()
    page.wait_for_timeout(1500)  # the page's own start must not be counted
    used, bytes_before = _cpu(server), received[0]
    source.last_sent = 0.0
    box.fill("Tell me all about it")
    box.press("Enter")
    expected_s = (len(source.thinking) + len(source.answer)) / source.rate
    lag = _lag(page, source, expected_s)
    text = sum(len(delta.encode()) for delta in (*source.thinking, *source.answer))
    result = Measured(lag, _cpu(server) - used, (received[0] - bytes_before) / text)
    page.close()
    return result


def _lag(page: Page, source: Source, expected_s: float) -> float | None:
    try:
        page.wait_for_function(
            f"document.body.textContent.includes('{END}')", timeout=(expected_s + PATIENCE_S) * 1000, polling=50
        )
    except PlaywrightTimeout:
        return None
    return time.monotonic() - source.last_sent


def _count(received: list[int], data: str | bytes) -> None:
    received[0] += len(data)


def _cpu(server: psutil.Process) -> float:
    times = server.cpu_times()
    return times.user + times.system


def deltas_of(text: str, size: int) -> list[str]:
    """The text in pieces of `size` characters."""
    return [text[at : at + size] for at in range(0, len(text), size)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0, help="how long the reply streams")
    parser.add_argument("--only-ours", action="store_true", help="leave the other ways out")
    parser.add_argument("--long", action="store_true", help="add the largest reply, and shorter ones")
    typed = parser.parse_args()
    deltas = deltas_of(markdown(int(typed.seconds * RATE * 4)), 4)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        _report("ours", browser, ROOT / "app.py", Source([], deltas))
        if not typed.only_ours:
            with tempfile.TemporaryDirectory() as folder:
                for name, draw in BASELINES.items():
                    script = Path(folder) / "baseline.py"
                    script.write_text(_BASELINE.format(draw=draw), encoding="utf-8")
                    _report(name, browser, script, Source([], deltas))
        if typed.long:
            for share in (0.125, 0.25, 0.5, 1.0):
                thinking = deltas_of(markdown(int(81_920 * share) * 4).removesuffix(END), 4)
                answer = deltas_of(markdown(int(16_000 * share) * 4), 4)
                name = f"ours, {len(thinking):,} thinking and {len(answer):,} answer tokens"
                _report(name, browser, ROOT / "app.py", Source(thinking, answer))
        browser.close()


def _report(name: str, browser: Browser, script: Path, source: Source) -> None:
    environment = {"EMPIRIOLABS_BASE_URL": source.url, "SOURCE": source.url}
    with streamlit(script, environment) as (address, server):
        print(f"{name}: {measure(browser, address, server, source)}", flush=True)
    source.close()


if __name__ == "__main__":
    main()
