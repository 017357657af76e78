"""Finds the tool call that a piece of a chat stream belongs to; servers number their calls in different ways.

Seen: calls interleaved by `index`; no `index`, but an `id` in the first piece or in every one; neither; every call
at index 0 with an id of its own (older Ollama) or with none (Gemini's compatible endpoint); the name in fragments,
or repeated; one call in the older `function_call`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from components.api.wires.reading import number_in, object_in, objects_in, read_json, text_in
from components.core.events import ToolCallDelta


@dataclass(slots=True)
class _Call:
    number: int
    id: str = ""
    name: str = ""
    arguments: str = ""

    def is_complete(self) -> bool:
        """Whether the arguments are an object already, so that nothing can be added."""
        return self.arguments.rstrip().endswith("}") and isinstance(read_json(self.arguments), dict)


class CallPieces:
    """The calls of one reply. `read` takes each delta, or the message of a whole reply."""

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._at: dict[int, _Call] = {}
        self._numbers: set[int] = set()

    def read(self, delta: dict[str, Any]) -> list[ToolCallDelta]:
        """The calls' deltas in a chunk's `delta`."""
        pieces = objects_in(delta.get("tool_calls"))
        if not pieces and (function := object_in(delta.get("function_call"))):
            pieces = [{"index": 0, "function": function}]
        return [self._extend(piece, position, alone=len(pieces) == 1) for position, piece in enumerate(pieces)]

    def _extend(self, piece: dict[str, Any], position: int, *, alone: bool) -> ToolCallDelta:
        function = object_in(piece.get("function"))
        id, name = text_in(piece.get("id")), text_in(function.get("name"))
        arguments = function.get("arguments")
        if not isinstance(arguments, str):
            arguments = "" if arguments is None else json.dumps(arguments)
        index = number_in(piece.get("index"))
        call = self._find(index, id, name, arguments, position, alone=alone)
        if call is None:
            call = self._begin(index)
        if index is not None or not alone:
            self._at[position if index is None else index] = call
        call.id = call.id or id
        call.arguments += arguments
        known = call.name
        if name and name != known:
            # The whole name again, longer, or its next fragment; once there are arguments the name is complete.
            call.name = name if name.startswith(known) else known + name if call.arguments == arguments else known
        return ToolCallDelta(call.number, id or None, call.name if call.name != known else None, arguments)

    def _find(
        self, index: int | None, id: str, name: str, arguments: str, position: int, *, alone: bool
    ) -> _Call | None:
        """The call that the piece continues; None when it begins one."""
        if id and (call := next((call for call in self._calls if call.id == id), None)):
            return call
        if index is None:
            if id:
                return None
            latest = self._calls[-1] if self._calls and alone else self._at.get(position)
            return None if latest and latest.name and name else latest
        at = self._at.get(index)
        if at is None or not (at.name and name):
            return at
        begins = bool(at.id) if id else at.is_complete() and arguments != ""
        return None if begins else at

    def _begin(self, index: int | None) -> _Call:
        number = max(self._numbers, default=-1) + 1 if index is None or index in self._numbers else index
        call = _Call(number)
        self._numbers.add(number)
        self._calls.append(call)
        return call
