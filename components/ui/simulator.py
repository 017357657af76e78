"""The simulator page: how the simulator behaves, what it was asked, and what it assumes about the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.gateway.errors import GatewayError
from components.gateway.faults import EXAMPLES, Fault, read_fault
from components.gateway.server import Simulator
from components.ui import resources
from components.ui.assumptions import draw_assumptions
from components.ui.markdown.escaping import in_code, with_code
from components.ui.reader_time import written
from components.ui.state import Key, Lasts, PanelState, session, set_widget, widget_value

_STRICT_THINKING = Key[bool]("simulator-strict-thinking")
_SPEED = Key[float]("simulator-speed")
_FAULT = Key[str | None]("simulator-fault")

_NO_FAULT = "None"


@dataclass
class FaultState(PanelState, lasts=Lasts.OWNER):
    """`problem`: why the fault that was typed could not be set."""

    problem: str | None = None


def draw_simulator() -> None:
    """Draws the page; without the simulator running it only explains it."""
    st.title("Simulator", anchor=False)
    st.markdown(
        "A stand-in for the API on this machine, over real HTTP. It follows the documented formats, checks every "
        "parameter, decodes your media and describes what it **measures** in them. It is not a language model, and "
        "its replies are its own, not those of the model that it plays."
    )
    if resources.connection().simulated:
        _draw_controls(resources.simulator())
        _draw_log(resources.simulator())
    else:
        st.info("A key or an address is set, so this app asks that endpoint and the simulator is not running.")
    st.subheader("What it assumes", anchor="assumptions")
    st.markdown("Where the documentation is silent, it takes the likeliest answer:")
    draw_assumptions("Assumption")


def _draw_controls(simulator: Simulator) -> None:
    behaviour = simulator.behaviour
    model = in_code(simulator.settings.card.id)
    st.markdown(
        f"Listening on `{simulator.base_url}` as {model}. What is set here holds for everyone who uses this app."
    )
    with st.container(horizontal=True):
        speed = set_widget(_SPEED, behaviour.tokens_per_second)
        st.number_input(
            "Speed (tokens a second; 0 is as fast as it can)",
            0.0,
            100_000.0,
            step=50.0,
            format="%g",
            value=speed,
            key=_SPEED,
            on_change=_set,
            args=("tokens_per_second", _SPEED),
        )
        faults = [_NO_FAULT, *EXAMPLES]
        if (fault := _name_of(behaviour.fault)) not in faults:
            faults.append(fault)
        st.selectbox(
            "Fault, for every request from now on",
            faults,
            index=faults.index(set_widget(_FAULT, fault)),
            key=_FAULT,
            accept_new_options=True,
            help="Choose one, or type words of your own, such as `status=503; retry-after=1; probability=0.05`.",
            on_change=_set_fault,
        )
    st.toggle(
        "Strict about thinking",
        value=set_widget(_STRICT_THINKING, behaviour.strict_thinking),
        key=_STRICT_THINKING,
        help="Refuses an assistant turn with tool calls that comes back without its thinking, as strict hosts of the "
        "model do. Off, it is answered and marked in the list below; most clients leave the thinking out.",
        on_change=_set,
        args=("strict_thinking", _STRICT_THINKING),
    )
    refused = st.empty()
    if problem := session().of(FaultState).problem:
        refused.error(with_code(problem), icon=":material/error:")
    elif behaviour.fault is not None:
        refused.warning(
            f"Every request is struck by this fault: {in_code(str(behaviour.fault))}", icon=":material/bolt:"
        )


def _set(field: str, key: Key[Any]) -> None:
    """Sets a field of the simulator's behaviour to the value of the widget."""
    setattr(resources.simulator().behaviour, field, widget_value(key))


def _set_fault() -> None:
    fault = session().of(FaultState)
    chosen = widget_value(_FAULT) or _NO_FAULT
    fault.problem = None
    try:
        resources.simulator().behaviour.fault = read_fault("" if chosen == _NO_FAULT else EXAMPLES.get(chosen, chosen))
    except GatewayError as error:
        fault.problem = str(error)


def _name_of(fault: Fault | None) -> str:
    if fault is None:
        return _NO_FAULT
    return next((name for name, line in EXAMPLES.items() if read_fault(line) == fault), str(fault))


def _draw_log(simulator: Simulator) -> None:
    st.subheader("Requests", anchor="requests")
    entries = simulator.log.entries()[::-1]
    if not entries:
        st.caption("None yet. Ask something on the playground.")
        return
    st.dataframe(
        {
            "Time": [written(entry.time, "%H:%M:%S") for entry in entries],
            "Request": [f"{entry.method} {entry.path}" for entry in entries],
            "Status": [entry.status for entry in entries],
            "Body (bytes)": [entry.body_bytes for entry in entries],
            "In": [entry.prompt_tokens for entry in entries],
            "Cached": [entry.cached_tokens for entry in entries],
            "Thinking": [entry.thinking_tokens for entry in entries],
            "Answer": [entry.answer_tokens for entry in entries],
            "Tool turns without thinking": [entry.without_thinking or None for entry in entries],
            "Finish": [entry.finish_reason or entry.error for entry in entries],
            "Client left after (s)": [entry.disconnected_after_s for entry in entries],
        },
        hide_index=True,
        placeholder="–",
    )
