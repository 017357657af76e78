"""What the parameters do to a reply: lengths, stops, sampling, thinking, usage, caching."""

from __future__ import annotations

import re
from typing import Any

import pytest

from components.gateway import assumptions
from components.gateway.reply import end_before_stop
from components.gateway.sampling import Sampler

STORY = "Explain how a tide works, in a long text."


def text(reply: Any) -> str:
    return reply["choices"][0]["message"]["content"]


def thinking(reply: Any) -> str:
    return reply["choices"][0]["message"].get("reasoning_content", "")


def deltas(chunks: list[Any], field: str) -> list[str]:
    return [
        chunk["choices"][0]["delta"][field]
        for chunk in chunks
        if chunk["choices"] and chunk["choices"][0]["delta"].get(field)
    ]


@pytest.mark.parametrize("limit", [1, 7, 50])
def test_max_tokens_cuts_exactly(stream: Any, limit: int) -> None:
    chunks = stream(STORY, max_tokens=limit)
    assert len(deltas(chunks, "content")) == limit
    assert chunks[-2]["choices"][0]["finish_reason"] == "length"
    usage = chunks[-1]["usage"]
    assert usage["completion_tokens"] == limit + usage["completion_tokens_details"]["reasoning_tokens"]


def test_usage_adds_up_with_the_deltas(stream: Any) -> None:
    chunks = stream(STORY, web_search_linkup=True)
    usage = chunks[-1]["usage"]
    reasoning, content = deltas(chunks, "reasoning_content"), deltas(chunks, "content")
    assert chunks[-1]["choices"] == [] and chunks[-2]["choices"][0]["finish_reason"] == "stop"
    assert usage["completion_tokens_details"]["reasoning_tokens"] == len(reasoning)
    assert usage["completion_tokens"] == len(reasoning) + len(content)
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}


def test_thinking_comes_before_the_answer(stream: Any) -> None:
    kinds = [next(iter(chunk["choices"][0]["delta"]), "") for chunk in stream(STORY)[1:-2]]
    assert kinds == sorted(kinds, key=["reasoning_content", "content"].index)


def test_stream_without_include_usage_has_none(stream: Any) -> None:
    assert all("usage" not in chunk for chunk in stream("Hello", stream_options=None))


def test_streamed_and_whole_reply_say_the_same(ask: Any, stream: Any) -> None:
    whole = ask(STORY, temperature=0)
    chunks = stream(STORY, temperature=0)
    assert "".join(deltas(chunks, "content")) == text(whole)
    assert "".join(deltas(chunks, "reasoning_content")) == thinking(whole)
    without = {name: value for name, value in chunks[-1]["usage"].items() if name != "prompt_tokens_details"}
    assert without.items() <= whole["usage"].items()


@pytest.mark.parametrize("stop", ["| Words |", ["nowhere", "Key terms"], "simulator cannot"])
def test_stop_ends_before_the_match_across_tokens(ask: Any, stop: Any) -> None:
    full = text(ask("Why is the sky blue?", temperature=0))
    stops = [stop] if isinstance(stop, str) else stop
    reply = ask("Why is the sky blue?", temperature=0, stop=stop)
    place = min(full.find(item) for item in stops if item in full)
    assert text(reply) == full[:place] and place > 0
    assert reply["choices"][0]["finish_reason"] == "stop"


def test_stop_filter_holds_back_only_what_may_match() -> None:
    assert list(end_before_stop(["ab", "cd", "ef"], ("cdx", "zz"))) == ["ab", "cd", "ef"]
    assert list(end_before_stop(["ab", "c", "de", "f"], ("bcd",))) == ["a"]
    assert list(end_before_stop(["aaa", "b"], ("ab",))) == ["aa"]
    assert list(end_before_stop(["x"], ("x",))) == []


def test_temperature_zero_repeats_exactly(ask: Any) -> None:
    replies = {text(ask(STORY, temperature=0)) for _ in range(3)}
    assert len(replies) == 1


def test_temperature_one_differs_and_small_top_p_does_not(ask: Any) -> None:
    assert len({text(ask(STORY, temperature=1, top_p=1)) for _ in range(4)}) == 4
    narrow = {text(ask(STORY, temperature=1, top_p=0.01)) for _ in range(3)}
    assert narrow == {text(ask(STORY, temperature=0))}


def test_same_seed_gives_the_same_sequence(start: Any, connect: Any) -> None:
    def two(seed: int) -> list[str]:
        with connect(start(seed=seed)) as client:
            body = {"model": "kimi-k2-6", "messages": [{"role": "user", "content": STORY}], "temperature": 1}
            return [text(client.post("/chat/completions", json=body).json()) for _ in range(2)]

    first = two(7)
    assert first == two(7) and first != two(8) and first[0] != first[1]


def test_sampler_flattens_with_temperature_and_cuts_with_top_p() -> None:
    def share(temperature: float, top_p: float = 1) -> float:
        sampler = Sampler(temperature, top_p, "seed")
        return sum(sampler.pick([0.9, 0.1]) for _ in range(2000)) / 2000

    assert share(0) == 0
    assert share(0.5) < share(1) < share(2)
    # Softmax of ln 0.9 and ln 0.1 at temperature 2: sqrt(0.1) / (sqrt(0.1) + sqrt(0.9)) = 0.25.
    assert share(1) == pytest.approx(0.1, abs=0.025) and share(2) == pytest.approx(0.25, abs=0.035)
    assert share(2, top_p=0.7) == 0


@pytest.mark.parametrize("budget", [1, 10, 60])
def test_small_budget_cuts_the_thinking(ask: Any, budget: int) -> None:
    reply = ask(STORY, thinking_budget=budget)
    assert reply["usage"]["completion_tokens_details"]["reasoning_tokens"] == budget
    assert len(text(reply)) > 200


def test_effort_scales_the_thinking(ask: Any) -> None:
    amounts = [
        ask(STORY, reasoning_effort=effort, temperature=0)["usage"]["completion_tokens_details"]["reasoning_tokens"]
        for effort in ("none", "low", "medium", "high", "max")
    ]
    assert amounts[0] == 0 and amounts == sorted(set(amounts)) and amounts[-1] > 2 * amounts[1]


@pytest.mark.parametrize(
    ("parameters", "budget"),
    [
        ({"enable_thinking": False, "reasoning_effort": "high", "thinking_budget": 900}, 0),
        ({"enable_thinking": True, "reasoning_effort": "none"}, 0),
        ({"reasoning_effort": "max", "thinking_budget": 300}, 300),
        ({"reasoning_effort": "low"}, 8192),
        ({"reasoning_effort": "high"}, 65536),
        ({}, 32768),
    ],
)
def test_precedence_and_budgets(ask: Any, parameters: dict[str, Any], budget: int) -> None:
    usage = ask("simulate: thinking=81920 answer=5", **parameters)["usage"]
    assert usage["completion_tokens_details"]["reasoning_tokens"] == budget
    assert usage["completion_tokens"] == budget + 5


def test_exact_amounts_are_readable_and_varied(ask: Any) -> None:
    reply = ask("simulate: thinking=3000 answer=6000", max_tokens=16000)
    assert reply["usage"]["completion_tokens"] == 9000
    paragraphs = [block for block in text(reply).split("\n\n") if len(block) > 60]
    assert len(set(paragraphs)) == len(paragraphs)
    assert all(mark in text(reply) for mark in ("| --- |", "```python", "$$", "\n- ", "### "))


def test_growing_conversation_is_cached_in_steps_of_256(ask: Any) -> None:
    key_text = "A unique beginning for this test, with many words. " * 60
    messages = [{"role": "user", "content": key_text}]
    first = ask(None, messages=messages)
    messages += [{"role": "assistant", "content": text(first)}, {"role": "user", "content": "And what follows?"}]
    second = ask(None, messages=messages)
    cached = second["usage"]["prompt_tokens_details"]["cached_tokens"]
    assert first["usage"]["prompt_tokens_details"]["cached_tokens"] == 0
    assert cached == first["usage"]["prompt_tokens"] // 256 * 256 > 0
    other = ask(None, messages=[{"role": "user", "content": "Other " + key_text}])
    assert other["usage"]["prompt_tokens_details"]["cached_tokens"] == 0


def test_system_prompt_replaces_the_hidden_identity(ask: Any) -> None:
    bare = ask("Hi")["usage"]["prompt_tokens"]
    with_system = ask(None, messages=[{"role": "system", "content": "x"}, {"role": "user", "content": "Hi"}])
    assert bare - with_system["usage"]["prompt_tokens"] > 5
    assert "{name}" in assumptions.IDENTITY_PROMPT


def test_search_appends_sources_unless_switched_off(ask: Any) -> None:
    reply = ask("News about solar sails", web_search_linkup=True)
    footer = re.search(r"\n\n---\n\n\*\*Sources\*\*\n\n1\. \[.*simulated.*\]\(https://example\.com/", text(reply))
    assert footer is not None
    plain = ask("News about solar sails", web_search_linkup=True, disable_formatting=True)
    assert "**Sources**" not in text(plain) and "simulated" in text(plain)
    assert "**Sources**" not in text(ask("News about solar sails"))


def test_temperature_two_is_wilder_than_one(ask: Any) -> None:
    def distinct_lines(temperature: float) -> int:
        replies = [text(ask(STORY, temperature=temperature, top_p=1)) for _ in range(6)]
        return len({line for reply in replies for line in reply.splitlines()})

    assert distinct_lines(0.3) < distinct_lines(2)
