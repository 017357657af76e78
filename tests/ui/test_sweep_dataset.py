"""The table of a sweep: recognised, previewed, kept with versions, used again, and asked with its own checks."""

from tests.tuning.datasets.files import PROMPTFOO, json_lines
from tests.ui.test_sweep_page import progress, start, text


def upload(app, name, data):
    next(one for one in app.file_uploader if one.key == "sweep-csv").upload(name, data).run()
    assert not app.exception


def test_a_promptfoo_file_brings_its_prompt_its_checks_and_says_what_it_leaves(sweep):
    upload(sweep, "promptfooconfig.yaml", PROMPTFOO.encode())
    assert "read as promptfoo configuration" in text(sweep) and "it is a program, and none is run" in text(sweep)
    assert sweep.text_area(key="sweep-prompts").value == "What is the capital of {{country}}?"
    assert list(sweep.multiselect(key="sweep-scorers").value) == ["checks", "rubric"]
    sweep.multiselect(key="sweep-scorers").set_value(["checks"]).run()
    sweep.multiselect(key="sweep-axes").set_value([]).run()
    sweep.number_input(key="sweep-repeats").set_value(1).run()
    start(sweep)
    assert progress(sweep) == "3 of 3 cells done" and "checks" in sweep.selectbox(key="sweep-metric").options


def test_a_table_is_kept_with_its_versions_and_used_again(sweep):
    upload(sweep, "sums.jsonl", json_lines({"question": "2+2?", "answer": "4"}))
    sweep.text_input(key="sweep-table-name").set_value("Sums").run()
    sweep.button(key="sweep-table-keep").click().run()
    sweep.button(key="sweep-no-csv").click().run()
    upload(sweep, "more.jsonl", json_lines({"question": "2+2?", "answer": "4"}, {"question": "3+3?", "answer": "6"}))
    sweep.text_input(key="sweep-table-name").set_value("Sums").run()
    sweep.button(key="sweep-table-keep").click().run()
    sweep.button(key="sweep-no-csv").click().run()
    saved = sweep.selectbox(key="sweep-table-saved")
    assert list(saved.options) == ["Sums · version 2 of 2", "Sums · version 1 of 2"]
    saved.set_value(("Sums", 1)).run()
    sweep.button(key="sweep-table-use").click().run()
    assert "**Sums**, 1 row: question, expected" in text(sweep)
    sweep.button(key="sweep-no-csv").click().run()
    sweep.selectbox(key="sweep-table-saved").set_value(("Sums", 2)).run()
    sweep.button(key="sweep-table-delete").click().run()
    assert not sweep.exception and "sweep-table-saved" not in [one.key for one in sweep.selectbox]


def test_a_sweep_is_written_as_a_promptfoo_file_that_can_be_read_again(sweep):
    upload(sweep, "sums.jsonl", json_lines({"question": "2+2?", "answer": "4"}, {"question": "3+3?", "answer": "6"}))
    sweep.multiselect(key="sweep-axes").set_value([]).run()
    sweep.multiselect(key="sweep-scorers").set_value(["contains"]).run()
    sweep.number_input(key="sweep-repeats").set_value(1).run()
    start(sweep)
    button = next(one for one in sweep.get("download_button") if "promptfoo" in one.proto.label)
    assert "npx promptfoo eval" in button.proto.help and "Not in it" not in button.proto.help
