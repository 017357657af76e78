"""The page that compares: columns, differences, the vote, and the way to the playground and back."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.history.comparisons import list_comparisons
from components.history.conversations import load_conversation
from components.history.runs import load_runs
from components.tools.definitions import write_tools
from components.tools.examples import EXAMPLES
from components.ui import resources
from components.ui.conversation.moving import ComparingState
from components.ui.views import PlacesState
from tests.ui.conftest import APP, choose_in_menu
from tests.ui.shown import conversation_id, prompts, roles, said, sent, shown, to_try_again
from tests.ui.test_keeping import ANN, BOB

PROMPT = "Hello there\nsimulate: thinking=20 answer=30"


@pytest.fixture
def compare(app):
    app.switch_page("pages/compare.py").run()
    assert not app.exception
    return app


def comparison(app):
    return app.session_state["playground"].of(ComparingState).comparison


def head(app, letter):
    return " ".join(said(markdown) for markdown in app.container(key=f"column-{letter}").markdown)


def ask_all(app, prompt=PROMPT):
    app.chat_input(key="composer").set_value(prompt).run()
    assert not app.exception


def text(app):
    return "\n".join(markdown.value for markdown in app.markdown)


def test_the_first_look_has_two_columns_that_differ_in_thinking(compare):
    assert "enable_thinking `on`" in head(compare, "A") and "enable_thinking `off`" in head(compare, "B")
    assert compare.button(key="remove-A").disabled and compare.button(key="remove-B").disabled


def test_one_message_goes_to_every_column_and_the_best_is_marked_with_n(compare):
    ask_all(compare)
    assert not compare.error and not to_try_again(compare)
    assert shown(compare.container(key="thinking-1-A")) and not shown(compare.container(key="thinking-1-B"))
    assert shown(compare.container(key="answer-1-A")) and shown(compare.container(key="answer-1-B"))
    assert "|Cost|" in text(compare) and "★" in text(compare)
    assert any("(n = 1)" in caption.value for caption in compare.caption)
    assert not [button for button in compare.button if button.key == "stop"]


def test_each_column_has_settings_of_its_own_and_the_playground_keeps_its(compare):
    compare.button(key="edit-B").click().run()
    compare.slider(key="slider-temperature").set_value(1.5).run()
    compare.selectbox(key="wire").set_value("messages").run()
    assert "temperature `1.5`" in head(compare, "B") and "endpoint `messages`" in head(compare, "B")
    assert "temperature `0.7`" in head(compare, "A")
    compare.get_by_key("edited-column").set_value("A").run()
    assert compare.slider(key="slider-temperature").value == 0.7
    ask_all(compare)
    assert {run.request.wire for run in comparison(compare).trials[0].runs.values()} == {"chat_completions", "messages"}
    compare.switch_page("pages/playground.py").run()
    assert compare.slider(key="slider-temperature").value == 0.7
    compare.switch_page("pages/compare.py").run()
    compare.button(key="keep-B").click().run()
    compare.switch_page("pages/playground.py").run()
    assert compare.slider(key="slider-temperature").value == 1.5 and compare.selectbox(key="wire").value == "messages"


def test_a_failing_column_does_not_stop_the_others(compare):
    # Column A thinks, so it comes to the fault; column B has ended by then.
    ask_all(compare, "Hello\nsimulate: thinking=40 answer=20 error=upstream_error error_after=30")
    assert [button.key for button in compare.button if (button.key or "").startswith("again-")] == ["again-1-A"]
    assert "What came is kept" in said(compare.error[0]) or "returned an error" in said(compare.error[0])
    assert shown(compare.container(key="thinking-1-A")) and "|Cost|" not in text(compare)
    comparison(compare).column("A").choices.values["enable_thinking"] = False
    compare.button(key="again-1-A").click().run()
    assert not to_try_again(compare) and not compare.error


def test_settings_that_cannot_be_sent_name_their_column_and_send_nothing(compare):
    compare.button(key="edit-B").click().run()
    compare.number_input(key="box-temperature").set_value(9.0).run()
    ask_all(compare)
    assert "Column B: temperature must be a number from 0 to 2" in said(compare.error[0])
    assert not sent() and not comparison(compare).trials
    assert compare.chat_input(key="composer").proto.value == PROMPT


def test_differences_are_shown_word_by_word_against_any_column(compare):
    ask_all(compare, "Write a haiku about the ocean.")
    compare.get_by_key("compare-show").set_value("Differences").run()
    compare.get_by_key("compare-against").set_value("B").run()
    assert not compare.exception
    column = compare.container(key="reply-1-A")
    assert any("<ins" in drawn.proto.body for drawn in column.get("html"))
    base = [caption.value for caption in compare.container(key="reply-1-B").caption]
    assert "The others are compared with this one." in base


def test_a_blind_trial_hides_labels_and_figures_until_the_vote(compare):
    compare.toggle(key="compare-blind").set_value(True).run()
    ask_all(compare)
    assert "**Reply 1**" in text(compare) and "|Cost|" not in text(compare)
    assert all("$" not in caption.value for caption in compare.container(key="trial-1").caption)
    letter = comparison(compare).trials[0].order(["A", "B"])[1]
    compare.button(key="vote-1-2").click().run()
    assert comparison(compare).trials[0].vote == letter
    assert f"You voted for column {letter}" in text(compare) and "|Cost|" in text(compare)


@pytest.mark.nightly
def test_a_column_that_came_later_can_be_asked_alone(compare):
    ask_all(compare)
    compare.button(key="add-column").click().run()
    before = dict(comparison(compare).trials[0].runs)
    compare.button(key="ask-1-C").click().run()
    runs = comparison(compare).trials[0].runs
    assert runs["C"].status == "done" and all(runs[letter] is run for letter, run in before.items())


def test_two_messages_have_a_table_of_their_means(compare):
    ask_all(compare)
    ask_all(compare)
    assert "All messages together" in text(compare)
    assert any("n = 2 messages" in caption.value for caption in compare.caption)
    assert [len(body["messages"]) for body in sent()] == [1, 1, 3, 3]


def test_a_turn_of_the_playground_is_compared_and_taken_back(app, ask):
    app.slider(key="slider-temperature").set_value(0.2).run()
    ask(app, "First\nsimulate: thinking=5 answer=10")
    ask(app, "Second\nsimulate: thinking=5 answer=10")
    paid = app.session_state["playground"].turns[1].run
    app.button(key="compare-2").click().run()
    assert not app.exception
    trial = comparison(app).trials[0]
    assert trial.runs == {"A": paid} and len(comparison(app).before) == 1
    app.button(key="ask-1-B").click().run()
    assert len(trial.runs["B"].request.messages) == 3
    assert trial.runs["B"].request.parameters == {"temperature": 0.2, "enable_thinking": False}
    app.button(key="go-on-1-B").click().run()
    assert not app.exception
    turns = app.session_state["playground"].turns
    assert len(turns) == 2 and turns[1].run is trial.runs["B"]
    assert resources.history_writer().flush(), resources.history_writer().problem
    kept = load_conversation(resources.store(), conversation_id(app), "local")
    assert len(kept.children(None)) == 1  # a branch of what was there
    assert app.toggle(key="toggle-enable_thinking").value is False
    ask(app, "Third\nsimulate: answer=5")
    assert len(sent()[-1]["messages"]) == 5


def test_a_conversation_begun_here_goes_on_as_a_new_one(app, ask):
    ask(app, "Something else\nsimulate: answer=5")
    first = conversation_id(app)
    app.switch_page("pages/compare.py").run()
    ask_all(app)
    app.button(key="go-on-1-A").click().run()
    assert conversation_id(app) != first and prompts(app) == [PROMPT]
    assert resources.history_writer().flush(), resources.history_writer().problem
    assert len(load_conversation(resources.store(), first, "local").children(None)) == 1


def reopen(app, **fields):
    """The same address in a process as new as after a restart; ``reopen(app, user=BOB)``."""
    assert resources.history_writer().flush(), resources.history_writer().problem
    address = app.query_params["compare"]
    st.cache_resource.clear()
    fresh = AppTest.from_file(str(APP), default_timeout=30)
    for name, value in fields.items():
        setattr(fresh, name, value)
    fresh.run()
    fresh.query_params["compare"] = address
    fresh.switch_page("pages/compare.py").run()
    assert not fresh.exception
    return fresh


def test_a_comparison_is_there_again_after_a_restart_with_its_vote(compare):
    compare.toggle(key="compare-blind").set_value(True).run()
    ask_all(compare)
    compare.button(key="vote-1-2").click().run()
    before, told, drawn = comparison(compare), text(compare), shown(compare)
    again = reopen(compare)
    assert comparison(again).id == before.id and comparison(again) is not before
    assert text(again) == told and "You voted for column" in told and "|Cost|" in told and shown(again) == drawn
    ask_all(again)
    assert [len(body["messages"]) for body in sent()] == [3, 3]


def test_earlier_comparisons_are_listed_opened_and_deleted(compare):
    ask_all(compare, "The first\nsimulate: answer=5")
    first = compare.query_params["compare"]
    compare.button(key="edit-B").click().run()
    compare.slider(key="slider-temperature").set_value(1.5).run()
    compare.button(key="compare-new").click().run()
    assert not comparison(compare).trials and "temperature `1.5`" in head(compare, "B")
    ask_all(compare, "The second\nsimulate: answer=5")
    assert compare.query_params["compare"] != first
    compare.selectbox(key="compare-chosen").set_value(first).run()
    assert compare.query_params["compare"] == first
    assert "The first" in compare.container(key="trial-1").text[0].value
    compare.button(key="compare-delete").click().run()
    assert not comparison(compare).trials and not compare.exception
    assert [line.startswith("The second") for line in compare.selectbox(key="compare-chosen").options] == [True]


@pytest.mark.nightly
def test_another_comparison_stands_in_another_place_so_that_nothing_of_the_first_is_left_there(compare):
    ask_all(compare)
    places = compare.session_state["playground"].of(PlacesState).places
    first, place = places["compare"]
    compare.run()
    assert places["compare"] == (first, place)
    compare.button(key="compare-new").click().run()
    assert places["compare"] == (comparison(compare).id, 1 - place)
    compare.selectbox(key="compare-chosen").set_value(first).run()
    assert places["compare"] == (first, place) and "★" in text(compare)


@pytest.mark.nightly
def test_comparisons_that_read_the_same_are_told_apart(compare):
    for _ in range(2):
        ask_all(compare, "Alike\nsimulate: answer=5")
        ask_all(compare, "Again\nsimulate: answer=5")  # the line stays as it is: the browser names its choice by it
        assert not compare.error
        compare.button(key="compare-new").click().run()
    newest, oldest = compare.selectbox(key="compare-chosen").options
    assert newest == f"{oldest} (2)" or newest != oldest  # the clock may have gone on to the next minute
    compare.selectbox(key="compare-chosen").set_value(list_comparisons(resources.store(), "local")[1].id).run()
    assert not compare.error and len(comparison(compare).trials) == 2


@pytest.mark.nightly
def test_columns_that_were_set_up_and_not_asked_outlive_a_restart(compare):
    assert "compare" not in compare.query_params
    compare.button(key="add-column").click().run()
    compare.slider(key="slider-temperature").set_value(1.5).run()
    assert "temperature `1.5`" in head(reopen(compare), "C")


def test_a_comparison_of_another_user_is_as_good_as_none(open_app):
    app = open_app()
    app.user = ANN
    app.run()
    app.switch_page("pages/compare.py").run()
    ask_all(app, "A secret of Ann\nsimulate: answer=5")
    bobs = reopen(app, user=BOB)
    assert "There is no such comparison here" in said(bobs.error[0]) and not comparison(bobs).trials
    assert not [box for box in bobs.selectbox if box.key == "compare-chosen"]
    assert "A secret of Ann" in reopen(app, user=ANN).container(key="trial-1").text[0].value


def test_nothing_of_a_private_comparison_is_kept(app, ask):
    choose_in_menu(app, "New private")
    ask(app, "A secret\nsimulate: answer=5")
    app.button(key="compare-1").click().run()
    app.button(key="ask-1-B").click().run()
    assert any("nothing of this comparison is kept" in caption.value for caption in app.caption)
    assert resources.history_writer().flush()
    assert list_comparisons(resources.store(), "local") == []
    assert load_runs(resources.store(), [run.id for run in comparison(app).trials[0].runs.values()], "local") == {}


WEATHER = "What is the weather in Paris and Rome?"


def define_tools(app, **settings):
    tools = app.session_state["playground"].tools
    tools.text = write_tools(example.tool for example in EXAMPLES.values())
    for name, value in settings.items():
        setattr(tools, name, value)
    app.switch_page("pages/compare.py").run()
    assert not app.exception


@pytest.mark.nightly
def test_a_column_with_tools_shows_its_calls_and_says_that_they_are_the_end(app):
    define_tools(app)
    app.get_by_key("edited-column").set_value("B").run()
    app.toggle(key="send-tools-B").set_value(False).run()
    assert "tools `sent`" in head(app, "A") and "tools `none`" in head(app, "B")
    ask_all(app, WEATHER)
    assert sorted("tools" in body for body in sent()) == [False, True]
    reply = app.container(key="reply-1-A")
    assert '"Paris"' in reply.code[0].value
    assert any("The reply ends with a call: only example tools" in caption.value for caption in reply.caption)


def test_example_tools_answer_in_each_column_and_all_of_it_is_kept(app):
    define_tools(app, automatic=True)
    ask_all(app, WEATHER)
    rounds = comparison(app).trials[0].rounds
    assert {letter: len(some) for letter, some in rounds.items()} == {"A": 2, "B": 2}
    assert all(some[1].run.status == "done" and some[1].run.transcript.answer for some in rounds.values())
    assert any("2 rounds" in caption.value for caption in app.container(key="reply-1-A").caption)
    again = reopen(app)
    assert [one.results for one in comparison(again).trials[0].rounds["A"]] == [one.results for one in rounds["A"]]
    assert len(again.container(key="reply-1-A").code) == 4
    ask_all(again, "And now?\nsimulate: answer=5")
    assert [roles(body) for body in sent()] == [["user", "assistant", "tool", "tool", "assistant", "user"]] * 2
