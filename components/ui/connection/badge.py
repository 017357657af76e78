"""The badge that says who answers: the simulator, EmpirioLabs' API, or a model at another server. On every page."""

from __future__ import annotations

import streamlit as st

from components.api.connection import Connection
from components.ui import resources
from components.ui.connection import dialog
from components.ui.connection.other_server import ServersState
from components.ui.markdown.escaping import escaped, in_code
from components.ui.spoken import spoken
from components.ui.state import session

_LONGEST_NAME = 40


def draw_connection(connection: Connection, *, in_sidebar: bool) -> None:
    """Draws the badge, and the way to another connection beside it: above the page, or in its sidebar."""
    row = st.sidebar if in_sidebar else st
    with row.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
        with st.container(key="connection", width="stretch" if in_sidebar else "content"):
            if connection.simulated:
                st.badge(
                    "Simulator: replies are simulated",
                    icon=":material/science:",
                    color="orange",
                    help="The built-in simulator answers on this machine. It measures your media and follows the "
                    "documented API, but it is no language model. Give a key to ask a real one.",
                )
            else:
                _draw_endpoint(connection)
        if st.button(
            spoken("Change the connection"),
            icon=":material/tune:",
            key="change-connection",
            type="tertiary",
            width="content",
            help="Change the connection",
        ):
            # What runs on this machine is looked for each time the dialog opens.
            session().of(ServersState).nearby = None
            dialog.show_connection()


def _draw_endpoint(connection: Connection) -> None:
    # Some servers name a model by the path of its file; the whole name stands in the help.
    model = escaped(resources.model().rsplit("/", 1)[-1][:_LONGEST_NAME])
    host = connection.host  # it holds nothing that Markdown would read
    ours = connection.base_url == dialog.EMPIRIOLABS
    st.badge(
        f"Real API: {model}" if ours else f"{model} at {host}",
        icon=":material/cloud:" if ours else ":material/dns:",
        color="green" if ours else "blue",
        help=f"Requests go to {in_code(connection.base_url)}, for the model {in_code(resources.model())}"
        + (", and are billed there." if ours else ". What they cost there, this app does not know."),
    )
