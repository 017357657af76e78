"""The body of any endpoint -> its request. Fields and parts that the page has no place for are reported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from components.api.paste.media import MediaReader, join_captions
from components.api.paste.parameters import read_parameters
from components.api.paste.pasted import ExtractedBody, RuntimeValue, excerpt
from components.api.wires.reading import text_in
from components.api.wires.registry import WIRES
from components.core.card import ModelCard
from components.core.errors import PasteError
from components.core.parts import Message, Part, TextPart, ThinkingPart, ToolCallPart, ToolResultPart
from components.core.request import RunRequest, Tool, ToolChoice, WireName


def read_body(body: ExtractedBody, files: Mapping[str, bytes], card: ModelCard) -> tuple[RunRequest, list[str]]:
    """The request to the card's model, and one sentence for each thing that was left out.

    `files`: path in the program -> bytes. Raises: PasteError if there is no conversation in the body.
    """
    fields = body.fields
    wire = body.wire or _guess_wire(fields)
    left_out: list[str] = []
    conversation = _Conversation(files, left_out)
    match fields.get(WIRES[wire].history):
        case str(text):
            conversation.add("user", [TextPart(text)])
        case list(items):
            for item in items:
                conversation.read(item)
        case RuntimeValue(source):
            left_out.append(f"The conversation, `{excerpt(source)}`, is made when the program runs.")
        case _:
            raise PasteError(f"No `{WIRES[wire].history}` with a conversation was found in it.")
    parameters, problems = read_parameters(fields, wire, card)
    left_out += problems
    tools = _tools(fields.get("tools"), left_out)
    choice = _tool_choice(fields.get("tool_choice"), left_out)
    model = fields.get("model")
    request = RunRequest(
        model=model if isinstance(model, str) else "",
        messages=tuple(conversation.messages),
        wire=wire,
        system="\n\n".join(
            [*_texts(fields.get("system")), *_texts(fields.get("instructions")), *conversation.system_prompts]
        ),
        parameters=parameters,
        tools=tools,
        tool_choice=choice if tools else ToolChoice(),
        stream=fields.get("stream") is not False,  # the page streams by default
        card=card,
    )
    return request, left_out


def _guess_wire(fields: Mapping[str, Any]) -> WireName:
    """The endpoint that recognises the body, else the first."""
    return next((wire.name for wire in WIRES.values() if wire.recognises(fields)), next(iter(WIRES)))


class _Conversation:
    """The conversation read so far. Consecutive messages of the model, or of its tools, become one."""

    def __init__(self, files: Mapping[str, bytes], left_out: list[str]) -> None:
        self.messages: list[Message] = []
        self.system_prompts: list[str] = []
        self._left_out = left_out
        self._media = MediaReader(files, left_out)

    def add(self, role: Literal["user", "assistant", "tool"], parts: list[Part]) -> None:
        if not parts:
            return
        last = self.messages[-1] if self.messages else None
        if last is not None and last.role == role != "user":
            self.messages[-1] = Message(role, (*last.parts, *parts))
        else:
            self.messages.append(Message(role, tuple(parts)))

    def read(self, item: Any) -> None:
        """Adds a message of chat completions or messages, or an item of responses."""
        match item:
            case {"type": "function_call", "name": str(name)}:
                self.add(
                    "assistant", [ToolCallPart(text_in(item.get("call_id")), name, _arguments(item.get("arguments")))]
                )
            case {"type": "function_call_output"}:
                self._add_result(item.get("call_id"), item.get("output"))
            case {"type": "reasoning"}:
                text = "".join(_texts(item.get("content")) or _texts(item.get("summary")))
                self.add("assistant", [ThinkingPart(text)] if text else [])
            case {"role": "system" | "developer"}:
                self.system_prompts += _texts(item.get("content"))
            case {"role": "tool" | "function"}:
                # The format of 2023 had no ids, only names of functions.
                self._add_result(item.get("tool_call_id", item.get("name")), item.get("content"))
            case {"role": "assistant"}:
                self._read_answer(item)
            case {"role": "user"}:
                self.add("user", join_captions(self._parts("user", item.get("content"))))
            case RuntimeValue(source):
                self._left_out.append(f"The message `{excerpt(source)}` is made when the program runs.")
            case _:
                self._left_out.append(f"A message of a kind unknown here: `{excerpt(str(item))}`.")

    def _add_result(self, call_id: Any, content: Any) -> None:
        self.add("tool", [ToolResultPart(text_in(call_id), "".join(_texts(content)))])

    def _read_answer(self, message: Mapping[str, Any]) -> None:
        if thinking := text_in(message.get("reasoning_content") or message.get("reasoning")):
            self.add("assistant", [ThinkingPart(thinking)])
        self.add("assistant", self._parts("assistant", message.get("content") or message.get("refusal")))
        match message.get("function_call"):
            case {"name": str(name), **rest}:
                self.add("assistant", [ToolCallPart(name, name, _arguments(rest.get("arguments")))])
        calls = message.get("tool_calls")
        for call in calls if isinstance(calls, list) else ():
            match call:
                case {"function": {"name": str(name), **rest}}:
                    arguments = _arguments(rest.get("arguments"))
                    self.add("assistant", [ToolCallPart(text_in(call.get("id")), name, arguments)])
                case _:
                    self._left_out.append(f"A tool call of a kind unknown here: `{excerpt(str(call))}`.")

    def _parts(self, role: str, content: Any) -> list[Part]:
        """The parts of a message's content; tool results among them become a message before it."""
        parts: list[Part] = []
        for block in content if isinstance(content, list) else [content]:
            match block:
                case str(text) | {"type": "text" | "input_text" | "output_text", "text": str(text)}:
                    parts.append(TextPart(text))
                case {"type": "image_url" | "input_image" | "image" | "video_url"} if role == "user":
                    parts += self._media.parts(block)
                case {"type": "tool_result"} if role == "user":
                    self._add_result(block.get("tool_use_id"), block.get("content"))
                case {"type": "thinking", "thinking": str(text)} if role == "assistant":
                    parts += [ThinkingPart(text, text_in(block.get("signature")))] if text else []
                case {"type": "tool_use", "name": str(name)} if role == "assistant":
                    parts.append(ToolCallPart(text_in(block.get("id")), name, _arguments(block.get("input"))))
                case RuntimeValue(source):
                    self._left_out.append(f"The text `{excerpt(source)}` is made when the program runs.")
                case None if role == "assistant":
                    pass
                case _:
                    kind = block.get("type") if isinstance(block, dict) else type(block).__name__
                    self._left_out.append(f"A part of type `{excerpt(str(kind))}` cannot be attached here.")
        return parts


def _texts(value: Any) -> list[str]:
    """The texts of a field that may be one text, a list of blocks, or missing."""
    blocks = [{"text": value}] if isinstance(value, str) else value if isinstance(value, list) else []
    return [block["text"] for block in blocks if isinstance(block, dict) and isinstance(block.get("text"), str)]


def _arguments(value: Any) -> str:
    """The arguments of a tool call as JSON text."""
    match value:
        case {"INVALID_JSON": str(text), **rest} if not rest:
            return text  # as our own encoder sends arguments that are no JSON
        case str(text):
            return text
        case _:
            return json.dumps(value if value is not None else {}, ensure_ascii=False)


def _tools(value: Any, left_out: list[str]) -> tuple[Tool, ...]:
    tools: list[Tool] = []
    for entry in value if isinstance(value, list) else [] if value is None else [value]:
        match entry:
            case {"function": {"name": str(name), **rest}} | {"name": str(name), **rest}:
                schema = rest.get("parameters", rest.get("input_schema"))
                tools.append(Tool(name, text_in(rest.get("description")), schema if isinstance(schema, dict) else {}))
            case RuntimeValue(source):
                left_out.append(f"The tools `{excerpt(source)}` are made when the program runs.")
            case _:
                kind = entry.get("type") if isinstance(entry, dict) else entry
                left_out.append(f"The tool `{excerpt(str(kind))}` is the provider's own, not a function.")
    return tuple(tools)


def _tool_choice(value: Any, left_out: list[str]) -> ToolChoice:
    match value:
        case None | "auto" | {"type": "auto"}:
            return ToolChoice()
        case "none" | {"type": "none"}:
            return ToolChoice("none")
        case "required" | "any" | {"type": "any"}:
            return ToolChoice("required")
        case {"function": {"name": str(name)}} | {"name": str(name)}:
            return ToolChoice("named", name)
        case _:
            left_out.append(f"`tool_choice`: `{excerpt(str(value))}` is unknown here.")
            return ToolChoice()
