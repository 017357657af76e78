"""One conversation with everything in it, over each endpoint: the same words, the same counts, the cost by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from components.api.connection import Connection
from components.api.wires.registry import WIRES
from components.core.card import ParameterValue
from components.core.parts import Message, TextPart, ToolResultPart
from components.core.request import RunRequest, WireName
from components.core.transcript import Transcript
from components.core.usage import Usage
from components.gateway.server import Simulator
from components.gateway.settings import Settings
from components.media.attachments import attach
from components.params.cards import default_card
from components.runs.metrics import measure
from components.runs.run import Run
from components.runs.runner import Runner
from components.tools.examples import EXAMPLES, answer_call

SYSTEM = "Answer like a careful observer."
# At temperature 0 the simulator says the same to the same conversation.
PARAMETERS: dict[str, ParameterValue] = {"temperature": 0.0, "thinking_budget": 4000, "max_tokens": 2000}
# US dollars a million tokens, and a search, as the model's page has them.
INPUT, CACHED, OUTPUT, SEARCH = Decimal("0.8939"), Decimal("0.1788"), Decimal("3.7131"), Decimal("0.013")


@dataclass(frozen=True)
class Said:
    """What must not depend on the endpoint."""

    thinking: str
    answer: str
    calls: tuple[tuple[str, str], ...]
    finish_reason: str | None
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: Decimal | None


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    runner = Runner()
    yield runner
    runner.close()


def said(run: Run) -> Said:
    transcript = run.transcript
    usage = transcript.usage or Usage()
    return Said(
        transcript.thinking,
        transcript.answer,
        tuple((call.name, call.arguments) for _, call in sorted(transcript.tool_calls.items())),
        transcript.finish_reason,
        usage.input_tokens,
        usage.output_tokens,
        measure(run).cost_usd,
    )


def results_of(transcript: Transcript) -> Message:
    answers = [(call.id, answer_call(call.name, call.arguments)) for call in transcript.tool_calls.values()]
    assert len(answers) == 2 and all(answer for _, answer in answers)
    return Message("tool", tuple(ToolResultPart(id, answer or "") for id, answer in answers))


def hold(wire: WireName, runner: Runner, media_dir: Path, *, stream: bool) -> list[Run]:
    """The conversation over one endpoint, on a simulator that has seen nothing yet."""
    photo = attach("china.jpg", (media_dir / "china.jpg").read_bytes()).parts
    frames = attach("clip.mp4", (media_dir / "counted.mp4").read_bytes(), 3).parts
    tools = tuple(example.tool for example in EXAMPLES.values())
    messages = [Message("user", (*photo, *frames, TextPart("What do you see?")))]
    runs = []
    with Simulator(Settings(tokens_per_second=0)) as simulator:
        connection = Connection(simulator.base_url, simulator.key, simulated=True)

        def ask(**more: ParameterValue) -> Transcript:
            request = RunRequest(
                "kimi-k2-6",
                tuple(messages),
                wire,
                SYSTEM,
                {**PARAMETERS, **more},
                tools=tools,
                stream=stream,
                card=default_card(),
            )
            run = runner.start(request, connection)
            assert run.wait(60) and run.error is None and run.status == "done"
            runs.append(run)
            messages.append(run.transcript.message())
            return run.transcript

        ask()
        messages.append(Message("user", (TextPart("What is the weather in Paris and Rome?"),)))
        messages.append(results_of(ask()))
        ask()
        messages.append(Message("user", (TextPart("And what did I ask first?"),)))
        ask(web_search_linkup=True)
    return runs


def test_one_conversation_is_the_same_on_all_three(runner: Runner, media_dir: Path):
    held = {
        (name, stream): hold(WIRES[name].name, runner, media_dir, stream=stream)
        for name, stream in [(name, True) for name in WIRES] + [("messages", False)]
    }
    first, *others = ([said(run) for run in runs] for runs in held.values())
    assert all(other == first for other in others)
    seen, called, answered, recalled = first
    assert seen.thinking and "clip.mp4" in seen.answer
    assert called.finish_reason == "tool_calls" and [name for name, _ in called.calls] == ["get_weather"] * 2
    assert answered.finish_reason == "stop" and "get_weather" in answered.answer
    # What was asked before arrives with its words, whichever way it was sent.
    assert "What do you see?" in recalled.thinking and "Paris and Rome" in recalled.answer
    assert "Sources" in recalled.answer


@pytest.mark.parametrize("wire", WIRES)
def test_the_cost_is_that_of_the_price_list_to_the_last_digit(runner: Runner, media_dir: Path, wire: WireName):
    runs = hold(wire, runner, media_dir, stream=True)
    for searches, run in zip((0, 0, 0, 1), runs, strict=True):
        usage = run.transcript.usage
        assert usage is not None and usage.input_tokens and usage.output_tokens
        cached = usage.cached_tokens or 0
        cost = ((usage.input_tokens - cached) * INPUT + cached * CACHED + usage.output_tokens * OUTPUT) / 1_000_000
        assert measure(run).cost_usd == cost + searches * SEARCH
    # What was sent before is found again, on the third endpoint too, which reports it beside the input.
    assert all((run.transcript.usage or Usage()).cached_tokens for run in runs[1:])
