"""``<think>`` tags in the text, cut anywhere: the same thinking and the same answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.api.wires.think_tags import ThinkTagSplitter
from components.core.events import AnswerDelta, StreamEvent, ThinkingDelta

TAGGED = st.lists(
    st.sampled_from(
        ["<think>", "</think>", "<", "<th", "ink>", "</", "think", ">", "\n", "\n\n", " ", "a", "é🦜", "\u2028"]
    ),
    max_size=12,
).map("".join)


def split(*deltas: str) -> tuple[str, str]:
    splitter = ThinkTagSplitter()
    events: list[StreamEvent] = [event for delta in deltas for event in splitter.feed(delta)]
    events += splitter.close()
    return (
        "".join(event.text for event in events if isinstance(event, ThinkingDelta)),
        "".join(event.text for event in events if isinstance(event, AnswerDelta)),
    )


@pytest.mark.parametrize(
    "text, thinking, answer",
    [
        ("plain", "", "plain"),
        ("<think>why</think>\n\nso", "why", "so"),
        ("\n <think>\nwhy\n</think>so", "\nwhy\n", "so"),
        ("<think></think>so", "", "so"),
        ("<think>never closed", "never closed", ""),
        ("<think>almost closed</thin", "almost closed</thin", ""),
        ("<thin", "", "<thin"),
        ("The tag <think> opens.", "", "The tag <think> opens."),
        ("<think>a</think>b<think>c</think>", "a", "b<think>c</think>"),
        ("<think>a < b </ c</think>d", "a < b </ c", "d"),
        ("", "", ""),
        (" \n", "", " \n"),
    ],
)
def test_tags_at_the_beginning_tell_thinking_from_answer(text: str, thinking: str, answer: str):
    assert split(text) == (thinking, answer)
    assert split(*text) == (thinking, answer)


@given(TAGGED, st.lists(st.integers(0, 60)))
def test_the_cut_does_not_matter(text: str, cuts: list[int]):
    edges = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    assert split(*(text[a:b] for a, b in zip(edges, edges[1:], strict=False))) == split(text)


@given(st.text(), st.text())
def test_nothing_but_the_tags_and_the_gap_is_lost(thinking: str, answer: str):
    thinking, answer = thinking.replace("<", ""), answer.lstrip("\r\n")
    assert split(f"<think>{thinking}</think>\n\n{answer}") == (thinking, answer)


def test_thinking_is_passed_on_while_it_comes():
    splitter = ThinkTagSplitter()
    assert splitter.feed("<think>one ") == [ThinkingDelta("one ")]
    assert splitter.feed("two</th") == [ThinkingDelta("two")]
    assert splitter.feed("ree") == [ThinkingDelta("</three")]
