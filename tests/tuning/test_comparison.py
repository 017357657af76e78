"""Columns and trials: what each column has heard, what sets it apart, what is hidden from the one who votes."""

import pytest

from components.api.connection import Connection
from components.api.exchange import Received, Sending
from components.core.events import AnswerDelta, Finished
from components.core.request import RunRequest
from components.params.cards import default_card
from components.params.choices import Choices
from components.runs.conversation import Round
from components.runs.run import Run
from components.tuning.comparison import TIE, Trial, from_turn, new_comparison


def answered(text: str) -> list[Round]:
    run = Run(RunRequest("m", ()), Connection("http://127.0.0.1:1/v1"))
    run.apply(Sending())
    run.apply(Received("message", "{}", (AnswerDelta(text), Finished("stop"))))
    run.end()
    return [Round(run)]


def said(comparison, letter, trial):
    return [message.text for message in comparison.messages(letter, trial)]


def test_it_begins_with_what_was_chosen_and_the_same_without_thinking():
    labels = new_comparison(Choices({"temperature": 0.2})).labels(default_card())
    assert labels == {"A": "enable_thinking on", "B": "enable_thinking off"}
    labels = new_comparison(Choices({"reasoning_effort": "none"})).labels(default_card())
    assert labels == {"A": "reasoning_effort none", "B": "reasoning_effort medium"}


def test_each_column_goes_on_from_its_own_answers():
    comparison = new_comparison(Choices())
    first = Trial("One?", (), {"A": answered("from A"), "B": answered("from B")})
    second = Trial("Two?", ())
    comparison.trials += [first, second]
    assert said(comparison, "A", second) == ["One?", "from A", "Two?"]
    assert said(comparison, "B", second) == ["One?", "from B", "Two?"]
    assert said(comparison, "B", first) == ["One?"]


def test_a_failed_column_and_one_that_came_later_leave_the_others_alone():
    comparison = new_comparison(Choices())
    failed = Run(RunRequest("m", ()), Connection("http://127.0.0.1:1/v1"))
    failed.end()
    comparison.trials += [Trial("One?", (), {"A": [Round(failed)], "B": answered("B")}), Trial("Two?", ())]
    comparison.add()
    assert said(comparison, "A", comparison.trials[1]) == ["Two?"]
    assert said(comparison, "B", comparison.trials[1]) == ["One?", "B", "Two?"]
    assert said(comparison, "C", comparison.trials[1]) == ["Two?"]


def test_two_to_four_columns_each_with_settings_of_its_own():
    comparison = new_comparison(Choices())
    with pytest.raises(ValueError, match="At least 2"):
        comparison.remove("A")
    comparison.add().choices.values["temperature"] = 1.5
    comparison.add()
    assert comparison.letters == ["A", "B", "C", "D"] and comparison.selected == "D"
    assert comparison.column("D").choices.values == {"temperature": 1.5}
    with pytest.raises(ValueError, match="At most 4"):
        comparison.add()
    comparison.remove("D")
    assert comparison.selected == "A" and comparison.add().letter == "D"
    assert comparison.column("A").choices.values == {}


def test_a_removed_column_is_stopped():
    comparison = new_comparison(Choices())
    comparison.add()
    live = Run(RunRequest("m", ()), Connection("http://127.0.0.1:1/v1"))
    comparison.trials.append(Trial("One?", (), {"C": [Round(live)]}))
    comparison.remove("C")
    stopped = []
    live.attach(lambda: stopped.append(True))
    assert stopped and comparison.trials[0].runs == {}


def test_a_blind_trial_is_shuffled_by_its_seed_and_open_after_the_vote():
    orders = {tuple(Trial("?", (), blind=True, seed=seed).order(["A", "B", "C"])) for seed in range(40)}
    assert len(orders) == 6
    assert Trial("?", (), blind=True, seed=7).order(["C", "A", "B"]) == Trial("?", (), blind=True, seed=7).order(
        ["A", "B", "C"]
    )
    trial = Trial("?", (), blind=True)
    assert trial.hidden
    trial.vote = TIE
    assert not trial.hidden
    assert Trial("?", ()).order(["B", "A"]) == ["B", "A"] and not Trial("?", ()).hidden


def test_votes_are_counted_for_the_settings_and_not_for_the_letter():
    comparison = new_comparison(Choices())
    hot, cold = {"A": "temperature 2", "B": "temperature 0"}, {"A": "temperature 0", "B": "temperature 2"}
    comparison.trials += [
        Trial("?", (), labels=hot, blind=True, vote="A"),
        Trial("?", (), labels=cold, blind=True, vote="B"),
        Trial("?", (), labels=hot, blind=True, vote=TIE),
        Trial("?", (), labels=hot, blind=True),
        Trial("?", (), labels=hot, vote="B"),
    ]
    assert comparison.tally() == {"temperature 2": (2, 3), "temperature 0": (0, 3)}


def test_a_turn_of_the_playground_is_taken_up_with_its_answer_and_given_back():
    comparison = new_comparison(Choices())
    comparison.trials += [
        Trial("One?", (), {"A": answered("1")}),
        Trial("Two?", (), {"A": answered("2"), "B": answered("2b")}),
    ]
    turns = comparison.conversation("A", comparison.trials[1])
    assert [turn.prompt for turn in turns] == ["One?", "Two?"]
    taken = from_turn(turns, 1, Choices())
    assert taken.trials[0].runs == {"A": turns[1].run} and taken.selected == "B"
    assert said(taken, "B", taken.trials[0]) == ["One?", "1", "Two?"]
    assert taken.conversation("A", taken.trials[0]) == turns
