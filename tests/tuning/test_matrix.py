"""The matrix of a sweep: what a place comes to, what a filter leaves, two axes as a grid, and what the browser gets."""

import base64
import gzip
import json
import random
from decimal import Decimal

import pytest

from components.history.sweeps import CellRecord, RunOutcome
from components.params.choices import Choices
from components.tuning.matrix import axes_of, columns_at, filtered, grid_of, matrix_of
from components.tuning.matrix_table import packed, table_of, table_of_grid
from components.tuning.plan import Plan, Question, grid
from components.tuning.results import rows_of
from components.tuning.scorers import Scorer

RUBRIC = "rubric: Clear"


CONTAINS = (Scorer("contains", "a"),)


def plan(questions=2, axes=None, repeats=1, scorers=CONTAINS):
    asked = tuple(Question(f"Question {number}") for number in range(questions))
    axes = {"temperature": [0.0, 1.0]} if axes is None else axes
    return Plan("Which?", asked, grid(axes), repeats, Choices({}), scorers, Decimal(1))


def found(of, said):
    """The rows of a plan in which `said(cell)` tells of each cell: its scores, and what differs from the usual answer.

    None: it still waits; a text: its call failed for that reason.
    """
    cells, outcomes = [], {}
    for number in range(of.size):
        told = said(of.cell(number))
        if told is None:
            cells.append(CellRecord(number))
        elif isinstance(told, str):
            cells.append(CellRecord(number, "failed", 5, note=told))
        else:
            scores = {name: {"value": value, "note": ""} for name, value in told.get("scores", {}).items()}
            cells.append(
                CellRecord(number, "done", 1, cost_usd=Decimal("0.001"), run_id=f"run-{number}", scores=scores)
            )
            thinking, answer = told.get("thinking", 5), told.get("answer", "An answer")
            outcomes[f"run-{number}"] = RunOutcome(
                "", answer, "stop", 10, thinking, 20, Decimal("0.001"), 0.5, 1.0, False
            )
    return rows_of(of, cells, outcomes)


def right(*passed):
    """Says of each cell whether it passes, by its variant."""
    return lambda cell: {"scores": {"contains: a": float(passed[cell.variant])}}


def matrix(said, **about):
    of = plan(**about)
    return matrix_of(of, found(of, said))


def test_prompts_are_lines_and_ways_of_asking_columns_and_repeats_meet_in_a_place():
    made = matrix(lambda cell: {"answer": f"{cell.question} {cell.variant} {cell.repeat}"}, repeats=3)
    assert (made.prompts, made.columns) == (("Question 0", "Question 1"), ("temperature 0.0", "temperature 1.0"))
    place = made.cell(1, 0)
    assert [row.outcome.answer for row in place.rows] == ["1 0 0", "1 0 1", "1 0 2"]
    assert (place.prompt, place.column, place.beginning) == (1, 0, "1 0 0")


@pytest.mark.parametrize(
    ("repeats", "mark"),
    [
        ([1.0, 1.0], "passed"),
        ([1.0, 0.0], "mixed"),
        ([0.0, 0.0], "wrong"),
        ([1.0, "The API said no."], "mixed"),
        ([0.0, "The API said no."], "wrong"),
        ([1.0, None], "passed"),
        (["The API said no.", "no"], "failed"),
        ([None, None], "waiting"),
        (["no", None], "failed"),
    ],
)
def test_a_place_is_marked_by_all_of_its_repeats(repeats, mark):
    def said(cell):
        told = repeats[cell.repeat]
        return {"scores": {"contains: a": told}} if isinstance(told, float) else told

    assert matrix(said, repeats=2).cell(0, 0).mark == mark


def test_an_answer_passes_when_every_check_does_and_a_judged_score_is_no_check():
    scorers = (Scorer("contains", "a"), Scorer("json"), Scorer("rubric", "Clear"))
    scores = {"contains: a": 1.0, "json": 0.0, RUBRIC: 2.0}
    assert matrix(lambda cell: {"scores": scores}, scorers=scorers).cell(0, 0).mark == "wrong"
    only = matrix(lambda cell: {"scores": {RUBRIC: 1.0}}, scorers=(Scorer("rubric", "Clear"),))
    assert only.cell(0, 0).mark == "answered" and "passed" not in only.metrics and only.judged == (RUBRIC,)


def test_a_place_tells_how_its_repeats_spread():
    def said(cell):
        return {"scores": {RUBRIC: [2.0, 5.0, 3.5][cell.repeat]}}

    spread = matrix(said, repeats=3, scorers=(Scorer("rubric", "Clear"),)).cell(0, 0).spreads[RUBRIC]
    assert (spread.mean, spread.low, spread.high, spread.n) == (3.5, 2.0, 5.0, 3)


def test_why_there_is_no_answer_stands_in_its_place():
    made = matrix(lambda cell: "The API said no." if cell.variant else {"answer": "  Yes,\n\n indeed \ud83d"})
    assert (made.cell(0, 0).beginning, made.cell(0, 1).beginning) == ("Yes, indeed \ufffd", "The API said no.")


def test_failed_are_wrong_answers_and_failed_calls():
    def said(cell):
        return (
            {"scores": {"contains: a": 1.0}}
            if cell.question
            else ({"scores": {"contains: a": 0.0}}, "no")[cell.variant]
        )

    view = filtered(matrix(said, questions=3), "failed")
    assert (view.prompts, view.hits) == ((0,), {0, 1})


def test_below_a_score_is_above_it_where_less_is_better():
    made = matrix(
        lambda cell: {"scores": {RUBRIC: 1.0 + cell.question}}, scorers=(Scorer("rubric", "Clear"),), questions=4
    )
    assert filtered(made, "below", RUBRIC, 3.0).prompts == (0, 1)
    assert filtered(made, "below", "cost ($)", 0.0005).prompts == (0, 1, 2, 3)
    assert filtered(made, "below", "cost ($)", 0.001).prompts == ()


def test_variants_disagree_where_one_passes_and_another_does_not():
    def said(cell):
        return {
            "scores": {"contains: a": float(cell.question == 0 or cell.variant != 1)},
            "answer": f"{random.random()}",
        }

    view = filtered(matrix(said, axes={"temperature": [0.0, 0.5, 1.0]}), "disagree")
    assert (view.prompts, view.hits) == ((1,), {4})  # the odd one is marked


def test_without_checks_variants_disagree_by_the_judge_and_without_one_by_their_words():
    judged = matrix(
        lambda cell: {"scores": {RUBRIC: 3.0 + cell.question * cell.variant}, "answer": f"{random.random()}"},
        scorers=(Scorer("rubric", "Clear"),),
    )
    assert filtered(judged, "disagree").prompts == (1,)
    words = matrix(
        lambda cell: {"answer": ["Paris.", " paris"][cell.variant] if cell.question else f"{cell}"}, scorers=()
    )
    view = filtered(words, "disagree")
    assert (view.prompts, view.hits) == ((0,), {0, 1})  # neither is the usual one


def test_what_was_not_answered_disagrees_with_nothing():
    made = matrix(lambda cell: {"scores": {"contains: a": 1.0}} if cell.variant else None)
    assert filtered(made, "disagree").prompts == ()


def test_the_longest_thinking_comes_first():
    thinking = [50, 900, 100, 7, 5_000, 6]
    made = matrix(lambda cell: {"thinking": thinking[cell.question]}, questions=6, axes={"top_p": [0.5]}, scorers=())
    assert filtered(made, "thinking").prompts == (4,)
    many = matrix(lambda cell: {"thinking": cell.question * 10 + cell.variant}, questions=20, scorers=())
    assert filtered(many, "thinking").prompts == (19, 18)
    assert filtered(many, "all").prompts == tuple(range(20)) and filtered(many, "all").hits is None


AXES = {"temperature": [0.0, 1.0], "reasoning_effort": ["low", "high"], "top_p": [0.9]}


def test_two_axes_are_a_grid_over_all_else():
    of = plan(axes=AXES, repeats=2)
    made = matrix_of(of, found(of, lambda cell: {"scores": {"contains: a": float(cell.variant == 3)}}))
    assert list(axes_of(of)) == ["temperature", "reasoning_effort", "prompt"]  # one value is no axis
    both = grid_of(of, made, "passed", "temperature", "reasoning_effort")
    assert (both.down, both.across) == (("0.0", "1.0"), ("low", "high"))
    assert {at: (spread.mean, spread.n) for at, spread in both.spreads.items()} == {
        (0, 0): (0.0, 4),
        (0, 1): (0.0, 4),
        (1, 0): (0.0, 4),
        (1, 1): (1.0, 4),
    }
    prompts = grid_of(of, made, "passed", "prompt", "reasoning_effort")
    assert prompts.spreads[1, 1].mean == 0.5 and prompts.spreads[1, 1].low == 0.0 and prompts.spreads[1, 1].n == 4
    assert columns_at(of, "reasoning_effort", 1) == (1, 3) and columns_at(of, "prompt", 0) == (0, 1, 2, 3)


def test_values_that_begin_alike_are_axes_of_their_own():
    long = ["You are brief. " * 20 + end for end in ("Always.", "Never.")]
    of = plan(axes={"system": long, "top_p": [0.1, 0.2]})
    made = matrix_of(of, found(of, right(1, 1, 0, 0)))
    both = grid_of(of, made, "passed", "system", "top_p")
    assert len(set(both.down)) == 2 and [both.spreads[line, 0].mean for line in (0, 1)] == [1.0, 0.0]


def test_the_browser_is_given_every_place_in_few_bytes():
    of = plan(questions=1_000, axes={"temperature": [0.0, 0.5, 1.0, 1.5, 2.0]}, repeats=2)
    rng = random.Random(1)
    words = "ocean syllables model answer think reason budget table code python merge sort quick picture".split()
    made = matrix_of(
        of,
        found(
            of,
            lambda cell: {
                "scores": {"contains: a": float(rng.random() < 0.5)},
                "answer": " ".join(rng.choices(words, k=60)),
                "thinking": rng.randint(1, 5_000),
            },
        ),
    )
    table = table_of(made)
    sent = packed(table)
    assert len(sent) < 500_000
    assert json.loads(gzip.decompress(base64.b64decode(sent))) == table
    assert len(table["texts"]) == len(table["marks"]) == 5_000 and {len(one) for one in table["values"]} == {5_000}


def test_a_measure_says_how_its_values_are_written():
    made = matrix(right(1, 0), repeats=2)
    table = table_of(made)
    kinds = {one["name"]: one["kind"] for one in table["measures"]}
    assert (kinds["passed"], kinds["cost ($)"], kinds["total (s)"], kinds["thinking tokens"]) == (
        "check",
        "cost",
        "seconds",
        "tokens",
    )
    assert table["values"][0][:2] == [[1.0, 1.0, 1.0, 2], [0.0, 0.0, 0.0, 2]] and table["marks"] == "pfpf"
    assert table["notes"] == ["4 of 4 passed, $0.001000 each", "0 of 4 passed, $0.001000 each"]


def test_a_grid_says_where_there_is_nothing():
    of = plan(axes={"temperature": [0.0, 1.0], "top_p": [0.1, 0.2]})
    made = matrix_of(of, found(of, lambda cell: {"scores": {"contains: a": 1.0}} if cell.variant else None))
    table = table_of_grid(grid_of(of, made, "passed", "temperature", "top_p"), "passed", False)
    assert table["values"] == [[None, [1.0, 1.0, 1.0, 2], [1.0, 1.0, 1.0, 2], [1.0, 1.0, 1.0, 2]]]
    assert table["marks"] == "waaa"
