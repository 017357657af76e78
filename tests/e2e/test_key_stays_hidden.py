"""The key of the environment is in no page, address, log, code or file, whatever is opened."""

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
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)
        for path in ("/", "/compare", "/sweep", "/history", "/reference", "/simulator"):
            playground.open(path)
            seen += [page.content(), page.url]
    seen.append(server.log)
    stage.close()
    assert SECRET in stage.exchange().headers["authorization"]  # it was sent where it belongs
    assert not [place for place in seen if SECRET in place]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files and not [path.name for path in files if SECRET.encode() in path.read_bytes()]
