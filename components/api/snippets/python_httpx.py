"""Python with httpx alone, for every endpoint: what the packages do, in the open."""

from __future__ import annotations

from components.api.snippets.literals import PYTHON
from components.api.snippets.program import Job, Program, Section, Target
from components.api.snippets.python_sections import (
    ask_section,
    back,
    media_section,
    python_program,
    takes_frames,
    tools_section,
)
from components.api.snippets.template import fill

_OPENING = """
import base64  #? references
import json
import os
import sys

import cv2  #? frames
import httpx
from httpx_sse import connect_sse  #? stream

client = httpx.Client(
    base_url=@base_url@,
    headers={
        "authorization": f"Bearer {os.environ[@variable@]}",
        @headers@  #? headers
    },
    timeout=httpx.Timeout(15 * 60, connect=10),  # thinking may be silent for minutes
)
"""

_SEND_STREAM = """
with connect_sse(client, "POST", @path@, json=body) as source:
    if source.response.is_error:
        raise SystemExit(source.response.read().decode())
    for event in source.iter_sse():  # `iter_lines` of httpx would cut JSON in two at U+2028
        if event.data == "[DONE]":
            break
        data = json.loads(event.data)
        if data.get("error") or data.get("type") == "error":  # inside a stream that began well
            raise SystemExit(event.data)
"""

_SEND_WHOLE = """
response = client.post(@path@, json=body)
if response.is_error:
    raise SystemExit(response.text)
reply = response.json()
"""

_CHAT = """
thinking, answer, calls = "", "", {}  #? stream tools
@send@
        if not data["choices"]:  # the last chunk carries nothing but the usage  #? stream
            print(f"\\n{data['usage']['total_tokens']} tokens", file=sys.stderr)  #? stream
            continue  #? stream
        delta = data["choices"][0]["delta"]  #? stream
        if thought := delta.get("reasoning_content"):  #? stream
            thinking += thought  #? stream tools
            print(thought, end="", file=sys.stderr, flush=True)  #? stream
        if text := delta.get("content"):  #? stream
            answer += text  #? stream tools
            print(text, end="", flush=True)  #? stream
        for piece in delta.get("tool_calls") or []:  # a call comes in pieces  #? stream tools
            call = calls.setdefault(piece["index"], {"id": "", "name": "", "arguments": ""})  #? stream tools
            call["id"] = piece.get("id") or call["id"]  #? stream tools
            call["name"] = piece["function"].get("name") or call["name"]  #? stream tools
            call["arguments"] += piece["function"].get("arguments") or ""  #? stream tools
message = reply["choices"][0]["message"]  #? whole
thinking, answer = message.get("reasoning_content") or "", message.get("content") or ""  #? whole
print(thinking, file=sys.stderr)  #? whole
print(answer)  #? whole
calls = {  #? whole tools
    index: {"id": call["id"], **call["function"]}  #? whole tools
    for index, call in enumerate(message.get("tool_calls") or [])  #? whole tools
}  #? whole tools
if not calls:  #? tools
    break  #? tools
@back@  #? tools
body.pop("web_search_linkup", None)  # a search is paid for with every request that asks for it  #? tools search
body.pop("tool_choice", None)  # a call that is forced again would never end  #? tools forced
"""

_RESPONSES = """
@send@
        # Servers send thinking under either name.  #? stream
        if data["type"] in ("response.reasoning_summary_text.delta", "response.reasoning_text.delta"):  #? stream
            print(data["delta"], end="", file=sys.stderr, flush=True)  #? stream
        elif data["type"] == "response.output_text.delta":  #? stream
            print(data["delta"], end="", flush=True)  #? stream
        elif data["type"] in ("response.completed", "response.incomplete"):  #? stream
            reply = data["response"]  #? stream
        elif data["type"] == "response.failed":  #? stream
            raise SystemExit(event.data)  #? stream
print(f"\\n{reply['usage']['total_tokens']} tokens", file=sys.stderr)  #? stream
for item in reply["output"]:  #? whole
    if item["type"] == "reasoning":  #? whole
        print("".join(part["text"] for part in item["summary"]), file=sys.stderr)  #? whole
    elif item["type"] == "message":  #? whole
        print("".join(part["text"] for part in item["content"]))  #? whole
calls = [item for item in reply["output"] if item["type"] == "function_call"]  #? tools
if not calls:  #? tools
    break  #? tools
# Nothing is stored on the server: all that came goes back, thinking included.  #? tools
body["input"] += reply["output"]  #? tools
for call in calls:  #? tools
    result = run_tool(call["name"], call["arguments"])  #? tools
    body["input"].append({"type": "function_call_output", "call_id": call["call_id"], "output": result})  #? tools
body.pop("web_search_linkup", None)  # a search is paid for with every request that asks for it  #? tools search
body.pop("tool_choice", None)  # a call that is forced again would never end  #? tools forced
"""

_MESSAGES = """
blocks = {}  #? stream tools
@send@
        if data["type"] == "content_block_start":  #? stream tools
            blocks[data["index"]] = {**data["content_block"], "arguments": ""}  #? stream tools
        if data["type"] == "content_block_delta":  #? stream
            delta = data["delta"]  #? stream
            block = blocks[data["index"]]  #? stream tools
            if delta["type"] == "thinking_delta":  #? stream
                block["thinking"] += delta["thinking"]  #? stream tools
                print(delta["thinking"], end="", file=sys.stderr, flush=True)  #? stream
            elif delta["type"] == "text_delta":  #? stream
                block["text"] += delta["text"]  #? stream tools
                print(delta["text"], end="", flush=True)  #? stream
            elif delta["type"] == "signature_delta":  #? stream tools
                block["signature"] = delta["signature"]  #? stream tools
            elif delta["type"] == "input_json_delta":  # a call comes in pieces  #? stream tools
                block["arguments"] += delta["partial_json"]  #? stream tools
content = []  #? stream tools
for block in blocks.values():  #? stream tools
    arguments = block.pop("arguments")  #? stream tools
    if block["type"] == "tool_use":  #? stream tools
        block["input"] = json.loads(arguments or "{}")  #? stream tools
    content.append(block)  #? stream tools
content = reply["content"]  #? whole
for block in content:  #? whole
    if block["type"] == "thinking":  #? whole
        print(block["thinking"], file=sys.stderr)  #? whole
    elif block["type"] == "text":  #? whole
        print(block["text"])  #? whole
calls = [block for block in content if block["type"] == "tool_use"]  #? tools
if not calls:  #? tools
    break  #? tools
# All blocks go back: a turn with calls must come with its thinking, or it is refused.  #? tools
body["messages"].append({"role": "assistant", "content": content})  #? tools
results = [  #? tools
    {"type": "tool_result", "tool_use_id": call["id"], "content": run_tool(call["name"], call["input"])}  #? tools
    for call in calls  #? tools
]  #? tools
body["messages"].append({"role": "user", "content": results})  #? tools
body.pop("web_search_linkup", None)  # a search is paid for with every request that asks for it  #? tools search
body.pop("tool_choice", None)  # a call that is forced again would never end  #? tools forced
"""

# For an endpoint that has no template of its own: what comes is printed as it comes.
_ANY = """
@send@
        print(event.data, flush=True)  #? stream
print(json.dumps(reply, indent=2, ensure_ascii=False))  #? whole
"""

_TEMPLATES = {"chat_completions": _CHAT, "responses": _RESPONSES, "messages": _MESSAGES}

_NO_LOOP = "The program prints the reply as JSON. It runs no tools: a call is printed, and its result is not sent back."


def write(job: Job) -> Program:
    """The program; for an endpoint without a template of its own, one that prints the replies' JSON."""
    packages = ["httpx", "httpx-sse"] if job.request.stream else ["httpx"]
    template = _TEMPLATES.get(job.request.wire)
    notes = [_NO_LOOP] if template is None and job.request.tools else []
    return python_program(job, "httpx", packages, _sections(job, template), notes)


def _sections(job: Job, template: str | None) -> list[Section]:
    wire = job.body.wire
    circumstances = job.circumstances | ({"frames"} if takes_frames(job) else set())
    if wire.headers:
        circumstances.add("headers")
    headers = [f"{PYTHON.write(name)}: {PYTHON.write(value)}," for name, value in wire.headers.items()]
    values = {
        "base_url": PYTHON.write(job.options.base_url),
        "variable": PYTHON.write(job.options.key_variable).replace('"', "'"),
        "path": PYTHON.write(wire.path),
        "headers": "\n        ".join(headers),
    }
    send = fill(_SEND_STREAM if job.request.stream else _SEND_WHOLE, circumstances, values)
    if template is None:
        reading = wire.reading[0 if job.request.stream else 1]
        hint = f"# {reading}\n" if reading else ""
        asking = [Section("Ask", hint + fill(_ANY, circumstances, {"send": send}))]
    else:
        asks = {"send": send, "back": back('body["messages"]')}
        asking = [ask_section(job, template, asks)]
    return [
        Section("Client", fill(_OPENING, circumstances, values)),
        *media_section(job),
        *([] if template is None else tools_section(job)),
        Section("Conversation", f"body = {PYTHON.write(job.body.fields, used=7)}"),
        *asking,
    ]


TARGET = Target("python_httpx", "Python · httpx", (), write, takes_frames=True)
