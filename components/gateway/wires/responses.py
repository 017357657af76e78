"""The wire of POST /v1/responses: a reply to typed events or to one response object; reading is `responses_input`.

Shapes: https://platform.openai.com/docs/api-reference/responses and .../responses-streaming (api-facts, section 4).
The reasoning is sent as summary text, in full: what most clients read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from components.gateway.conversation import Request, ToolChoice
from components.gateway.errors import GatewayError
from components.gateway.reply import Reply, Token
from components.gateway.wires import chat_completions, responses_input
from components.gateway.wires.fields import encode_json

PATH = "/responses"
parse = responses_input.parse
error_body = chat_completions.error_body


@dataclass(frozen=True, slots=True)
class _Part:
    """How the one part of an item is named in events: ``response.<text>.delta``, ``response.<part>.added``."""

    text: str
    part: str
    index: str
    make: Callable[[str], dict[str, Any]]
    extra: Mapping[str, Any]


class Encoder:
    """Writes one reply in this wire's format. `id` names the response and its items, `created` is Unix seconds."""

    def __init__(self, reply: Reply, id: str, created: int) -> None:
        self._reply = reply
        self._id = id
        self._created = created
        self._sequence = 0
        self.items: list[dict[str, Any]] = []
        """The output items that are whole, in order; it grows as the reply is written."""
        self._current: list[Token] = []
        self._delta_head = ""

    def opening(self) -> str:
        """The events before the first token."""
        return "".join(
            self._event(f"response.{name}", {"response": self._response("in_progress")})
            for name in ("created", "in_progress")
        )

    def token(self, token: Token) -> str:
        """The events of one token; the first of an item ends the item before and opens its own."""
        events = ""
        if not self._current or token.block != self._current[0].block:
            events = self._close("completed") + self._open(token)
        self._current.append(token)
        if token.kind != "call":
            events += f'{self._delta_head}{self._sequence},"delta":{encode_json(token.text)}}}\n\n'
            self._sequence += 1
        return events

    def closing(self) -> str:
        """The events after the last token; the terminal one carries the whole response with its usage."""
        status = self._status()
        return self._close(status) + self._event(f"response.{status}", {"response": self._response(status)})

    def error(self, error: GatewayError) -> str:
        """The events of an error inside a stream that began with 200; nothing follows them."""
        fields = {"code": error.code, "message": error.message}
        failed = {**self._response("failed"), "error": fields, "usage": None}
        return self._event("error", {**fields, "param": error.param}) + self._event(
            "response.failed", {"response": failed}
        )

    def reply_object(self, tokens: list[Token]) -> dict[str, Any]:
        """The one JSON object of a reply that is not streamed."""
        for _, block in groupby(tokens, key=lambda token: token.block):
            self.items.append(self._item(list(block), "completed"))
        if self.items:
            self.items[-1]["status"] = self._status()
        return self._response(self._status())

    def _status(self) -> str:
        return "incomplete" if self._reply.finish_reason == "length" else "completed"

    def _open(self, token: Token) -> str:
        item = self._item([token], "in_progress")
        at = {"item_id": item["id"], "output_index": len(self.items)}
        part = _PARTS.get(token.block[0])
        type = f"response.{part.text if part else 'function_call_arguments'}.delta"
        fields = {part.index: 0, **part.extra} if part else {}
        fixed = encode_json({"type": type, **at, **fields}).removesuffix("}")
        self._delta_head = f'event: {type}\ndata: {fixed},"sequence_number":'
        events = self._event(
            "response.output_item.added", {"output_index": len(self.items), "item": {**item, **_EMPTY[token.block[0]]}}
        )
        if part:
            events += self._event(f"response.{part.part}.added", {**at, part.index: 0, "part": part.make("")})
        return events

    def _close(self, status: str) -> str:
        if not self._current:
            return ""
        item = self._item(self._current, status)
        at = {"item_id": item["id"], "output_index": len(self.items)}
        if part := _PARTS.get(self._current[0].kind):
            text, at = _joined(self._current), {**at, part.index: 0}
            events = self._event(f"response.{part.text}.done", {**at, "text": text, **part.extra})
            events += self._event(f"response.{part.part}.done", {**at, "part": part.make(text)})
        else:
            done = {**at, "name": item["name"], "arguments": item["arguments"]}
            events = self._event("response.function_call_arguments.done", done)
        events += self._event("response.output_item.done", {"output_index": len(self.items), "item": item})
        self.items.append(item)
        self._current = []
        return events

    def _item(self, tokens: list[Token], status: str) -> dict[str, Any]:
        """The output item of one block of tokens."""
        kind, index = tokens[0].block
        if kind == "call":
            call = self._reply.calls[index]
            return {
                "type": "function_call",
                "id": f"fc_{self._id}_{index}",
                "call_id": call.id,
                "name": call.name,
                "arguments": _joined(tokens[1:]),
                "status": status,
            }
        text = _joined(tokens)
        if kind == "thinking":
            return {"type": "reasoning", "id": f"rs_{self._id}", "summary": [_summary(text)], "status": status}
        message = {"type": "message", "id": f"msg_{self._id}", "role": "assistant", "status": status}
        return {**message, "content": [_text(text)]}

    def _response(self, status: str) -> dict[str, Any]:
        context = self._reply.context
        request = context.request
        cut = {"reason": "max_output_tokens"} if status == "incomplete" else None
        return {
            "id": f"resp_{self._id}",
            "object": "response",
            "created_at": self._created,
            "status": status,
            "model": request.model,
            "output": list(self.items),
            "error": None,
            "incomplete_details": cut,
            "instructions": responses_input.instructions(request),
            "max_output_tokens": context.parameters["max_tokens"],
            "temperature": context.parameters["temperature"],
            "top_p": context.parameters["top_p"],
            "tools": _tools(request),
            "tool_choice": _tool_choice(request.tool_choice),
            "parallel_tool_calls": request.parallel_calls,
            "reasoning": {"effort": request.given.get("reasoning_effort"), "summary": None},
            "text": {"format": {"type": "text"}},
            "truncation": "disabled",
            "store": False,
            "previous_response_id": None,
            "metadata": {},
            "usage": None if status == "in_progress" else usage(self._reply),
        }

    def _event(self, type: str, fields: Mapping[str, Any]) -> str:
        event = {"type": type, "sequence_number": self._sequence, **fields}
        self._sequence += 1
        return f"event: {type}\ndata: {encode_json(event)}\n\n"


def usage(reply: Reply) -> dict[str, Any]:
    """The usage object. Cached tokens are part of the input's, reasoning tokens part of the output's."""
    given = reply.context.prompt_tokens
    return {
        "input_tokens": given,
        "input_tokens_details": {"cached_tokens": reply.context.cached_tokens},
        "output_tokens": reply.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": reply.thinking_tokens},
        "total_tokens": given + reply.completion_tokens,
    }


def _summary(text: str) -> dict[str, Any]:
    return {"type": "summary_text", "text": text}


def _text(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _joined(tokens: list[Token]) -> str:
    return "".join(token.text for token in tokens)


# What an item has when it is opened.
_EMPTY: Mapping[str, dict[str, Any]] = {
    "thinking": {"summary": []},
    "answer": {"content": []},
    "call": {"arguments": ""},
}
_PARTS = {
    "thinking": _Part("reasoning_summary_text", "reasoning_summary_part", "summary_index", _summary, {}),
    "answer": _Part("output_text", "content_part", "content_index", _text, {"logprobs": []}),
}


def _tools(request: Request) -> list[dict[str, Any]]:
    return [
        {
            "type": "function",
            "name": tool.name,
            "description": tool.description,
            "parameters": dict(tool.schema),
            "strict": False,
        }
        for tool in request.tools
    ]


def _tool_choice(choice: ToolChoice) -> str | dict[str, Any]:
    return {"type": "function", "name": choice.name} if choice.mode == "named" else choice.mode
