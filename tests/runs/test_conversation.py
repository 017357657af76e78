"""What earlier turns contribute to the next request."""

from components.api.connection import Connection
from components.core.events import AnswerDelta, Finished, StreamEvent, ThinkingDelta, ToolCallDelta
from components.core.parts import Message, TextPart, ThinkingPart, ToolCallPart, ToolResultPart
from components.core.request import RunRequest
from components.runs.conversation import Round, Turn, messages_before
from components.runs.run import Run
from components.runs.turns import nodes_of, turns_of

TWO_CALLS = (ThinkingDelta("hm"), ToolCallDelta(0, "", "f", "{}"), ToolCallDelta(1, "", "g", "{}"))


def ended(*events: StreamEvent, body: dict[str, str] | None = None) -> Run:
    run = Run(RunRequest("m", ()), Connection("http://127.0.0.1:1/v1"), body)
    for event in (Finished("stop"), *events):  # what `events` say of the end counts
        run.transcript.apply(event)
    run.end()
    return run


def turn(question: str, *events: StreamEvent) -> Turn:
    return Turn(question, (), [Round(ended(*events))])


def test_answered_turns_follow_each_other():
    assert messages_before([turn("a?", AnswerDelta("a")), turn("b?", ThinkingDelta("hm"), AnswerDelta("b"))]) == (
        Message("user", (TextPart("a?"),)),
        Message("assistant", (TextPart("a"),)),
        Message("user", (TextPart("b?"),)),
        Message("assistant", (ThinkingPart("hm"), TextPart("b"))),
    )


def test_a_turn_without_an_answer_is_left_out():
    assert messages_before([turn("a?"), turn("b?", ThinkingDelta("hm"))]) == ()


def test_a_call_without_a_result_is_left_out():
    assert messages_before([turn("a?", *TWO_CALLS)]) == ()
    (_, answer) = messages_before([turn("a?", AnswerDelta("Looking."), *TWO_CALLS)])
    assert answer == Message("assistant", (ThinkingPart("hm"), TextPart("Looking.")))


def test_rounds_follow_each_other_with_the_results_between():
    asked = turn("a?", *TWO_CALLS)
    asked.rounds[0].results = {1: "second", 0: "first"}
    assert not asked.open_calls and list(asked.rounds[0].calls) == [0, 1]
    asked.rounds.append(Round(ended(AnswerDelta("Done."))))
    assert messages_before([asked]) == (
        Message("user", (TextPart("a?"),)),
        Message("assistant", (ThinkingPart("hm"), ToolCallPart("", "f", "{}"), ToolCallPart("", "g", "{}"))),
        Message("tool", (ToolResultPart("", "first"), ToolResultPart("", "second"))),
        Message("assistant", (TextPart("Done."),)),
    )


def test_a_reply_that_was_cut_calls_nothing():
    run = Run(RunRequest("m", ()), Connection("http://127.0.0.1:1/v1"))
    run.transcript.apply(ToolCallDelta(0, "i", "f", '{"city": "Pa'))
    run.end()
    assert run.status == "interrupted" and not Round(run).calls


def test_a_turn_that_was_sent_with_an_edited_body_adds_nothing():
    assert messages_before([Turn("a?", (), [Round(ended(AnswerDelta("b"), body={"model": "m"}))])]) == ()


def test_a_cut_reply_and_what_goes_on_with_it_are_one_message():
    cut = turn("Count.", ThinkingDelta("one by one"), AnswerDelta("1, 2, thr"), Finished("length"))
    assert cut.cut
    cut.rounds.append(
        Round(ended(ThinkingDelta("from three"), AnswerDelta("ee, 4"), Finished("length")), continues=True)
    )
    cut.rounds.append(Round(ended(AnswerDelta(", 5."), Finished("stop")), continues=True))
    assert (cut.answer, cut.thinking, len(cut.reply), cut.cut) == (
        "1, 2, three, 4, 5.",
        "one by one\n\nfrom three",
        3,
        False,
    )
    question, answer = messages_before([cut])
    assert question.text == "Count."
    assert answer.parts == (ThinkingPart("one by one"), ThinkingPart("from three"), TextPart("1, 2, three, 4, 5."))


def test_what_goes_on_with_a_reply_is_known_again_on_the_way_through_the_tree():
    said = turn("Count.", AnswerDelta("1, 2"), Finished("length"))
    said.rounds.append(Round(ended(AnswerDelta(", 3")), continues=True))
    again = turns_of(nodes_of([said]), {one.run.id: one.run for one in said.rounds})
    assert again[0].answer == "1, 2, 3" and [one.continues for one in again[0].rounds] == [False, True]


def test_a_reply_that_broke_off_before_its_text_or_in_a_call_cannot_be_gone_on_with():
    assert not turn("a?", ThinkingDelta("hm"), Finished("length")).cut
    assert not turn("a?", AnswerDelta("b"), ToolCallDelta(0, "1", "f", "{"), Finished("length")).cut
    assert not turn("a?", AnswerDelta("b"), Finished("stop")).cut
