"""A body of any of the three endpoints -> the request it stands for. Fields and parts without a place are named."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from components.api.paste.parameters import take_parameters
from components.api.paste.pasted import Found, Unknown, shortened
from components.api.paste.pictures import Pictures, with_frames
from components.api.wires.registry import WIRES
from components.core.card import ModelCard
from components.core.errors import PasteError
from components.core.parts import Message, Part, TextPart, ThinkingPart, ToolCallPart, ToolResultPart
from components.core.request import RunRequest, Tool, ToolChoice, WireName


def read_body(found: Found, files: Mapping[str, bytes], card: ModelCard) -> tuple[RunRequest, list[str]]:
    """The request to the model of the card, and one sentence for each thing that was not taken over.

    Raises: PasteError if there is no conversation in it.
    """
    fields = found.fields
    wire = found.wire or _guess(fields)
    said = fields.get(WIRES[wire].history)
    reading = _Reading(Pictures(files))
    if isinstance(said, str):
        reading.add("user", [TextPart(said)])
    elif isinstance(said, list):
        for item in said:
            reading.take(item)
    elif isinstance(said, Unknown):
        reading.left_out.append(f"The conversation, `{shortened(said.source)}`, is made when the program runs.")
    else:
        raise PasteError(f"No `{WIRES[wire].history}` with a conversation was found in it.")
    system = [*_texts(fields.get("system")), *_texts(fields.get("instructions")), *reading.system]
    parameters, left_out = take_parameters(fields, wire, card)
    tools, odd = _tools(fields.get("tools"))
    choice, odd_choice = _tool_choice(fields.get("tool_choice"))
    model = fields.get("model")
    request = RunRequest(
        model=model if isinstance(model, str) else "",
        messages=tuple(reading.messages),
        wire=wire,
        system="\n\n".join(system),
        parameters=parameters,
        tools=tools,
        tool_choice=choice if tools else ToolChoice(),
        stream=fields.get("stream") is not False,  # one that does not say is shown as the page shows any: as it comes
        card=card,
    )
    return request, [*reading.left_out, *reading.pictures.left_out, *left_out, *odd, *odd_choice]


def _guess(fields: Mapping[str, Any]) -> WireName:
    """The format that the body is in: the one that recognises it, else the first."""
    return next((wire.name for wire in WIRES.values() if wire.recognises(fields)), next(iter(WIRES)))


@dataclass(slots=True)
class _Reading:
    """The conversation as far as it was read. Items of one speaker that follow each other are one message."""

    pictures: Pictures
    messages: list[Message] = field(default_factory=list)
    system: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add(self, role: str, parts: list[Part]) -> None:
        if not parts:
            return
        last = self.messages[-1] if self.messages else None
        if last is not None and last.role == role and role != "user":
            self.messages[-1] = Message(last.role, (*last.parts, *parts))
        elif role in ("user", "assistant", "tool"):
            self.messages.append(Message(role, tuple(parts)))  # type: ignore[arg-type]  # the line above narrows it

    def take(self, item: Any) -> None:
        """Takes a message of chat completions or messages, or an item of responses."""
        match item:
            case {"type": "function_call", "name": str(name)}:
                call = ToolCallPart(_text(item.get("call_id")), name, _arguments(item.get("arguments")))
                self.add("assistant", [call])
            case {"type": "function_call_output"}:
                result = ToolResultPart(_text(item.get("call_id")), "".join(_texts(item.get("output"))))
                self.add("tool", [result])
            case {"type": "reasoning"}:
                text = "".join(_texts(item.get("content")) or _texts(item.get("summary")))
                self.add("assistant", [ThinkingPart(text)] if text else [])
            case {"role": "system" | "developer"}:
                self.system += _texts(item.get("content"))
            case {"role": "tool" | "function"}:
                content = "".join(_texts(item.get("content")))
                # The format of 2023 called functions by their names alone.
                self.add("tool", [ToolResultPart(_text(item.get("tool_call_id", item.get("name"))), content)])
            case {"role": "assistant"}:
                self.add("assistant", list(self._assistant(item)))
            case {"role": "user"}:
                self._take_user(item.get("content"))
            case Unknown(source):
                self.left_out.append(f"The message `{shortened(source)}` is made when the program runs.")
            case _:
                self.left_out.append(f"A message of a kind unknown here: `{shortened(str(item))}`.")

    def _take_user(self, content: Any) -> None:
        results: list[Part] = []
        parts: list[Part] = []
        for block in content if isinstance(content, list) else [content]:
            match block:
                case str():
                    parts.append(TextPart(block))
                case {"type": "text" | "input_text", "text": str(text)}:
                    parts.append(TextPart(text))
                case {"type": "tool_result"}:
                    text = "".join(_texts(block.get("content")))
                    results.append(ToolResultPart(_text(block.get("tool_use_id")), text))
                case {"type": "video_url", "video_url": {"url": source}} | {"type": "video_url", "video_url": source}:
                    parts += self.pictures.take_clip(source)
                case {"type": "image_url", "image_url": {"url": source}}:
                    self._add_picture(parts, source)
                case {"type": "image_url" | "input_image", "image_url": source}:
                    self._add_picture(parts, source)
                case {"type": "image", "source": {"type": "base64", "data": source, **rest}}:
                    self._add_picture(parts, source, _text(rest.get("media_type")) or "image/png")
                case {"type": "image", "source": {"url": source}}:
                    self._add_picture(parts, source)
                case Unknown(source):
                    self.left_out.append(f"The text `{shortened(source)}` is made when the program runs.")
                case _:
                    kind = block.get("type") if isinstance(block, dict) else type(block).__name__
                    self.left_out.append(f"A part of type `{shortened(str(kind))}` cannot be attached here.")
        self.add("tool", results)
        self.add("user", with_frames(parts))

    def _add_picture(self, parts: list[Part], source: Any, media_type: str | None = None) -> None:
        if (picture := self.pictures.take(source, media_type)) is not None:
            parts.append(picture)

    def _assistant(self, message: Mapping[str, Any]) -> Iterator[Part]:
        if isinstance(thinking := message.get("reasoning_content") or message.get("reasoning"), str) and thinking:
            yield ThinkingPart(thinking)
        content = message.get("content") or message.get("refusal")  # said instead of an answer, as in a stream
        for block in content if isinstance(content, list) else [content]:
            match block:
                case str() if block:
                    yield TextPart(block)
                case {"type": "text" | "output_text", "text": str(text)}:
                    yield TextPart(text)
                case {"type": "thinking", "thinking": str(text), **rest}:
                    if text:
                        yield ThinkingPart(text, _text(rest.get("signature")))
                case {"type": "tool_use", "name": str(name), **rest}:
                    yield ToolCallPart(_text(rest.get("id")), name, _arguments(rest.get("input")))
                case Unknown(source):
                    self.left_out.append(f"The answer `{shortened(source)}` is made when the program runs.")
                case None | str():
                    pass
                case _:
                    self.left_out.append(f"A part of an answer of a kind unknown here: `{shortened(str(block))}`.")
        yield from self._calls(message)

    def _calls(self, message: Mapping[str, Any]) -> Iterator[Part]:
        match message.get("function_call"):
            case {"name": str(name), **rest}:
                yield ToolCallPart(name, name, _arguments(rest.get("arguments")))
        calls = message.get("tool_calls")
        for call in calls if isinstance(calls, list) else ():
            match call:
                case {"function": {"name": str(name), **rest}}:
                    yield ToolCallPart(_text(call.get("id")), name, _arguments(rest.get("arguments")))
                case _:
                    self.left_out.append(f"A tool call of a kind unknown here: `{shortened(str(call))}`.")


def _texts(value: Any) -> list[str]:
    """The texts of what may be one, a list of blocks, or nothing."""
    match value:
        case str():
            return [value]
        case list():
            return [block["text"] for block in value if isinstance(block, dict) and isinstance(block.get("text"), str)]
        case _:
            return []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _arguments(value: Any) -> str:
    if isinstance(value, dict) and isinstance(text := value.get("INVALID_JSON"), str) and len(value) == 1:
        return text  # as our own encoder sends back what was no JSON
    return value if isinstance(value, str) else json.dumps(value if value is not None else {}, ensure_ascii=False)


def _tools(value: Any) -> tuple[tuple[Tool, ...], list[str]]:
    tools: list[Tool] = []
    left_out: list[str] = []
    for entry in value if isinstance(value, list) else [] if value is None else [value]:
        match entry:
            case {"function": {"name": str(name), **rest}} | {"name": str(name), **rest}:
                schema = rest.get("parameters", rest.get("input_schema"))
                description = rest.get("description")
                tools.append(Tool(name, _text(description), schema if isinstance(schema, dict) else {}))
            case Unknown(source):
                left_out.append(f"The tools `{shortened(source)}` are made when the program runs.")
            case _:
                kind = entry.get("type") if isinstance(entry, dict) else entry
                left_out.append(f"The tool `{shortened(str(kind))}` is the provider's own, not a function.")
    return tuple(tools), left_out


def _tool_choice(value: Any) -> tuple[ToolChoice, list[str]]:
    match value:
        case None | "auto" | {"type": "auto"}:
            return ToolChoice(), []
        case "none" | {"type": "none"}:
            return ToolChoice("none"), []
        case "required" | "any" | {"type": "any"}:
            return ToolChoice("required"), []
        case {"function": {"name": str(name)}} | {"name": str(name)}:
            return ToolChoice("named", name), []
        case _:
            return ToolChoice(), [f"`tool_choice`: `{shortened(str(value))}` is unknown here."]
