"""The calls of a turn: their arguments as they stream, their results, and the form that asks for missing ones."""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import dataclass, field

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.core.parts import ToolCallPart
from components.core.texts import whole_characters
from components.runs.conversation import Round, Turn
from components.tools.examples import answer_call
from components.ui.conversation.sending import send_results
from components.ui.markdown.escaping import escaped, in_code
from components.ui.state import Key, session, set_widget, widget_value

# Streaming arguments are drawn again from their beginning: a few times a second, long ones (such as code) more seldom.
_DRAW_EVERY_S = 0.2
_CHARACTERS_PER_S = 40_000


@dataclass(slots=True)
class CallsView:
    """Draws the calls of one round into `container` as they come."""

    container: DeltaGenerator
    _slots: list[DeltaGenerator] = field(default_factory=list)
    _drawn: list[tuple[ToolCallPart, str | None]] = field(default_factory=list)
    _next: float = 0.0

    def update(self, round: Round, *, ended: bool = False) -> None:
        """Draws what changed; with `ended` at once, with the results."""
        calls = dict(sorted(round.run.transcript.tool_calls.items()))
        now = time.monotonic()
        if not calls or (not ended and now < self._next):
            return
        for position, (index, call) in enumerate(calls.items()):
            if position == len(self._slots):
                self._slots.append(self.container.empty())
                self._drawn.append((ToolCallPart("", "", ""), None))
            shown = (call, round.results.get(index))
            if shown != self._drawn[position]:
                with self._slots[position].container(gap="xxsmall"):
                    _draw_call(*shown)
                self._drawn[position] = shown
        self._next = now + _DRAW_EVERY_S + sum(len(call.arguments) for call in calls.values()) / _CHARACTERS_PER_S


def _draw_call(call: ToolCallPart, result: str | None) -> None:
    identity = f" :gray[:small[{in_code(call.id)}]]" if call.id else ""
    st.markdown(whole_characters(f":material/function: **{in_code(call.name or '…')}**{identity}"))
    st.code(_indented(call.arguments) or "…", language="json", wrap_lines=True)
    if result is not None:
        st.markdown(":small[:gray[:material/subdirectory_arrow_left: result]]")
        st.code(_indented(result) or "(empty)", language=None, wrap_lines=True)


def _indented(text: str) -> str:
    """JSON laid out for reading; anything else, and what is still incomplete, as it came."""
    with contextlib.suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), indent=1, ensure_ascii=False)
    return whole_characters(text)


def draw_results_form(turn: Turn, number: int, *, last: bool) -> None:
    """Asks for the results of the calls at the end of the turn; nothing where there are none."""
    calls = turn.rounds[-1].calls
    if not calls or turn.run.live:
        return
    if not last:
        st.caption(":material/link_off: These calls got no result, so they are left out of the conversation.")
        return
    keys = {index: Key[str](f"result-{number}-{len(turn.rounds)}-{index}") for index in calls}
    with st.container(border=True, key=f"results-{number}"):
        st.markdown("**The model waits for " + ("a result" if len(calls) == 1 else f"{len(calls)} results") + "**")
        most = session().tools.most_rounds
        if session().tools.automatic and len(turn.rounds) >= most:
            limit = "1 round" if most == 1 else f"{most} rounds"
            st.caption(
                f":material/pan_tool: Nothing is answered by itself any more: the turn is at the limit of {limit}."
            )
        for index, call in calls.items():
            _draw_result(call, keys[index], turn.rounds[-1].results.get(index, ""))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Send results",
                icon=":material/send:",
                key=f"send-results-{number}",
                type="primary",
                on_click=_send,
                args=(turn, keys),
            )
            st.caption("Or ask something else: calls without a result are left out of the conversation.")


def _draw_result(call: ToolCallPart, key: Key[str], result: str) -> None:
    label = escaped(f"Result of {call.name}({' '.join(call.arguments.split())[:120]})")
    st.text_area(label, value=result, key=key, height=72, placeholder="What the tool answered: JSON or plain text")
    answer = answer_call(call.name, call.arguments, session().tools.document)
    if answer is not None:
        st.button(
            "Let the example tool answer",
            icon=":material/auto_fix_high:",
            key=f"{key}-example",
            type="tertiary",
            on_click=set_widget,
            args=(key, answer),
        )


def _send(turn: Turn, keys: dict[int, Key[str]]) -> None:
    results = {index: widget_value(key) for index, key in keys.items()}
    if empty := [turn.rounds[-1].calls[index].name for index, text in results.items() if not text.strip()]:
        session().problem = f"Not sent: {empty[0]!r} has no result yet. Type one, or let the example tool answer."
        return
    send_results(turn, results)
