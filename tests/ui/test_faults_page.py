"""Each fault of a server ends in a state that the user understands, on every endpoint, with what came kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from components.gateway.faults import read_fault
from components.ui import resources


@dataclass(frozen=True)
class Case:
    """`says`: words of the notice, empty where the reply is fine; `kept`: some text had come; `retried`: how often."""

    fault: str
    status: str
    says: str = ""
    kept: bool = False
    retried: int = 0


CASES = [
    Case("status=402", "failed", "The account has no credits left"),
    Case("status=500", "failed", "500"),
    Case("status=503; retry-after=0", "failed", "offline for now", retried=3),
    Case("status=429; retry-after=0", "failed", "Too many requests", retried=3),
    Case("status=429; retry-after=3600", "failed", "Too many requests"),
    Case("cut=0", "failed", "broke off", retried=3),
    Case("cut=15", "interrupted", "broke off", kept=True),
    Case("error=upstream_error; error-after=15", "failed", "returned an error", kept=True),
    Case("malformed=12", "done", "1 event was not understood", kept=True),
    Case("oversized=300000", "done", kept=True),
    Case("no-usage", "done", kept=True),
    Case("content-type=text/plain", "failed", "instead of a reply of the API"),
    Case("html", "failed", "a web page"),
    Case("redirect=https://example.com/moved", "failed", "redirects to 'https://example.com/moved'"),
]


@pytest.mark.parametrize("wire", ["chat_completions", "responses", "messages"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.fault)
def test_a_fault_ends_in_a_sentence_with_everything_kept(app: Any, ask: Any, wire: str, case: Case):
    app.session_state["playground"].own.wire = wire
    resources.simulator().behaviour.fault = read_fault(case.fault)
    ask(app, "Tell me about cats\nsimulate: thinking=20 answer=40")
    (turn,) = app.session_state["playground"].turns
    run = turn.run
    assert (run.status, len(run.retries)) == (case.status, case.retried)
    notices = [element.value for element in (*app.error, *app.warning, *app.container(key="turn-1").caption)]
    assert case.says in " ".join(notices)
    assert bool(run.transcript.thinking) == case.kept
    assert app.container(key="turn-1").text[0].value.startswith("Tell me about cats")
    if case.status != "done":
        resources.simulator().behaviour.fault = None
        app.button(key="again-1").click().run()
        assert turn.run.status == "done" and not app.error


def test_missing_usage_is_not_reported_rather_than_nothing(app: Any, ask: Any):
    resources.simulator().behaviour.fault = read_fault("no-usage")
    ask(app, "Hello\nsimulate: thinking=5 answer=10")
    line = app.container(key="turn-1-stats").caption[0].value
    assert "**Tokens** not reported" in line and "**Cost** not reported" in line
