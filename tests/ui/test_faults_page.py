"""What the page says of a fault, of each kind of end one; `tests/runs/test_faults.py` has every fault and endpoint."""

from __future__ import annotations

from typing import Any

import pytest

from components.gateway.faults import read_fault
from components.ui import resources
from tests.ui.shown import answer, said, to_try_again


@pytest.mark.parametrize(
    "fault, wire, says",
    [
        ("status=503; retry-after=0", "chat_completions", "offline for now"),
        ("cut=15", "responses", "broke off"),
        ("html", "messages", "a web page"),
        pytest.param(
            "error=upstream_error; error-after=15", "messages", "returned an error", marks=pytest.mark.nightly
        ),
        pytest.param("malformed=12", "responses", "1 event was not understood", marks=pytest.mark.nightly),
    ],
)
def test_a_fault_ends_in_a_sentence_and_can_be_tried_again(app: Any, ask: Any, fault: str, wire: str, says: str):
    app.selectbox(key="wire").set_value(wire)
    resources.simulator().behaviour.fault = read_fault(fault)
    ask(app, "Tell me about cats\nsimulate: thinking=20 answer=40")
    notices = [said(element) for element in (*app.error, *app.warning, *app.container(key="turn-1").caption)]
    assert says in " ".join(notices)
    assert app.container(key="turn-1").text[0].value.startswith("Tell me about cats")
    if not fault.startswith("malformed"):  # what could be read of that one is a whole reply
        resources.simulator().behaviour.fault = None
        app.button(key="again-1").click().run()
        assert answer(app) and not app.error and not app.warning
    assert not to_try_again(app)


def test_missing_usage_is_not_reported_rather_than_nothing(app: Any, ask: Any):
    resources.simulator().behaviour.fault = read_fault("no-usage")
    ask(app, "Hello\nsimulate: thinking=5 answer=10")
    line = app.container(key="turn-1-stats").caption[0].value
    assert "**Tokens** not reported" in line and "**Cost** not known" in line
