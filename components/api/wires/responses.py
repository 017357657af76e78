"""``POST /v1/responses``: request and stream of OpenAI's newer format.

Sources: https://docs.empiriolabs.ai/api-reference/api-reference/responses/create-response (what the gateway takes),
the types of ``openai.types.responses``, recorded streams in ``tests/fixtures/transcripts``. Whether the gateway
stores anything is not documented, so the whole history is sent each time and no ``previous_response_id``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, assert_never

from components.api.problems import error_from_body
from components.api.wires.event_decoder import EventDecoder
from components.api.wires.message_parts import assistant_parts, map_user_content, tool_results
from components.api.wires.output_items import OutputItem, OutputItems, rest_after
from components.api.wires.reading import number_in, object_in, objects_in, text_in
from components.api.wires.step import Step
from components.api.wires.token_counts import map_openai_usage, reported_cost
from components.api.wires.wire import PictureUrl, Wire, map_parameters
from components.core.events import Finished, RawEvent, StreamEvent, ThinkingDelta, ToolCallDelta, UsageReported
from components.core.parts import MediaPart, Message, RemoteImagePart, TextPart, ThinkingPart, ToolCallPart
from components.core.request import RunRequest, Tool, ToolChoice

# `reasoning_effort` keeps the name that the model's page gives it: the format's own ``reasoning: {"effort"}`` is not
# among what the gateway documents for this endpoint, and the page has every parameter at the top level of the body.
RENAMED = {"max_tokens": "max_output_tokens"}
UNSUPPORTED = {"stop": "The Responses format has no field for stop sequences. Use another endpoint to send them."}


def encode(request: RunRequest, picture_url: PictureUrl) -> dict[str, Any]:
    """Makes the body. Usage need not be requested: the last event contains it."""
    body: dict[str, Any] = {"model": request.model}
    if request.system:
        body["instructions"] = request.system
    items: list[dict[str, Any]] = []
    for message in request.messages:
        items += _map_message(message, picture_url, len(items))
    body["input"] = items
    body.update(map_parameters(request, "responses", RENAMED, UNSUPPORTED))
    if request.tools:
        body["tools"] = [_map_tool(tool) for tool in request.tools]
        if request.tool_choice.mode != "auto":
            body["tool_choice"] = _map_tool_choice(request.tool_choice)
    body["stream"] = request.stream
    return body


def _map_tool(tool: Tool) -> dict[str, Any]:
    # Without the field `strict` is on in this format, and a schema that was not written for it would be refused.
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": dict(tool.parameters),
        "strict": False,
    }


def _map_tool_choice(choice: ToolChoice) -> str | dict[str, Any]:
    return {"type": "function", "name": choice.name} if choice.mode == "named" else choice.mode


def _map_message(message: Message, picture_url: PictureUrl, position: int) -> list[dict[str, Any]]:
    """The items of one message; `position`: the number of items before them, for the ids that the format requires."""
    match message.role:
        case "user":
            return [{"role": "user", "content": map_user_content(message, picture_url, _map_content)}]
        case "assistant":
            return [_map_assistant_part(part, n) for n, part in enumerate(assistant_parts(message), position)]
        case "tool":
            return [
                {"type": "function_call_output", "call_id": result.call_id, "output": result.content}
                for result in tool_results(message)
            ]
        case _:
            assert_never(message.role)


def _map_content(piece: str | MediaPart, picture_url: PictureUrl) -> dict[str, Any]:
    if isinstance(piece, str):
        return {"type": "input_text", "text": piece}
    url = piece.url if isinstance(piece, RemoteImagePart) else str(picture_url(piece))
    return {"type": "input_image", "image_url": url, "detail": "auto"}


def _map_assistant_part(part: TextPart | ThinkingPart | ToolCallPart, position: int) -> dict[str, Any]:
    match part:
        case TextPart(text):
            return {
                "type": "message",
                "id": f"msg_{position}",
                "role": "assistant",
                "status": "completed",
                "content": [{"type": "output_text", "text": text, "annotations": []}],
            }
        case ThinkingPart(text):
            # In both fields: llama.cpp refuses an item without `content`, others read only `summary`, and none was
            # found that refuses both (llama.cpp and oMLX, measured by others).
            return {
                "type": "reasoning",
                "id": f"rs_{position}",
                "summary": [{"type": "summary_text", "text": text}],
                "content": [{"type": "reasoning_text", "text": text}],
            }
        case ToolCallPart(id, name, arguments):
            return {"type": "function_call", "call_id": id, "name": name, "arguments": arguments}
        case _:
            assert_never(part)


# An event's name -> the kind of its item, and the field with the complete text in its last event.
_TEXTS = {
    "output_text": ("message", "text"),
    "refusal": ("message", "refusal"),
    "reasoning_text": ("reasoning", "text"),
    "reasoning_summary_text": ("reasoning", "text"),
    "reasoning": ("reasoning", "text"),  # routers' own
    "function_call_arguments": ("function_call", "arguments"),
}
_KNOWN_ITEMS = frozenset(kind for kind, _ in _TEXTS.values())
_REDUNDANT = frozenset({"content_part", "reasoning_summary_part"})  # repeat what the text and the item say
_ENDS = frozenset({"completed", "incomplete", "failed", "cancelled"})


class ResponsesDecoder(EventDecoder):
    """Reads events, or one whole reply.

    A text comes up to four times: in pieces, at its own end, at its item's and at the reply's. Servers leave out any
    of these, so of each only the text that is new is emitted. Of the two families of thinking events, which may repeat
    each other, the first to arrive is read. Items are identified by id or by index, whichever is known.
    """

    def __init__(self) -> None:
        super().__init__()
        self._items = OutputItems()
        self._family = ""

    def feed_body(self, body: dict[str, Any]) -> list[StreamEvent]:
        unknown = [item for item in objects_in(body.get("output")) if str(item.get("type")) not in _KNOWN_ITEMS]
        events: list[StreamEvent] = [RawEvent(text_in(item.get("type")), json.dumps(item)) for item in unknown]
        status = text_in(body.get("status")) or ("completed" if "output" in body else "")
        if status in _ENDS:
            return [*self._map_end(status, body, json.dumps(body)), *events]
        return [*self._map_output(body), *events]

    def _map_event(self, name: str, event: dict[str, Any], data: str) -> list[StreamEvent] | None:
        subject, _, phase = (text_in(event.get("type")) or name).removeprefix("response.").partition(".")
        match subject, phase:
            case _, "" if subject in _ENDS | {"done"}:
                return self._map_end(subject, object_in(event.get("response")), data)
            case (("created" | "in_progress" | "queued"), ""):
                return self._map_start(object_in(event.get("response")))
            case "output_item", ("added" | "done"):
                return self._map_item(event, done=phase == "done")
            case _, "delta" if subject in _TEXTS:
                return self._map_text(subject, event, event.get("delta"), complete=False)
            case _, "done" if subject in _TEXTS:
                return self._map_text(subject, event, event.get(_TEXTS[subject][1]), complete=True)
            case _, ("added" | "done") if subject in _REDUNDANT:
                return []
            case _:
                return None

    def _map_item(self, event: dict[str, Any], *, done: bool) -> list[StreamEvent] | None:
        source = object_in(event.get("item"))
        kind = text_in(source.get("type"))
        if kind not in _KNOWN_ITEMS:
            return None
        ids, index = (source.get("id"), source.get("call_id")), number_in(event.get("output_index"))
        if not done:
            return _announce_call(self._items.begin(kind, ids, index), source)
        return self._emit_rest(self._items.find(kind, ids, index), source)

    def _map_text(self, subject: str, event: dict[str, Any], text: Any, *, complete: bool) -> list[StreamEvent] | None:
        if not isinstance(text, str):
            return None
        kind = _TEXTS[subject][0]
        if kind == "reasoning":
            self._family = self._family or subject
            if subject != self._family:
                return []
        item = self._items.find(kind, [event.get("item_id")], number_in(event.get("output_index")))
        index = "summary_index" if subject == "reasoning_summary_text" else "content_index"
        part = number_in(event.get(index)) or 0
        return self._emit(item, part, rest_after(item.text_of_part(part), text) if complete else text)

    def _map_end(self, status: str, response: dict[str, Any], data: str) -> list[StreamEvent]:
        self.over = True
        reported = text_in(response.get("status"))
        # llama.cpp also ends a cut answer with `completed`, and realtime servers end everything with `done`.
        if status in ("completed", "done"):
            status = reported if reported in _ENDS else "completed"
        events = [*self._map_output(response), *self._splitter.close()]
        if isinstance(usage := response.get("usage"), dict):
            events.append(UsageReported(map_openai_usage(usage), reported_cost(usage)))
        if status == "failed":
            self._held = events
            raise error_from_body({"error": response.get("error")}, status=None, raw=data)
        if status == "completed":
            status = "tool_calls" if self._items.of_kind("function_call") else "stop"
        elif status == "incomplete":
            status = text_in(object_in(response.get("incomplete_details")).get("reason")) or status
        return [*events, Finished("length" if status == "max_output_tokens" else status)]

    def _map_output(self, response: dict[str, Any]) -> list[StreamEvent]:
        """What the complete reply adds to the text so far, all items of a kind taken together."""
        events = self._map_start(response)
        output = objects_in(response.get("output"))
        for kind in ("reasoning", "message"):
            text_so_far = "".join(item.text for item in self._items.of_kind(kind))
            full = "".join(self._text_of(source) for source in output if source.get("type") == kind)
            if rest := rest_after(text_so_far, full):
                events += self._emit(self._items.find(kind, ()), 0, rest)
        calls = self._items.of_kind("function_call")
        for number, source in enumerate(item for item in output if item.get("type") == "function_call"):
            ids = (source.get("id"), source.get("call_id"))
            item = self._items.with_id("function_call", ids) or next(iter(calls[number : number + 1]), None)
            events += self._emit_rest(item or self._items.begin("function_call", ids), source)
        return events

    def _emit_rest(self, item: OutputItem, source: dict[str, Any]) -> list[StreamEvent]:
        """What a finished item adds to its text so far."""
        return _announce_call(item, source) + self._emit(item, 0, rest_after(item.text, self._text_of(source)))

    def _emit(self, item: OutputItem, part: int, text: str) -> list[StreamEvent]:
        if not text:
            return []
        item.pieces.setdefault(part, []).append(text)
        match item.kind:
            case "message":
                return self._splitter.feed(text)
            case "reasoning":
                return [ThinkingDelta(text)]
            case _:
                return [ToolCallDelta(item.call, arguments=text)]

    def _text_of(self, source: dict[str, Any]) -> str:
        """The text of a finished item; of thinking, that of the family being read."""
        match source.get("type"):
            case "function_call":
                arguments = source.get("arguments")
                return arguments if isinstance(arguments, str) else json.dumps(arguments) if arguments else ""
            case "reasoning":
                content, summary = _joined(source.get("content")), _joined(source.get("summary"))
                return (summary or content) if self._family == "reasoning_summary_text" else (content or summary)
            case _:
                return _joined(source.get("content"))


def _announce_call(item: OutputItem, source: dict[str, Any]) -> list[StreamEvent]:
    """Reports a call's id and name as soon as they are known. A result must name `call_id`, not `id`."""
    if item.kind != "function_call":
        return []
    call_id = text_in(source.get("call_id")) or item.call_id or text_in(source.get("id"))
    name = text_in(source.get("name")) or item.name
    if (call_id, name) == (item.call_id, item.name):
        return []
    item.call_id, item.name = call_id, name
    return [ToolCallDelta(item.call, call_id or None, name or None)]


def _joined(parts: Any) -> str:
    if isinstance(parts, str):
        return parts
    return "".join(text_in(part.get("text")) or text_in(part.get("refusal")) for part in objects_in(parts))


def _item_steps(items: list[dict[str, Any]]) -> Iterator[Step]:
    """The items of one reply (thinking, text, calls) are one step; so are consecutive results."""
    steps: list[Step] = []
    for item in items:
        kind = text_in(item.get("type"))
        role = {"reasoning": "assistant", "function_call": "assistant", "function_call_output": "tool"}.get(kind)
        role = role or text_in(item.get("role"))
        if not steps or steps[-1].role != role:
            steps.append(Step(role))
        phase = steps[-1]
        if kind == "function_call":
            phase.calls.append(text_in(item.get("call_id")))
        elif kind == "function_call_output":
            phase.answers.append(text_in(item.get("call_id")))
        elif kind == "reasoning":
            parts = objects_in(item.get("summary")) or objects_in(item.get("content"))
            phase.thinking = (phase.thinking or "") + "".join(text_in(part.get("text")) for part in parts)
    yield from steps


def _recognises(body: Mapping[str, Any]) -> bool:
    return "input" in body and "messages" not in body


WIRE = Wire(
    name="responses",
    label="Responses",
    path="/responses",
    history="input",
    steps=_item_steps,
    history_may_be_text=True,
    system="instructions",
    package="openai",
    calls=(("responses",),),
    recognises=_recognises,
    reading_hints=(
        "Thinking comes in events named response.reasoning…, the answer in response.output_text.delta.",
        "Thinking is in the output item of type reasoning, the answer in that of type message.",
    ),
    encode=encode,
    no_video="The responses format has no part for a whole clip; its frames are sent.",
    decoder=ResponsesDecoder,
    renamed=RENAMED,
    unsupported=UNSUPPORTED,
)
