"""Python with the anthropic package, for the messages endpoint."""

from __future__ import annotations

from components.api.snippets.literals import PYTHON, Code
from components.api.snippets.program import Job, Program, Section, Target, only_in_first_round
from components.api.snippets.python_openai import python_call
from components.api.snippets.python_sections import (
    ask_section,
    by_round,
    media_section,
    python_program,
    takes_frames,
    tools_section,
)
from components.api.snippets.template import fill

# What the package's `create` takes by name, and so does `stream`; a test holds this against the installed package.
OWN = frozenset("messages model system max_tokens stop_sequences stream tools tool_choice".split())

_OPENING = """
import base64  #? references
import json  #? tools
import os
import sys

import cv2  #? frames
from anthropic import Anthropic

# The package adds /v1 to the address itself.
client = Anthropic(base_url=@base_url@, api_key=os.environ[@variable@])
"""

_ASK = """
with @call@ as stream:  #? stream
    for event in stream:  #? stream
        if event.type == "thinking":  #? stream
            print(event.thinking, end="", file=sys.stderr, flush=True)  #? stream
        elif event.type == "text":  #? stream
            print(event.text, end="", flush=True)  #? stream
    message = stream.get_final_message()  #? stream
print(f"\\n{message.usage.output_tokens} output tokens", file=sys.stderr)  #? stream
message = @call@  #? whole
for block in message.content:  #? whole
    if block.type == "thinking":  #? whole
        print(block.thinking, file=sys.stderr)  #? whole
    elif block.type == "text":  #? whole
        print(block.text)  #? whole
calls = [block for block in message.content if block.type == "tool_use"]  #? tools
if not calls:  #? tools
    break  #? tools
# All blocks go back: a turn with calls must come with its thinking, or it is refused.  #? tools
messages.append({"role": "assistant", "content": [block.to_dict() for block in message.content]})  #? tools
results = [  #? tools
    {"type": "tool_result", "tool_use_id": call.id, "content": run_tool(call.name, call.input)}  #? tools
    for call in calls  #? tools
]  #? tools
messages.append({"role": "user", "content": results})  #? tools
"""


def write(job: Job) -> Program:
    """The program."""
    return python_program(job, "anthropic", ["anthropic"], anthropic_sections(job))


def anthropic_sections(job: Job) -> list[Section]:
    """The program's sections. `stream` of the package sends ``"stream": true`` by itself."""
    circumstances = job.circumstances | ({"frames"} if takes_frames(job) else set())
    opening = fill(
        _OPENING,
        circumstances,
        {
            "base_url": PYTHON.write(job.options.base_url.removesuffix("/v1")),
            "variable": PYTHON.write(job.options.key_variable),
        },
    )
    fields = only_in_first_round(job, by_round)
    method = "client.messages.create"
    if fields["stream"]:
        del fields["stream"]
        method = "client.messages.stream"
    lines = [f"messages = {PYTHON.write(fields['messages'], used=11)}"]
    fields["messages"] = Code("messages")
    if "tools" in fields:
        lines.append(f"tools = {PYTHON.write(fields['tools'], used=8)}")
        fields["tools"] = Code("tools")
    remarks = {"extra_body": "not among the package's own names; sent at the top level of the body"}
    if "max_tokens" not in job.request.parameters:
        remarks["max_tokens"] = "this format cannot go without; the API's own default"
    return [
        Section("Client", opening),
        *media_section(job),
        *tools_section(job),
        Section("Conversation", "\n".join(lines)),
        ask_section(job, _ASK, {"call": python_call(method, fields, OWN, remarks)}),
    ]


TARGET = Target("python_anthropic", "Python · anthropic", ("messages",), write, takes_frames=True)
