"""The sidebar of the playground: where requests go, the system prompt, and the parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from components.api.wires.registry import WIRES
from components.params.payload import SendMode
from components.ui import resources
from components.ui.settings.parameters import draw_parameters, reset_all
from components.ui.settings.presets import draw_presets
from components.ui.settings.tools import draw_tools
from components.ui.state import Key, session, set_widget, widget_value

_WIRE = Key[str]("wire")
_STREAM = Key[bool]("stream")
_SYSTEM = Key[str]("system")
_SEND_MODE = Key[SendMode]("send-mode")

_MODES: dict[SendMode, str] = {"changed": "Only changed", "everything": "Everything"}


def draw_sidebar(*, draw_tools: Callable[[], None] | None = draw_tools) -> None:
    """Draws the settings of the next request, in the sidebar; with `draw_tools` None those of tools are left out.

    The caller enters the sidebar: a fragment that enters it itself has its elements built anew by the browser whenever
    they are drawn with the page instead.
    """
    state = session()
    endpoints = list(WIRES)
    st.selectbox(
        "Endpoint",
        endpoints,
        index=endpoints.index(set_widget(_WIRE, state.edited.wire)),
        format_func=lambda name: WIRES[name].label,
        key=_WIRE,
        on_change=_set,
        args=("wire", _WIRE),
        help="The format of the request. The same turn can be sent through each of them.",
    )
    st.toggle(
        "Stream the reply",
        value=set_widget(_STREAM, state.edited.stream),
        key=_STREAM,
        on_change=_set,
        args=("stream", _STREAM),
        help="Off: the reply comes in one piece, and nothing is seen before its end.",
    )
    st.text_area(
        "System prompt",
        value=set_widget(_SYSTEM, state.edited.system),
        key=_SYSTEM,
        height=96,
        placeholder=_system_hint(),
        on_change=_set,
        args=("system", _SYSTEM),
    )
    if draw_tools is not None:
        draw_tools()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("##### Parameters", width="stretch", anchors=False)
        st.button(
            "Reset all",
            icon=":material/restart_alt:",
            key="reset-all",
            type="tertiary",
            disabled=not state.edited.values,
            on_click=reset_all,
        )
    draw_presets()
    st.segmented_control(
        "Send",
        list(_MODES),
        format_func=_MODES.__getitem__,
        default=set_widget(_SEND_MODE, state.edited.mode),
        key=_SEND_MODE,
        required=True,
        width="stretch",
        on_change=_set,
        args=("mode", _SEND_MODE),
        help="Parameters you did not touch are left to the API's defaults, or sent as they are documented.",
    )
    draw_parameters()


def _set(field: str, key: Key[Any]) -> None:
    """Sets a field of the edited `Choices` to the value of the widget."""
    setattr(session().edited, field, widget_value(key))


def _system_hint() -> str:
    """What an empty system prompt means: EmpirioLabs adds one of its own, and so does the simulator."""
    connection = resources.connection()
    if connection.simulated or connection.of_empiriolabs:
        return "Sent before the conversation. If empty, the gateway adds a short one of its own."
    return "Sent before the conversation."
