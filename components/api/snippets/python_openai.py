"""Python with the openai package, for chat completions and responses."""

from __future__ import annotations

from components.api.snippets.program import Job, Program, Target
from components.api.snippets.python_sections import package_program

# The named arguments of the package's `create`, which a test compares with the installed package; the package adds the
# fields of `extra_body` to the top level of the body.
NAMED = {
    "chat_completions": frozenset(
        "messages model stream stream_options tools tool_choice temperature top_p max_tokens stop "
        "reasoning_effort".split()
    ),
    "responses": frozenset(
        "input model instructions stream tools tool_choice temperature top_p max_output_tokens".split()
    ),
}

_CLIENT = """
from openai import OpenAI

client = OpenAI(base_url={{ base_url | python }}, api_key=os.environ[{{ variable | python }}])
"""

_CHAT = r"""
%% if stream
stream = {{ call }}
%% if tools
thinking, answer, calls = "", "", {}
%% endif
for chunk in stream:
    if not chunk.choices:  # the last chunk has only the usage
        print(f"\n{chunk.usage.total_tokens} tokens", file=sys.stderr)
        continue
    delta = chunk.choices[0].delta
    # The package has no attribute for thinking, but the reply contains it.
    thought, text = getattr(delta, "reasoning_content", None) or "", delta.content or ""
    print(thought, end="", file=sys.stderr, flush=True)
    print(text, end="", flush=True)
%% if tools
    thinking += thought
    answer += text
    for piece in delta.tool_calls or []:  # a call comes in pieces
        new = {"id": "", "type": "function", "function": {"name": "", "arguments": ""}}
        call = calls.setdefault(piece.index, new)
        call["id"] = piece.id or call["id"]
        call["function"]["name"] = piece.function.name or call["function"]["name"]
        call["function"]["arguments"] += piece.function.arguments or ""
calls = list(calls.values())
%% endif
%% else
completion = {{ call }}
message = completion.choices[0].message
# The package has no attribute for thinking, but the reply contains it.
thinking = getattr(message, "reasoning_content", None) or ""
print(thinking, file=sys.stderr)
answer = message.content or ""
print(answer)
%% if tools
calls = [call.to_dict() for call in message.tool_calls or []]
%% endif
%% endif
%% if tools
if not calls:
    break
{{ back }}
%% endif
"""

_RESPONSES = r"""
%% if stream
stream = {{ call }}
for event in stream:
    # Servers use either name for thinking.
    if event.type in ("response.reasoning_summary_text.delta", "response.reasoning_text.delta"):
        print(event.delta, end="", file=sys.stderr, flush=True)
    elif event.type == "response.output_text.delta":
        print(event.delta, end="", flush=True)
    elif event.type in ("response.completed", "response.incomplete"):
        response = event.response
    elif event.type in ("error", "response.failed"):  # an error within the stream
        raise SystemExit(event.to_json())
print(f"\n{response.usage.total_tokens} tokens", file=sys.stderr)
%% else
response = {{ call }}
for item in response.output:
    if item.type == "reasoning":
        print("".join(part.text for part in item.summary), file=sys.stderr)
print(response.output_text)
%% endif
%% if tools
calls = [item for item in response.output if item.type == "function_call"]
if not calls:
    break
# Nothing is stored on the server, so all output is sent back, with its thinking.
items += [item.to_dict() for item in response.output]
for call in calls:
    result = run_tool(call.name, call.arguments)
    items.append({"type": "function_call_output", "call_id": call.call_id, "output": result})
%% endif
"""

_ASKS = {"chat_completions": _CHAT, "responses": _RESPONSES}


def write(job: Job) -> Program:
    """The program. Raises: KeyError if the package has no method for the endpoint."""
    wire = job.body.wire
    method = f"client.{'.'.join(wire.calls[0])}.create"
    return package_program(job, "openai", _CLIENT, _ASKS[wire.name], NAMED[wire.name], method)


TARGET = Target("python_openai", "Python · openai", tuple(_ASKS), write, extracts_frames=True)
