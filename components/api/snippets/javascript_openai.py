"""JavaScript for Node with the openai package, for chat completions and responses."""

from __future__ import annotations

from typing import Any

from components.api.snippets.literals import JAVASCRIPT, Code, quoted_javascript
from components.api.snippets.program import Job, Program, Section, Target, model_name, only_in_first_round
from components.api.snippets.python_sections import ROUNDS
from components.api.snippets.template import fill, indented

_HEADING = """
// Asks @model@ with the openai package.
//
//   npm install openai
//   export @variable@=...  # Windows: set @variable@=...
//   node main.mjs
"""

_OPENING = """
import { readFileSync } from "node:fs";  //? references
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: @base_url@,
  apiKey: process.env.@variable@,
});
"""

_FILES = """
const base64Of = (path) => readFileSync(path).toString("base64");
"""

_RUN_TOOL = """
// The model may name a tool that is not there, or write bad JSON.
function runTool(name, text) {
  try {
    return String(tools.get(name)(JSON.parse(text || "{}")));
  } catch (error) {
    return JSON.stringify({ error: String(error) });
  }
}
"""

_CHAT = """
const stream = await @call@;  //? stream
const completion = await @call@;  //? whole
let thinking = "";  //? stream tools
let answer = "";  //? stream tools
const calls = [];  //? stream tools
for await (const chunk of stream) {  //? stream
  const delta = chunk.choices[0]?.delta;  //? stream
  if (!delta) {  //? stream
    // The last chunk carries nothing but the usage.  //? stream
    process.stderr.write(`\\n${chunk.usage.total_tokens} tokens\\n`);  //? stream
    continue;  //? stream
  }  //? stream
  // The package's types have no name for thinking; it is there all the same.  //? stream
  process.stderr.write(delta.reasoning_content ?? "");  //? stream
  process.stdout.write(delta.content ?? "");  //? stream
  thinking += delta.reasoning_content ?? "";  //? stream tools
  answer += delta.content ?? "";  //? stream tools
  for (const piece of delta.tool_calls ?? []) {  //? stream tools
    // A call comes in pieces.  //? stream tools
    const call = (calls[piece.index] ??= { id: "", name: "", arguments: "" });  //? stream tools
    call.id = piece.id || call.id;  //? stream tools
    call.name = piece.function.name || call.name;  //? stream tools
    call.arguments += piece.function.arguments ?? "";  //? stream tools
  }  //? stream tools
}  //? stream
const message = completion.choices[0].message;  //? whole
// The package's types have no name for thinking; it is there all the same.  //? whole
const thinking = message.reasoning_content ?? "";  //? whole
console.error(thinking);  //? whole
console.log(message.content ?? "");  //? whole
const answer = message.content ?? "";  //? whole tools
const calls = (message.tool_calls ?? []).map((call) => ({ id: call.id, ...call.function }));  //? whole tools
if (!calls.length) break;  //? tools
messages.push({  //? tools
  role: "assistant",  //? tools
  content: answer,  //? tools
  // A turn with calls must come back with its thinking, or it is refused.  //? tools
  reasoning_content: thinking,  //? tools
  tool_calls: calls.map((call) => ({  //? tools
    id: call.id,  //? tools
    type: "function",  //? tools
    function: { name: call.name, arguments: call.arguments },  //? tools
  })),  //? tools
});  //? tools
for (const call of calls) {  //? tools
  messages.push({ role: "tool", tool_call_id: call.id, content: runTool(call.name, call.arguments) });  //? tools
}  //? tools
"""

_RESPONSES = """
const stream = await @call@;  //? stream
const response = await @call@;  //? whole
let response;  //? stream
for await (const event of stream) {  //? stream
  switch (event.type) {  //? stream
    case "response.reasoning_summary_text.delta":  // servers send thinking under either name  //? stream
    case "response.reasoning_text.delta":  //? stream
      process.stderr.write(event.delta);  //? stream
      break;  //? stream
    case "response.output_text.delta":  //? stream
      process.stdout.write(event.delta);  //? stream
      break;  //? stream
    case "response.completed":  //? stream
    case "response.incomplete":  //? stream
      response = event.response;  //? stream
      break;  //? stream
    case "error":  // inside a stream that began well  //? stream
    case "response.failed":  //? stream
      throw new Error(JSON.stringify(event));  //? stream
  }  //? stream
}  //? stream
process.stderr.write(`\\n${response.usage.total_tokens} tokens\\n`);  //? stream
for (const item of response.output) {  //? whole
  if (item.type === "reasoning") console.error(item.summary.map((part) => part.text).join(""));  //? whole
}  //? whole
console.log(response.output_text);  //? whole
const calls = response.output.filter((item) => item.type === "function_call");  //? tools
if (!calls.length) break;  //? tools
// Nothing is stored on the server: all that came goes back, thinking included.  //? tools
items.push(...response.output);  //? tools
for (const call of calls) {  //? tools
  items.push({  //? tools
    type: "function_call_output",  //? tools
    call_id: call.call_id,  //? tools
    output: runTool(call.name, call.arguments),  //? tools
  });  //? tools
}  //? tools
"""

# Endpoint -> the conversation's name in the program, and how a reply is asked for and read.
_ASKS = {"chat_completions": ("messages", _CHAT), "responses": ("items", _RESPONSES)}


def write(job: Job) -> Program:
    """The program."""
    wire = job.body.wire
    content, asking = _ASKS[wire.name]
    values = {
        "model": model_name(job),
        "base_url": JAVASCRIPT.write(job.options.base_url),
        "variable": job.options.key_variable,
    }
    heading = fill(_HEADING, (), values)
    opening = fill(_OPENING, job.circumstances, values)
    if job.body.references:
        opening += "\n\n" + _FILES.strip("\n")
    fields = only_in_first_round(job, _by_round)
    conversation = f"const {content} = {JAVASCRIPT.write(fields[wire.history], used=20)};"
    fields[wire.history] = Code(content)
    call = _call(f"client.{'.'.join(wire.calls[0])}.create", fields)
    ask = fill(asking, job.circumstances, {"call": call})
    if job.request.tools:
        ask = f"// At most {ROUNDS} times: a model may call tools without end.\n" + (
            f"for (let round = 0; round < {ROUNDS}; round++) {{\n{indented(ask, '  ')}\n}}"
        )
    sections = [
        Section("Client", opening),
        *_tools(job),
        Section("Conversation", conversation),
        Section("Ask", ask),
    ]
    code = "\n\n".join([heading, *(section.code for section in sections)])
    return Program(
        filename="main.mjs",
        language="javascript",
        install="npm install openai",
        run="node main.mjs",
        code=f"{code}\n",
        sections=tuple(sections),
        files=job.body.files,
    )


def _call(method: str, fields: dict[str, Any]) -> str:
    """The call. What is not among the package's own fields may stand beside them: it sends all it is given."""
    lines = []
    for name, value in fields.items():
        remark = "  // without it no usage comes" if name == "stream_options" else ""
        shown = f"{name}," if isinstance(value, Code) and value.text == name else None
        lines.append(f"  {shown or f'{name}: {JAVASCRIPT.write(value, 1, len(name) + 3)},'}{remark}\n")
    return f"{method}({{\n{''.join(lines)}}})"


def _by_round(first: Any, later: Any) -> Code:
    return Code(f"round === 0 ? {JAVASCRIPT.write(first)} : {JAVASCRIPT.write(later)}")


def _tools(job: Job) -> list[Section]:
    if not job.request.tools:
        return []
    entries = []
    for tool in job.request.tools:
        answer = job.options.tool_answers.get(tool.name)
        about = "as answered in the playground; put your own code here"
        if answer is None:
            answer, about = '{"error": "not implemented"}', "put your own code here"
        name = quoted_javascript(tool.name)
        entries.append(f"  [{name}, (args) => {JAVASCRIPT.write(answer, 1, 20)}], // {about}\n")
    table = f"const tools = new Map([\n{''.join(entries)}]);"
    return [Section("Tools", f"{table}\n\n{_RUN_TOOL.strip()}")]


TARGET = Target("javascript_openai", "JavaScript · openai", tuple(_ASKS), write)
