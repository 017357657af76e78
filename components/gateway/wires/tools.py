"""Declared tools, as the flat formats (responses, messages) write them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from components.gateway.conversation import Tool
from components.gateway.errors import bad_request


def named_tool(tool: Mapping[str, Any], schema_name: str, where: str) -> Tool:
    """One tool whose schema stands in the field `schema_name`. Raises: GatewayError 400 with `where`."""
    name, schema = tool.get("name"), tool.get(schema_name) or {}
    if not isinstance(name, str) or not name:
        raise bad_request(f"'{where}.name' is required and must be a string, got {name!r}.", where)
    if not isinstance(schema, dict):
        raise bad_request(f"'{where}.{schema_name}' must be an object.", where)
    return Tool(name, str(tool.get("description") or ""), {"type": "object", **schema})


def tools_text(tools: tuple[Tool, ...]) -> str:
    """The tools as they count in the prompt: in the shape of chat completions, which the gateway translates to."""
    functions = [
        {"name": tool.name, "description": tool.description, "parameters": dict(tool.schema)} for tool in tools
    ]
    if not functions:
        return ""
    return json.dumps(
        [{"type": "function", "function": function} for function in functions],
        ensure_ascii=False,
        separators=(",", ":"),
    )
