"""``POST /v1/chat/completions``: request and stream of the OpenAI format as Kimi hosts speak it.

Sources: https://docs.empiriolabs.ai/api-reference-overview (thinking arrives as `reasoning_content`),
https://platform.moonshot.ai/docs/guide/use-kimi-vision-model (picture parts), recorded streams in
``tests/fixtures/transcripts``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, assert_never

from components.api.problems import error_from_body
from components.api.wires.call_pieces import CallPieces
from components.api.wires.event_decoder import EventDecoder
from components.api.wires.message_parts import map_user_content, tool_results
from components.api.wires.reading import number_in, object_in, objects_in, text_in
from components.api.wires.step import Step
from components.api.wires.token_counts import map_openai_usage, reported_cost
from components.api.wires.wire import PictureUrl, Wire, map_parameters
from components.core.events import (
    Finished,
    RawEvent,
    StreamEvent,
    ThinkingDelta,
    UsageReported,
)
from components.core.parts import MediaPart, Message, RemoteImagePart, ThinkingPart, ToolCallPart, VideoPart
from components.core.request import RunRequest, Tool, ToolChoice


def encode(request: RunRequest, picture_url: PictureUrl) -> dict[str, Any]:
    """Makes the body. Usage is always asked for: without `include_usage` a stream ends without it."""
    messages: list[dict[str, Any]] = []
    if request.system:
        messages.append({"role": "system", "content": request.system})
    for message in request.messages:
        messages.extend(_map_message(message, picture_url))
    body: dict[str, Any] = {"model": request.model, "messages": messages}
    body.update(map_parameters(request, "chat_completions"))
    if request.tools:
        body["tools"] = [_map_tool(tool) for tool in request.tools]
        if request.tool_choice.mode != "auto":
            body["tool_choice"] = _map_tool_choice(request.tool_choice)
    body["stream"] = request.stream
    if request.stream:
        body["stream_options"] = {"include_usage": True}
    return body


def _map_tool(tool: Tool) -> dict[str, Any]:
    return {
        "type": "function",
        "function": {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)},
    }


def _map_tool_choice(choice: ToolChoice) -> str | dict[str, Any]:
    return {"type": "function", "function": {"name": choice.name}} if choice.mode == "named" else choice.mode


def _map_message(message: Message, picture_url: PictureUrl) -> list[dict[str, Any]]:
    match message.role:
        case "user":
            return [{"role": "user", "content": map_user_content(message, picture_url, _map_content, videos=True)}]
        case "assistant":
            return [_map_assistant(message)]
        case "tool":
            return [
                {"role": "tool", "tool_call_id": result.call_id, "content": result.content}
                for result in tool_results(message)
            ]
        case _:
            assert_never(message.role)


def _map_content(piece: str | MediaPart, picture_url: PictureUrl) -> dict[str, Any]:
    if isinstance(piece, str):
        return {"type": "text", "text": piece}
    if isinstance(piece, VideoPart):
        return {"type": "video_url", "video_url": {"url": str(picture_url(piece))}}
    url = piece.url if isinstance(piece, RemoteImagePart) else str(picture_url(piece))
    return {"type": "image_url", "image_url": {"url": url}}


def _map_assistant(message: Message) -> dict[str, Any]:
    calls = [part for part in message.parts if isinstance(part, ToolCallPart)]
    mapped: dict[str, Any] = {"role": "assistant", "content": message.text}
    thinking = "".join(part.text for part in message.parts if isinstance(part, ThinkingPart))
    if calls or thinking:
        # Kimi refuses a message with tool calls that is sent back without its thinking. The thinking of others is read
        # only on request (Moonshot's `thinking.keep`, Alibaba's `preserve_thinking`), but every wire sends it, so that
        # a conversation is the same on each.
        mapped["reasoning_content"] = thinking
    if calls:
        mapped["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in calls
        ]
    return mapped


# Finish reasons of other formats that some servers send -> those of this one; any other stays as it is.
_REASONS = {"function_call": "tool_calls", "tool_use": "tool_calls", "max_tokens": "length", "end_turn": "stop"}


class ChatCompletionsDecoder(EventDecoder):
    """Reads chunks, or one whole reply. Of several choices (`n` is not offered) the first to arrive is read."""

    def __init__(self) -> None:
        super().__init__()
        self._calls = CallPieces()
        self._choice: int | None = None

    def feed_body(self, body: dict[str, Any]) -> list[StreamEvent]:
        return self._map_chunk(body)

    def _map_event(self, name: str, event: dict[str, Any], data: str) -> list[StreamEvent]:
        events = self._map_chunk(event)
        if "choices" not in event and not any(isinstance(mapped, UsageReported) for mapped in events):
            events.append(RawEvent(name, data))
        return events

    def _map_chunk(self, chunk: dict[str, Any]) -> list[StreamEvent]:
        choice = self._first_choice(chunk.get("choices") or [])
        # Some servers send `message`, all text so far, beside each delta.
        message = choice.get("delta" if "delta" in choice else "message") or {}
        if not isinstance(message, dict):
            raise TypeError(f"a delta or message must be an object, not {type(message).__name__}")
        events = [*self._map_start(chunk), *self._map_delta(message)]
        if choice.get("error"):  # where routers report errors of the server behind them
            self._held = events
            raise error_from_body(choice, status=None, raw=json.dumps(chunk))
        if reason := text_in(choice.get("finish_reason")).lower():
            # Text that was held back as the possible start of a tag belongs before the end.
            events.extend(self._splitter.close())
            events.append(Finished(_REASONS.get(reason, reason)))
        usage = chunk.get("usage") or choice.get("usage") or object_in(chunk.get("x_groq")).get("usage")
        if isinstance(usage, dict):
            events.append(UsageReported(map_openai_usage(usage), reported_cost(usage)))
        return events

    def _first_choice(self, choices: list[dict[str, Any]]) -> dict[str, Any]:
        if choices and self._choice is None:
            self._choice = min(number_in(choice.get("index")) or 0 for choice in choices)
        mine = (choice for choice in choices if (number_in(choice.get("index")) or 0) == self._choice)
        return next(mine, {})

    def _map_delta(self, delta: dict[str, Any]) -> list[StreamEvent]:
        events: list[StreamEvent] = []
        content = delta.get("content")
        parts = objects_in(content)
        if thinking := _thinking_of(delta) or "".join(map(_thinking_in, parts)):
            events.append(ThinkingDelta(thinking))
        if isinstance(content, list):
            content = "".join(text_in(part.get("text")) for part in parts if part.get("type") != "thinking")
        # A refusal takes the place of an answer.
        events.extend(self._splitter.feed(text_in(content) or text_in(delta.get("refusal"))))
        events.extend(self._calls.read(delta))
        return events


def _thinking_of(delta: dict[str, Any]) -> str:
    """The thinking in `reasoning_content` (Moonshot, Alibaba, EmpirioLabs), `reasoning` (vLLM), `reasoning_text`
    (GitHub) or `reasoning_details` (routers). Some send several of them: the first with text counts."""
    for name in ("reasoning_content", "reasoning", "reasoning_text"):
        if isinstance(text := delta.get(name), str) and text:
            return text
    details = delta.get("reasoning_details")
    if not isinstance(details, list):
        return ""
    texts = (detail.get("text") or detail.get("summary") for detail in details if isinstance(detail, dict))
    return "".join(text for text in texts if isinstance(text, str))


def _thinking_in(part: dict[str, Any]) -> str:
    """The thinking in a part of the content: a text, or a list of text parts (Mistral)."""
    thinking = part.get("thinking")
    return text_in(thinking) or "".join(text_in(piece.get("text")) for piece in objects_in(thinking))


def _chat_step(message: dict[str, Any]) -> Step:
    role, thinking = text_in(message.get("role")), message.get("reasoning_content")
    return Step(
        role,
        [text_in(call.get("id")) for call in objects_in(message.get("tool_calls"))],
        [text_in(message.get("tool_call_id"))] if role == "tool" else [],
        thinking if isinstance(thinking, str) else None,
    )


def _steps(messages: list[dict[str, Any]]) -> Iterator[Step]:
    return map(_chat_step, messages)


WIRE = Wire(
    name="chat_completions",
    label="Chat completions",
    path="/chat/completions",
    history="messages",
    steps=_steps,
    fields=frozenset({"stream_options"}),
    tools_in_function=True,
    package="openai",
    calls=(("chat", "completions"), ("ChatCompletion",)),
    reading_hints=(
        "Thinking comes in choices[0].delta.reasoning_content, the answer in .content.",
        "Thinking is in choices[0].message.reasoning_content, the answer in .content.",
    ),
    encode=encode,
    decoder=ChatCompletionsDecoder,
)
