"""The badge that says who answers: the simulator or a real endpoint. On every page."""

from __future__ import annotations

import streamlit as st

from components.api.connection import Connection
from components.ui.connection.dialog import show_connection
from components.ui.spoken import spoken


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
                    "documented API, but it is not Kimi. Give a key to ask the real one.",
                )
            else:
                st.badge(
                    f"Real API: {connection.base_url.split('://', 1)[-1]}",
                    icon=":material/cloud:",
                    color="green",
                    help=f"Requests go to {connection.base_url} and are billed there.",
                )
        if st.button(
            spoken("Change the connection"),
            icon=":material/tune:",
            key="change-connection",
            type="tertiary",
            width="content",
            help="Change the connection",
        ):
            show_connection()
