"""The fold of a stream: what a reader sees at any moment, and what goes back into the conversation."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.events import (
    AnswerDelta,
    Finished,
    RawEvent,
    Started,
    StreamEvent,
    ThinkingDelta,
    ToolCallDelta,
    UsageReported,
)
from components.core.parts import Message, TextPart, ThinkingPart, ToolCallPart
from components.core.transcript import Transcript
from components.core.usage import Usage


def fold(*events: StreamEvent) -> Transcript:
    transcript = Transcript()
    for event in events:
        transcript.apply(event)
    return transcript


def test_a_new_transcript_is_empty_and_reports_nothing():
    transcript = Transcript()
    assert (transcript.thinking, transcript.answer, transcript.tool_calls) == ("", "", {})
    assert transcript.usage is None
    assert transcript.finish_reason is None
    assert transcript.message() == Message("assistant", ())


def test_thinking_and_answer_are_kept_apart_and_in_order():
    transcript = fold(ThinkingDelta("a"), AnswerDelta("x"), ThinkingDelta("b"), AnswerDelta("y"))
    assert transcript.thinking == "ab"
    assert transcript.answer == "xy"


def test_a_reader_can_go_on_from_the_delta_it_has_reached():
    transcript = fold(AnswerDelta("one "), AnswerDelta("two "))
    reached = len(transcript.answer_deltas)
    transcript.apply(AnswerDelta("three"))
    assert transcript.answer_deltas[reached:] == ["three"]


@given(st.lists(st.tuples(st.booleans(), st.text())))
def test_no_text_is_lost_however_the_stream_is_cut(pieces: list[tuple[bool, str]]):
    transcript = fold(*(ThinkingDelta(text) if thinking else AnswerDelta(text) for thinking, text in pieces))
    assert transcript.thinking == "".join(text for thinking, text in pieces if thinking)
    assert transcript.answer == "".join(text for thinking, text in pieces if not thinking)


def test_tool_calls_that_arrive_interleaved_and_out_of_order_are_assembled_by_index():
    transcript = fold(
        ToolCallDelta(1, id="call_b", name="rome", arguments='{"ci'),
        ToolCallDelta(0, id="call_a", name="paris"),
        ToolCallDelta(1, arguments='ty":1}'),
        ToolCallDelta(0, arguments="{}"),
    )
    assert transcript.tool_calls == {
        0: ToolCallPart("call_a", "paris", "{}"),
        1: ToolCallPart("call_b", "rome", '{"city":1}'),
    }
    assert transcript.message().parts == (
        ToolCallPart("call_a", "paris", "{}"),
        ToolCallPart("call_b", "rome", '{"city":1}'),
    )


def test_a_tool_call_keeps_its_id_and_name_when_later_fragments_have_none():
    transcript = fold(ToolCallDelta(0, id="a", name="f"), ToolCallDelta(0, id="", name=None, arguments="{}"))
    assert transcript.tool_calls[0] == ToolCallPart("a", "f", "{}")


def test_a_tool_call_may_get_its_id_and_name_after_its_first_arguments():
    transcript = fold(ToolCallDelta(0, arguments="{"), ToolCallDelta(0, id="a", name="f", arguments="}"))
    assert transcript.tool_calls[0] == ToolCallPart("a", "f", "{}")


def test_malformed_tool_arguments_are_kept_as_they_came():
    assert fold(ToolCallDelta(0, "a", "f", '{"city": ')).tool_calls[0].arguments == '{"city": '


@dataclass(frozen=True)
class Case:
    id: str
    reports: tuple[Usage, ...]
    merged: Usage


USAGE_CASES = [
    Case("one report", (Usage(input_tokens=3, output_tokens=4),), Usage(input_tokens=3, output_tokens=4)),
    Case(
        "input at the start, output at the end",
        (Usage(input_tokens=9, cached_tokens=5, output_tokens=0), Usage(output_tokens=7)),
        Usage(input_tokens=9, cached_tokens=5, output_tokens=7),
    ),
    Case(
        "a later count replaces the earlier one, also by zero",
        (Usage(output_tokens=5, reasoning_tokens=2), Usage(output_tokens=8, reasoning_tokens=0)),
        Usage(output_tokens=8, reasoning_tokens=0),
    ),
    Case("an empty report takes nothing away", (Usage(total_tokens=6), Usage()), Usage(total_tokens=6)),
    Case("a report of nothing is known as such", (Usage(),), Usage()),
]


@pytest.mark.parametrize("case", USAGE_CASES, ids=lambda case: case.id)
def test_usage_is_merged_count_by_count(case: Case):
    assert fold(*map(UsageReported, case.reports)).usage == case.merged


def test_the_finish_reason_is_the_last_one_and_may_be_a_word_we_do_not_know():
    assert fold(Finished("stop")).finish_reason == "stop"
    assert fold(Finished("stop"), Finished("pause_turn")).finish_reason == "pause_turn"


def test_id_and_model_stay_known_when_a_later_chunk_has_none():
    transcript = fold(Started("r1", None), Started(None, "kimi-k2-6"), Started(None, None))
    assert (transcript.id, transcript.model) == ("r1", "kimi-k2-6")


def test_events_that_nobody_knows_are_kept_in_order_and_change_nothing_else():
    first, second = RawEvent("ping", "{}"), RawEvent("new.event", '{"a":1}')
    transcript = fold(first, AnswerDelta("x"), second)
    assert transcript.unknown == [first, second]
    assert transcript.message() == Message("assistant", (TextPart("x"),))


def test_the_message_carries_thinking_first_then_text_then_calls():
    # A tool turn sent back without its thinking is refused upstream.
    transcript = fold(ToolCallDelta(0, "a", "f", "{}"), AnswerDelta("x"), ThinkingDelta("t"), Finished("tool_calls"))
    assert transcript.message() == Message(
        "assistant", (ThinkingPart("t"), TextPart("x"), ToolCallPart("a", "f", "{}"))
    )


def test_the_message_of_a_cut_stream_holds_what_came():
    assert fold(ThinkingDelta("half a thou")).message() == Message("assistant", (ThinkingPart("half a thou"),))
