"""Replies do what they are asked for and say that they are simulated."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.gateway.composer.arithmetic import ArithmeticRefused, evaluate, find_expression, shown
from components.gateway.composer.coding import RECIPES
from components.gateway.composer.wordcraft import syllables
from components.gateway.preparation import Preparation
from components.gateway.reply import Reply
from components.gateway.wires.chat_completions import parse
from components.params.cards import default_card


def text(reply: Any) -> str:
    return reply["choices"][0]["message"]["content"]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("What is 17 * 23 + 5?", "396"),
        ("Compute 15% of 80", "12"),
        ("what's 2^10", "1024"),
        ("How much is 12 times 12 minus 4", "140"),
        ("square root of 144 plus 1", "13"),
        ("(3 + 4) * 2 / 7", "2"),
        ("1,200 * 3", "3600"),
    ],
)
def test_arithmetic_is_worked_out(ask: Any, prompt: str, expected: str) -> None:
    assert f"**{expected}**" in text(ask(prompt))


@pytest.mark.parametrize("prompt", ["on 2024-01-05 we met", "call 555-1234", "list 5 fruits", "see 3.11", "1/0"])
def test_not_everything_with_digits_is_a_sum(prompt: str) -> None:
    assert find_expression(prompt) is None


@pytest.mark.parametrize("expression", ["9**9**9", "__import__('os')", "10**400", "1/0", "(-8)**0.5", "a+1"])
def test_arithmetic_refuses_what_is_dangerous(expression: str) -> None:
    with pytest.raises(ArithmeticRefused):
        evaluate(expression)


def test_shown_drops_trailing_zeros() -> None:
    assert [shown(value) for value in (2.0, 2.50, 1 / 3, 10**30)] == ["2", "2.5", "0.3333333333", str(10**30)]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_every_code_answer_runs(recipe: Any) -> None:
    names: dict[str, Any] = {}
    exec(recipe.code + f"\nresult = {recipe.call}", names)
    assert repr(names["result"]) == recipe.result


def test_code_is_fenced(ask: Any) -> None:
    assert "```python\ndef fibonacci" in text(ask("Write a Python function for Fibonacci numbers"))


def test_haiku_carries_its_topic_and_varies(ask: Any) -> None:
    poems = {text(ask("Write a haiku about the ocean.", temperature=1, top_p=1)) for _ in range(5)}
    assert len(poems) > 1 and all("ocean" in poem.lower() for poem in poems)
    assert [syllables(word) for word in ("ocean", "moon", "autumn", "silence", "violet")] == [2, 1, 2, 2, 3]


@pytest.mark.parametrize("count", [3, 7, 40])
def test_list_has_as_many_items_as_asked(ask: Any, count: int) -> None:
    assert len(re.findall(r"^\d+\. ", text(ask(f"List {count} reasons to walk")), re.MULTILINE)) == count


def test_counting(ask: Any) -> None:
    assert "## 3 times" in text(ask("How many r's are in strawberry?"))
    assert "## 4 words" in text(ask('How many words are in "one two three four"?'))


def test_summary_is_extractive(ask: Any) -> None:
    source = (
        "Tides move the sea. Tides follow the moon. The moon pulls the sea. A cat slept. Fishers know tides. "
        "Bread was sold. The sea and the moon make tides."
    )
    answer = text(ask(f"Summarize this text:\n\n{source}"))
    kept = re.findall(r"^\d+\. (.*)$", answer, re.MULTILINE)
    assert kept and all(sentence in source for sentence in kept) and "A cat slept." not in kept


def test_earlier_turns_are_quoted(ask: Any) -> None:
    messages = [
        {"role": "user", "content": "My name is Ada Byron. I like looms."},
        {"role": "assistant", "content": "Noted."},
        {"role": "user", "content": "What did I say first?"},
    ]
    assert "I like looms" in text(ask(None, messages=messages))
    messages[-1] = {"role": "user", "content": "What is my name?"}
    assert "Ada Byron" in text(ask(None, messages=messages))


def test_long_request_gets_a_long_reply(ask: Any) -> None:
    long = text(ask("Write 2000 words about the history of salt", max_tokens=16000))
    assert 1900 < len(re.findall(r"\w+", long)) < 3200


@pytest.mark.parametrize(
    "prompt", ["Hello", "", "今天天气怎么样，请告诉我", "Translate to French: good morning", "?" * 30, "‹a¦b›"]
)
def test_reply_says_that_it_is_simulated(ask: Any, prompt: str) -> None:
    answer = text(ask(prompt))
    assert "Simulated reply" in answer and answer.startswith(("## ", "The simulator answers in English"))


def test_an_answer_is_judged_by_the_words_of_its_rubric_as_json_alone(ask: Any) -> None:
    material = json.dumps(
        {"rubric": "Names the capital", "prompt": "simulate: answer=9", "answer": "The capital is it."}
    )
    judged = json.loads(text(ask(f"Judge it:\n\n{material}\n\nReply with JSON.")))
    assert judged == {"reason": "Simulated: 2 of the rubric's 3 words stand in the answer.", "score": 4}
    assert "Simulated reply" in text(ask('Judge it:\n\n{"rubric": 1}\n'))


def test_thinking_quotes_the_prompt(ask: Any) -> None:
    reply = ask("Explain photosynthesis to a child")
    assert "photosynthesis" in reply["choices"][0]["message"]["reasoning_content"]


PROMPTS = st.text(max_size=200) | st.lists(
    st.sampled_from(
        "What is my name Write a haiku about list 3 how many words r in summarize code python 2 + 3 / 0 * ** ( "
        ") : , . ? "
        "translate “quoted” 'x' ‹ › ¦ { } | 99999 simulate fibonacci first picture clip you said before".split()
    ),
    max_size=12,
).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(PROMPTS, st.sampled_from([0, 0.7, 2]), st.booleans())
def test_any_prompt_gets_a_marked_reply(prompt: str, temperature: float, follows_up: bool) -> None:
    earlier = [{"role": "user", "content": "My name is X."}, {"role": "assistant", "content": "Yes."}]
    messages = [*(earlier if follows_up else []), {"role": "user", "content": prompt}]
    body = {"model": "kimi-k2-6", "messages": messages, "temperature": temperature, "max_tokens": 16000}
    card = default_card()
    reply = Reply(Preparation(card).prepare(parse(body, card), "key"), "seed")
    tokens = list(reply.tokens())
    assert "Simulated reply" in "".join(token.text for token in tokens if token.kind == "answer")
    assert reply.completion_tokens == len(tokens)
