"""The words round tool calls: why a tool is called, and what it returned."""

from __future__ import annotations

import json
from itertools import takewhile

from components.gateway.composer.context import Context, Outline
from components.gateway.composer.text import bullets, fence, plural, quoted, table
from components.gateway.composer.wording import Wording
from components.gateway.conversation import Call

_MOST_ITEMS = 20
_LONGEST_VALUE = 160
_LONGEST_TEXT = 2000


def explain_calls(context: Context, calls: tuple[Call, ...], wording: Wording) -> Outline:
    """The thinking before tool calls: why these tools, and where each argument comes from."""
    tools = {tool.name: tool for tool in context.request.tools}
    names = ", ".join([*tools][:8])
    thoughts = [f"{wording.pick('I have', 'On offer:')} {plural(len(tools), 'tool')}: {names}."]
    for call in calls:
        described = tools[call.name].description
        fitting = wording.pick("The one that fits is", "The words point to")
        thoughts.append(f"{fitting} `{call.name}`" + (f", {quoted(described, 80)}." if described else "."))
        arguments = json.loads(call.arguments)
        for name, value in arguments.items() if isinstance(arguments, dict) else ():
            stated = str(value).lower() in context.prompt.lower()
            origin = "it is in the prompt" if stated else "from its schema, as nothing better is given"
            thoughts.append(f"For `{name}` I use {json.dumps(value, ensure_ascii=False)}: {origin}.")
    if len(calls) > 1:
        thoughts.append("No call needs the result of another, so they go out together.")
    else:
        thoughts.append(wording.pick("I call it and wait for the result.", "The rest depends on its result."))
    return Outline("tool call", tuple(thoughts), ())


def report_results(context: Context, wording: Wording) -> Outline | None:
    """Answers from tool results; None where the conversation does not end with them."""
    turns = context.request.turns
    results = [*takewhile(lambda turn: turn.role == "tool", reversed(turns))][::-1]
    if not results:
        return None
    calls = {call.id: call for turn in turns for call in turn.calls}
    thoughts: list[str] = []
    blocks = [f"## {wording.pick('What the tools returned', 'From the tool results', 'With the results in hand')}"]
    for turn in results:
        call = calls.get(turn.answers_call or "")
        name = call.name if call else "the tool"
        called = f"I had called it with {call.arguments}." if call else "It answers no call that I can find."
        thoughts.append(f"The result of `{name}` is here: {quoted(turn.text, 100)}. {called}")
        blocks += _result(name, turn.text)
    blocks.append(f"{wording.pick('That answers', 'This goes back to')} your question {quoted(context.prompt, 80)}.")
    return Outline("tool result", tuple(thoughts), tuple(blocks))


def _result(name: str, content: str) -> list[str]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, dict) and data:
        rows = [(f"`{key}`", _shortened(value)) for key, value in data.items()]
        first, value = next(iter(data.items()))
        return [
            f"`{name}` returned {plural(len(rows), 'field')}; **{first}** is **{value}**.",
            table(("Field", "Value"), rows),
        ]
    if isinstance(data, list) and data:
        return [f"`{name}` returned {plural(len(data), 'item')}:", bullets(map(_shortened, data[:_MOST_ITEMS]))]
    text = content[:_LONGEST_TEXT]
    return [f"`{name}` returned:", fence(text, "text") if "\n" in text else f"> {text}"]


def _shortened(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:_LONGEST_VALUE]
