"""The two panes of a reply, thinking beside the answer, under heads that say what they are.

While the reply is written `stage.css` gives them the room between the top and the composer; afterwards they are as high
as their text. Thinking that is long, and not all there is, then folds to its head.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.runs.run import Run
from components.ui.figures import seconds

# [own] About twelve lines of a pane: what is shorter is read at a glance beside the answer.
_LONG = 700


@dataclass(frozen=True, slots=True)
class Panes:
    """The places of a drawn reply: the texts of both panes, and what is below the answer.

    `name` is the end of the panes' keys.
    """

    name: str
    thinking: DeltaGenerator
    answer: DeltaGenerator
    below: DeltaGenerator
    _head: DeltaGenerator

    def end(self, runs: Sequence[Run], *, longest: int = _LONG) -> None:
        """Says how long the finished reply of `runs` thought, and folds thinking of more than `longest` characters."""
        thinking = sum(len(run.transcript.thinking) for run in runs)
        answered = any(run.transcript.answer.strip() or run.transcript.tool_calls for run in runs)
        state = "none" if not thinking else "folded" if thinking > longest and answered else "open"
        self._head.html(_head(self.name, state, thought(runs)))


def draw_panes(name: str, title: str, *, keys: tuple[str, str] | None = None) -> Panes:
    """Draws both panes, empty.

    `name`: another one for each pair of panes on the page. `title`: the head of the answer. `keys`: those of the
    containers of thinking and answer with their heads, where they are not to be made from `name`.
    """
    thinking_key, answer_key = keys or (f"thinking-{name}", f"answer-{name}")
    with st.container(key=f"panes-{name}"):
        with st.container(key=thinking_key, gap=None):
            head = st.html(_head(name, "live", "Thinking"))
            thinking = st.container(key=_thinking_key(name))
        with st.container(key=answer_key, gap=None):
            st.html(f'<div class="pane-head">{html.escape(title)}</div>')
            answer = st.container(key=f"pane-answer-{name}")
            below = st.empty()
    return Panes(name, thinking, answer, below, head)


def _thinking_key(name: str) -> str:
    return f"pane-thinking-{name}"


def _head(name: str, state: str, words: str) -> str:
    """The head of thinking: while it is `live` a title, then the button that folds it.

    Its name for screen readers names the reply as well: two replies may have thought equally long.
    """
    label = html.escape(f"{words}, reply {name}", quote=True)
    return (
        f'<button type="button" class="pane-head" data-thinking="{state}" data-controls="{_thinking_key(name)}" '
        f'aria-label="{label}" aria-expanded="{"false" if state == "folded" else "true"}">{html.escape(words)}</button>'
    )


def thought(runs: Sequence[Run]) -> str:
    """How long the runs thought, in words: the time as measured, the tokens as reported, or else the characters."""
    times = [
        until - first
        for run in runs
        if (first := run.timings.first_thinking) is not None and (until := _end_of_thinking(run)) is not None
    ]
    reported = [run.transcript.usage.reasoning_tokens if run.transcript.usage else None for run in runs]
    known = [count for count in reported if count is not None]
    characters = sum(len(run.transcript.thinking) for run in runs)
    length = f"{sum(known):,} tokens" if known and len(known) == len(reported) else f"{characters:,} characters"
    return f"Thought for {seconds(sum(times))} · {length}" if times else f"Thinking · {length}"


def _end_of_thinking(run: Run) -> float | None:
    answer = run.timings.first_answer
    return run.timings.end if answer is None else answer
