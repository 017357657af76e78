"""A comparison is the same after it was kept: columns, messages, replies of several rounds, votes."""

import json
from dataclasses import replace

from components.api.connection import Connection
from components.api.exchange import Received, Sending
from components.core.events import AnswerDelta, Finished, ToolCallDelta
from components.core.parts import ImagePart
from components.core.request import RunRequest
from components.media.attachments import Attachment
from components.params.choices import Choices
from components.runs.conversation import Round
from components.runs.run import Run
from components.runs.turns import nodes_of
from components.tuning.comparison import TIE, Trial, from_turn, new_comparison
from components.tuning.comparison_record import record_of, restored, run_ids

PICTURE = Attachment("a.png", "image", (ImagePart(b"data", "image/png", 2, 3, "a.png"),))


def ended(*events) -> Run:
    run = Run(RunRequest("m", ()), Connection("http://127.0.0.1:1/v1"))
    run.apply(Sending())
    run.apply(Received("message", "{}", events))
    run.end()
    return run


def answered(text: str) -> list[Round]:
    return [Round(ended(AnswerDelta(text), Finished("stop")))]


def called() -> list[Round]:
    call = ended(ToolCallDelta(0, "c1", "look", "{}"), Finished("tool_calls"))
    return [Round(call, {0: "seen\0"}), *answered("I looked.")]


def runs_of(comparison):
    turns = [*comparison.before, *(trial.turn(letter) for trial in comparison.trials for letter in trial.rounds)]
    return {one.run.id: one.run for turn in turns for one in turn.rounds}


def whole():
    comparison = new_comparison(Choices({"stop": ("a", "b")}, "messages", "Be brief."), tools=True)
    comparison.trials += [
        Trial("One?", (PICTURE,), {"A": answered("1"), "B": called()}, {"A": "x", "B": "y"}, True, TIE, 7),
        Trial("Two?", (), {"B": answered("2")}),
    ]
    comparison.add()
    return comparison


def test_what_was_kept_says_and_shows_the_same():
    comparison = whole()
    record = record_of(comparison, "local")
    assert (record.title, record.trials) == ("One?", 2)
    record = replace(record, state=json.loads(json.dumps(record.state)))
    runs = runs_of(comparison)
    assert run_ids(record) == runs.keys()
    again = restored(record, runs)
    assert (again.id, again.columns, again.selected) == (comparison.id, comparison.columns, "C")
    for mine, theirs in zip(comparison.trials, again.trials, strict=True):
        assert (mine.prompt, mine.question, mine.labels) == (theirs.prompt, theirs.question, theirs.labels)
        assert (mine.blind, mine.vote, mine.seed, mine.rounds) == (
            theirs.blind,
            theirs.vote,
            theirs.seed,
            theirs.rounds,
        )
        assert all(mine.runs[letter] is theirs.runs[letter] for letter in mine.runs)
    assert again.trials[0].attachments[0].parts == PICTURE.parts
    assert record_of(again, "local") == record  # and so nothing is written because it was opened
    assert again.messages("B", again.trials[1]) == comparison.messages("B", comparison.trials[1])


def test_the_turns_before_it_come_back_too():
    first = whole()
    taken = from_turn(first.conversation("B", first.trials[1]), 1, Choices())
    again = restored(record_of(taken, "local"), runs_of(taken))
    assert nodes_of(again.before) == nodes_of(taken.before)
    assert again.messages("A", again.trials[0]) == taken.messages("A", taken.trials[0])


def test_a_reply_whose_run_is_gone_is_left_out_and_the_rest_stays():
    comparison = whole()
    runs = runs_of(comparison)
    del runs[comparison.trials[0].runs["A"].id]
    again = restored(record_of(comparison, "local"), runs)
    assert list(again.trials[0].rounds) == ["B"] and again.trials[0].vote == TIE
