"""Python with httpx alone, for every endpoint."""

from __future__ import annotations

from dataclasses import replace

from components.api.snippets.literals import PYTHON
from components.api.snippets.program import Job, Program, Section, Target
from components.api.snippets.python_sections import ask_section, client_sections, python_program

_CLIENT = """
import httpx{% if stream %}
from httpx_sse import connect_sse{% endif %}

client = httpx.Client(
    base_url={{ base_url | python }},
    headers={
        "authorization": f"Bearer {os.environ['{{ variable }}']}",
%% for name, value in wire.headers.items()
        {{ name | python }}: {{ value | python }},
%% endfor
    },
    timeout=httpx.Timeout(15 * 60, connect=10),  # thinking may be silent for minutes
)
"""

# The beginning of every endpoint's template.
_SEND = """
%% if stream
with connect_sse(client, "POST", {{ wire.path | python }}, json=body) as source:
    if source.response.is_error:
        raise SystemExit(source.response.read().decode())
    for event in source.iter_sse():  # `iter_lines` of httpx would cut JSON in two at U+2028
        if event.data == "[DONE]":
            break
        data = json.loads(event.data)
        if data.get("error") or data.get("type") == "error":  # an error within the stream
            raise SystemExit(event.data)
%% else
response = client.post({{ wire.path | python }}, json=body)
if response.is_error:
    raise SystemExit(response.text)
reply = response.json()
%% endif
"""

_CHAT = r"""
%% if stream and tools
thinking, answer, calls = "", "", {}
%% endif
{{ send }}
%% if stream
        if not data["choices"]:  # the last chunk has only the usage
            print(f"\n{data['usage']['total_tokens']} tokens", file=sys.stderr)
            continue
        delta = data["choices"][0]["delta"]
        thought, text = delta.get("reasoning_content") or "", delta.get("content") or ""
        print(thought, end="", file=sys.stderr, flush=True)
        print(text, end="", flush=True)
%% if tools
        thinking += thought
        answer += text
        for piece in delta.get("tool_calls") or []:  # a call comes in pieces
            new = {"id": "", "type": "function", "function": {"name": "", "arguments": ""}}
            call = calls.setdefault(piece["index"], new)
            call["id"] = piece.get("id") or call["id"]
            call["function"]["name"] = piece["function"].get("name") or call["function"]["name"]
            call["function"]["arguments"] += piece["function"].get("arguments") or ""
calls = list(calls.values())
%% endif
%% else
message = reply["choices"][0]["message"]
thinking, answer = message.get("reasoning_content") or "", message.get("content") or ""
print(thinking, file=sys.stderr)
print(answer)
%% if tools
calls = message.get("tool_calls") or []
%% endif
%% endif
%% if tools
if not calls:
    break
{{ back }}
%% endif
"""

_RESPONSES = r"""
{{ send }}
%% if stream
        # Servers use either name for thinking.
        if data["type"] in ("response.reasoning_summary_text.delta", "response.reasoning_text.delta"):
            print(data["delta"], end="", file=sys.stderr, flush=True)
        elif data["type"] == "response.output_text.delta":
            print(data["delta"], end="", flush=True)
        elif data["type"] in ("response.completed", "response.incomplete"):
            reply = data["response"]
        elif data["type"] == "response.failed":
            raise SystemExit(event.data)
print(f"\n{reply['usage']['total_tokens']} tokens", file=sys.stderr)
%% else
for item in reply["output"]:
    if item["type"] == "reasoning":
        print("".join(part["text"] for part in item["summary"]), file=sys.stderr)
    elif item["type"] == "message":
        print("".join(part["text"] for part in item["content"]))
%% endif
%% if tools
calls = [item for item in reply["output"] if item["type"] == "function_call"]
if not calls:
    break
# Nothing is stored on the server, so all output is sent back, with its thinking.
body["input"] += reply["output"]
for call in calls:
    result = run_tool(call["name"], call["arguments"])
    body["input"].append({"type": "function_call_output", "call_id": call["call_id"], "output": result})
%% endif
"""

_MESSAGES = r"""
%% if stream and tools
blocks = {}
%% endif
{{ send }}
%% if stream
%% if tools
        if data["type"] == "content_block_start":
            blocks[data["index"]] = data["content_block"]
%% endif
        if data["type"] == "content_block_delta":
            delta = data["delta"]
            print(delta.get("thinking", ""), end="", file=sys.stderr, flush=True)
            print(delta.get("text", ""), end="", flush=True)
%% if tools
            block = blocks[data["index"]]
            for name in {"thinking", "signature", "text", "partial_json"} & delta.keys():  # they come in pieces
                block[name] = block.get(name, "") + delta[name]
content = list(blocks.values())
for block in content:
    if block["type"] == "tool_use":
        block["input"] = json.loads(block.pop("partial_json", "") or "{}")
%% endif
%% else
content = reply["content"]
for block in content:
    if block["type"] == "thinking":
        print(block["thinking"], file=sys.stderr)
    elif block["type"] == "text":
        print(block["text"])
%% endif
%% if tools
calls = [block for block in content if block["type"] == "tool_use"]
if not calls:
    break
# All blocks are sent back: a message with calls is refused without its thinking.
body["messages"].append({"role": "assistant", "content": content})
results = [
    {"type": "tool_result", "tool_use_id": call["id"], "content": run_tool(call["name"], call["input"])}
    for call in calls
]
body["messages"].append({"role": "user", "content": results})
%% endif
"""

# With tools, the end of every endpoint's template.
_ONCE = """
%% if tools and search
body.pop("web_search_linkup", None)  # every request with a search is billed for one
%% endif
%% if tools and forced
body.pop("tool_choice", None)  # forcing the call again would never end
%% endif
"""

# For an endpoint without a template of its own: prints the JSON as it arrives.
_ANY = """
{{ hint }}{{ send }}
%% if stream
        print(event.data, flush=True)
%% else
print(json.dumps(reply, indent=2, ensure_ascii=False))
%% endif
"""

_ASKS = {"chat_completions": _CHAT, "responses": _RESPONSES, "messages": _MESSAGES}

_NO_LOOP = "The program prints the reply as JSON. It runs no tools: a call is printed, and its result is not sent back."


def write(job: Job) -> Program:
    """The program; for an endpoint without a template of its own it prints the JSON of the reply."""
    ask, notes = _ANY, []
    if job.request.wire in _ASKS:
        ask = f"{_ASKS[job.request.wire]}{_ONCE.lstrip()}"
    elif job.request.tools:
        job, notes = replace(job, request=replace(job.request, tools=())), [_NO_LOOP]
    sections = [
        *client_sections(job, _CLIENT, json=True),
        Section("Conversation", f"body = {PYTHON.write(job.body.fields, used=7)}"),
        ask_section(job, ask, 'body["messages"]', send=job.render(_SEND), hint=job.reading_hint),
    ]
    packages = ["httpx", "httpx-sse"] if job.request.stream else ["httpx"]
    return python_program(job, "httpx", packages, sections, notes)


TARGET = Target("python_httpx", "Python · httpx", (), write, extracts_frames=True)
