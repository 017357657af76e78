"""What browser sessions with clips leave in the server's memory when they are over.

Run with ``python -m tests.benchmarks.many_sessions [--sessions 50]``. Each session opens the page in Chromium, attaches
a clip and a photo, asks the simulator about them and is closed; the next one follows at once. After five of them and
after all it waits until what they held should have been given back, and reads what the process holds.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from components.ui.presence import GRACE_S
from tests.benchmarks.frames import make_clip, repeated
from tests.browser import FLAGS, find_browser
from tests.e2e.app_server import AppServer
from tests.e2e.playground import Playground

FIRST = 5
PHOTO = Path(__file__).parents[1] / "fixtures" / "media" / "china.jpg"
PATIENCE_MS = 60_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=50)
    typed = parser.parse_args()
    expect.set_options(timeout=PATIENCE_MS)
    with (
        tempfile.TemporaryDirectory() as folder,
        AppServer(PLAYGROUND_SIMULATOR_TOKENS_PER_SECOND="0") as server,
        sync_playwright() as playwright,
    ):
        clips = [Path(folder) / name for name in ("small.mp4", "large.mp4")]
        make_clip(clips[0], seconds=10, keyframe=60)
        clips[1].write_bytes(repeated(clips[0].read_bytes(), 4))
        print(f"clips of {', '.join(f'{clip.stat().st_size / 1e6:.0f} MB' for clip in clips)}, in turn")
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        print(f"before: {held_mb(server.pid):.0f} MB")
        for number in range(1, typed.sessions + 1):
            visit(browser, server.url, clips[number % 2])
            if number in (FIRST, typed.sessions):
                at_once = held_mb(server.pid)
                time.sleep(GRACE_S + 5)
                print(f"after {number}: {at_once:.0f} MB at once, {held_mb(server.pid):.0f} MB when they are over")
        browser.close()


def visit(browser: Browser, address: str, clip: Path) -> None:
    page = browser.new_page(viewport={"width": 1366, "height": 640})
    playground = Playground(page, address).open()
    playground.attach(clip, PHOTO)
    expect(playground.key("storyboard").locator("img")).to_have_count(9)
    playground.ask("What do you see?")
    page.close()


def held_mb(pid: int) -> float:
    (held,) = re.findall(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(held) * 1024 / 1e6


if __name__ == "__main__":
    main()
