"""The badge that says who answers: the simulator or a real endpoint. On every page."""

from __future__ import annotations

import streamlit as st

from components.api.connection import Connection


def draw_connection(connection: Connection) -> None:
    """Draws the badge in the sidebar."""
    with st.sidebar, st.container(key="connection"):
        if connection.simulated:
            st.badge(
                "Simulator: replies are simulated",
                icon=":material/science:",
                color="orange",
                help="No key is set, so the built-in simulator answers on this machine. It measures your media "
                "and follows the documented API, but it is not Kimi. Set EMPIRIOLABS_API_KEY to ask the real one.",
            )
        else:
            st.badge(
                f"Real API: {connection.base_url.split('://', 1)[-1]}",
                icon=":material/cloud:",
                color="green",
                help=f"Requests go to {connection.base_url} and are billed there.",
            )
