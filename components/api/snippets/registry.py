"""The languages of Get code, and `write_program`. A new language is one file and one entry here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from components.api.snippets import (
    curl,
    javascript_openai,
    notebook,
    python_anthropic,
    python_httpx,
    python_openai,
)
from components.api.snippets.body import make_body
from components.api.snippets.program import Job, Options, Program, Target
from components.api.wires.registry import WIRES
from components.core.request import RunRequest, WireName

TARGETS: dict[str, Target] = {
    module.TARGET.name: module.TARGET
    for module in (curl, python_openai, python_anthropic, python_httpx, javascript_openai, notebook)
}


# These send any body.
_WITHOUT_PACKAGE = (curl.TARGET.name, python_httpx.TARGET.name)


def targets_of(wire: WireName, base_url: str, *, by_hand: bool = False) -> list[Target]:
    """The targets that can send to the endpoint at that address, in the order of the menu.

    `by_hand`: the body was edited by hand and may contain fields that no package knows.
    """
    # The anthropic package always adds /v1, so it cannot reach an address without it.
    plain = by_hand or (WIRES[wire].package == "anthropic" and not base_url.endswith("/v1"))
    return [
        target for target in TARGETS.values() if target.speaks(wire) and (target.name in _WITHOUT_PACKAGE or not plain)
    ]


def write_program(
    target: Target, request: RunRequest, options: Options, handwritten: Mapping[str, Any] | None = None
) -> Program:
    """The program that sends the request, or in its place the `handwritten` body.

    Raises: ValueError if the target does not speak the request's endpoint.
    """
    if not target.speaks(request.wire):
        raise ValueError(f"{target.name} does not speak {request.wire}")
    if handwritten is not None:
        request = replace(request, tools=(), stream=handwritten.get("stream") is True)
    body = make_body(
        request, frames_from_clip=options.frames_from_clip and target.extracts_frames, handwritten=handwritten
    )
    return target.write(Job(request, body, options))
