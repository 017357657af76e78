"""What many streams at once cost: four columns beside each other, and a playground run beside sixteen of a sweep.

    python -m tests.benchmarks.side_by_side [--seconds 15]

A server in this process streams a reply of Markdown at 200 tokens a second to each request. Printed: how long after
the last delta the end of the text stands in all four columns; and how long after its last delta the end of a
playground reply stands on the page, alone and while 16 cells of a sweep stream in the same process, and the ratio.
"""

from __future__ import annotations

import argparse
import socket
import tempfile
import threading
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.streaming import END, ROOT, _chunk, _framed, deltas_of, markdown, streamlit
from tests.browser import FLAGS, find_browser

RATE = 200
WATCHED = "watched"
PATIENCE_MS = 90_000


class Streams:
    """Streams the same deltas to whoever asks, and notes when the last one left: of any, and of the watched request."""

    def __init__(self, deltas: list[str]) -> None:
        self.deltas = deltas
        self.last_sent = 0.0
        self.watched_sent = 0.0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        watched = WATCHED.encode() in connection.recv(1_000_000)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        began = time.monotonic()
        try:
            for number, text in enumerate(self.deltas):
                name = "reasoning_content" if number < len(self.deltas) // 4 else "content"
                connection.sendall(_chunk({"delta": {name: text}}))
                if (wait := began + number / RATE - time.monotonic()) > 0:
                    time.sleep(wait)
            self.last_sent = time.monotonic()
            if watched:
                self.watched_sent = self.last_sent
            end = _chunk({"delta": {}, "finish_reason": "stop"}) + _framed(b"data: [DONE]\n\n")
            connection.sendall(end + b"0\r\n\r\n")
        except OSError:  # the app has hung up
            pass
        connection.close()


def four_columns(browser: Browser, address: str, streams: Streams) -> float:
    """Seconds from the last delta of any column until the end stands in all four."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{address}/compare")
    for letter in "CD":
        page.locator(".st-key-add-column").get_by_role("button").first.click()
        page.locator(f".st-key-column-{letter}").wait_for()
    _send(page, "Tell me all about it")
    page.wait_for_function(f"document.body.innerText.split('{END}').length > 4", timeout=PATIENCE_MS, polling=50)
    lag = time.monotonic() - streams.last_sent
    page.close()
    return lag


def playground(browser: Browser, address: str, streams: Streams) -> float:
    """Seconds from the last delta of a playground reply until its end stands on the page."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    streams.watched_sent = 0.0
    _send(page, f"This one is {WATCHED}")
    page.wait_for_function(f"document.body.innerText.includes('{END}')", timeout=PATIENCE_MS, polling=50)
    lag = time.monotonic() - streams.watched_sent
    page.close()
    return lag


def start_sweep(browser: Browser, address: str) -> Page:
    """A sweep whose cells keep sixteen streams going for as long as the page is open."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{address}/sweep")
    for key, text in (
        ("sweep-prompts", "Say it"),
        ("sweep-at-once", "16"),
        ("sweep-repeats", "40"),
        ("sweep-cap-", "100"),  # in dollars, or in calls where no price is known
    ):
        box = page.locator(f"[class*=st-key-{key}]").locator("textarea, input").last
        box.fill(text)
        box.press("Control+Enter" if key == "sweep-prompts" else "Enter")
        page.wait_for_timeout(800)
    page.locator(".st-key-sweep-start").get_by_role("button").first.click()
    page.get_by_text("cells done").first.wait_for()
    return page


def _send(page: Page, prompt: str) -> None:
    box = page.locator(".st-key-composer textarea")
    box.wait_for()
    page.wait_for_timeout(1500)  # the page's own start must not be counted
    box.fill(prompt)
    box.press("Enter")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0, help="how long each reply streams")
    typed = parser.parse_args()
    streams = Streams(deltas_of(markdown(int(typed.seconds * RATE * 4)), 4))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        environment = {
            "EMPIRIOLABS_BASE_URL": streams.url,
            "PLAYGROUND_DATA_DIR": str(Path(folder)),
            "PLAYGROUND_REQUESTS_PER_MINUTE": "100000",
            "PLAYGROUND_TOKENS_PER_MINUTE": "1000000000",
        }
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        with streamlit(ROOT / "app.py", environment) as (address, _):
            print(f"four columns at {RATE} tokens/s: end in all {four_columns(browser, address, streams):.2f} s after")
            alone = playground(browser, address, streams)
            sweep = start_sweep(browser, address)
            beside = playground(browser, address, streams)
            print(f"playground reply: {alone:.2f} s after alone, {beside:.2f} s beside 16 cells of a sweep")
            sweep.close()
        browser.close()


if __name__ == "__main__":
    main()
