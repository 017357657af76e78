"""One run from the terminal, through the same code as the app: ``python -m components.ask "PROMPT"``.

Exit status: 0 done, 1 the API or the network failed (one line on stderr), 2 wrong usage or bad input,
130 stopped with Ctrl-C, 141 the reader of the output has left.
Heavy imports wait until they are needed, so that ``--help`` and ``--dry-run`` answer at once.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from components.core.card import ModelCard
from components.core.errors import MediaError, ParameterError
from components.core.events import (
    AnswerDelta,
    Finished,
    RawEvent,
    Started,
    StreamEvent,
    ThinkingDelta,
    ThinkingSigned,
    ToolCallDelta,
    UsageReported,
)
from components.core.parts import FramePart, Message, Part, TextPart
from components.core.request import RunRequest, Tool
from components.params.cards import USERS_FOLDER, default_card, read_cards
from components.params.payload import build_payload
from components.params.validation import parse_value
from components.settings import DEFAULT_BASE_URL, Settings, read_settings

if TYPE_CHECKING:
    from components.api.connection import Connection
    from components.runs.run import Run

_DONE, _FAILED, _WRONG, _STOPPED, _UNREAD = 0, 1, 2, 130, 141
_POLL_S = 0.03
_STOPPING_S = 5.0
# How `--events` calls each kind; the event's fields follow under their own names.
_EVENTS: dict[type[StreamEvent], str] = {
    Started: "started",
    ThinkingDelta: "thinking",
    ThinkingSigned: "signature",
    AnswerDelta: "answer",
    ToolCallDelta: "tool_call",
    UsageReported: "usage",
    Finished: "finished",
    RawEvent: "raw",
}


class UsageError(Exception):
    """The command line cannot be run; the text says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status."""
    try:
        settings = read_settings()
    except ParameterError as error:
        return fail(str(error), _WRONG)
    cards = read_cards(settings.data_dir / USERS_FOLDER)
    card = cards.for_model(settings.model, settings.base_url)
    typed = _parser(card).parse_args(arguments)
    for problem in cards.problems:
        print(problem, file=sys.stderr)
    try:
        request = _build_request(typed, card)
    except (UsageError, MediaError, ParameterError) as error:
        return fail(str(error), _WRONG)
    _name_parameters_not_sent(request)
    if typed.dry_run:
        _print_json(_body_of(request), indent=2)
        return _DONE
    with open_connection(settings, card) as connection:
        return _run(request, connection, settings, typed)


def _parser(card: ModelCard) -> argparse.ArgumentParser:
    from components.api.wires.registry import WIRES

    parser = argparse.ArgumentParser(
        prog="python -m components.ask",
        description=f"Asks {card.display_name} once. Without a key and an address, the built-in simulator answers.",
        epilog="Parameters: " + "; ".join(f"{p.name} ({p.range})" for p in card.parameters.values()),
    )
    parser.add_argument("prompt", help="what to ask")
    parser.add_argument("--wire", default=next(iter(WIRES)), help=f"the endpoint: {', '.join(WIRES)}")
    parser.add_argument("--param", action="append", default=[], metavar="NAME=VALUE", help="set a parameter")
    parser.add_argument("--system", default="", metavar="TEXT", help="the system prompt")
    parser.add_argument(
        "--attach",
        action="append",
        default=[],
        metavar="FILE",
        help="a picture, a clip, an animation, a PDF or a text file",
    )
    parser.add_argument(
        "--frames",
        type=int,
        metavar="N",
        help="frames to send of each clip (default 8), or pages of each document, from the first (default 32)",
    )
    parser.add_argument("--burn-times", action="store_true", help="write each frame's time into its picture")
    parser.add_argument(
        "--page-texts", action="store_true", help="send what is written on a document's pages along with their pictures"
    )
    parser.add_argument("--tools", metavar="FILE.json", help="a list of tools as JSON")
    parser.add_argument("--no-stream", action="store_true", help="ask for the reply in one piece")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print one JSON object at the end")
    shape.add_argument("--events", action="store_true", help="print one JSON object a line as events arrive")
    shape.add_argument("--dry-run", action="store_true", help="print the exact request body and send nothing")
    return parser


def _build_request(typed: argparse.Namespace, card: ModelCard) -> RunRequest:
    from components.api.wires.registry import WIRES

    if typed.frames is not None and typed.frames < 1:
        raise UsageError(f"--frames must be at least 1, not {typed.frames}.")
    if typed.wire not in WIRES:
        raise UsageError(f"--wire must be one of {', '.join(WIRES)}, not {typed.wire!r}.")
    return RunRequest(
        model=card.id,
        messages=(Message("user", _parts(typed)),),
        wire=typed.wire,
        system=typed.system,
        parameters=build_payload(_parameters(typed.param, card), card).parameters,
        tools=_read_tools(typed.tools) if typed.tools else (),
        stream=not typed.no_stream,
        card=card,
    )


def _parameters(assignments: Sequence[str], card: ModelCard) -> dict[str, object]:
    parameters = card.parameters
    values: dict[str, object] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            raise UsageError(f"--param takes NAME=VALUE, not {assignment!r}.")
        values[name] = parse_value(parameters[name], text) if name in parameters else text
    return values


def _parts(typed: argparse.Namespace) -> tuple[Part, ...]:
    parts: list[Part] = []
    for path in map(Path, typed.attach):
        from components.media.attachments import attach, with_burnt_times
        from components.media.clip_cache import ClipCache
        from components.media.source import Source

        cache = ClipCache()

        try:
            attached = attach(path.name, Source(path), typed.frames, cache, texts=typed.page_texts)
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
        parts.extend((with_burnt_times(attached, cache) if typed.burn_times else attached).parts)
        if any(isinstance(part, FramePart) and part.pages > len(attached.parts) for part in attached.parts):
            print(f"{attached.name}: {attached.notes[0]}", file=sys.stderr)
    if typed.prompt:
        parts.append(TextPart(typed.prompt))
    if not parts:
        raise UsageError("There is nothing to ask: the prompt is empty and nothing is attached.")
    return tuple(parts)


def _read_tools(path: str) -> tuple[Tool, ...]:
    from components.media.text_files import read_text
    from components.tools.definitions import read_tools

    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    definitions = read_tools(read_text(data, path))
    if definitions.mistakes:
        raise UsageError(f"{path}: {definitions.mistakes[0]}")
    return definitions.tools


def _name_parameters_not_sent(request: RunRequest) -> None:
    from components.api.wires.registry import WIRES

    for name, reason in WIRES[request.wire].unsupported_parameters(request.card).items():
        if name in request.parameters:
            print(f"`{name}` is not sent. {reason}", file=sys.stderr)


def _body_of(request: RunRequest) -> dict[str, Any]:
    from components.api.wires.registry import WIRES
    from components.api.wires.wire import data_url

    return WIRES[request.wire].encode(request, data_url)


@contextlib.contextmanager
def open_connection(settings: Settings, card: ModelCard) -> Iterator[Connection]:
    """The connection of the settings; without key and address, to a simulator that runs until the context ends."""
    from components.api.connection import Connection

    if not settings.uses_simulator:
        yield Connection(settings.base_url or DEFAULT_BASE_URL, settings.api_key)
        return
    from components.gateway.auth import SIMULATOR_KEY
    from components.gateway.server import Simulator
    from components.gateway.settings import Settings as SimulatorSettings

    card = card if card.known else default_card()
    with Simulator(SimulatorSettings(settings.simulator_tokens_per_second, card=card)) as simulator:
        yield Connection(simulator.base_url, SIMULATOR_KEY, simulated=True)


def _run(request: RunRequest, connection: Connection, settings: Settings, typed: argparse.Namespace) -> int:
    from components.api.limiter import RateLimits
    from components.runs.runner import Runner

    runner = Runner(limits=RateLimits(settings.requests_per_minute, settings.tokens_per_minute, settings.redis_url))
    text = _TextPrinter()
    try:
        run = runner.start(request, connection)
        try:
            for event in _events_of(run):
                if typed.events:
                    print(json.dumps(event), flush=True)
                elif not typed.json:
                    text.show(event)
        except KeyboardInterrupt:
            run.cancel()
            run.wait(_STOPPING_S)
    finally:
        runner.close()
    if typed.json:
        _print_json(_summary(run))
    elif not typed.events:
        text.close(run)
    if run.status == "stopped":
        return _STOPPED
    if run.error is not None:
        return fail(str(run.error), _FAILED)
    if run.status == "interrupted":
        return fail("The stream ended before the reply was complete; what came is kept.", _FAILED)
    return _DONE


def _events_of(run: Run) -> Iterator[dict[str, Any]]:
    """Each event as it arrives, with its seconds since sending. At a terminal, retries are announced on stderr."""
    read = retries = 0
    ended = False
    while not ended:
        ended = run.wait(_POLL_S)
        if sys.stderr.isatty():
            for retry in run.retries[retries:]:
                print(f"{retry.reason} Trying again in {retry.wait_s:.1f} s.", file=sys.stderr)
            retries = len(run.retries)
        arrived = run.received[read:]
        read += len(arrived)
        for at_s, received in arrived:
            for event in received.events:
                yield {"at_s": round(at_s, 4), **_as_json(event)}


def _as_json(event: StreamEvent) -> dict[str, Any]:
    return {"event": _EVENTS[type(event)], **_fields(event.usage if isinstance(event, UsageReported) else event)}


class _TextPrinter:
    """Answer to stdout, thinking to stderr, so that a pipe carries the answer alone; an empty line between them."""

    def __init__(self) -> None:
        self._thinking = ""  # the piece printed last, while thinking is what is being printed
        self._answer = ""

    def show(self, event: dict[str, Any]) -> None:
        if event["event"] == "thinking":
            self._thinking = event["text"]
            print(event["text"], end="", file=sys.stderr, flush=True)
        elif event["event"] == "answer":
            self._end_thinking()
            self._answer = event["text"]
            print(event["text"], end="", flush=True)

    def close(self, run: Run) -> None:
        self._end_thinking()
        if self._answer and not self._answer.endswith("\n"):
            print()
        for _, call in sorted(run.transcript.tool_calls.items()):
            print(f"{call.name}({call.arguments})")

    def _end_thinking(self) -> None:
        if self._thinking:
            print("\n" if self._thinking.endswith("\n") else "\n\n", end="", file=sys.stderr, flush=True)
            self._thinking = ""


def _summary(run: Run) -> dict[str, Any]:
    from components.runs.metrics import measure

    figures = measure(run)
    transcript = run.transcript
    return {
        "status": run.status,
        "thinking": transcript.thinking,
        "answer": transcript.answer,
        "tool_calls": [_fields(call) for _, call in sorted(transcript.tool_calls.items())],
        "finish_reason": transcript.finish_reason,
        "usage": _fields(figures.usage),
        "cost_usd": None if figures.cost_usd is None else format(figures.cost_usd, "f"),
        "timings": {
            name: None if (seconds := getattr(figures, name)) is None else round(seconds, 4)
            for name in ("first_event_s", "first_thinking_s", "first_answer_s", "total_s")
        },
        "error": None
        if run.error is None
        else {
            "kind": run.error.kind,
            "status": run.error.status,
            "code": run.error.code,
            "message": str(run.error),
            "request_id": run.error.request_id,
        },
    }


def _print_json(value: Any, indent: int | None = None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:  # half a character from the command line, or a terminal that is not UTF-8
        text = json.dumps(value, indent=indent)
    print(text)


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def fail(sentence: str, status: int) -> int:
    """Prints a sentence to stderr and returns the exit status."""
    print(sentence, file=sys.stderr)
    return status


def _program() -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that is not UTF-8 shows what it can
    try:
        status = main()
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return _STOPPED
    except BrokenPipeError:
        # The reader has closed the pipe (`| head`). Python's last flush must not fail either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _UNREAD


if __name__ == "__main__":
    sys.exit(_program())
