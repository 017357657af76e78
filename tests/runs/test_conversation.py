"""What earlier turns contribute to the next request."""

from components.api.connection import Connection
from components.core.events import AnswerDelta, StreamEvent, ThinkingDelta, ToolCallDelta
from components.core.parts import Message, TextPart, ThinkingPart, ToolCallPart
from components.core.request import RunRequest
from components.runs.conversation import Turn, messages_before
from components.runs.run import Run


def turn(question: str, *events: StreamEvent) -> Turn:
    run = Run(RunRequest("m", ()), Connection("http://127.0.0.1:1/v1"))
    for event in events:
        run.transcript.apply(event)
    run.end()
    return Turn(question, (), run)


def test_answered_turns_follow_each_other():
    assert messages_before([turn("a?", AnswerDelta("a")), turn("b?", ThinkingDelta("hm"), AnswerDelta("b"))]) == (
        Message("user", (TextPart("a?"),)),
        Message("assistant", (TextPart("a"),)),
        Message("user", (TextPart("b?"),)),
        Message("assistant", (ThinkingPart("hm"), TextPart("b"))),
    )


def test_a_turn_without_an_answer_is_left_out():
    assert messages_before([turn("a?"), turn("b?", ThinkingDelta("hm"))]) == ()


def test_a_turn_that_called_a_tool_counts_as_answered():
    (_, answer) = messages_before([turn("a?", ToolCallDelta(0, "i", "f", "{}"))])
    assert answer == Message("assistant", (ToolCallPart("i", "f", "{}"),))
