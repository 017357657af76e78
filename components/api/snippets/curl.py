"""cURL for bash: the body is in a here-document, which may have any length; the shell inserts files as base64.

With tools it is a script that runs the tools that the reply calls and asks again; jq reads and writes the JSON.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, replace

from components.api.snippets.body import Reference
from components.api.snippets.literals import JAVASCRIPT, Dialect, quoted_json
from components.api.snippets.program import Job, Program, Section, Target

# The line that ends the body; no line of our JSON is equal to it.
END = "JSON"
# `read` does not interpret the body; bash before version 4 would look for quotes in it inside `$(...)`.
BODY = "IFS= read -r -d '' body"

_NEEDS_JQ = "Needs jq. Replies are printed to stderr as they arrive, answers to stdout."

_COMMAND = r"""
curl --silent --show-error --fail-with-body {{ "--no-buffer " if stream }}{{ (base_url + wire.path) | shell }} \
  -H "Authorization: Bearer ${{ variable }}" \
  -H "Content-Type: application/json" \
%% for name, value in wire.headers.items()
  -H "{{ name }}: {{ value }}" \
%% endfor
  --data-binary @-
"""

_TOOLS = r"""
# {{ needs }}
# NAME ARGUMENTS: runs a tool of the model.
run_tool() {
  case "$1" in
%% for name, answer, remark in tools
    {{ name | shell }}) printf '%s' {{ answer | shell }} ;; # {{ remark }}
%% endfor
    *) printf '%s' '{"error": "there is no such tool"}' ;;
  esac
}
"""

_LOOP = r"""
set -o pipefail
for _ in {1..{{ rounds }}}; do # a model may call tools without end
  reply=$(
    {{ command | indent }} <<<"$body" | tee >(cat >&2)
  ) || exit
%% if stream
  # Each event is JSON in one line; the last one of chat completions, [DONE], is none.
  output=$(sed -n 's/^data: {/{/p' <<<"$reply" |
    jq -s '{{ format.streamed | indent(4) }}')
%% else
  output=$(jq '{{ format.unstreamed | indent(2) }}' <<<"$reply")
%% endif
  jq -r '{{ format.text }}' <<<"$output"
  calls=$(jq -c '{{ format.calls }}' <<<"$output")
  [ -n "$calls" ] || break
  # All of it is sent back: a message with calls is refused without its thinking.
  body=$(jq --slurpfile output <(echo "$output") \
    '{{ format.add_output }}' <<<"$body")
  while read -r call; do
    result=$(run_tool "$(jq -r {{ format.name }} <<<"$call")" "$(jq {{ format.arguments }} <<<"$call")")
    body=$(jq --argjson call "$call" --arg result "$result" \
      '{{ format.add_result }}' <<<"$body")
  done <<<"$calls"
%% if search or forced
  # Every request with a search is billed for one; forcing the call again would never end.
  body=$(jq 'del(.web_search_linkup, .tool_choice)' <<<"$body")
%% endif
done
"""


@dataclass(frozen=True, slots=True)
class _Format:
    """How jq reads an endpoint's replies.

    `streamed`, `unstreamed`: the output that is sent back to the model, from all events or from the reply. `text`,
    `calls`: in that output; `name`, `arguments`: in a call. `add_output`, `add_result`: how `$output` and the `$result`
    of a `$call` are added to the body.
    """

    streamed: str
    unstreamed: str
    text: str
    calls: str
    add_output: str
    name: str
    arguments: str
    add_result: str


_FORMATS = {
    "chat_completions": _Format(
        streamed="""[.[].choices[0].delta // empty] | {
  role: "assistant",
  content: (map(.content // "") | add),
  reasoning_content: (map(.reasoning_content // "") | add),
  tool_calls: ([.[].tool_calls[]?] | group_by(.index) | map({
    id: .[0].id, type: "function",
    function: {name: .[0].function.name, arguments: (map(.function.arguments // "") | add)}
  }))
}""",
        unstreamed=""".choices[0].message | {
  role: "assistant",
  content: (.content // ""),
  reasoning_content: (.reasoning_content // ""),
  tool_calls: (.tool_calls // [])
}""",
        text=".content",
        calls=".tool_calls[]",
        add_output=".messages += $output",
        name=".function.name",
        arguments="-r .function.arguments",
        add_result='.messages += [{role: "tool", tool_call_id: $call.id, content: $result}]',
    ),
    # Nothing is stored on the server, so all items go back.
    "responses": _Format(
        streamed='.[] | select(.type == "response.completed" or .type == "response.incomplete").response.output',
        unstreamed=".output",
        text='.[] | select(.type == "message").content[].text',
        calls='.[] | select(.type == "function_call")',
        add_output=".input += $output[0]",
        name=".name",
        arguments="-r .arguments",
        add_result='.input += [{type: "function_call_output", call_id: $call.call_id, output: $result}]',
    ),
    "messages": _Format(
        streamed="""reduce .[] as $event ([]; $event.index as $at |
  if $event.type == "content_block_start" then .[$at] = $event.content_block
  elif $event.type != "content_block_delta" then .
  elif $event.delta.type == "thinking_delta" then .[$at].thinking += $event.delta.thinking
  elif $event.delta.type == "signature_delta" then .[$at].signature = $event.delta.signature
  elif $event.delta.type == "text_delta" then .[$at].text += $event.delta.text
  else .[$at].json += $event.delta.partial_json end)
  | map(if .type == "tool_use" then .input = ((.json // "{}") | fromjson) | del(.json) else . end)""",
        unstreamed=".content",
        text='.[] | select(.type == "text").text',
        calls='.[] | select(.type == "tool_use")',
        add_output='.messages += [{role: "assistant", content: $output[0]}, {role: "user", content: []}]',
        name=".name",
        arguments="-c .input",
        add_result='.messages[-1].content += [{type: "tool_result", tool_use_id: $call.id, content: $result}]',
    ),
}


def _reference(reference: Reference) -> str:
    return f"\"{reference.prefix}$(base64 < {shlex.quote(reference.path)} | tr -d '\\n')\""


def _escaped(text: str) -> str:
    """A JSON string, escaped for a here-document in which the shell inserts files."""
    return re.sub(r"([\\$`])", r"\\\1", quoted_json(text))


_JSON = Dialect(JAVASCRIPT.constants, quoted_json, quoted_json, _reference, trailing="", indent="  ")
_JSON_WITH_FILES = replace(_JSON, quote=_escaped, key=_escaped)


def write(job: Job) -> Program:
    """The command, or with tools a script that asks again with their results."""
    # Without files the shell must not change the body at all, so the end mark is quoted.
    mark, dialect = (END, _JSON_WITH_FILES) if job.body.references else (f"'{END}'", _JSON)
    body = f"<<{mark}\n{dialect.write(job.body.fields)}\n{END}"
    command = job.render(_COMMAND)
    format = _FORMATS.get(job.request.wire) if job.request.tools else None
    if format:
        sections = [
            Section("Tools", job.render(_TOOLS, needs=_NEEDS_JQ)),
            Section("Conversation", f"{BODY} {body}"),
            Section("Ask", job.render(_LOOP, command=command, format=format)),
        ]
    else:
        sections = [Section("Request", f"{job.reading_hint}{command} {body}")]
    return Program(
        filename="request.sh",
        language="bash",
        install=f"export {job.options.key_variable}=...",
        run="bash request.sh",
        code="\n\n".join(section.code for section in sections) + "\n",
        sections=tuple(sections),
        files=job.body.files,
        notes=(_NEEDS_JQ,) if format else (),
    )


TARGET = Target("curl", "cURL", (), write)
