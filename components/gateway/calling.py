"""Decides which tools are called, from the words of the prompt; what they are called with is `arguments`.

Documented: tools and tool_choice pass straight through; Kimi's native call ids are ``functions.<name>:<index>``
with an index that counts over the conversation.
"""

from __future__ import annotations

import json
import re
from itertools import islice

from components.gateway.arguments import arguments_of_calls, is_expression
from components.gateway.composer.arithmetic import find_expressions
from components.gateway.composer.text import key_terms
from components.gateway.conversation import Call, Request, Tool

_MOST_CALLS = 4
_NAMED_IN_FULL = 100
_NAME_WORD = 10
_COMMON = frozenset({"get", "the", "set", "and", "for"})


def choose_calls(request: Request, prompt: str) -> tuple[Call, ...]:
    """The calls this turn makes: several when the `prompt` names several tools or values that go together.

    None while tool results wait to be answered, and at most one when the request forbids parallel calls.
    """
    wanted = (
        (tool.name, arguments)
        for tool in _chosen_tools(request, prompt)
        for arguments in arguments_of_calls(tool, prompt)
    )
    first = sum(len(turn.calls) for turn in request.turns)
    return tuple(
        Call(f"functions.{name}:{index}", name, json.dumps(arguments, ensure_ascii=False))
        for index, (name, arguments) in enumerate(islice(wanted, _MOST_CALLS if request.parallel_calls else 1), first)
    )


def _chosen_tools(request: Request, prompt: str) -> list[Tool]:
    choice = request.tool_choice
    if choice.mode == "none" or not request.tools or request.turns[-1].role == "tool":
        return []
    if choice.mode == "named":
        return [tool for tool in request.tools if tool.name == choice.name][:1]
    words = frozenset(re.findall(r"[a-z]{3,}", prompt.lower()))
    ranked = sorted(request.tools, key=lambda tool: _fit(tool, prompt.lower(), words), reverse=True)
    best = ranked[0]
    if not _fit(best, prompt.lower(), words):
        return [best] if choice.mode == "required" else []
    chosen, used = [best], _asked_by(best, prompt, words)
    for tool in ranked[1:]:
        # A further tool must be asked for by words of its own: the forecast beside the weather is not.
        own = _asked_by(tool, prompt, words) - used
        if own:
            chosen.append(tool)
            used |= own
    return sorted(chosen, key=request.tools.index)


def _fit(tool: Tool, prompt: str, words: frozenset[str]) -> int:
    """How well a tool fits: its name counts most, then the words of its name, then those of its description."""
    described = {term for term, _ in key_terms(tool.description)} & words
    named = _NAMED_IN_FULL * (tool.name.lower() in prompt)
    return named + _NAME_WORD * len(_asked_by(tool, prompt, words)) + len(described)


def _asked_by(tool: Tool, prompt: str, words: frozenset[str]) -> frozenset[str]:
    """The words of the prompt that ask for the tool; one that computes is asked for by an expression, too."""
    computes = any(is_expression(name) for name in tool.schema.get("properties") or ())
    sums = find_expressions(prompt) if computes else ()
    return (_name_words(tool) & words) | frozenset(sums)


def _name_words(tool: Tool) -> frozenset[str]:
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", tool.name).lower().replace("_", " ")
    return frozenset(re.findall(r"[a-z]{3,}", spaced)) - _COMMON
