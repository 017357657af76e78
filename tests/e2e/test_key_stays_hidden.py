"""The key of the environment is in no page, address, log, code, export or file, whatever is opened.

Every other test of this folder is watched likewise (`canary`); this one opens what they do not.
"""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import canary
from tests.e2e.app_server import AppServer, Stage
from tests.e2e.canary import SECRET, check_folder
from tests.e2e.playground import Playground
from tests.e2e.replies import whole

pytestmark = pytest.mark.browser


@pytest.mark.nightly
def test_the_key_is_found_nowhere(open_page, tmp_path: Path):
    stage = Stage()
    stage.play(whole("Some thinking.", f"You sent {SECRET}, did you not?"))
    downloads: list[Path] = []

    def download(button) -> None:
        with page.expect_download() as started:
            button.click()
        downloads.append(tmp_path / "downloads" / started.value.suggested_filename)
        started.value.save_as(downloads[-1])

    with AppServer(EMPIRIOLABS_BASE_URL=stage.url, PLAYGROUND_DATA_DIR=str(tmp_path / "data")) as server:
        playground = open_page(server)
        page = playground.page
        playground.ask("Hello")
        for button in ("Get code", "Paste code", "share", "edit-tools", "change-connection"):
            if button[0].isupper():
                playground.choose(button)
            else:
                playground.key(button).locator("button").first.click()
            expect(page.get_by_role("dialog")).to_be_visible()
            assert SECRET not in page.content()
            if button == "Get code":
                download(page.get_by_role("dialog").get_by_test_id("stDownloadButton").locator("button"))
            playground.escape()
            expect(page.get_by_role("dialog")).to_have_count(0)
        playground.key("inspect-1").locator("button").click()
        download(page.get_by_role("button", name="Support bundle"))
        page.get_by_role("dialog").get_by_role("button", name="Close").click()
        playground.choose("Export")
        for kind in ("JSON", "Markdown", "HTML page"):
            download(page.get_by_role("dialog").get_by_role("button", name=kind))
        for path in ("/", "/compare", "/sweep", "/reference", "/simulator", "/history"):
            playground.open(path)
            assert SECRET not in page.content()
        # The box before the first row; the table is one drawing.
        page.get_by_test_id("stDataFrame").locator(".dvn-scroller").click(position={"x": 20, "y": 55})
        playground.key("history-export").locator("button").first.click()
        download(page.get_by_role("button", name="CSV of the runs"))
    stage.close()
    assert SECRET in stage.exchange().headers["authorization"]  # it was sent where it belongs
    assert {path.suffix for path in downloads} >= {".sh", ".zip", ".json", ".md", ".html", ".csv"}
    assert all(path.stat().st_size for path in downloads)
    check_folder(tmp_path)


@pytest.mark.nightly
def test_the_watch_sees_what_a_page_is_told_shows_and_asks(browser, simulated, monkeypatch):
    title = "Watch Kimi K2.6 think"
    with browser.new_context() as context:
        watch = canary.Watch(context)
        playground = Playground(context.new_page(), simulated.url).open()
        expect(playground.page.get_by_role("heading", name=title)).to_be_visible()
        watch.check()
        playground.page.evaluate("fetch('http://elsewhere.invalid/picture.png').catch(() => null)")
        with pytest.raises(AssertionError, match="asked for http://elsewhere.invalid/picture.png"):
            watch.check()
        monkeypatch.setattr(canary, "SECRET", title)
        playground.page.reload()
        expect(playground.page.get_by_role("heading", name=title)).to_be_visible()
        with pytest.raises(AssertionError, match="found in a message, the page at"):
            watch.check()
