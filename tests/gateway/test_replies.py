"""Replies do what they are asked for and say that they are simulated."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.gateway.composer.arithmetic import ArithmeticRefused, evaluate, find_expressions, number_text
from components.gateway.preparation import Preparation
from components.gateway.reply import Reply
from components.gateway.wires.chat_completions import parse
from components.markdown.document import html_of
from components.params.cards import default_card
from tests.nightly import many


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
    assert find_expressions(prompt) == []


@pytest.mark.parametrize(
    "expression", ["9**9**9", "__import__('os')", "10**400", "1/0", "(-8)**0.5", "a+1", "sqrt(-1)", "'9'*9", "[1]*9"]
)
def test_arithmetic_refuses_what_is_dangerous(expression: str) -> None:
    with pytest.raises(ArithmeticRefused):
        evaluate(expression)


def test_number_text_drops_trailing_zeros() -> None:
    assert [number_text(value) for value in (2.0, 2.50, 1 / 3, 10**30)] == ["2", "2.5", "0.3333333333", str(10**30)]


def test_every_sum_of_a_prompt_is_worked_out_and_nothing_else_is_claimed(ask: Any) -> None:
    answer = text(ask("What is 17 * 23? Who wrote Hamlet? What is 100 / 8?"))
    assert "**391**" in answer and "**12.5**" in answer and "answers nothing else in it" in answer


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("What is 5 + 6?", "**11**"),
        ("Who wrote Hamlet?", "anything about *wrote* and *hamlet*"),
    ],
)
def test_a_second_question_gets_its_own_answer_and_quotes_the_first(ask: Any, second: str, expected: str) -> None:
    first = {"role": "user", "content": "What is 17 * 23?"}
    messages = [first, {"role": "assistant", "content": "391"}, {"role": "user", "content": second}]
    answer = text(ask(None, messages=messages, temperature=0))
    assert expected in answer and "“What is 17 * 23?”" in answer


@pytest.mark.parametrize(
    "asked", ["Show me Markdown", "a table, please", "Write merge sort in Python", "a numbered list"]
)
def test_every_kind_of_block_is_shown_on_request_and_called_a_sample(ask: Any, asked: str) -> None:
    answer = text(ask(asked))
    assert "fixed sample" in answer and "not an answer" in answer
    rendered = html_of(answer)
    for tag in ("<h3", "<strong", "<em", "<s>", "<a ", "<blockquote", "<ul", "<ol", "<table", "<math", "<hr"):
        assert tag in rendered, tag
    assert all(mark in answer for mark in ("```python", "```mermaid", "```json", "- [x]", "[^1]:"))


def test_the_code_of_the_sample_does_what_it_says(ask: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code = text(ask("Show me code")).partition("```python\n")[2].partition("```")[0]
    exec(code, {})
    assert f"# {capsys.readouterr().out.strip()}" in code


def test_a_cut_answer_goes_on_behind_its_end(ask: Any) -> None:
    messages = [
        {"role": "user", "content": "Explain tides"},
        {"role": "assistant", "content": "The moon pulls"},
        {"role": "user", "content": "Go on exactly where it ended."},
    ]
    answer = text(ask(None, messages=messages))
    assert answer.startswith(" …") and "simulator does not keep" in answer


def test_long_request_gets_a_long_reply(ask: Any) -> None:
    long = text(ask("Write 2000 words about the history of salt", max_tokens=16000))
    assert 1900 < len(re.findall(r"\w+", long)) < 3200


def test_a_system_prompt_says_how_long_replies_are_unless_the_prompt_does(ask: Any) -> None:
    def steps(system: str, prompt: str) -> bool:
        messages = [{"role": "system", "content": system}, {"role": "user", "content": prompt}]
        return "Operation" in text(ask(None, messages=messages))

    assert steps("You are a tutor.", "What is 17 * 23 + 5?")
    assert not steps("Answer briefly.", "What is 17 * 23 + 5?")
    assert steps("Answer briefly.", "What is 17 * 23 + 5? Explain it in 100 words.")


@pytest.mark.parametrize(
    "prompt", ["Hello", "", "今天天气怎么样，请告诉我", "Translate to French: good morning", "?" * 30, "‹a¦b›"]
)
def test_reply_says_that_it_is_simulated(ask: Any, prompt: str) -> None:
    answer = text(ask(prompt))
    assert "Simulated reply" in answer and answer.startswith("## ")


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
        "What is 2 + 3 / 0 * ** ( ) : , . ? times sqrt list 3 words 900 long short in one word code table go on from "
        "“quoted” 'x' { } | ` $ 99999 simulate second picture clip and then".split()
    ),
    max_size=12,
).map(" ".join)


@settings(max_examples=many(150), deadline=None)
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
