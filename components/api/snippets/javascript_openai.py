"""JavaScript for Node with the openai package, for chat completions and responses."""

from __future__ import annotations

from typing import Any

from components.api.snippets.literals import JAVASCRIPT, Code
from components.api.snippets.program import Job, Program, Section, Target, only_in_first_round

_HEADING = """
// Asks {{ model }} with the openai package.
//
//   npm install openai
//   export {{ variable }}=...  # Windows: set {{ variable }}=...
//   node main.mjs
"""

_CLIENT = """
%% if references
import { readFileSync } from "node:fs";
%% endif
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: {{ base_url | javascript }},
  apiKey: process.env.{{ variable }},
});{% if references %}

const base64Of = (path) => readFileSync(path).toString("base64");{% endif %}
"""

_TOOLS = """
const tools = new Map([
%% for name, answer, remark in tools
  [{{ name | javascript }}, (args) => {{ answer | javascript(1, 20) }}], // {{ remark }}
%% endfor
]);

// The model may name an unknown tool, or write bad JSON.
function runTool(name, text) {
  try {
    return String(tools.get(name)(JSON.parse(text || "{}")));
  } catch (error) {
    return JSON.stringify({ error: String(error) });
  }
}
"""

_CHAT = r"""
%% if stream
const stream = await {{ call }};
%% if tools
let thinking = "";
let answer = "";
const calls = [];
%% endif
for await (const chunk of stream) {
  const delta = chunk.choices[0]?.delta;
  if (!delta) {
    // The last chunk has only the usage.
    process.stderr.write(`\n${chunk.usage.total_tokens} tokens\n`);
    continue;
  }
  // The package's types have no name for thinking, but the reply contains it.
  process.stderr.write(delta.reasoning_content ?? "");
  process.stdout.write(delta.content ?? "");
%% if tools
  thinking += delta.reasoning_content ?? "";
  answer += delta.content ?? "";
  for (const piece of delta.tool_calls ?? []) {
    // A call comes in pieces.
    const call = (calls[piece.index] ??= { id: "", type: "function", function: { name: "", arguments: "" } });
    call.id = piece.id || call.id;
    call.function.name = piece.function.name || call.function.name;
    call.function.arguments += piece.function.arguments ?? "";
  }
%% endif
}
%% else
const completion = await {{ call }};
const message = completion.choices[0].message;
// The package's types have no name for thinking, but the reply contains it.
const thinking = message.reasoning_content ?? "";
console.error(thinking);
console.log(message.content ?? "");
%% if tools
const answer = message.content ?? "";
const calls = message.tool_calls ?? [];
%% endif
%% endif
%% if tools
if (!calls.length) break;
// A message with calls is refused if it is sent back without its thinking.
messages.push({ role: "assistant", content: answer, reasoning_content: thinking, tool_calls: calls });
for (const { id, function: called } of calls) {
  messages.push({ role: "tool", tool_call_id: id, content: runTool(called.name, called.arguments) });
}
%% endif
"""

_RESPONSES = r"""
%% if stream
const stream = await {{ call }};
let response;
for await (const event of stream) {
  // Servers use either name for thinking.
  if (["response.reasoning_summary_text.delta", "response.reasoning_text.delta"].includes(event.type)) {
    process.stderr.write(event.delta);
  } else if (event.type === "response.output_text.delta") {
    process.stdout.write(event.delta);
  } else if (["response.completed", "response.incomplete"].includes(event.type)) {
    response = event.response;
  } else if (["error", "response.failed"].includes(event.type)) {
    throw new Error(JSON.stringify(event)); // an error within the stream
  }
}
process.stderr.write(`\n${response.usage.total_tokens} tokens\n`);
%% else
const response = await {{ call }};
for (const item of response.output) {
  if (item.type === "reasoning") console.error(item.summary.map((part) => part.text).join(""));
}
console.log(response.output_text);
%% endif
%% if tools
const calls = response.output.filter((item) => item.type === "function_call");
if (!calls.length) break;
// Nothing is stored on the server, so all output is sent back, with its thinking.
items.push(...response.output);
for (const { call_id, name, arguments: text } of calls) {
  items.push({ type: "function_call_output", call_id, output: runTool(name, text) });
}
%% endif
"""

_LOOP = """
// At most {{ rounds }} times: a model may call tools without end.
for (let round = 0; round < {{ rounds }}; round++) {
  {{ ask | indent(2) }}
}
"""

# Endpoint -> the conversation's variable, and the template that asks for a reply and reads it.
_ASKS = {"chat_completions": ("messages", _CHAT), "responses": ("items", _RESPONSES)}


def write(job: Job) -> Program:
    """The program. Raises: KeyError if the package has no method for the endpoint."""
    wire = job.body.wire
    messages, template = _ASKS[wire.name]
    fields = only_in_first_round(job, JAVASCRIPT)
    conversation = f"const {messages} = {JAVASCRIPT.write(fields[wire.history], used=20)};"
    fields[wire.history] = Code(messages)
    ask = job.render(template, call=_call(f"client.{'.'.join(wire.calls[0])}.create", fields))
    sections = [
        Section("Client", job.render(_CLIENT)),
        *([Section("Tools", job.render(_TOOLS))] if job.request.tools else []),
        Section("Conversation", conversation),
        Section("Ask", job.render(_LOOP, ask=ask) if job.request.tools else ask),
    ]
    return Program(
        filename="main.mjs",
        language="javascript",
        install="npm install openai",
        run="node main.mjs",
        code="\n\n".join([job.render(_HEADING), *(section.code for section in sections)]) + "\n",
        sections=tuple(sections),
        files=job.body.files,
    )


def _call(method: str, fields: dict[str, Any]) -> str:
    """The call. It may have fields that the package does not know, which it sends, too."""
    lines = []
    for name, value in fields.items():
        remark = "  // without it no usage is sent" if name == "stream_options" else ""
        named = isinstance(value, Code) and value.text == name
        shown = name if named else f"{name}: {JAVASCRIPT.write(value, 1, len(name) + 3)}"
        lines.append(f"  {shown},{remark}\n")
    return f"{method}({{\n{''.join(lines)}}})"


TARGET = Target("javascript_openai", "JavaScript · openai", tuple(_ASKS), write)
