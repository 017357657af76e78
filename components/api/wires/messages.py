"""``POST /v1/messages``: request and stream of the Anthropic format.

Sources: https://docs.empiriolabs.ai/de/api-reference/api-reference/messages/create-message (what the gateway
takes), https://platform.claude.com/docs/en/build-with-claude/streaming (the events), recorded streams in
``tests/fixtures/transcripts``. The gateway translates this format to chat completions and back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, assert_never

from components.api.connection import ANTHROPIC_VERSION
from components.api.wires.event_decoder import EventDecoder
from components.api.wires.message_parts import assistant_parts, map_user_content, tool_results
from components.api.wires.reading import number_in, object_in, objects_in, read_json, text_in
from components.api.wires.step import Step
from components.api.wires.token_counts import map_anthropic_usage, reported_cost
from components.api.wires.wire import PictureUrl, Wire, map_parameters
from components.core.events import (
    Finished,
    RawEvent,
    StreamEvent,
    ThinkingDelta,
    ThinkingSigned,
    ToolCallDelta,
    UsageReported,
)
from components.core.parts import MediaPart, Message, RemoteImagePart, TextPart, ThinkingPart, ToolCallPart
from components.core.request import RunRequest, Tool, ToolChoice

# Thinking travels in the gateway's own `enable_thinking` and `thinking_budget`, both documented for this endpoint.
# The format's own `thinking` object is documented, too, but it cannot say one without the other: its "enabled"
# needs a budget, and Anthropic's rules for that (at least 1024, below `max_tokens`) forbid most of the card's range.
RENAMED = {"stop": "stop_sequences"}

USUAL_MAX_TOKENS = 4_096

# Stop reasons -> ours; any other stays as it is.
_REASONS = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}


def encode(request: RunRequest, picture_url: PictureUrl) -> dict[str, Any]:
    """Makes the body. `max_tokens` is required in this format: where the request leaves it to the API, its documented
    default is sent, or `USUAL_MAX_TOKENS` for a model without one.

    So the reply has the limit that the other two formats get by omitting the field.
    """
    body: dict[str, Any] = {"model": request.model}
    if request.system:
        body["system"] = request.system
    body["messages"] = _map_messages(request.messages, picture_url)
    default = request.card.default_of("max_tokens")
    body["max_tokens"] = USUAL_MAX_TOKENS if default is None else default
    body.update(map_parameters(request, "messages", RENAMED))
    if request.tools:
        body["tools"] = [_map_tool(tool) for tool in request.tools]
        if request.tool_choice.mode != "auto":
            body["tool_choice"] = _map_tool_choice(request.tool_choice)
    body["stream"] = request.stream
    return body


def _map_tool(tool: Tool) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.description, "input_schema": dict(tool.parameters)}


def _map_tool_choice(choice: ToolChoice) -> dict[str, Any]:
    if choice.mode == "named":
        return {"type": "tool", "name": choice.name}
    return {"type": "any" if choice.mode == "required" else choice.mode}


def _map_messages(messages: tuple[Message, ...], picture_url: PictureUrl) -> list[dict[str, Any]]:
    mapped: list[dict[str, Any]] = []
    role_before = ""
    for message in messages:
        match message.role:
            case "user":
                mapped.append({"role": "user", "content": map_user_content(message, picture_url, _map_content)})
            case "assistant":
                content = [_map_assistant_part(part) for part in assistant_parts(message)]
                mapped.append({"role": "assistant", "content": content})
            case "tool":
                # All results of a round must be in one message.
                if role_before != "tool":
                    mapped.append({"role": "user", "content": []})
                mapped[-1]["content"] += [
                    {"type": "tool_result", "tool_use_id": result.call_id, "content": result.content}
                    for result in tool_results(message)
                ]
            case _:
                assert_never(message.role)
        role_before = message.role
    return mapped


def _map_content(piece: str | MediaPart, picture_url: PictureUrl) -> dict[str, Any]:
    if isinstance(piece, str):
        return {"type": "text", "text": piece}
    if isinstance(piece, RemoteImagePart):
        return {"type": "image", "source": {"type": "url", "url": piece.url}}
    url = picture_url(piece)
    return {"type": "image", "source": {"type": "base64", "media_type": url.media_type, "data": url.data}}


def _map_assistant_part(part: TextPart | ThinkingPart | ToolCallPart) -> dict[str, Any]:
    match part:
        case TextPart(text):
            return {"type": "text", "text": text}
        case ThinkingPart(text, signature):
            return {"type": "thinking", "thinking": text, "signature": signature}
        case ToolCallPart(id, name, arguments):
            return {"type": "tool_use", "id": id, "name": name, "input": _map_input(arguments)}
        case _:
            assert_never(part)


def _map_input(arguments: str) -> dict[str, Any]:
    """The arguments as the object that this format requires; invalid ones as text inside an object.

    So advises https://docs.claude.com/en/docs/agents-and-tools/tool-use/fine-grained-tool-streaming, "Handling invalid
    JSON".
    """
    if not arguments.strip():
        return {}
    value = read_json(arguments)
    try:
        json.dumps(value, allow_nan=False)  # Python reads NaN and Infinity, which are no JSON
    except ValueError:
        value = None
    return value if isinstance(value, dict) else {"INVALID_JSON": arguments}


@dataclass(slots=True)
class _Block:
    """A content block of the reply. `complete`: it began with its arguments, so deltas would repeat them."""

    kind: str
    call: int | None = None
    complete: bool = False


class MessagesDecoder(EventDecoder):
    """Reads events, or one whole reply. Blocks may overlap and stay open; each delta names its block."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks: dict[int, _Block] = {}
        self._latest = 0
        self._calls = 0
        self._without_arguments: dict[int, None] = {}  # calls without arguments so far, in order
        self._counts: dict[str, Any] = {}
        self._reason = ""
        self._ended = False

    def feed_body(self, body: dict[str, Any]) -> list[StreamEvent]:
        events = self._map_start(body)
        content = body.get("content")
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else objects_in(content)
        for index, block in enumerate(blocks):
            opened = self._open(index, block)
            events += [RawEvent(text_in(block.get("type")), json.dumps(block))] if opened is None else opened
        events += self._map_usage(object_in(body.get("usage")))
        self._reason = text_in(body.get("stop_reason"))
        return events + (self._end() if self._reason else [])

    def close(self) -> list[StreamEvent]:
        """What is left to report; a stop reason shows that the model ended, even if the end mark is missing."""
        return self._end() if self._reason and not self._ended else super().close()

    def _map_event(self, name: str, event: dict[str, Any], data: str) -> list[StreamEvent] | None:
        match text_in(event.get("type")) or name:
            case "message_start":
                message = object_in(event.get("message"))
                # Its output count is a placeholder, which would be shown as the real one if the stream broke off.
                counts = {**object_in(message.get("usage")), "output_tokens": None}
                return [*self._map_start(message), *self._map_usage(counts)]
            case "content_block_start":
                block = object_in(event.get("content_block"))
                return self._open(self._index(event, new=True), block)
            case "content_block_delta":
                return self._extend(self._index(event), object_in(event.get("delta")))
            case "content_block_stop":
                return self._close_call(self._blocks.get(self._index(event)))
            case "message_delta":
                self._reason = text_in(object_in(event.get("delta")).get("stop_reason")) or self._reason
                return self._map_usage(object_in(event.get("usage")))
            case "message_stop":
                return self._end()
            case "ping":
                return []
            case _:
                return None

    def _index(self, event: dict[str, Any], *, new: bool = False) -> int:
        """The block of an event; without an index the one that began last."""
        index = number_in(event.get("index"))
        if index is None:
            index = len(self._blocks) if new else self._latest
        return index

    def _open(self, index: int, block: dict[str, Any]) -> list[StreamEvent] | None:
        kind = text_in(block.get("type"))
        self._latest = index
        self._blocks[index] = opened = _Block(kind)
        match kind:
            case "text":
                return self._splitter.feed(text_in(block.get("text")))
            case "thinking":
                return _thinking(text_in(block.get("thinking")), text_in(block.get("signature")))
            case "tool_use":
                input = block.get("input")
                arguments = input if isinstance(input, str) else json.dumps(input) if input else ""
                opened.complete = bool(arguments)
                id, name = text_in(block.get("id")) or None, text_in(block.get("name")) or None
                return [ToolCallDelta(self._new_call(opened, arguments), id, name, arguments)]
            case _:
                return None

    def _extend(self, index: int, delta: dict[str, Any]) -> list[StreamEvent] | None:
        match delta:
            case {"text": str(text)}:
                return self._splitter.feed(text)
            case {"thinking": str(text)}:
                return _thinking(text, "")
            case {"signature": str(signature)}:
                return _thinking("", signature)
            case {"partial_json": str(arguments)}:
                return self._extend_call(self._blocks.setdefault(index, _Block("tool_use")), arguments)
            case _:
                return None

    def _extend_call(self, block: _Block, arguments: str) -> list[StreamEvent] | None:
        if block.kind != "tool_use":  # of a tool that the server itself runs
            return None
        if block.complete or not arguments:
            return []
        call = self._new_call(block, arguments) if block.call is None else block.call
        self._without_arguments.pop(call, None)
        return [ToolCallDelta(call, arguments=arguments)]

    def _new_call(self, block: _Block, arguments: str) -> int:
        block.call = self._calls
        self._calls += 1
        if not arguments:
            self._without_arguments[block.call] = None
        return block.call

    def _close_call(self, block: _Block | None) -> list[StreamEvent]:
        """A call that ends without any arguments gets an empty object."""
        if block is None or block.call not in self._without_arguments:
            return []
        del self._without_arguments[block.call]
        return [ToolCallDelta(block.call, arguments="{}")]

    def _map_usage(self, counts: dict[str, Any]) -> list[StreamEvent]:
        """Later counts complete and replace earlier ones; only together do they give the input.

        Counts only grow: a 0 after a number is an empty field.
        """
        reported = {name: count for name, count in counts.items() if count or (count == 0 and name not in self._counts)}
        self._counts.update(reported)
        return [UsageReported(map_anthropic_usage(self._counts), reported_cost(self._counts))] if reported else []

    def _end(self) -> list[StreamEvent]:
        self.over = self._ended = True
        events: list[StreamEvent] = []
        for block in self._blocks.values():  # some servers leave blocks open
            events += self._close_call(block)
        reason = self._reason or ("tool_use" if self._calls else "end_turn")
        return [*events, *self._splitter.close(), Finished(_REASONS.get(reason, reason))]


def _thinking(text: str, signature: str) -> list[StreamEvent]:
    events: list[StreamEvent] = [ThinkingDelta(text)] if text else []
    return [*events, ThinkingSigned(signature)] if signature else events


def _block_step(message: dict[str, Any]) -> Step:
    step = Step(text_in(message.get("role")))
    for block in objects_in(message.get("content")):
        match block.get("type"):
            case "tool_use":
                step.calls.append(text_in(block.get("id")))
            case "tool_result":
                step.answers.append(text_in(block.get("tool_use_id")))
            case "thinking":
                step.thinking = (step.thinking or "") + text_in(block.get("thinking"))
    if step.answers:
        step.role = "tool"
    return step


def _steps(messages: list[dict[str, Any]]) -> Iterator[Step]:
    return map(_block_step, messages)


def _recognises(body: Mapping[str, Any]) -> bool:
    if "system" in body or any(name in body for name in _FIELDS):
        return True
    if any("input_schema" in tool for tool in objects_in(body.get("tools"))):
        return True
    blocks = [block for message in objects_in(body.get("messages")) for block in objects_in(message.get("content"))]
    return any(block.get("type") in _BLOCK_TYPES for block in blocks)


_FIELDS = ("stop_sequences", "anthropic_version", "top_k", "thinking")
_BLOCK_TYPES = ("image", "tool_use", "tool_result", "thinking")


WIRE = Wire(
    name="messages",
    label="Messages",
    path="/messages",
    history="messages",
    steps=_steps,
    fields=frozenset({"thinking"}),
    required=("max_tokens",),
    system="system",
    auto_choice=MappingProxyType({"type": "auto"}),
    package="anthropic",
    calls=(("messages",),),
    recognises=_recognises,
    reading_hints=(
        "Thinking comes in deltas of type thinking_delta, the answer in text_delta.",
        "Thinking is in the content block of type thinking, the answer in that of type text.",
    ),
    encode=encode,
    no_video="The messages format has no part for a whole clip; its frames are sent.",
    decoder=MessagesDecoder,
    renamed=RENAMED,
    headers={"anthropic-version": ANTHROPIC_VERSION},  # the gateway does not ask for it; others of this format do
)
