"""Where requests go, chosen for this browser session: the simulator, EmpirioLabs, or any server of these formats.

A key is checked before it is used, sent only to the endpoint it was typed for, and held in this session's memory
alone. The key of the app's environment goes nowhere but where the app was started to ask.
"""

from __future__ import annotations

import streamlit as st

from components.api.account import read_balance
from components.api.connection import Connection
from components.core.errors import ApiError
from components.settings import DEFAULT_BASE_URL
from components.ui import resources
from components.ui.connection.other_server import OTHER_KEY, ServersState, draw_other_server
from components.ui.markdown.escaping import escaped, in_code, with_code
from components.ui.resources import Asked
from components.ui.secret import secret_field
from components.ui.state import Key, Session, drop_widget, session

EMPIRIOLABS = DEFAULT_BASE_URL
_KINDS = {"simulator": "Simulator", "empiriolabs": "EmpirioLabs", "other": "Another server"}
_KEY = Key[str]("connection-key")


@st.dialog("Connection", icon=":material/settings_ethernet:")
def show_connection() -> None:
    """Opens the dialog."""
    state = session()
    _draw_current(state)
    kind = st.segmented_control(
        "Ask",
        list(_KINDS),
        default=_kind_of(resources.connection()),
        format_func=_KINDS.__getitem__,
        key="connection-kind",
        required=True,
        width="stretch",
    )
    if kind == "simulator":
        _draw_simulator(state)
    elif kind == "empiriolabs":
        _draw_empiriolabs(state)
    else:
        draw_other_server(state, _use)


def _kind_of(connection: Connection) -> str:
    if connection.simulated:
        return "simulator"
    return "empiriolabs" if connection.base_url == EMPIRIOLABS else "other"


def _draw_current(state: Session) -> None:
    asked = state.of(Asked)
    connection = resources.connection()
    where = "the built-in simulator" if connection.simulated else in_code(connection.base_url)
    whose = "chosen in this session" if asked.connection is not None else "as the app was started"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Asking {where}, model {in_code(resources.model())}, {whose}.", width="stretch")
        if asked.connection is not None:
            if st.button(
                "Forget",
                icon=":material/key_off:",
                key="connection-forget",
                help="Drops the address and the key from this session's memory, and from the runs made with it.",
            ):
                forget(state)
                st.rerun()


def _draw_simulator(state: Session) -> None:
    st.caption(
        "Answers on this machine, without a key and without cost. Its replies are simulated: they follow the "
        "documented API and are not a model's own."
    )
    if st.button("Use the simulator", key="connection-use-simulator", type="primary"):
        forget(state)
        if not resources.started_connection().simulated:
            state.of(Asked).connection = resources.simulated_connection()
        st.rerun()


def _draw_empiriolabs(state: Session) -> None:
    started = resources.settings()
    if started.api_key is not None and started.base_url is None:
        st.caption("The app has a key of its own, from its environment. Another can be used in this session.")
        if st.button("Use the app's key", key="connection-use-started", disabled=state.of(Asked).connection is None):
            forget(state)
            st.rerun()
    key = secret_field(
        "Key",
        _KEY,
        placeholder="sk-empiriolabs-…",
        help="Made under API Keys in the EmpirioLabs dashboard. It stays in this session's memory.",
    )
    if st.button("Check and use", key="connection-check", type="primary") and _require(key, "Type a key first."):
        connection = Connection(EMPIRIOLABS, key)
        try:
            balance = read_balance(connection)
        except ApiError as error:
            st.error(escaped(connection.masked(str(error))), icon=":material/key_off:")
            return
        words = "its balance is not reported" if balance is None else f"its balance is ${balance:,.2f} (reported)"
        _use(state, connection, None, f"The key is accepted; {words}.")


def _require(condition: object, sentence: str) -> bool:
    if not condition:
        st.error(with_code(sentence), icon=":material/error:")
    return bool(condition)


def _use(state: Session, connection: Connection, model: str | None, sentence: str) -> None:
    asked = state.of(Asked)
    forget(state)
    asked.connection, asked.model = connection, model
    st.toast(with_code(sentence), icon=":material/check_circle:")
    st.rerun()


def forget(state: Session) -> None:
    """Drops this session's connection; its key is then nowhere in the memory of this program."""
    asked = state.of(Asked)
    servers = state.of(ServersState)
    if (connection := asked.connection) is not None and connection.key is not None and not connection.simulated:
        resources.sweeps().forget_key(connection.key, state.owner)
        resources.probings().forget_key(connection.key, state.owner)
        resources.registry().forget_key(connection.key, state.owner)
        for run in (one.run for turn in state.turns for one in turn.rounds):
            if run.connection == connection:
                run.forget_key()
    asked.connection = asked.model = None
    servers.server = servers.not_listed = None
    for key in (_KEY, OTHER_KEY):
        drop_widget(key)
