"""Each fault of a server ends, on every endpoint, in a state that says what happened, with what came kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from components.api.connection import Connection
from components.core.parts import Message, TextPart
from components.core.request import RunRequest, WireName
from components.gateway.auth import SIMULATOR_KEY
from components.gateway.faults import read_fault
from components.gateway.server import Simulator
from components.gateway.settings import Settings
from components.runs.runner import Runner

PATIENCE_S = 60.0


@dataclass(frozen=True)
class Case:
    """`says`: words of the error, empty where there is none; `kept`: some text had come; `retried`: how often."""

    fault: str
    status: str
    says: str = ""
    kept: bool = False
    retried: int = 0
    unread: int = 0


CASES = [
    Case("status=402", "failed", "The account has no credits left"),
    Case("status=500", "failed", "The API failed on its side"),
    Case("status=503; retry-after=0", "failed", "offline for now", retried=3),
    Case("status=429; retry-after=0", "failed", "Too many requests", retried=3),
    Case("status=429; retry-after=3600", "failed", "Too many requests"),
    Case("cut=0", "failed", "broke off", retried=3),
    Case("cut=15", "interrupted", "broke off", kept=True),
    Case("error=upstream_error; error-after=15", "failed", "returned an error", kept=True),
    Case("malformed=12", "done", kept=True, unread=1),
    Case("oversized=300000", "done", kept=True),
    Case("no-usage", "done", kept=True),
    Case("content-type=text/plain", "done", kept=True),
    Case("content-type=text/html", "done", kept=True),
    Case("html", "failed", "a web page"),
    Case("redirect=https://example.com/moved", "failed", "redirects to 'https://example.com/moved'"),
]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """Without the rate limit: all cases together ask more often than an account may in a minute."""
    with Simulator(Settings(tokens_per_second=0, requests_per_minute=None)) as simulator:
        yield simulator


@pytest.mark.parametrize("wire", ["chat_completions", "responses", "messages"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.fault)
def test_a_fault_ends_in_a_sentence_with_everything_kept(
    simulator: Simulator, start_runner: Callable[..., Runner], wire: WireName, case: Case
):
    prompt = "Tell me about cats\nsimulate: thinking=20 answer=40"
    request = RunRequest("kimi-k2-6", (Message("user", (TextPart(prompt),)),), wire)
    connection = Connection(simulator.base_url, SIMULATOR_KEY, simulated=True)
    runner = start_runner()
    simulator.behaviour.fault = read_fault(case.fault)
    run = runner.start(request, connection)
    assert run.wait(PATIENCE_S)
    assert (run.status, len(run.retries)) == (case.status, case.retried)
    assert case.says in str(run.error or "") and bool(run.error) == bool(case.says)
    assert bool(run.transcript.thinking) == case.kept
    assert len(run.transcript.unknown) == case.unread
    simulator.behaviour.fault = None
    again = runner.start(request, connection)
    assert again.wait(PATIENCE_S) and again.status == "done"
