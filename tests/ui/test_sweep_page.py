"""The page that sweeps, with the simulator: set up, price, run, results; what stops it, and what survives."""

import io

import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from components.api.connection import Connection
from components.api.limiter import account_of
from components.history.presets import list_presets
from components.params.cards import default_card
from components.tuning.probing import Probing
from components.tuning.scorers import KINDS
from components.ui import resources
from components.ui.resources import Asked
from components.ui.sweep.draft_state import SweepState
from tests.ui.conftest import APP
from tests.ui.shown import attached, said
from tests.ui.test_keeping import ANN, BOB


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (900, 600), "navy").save(file, "PNG")
    return file.getvalue()


PICTURE = _picture()


def set_up(app, prompts="Say five\nsimulate: answer=5", axes=("temperature",), repeats=2):
    app.text_area(key="sweep-prompts").set_value(prompts).run()
    app.multiselect(key="sweep-axes").set_value(list(axes)).run()
    app.number_input(key="sweep-repeats").set_value(repeats).run()
    app.toggle(key="toggle-enable_thinking").set_value(False).run()
    assert not app.exception


def start(app):
    app.button(key="sweep-start").click().run(timeout=60)
    assert not app.exception


def text(app):
    return "\n".join(element.value for kind in (app.markdown, app.caption) for element in kind)


def stop_at_its_cap(app):
    """A sweep of six cells whose second call could pass the cap."""
    set_up(app, prompts="Tell me\nsimulate: answer=300", repeats=2)
    app.number_input(key="sweep-at-once").set_value(1).run()
    app.number_input(key="sweep-cap").set_value(0.016).run()
    start(app)
    assert "could pass the cap" in app.warning[0].value


def progress(app):
    return app.get("progress")[0].proto.text


def test_before_it_starts_it_says_what_is_missing(sweep):
    assert "Type a prompt." in text(sweep) and sweep.button(key="sweep-start").disabled


def test_the_price_tag_follows_what_is_set_up(sweep):
    set_up(sweep)
    values = {metric.label: metric.value for metric in sweep.metric}
    assert values["Calls"] == "6" and values["Cost, estimated"].startswith("\\$0.00")
    assert not sweep.button(key="sweep-start").disabled
    sweep.multiselect(key="sweep-axes").set_value(["enable_thinking", "thinking_budget"]).run()
    assert "2 of the 6 ways of asking send the same as another" in text(sweep)
    sweep.number_input(key="sweep-cap").set_value(0.001).run()
    assert "more than the cap" in text(sweep) and sweep.button(key="sweep-start").disabled


def test_a_sweep_runs_to_its_results(sweep):
    set_up(sweep)
    sweep.multiselect(key="sweep-scorers").set_value(["contains", "length"]).run()
    sweep.text_input(key="sweep-scorer-contains").set_value("five").run()
    assert "needs a range such as 50-100" in text(sweep)
    sweep.text_input(key="sweep-scorer-length").set_value("1-50").run()
    start(sweep)
    assert progress(sweep) == "6 of 6 cells done"
    assert "Results" in [header.value for header in sweep.subheader]
    assert "A tie: 3 of 3" in text(sweep) or "n = 1" in text(sweep)
    assert list(sweep.selectbox(key="sweep-metric").options)[:3] == ["contains: five", "length: 1-50", "cost ($)"]
    assert len(sweep.get("download_button")) == 4
    assert sweep.query_params["sweep"]


def test_a_sweep_is_found_again_after_a_refresh_by_its_address(sweep):
    set_up(sweep)
    start(sweep)
    sweep_id = sweep.query_params["sweep"]
    sweep.button(key="sweep-new").click().run()
    assert sweep.text_area(key="sweep-prompts").value.startswith("Say five")  # the draft is still there
    sweep.selectbox(key="sweep-chosen").set_value(sweep_id).run()
    assert progress(sweep) == "6 of 6 cells done"
    sweep.button(key="sweep-delete").click().run()
    assert not sweep.exception and "sweep" not in sweep.query_params


@pytest.mark.nightly
def test_at_its_cap_it_says_so_and_goes_on_when_the_cap_is_raised(sweep):
    stop_at_its_cap(sweep)
    sweep.button(key="sweep-resume").click().run(timeout=60)  # as it stands: nothing can be sent
    assert "could pass the cap" in sweep.warning[0].value and progress(sweep) == "1 of 6 cells done"
    sweep.number_input(key="sweep-new-cap").set_value(0.0175).run()
    sweep.button(key="sweep-resume").click().run(timeout=60)
    assert "could pass the cap" in sweep.warning[0].value and progress(sweep) != "6 of 6 cells done"
    sweep.number_input(key="sweep-new-cap").set_value(1.0).run()
    sweep.button(key="sweep-resume").click().run(timeout=60)
    assert progress(sweep) == "6 of 6 cells done"


def test_failed_cells_are_tried_again_alone(sweep):
    set_up(sweep, prompts="Fine\nsimulate: answer=5\n---\nRefused\nsimulate: nonsense=1", repeats=1)
    start(sweep)
    assert "3 failed" in text(sweep)
    calls = len(resources.simulator().log.entries())
    sweep.button(key="sweep-retry").click().run(timeout=60)
    assert "3 failed" in text(sweep) and not sweep.exception
    assert len(resources.simulator().log.entries()) == calls + 3


def test_a_sweep_asks_its_own_model_though_another_is_chosen_meanwhile(sweep):
    stop_at_its_cap(sweep)
    assert "Asked the simulator, model `kimi-k2-6`, chat_completions" in text(sweep)
    sweep.session_state["playground"].of(Asked).model = "another"
    sweep.number_input(key="sweep-new-cap").set_value(1.0).run()
    sweep.button(key="sweep-resume").click().run(timeout=60)
    assert progress(sweep) == "6 of 6 cells done"
    assert {entry.model for entry in resources.simulator().log.entries()} == {"kimi-k2-6"}


def test_a_table_fills_the_template_and_a_missing_column_is_named(sweep):
    set_up(sweep, prompts="What is {{a}}?\nsimulate: answer=3")
    assert "add a table that has them" in text(sweep)
    uploader = next(one for one in sweep.file_uploader if one.key == "sweep-csv")
    uploader.upload("sums.csv", "\ufeffb,expected\n1,2\n".encode()).run()
    assert "asks for {{a}}, but the table has b, expected" in text(sweep)
    sweep.button(key="sweep-no-csv").click().run()
    uploader = next(one for one in sweep.file_uploader if one.key == "sweep-csv")
    uploader.upload("sums.csv", b"a,expected\n1,2\n3,4\n").run()
    assert {metric.label: metric.value for metric in sweep.metric}["Calls"] == "12"


def test_a_table_that_cannot_be_read_is_refused_in_a_sentence(sweep):
    uploader = next(one for one in sweep.file_uploader if one.key == "sweep-csv")
    uploader.upload("bad.csv", b"a,a\n1,2\n").run()
    assert "Two columns of the table are called “a”" in said(sweep.error[0]) and not sweep.exception


@pytest.mark.nightly
def test_thinking_is_swept_with_one_click(sweep):
    sweep.text_area(key="sweep-prompts").set_value("Explain the trap\nsimulate: thinking=20 answer=5").run()
    sweep.number_input(key="sweep-repeats").set_value(1).run()
    sweep.number_input(key="sweep-cap").set_value(50.0).run()
    sweep.get_by_key("sweep-kind").set_value("thinking").run()
    start(sweep)
    assert progress(sweep) == "9 of 9 cells done"
    sweep.selectbox(key="sweep-metric").set_value("thinking tokens").run()
    assert not sweep.exception and "is not better by itself" in text(sweep)


def test_answers_are_graded_one_by_one_without_their_settings(sweep):
    set_up(sweep, axes=(), repeats=2)
    sweep.multiselect(key="sweep-scorers").set_value(["grade"]).run()
    start(sweep)
    sweep.button(key="sweep-grade").click().run()
    assert "2 to grade" in text(sweep)
    sweep.button(key="sweep-grade-4").click().run()
    sweep.button(key="sweep-grade-5").click().run()
    assert "Every answer has its grade" in text(sweep)
    assert "grade" in sweep.selectbox(key="sweep-metric").options


def test_the_winner_is_taken_to_the_playground(sweep):
    set_up(sweep, axes=("temperature",), repeats=1)
    start(sweep)
    sweep.selectbox(key="sweep-metric").set_value("total (s)").run()
    sweep.button(key="sweep-use").click().run()
    own = sweep.session_state["playground"].own
    assert own.values["enable_thinking"] is False and "temperature" in own.values
    sweep.button(key="sweep-preset").click().run()
    (saved,) = list_presets(resources.store(), "local").values()
    assert saved["values"] == own.values and saved["wire"] == "chat_completions"


def test_a_judged_sweep_counts_its_judgements_and_is_called_as_it_was_named(sweep):
    sweep.text_input(key="sweep-name").set_value("Two ways to say five").run()
    set_up(sweep, axes=(), repeats=2)
    sweep.multiselect(key="sweep-scorers").set_value(["rubric"]).run()
    sweep.text_area(key="sweep-scorer-rubric").set_value("It says five.").run()
    start(sweep)
    assert sweep.subheader[0].value == "Two ways to say five"
    assert progress(sweep) == "2 of 2 cells done; 2 answered, 2 of 2 judgements of them"


@pytest.mark.nightly
def test_which_number_of_an_answer_counts_is_chosen(sweep):
    sweep.multiselect(key="sweep-scorers").set_value(["number"]).run()
    sweep.text_input(key="sweep-scorer-number").set_value("42").run()
    draft = sweep.session_state["playground"].of(SweepState).draft
    assert draft.scorers == {"number": "42"}
    sweep.selectbox(key="sweep-scorer-way-number").set_value("first").run()
    assert draft.scorers == {"number": "first 42"}
    assert sweep.text_input(key="sweep-scorer-number").value == "42"


def test_every_kind_of_scorer_is_offered(sweep):
    assert len(sweep.multiselect(key="sweep-scorers").options) == len(KINDS)


def test_parameters_are_probed_and_marked_beside_their_widgets(sweep):
    sweep.get_by_key("sweep-kind").set_value("probe").run()
    assert "Nothing has been probed yet" in text(sweep)
    sweep.multiselect(key="probe-names-kimi-k2-6-chat_completions").set_value(["max_tokens", "stop"]).run()
    assert "**12 calls**" in text(sweep)
    sweep.button(key="probe-start").click().run(timeout=60)
    assert not sweep.exception
    assert "|`max_tokens`|accepted, effect seen (n = 3)." in text(sweep)
    sweep.switch_page("pages/playground.py").run()
    label = sweep.container(key="param-max_tokens").markdown[0]
    assert "check_circle" in label.value and "effect seen (n = 3)" in label.proto.help
    assert "check_circle" not in sweep.container(key="param-top_p").markdown[0].value


@pytest.mark.nightly
def test_a_sweep_is_not_taken_up_at_another_endpoint(sweep):
    stop_at_its_cap(sweep)
    elsewhere = Connection("http://127.0.0.1:9/v1", "sk-empiriolabs-canary-0123456789")
    sweep.session_state["playground"].of(Asked).connection = elsewhere
    sweep.number_input(key="sweep-new-cap").set_value(1.0).run()
    sweep.button(key="sweep-resume").click().run()
    assert "asked the simulator, but the app is connected to http://127.0.0.1:9/v1" in said(sweep.error[0])
    assert "canary" not in said(sweep.error[0])


def reopen(app, **parameters):
    """The same address in a process as new as after a restart."""
    assert resources.history_writer().flush(), resources.history_writer().problem
    address = {**app.query_params, **parameters}
    st.cache_resource.clear()
    fresh = AppTest.from_file(str(APP), default_timeout=30).run()
    for name, value in address.items():
        fresh.query_params[name] = value
    fresh.switch_page("pages/sweep.py").run()
    assert not fresh.exception
    return fresh


def test_what_is_being_set_up_is_there_again_after_a_restart(sweep):
    assert "setup" not in sweep.query_params
    set_up(sweep, prompts="What is {{a}}?\nsimulate: answer=3", axes=("top_p",), repeats=4)
    sweep.text_input(key="sweep-axis-top_p").set_value("0.2, 0.4").run()
    sweep.multiselect(key="sweep-scorers").set_value(["length"]).run()
    sweep.text_input(key="sweep-scorer-length").set_value("1-9").run()
    uploader = next(one for one in sweep.file_uploader if one.key == "sweep-csv")
    uploader.upload("sums.csv", b"a,expected\n1,2\n3,4\n").run()
    again = reopen(sweep)
    assert again.text_area(key="sweep-prompts").value.startswith("What is {{a}}?")
    assert again.text_input(key="sweep-axis-top_p").value == "0.2, 0.4"
    assert again.text_input(key="sweep-scorer-length").value == "1-9"
    assert again.toggle(key="toggle-enable_thinking").value is False
    assert "**sums.csv**, 2 rows: a, expected" in text(again)
    assert {metric.label: metric.value for metric in again.metric}["Calls"] == "16"
    assert not again.button(key="sweep-start").disabled


def test_media_that_were_attached_are_asked_for_before_anything_is_sent_without_them(sweep):
    set_up(sweep)
    next(one for one in sweep.file_uploader if one.key != "sweep-csv").upload("a.png", PICTURE).run()
    assert not sweep.exception and attached(sweep) == ["a.png"]
    again = reopen(sweep)
    assert "Attach a.png again, or go on without" in text(again) and again.button(key="sweep-start").disabled
    again.button(key="sweep-without").click().run()
    assert not again.button(key="sweep-start").disabled


def test_a_form_of_another_user_is_not_shown(open_app, tmp_path):
    app = open_app()
    app.user = ANN
    app.run()
    app.switch_page("pages/sweep.py").run()
    set_up(app, prompts="A secret of Ann")
    address = app.query_params["setup"]
    assert resources.history_writer().flush()
    bobs = AppTest.from_file(str(APP), default_timeout=30)
    bobs.user = BOB
    bobs.run()
    bobs.query_params["setup"] = address
    bobs.switch_page("pages/sweep.py").run()
    assert not bobs.exception and bobs.text_area(key="sweep-prompts").value == ""


@pytest.mark.nightly
def test_a_probe_at_work_is_found_again_and_can_be_stopped(sweep, monkeypatch):
    sweep.get_by_key("sweep-kind").set_value("probe").run()
    state = sweep.session_state["playground"]
    names = ("max_tokens", "stop")
    connection = resources.connection()
    probing = Probing(
        names, 3, state.owner, resources.store(), resources.runner(), connection, default_card(), "messages"
    )
    resources.simulator().behaviour.tokens_per_second = 20
    resources.probings().start(probing)
    assert resources.probings().find("somebody else", account_of(connection)) is None
    monkeypatch.setattr(Probing, "join", lambda probing, wait_s: probing._thread.join(0.2) or probing.stop())
    fresh = AppTest.from_file(str(APP), default_timeout=30).run()
    fresh.query_params["setup"] = sweep.query_params["setup"]
    fresh.switch_page("pages/sweep.py").run()  # ends when the probe has
    assert not fresh.exception and not probing.live and len(probing.done) < 2
