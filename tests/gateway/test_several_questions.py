"""The simulator answers each question it can, not the first alone; and the second turn's question, not the first's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.gateway.composer.several import questions_of
from components.tools.examples import EXAMPLES


def said(reply: Any) -> str:
    return str(reply["choices"][0]["message"]["content"])


@pytest.mark.parametrize(
    ("prompt", "count"),
    [
        ("What is 2 + 3?", 1),
        ("What is 2 + 3? What is 4 * 5?", 2),
        ("Compare bubble sort and quicksort in a table, then write merge sort in Python.", 2),
        ("What is 12 * 12 and what is 7 + 8?", 2),
        ("Write a haiku about the sea; list 3 fruits; what is 9 - 4?", 3),
        ("What is 3.5 + 1.25?", 1),
        ("Summarise this: First. Second? Third.", 1),  # its own material
        ("Tell me about salt and pepper.", 1),
    ],
)
def test_the_questions_of_a_prompt_are_found(prompt: str, count: int) -> None:
    assert len(questions_of(prompt)) == count


def test_each_of_several_questions_is_answered(ask: Any) -> None:
    text = said(ask("What is 17 * 23? Write a haiku about the sea. What is 100 / 8?"))
    assert "391" in text and "12.5" in text and "Sea" in text


def test_one_of_several_that_cannot_be_known_is_named(ask: Any) -> None:
    text = said(ask("What is 17 * 23? Who wrote Hamlet? What is 2 + 2?"))
    assert "391" in text and "Who wrote Hamlet" in text and "cannot know" in text


def test_a_table_and_code_are_both_given(ask: Any) -> None:
    text = said(ask("Compare bubble sort, merge sort and quicksort in a table, then write merge sort in Python."))
    assert "| quicksort |" in text and "def merge_sort" in text


@pytest.mark.parametrize(
    ("prompt", "small", "large"),
    [
        ("A bat and a ball cost $1.10 together; the bat costs $1 more than the ball. What does the ball cost?",)
        + ("$0.05", "$1.05"),
        ("A pen and a pad cost $7 in total. The pad costs $4 more than the pen. What does the pen cost?",)
        + ("$1.50", "$5.50"),
        ("A cat and a dog weigh 30 kg together, the dog weighs 20 kg more than the cat.", "5", "25"),
    ],
)
def test_the_puzzle_with_the_trap_is_solved(ask: Any, prompt: str, small: str, large: str) -> None:
    text = said(ask(prompt))
    assert f"**{small}**" in text and f"**{large}**" in text and "trap" in text


def _defined(name: str) -> dict[str, Any]:
    tool = EXAMPLES[name].tool
    function = {"name": name, "description": tool.description, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": function}


def test_two_functions_are_called_where_two_things_are_asked(ask: Any) -> None:
    tools = [_defined("get_weather"), _defined("calculator")]
    prompt = "What is the weather like in Paris, and what is 17.5 % of 2,340?"
    calls = ask(prompt, tools=tools)["choices"][0]["message"]["tool_calls"]
    called = {call["function"]["name"]: json.loads(call["function"]["arguments"]) for call in calls}
    assert called["get_weather"]["city"] == "Paris"
    assert called["calculator"] == {"expression": "17.5 / 100 * 2340"}
    alone = ask("What is the weather like in Paris?", tools=tools)["choices"][0]["message"]["tool_calls"]
    assert [call["function"]["name"] for call in alone] == ["get_weather"]


@pytest.mark.parametrize(
    ("second", "holds"),
    [
        ("And times 2?", "**782**"),
        ("Now divided by 17.", "**23**"),
        ("What is 5 + 6?", "**11**"),
        ("Who wrote Hamlet?", "hamlet"),
        ("What did I ask first?", "What is 17 * 23?"),
    ],
)
def test_the_second_question_of_a_conversation_gets_its_own_answer(ask: Any, second: str, holds: str) -> None:
    first = {"role": "user", "content": "What is 17 * 23?"}
    messages = [first, {"role": "assistant", "content": "391"}, {"role": "user", "content": second}]
    assert holds in said(ask(None, messages=messages))
