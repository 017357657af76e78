"""One conversation: refreshed, closed, reopened, branched, found, exported, deleted, brought back, imported."""

import json
import threading

import pytest
from playwright.sync_api import expect

from tests.e2e.playground import choose_row, squeezed
from tests.e2e.replies import ending, opening, said, thought, whole
from tests.raw_server import wait_for

pytestmark = pytest.mark.browser

EDIT = "Edit the question"


@pytest.mark.nightly
def test_a_conversation_is_never_lost(open_page, scripted, stage, tmp_path):
    more = threading.Event()
    stage.play(
        whole("Hm.", "Ada it is."),
        [opening(), thought("A quokkasaurus crosses. "), said("Half "), wait_for(more), said("and half."), *ending()],
        whole("Well.", "Another branch."),
    )
    page = open_page(scripted)
    page.ask("My name is Ada.")

    page.send("Tell me a story.")
    expect(page.answer(2)).to_contain_text("Half")
    page.page.reload()
    expect(page.answer(2)).to_contain_text("Half")
    address = page.page.url.removeprefix(page.url)
    page.page.close()
    page = open_page(scripted, address)
    expect(page.answer(2)).to_contain_text("Half")
    more.set()
    page.wait_for_end(2)
    assert squeezed(page.answer(2).inner_text()) == "Halfandhalf."

    page.key("menu-2").get_by_role("button").click()
    page.page.get_by_text(EDIT).click()
    page.key("edit-question-2").locator("textarea").fill("Tell me a joke.")
    page.key("edit-question-2").locator("textarea").press("Control+Enter")
    page.key("edit-question-2-ask").get_by_role("button").click()
    expect(page.answer(2)).to_contain_text("Another branch.")
    page.wait_for_end(2)
    page.key("question-2-earlier").locator("button:visible").first.click()
    expect(page.answer(2)).to_contain_text("and half.")
    assert squeezed(page.answer(2).inner_text()) == "Halfandhalf."
    expect(page.key("turn-2")).to_contain_text("Tell me a story.")

    _look_for(page, "quokkasaurus")
    _press(page, "history-open")
    expect(page.answer(2)).to_contain_text("and half.")
    assert page.page.url.endswith(address.rpartition("?")[2])

    page.choose("Export")
    with page.page.expect_download() as download:
        page.page.get_by_role("button", name="JSON").click()
    file = tmp_path / "talk.json"
    download.value.save_as(file)
    assert len(json.loads(file.read_text(encoding="utf-8"))["conversations"][0]["runs"]) == 3
    page.escape()

    _look_for(page, "quokkasaurus")
    _press(page, "history-delete")
    expect(page.page.get_by_text("1 run deleted.")).to_be_visible()
    expect(page.page.get_by_text("No run matches.")).to_be_visible()
    _press(page, "history-restore")
    expect(page.page.get_by_text("1 entry by words")).to_be_visible()

    page.key("import").locator("button:visible").first.click()
    page.key("import-file").locator("input[type=file]").set_input_files(file)
    _press(page, "import-go")
    expect(page.answer(2)).to_contain_text("and half.")
    page.page.wait_for_url("**conversation=*")
    assert address.rpartition("conversation=")[2] not in page.page.url
    page.key("question-2-later").locator("button:visible").first.click()
    expect(page.answer(2)).to_contain_text("Another branch.")
    assert stage.count == 3 and page.errors == []


def _look_for(page, word):
    page.go_to("History")
    page.key("history-search").locator("input").fill(word)
    page.key("history-search").locator("input").press("Enter")
    expect(page.page.get_by_text("1 entry by words")).to_be_visible()
    choose_row(page.page)


def _press(page, key):
    page.key(key).locator("button:enabled:visible").first.click()
