"""A large clip in a real browser: from the moment it is chosen to its first frame in sight, and where the time goes.

Run with ``python -m tests.benchmarks.first_frame [--rounds 3] [--clip FILE]``. Without a file it makes a 1080p H.264
clip of some 170 MB, as `frames` does. All times are the browser's own, from the uploader's `change` event on.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.benchmarks.frames import LARGE_BYTES, make_clip, repeated
from tests.browser import FLAGS, find_browser
from tests.e2e.app_server import AppServer
from tests.e2e.playground import Playground

PATIENCE_MS = 60_000
# Looked at with every picture that the browser draws.
_WATCH = """
() => {
  const marks = (window.marks = {})
  const note = (name) => (marks[name] ??= performance.now() - marks.began)
  document.addEventListener("change", (event) => {
    if (event.target.type === "file") marks.began = performance.now()
  }, true)
  const inside = (host) => {
    for (const each of host?.querySelectorAll("*") ?? []) {
      const found = each.shadowRoot?.querySelector(".clip:not([hidden]) video")
      if (found) return found
    }
  }
  const look = () => {
    if (marks.began) {
      const early = inside(document.querySelector(".st-key-arriving"))
      if (early?.readyState >= 2 && early.offsetHeight) note("the first frame, shown by the browser")
      const taken = document.querySelector('img[alt^="Taken: "], .st-key-storyboard img')
      if (taken?.complete && taken.naturalWidth) note("the first frame that is sent")
      const first = document.querySelector(".st-key-storyboard img")
      if (first?.complete && first.naturalWidth) note("all frames that are sent")
    }
    requestAnimationFrame(look)
  }
  look()
}
"""
_UPLOADED = "() => performance.getEntriesByType('resource').filter((e) => e.name.includes('upload_file'))"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clip", type=Path)
    typed = parser.parse_args()
    expect.set_options(timeout=PATIENCE_MS)
    with tempfile.TemporaryDirectory() as folder, AppServer() as server, sync_playwright() as playwright:
        path = typed.clip or large_clip(Path(folder))
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        rounds = [choose(browser, server.url, path) for _ in range(typed.rounds)]
        browser.close()
    print(f"clip: {path.stat().st_size / 1e6:.0f} MB; seconds after it was chosen, each round and the median:")
    for name in rounds[0]:
        seconds = [marks[name] for marks in rounds]
        print(f"{name}: {', '.join(f'{each:.2f}' for each in seconds)}; {statistics.median(seconds):.2f}")


def large_clip(folder: Path) -> Path:
    path = folder / "large.mp4"
    make_clip(path, seconds=30, keyframe=150)
    data = path.read_bytes()
    path.write_bytes(repeated(data, LARGE_BYTES // len(data)))
    return path


def choose(browser: Browser, address: str, path: Path) -> dict[str, float]:
    """Seconds from choosing the clip, on a fresh page, to each thing that is then to be seen."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    playground = Playground(page, address).open()
    page.evaluate(_WATCH)
    playground.attach(path)
    page.wait_for_function("() => window.marks['all frames that are sent']", timeout=PATIENCE_MS)
    marks = page.evaluate("() => window.marks")
    began = marks.pop("began")
    upload = page.evaluate(f"() => ({_UPLOADED})().filter((e) => e.initiatorType === 'xmlhttprequest').at(-1).toJSON()")
    marks["uploaded"] = upload["responseEnd"] - began
    page.close()
    return {name: spent / 1000 for name, spent in sorted(marks.items(), key=lambda mark: mark[1])}


if __name__ == "__main__":
    main()
