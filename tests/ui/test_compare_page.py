"""The page that compares: columns, differences, the vote, and the way to the playground and back."""

import pytest

PROMPT = "Hello there\nsimulate: thinking=20 answer=30"


@pytest.fixture
def compare(app):
    app.switch_page("pages/compare.py").run()
    assert not app.exception
    return app


def comparison(app):
    return app.session_state["playground"].comparison


def head(app, letter):
    return " ".join(markdown.value for markdown in app.container(key=f"column-{letter}").markdown)


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
    runs = comparison(compare).trials[0].runs
    assert [run.status for run in runs.values()] == ["done", "done"]
    assert runs["A"].transcript.thinking and not runs["B"].transcript.thinking
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
    runs = comparison(compare).trials[0].runs
    assert (runs["A"].status, runs["B"].status) == ("failed", "done")
    assert "What came is kept" in compare.error[0].value or "returned an error" in compare.error[0].value
    assert runs["A"].transcript.thinking and "|Cost|" not in text(compare)
    comparison(compare).column("A").choices.values["enable_thinking"] = False
    compare.button(key="again-1-A").click().run()
    assert comparison(compare).trials[0].runs["A"].status == "done" and not compare.error


def test_settings_that_cannot_be_sent_name_their_column_and_send_nothing(compare):
    compare.button(key="edit-B").click().run()
    compare.number_input(key="box-temperature").set_value(9.0).run()
    ask_all(compare)
    assert "Column B: temperature must be a number from 0 to 2" in compare.error[0].value
    assert not comparison(compare).trials
    assert compare.chat_input(key="composer").proto.value == PROMPT


def test_differences_are_shown_word_by_word_against_any_column(compare):
    ask_all(compare, "Write a haiku about the ocean.")
    compare.get_by_key("compare-show").set_value("Differences").run()
    compare.get_by_key("compare-against").set_value("B").run()
    assert not compare.exception
    column = compare.container(key="reply-1-A")
    assert "<ins" in column.get("html")[0].proto.body
    assert compare.container(key="reply-1-B").caption[0].value == "The others are compared with this one."


def test_a_blind_trial_hides_labels_and_figures_until_the_vote(compare):
    compare.toggle(key="compare-blind").set_value(True).run()
    ask_all(compare)
    assert "**Reply 1**" in text(compare) and "|Cost|" not in text(compare)
    assert all("$" not in caption.value for caption in compare.container(key="trial-1").caption)
    letter = comparison(compare).trials[0].order(["A", "B"])[1]
    compare.button(key="vote-1-2").click().run()
    assert comparison(compare).trials[0].vote == letter
    assert f"You voted for column {letter}" in text(compare) and "|Cost|" in text(compare)


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
    assert len(comparison(compare).trials[1].runs["A"].request.messages) == 3


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
    assert app.toggle(key="toggle-enable_thinking").value is False
    ask(app, "Third\nsimulate: answer=5")
    assert len(app.session_state["playground"].turns[2].run.request.messages) == 5
