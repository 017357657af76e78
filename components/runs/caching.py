"""What the prompt cache saved on a run, and why it saved no more. The API caches by itself."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from components.api.wires.registry import WIRES
from components.api.wires.wire import short_url
from components.core.request import RunRequest
from components.core.usage import saved_usd
from components.runs.metrics import prices_of
from components.runs.run import Run

# Alibaba's rule for implicit caching (https://www.alibabacloud.com/help/en/model-studio/context-cache), assumed here
# by inference: the gateway documents neither a smallest prefix nor how long it is kept.
SMALLEST_PREFIX = 256


@dataclass(frozen=True, slots=True)
class CacheReport:
    """`input_tokens`, `cached_tokens`: as reported, None where not. `saved_usd`: against the full input price.

    `shared`: how many of the `pieces` of this prompt (tools, system prompt, messages), from the first on, are the same
    as in the request before. `reason`: one sentence.
    """

    input_tokens: int | None
    cached_tokens: int | None
    saved_usd: Decimal | None
    shared: int
    pieces: int
    reason: str


def explain_cache(run: Run, before: Run | None) -> CacheReport:
    """Compares a run with the one that was sent before it, None if it was the first of the session."""
    usage = run.transcript.usage
    cached = usage.cached_tokens if usage else None
    pieces = _pieces(run.request, run)
    earlier = _pieces(before.request, run) if before else []
    shared = _shared(earlier, pieces)
    return CacheReport(
        input_tokens=usage.input_tokens if usage else None,
        cached_tokens=cached,
        saved_usd=saved_usd(usage, prices_of(run)),
        shared=shared,
        pieces=len(pieces),
        reason=_reason(run, before, earlier, pieces, shared, cached),
    )


def _pieces(request: RunRequest, run: Run) -> list[tuple[str, Any]]:
    """The prompt in the order in which the model reads it, as `run`'s wire would send it: (name, JSON) of each."""
    body = WIRES[run.request.wire].encode(request, short_url)
    pieces = [("the tools", body["tools"])] if "tools" in body else []
    wire = WIRES[run.request.wire]
    pieces += [("the system prompt", body[wire.system])] if wire.system in body else []
    for item in body.get(wire.history) or ():
        pieces.append((item.get("role") or item.get("type") or "item", item))
    names = {"system": "the system prompt", "function_call": "tool call", "function_call_output": "tool result"}
    numbered = []
    for number, (name, piece) in enumerate(pieces, start=1):
        word = names.get(name, name)
        numbered.append((word if word.startswith("the ") else f"piece {number} ({word})", piece))
    return numbered


def _shared(earlier: list[tuple[str, Any]], pieces: list[tuple[str, Any]]) -> int:
    for index, (old, new) in enumerate(zip_longest(earlier, pieces)):
        if old is None or new is None or old[1] != new[1]:
            return index
    return len(pieces)


def _reason(
    run: Run,
    before: Run | None,
    earlier: list[tuple[str, Any]],
    pieces: list[tuple[str, Any]],
    shared: int,
    cached: int | None,
) -> str:
    if run.body is not None:
        return "The body was written by hand, so it is not compared."
    if before is None:
        return "This was the first request of the session: there was nothing to find again."
    if before.request.model != run.request.model:
        return f"The request before went to another model, {before.request.model}."
    if before.connection.base_url != run.connection.base_url:
        return "The request before went to another address."
    if shared == len(earlier):
        found = "The whole request before stands at the beginning of this one"
        if cached:
            return f"{found}, so its prompt could be read from the cache."
        return (
            f"{found}, but nothing was read from the cache: the prompt may be shorter than the smallest prefix "
            f"({SMALLEST_PREFIX} tokens, inferred), or no longer kept. A hit is never guaranteed."
        )
    name = pieces[shared][0] if shared < len(pieces) else "the end"
    was = earlier[shared][0]
    change = f"{name} differs from the request before" if was == name else f"{name} stands where {was} stood before"
    return f"First difference: {change}. Everything from there on has to be read anew."
