"""Why a prompt was read anew: the first piece that differs from the request before."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from components.api.connection import Connection
from components.api.wires.registry import WIRES
from components.core.events import UsageReported
from components.core.parts import ImagePart, Message, TextPart
from components.core.request import RunRequest, Tool
from components.core.usage import Usage
from components.params.cards import default_card
from components.runs.caching import explain_cache
from components.runs.run import Run

HERE = Connection("http://127.0.0.1:1/v1", simulated=True)
FIRST = Message("user", (TextPart("first"),))
ANSWER = Message("assistant", (TextPart("answer"),))
SECOND = Message("user", (TextPart("second"),))


def run(*messages: Message, cached: int | None = 0, connection: Connection = HERE, **fields: Any) -> Run:
    made = Run(RunRequest(fields.pop("model", "m"), messages, card=default_card(), **fields), connection)
    made.transcript.apply(UsageReported(Usage(input_tokens=1000, cached_tokens=cached, output_tokens=1)))
    return made


def reason(new: Run, before: Run | None) -> str:
    return explain_cache(new, before).reason


@pytest.mark.parametrize("wire", WIRES)
def test_what_was_saved_is_the_difference_of_the_prices(wire: str):
    before = run(FIRST, wire=wire, system="Be kind.")
    report = explain_cache(run(FIRST, ANSWER, SECOND, cached=512, wire=wire, system="Be kind."), before)
    assert report.saved_usd == 512 * (Decimal("0.8939") - Decimal("0.1788")) / 1_000_000
    assert (report.shared, report.pieces) == (2, 4)
    assert "could be read from the cache" in report.reason


@pytest.mark.parametrize("wire", WIRES)
def test_the_first_difference_is_pointed_out(wire: str):
    before = run(FIRST, ANSWER, SECOND, wire=wire, system="Be kind.")
    assert "the system prompt differs" in reason(run(FIRST, ANSWER, wire=wire, system="Be rude."), before)
    changed = Message("user", (TextPart("changed"),))
    assert "piece 2 (user) differs" in reason(run(changed, ANSWER, SECOND, wire=wire, system="Be kind."), before)


def test_another_picture_and_other_tools_are_differences():
    pictures = [ImagePart(data, "image/png", 1, 1, "a.png") for data in (b"one", b"two")]
    one, two = (run(Message("user", (picture, TextPart("?")))) for picture in pictures)
    assert "piece 1 (user) differs" in reason(two, one)
    assert "the tools stands where piece 1 (user) stood" in reason(run(FIRST, tools=(Tool("a", "", {}),)), run(FIRST))


def test_without_a_difference_the_open_reasons_are_told():
    assert "smallest prefix (256 tokens, inferred)" in reason(run(FIRST, ANSWER, SECOND), run(FIRST))
    assert "first request" in reason(run(FIRST), None)
    assert "another model, other" in reason(run(FIRST), run(FIRST, model="other"))
    assert "another address" in reason(run(FIRST), run(FIRST, connection=Connection("http://127.0.0.1:2/v1")))


def test_what_was_not_reported_is_unknown():
    report = explain_cache(run(FIRST, cached=None), None)
    assert report.cached_tokens is None and report.saved_usd is None
