"""Python with the openai package, for chat completions and responses."""

from __future__ import annotations

from typing import Any

from components.api.snippets.literals import PYTHON, Code
from components.api.snippets.program import Job, Program, Section, Target, only_in_first_round
from components.api.snippets.python_sections import (
    ask_section,
    back,
    by_round,
    media_section,
    python_program,
    takes_frames,
    tools_section,
)
from components.api.snippets.template import fill

# What the package's `create` takes by name; the rest travels in `extra_body`, which it merges into the top level.
# A test holds this against the installed package.
OWN = {
    "chat_completions": frozenset(
        "messages model stream stream_options tools tool_choice temperature top_p max_tokens stop "
        "reasoning_effort".split()
    ),
    "responses": frozenset(
        "input model instructions stream tools tool_choice temperature top_p max_output_tokens".split()
    ),
}

_OPENING = """
import base64  #? references
import json  #? tools
import os
import sys

import cv2  #? frames
from openai import OpenAI

client = OpenAI(base_url=@base_url@, api_key=os.environ[@variable@])
"""

_CHAT = """
stream = @call@  #? stream
completion = @call@  #? whole
thinking, answer, calls = "", "", {}  #? stream tools
for chunk in stream:  #? stream
    if not chunk.choices:  # the last chunk carries nothing but the usage  #? stream
        print(f"\\n{chunk.usage.total_tokens} tokens", file=sys.stderr)  #? stream
        continue  #? stream
    delta = chunk.choices[0].delta  #? stream
    # The package has no name for thinking; it is there all the same.  #? stream
    if thought := getattr(delta, "reasoning_content", None):  #? stream
        thinking += thought  #? stream tools
        print(thought, end="", file=sys.stderr, flush=True)  #? stream
    if delta.content:  #? stream
        answer += delta.content  #? stream tools
        print(delta.content, end="", flush=True)  #? stream
    for piece in delta.tool_calls or []:  # a call comes in pieces  #? stream tools
        call = calls.setdefault(piece.index, {"id": "", "name": "", "arguments": ""})  #? stream tools
        call["id"] = piece.id or call["id"]  #? stream tools
        call["name"] = piece.function.name or call["name"]  #? stream tools
        call["arguments"] += piece.function.arguments or ""  #? stream tools
message = completion.choices[0].message  #? whole
# The package has no name for thinking; it is there all the same.  #? whole
thinking = getattr(message, "reasoning_content", None) or ""  #? whole
print(thinking, file=sys.stderr)  #? whole
answer = message.content or ""  #? whole
print(answer)  #? whole
calls = {  #? whole tools
    index: {"id": call.id, "name": call.function.name, "arguments": call.function.arguments}  #? whole tools
    for index, call in enumerate(message.tool_calls or [])  #? whole tools
}  #? whole tools
if not calls:  #? tools
    break  #? tools
@back@  #? tools
"""

_RESPONSES = """
stream = @call@  #? stream
response = @call@  #? whole
for event in stream:  #? stream
    # Servers send thinking under either name.  #? stream
    if event.type in ("response.reasoning_summary_text.delta", "response.reasoning_text.delta"):  #? stream
        print(event.delta, end="", file=sys.stderr, flush=True)  #? stream
    elif event.type == "response.output_text.delta":  #? stream
        print(event.delta, end="", flush=True)  #? stream
    elif event.type in ("response.completed", "response.incomplete"):  #? stream
        response = event.response  #? stream
    elif event.type in ("error", "response.failed"):  # inside a stream that began well  #? stream
        raise SystemExit(event.to_json())  #? stream
print(f"\\n{response.usage.total_tokens} tokens", file=sys.stderr)  #? stream
for item in response.output:  #? whole
    if item.type == "reasoning":  #? whole
        print("".join(part.text for part in item.summary), file=sys.stderr)  #? whole
print(response.output_text)  #? whole
calls = [item for item in response.output if item.type == "function_call"]  #? tools
if not calls:  #? tools
    break  #? tools
# Nothing is stored on the server: all that came goes back, thinking included.  #? tools
items += [item.to_dict() for item in response.output]  #? tools
for call in calls:  #? tools
    result = run_tool(call.name, call.arguments)  #? tools
    items.append({"type": "function_call_output", "call_id": call.call_id, "output": result})  #? tools
"""

# Endpoint -> the conversation's name in the program, and how a reply is asked for and read.
_ASKS = {"chat_completions": ("messages", _CHAT), "responses": ("items", _RESPONSES)}


def write(job: Job) -> Program:
    """The program."""
    sections = openai_sections(job)
    return python_program(job, "openai", ["openai"], sections)


def openai_sections(job: Job) -> list[Section]:
    """The program's sections."""
    circumstances = job.circumstances | ({"frames"} if takes_frames(job) else set())
    opening = fill(
        _OPENING,
        circumstances,
        {
            "base_url": PYTHON.write(job.options.base_url),
            "variable": PYTHON.write(job.options.key_variable),
        },
    )
    wire = job.body.wire
    content, ask = _ASKS[wire.name]
    method = f"client.{'.'.join(wire.calls[0])}.create"
    fields = only_in_first_round(job, by_round)
    lines = [f"{content} = {PYTHON.write(fields[wire.history], used=len(content) + 3)}"]
    fields[wire.history] = Code(content)
    if "tools" in fields:
        lines.append(f"tools = {PYTHON.write(fields['tools'], used=8)}")
        fields["tools"] = Code("tools")
    call = python_call(method, fields, OWN[wire.name])
    return [
        Section("Client", opening),
        *media_section(job),
        *tools_section(job),
        Section("Conversation", "\n".join(lines)),
        ask_section(job, ask, {"call": call, "back": back("messages")}),
    ]


_REMARKS = {
    "stream_options": "without it no usage comes",
    "extra_body": "not among the package's own names; sent at the top level of the body",
}


def python_call(method: str, fields: dict[str, Any], own: frozenset[str], remarks: dict[str, str] = _REMARKS) -> str:
    """The call with every field of the body: by name where the package has it, else in `extra_body`."""
    arguments = {name: value for name, value in fields.items() if name in own}
    if extra := {name: value for name, value in fields.items() if name not in own}:
        arguments["extra_body"] = extra
    lines = []
    for name, value in arguments.items():
        remark = f"  # {remarks[name]}" if name in remarks else ""
        text = PYTHON.write(value, 1, len(name) + 2)
        if remark and text.startswith("{\n"):
            text, remark = text.replace("{\n", f"{{{remark}\n", 1), ""
        lines.append(f"    {name}={text},{remark}\n")
    return f"{method}(\n{''.join(lines)})"


TARGET = Target("python_openai", "Python · openai", tuple(_ASKS), write, takes_frames=True)
