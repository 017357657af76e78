"""Runs every program as its user would: it sends the same body as the page, and prints the answer.

With every change: each target with each kind of turn that a language has to write in its own way, each endpoint with
each kind of turn, each kind of turn streamed and not, and of the templates' branches (target, endpoint, streamed or
not, with and without tools) each pair of one target. By night, and with `PROGRAMS=all`, all combinations. One Python
program of each package is run in a fresh interpreter, the others in one that has the packages loaded; with
`PROGRAMS=all` all are run in fresh ones.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import pytest

from components.api.snippets.program import Options, Program
from components.api.snippets.registry import TARGETS, write_program
from components.api.wires.registry import WIRES
from components.api.wires.wire import data_url
from components.core.events import StreamEvent
from components.core.parts import Message, ToolResultPart
from components.core.request import RunRequest
from components.core.transcript import Transcript
from tests.api.snippets.interpreter import run_command, run_forked, run_fresh
from tests.api.snippets.recorder import Recorder
from tests.api.snippets.turns import TOOL_ANSWERS, turns
from tests.node import node_modules

TURNS = turns()
# Quotes, files, calls and more than one message: each language writes them differently. The others differ in the value
# of a parameter, which one function writes for all.
OWN_WAY = {"stop", "system", "hostile", "photo", "frames", "tools", "history"}
_TIMEOUT_S = 120


@dataclass(frozen=True)
class Case:
    target: str
    wire: str
    turn: str
    stream: bool

    @property
    def id(self) -> str:
        return f"{self.target}-{self.wire}-{self.turn.replace(' ', '_')}-{'stream' if self.stream else 'whole'}"

    @property
    def covers(self) -> set[tuple[object, ...]]:
        """The combinations that it tests, each of which is tested with every change."""
        own = {(self.target, self.turn)} if self.turn in OWN_WAY else set()
        return own | {
            (self.wire, self.turn),
            (self.turn, self.stream),
            (self.target, self.wire, "stream", self.stream),
            (self.target, self.wire, "tools", self.tools),
            (self.target, self.stream, self.tools),
        }

    @property
    def tools(self) -> bool:
        return bool(self.request.tools)

    @property
    def request(self) -> RunRequest:
        return replace(TURNS[self.turn], wire=self.wire, stream=self.stream)


@dataclass(frozen=True)
class Outcome:
    program: Program
    folder: Path
    output: str
    bodies: list
    replies: list[str]


def cases() -> list[Case]:
    return [
        Case(target.name, wire, turn, stream)
        for target in TARGETS.values()
        for wire in WIRES
        if target.speaks(wire)
        for turn in TURNS
        for stream in (True, False)
    ]


def smallest_cover(cases_: list[Case]) -> list[Case]:
    """A small selection that covers the same combinations as all cases, chosen greedily."""
    uncovered = {item for case in cases_ for item in case.covers}
    chosen = []
    while uncovered:
        chosen.append(max(cases_, key=lambda case: len(case.covers & uncovered)))
        uncovered -= chosen[-1].covers
    return chosen


ALL_CASES = cases()
CHOSEN_CASES = ALL_CASES if os.environ.get("PROGRAMS") == "all" else smallest_cover(ALL_CASES)
# The first program of each package, in the order in which they are tried.
FIRST_OF_PACKAGE = {case.target: case for case in reversed(CHOSEN_CASES) if case.target.startswith("python_")}.values()


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with Recorder() as recorder:
        yield recorder


@pytest.fixture(scope="module")
def outcome_of(recorder, request, tmp_path_factory) -> Iterator[Callable[[Case], Outcome]]:
    """Starts the programs of all selected tests, a few at a time; returns a function from a case to its outcome."""
    wanted = [item.callspec.params["case"] for item in request.session.items if "outcome_of" in item.fixturenames]
    root = tmp_path_factory.mktemp("programs")
    with ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as pool:
        started: dict[str, Future[Outcome]] = {
            case.id: pool.submit(_perform, case, recorder, root / case.id) for case in wanted
        }
        yield lambda case: started[case.id].result(_TIMEOUT_S)


def _perform(case: Case, recorder: Recorder, folder: Path) -> Outcome:
    key = f"sk-empiriolabs-{case.id}"
    program = write_program(
        TARGETS[case.target], case.request, Options(recorder.simulator.base_url, tool_answers=TOOL_ANSWERS)
    )
    folder.mkdir()
    for file in program.files:
        (folder / file.path).parent.mkdir(exist_ok=True)
        (folder / file.path).write_bytes(file.data)
    (folder / program.filename).write_text(program.code, encoding="utf-8", newline="")
    environment = {**os.environ, "EMPIRIOLABS_API_KEY": key, "PYTHONIOENCODING": "utf-8"}
    code, output, errors = _run(case, folder, program, environment)
    assert code == 0, f"{errors}\n{output}\n{program.code}"
    return Outcome(program, folder, output, recorder.bodies(key), recorder.replies(key))


def _run(case: Case, folder: Path, program: Program, environment: dict[str, str]) -> tuple[int, str, str]:
    filename = program.filename
    match case.target:
        case "curl":
            return run_command(["bash", filename], folder, environment, _TIMEOUT_S)
        case "javascript_openai":
            (folder / "node_modules").symlink_to(node_modules("openai"))
            return run_command(["node", filename], folder, environment, _TIMEOUT_S)
        case "notebook":
            # The cells one after the other; a kernel of its own is tried in `test_program`.
            cells = json.loads(program.code)["cells"]
            code = [cell["source"] for cell in cells if cell["cell_type"] == "code" and cell["id"] != "install"]
            filename = "cells.py"
            (folder / filename).write_text("\n\n".join("".join(lines) for lines in code), encoding="utf-8")
    fresh = os.environ.get("PROGRAMS") == "all" or case in FIRST_OF_PACKAGE
    return (run_fresh if fresh else run_forked)(folder, filename, environment, _TIMEOUT_S)


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=case.id, marks=[] if case in CHOSEN_CASES else [pytest.mark.nightly]) for case in ALL_CASES],
)
def test_program_sends_the_pages_body_and_prints_the_answer(case, outcome_of):
    if case.target == "javascript_openai":
        node_modules("openai")
    if case.target == "curl" and case.request.tools and not shutil.which("jq"):
        pytest.skip("the cURL programs with tools need jq")
    outcome = outcome_of(case)
    assert outcome.bodies[0] == WIRES[case.wire].encode(case.request, data_url)
    assert not list(outcome.folder.glob("pwned*"))
    first, *later = (_read(case, reply) for reply in outcome.replies)
    if case.target == "curl" and not case.request.tools:
        assert outcome.output == outcome.replies[0] and not later
        return
    assert _lines(outcome.output) == _lines("".join(transcript.answer for transcript in (first, *later)))
    assert len(later) == (1 if first.tool_calls else 0)
    if later and case.wire != "responses":  # there all items go back as they came, with ids that the page does not keep
        expected = WIRES[case.wire].encode(_after_tools(case.request, first), data_url)
        for name in ("tool_choice", "web_search_linkup"):  # asked for in the first round only
            assert outcome.bodies[1].pop(name, False) in (False, "auto", {"type": "auto"})
            expected.pop(name, None)
        assert outcome.bodies[1] == expected


def _after_tools(request: RunRequest, first: Transcript) -> RunRequest:
    results = tuple(
        ToolResultPart(call.id, TOOL_ANSWERS.get(call.name, '{"error": "not implemented"}'))
        for _, call in sorted(first.tool_calls.items())
    )
    return replace(request, messages=(*request.messages, first.message(), Message("tool", results)))


def _lines(text: str) -> list[str]:
    """The lines with text: programs print line breaks between two replies."""
    return [line for line in text.splitlines() if line.strip()]


def _read(case: Case, reply: str) -> Transcript:
    """The transcript of a reply, by the page's own decoder."""
    decoder, transcript = WIRES[case.wire].decoder(), Transcript()
    events: list[StreamEvent] = []
    if case.stream:
        for block in reply.split("\n\n"):
            fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
            if "data" in fields:
                events += decoder.feed(fields.get("event", ""), fields["data"])
    else:
        events = decoder.feed_body(json.loads(reply))
    for event in [*events, *decoder.close()]:
        transcript.apply(event)
    return transcript


def test_what_runs_with_every_change_covers_each_pair():
    def tried(*names: str) -> set[tuple[object, ...]]:
        return {tuple(getattr(case, name) for name in names) for case in CHOSEN_CASES}

    either = (True, False)
    spoken = [(target.name, wire) for target in TARGETS.values() for wire in WIRES if target.speaks(wire)]
    assert set(product(TARGETS, OWN_WAY)) <= tried("target", "turn")
    assert set(product(WIRES, TURNS)) <= tried("wire", "turn")
    assert set(product(TURNS, either)) <= tried("turn", "stream")
    assert {(*both, streamed) for both in spoken for streamed in either} <= tried("target", "wire", "stream")
    assert {(*both, tools) for both in spoken for tools in either} <= tried("target", "wire", "tools")
    assert set(product(TARGETS, either, either)) <= tried("target", "stream", "tools")


def test_bash_is_there():
    assert shutil.which("bash") and shutil.which("curl"), "the cURL programs need both"
