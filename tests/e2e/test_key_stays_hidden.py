"""The key of the environment is in no page, address, log, code or file, whatever is opened."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.app_server import AppServer, Stage
from tests.e2e.playground import SECRET
from tests.e2e.replies import whole

pytestmark = pytest.mark.browser


def test_the_key_is_found_nowhere(open_page, tmp_path: Path):
    stage = Stage()
    stage.play(whole("Some thinking.", f"You sent {SECRET}, did you not?"))
    environment = {"EMPIRIOLABS_BASE_URL": stage.url, "EMPIRIOLABS_API_KEY": SECRET}
    seen: list[str] = []
    downloads: list[Path] = []

    def download(button) -> None:
        with page.expect_download() as started:
            button.click()
        downloads.append(tmp_path / "downloads" / started.value.suggested_filename)
        started.value.save_as(downloads[-1])

    with AppServer(PLAYGROUND_DATA_DIR=str(tmp_path), **environment) as server:
        playground = open_page(server)
        page = playground.page
        page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: seen.append(str(frame))))
        page.reload()
        playground.ask("Hello")
        for button in ("get-code", "paste-code", "change-connection"):
            playground.key(button).locator("button").first.click()
            expect(page.get_by_role("dialog")).to_be_visible()
            seen.append(page.content())
            if button == "get-code":
                download(page.get_by_role("dialog").get_by_test_id("stDownloadButton").locator("button"))
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)
        playground.key("inspect-1").locator("button").click()
        download(page.get_by_role("button", name="Support bundle"))
        page.keyboard.press("Escape")
        playground.key("export").locator("button").first.click()
        for kind in ("JSON", "Markdown", "HTML page"):
            download(page.get_by_role("button", name=kind))
        for path in ("/", "/compare", "/sweep", "/history", "/reference", "/simulator"):
            playground.open(path)
            seen += [page.content(), page.url]
    seen.append(server.log)
    stage.close()
    assert SECRET in stage.exchange().headers["authorization"]  # it was sent where it belongs
    assert not [place for place in seen if SECRET in place]
    assert {path.suffix for path in downloads} >= {".zip", ".json", ".md", ".html"}
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files and not [path.name for path in files if SECRET.encode() in _bytes(path)]


def _bytes(path: Path) -> bytes:
    """What is in the file; of a zip, what is in its files."""
    if path.suffix != ".zip":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist()
        return b"\0".join(archive.read(name) for name in archive.namelist())
