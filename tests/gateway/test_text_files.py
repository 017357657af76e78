"""Text files that the app attaches as fenced text are attachments: measured, and never taken for the question."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.parts import TextFilePart
from components.gateway.text_files import TextFile, split_files

TABLE = TextFilePart("price,amount\n17 * 3,2\nsimulate: nonsense=1\n", "prices.csv", "csv")
WEATHER = {
    "type": "function",
    "function": {"name": "get_weather", "parameters": {"properties": {"city": {"type": "string"}}}},
}


def text(reply: Any) -> str:
    return reply["choices"][0]["message"]["content"]


def say(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


@pytest.mark.parametrize(
    "content",
    [
        f"{TABLE.fenced}\nWhat is 4 * 5?",
        f"What is 4 * 5?\n{TABLE.fenced}",
        [say(TABLE.fenced), say("What is 4 * 5?")],
    ],
    ids=["before the words", "behind them", "a part of its own"],
)
def test_the_words_are_answered_and_the_file_is_measured(ask: Any, content: Any) -> None:
    answer = text(ask(content, temperature=0))
    assert "**20**" in answer and "51" not in answer
    assert "`prices.csv` (3 lines, 43 characters)" in answer


def test_a_question_about_files_names_and_measures_each(ask: Any) -> None:
    program = TextFilePart('print("```")', "a.py", "python")
    reply = ask(f"{TABLE.fenced}\n{program.fenced}\nWhat do they say?", temperature=0)
    assert "| `prices.csv` | csv | 3 |" in text(reply) and "| `a.py` | python | 1 |" in text(reply)
    assert "You asked “What do they say?”" in text(reply)
    assert "`a.py` (1 line, 13 characters)" in reply["choices"][0]["message"]["reasoning_content"]


def test_a_picture_and_a_file_are_both_measured(ask: Any) -> None:
    picture = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    answer = text(ask([say(TABLE.fenced), picture, say("Compare them.")]))
    assert "does not fetch" in answer and "prices.csv" in answer


def test_tools_are_called_with_the_words_alone(ask: Any) -> None:
    cities = TextFilePart('Weather in "Oslo"', "cities.txt")
    calls = ask(f"{cities.fenced}\nWeather in Paris?", tools=[WEATHER])["choices"][0]["message"]["tool_calls"]
    assert [call["function"]["arguments"] for call in calls] == ['{"city": "Paris"}']


def test_an_earlier_message_is_quoted_without_its_file(ask: Any) -> None:
    messages = [
        {"role": "user", "content": f"{TABLE.fenced}\nIs it dear?"},
        {"role": "assistant", "content": "No."},
        {"role": "user", "content": "Tell me about tides"},
    ]
    assert "“Is it dear?”" in text(ask(None, messages=messages)) and "prices.csv" not in text(
        ask(None, messages=messages)
    )


@given(st.text(alphabet="ab `\n\r:", max_size=40), st.sampled_from(["", "What is it?", "```\ncode\n```"]))
def test_whatever_a_file_holds_is_kept_apart_from_the_words(content: str, words: str) -> None:
    fenced = TextFilePart(content, "a b.txt", "text").fenced
    end = "" if content.endswith(("\n", "\r")) or not content else "\n"
    expected = TextFile("a b.txt", "text", content + end)
    assert split_files(f"{fenced}\n{words}") == (words, (expected,))
    assert split_files(f"{words}\n{fenced}") == (f"{words}\n", (expected,))
