"""Share: a link that carries the settings and a prompt; no key, no media, nothing of the conversation."""

from __future__ import annotations

import streamlit as st

from components.ui.playground.links import LONGEST_LINK, shared_link
from components.ui.state import Session, session


def draw_share() -> None:
    """Draws the button that opens the dialog."""
    if st.button(
        "Share",
        icon=":material/share:",
        key="share",
        type="tertiary",
        width="content",
        help="A link with the settings and a message; nothing of the conversation",
    ):
        _show_share()


@st.dialog("Share a link", width="large", icon=":material/share:")
def _show_share() -> None:
    state = session()
    prompt = st.text_area(
        "Message",
        _last_question(state),
        key="share-prompt",
        height=140,
        placeholder="Empty: the link carries the settings alone",
        help="Filled with your last question. What is still in the message box cannot be read from here: paste it.",
    )
    link = shared_link(state, st.context.url or "", prompt)
    if len(link) > LONGEST_LINK:
        st.error(
            f"This link would have {len(link):,} characters. Addresses of more than {LONGEST_LINK:,} are cut off or "
            "refused on their way: shorten the message, the system prompt or the tools, or export the conversation.",
            icon=":material/error:",
        )
        return
    st.code(link, language=None, wrap_lines=True, height=140 if len(link) > 400 else "content")
    st.caption(
        f"{len(link):,} of at most {LONGEST_LINK:,} characters. Opening it fills in the settings and the message box "
        "and sends nothing. It carries no key, no pictures or clips, and no earlier messages; whoever has the link can "
        "read the message and the system prompt."
    )


def _last_question(state: Session) -> str:
    return state.turns[-1].prompt if state.turns else ""
