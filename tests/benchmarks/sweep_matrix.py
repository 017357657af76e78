"""The results of a sweep of 10,000 cells: what a click costs the server and the browser, and how smoothly they scroll.

``python -m tests.benchmarks.sweep_matrix`` fills a history with 1,000 prompts, five ways of asking and two repeats,
starts the app as its users do and drives Chromium. `DATA_DIR` as an argument keeps the history for another time.
Where other work runs on the machine, times of the clock say little: the processor's are told beside them.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

from components.core.parts import Message, TextPart
from components.core.usage import Usage
from components.history.runs import save_run
from components.history.store import Store, open_store
from components.history.sweeps import CellRecord, create_sweep, list_sweeps, save_cells, set_status
from components.params.choices import Choices
from components.tuning.plan import Plan, Question, grid, plan_json
from components.tuning.scorers import Scorer
from tests.benchmarks.long_conversation import processor_ms
from tests.browser import FLAGS, find_browser
from tests.e2e.app_server import AppServer
from tests.history.samples import asked, failed

PROMPTS, VARIANTS, REPEATS = 1_000, 5, 2
TIMES = 7
_WORDS = "ocean syllables model answer think reason budget table code python merge sort quick picture frame".split()
_AXES: dict[int, dict[str, Sequence[object]]] = {
    3: {"temperature": [0.0, 0.7, 1.4]},
    5: {"temperature": [0.0, 0.3, 0.7, 1.0, 1.4]},
    15: {"temperature": [0.0, 0.3, 0.7, 1.0, 1.4], "reasoning_effort": ["low", "medium", "high"]},
    30: {"temperature": [0.0, 0.3, 0.7, 1.0, 1.4], "reasoning_effort": ["low", "high"], "top_p": [0.5, 0.8, 1.0]},
}


def fill(store: Store, prompts: int, variants: int, repeats: int) -> str:
    """Writes a sweep that is done, and its runs; gives its id. One call in fifty failed."""
    rng = random.Random(variants)
    questions = tuple(
        Question(f"Question {number:,}: which {rng.choice(_WORDS)} has the most {rng.choice(_WORDS)}?", "ocean")
        for number in range(1, prompts + 1)
    )
    plan = Plan(
        f"{prompts:,} prompts, {variants} ways of asking",
        questions,
        grid(_AXES[variants]),
        repeats,
        Choices({}),
        (Scorer("contains"), Scorer("length", "10-60"), Scorer("rubric", "Names its sources")),
        Decimal(100),
        asked="the simulator",
        model="model",
    )
    messages = [Message("user", (TextPart(question.prompt),)) for question in questions]
    sweep_id = create_sweep(store, "local", plan.name, plan_json(plan), messages, plan.size)
    cells = []
    for number in range(plan.size):
        cell = plan.cell(number)
        about = {"messages": (messages[cell.question],), "kind": "sweep", "group_id": sweep_id}
        if rng.random() < 0.02:
            run = failed("", **about)
            cells.append(CellRecord(number, "failed", 5, run_id=run.id, note="The API said no."))
        else:
            length = rng.randint(5, 70)
            thinking = rng.randint(50, 4_000)
            run = asked(
                "",
                **about,
                thinking=" ".join(rng.choices(_WORDS, k=60)),
                answer=f"**Answer.** {' '.join(rng.choices(_WORDS, k=length))}.",
                usage=Usage(20, 0, thinking + length, thinking, 20 + thinking + length),
                cost_usd=Decimal(thinking + length) / 1_000_000,
                timings={"first_answer": thinking / 200, "end": (thinking + length) / 200},
            )
            good = float("ocean" in run.transcript.answer)
            scores = {
                "contains": {"value": good, "note": ""},
                "length: 10-60": {"value": float(10 <= length <= 60), "note": f"{length} words"},
                "rubric: Names its sources": {"value": float(min(5, rng.randint(1, 4) + good)), "note": "As judged."},
            }
            cells.append(
                CellRecord(number, "done", 1, cost_usd=run.cost_usd or Decimal(0), run_id=run.id, scores=scores)
            )
        save_run(store, run)
    save_cells(store, sweep_id, cells)
    set_status(store, sweep_id, "done")
    return sweep_id


# Notes when the page last heard from the server, and how much it heard.
_LISTEN = """
const Plain = WebSocket
window.heard = 0
window.bytes = 0
window.WebSocket = class extends Plain {
    constructor(...given) {
        super(...given)
        this.addEventListener('message', ({ data }) => {
            window.heard = performance.now()
            window.bytes += data.size ?? data.byteLength ?? data.length
        })
    }
}"""
# From what `act` does to the frame that shows the last of what the server sent for it.
_ACT = """async (act) => {
    const frame = () => new Promise(requestAnimationFrame)
    const began = performance.now()
    new Function(act)()
    let shown = 0, at = began
    while (!shown || performance.now() - at < 400) {
        const heard = window.heard
        await frame()
        if (heard > began && heard !== shown) { shown = heard; at = performance.now() }
        if (performance.now() - began > 30000) throw new Error('it was not answered')
    }
    return at - began
}"""
_FIND = """
const within = (root, selector) => {
    const found = root.querySelector(selector)
    if (found) return found
    for (const one of root.querySelectorAll('*')) {
        const inner = one.shadowRoot && within(one.shadowRoot, selector)
        if (inner) return inner
    }
    return null
}
window.grid = () => within(document.querySelector('.st-key-sweep-matrix'), '.grid')
"""
# Goes down through all lines, 300 px a frame, and looks after each frame whether what is in view is drawn.
_SCROLL = """async () => {
    const grid = window.grid(), frames = []
    let bare = 0, before = await new Promise(requestAnimationFrame)
    grid.scrollTop = 0
    while (grid.scrollTop + grid.clientHeight < grid.scrollHeight - 1 && frames.length < 600) {
        grid.scrollTop += 300
        const now = await new Promise(requestAnimationFrame)
        frames.push(now - before)
        before = now
        const box = grid.getBoundingClientRect()
        const seen = grid.getRootNode().elementFromPoint(box.left + 400, box.top + box.height / 2)
        if (!seen?.closest('.cell')) bare += 1
    }
    frames.sort((a, b) => a - b)
    const drawn = grid.querySelectorAll('.cell').length
    const [median, late] = [0.5, 0.95].map((share) => frames[Math.floor(frames.length * share)])
    return { frames: frames.length, median, late, bare, drawn }
}"""


def _task_ms(session: CDPSession) -> float:
    """How long the browser's main thread has been at work."""
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return 1000 * float(metrics["TaskDuration"])


def _measure(name: str, acts: Sequence[str], page: Page, session: CDPSession, server: AppServer) -> None:
    clocks, servers, browsers, sent = [], [], [], []
    for act in acts:
        used, task, got = processor_ms(server), _task_ms(session), page.evaluate("window.bytes")
        clocks.append(page.evaluate(_ACT, act))
        servers.append(processor_ms(server) - used)
        browsers.append(_task_ms(session) - task)
        sent.append(page.evaluate("window.bytes") - got)
    middle: Callable[[Sequence[float]], float] = statistics.median
    print(
        f"{name:32} {middle(clocks):5.0f} ms (best {min(clocks):.0f}, first {clocks[0]:.0f}); "
        f"server {middle(servers):4.0f} ms, "
        f"browser {middle(browsers):4.0f} ms, {middle(sent) / 1000:6.1f} KB sent (first {sent[0] / 1000:.1f})",
        flush=True,
    )


def _click(key: str, words: str) -> str:
    return f"[...document.querySelectorAll('.st-key-{key} button')].find(one => one.innerText === '{words}').click()"


def measure(url: str, server: AppServer, page: Page) -> None:
    """Opens the sweep and clicks in it."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.goto(url)
    page.locator(".st-key-sweep-matrix .cell").first.wait_for(timeout=120_000)
    page.wait_for_timeout(3_000)
    page.evaluate(_FIND)
    print(f"opened: {page.evaluate('window.bytes') / 1000:.0f} KB sent", flush=True)
    cells = [f"window.grid().querySelector('#cell-{number}-1').click()" for number in range(3)]
    _measure("a cell opened", (cells * TIMES)[:TIMES], page, session, server)
    keys = (
        "for (const key of ['ArrowRight', 'Enter']) window.grid().dispatchEvent(new KeyboardEvent('keydown', { key }))"
    )
    _measure("the next one, by keys", [keys] * 3, page, session, server)
    _measure(
        "closed",
        ["window.grid().dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))"],
        page,
        session,
        server,
    )
    words = ["Failed", "Variants disagree", "Longest thinking", "All"]
    _measure("a filter", [_click("sweep-filter", word) for word in words * 2], page, session, server)
    shapes = ["Two axes", "Prompts and variants"]
    _measure("two axes, and back", [_click("sweep-shape", word) for word in shapes * 2], page, session, server)
    switch = "document.querySelector('.st-key-stream input').click()"
    _measure("a setting, the whole page drawn", [switch] * TIMES, page, session, server)
    task = _task_ms(session)
    print("scrolled:", page.evaluate(_SCROLL), f"main thread {_task_ms(session) - task:.0f} ms")


def main(folder: Path) -> None:
    store = open_store(None, folder)
    known = (head.id for head in list_sweeps(store, "local") if head.cells == PROMPTS * VARIANTS * REPEATS)
    sweep_id = next(known, None) or fill(store, PROMPTS, VARIANTS, REPEATS)
    store.close()
    with AppServer(PLAYGROUND_DATA_DIR=str(folder)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.add_init_script(_LISTEN)
        measure(f"{server.url}/sweep?sweep={sweep_id}", server, page)
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(Path(temporary))
