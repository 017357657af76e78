"""What the next prompt counts as, from the reported counts of the conversation before it."""

import json
from pathlib import Path

import pytest

from components.api.connection import Connection
from components.api.wires.weight import estimate_request
from components.core.events import AnswerDelta, Finished, UsageReported
from components.core.parts import Message, TextPart
from components.core.request import RunRequest
from components.core.usage import Usage
from components.runs.prompt_tokens import Count, counts_before, learned_tokens
from components.runs.run import Run

TEXTS = json.loads((Path(__file__).parents[1] / "fixtures" / "token_counts.json").read_text(encoding="utf-8"))


def said(role, text):
    return Message(role, (TextPart(text),))


def answered(request, prompt_tokens):
    run = Run(request, Connection("http://127.0.0.1:9/v1", None))
    for event in (AnswerDelta("x"), UsageReported(Usage(input_tokens=prompt_tokens)), Finished("stop")):
        run.transcript.apply(event)
    run.end()
    return run


@pytest.mark.parametrize("language", sorted({row["language"] for row in TEXTS}))
@pytest.mark.parametrize("off", [0.6, 1.0, 1.5])
def test_after_three_reported_usages_the_estimate_is_within_5_percent(language, off):
    # A server that counts `off` times what the file says, 37 for its own system prompt and 9 for each message.
    texts = [row for row in TEXTS if row["language"] == language]
    messages, runs, counted = [], [], 37.0
    for turn in range(4):
        row = texts[turn % len(texts)]
        messages.append(said("user", row["text"]))
        counted += off * row["tokens"] + 9
        request = RunRequest("kimi", tuple(messages))
        if turn == 3:
            before = counts_before(request, runs)
            assert len(before) == 3
            assert learned_tokens(estimate_request(request).tokens, before) == pytest.approx(counted, rel=0.05)
        runs.append(answered(request, round(counted)))
        messages.append(said("assistant", row["text"]))
        counted += off * row["tokens"] + 9


def test_nothing_is_learned_from_another_model_endpoint_or_a_search():
    request = RunRequest("kimi", (said("user", "Hello"),))
    others = [
        RunRequest("other", request.messages),
        RunRequest("kimi", request.messages, wire="messages"),
        RunRequest("kimi", request.messages, parameters={"web_search_linkup": True}),
    ]
    assert counts_before(request, [answered(other, 500) for other in others]) == []
    assert [count.reported for count in counts_before(request, [answered(request, 500)])] == [500]


def test_without_a_count_the_estimate_stands_and_a_shorter_prompt_counts_less():
    assert learned_tokens(120, []) == 120
    before = [Count(100, 150), Count(300, 450)]
    assert learned_tokens(300, before) == 450 and learned_tokens(200, before) == 300
    assert learned_tokens(5, [Count(10, 60)]) == 55  # too little to learn a rate from
