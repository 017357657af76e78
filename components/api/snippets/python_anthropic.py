"""Python with the anthropic package, for the messages endpoint."""

from __future__ import annotations

from components.api.snippets.program import Job, Program, Target
from components.api.snippets.python_sections import package_program

# The named arguments of the package's `create` and `stream`; a test compares them with the installed package.
NAMED = frozenset("messages model system max_tokens stop_sequences stream tools tool_choice".split())

_CLIENT = """
from anthropic import Anthropic

# The package adds /v1 to the address itself.
client = Anthropic(base_url={{ base_url.removesuffix("/v1") | python }}, api_key=os.environ[{{ variable | python }}])
"""

_ASK = r"""
%% if stream
with {{ call }} as stream:
    for event in stream:
        if event.type == "thinking":
            print(event.thinking, end="", file=sys.stderr, flush=True)
        elif event.type == "text":
            print(event.text, end="", flush=True)
    message = stream.get_final_message()
print(f"\n{message.usage.output_tokens} output tokens", file=sys.stderr)
%% else
message = {{ call }}
for block in message.content:
    if block.type == "thinking":
        print(block.thinking, file=sys.stderr)
    elif block.type == "text":
        print(block.text)
%% endif
%% if tools
calls = [block for block in message.content if block.type == "tool_use"]
if not calls:
    break
# All blocks are sent back: a message with calls is refused without its thinking.
messages.append({"role": "assistant", "content": [block.to_dict() for block in message.content]})
results = [
    {"type": "tool_result", "tool_use_id": call.id, "content": run_tool(call.name, call.input)}
    for call in calls
]
messages.append({"role": "user", "content": results})
%% endif
"""


def write(job: Job) -> Program:
    """The program. The package's `stream` sends ``"stream": true`` itself."""
    if job.request.stream:
        return package_program(job, "anthropic", _CLIENT, _ASK, NAMED, "client.messages.stream", omitted="stream")
    return package_program(job, "anthropic", _CLIENT, _ASK, NAMED, "client.messages.create")


TARGET = Target("python_anthropic", "Python · anthropic", ("messages",), write, extracts_frames=True)
