"""Takes the README's pictures from the running app: ``python -m tests.screenshots`` writes them into ``docs/``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from tests.browser import FLAGS, find_browser
from tests.e2e.app_server import ROOT, AppServer
from tests.e2e.playground import PATIENCE_MS, Playground, settle, wait_for_pictures

DOCS = ROOT / "docs"
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
PROMPT = "What happens in this clip?"
CLIP = ROOT / "tests" / "fixtures" / "media" / "bigbuckbunny.mp4"


def main() -> None:
    expect.set_options(timeout=PATIENCE_MS)
    with (
        tempfile.TemporaryDirectory() as folder,
        AppServer(PLAYGROUND_SIMULATOR_TOKENS_PER_SECOND="0", PLAYGROUND_DATA_DIR=folder) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        for scheme in ("light", "dark"):
            for name, (width, height) in SIZES.items():
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                playground = Playground(page, server.url).open()
                playground.attach(CLIP)
                expect(playground.key("storyboard").locator("img")).to_have_count(8)
                playground.ask(PROMPT)
                playground.key("turn-1").locator("button.pane-head").click()  # thinking beside the answer
                _take(page, DOCS / f"playground-{scheme}-{name}.png")
                page.close()
        browser.close()


def _take(page, path: Path) -> None:
    settle(page)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    wait_for_pictures(page)
    page.locator('[class*="st-key-panes-"]').evaluate("(panes) => panes.scrollIntoView({ block: 'center' })")
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path)
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
