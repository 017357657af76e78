"""The matrix of a sweep on the page: what the browser is given, filters, two axes, and the answers side by side."""

import html
import json
import re
from decimal import Decimal

import pytest

from components.core.parts import Message, TextPart
from components.core.usage import Usage
from components.history.runs import save_run
from components.history.sweeps import CellRecord, create_sweep, save_cells, set_status
from components.params.choices import Choices
from components.tuning.plan import Plan, Question, grid, plan_json
from components.tuning.scorers import Scorer
from components.ui import resources
from components.ui.sweep.results import FindingsState
from tests.history.samples import asked, failed
from tests.ui.test_sweep_page import text

PROMPTS = ("Say many words", "Refused\nsimulate: nonsense=1", "Say two")
AXES = {"temperature": [0.0, 1.0], "top_p": [0.5, 0.9]}


def fill(store):
    """A sweep that is done: long answers to the first prompt, refusals of the second, short answers to the third."""
    questions = tuple(Question(prompt) for prompt in PROMPTS)
    plan = Plan(
        "Words", questions, grid(AXES), 1, Choices({}), (Scorer("length", "20-"),), Decimal(9), model="kimi-k2-6"
    )
    messages = [Message("user", (TextPart(prompt),)) for prompt in PROMPTS]
    sweep_id = create_sweep(store, "local", plan.name, plan_json(plan), messages, plan.size)
    cells = []
    for number in range(plan.size):
        cell = plan.cell(number)
        about = {"messages": (messages[cell.question],), "kind": "sweep", "group_id": sweep_id}
        if cell.question == 1:
            run = failed("", **about)
            cells.append(CellRecord(number, "failed", 1, run_id=run.id, note="Unknown directive 'nonsense'."))
        else:
            words = 30 if cell.question == 0 else 2
            answer = " ".join(f"word{place * (cell.variant + 1)}" for place in range(words))
            answer += " <img src=x onerror=alert(1)> :red[no]"
            run = asked("", **about, answer=answer, usage=Usage(9, 0, words, 0, 9 + words))
            scores = {"length: 20-": {"value": float(words > 20), "note": f"{words} words"}}
            cells.append(CellRecord(number, "done", 1, cost_usd=Decimal("0.001"), run_id=run.id, scores=scores))
        save_run(store, run)
    save_cells(store, sweep_id, cells)
    set_status(store, sweep_id, "done")
    return sweep_id


@pytest.fixture
def sweep(open_app):
    app = open_app()
    app.query_params["sweep"] = fill(resources.store())
    app.switch_page("pages/sweep.py").run()
    assert not app.exception
    return app


def board(app):
    """What the browser is told to show."""
    shown = [json.loads(one.proto.json) for one in app.get("bidi_component") if one.proto.json]
    (found,) = [one for one in shown if isinstance(one, dict) and "corner" in one]
    return found


def show(app, name):
    app.get_by_key("sweep-filter").set_value(name).run()
    assert not app.exception
    return board(app)


def open_place(app, line, column):
    """As a click of the browser does."""
    app.session_state["sweep-opened"] = (line, column)
    app.session_state["sweep-shown"] = (column, 0)
    app.run()
    assert not app.exception


def test_filters_leave_the_lines_that_they_are_about(sweep):
    assert board(sweep)["lines"] == [0, 1, 2] and board(sweep)["columns"] == [0, 1, 2, 3]
    failed = show(sweep, "failed")  # a call that was refused, an answer too short
    assert (failed["lines"], failed["hits"]) == ([1, 2], [[4, 11]])
    assert "2 of 3 prompts" in text(sweep)
    sweep.selectbox(key="sweep-colour").set_value("output tokens").run()
    sweep.get_by_key("sweep-filter").set_value("below").run()
    sweep.number_input(key="sweep-limit").set_value(20.0).run()
    assert board(sweep)["lines"] == [2] and board(sweep)["measure"] == "output tokens"
    show_all = show(sweep, "all")
    assert show_all["hits"] is None


@pytest.mark.nightly
def test_what_no_cell_is_like_is_said(sweep):
    sweep.get_by_key("sweep-filter").set_value("below").run()
    sweep.number_input(key="sweep-limit").set_value(-5.0).run()
    assert "No cell is beyond this limit." in [one.value for one in sweep.info]


def test_two_answers_stand_side_by_side_with_their_words_marked(sweep):
    open_place(sweep, 0, 1)
    assert sweep.selectbox(key="sweep-shown").value == (1, 0) and sweep.selectbox(key="sweep-beside").value == (0, 0)
    pane = sweep.container(key="sweep-cell")
    answers = [one.value for one in pane.html if "pre-wrap" in one.value]
    assert len(answers) == 2
    rows = sweep.session_state["playground"].of(FindingsState).findings.matrix.cells
    for drawn, place in zip(answers, (rows[1], rows[0]), strict=True):
        words = html.unescape(re.sub("<[^>]+>", "", drawn)).split()
        assert words == place.rows[0].outcome.answer.split()
        assert "<mark" in drawn and "<img" not in drawn  # what a model wrote is never markup
    assert "length: 20-: passed. 30 words" in " ".join(one.value for one in pane.caption).replace("\\", "")
    sweep.toggle(key="sweep-differences").set_value(False).run()
    assert len([one for one in sweep.container(key="sweep-cell").html if 'class="md answer' in one.value]) == 2
    sweep.selectbox(key="sweep-beside").set_value((3, 0)).run()
    open_place(sweep, 2, 0)
    assert sweep.selectbox(key="sweep-beside").value == (3, 0)  # what was compared with stays
    sweep.button(key="sweep-close").click().run()
    assert not sweep.exception and board(sweep)["opened"] is None


def test_a_failed_cell_is_tried_again_alone_from_its_place(sweep):
    open_place(sweep, 1, 0)
    assert "nonsense" in sweep.error[0].value
    calls = len(resources.simulator().log.entries())
    sweep.button(key="sweep-retry-cell-0").click().run(timeout=60)
    assert not sweep.exception and len(resources.simulator().log.entries()) == calls + 1


def test_two_settings_are_a_grid_of_their_means(sweep):
    sweep.get_by_key("sweep-shape").set_value("axes").run()
    assert not sweep.exception
    shown = board(sweep)
    assert (shown["table"]["lines"], shown["table"]["columns"]) == (["0.0", "1.0"], ["0.5", "0.9"])
    assert [held[0] for held in shown["table"]["values"][0]] == [0.5, 0.5, 0.5, 0.5]
    sweep.selectbox(key="sweep-down").set_value("top_p").run()
    assert board(sweep)["corner"] == "top_p \\ temperature"  # one axis is not both
    sweep.selectbox(key="sweep-across").set_value("prompt").run()
    assert len(board(sweep)["columns"]) == 3


def test_a_place_of_the_grid_leads_to_the_variants_behind_it(sweep):
    sweep.session_state["sweep-narrowed"] = (1, 3)
    sweep.run()
    assert board(sweep)["columns"] == [1, 3]
    sweep.button(key="sweep-widen").click().run()
    assert board(sweep)["columns"] == [0, 1, 2, 3]


@pytest.mark.nightly
def test_results_are_worked_out_once_and_again_when_the_sweep_has_changed(sweep):
    state = sweep.session_state["playground"]
    before = state.of(FindingsState).findings
    sweep.run()
    assert state.of(FindingsState).findings is before
    sweep.button(key="sweep-retry").click().run(timeout=60)
    assert not sweep.exception and state.of(FindingsState).findings is not before
