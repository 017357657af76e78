"""How long a conversation of 200 turns with 40 pictures takes to open and to click in, beside one of two turns.

``python -m tests.benchmarks.long_conversation`` fills a history, starts the app as its users do and drives Chromium.
"""

from __future__ import annotations

import io
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
from tests.history.samples import asked

TURNS = 200
PICTURES = 40
REPEATS = 9
_WORDS = "ocean syllables model answer think reason budget table code python merge sort quick picture frame".split()
# From the click to the switch's new state come from the server: what a user sees of it.
_STOOD = "document.querySelector('[data-testid=stApp]').getAttribute('data-test-script-state') === 'notRunning'"


def picture(seed: int, side: int = 1024) -> ImagePart:
    """A photo-like JPEG of some hundred kilobytes."""
    noise = Image.frombytes("RGB", (128, 128), random.Random(seed).randbytes(128 * 128 * 3)).resize((side, side))
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=85)
    return ImagePart(out.getvalue(), "image/jpeg", side, side, f"photo {seed}.jpg")


def fill(store: Store, turns: int = TURNS, pictures: int = PICTURES) -> str:
    """Writes a conversation and its runs, pictures in every `turns // pictures`-th turn; gives its id."""
    rng = random.Random(turns)
    conversation = Conversation("local", title=f"{turns} turns")
    said: list[Node] = []
    messages: list[Message] = []
    records = []
    for number in range(1, turns + 1):
        media = (picture(number),) if pictures and number % (turns // pictures) == 0 else ()
        question = Message("user", (*media, TextPart(f"Question {number}: {' '.join(rng.choices(_WORDS, k=20))}")))
        messages.append(question)
        record = asked(
            "",
            messages=tuple(messages),
            conversation_id=conversation.id,
            thinking=" ".join(rng.choices(_WORDS, k=150)),
            answer=f"Answer {number}.\n\n" + "\n\n".join(" ".join(rng.choices(_WORDS, k=60)) for _ in range(4)),
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
    page.locator(f".st-key-turn-{last}-actions button").first.wait_for(timeout=120_000)
    page.wait_for_function(_STOOD, timeout=120_000)
    return 1000 * (time.perf_counter() - began)


def click(page: Page) -> float:
    """Milliseconds from a click on a switch of the sidebar to the end of the run of the page that it caused."""
    return page.evaluate(
        """async () => {
            const app = document.querySelector('[data-testid=stApp]')
            const state = () => app.getAttribute('data-test-script-state')
            const frame = () => new Promise(requestAnimationFrame)
            const began = performance.now()
            document.querySelector('.st-key-stream input').click()
            while (state() === 'notRunning') await frame()
            while (state() !== 'notRunning') await frame()
            return performance.now() - began
        }"""
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        store = open_store(None, Path(folder))
        ids = {2: fill(store, 2, 0), TURNS: fill(store)}
        store.close()
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        with AppServer(PLAYGROUND_DATA_DIR=folder) as server:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(server.url)  # the app's own files come into the browser's cache
            page.locator(".st-key-composer").wait_for()
            for turns, conversation_id in ids.items():
                url = f"{server.url}/?conversation={conversation_id}"
                opened = [open_it(page, url, turns) for _ in range(3)]
                clicked = [click(page) for _ in range(REPEATS)]
                print(f"{turns:4} turns: opened in {statistics.median(opened):6.0f} ms, "
                      f"a click {statistics.median(clicked):5.0f} ms (worst {max(clicked):.0f})")  # fmt: skip
        browser.close()


if __name__ == "__main__":
    main()
