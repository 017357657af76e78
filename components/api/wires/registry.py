"""Which endpoints there are. A new wire is one file and one entry here."""

from __future__ import annotations

from components.api.wires import chat_completions, messages, responses
from components.api.wires.wire import Wire

WIRES: dict[str, Wire] = {wire.name: wire for wire in (chat_completions.WIRE, responses.WIRE, messages.WIRE)}
