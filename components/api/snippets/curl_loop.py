"""cURL with tools: bash runs what the reply calls and asks again with the results. jq reads and writes the JSON."""

from __future__ import annotations

import shlex

from components.api.snippets.program import Job, Section
from components.api.snippets.python_sections import ROUNDS
from components.api.snippets.template import fill, indented

NOTE = "Needs jq. The replies go to the error output as they come, the answers to the output."

# `read` takes the body as it is; bash before 4 would look for quotes in it inside of `$(...)`.
BODY = "IFS= read -r -d '' body"

_TOOLS = """
# NAME ARGUMENTS: runs a tool of the model.
run_tool() {
  case "$1" in
@cases@
    *) printf '%s' '{"error": "there is no such tool"}' ;;
  esac
}
"""

_LOOP = """
set -o pipefail
for _ in {1..@rounds@}; do # a model may call tools without end
  reply=$(
@command@ \\
      --data-binary @- <<<"$body" | tee >(cat >&2)
  ) || exit
@take@
done
"""

# A stream's events, one JSON a line; the last one of chat completions, [DONE], is none.
_EVENTS = "sed -n 's/^data: {/{/p' <<<\"$reply\""

_CHAT = """
message=$(jq '.choices[0].message | {  #? whole
message=$(@events@ | jq -s '[.[].choices[0].delta // empty] | {  #? stream
  role: "assistant",
  content: (.content // ""),  #? whole
  reasoning_content: (.reasoning_content // ""),  #? whole
  tool_calls: (.tool_calls // [])  #? whole
  content: (map(.content // "") | add),  #? stream
  reasoning_content: (map(.reasoning_content // "") | add),  #? stream
  tool_calls: ([.[].tool_calls[]?] | group_by(.index) | map({  #? stream
    id: .[0].id, type: "function",  #? stream
    function: {name: .[0].function.name, arguments: (map(.function.arguments // "") | add)}  #? stream
  }))  #? stream
}' <<<"$reply")  #? whole
}')  #? stream
jq -r .content <<<"$message"
calls=$(jq -c '.tool_calls[]' <<<"$message")
[ -n "$calls" ] || break
# A turn with calls must come back with its thinking, or it is refused.
body=$(jq --slurpfile message <(echo "$message") '.messages += $message' <<<"$body")
while read -r call; do
  result=$(run_tool "$(jq -r .function.name <<<"$call")" "$(jq -r .function.arguments <<<"$call")")
  body=$(jq --argjson call "$call" --arg result "$result" \\
    '.messages += [{role: "tool", tool_call_id: $call.id, content: $result}]' <<<"$body")
done <<<"$calls"
"""

_RESPONSES = """
items=$(jq .output <<<"$reply")  #? whole
items=$(@events@ |  #? stream
  jq 'select(.type == "response.completed" or .type == "response.incomplete").response.output')  #? stream
jq -r '.[] | select(.type == "message").content[].text' <<<"$items"
calls=$(jq -c '.[] | select(.type == "function_call")' <<<"$items")
[ -n "$calls" ] || break
# Nothing is stored on the server: all that came goes back, thinking included.
body=$(jq --slurpfile items <(echo "$items") '.input += $items[0]' <<<"$body")
while read -r call; do
  result=$(run_tool "$(jq -r .name <<<"$call")" "$(jq -r .arguments <<<"$call")")
  body=$(jq --argjson call "$call" --arg result "$result" \\
    '.input += [{type: "function_call_output", call_id: $call.call_id, output: $result}]' <<<"$body")
done <<<"$calls"
"""

_MESSAGES = """
content=$(jq .content <<<"$reply")  #? whole
content=$(@events@ | jq -s 'reduce .[] as $event ([]; $event.index as $at |  #? stream
  if $event.type == "content_block_start" then .[$at] = $event.content_block  #? stream
  elif $event.type != "content_block_delta" then .  #? stream
  elif $event.delta.type == "thinking_delta" then .[$at].thinking += $event.delta.thinking  #? stream
  elif $event.delta.type == "signature_delta" then .[$at].signature = $event.delta.signature  #? stream
  elif $event.delta.type == "text_delta" then .[$at].text += $event.delta.text  #? stream
  else .[$at].json += $event.delta.partial_json end)  #? stream
  | map(if .type == "tool_use" then .input = ((.json // "{}") | fromjson) | del(.json) else . end)')  #? stream
jq -r '.[] | select(.type == "text").text' <<<"$content"
calls=$(jq -c '.[] | select(.type == "tool_use")' <<<"$content")
[ -n "$calls" ] || break
# All blocks go back: a turn with calls must come with its thinking, or it is refused.
body=$(jq --slurpfile content <(echo "$content") \\
  '.messages += [{role: "assistant", content: $content[0]}, {role: "user", content: []}]' <<<"$body")
while read -r call; do
  result=$(run_tool "$(jq -r .name <<<"$call")" "$(jq -c .input <<<"$call")")
  body=$(jq --argjson call "$call" --arg result "$result" \\
    '.messages[-1].content += [{type: "tool_result", tool_use_id: $call.id, content: $result}]' <<<"$body")
done <<<"$calls"
"""

_ONCE = """
# A search is paid for with every request that asks for it; a call that is forced again would never end.
body=$(jq 'del(.web_search_linkup, .tool_choice)' <<<"$body")
"""

TAKES = {"chat_completions": _CHAT, "responses": _RESPONSES, "messages": _MESSAGES}


def sections(job: Job, command: str, body: str) -> list[Section]:
    """The script: `command` sends, `body` is the here-document of what is sent first."""
    take = TAKES[job.request.wire].strip("\n")
    if job.circumstances & {"search", "forced"}:
        take += "\n" + _ONCE.strip("\n")
    take = fill(take, job.circumstances, {"events": _EVENTS})
    values = {"rounds": str(ROUNDS), "command": indented(command, "    "), "take": indented(take, "  ")}
    return [
        Section("Tools", f"# {NOTE}\n" + fill(_TOOLS, (), {"cases": "\n".join(_cases(job))})),
        Section("Conversation", f"{BODY} {body}"),
        Section("Ask", fill(_LOOP, (), values)),
    ]


def _cases(job: Job) -> list[str]:
    cases = []
    for tool in job.request.tools:
        answer = job.options.tool_answers.get(tool.name)
        about = "as answered in the playground; put your own code here"
        if answer is None:
            answer, about = '{"error": "not implemented"}', "put your own code here"
        cases.append(f"    {shlex.quote(tool.name)}) printf '%s' {shlex.quote(answer)} ;; # {about}")
    return cases
