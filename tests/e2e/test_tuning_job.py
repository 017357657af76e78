"""A tuner's whole job in a real browser: from a file of rows to the better prompt, and out to promptfoo."""

from __future__ import annotations

import json

import pytest
import yaml
from playwright.sync_api import expect

from tests.e2e.test_sweep import fill

pytestmark = [pytest.mark.browser, pytest.mark.nightly]

# What is expected is a step on the way, which an answer that is kept brief leaves out.
ROWS = {
    "17 * 23 + 5": "391",
    "18 * 21 - 7": "378",
    "(9 * 8) / 6": "72",
    "9 * 9 * 9": "81",
    "(40 + 6) * 13": "46",
    "250 - 6 * 35": "210",
}
TUTOR = "You are a tutor: show each step of the operation with its result."
PROMPTS = ("Answer briefly.", TUTOR, "You are an examiner. Answer in a word.")


def choose(playground, key, *words):
    """Chooses from a list with several choices by typing, and closes it."""
    playground.settle()
    box = playground.key(key).locator("input")
    box.click()
    for typed in words:
        box.press_sequentially(typed)
        box.press("Enter")
    box.press("Escape")
    playground.settle()


def test_three_prompts_are_tuned_and_the_best_is_kept_and_taken_to_promptfoo(open_page, simulated, tmp_path):
    playground = open_page(simulated, "/sweep")
    page = playground.page

    rows = tmp_path / "sums.jsonl"
    rows.write_text("\n".join(json.dumps({"sum": asked, "expected": step}) for asked, step in ROWS.items()))
    playground.key("sweep-csv").locator("input[type=file]").set_input_files(rows)
    expect(playground.key("sweep-table")).to_contain_text("6 rows: sum, expected (read as JSON Lines)")
    fill(playground, "sweep-prompts", "Work out {{sum}}.")
    choose(playground, "sweep-axes", "system")
    fill(playground, "sweep-axis-system-prompt", "\n---\n".join(PROMPTS))
    fill(playground, "sweep-axis-temperature", "0, 1")
    choose(playground, "sweep-scorers", "Contains", "Rubric")
    fill(playground, "sweep-scorer-rubric", "Shows each step, its operation and its result")
    fill(playground, "sweep-repeats", "1")
    expect(playground.key("sweep-tag")).to_contain_text("72")  # 6 rows × 3 prompts × 2 temperatures, and the judge
    playground.key("sweep-start").get_by_role("button").first.click()
    expect(page.get_by_text("36 of 36 cells done; 36 answered, 36 of 36 judgements")).to_be_visible(timeout=120_000)

    grid = playground.key("sweep-matrix").get_by_role("grid")
    expect(grid.get_by_role("columnheader", name="You are a tutor").first).to_contain_text("6 of 6 passed")
    expect(grid.get_by_role("columnheader", name="Answer briefly").first).to_contain_text("0 of 6 passed")
    playground.key("sweep-filter").get_by_text("Failed", exact=True).click()
    expect(page.get_by_text("6 of 6 prompts. 24 cells are marked.")).to_be_visible()

    playground.settle()
    grid.get_by_role("gridcell").first.click()
    pane = playground.key("sweep-cell")
    expect(pane.get_by_text("Marked: the words that only this one of the two has.")).to_be_in_viewport()
    header = page.get_by_test_id("stHeader").bounding_box()
    assert pane.bounding_box()["y"] >= header["y"] + header["height"]  # its heading is not beneath the page's
    expect(pane).to_contain_text("Expected: 391")
    expect(pane.locator("mark").filter(has_text="391")).to_be_visible()
    playground.settle()
    playground.key("sweep-beside").locator("input").click()
    page.get_by_role("option", name="You are a tutor").and_(page.get_by_role("option", name="temperature 1")).click()
    expect(pane).to_contain_text("Cell 5: passed")
    expect(pane.locator("mark")).not_to_have_count(0)

    playground.key("sweep-keep").get_by_role("button").first.click()
    playground.key("sweep-keep-prompt").locator("input").click()
    page.get_by_role("option", name="You are a tutor").click()
    name = playground.key("sweep-keep-new").locator("input")
    expect(page.get_by_text(TUTOR, exact=True).last).to_be_visible()
    name.fill("Tutor of sums")
    playground.key("sweep-keep-save").get_by_role("button").first.click()
    expect(page.get_by_text("Saved as version 1 of “Tutor of sums”.")).to_be_visible()
    playground.escape()

    with page.expect_download() as download:
        playground.key("sweep-promptfoo-export").get_by_role("button").first.click()
    assert download.value.suggested_filename == "Work-out-17-23-5.promptfooconfig.yaml"
    text = download.value.path().read_text()
    file = yaml.safe_load(text)
    systems = [key for key in file["tests"][0]["vars"] if key.startswith("system")]
    assert {file["tests"][0]["vars"][key] for key in systems} == set(PROMPTS)
    assert len(file["prompts"]) == 3 and len(file["providers"]) == 6
    assert [case["vars"]["sum"] for case in file["tests"]] == list(ROWS)
    assert [case["assert"][0] for case in file["tests"]] == [
        {"type": "icontains", "value": step} for step in ROWS.values()
    ]
    kinds = {check["type"] for case in file["tests"] for check in case["assert"]}
    assert kinds == {"icontains", "llm-rubric"} and "file://" not in text  # nothing that is run

    playground.key("sweep-new").get_by_role("button").click()
    expect(playground.key("sweep-matrix")).to_have_count(0)
    playground.settle()
    playground.key("sweep-versions-system-prompt").locator("input").click()
    expect(page.get_by_role("option", name="Tutor of sums, version 1")).to_be_visible()
    assert not playground.errors
