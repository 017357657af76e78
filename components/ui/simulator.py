"""The simulator page: what answers when no key is set, what it assumes, and what it was asked."""

from __future__ import annotations

import time

import streamlit as st

from components.gateway.assumptions import DECISIONS
from components.ui import resources


def draw_simulator() -> None:
    """Draws the page; without the simulator running it only explains it."""
    st.title("Simulator", anchor=False)
    st.markdown(
        "A stand-in for the API on this machine, over real HTTP. It follows the documented formats, checks every "
        "parameter, decodes your media and describes what it **measures** in them. It is not a language model, and "
        "its replies are not Kimi's."
    )
    if resources.settings().uses_simulator:
        _draw_log()
    else:
        st.info("A key or an address is set, so this app asks that endpoint and the simulator is not running.")
    st.subheader("What it assumes", anchor="assumptions")
    st.markdown("Where the documentation is silent, it takes the likeliest answer:")
    st.table({"Question": [name.replace("_", " ") for name in DECISIONS], "Assumption": list(DECISIONS.values())})


def _draw_log() -> None:
    simulator = resources.simulator()
    speed = simulator.settings.tokens_per_second
    st.markdown(
        f"Listening on `{simulator.base_url}`, {f'{speed:g} tokens a second' if speed else 'as fast as it can'}."
    )
    st.subheader("Requests", anchor="requests")
    entries = simulator.log.entries()[::-1]
    if not entries:
        st.caption("None yet. Ask something on the playground.")
        return
    st.dataframe(
        {
            "Time": [time.strftime("%H:%M:%S", time.localtime(entry.time)) for entry in entries],
            "Request": [f"{entry.method} {entry.path}" for entry in entries],
            "Status": [entry.status for entry in entries],
            "Body (bytes)": [entry.body_bytes for entry in entries],
            "In": [entry.prompt_tokens for entry in entries],
            "Cached": [entry.cached_tokens for entry in entries],
            "Thinking": [entry.thinking_tokens for entry in entries],
            "Answer": [entry.answer_tokens for entry in entries],
            "Finish": [entry.finish_reason or entry.error for entry in entries],
            "Client left after (s)": [entry.disconnected_after_s for entry in entries],
        },
        hide_index=True,
    )
