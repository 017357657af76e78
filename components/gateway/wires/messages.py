"""The wire of POST /v1/messages: a reply to Anthropic events or to one message; reading is `messages_input`.

Shapes: https://platform.claude.com/docs/en/api/messages and .../build-with-claude/streaming (api-facts, section 5).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from components.gateway.assumptions import THINKING_SIGNATURE
from components.gateway.errors import GatewayError
from components.gateway.reply import Reply, Token
from components.gateway.wires import messages_input
from components.gateway.wires.fields import encode_json

PATH = "/messages"
parse = messages_input.parse
_STOP_REASONS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use"}
_ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_DELTAS = {"thinking": ("thinking_delta", "thinking"), "answer": ("text_delta", "text")}


class Encoder:
    """Writes one reply in this wire's format. `id` names the message; the format has no time of creation."""

    def __init__(self, reply: Reply, id: str, created: int) -> None:
        self._reply = reply
        self._id = id
        self._index = -1
        self._block: tuple[str, int] | None = None
        self._delta_head = ""

    def opening(self) -> str:
        """The events before the first token: the message without content, and a ping."""
        return self._event("message_start", {"message": self._message([], None, 0)}) + self._event("ping", {})

    def token(self, token: Token) -> str:
        """The events of one token; the first of a block ends the block before and starts its own."""
        events = ""
        if token.block != self._block:
            events = self._close() + self._open(token)
        return events if token.kind == "call" else f"{events}{self._delta_head}{encode_json(token.text)}}}}}\n\n"

    def closing(self) -> str:
        """The events after the last token: stop reason, final usage, end."""
        delta = {"stop_reason": _STOP_REASONS[self._reply.finish_reason], "stop_sequence": None}
        ended = {"delta": delta, "usage": usage(self._reply, self._reply.completion_tokens)}
        return self._close() + self._event("message_delta", ended) + self._event("message_stop", {})

    def error(self, error: GatewayError) -> str:
        """The event of an error inside a stream that began with 200; nothing follows it."""
        return f"event: error\ndata: {encode_json(error_body(error, f'req_{self._id}'))}\n\n"

    def reply_object(self, tokens: list[Token]) -> dict[str, Any]:
        """The one JSON object of a reply that is not streamed."""
        content = [self._content(list(block)) for _, block in groupby(tokens, key=lambda token: token.block)]
        return self._message(content, _STOP_REASONS[self._reply.finish_reason], self._reply.completion_tokens)

    def _open(self, token: Token) -> str:
        self._index += 1
        self._block = token.block
        type, field = _DELTAS.get(token.kind, ("input_json_delta", "partial_json"))
        self._delta_head = (
            f'event: content_block_delta\ndata: {{"type":"content_block_delta","index":{self._index},'
            f'"delta":{{"type":"{type}","{field}":'
        )
        block = self._content([Token(token.kind, "", token.call)])
        return self._event("content_block_start", {"index": self._index, "content_block": block})

    def _close(self) -> str:
        if self._block is None:
            return ""
        events = ""
        if self._block[0] == "thinking":
            signature = {"type": "signature_delta", "signature": THINKING_SIGNATURE}
            events = self._event("content_block_delta", {"index": self._index, "delta": signature})
        return events + self._event("content_block_stop", {"index": self._index})

    def _content(self, tokens: list[Token]) -> dict[str, Any]:
        """The content block of one block of tokens."""
        kind, index = tokens[0].block
        text = "".join(token.text for token in tokens)
        if kind == "thinking":
            return {"type": "thinking", "thinking": text, "signature": THINKING_SIGNATURE}
        if kind == "answer":
            return {"type": "text", "text": text}
        call = self._reply.calls[index]
        arguments = _arguments("".join(token.text for token in tokens[1:]))
        return {"type": "tool_use", "id": call.id, "name": call.name, "input": arguments}

    def _message(self, content: list[dict[str, Any]], stop_reason: str | None, output_tokens: int) -> dict[str, Any]:
        return {
            "id": f"msg_{self._id}",
            "type": "message",
            "role": "assistant",
            "model": self._reply.context.request.model,
            "content": content,
            "stop_reason": stop_reason,
            "stop_sequence": None,
            "usage": usage(self._reply, output_tokens),
        }

    def _event(self, type: str, fields: Mapping[str, Any]) -> str:
        return f"event: {type}\ndata: {encode_json({'type': type, **fields})}\n\n"


def usage(reply: Reply, output_tokens: int) -> dict[str, Any]:
    """The usage object. Cached tokens stand beside the input's, not inside; thinking is part of the output."""
    context = reply.context
    return {
        "input_tokens": context.prompt_tokens - context.cached_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": context.cached_tokens,
        "output_tokens": output_tokens,
    }


def error_body(error: GatewayError, request_id: str) -> dict[str, Any]:
    """The Anthropic-style envelope; its type follows from the status alone."""
    unlisted = "api_error" if error.status >= 500 else "invalid_request_error"
    type = _ERROR_TYPES.get(error.status, unlisted)
    return {"type": "error", "error": {"type": type, "message": error.message}, "request_id": request_id}


def _arguments(text: str) -> Any:
    """The parsed arguments; those that `max_tokens` cut off cannot be parsed and are empty."""
    try:
        return json.loads(text)
    except ValueError:
        return {}
