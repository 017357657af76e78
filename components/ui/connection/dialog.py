"""Where requests go, chosen for this browser session: the simulator, EmpirioLabs, or any server of these formats.

A key is checked before it is used, sent only to the endpoint it was typed for, and held in this session's memory
alone. The key of the app's environment goes nowhere but where the app was started to ask.
"""

from __future__ import annotations

import streamlit as st

from components.api.account import find_server, read_account
from components.api.connection import Connection
from components.core.errors import ApiError
from components.settings import DEFAULT_BASE_URL
from components.ui import resources
from components.ui.safe_markdown import plain, without_formulas
from components.ui.state import Session, drop_widget, session

EMPIRIOLABS = DEFAULT_BASE_URL
_KINDS = {"simulator": "Simulator", "empiriolabs": "EmpirioLabs", "other": "Another server"}
_SECRETS = ("connection-key", "connection-other-key")


@st.dialog("Connection", icon=":material/settings_ethernet:")
def show_connection() -> None:
    """Opens the dialog."""
    state = session()
    _draw_standing(state)
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
        _draw_other(state)


def _kind_of(connection: Connection) -> str:
    if connection.simulated:
        return "simulator"
    return "empiriolabs" if connection.base_url == EMPIRIOLABS else "other"


def _draw_standing(state: Session) -> None:
    connection = resources.connection()
    where = "the built-in simulator" if connection.simulated else f"`{connection.base_url}`"
    whose = "chosen in this session" if state.connection is not None else "as the app was started"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Asking {where}, model `{resources.model()}`, {whose}.", width="stretch")
        if state.connection is not None:
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
        "documented API and are not Kimi's."
    )
    if st.button("Use the simulator", key="connection-use-simulator", type="primary"):
        forget(state)
        if not resources.started_connection().simulated:
            state.connection = resources.simulated_connection()
        st.rerun()


def _draw_empiriolabs(state: Session) -> None:
    started = resources.settings()
    if started.api_key is not None and started.base_url is None:
        st.caption("The app has a key of its own, from its environment. Another can be used in this session.")
        if st.button("Use the app's key", key="connection-use-started", disabled=state.connection is None):
            forget(state)
            st.rerun()
    key = st.text_input(
        "Key",
        type="password",
        key="connection-key",
        placeholder="sk-empiriolabs-…",
        autocomplete="off",
        help="Made under API Keys in the EmpirioLabs dashboard. It stays in this session's memory.",
    ).strip()
    if st.button("Check and use", key="connection-check", type="primary") and _require(key, "Type a key first."):
        connection = Connection(EMPIRIOLABS, key)
        try:
            balance = read_account(connection).balance_usd
        except ApiError as error:
            st.error(without_formulas(connection.masked(str(error))), icon=":material/key_off:")
            return
        told = "its balance is not reported" if balance is None else f"its balance is ${balance:,.2f} (reported)"
        _use(state, connection, None, f"The key is accepted; {told}.")


def _draw_other(state: Session) -> None:
    private = resources.may_ask_private_addresses()
    st.caption(
        "Any server that speaks these formats: vLLM, llama.cpp, a gateway. Only the key typed here is sent to it."
        + ("" if private else " This app is shared: it asks public addresses only.")
    )
    example = "http://localhost:8000/v1" if private else "https://example.com/v1"
    address = st.text_input("Address", key="connection-address", placeholder=example).strip()
    key = st.text_input("Key, if it wants one", type="password", key="connection-other-key", autocomplete="off").strip()
    model = st.text_input("Model", key="connection-model", placeholder="as the server names it").strip()
    if key and address.startswith("http://") and not _is_near(address):
        st.warning("The address begins with http://: the key would travel unencrypted.", icon=":material/lock_open:")
    if not st.button("Check and use", key="connection-check-other", type="primary"):
        return
    if not _require(address.startswith(("http://", "https://")), "The address must begin with http:// or https://."):
        return
    try:
        connection, offered = find_server(address, key or None, public_only=not private)
    except ApiError as error:
        st.error(without_formulas(Connection(address, key or None).masked(str(error))), icon=":material/cloud_off:")
        return
    if not _require(model or offered is not None, "The server does not list its models: type the name of one."):
        return
    if model and offered and model not in offered:
        listed = ", ".join(offered[:12])
        st.error(plain(f"It does not offer {model}. It offers {listed}."), icon=":material/model_training:")
        return
    chosen = model or (offered[0] if offered else resources.settings().model)
    known = "answers" if offered is not None else "answers and does not list its models"
    _use(state, connection, chosen, f"The server {known}; asking {chosen}.")


def _is_near(base_url: str) -> bool:
    host = base_url.split("://", 1)[1].split("/", 1)[0].rsplit(":", 1)[0]
    return host in ("localhost", "127.0.0.1", "[::1]")


def _require(condition: object, sentence: str) -> bool:
    if not condition:
        st.error(sentence, icon=":material/error:")
    return bool(condition)


def _use(state: Session, connection: Connection, model: str | None, sentence: str) -> None:
    forget(state)
    state.connection, state.model = connection, model
    st.toast(without_formulas(sentence), icon=":material/check_circle:")
    st.rerun()


def forget(state: Session) -> None:
    """Lets go of this session's connection: its key is then in no memory of this program."""
    if (connection := state.connection) is not None and connection.key is not None and not connection.simulated:
        resources.sweeps().forget_key(connection.key, state.owner)
        resources.probings().forget_key(connection.key, state.owner)
        resources.registry().forget_key(connection.key, state.owner)
        for run in (one.run for turn in state.turns for one in turn.rounds):
            if run.connection == connection:
                run.forget_key()
    state.connection = state.model = None
    for key in _SECRETS:
        drop_widget(key)
