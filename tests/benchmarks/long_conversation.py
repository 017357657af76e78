"""How long a conversation of 200 turns with 40 pictures takes to open and to click in, beside one of two turns.

``python -m tests.benchmarks.long_conversation`` fills a history, starts the app as its users do and drives Chromium.
Two turns are what any page costs: loading Streamlit's own files, and drawing everything but the conversation. On a
machine with other work both grow alike; the processor's time of the server says what the app itself needs.
"""

from __future__ import annotations

import io
import os
import random
import statistics
import tempfile
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from components.core.parts import ImagePart, Message, TextPart
from components.history.conversations import save_conversation
from components.history.runs import save_run
from components.history.store import Store, open_store
from components.history.tree import Conversation, Node
from tests.browser import FLAGS, find_browser
from tests.e2e.app_server import AppServer
from tests.e2e.playground import choose_row
from tests.history.samples import asked

TURNS = 200
PICTURES = 40
CLICKS = 21
_WORDS = "ocean syllables model answer think reason budget table code python merge sort quick picture frame".split()
_STOOD = "document.querySelector('[data-testid=stApp]').getAttribute('data-test-script-state') === 'notRunning'"
# Notes when the page last heard from the server.
_LISTEN = """
const Plain = WebSocket
window.heard = 0
window.WebSocket = class extends Plain {
    constructor(...given) {
        super(...given)
        this.addEventListener('message', () => { window.heard = performance.now() })
    }
}"""
# From a click on a switch of the sidebar to the frame that shows the last of what the server sent for it.
_CLICK = """async () => {
    const frame = () => new Promise(requestAnimationFrame)
    const began = performance.now()
    document.querySelector('.st-key-stream input').click()
    let shown = 0, at = began
    while (!shown || performance.now() - at < 400) {
        const heard = window.heard
        await frame()
        if (heard > began && heard !== shown) { shown = heard; at = performance.now() }
        if (performance.now() - began > 20000) throw new Error('the click was not answered')
    }
    return at - began
}"""


def picture(seed: int, side: int = 1024) -> ImagePart:
    """A photo-like JPEG of some hundred kilobytes."""
    noise = Image.frombytes("RGB", (128, 128), random.Random(seed).randbytes(128 * 128 * 3)).resize((side, side))
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=85)
    return ImagePart(out.getvalue(), "image/jpeg", side, side, f"photo {seed}.jpg")


def fill(store: Store, turns: int = TURNS, pictures: int = PICTURES) -> str:
    """Writes a conversation and its runs, pictures in every `turns // pictures`-th turn; gives its id."""
    rng = random.Random(turns)

    def rambling(words: int) -> str:
        return " ".join(rng.choices(_WORDS, k=words))

    conversation = Conversation("local", title=f"{turns} turns")
    said: list[Node] = []
    messages: list[Message] = []
    records = []
    for number in range(1, turns + 1):
        media = (picture(number),) if pictures and number % (turns // pictures) == 0 else ()
        question = Message("user", (*media, TextPart(f"Question {number} of {turns}: {rambling(20)}")))
        messages.append(question)
        record = asked(
            "",
            messages=tuple(messages),
            conversation_id=conversation.id,
            thinking=rambling(150),
            answer=f"Answer {number}.\n\n" + "\n\n".join(rambling(60) for _ in range(4)),
            started_at=1e9 + 60 * number,
        )
        records.append(record)
        messages.append(record.transcript.message())
        said += [
            Node(None, "user", question, "typed"),
            Node(None, "assistant", None, "model", run_id=record.id),
        ]
    conversation.follow(said)
    save_conversation(store, conversation)
    for record in records:
        save_run(store, record)
    return conversation.id


def open_it(page: Page, url: str, last: int) -> float:
    """Milliseconds from the address to the last turn's actions on the page, in a browser that has the app's files."""
    began = time.perf_counter()
    page.goto(url)
    return _until_drawn(page, last, began)


def open_from_history(page: Page, url: str, words: str, last: int) -> float:
    """The same from the history page's button, where the app is open already."""
    page.goto(f"{url}/history")
    page.locator(".st-key-history-search input").fill(words)
    page.locator(".st-key-history-search input").press("Enter")
    choose_row(page)
    button = page.locator(".st-key-history-open button:enabled:visible").first
    button.wait_for()
    began = time.perf_counter()
    button.click()
    return _until_drawn(page, last, began)


def _until_drawn(page: Page, last: int, began: float) -> float:
    page.locator(f".st-key-turn-{last}-actions button").first.wait_for(timeout=120_000)
    page.wait_for_function(_STOOD, timeout=120_000)
    return 1000 * (time.perf_counter() - began)


def processor_ms(server: AppServer) -> float:
    """What the server has used of the processor so far."""
    after_name = Path(f"/proc/{server.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return 1000 * (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        store = open_store(None, Path(folder))
        ids = {2: fill(store, 2, 0), TURNS: fill(store)}
        store.close()
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        with AppServer(PLAYGROUND_DATA_DIR=folder) as server:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.add_init_script(_LISTEN)
            page.goto(server.url)  # the app's own files come into the browser's cache
            page.locator(".st-key-composer").wait_for()
            for turns, conversation_id in ids.items():
                url = f"{server.url}/?conversation={conversation_id}"
                loaded = [open_it(page, url, turns) for _ in range(3)]
                words = f'"question {turns} of {turns}"'
                opened = [open_from_history(page, server.url, words, turns) for _ in range(3)]
                page.locator(".st-key-stream input").wait_for(state="attached")
                used = processor_ms(server)
                clicked = [page.evaluate(_CLICK) for _ in range(CLICKS)]
                used = (processor_ms(server) - used) / CLICKS
                print(
                    f"{turns:4} turns, median (best): by its address, with the app {_told(loaded)}, from the history "
                    f"{_told(opened)}, a click {_told(clicked)}, for which the server worked {used:.0f} ms"
                )
        browser.close()


def _told(times: list[float]) -> str:
    return f"{statistics.median(times):.0f} ({min(times):.0f}) ms"


if __name__ == "__main__":
    main()
