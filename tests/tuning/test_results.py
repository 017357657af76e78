"""What a sweep found, as rows, sentences and files."""

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal

from components.history.sweeps import CellRecord, RunOutcome
from components.params.choices import Choices
from components.tuning.charts import charts_of, over_setting, over_variants, trade_off
from components.tuning.drawing import as_svg
from components.tuning.export import as_csv, as_html, as_jsonl
from components.tuning.plan import Plan, Question, Variant, grid
from components.tuning.results import (
    best_variant,
    by_setting,
    by_variant,
    metrics_of,
    rows_of,
    summaries,
    unscored,
    verdict,
)
from components.tuning.scorers import Scorer

PLAN = Plan(
    "Which <b>temperature</b>?",
    (Question("=1+1", "2"), Question("Hello, “you”", "")),
    grid({"temperature": [0.0, 1.0]}),
    4,
    Choices({"max_tokens": 50}),
    (Scorer("contains", "a"), Scorer("cost")),
    Decimal("1"),
)


def outcome(answer, total_s=1.0):
    return RunOutcome("thought", answer, "stop", 10, 5, 20, Decimal("0.001"), 0.5, total_s, True)


def found(good=lambda cell: cell.variant == 1, count=PLAN.size):
    cells, outcomes = [], {}
    for number in range(PLAN.size):
        if number >= count:
            cells.append(CellRecord(number))
            continue
        value = float(good(PLAN.cell(number)))
        scores = {"contains: a": {"value": value, "note": ""}, "cost": {"value": 0.001, "note": ""}}
        cells.append(CellRecord(number, "done", 1, Decimal(0), Decimal("0.001"), f"run-{number}", scores))
        outcomes[f"run-{number}"] = outcome(f"=answer {number}\n<script>alert(1)</script>")
    return rows_of(PLAN, cells, outcomes)


def test_a_row_says_what_was_asked_and_what_came():
    row = found()[3]
    assert (row.prompt, row.variant, row.repeat, row.status) == ("Hello, “you”", "temperature 1.0", 0, "done")
    assert row.values == {
        "contains: a": 1.0,
        "cost ($)": 0.001,
        "total (s)": 1.0,
        "first answer (s)": 0.5,
        "thinking tokens": 5.0,
        "output tokens": 20.0,
    }


def test_what_was_not_answered_has_no_values_and_is_counted_nowhere():
    some = found(count=3)
    assert some[5].values == {} and some[5].outcome is None
    assert {name: len(values) for name, values in by_variant(some, "contains: a").items()} == {
        "temperature 0.0": 2,
        "temperature 1.0": 1,
    }
    assert "n = 1 somewhere" in verdict(some, "contains: a", False)


def test_the_best_is_named_only_where_it_is_more_than_chance():
    clear = found()
    assert verdict(clear, "contains: a", False).startswith("Best: temperature 1.0, beyond chance (n = 8;")
    noise = found(good=lambda cell: cell.number in (0, 2, 3))
    assert verdict(noise, "contains: a", False).startswith("No difference is more than chance")
    assert verdict(clear, "output tokens", None) == "More or fewer output tokens is not better by itself."
    assert (
        best_variant(clear, "contains: a", False) == "temperature 1.0"
        and best_variant(clear, "output tokens", None) is None
    )


def test_groups_by_setting_and_their_summaries():
    some = found()
    assert {value: sum(values) for value, values in by_setting(some, "contains: a", "temperature").items()} == {
        0.0: 0.0,
        1.0: 8.0,
    }
    assert summaries(some, "contains: a")["temperature 1.0"].n == 8
    assert list(metrics_of(PLAN, some))[:2] == ["contains: a", "cost ($)"]


def test_the_csv_opens_in_a_spreadsheet_and_holds_no_formula():
    text = as_csv(PLAN, found())
    assert text.startswith("\ufeffcell,prompt,expected,temperature,repeat")
    lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(lines) == 16
    assert lines[0]["prompt"] == "'=1+1" and lines[0]["answer"].startswith("'=answer 0\n")
    assert float(lines[1]["contains: a"]) == 1.0 and lines[0]["temperature"] == "0.0"


def test_the_json_lines_hold_the_texts_as_they_are():
    lines = [json.loads(line) for line in as_jsonl(found(count=3)).splitlines()]
    assert len(lines) == 16 and lines[0]["prompt"] == "=1+1" and lines[0]["answer"].startswith("=answer 0")
    assert lines[5]["answer"] is None and lines[0]["settings"] == {"temperature": 0.0}


def test_what_could_not_be_scored_is_counted_and_told():
    judged = replace(PLAN, scorers=(Scorer("rubric", "It <b>says</b> five"),))
    name = judged.scorers[0].name
    reply = {"value": None, "note": "The judge gave no score: “Well”"}
    cells = [CellRecord(number, "done", 1, run_id=f"run-{number}", scores={name: reply}) for number in range(3)]
    cells.append(CellRecord(3, "failed", 5, note="Refused <i>again</i>"))
    cells += [CellRecord(number) for number in range(4, PLAN.size)]
    some = rows_of(judged, cells, {f"run-{number}": outcome("half a pair: \ud83d") for number in range(3)})
    assert unscored(judged, some) == {name: (3, "The judge gave no score: “Well”")}
    assert unscored(PLAN, found()) == {}
    page = as_html(judged, some, made_on="today")
    assert (
        "3 of 16 calls done, 1 failed" in page
        and "could not score 3 of the answers" in page
        and "Refused &lt;i&gt;again&lt;/i&gt;" in page
    )
    for text in (page, as_csv(judged, some), as_jsonl(some)):
        assert "half a pair: \ufffd" in text and text.encode()


def test_the_report_is_whole_and_runs_nothing():
    page = as_html(PLAN, found(), made_on="2026-11-25")
    assert page.count("<svg") == 5 and "simulated" in page and "Best: temperature 1.0" in page
    assert "<script" not in page and "&lt;script&gt;" in page and "<b>temperature" not in page
    assert "http://" not in page.replace("http://www.w3.org/", "") and "https://" not in page


def test_the_experiment_on_thinking_shows_each_measure_of_all_its_ways():
    variants = (Variant({"reasoning_effort": "low"}), Variant({"thinking_budget": 100}))
    some = [replace(row, settings=variants[row.number % 2].settings) for row in found()]
    titles = [title for title, _ in charts_of(some, "contains: a")]
    assert titles[:4] == ["contains: a", "thinking tokens", "first answer (s)", "cost ($)"]
    assert [title for title, _ in charts_of(found(), "contains: a")][0] == "contains: a by temperature"


def of_ways(count, value=lambda number: float(number)):
    """Rows of so many ways of asking, two of each."""
    rows_of = found()[:2]
    return [
        replace(
            rows_of[repeat], variant=f"temperature {way / 10}", values={"score": value(way), "cost ($)": way / 1000}
        )
        for repeat in (0, 1)
        for way in range(count)
    ]


def test_charts_of_thirty_ways_have_the_numbers_of_the_ways():
    some = of_ways(30)
    for chart in (trade_off(some, "score", "cost ($)"), over_variants(some, "score")):
        assert [point.number for point in chart.points] == list(range(1, 31))
    assert "30 · temperature 2.9" in as_svg(over_variants(some, "score"))


def test_a_tie_names_no_winner():
    tied = found(good=lambda cell: True)
    assert best_variant(tied, "contains: a", False) is None
    assert verdict(tied, "contains: a", False) == (
        "A tie: 2 of 2 ways of asking share the best mean (n = 8 or more each)."
    )


def test_files_keep_the_columns_of_the_table():
    questions = (Question("1+1", "2", {"topic": "sums", "answer": "?"}), Question("Hello", "", {"topic": "talk"}))
    plan = replace(PLAN, questions=questions)
    some = rows_of(plan, [CellRecord(number) for number in range(plan.size)], {})
    lines = list(csv.DictReader(io.StringIO(as_csv(plan, some).lstrip("\ufeff"))))
    assert [(line["topic"], line["table: answer"], line["answer"]) for line in lines[::2][:2]] == [
        ("sums", "?", ""),
        ("talk", "", ""),
    ]
    assert json.loads(as_jsonl(some).splitlines()[0])["columns"] == {"topic": "sums", "answer": "?"}


def test_charts_are_left_out_where_there_is_nothing_to_draw():
    assert over_setting(found(), "contains: a", "max_tokens") is None
    assert trade_off(found(count=0), "contains: a", "cost ($)") is None
