"""For each documented parameter a setting and a prompt that show what it does; the reference page opens them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.ui.state import renew

_NAMES = "Invent five names for a small café by the sea."
_RIDDLE = "A bat and a ball cost $1.10 together; the bat costs $1 more than the ball. What does the ball cost?"
_NEWS = "What is new about the James Webb telescope?"


@dataclass(frozen=True, slots=True)
class Trial:
    """`shows`: what to look at, in one sentence."""

    values: Mapping[str, object]
    prompt: str
    shows: str


TRIALS: Mapping[str, Trial] = {
    "temperature": Trial({"temperature": 1.8}, _NAMES, "Send it twice, then at 0: how much do the answers differ?"),
    "top_p": Trial({"top_p": 0.1}, _NAMES, "Only the likeliest words are left to choose from."),
    "max_tokens": Trial({"max_tokens": 40}, "Explain how a rainbow forms.", "The answer is cut, and the page says so."),
    "stop": Trial({"stop": ("6",)}, "Count from 1 to 10.", "The answer ends before the string, which is not in it."),
    "enable_thinking": Trial({"enable_thinking": False}, _RIDDLE, "No thinking pane, fewer tokens, a faster answer."),
    "thinking_budget": Trial({"thinking_budget": 100}, _RIDDLE, "The thinking ends early."),
    "reasoning_effort": Trial({"reasoning_effort": "low"}, _RIDDLE, "Less thinking; compare with high."),
    "web_search_linkup": Trial({"web_search_linkup": True}, _NEWS, "Sources come with the answer, for $0.013."),
    "disable_formatting": Trial(
        {"web_search_linkup": True, "disable_formatting": True}, _NEWS, "The same search without the Sources footer."
    ),
}


def open_trial(name: str) -> None:
    """Sets the playground up for a parameter's trial, in a new conversation; nothing is sent."""
    trial = TRIALS[name]
    state = renew()
    state.own.values = dict(trial.values)
    state.draft = trial.prompt
