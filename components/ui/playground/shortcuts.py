"""The keyboard: buttons that have a shortcut, and the list of all with what surprises about the API."""

from __future__ import annotations

import streamlit as st

from components.ui.playground.editing import ask_again
from components.ui.playground.sending import try_again
from components.ui.state import Session, session

STOP = "Esc"
NEW = "Ctrl+Shift+O"
REGENERATE = "Ctrl+Shift+Enter"
SEARCH = "Ctrl+Shift+K"

# On a Mac, Ctrl is Cmd.
SHORTCUTS = {
    "Enter": "Send; Shift+Enter begins a new line",
    STOP: "Stop the reply; what came is kept",
    REGENERATE: "Ask the last question again",
    NEW: "New conversation",
    SEARCH: "Search the history",
}

HINTS = (
    "**Thinking may eat the answer.** An empty answer that ended with `length` means that thinking took the room: "
    "raise `max_tokens` or lower `thinking_budget`.",
    "**Stop may not stop the bill.** The connection is closed, but the provider may bill the whole reply.",
    "**Temperature may be fixed upstream.** Reports disagree whether K2.6 takes it; the probe on the Sweep page tells.",
    "**Only what you changed is sent.** Everything else is left to the API's defaults, unless you choose otherwise.",
    "**Web search is the gateway's.** It looks once, for your latest message, and costs \\$0.013 each time.",
)


def draw_regenerate(state: Session) -> None:
    """Draws the button that asks the last question again."""
    if state.turns and state.turns[-1].rounds:
        st.button(
            "Regenerate",
            icon=":material/refresh:",
            key="regenerate",
            type="tertiary",
            width="content",
            shortcut=REGENERATE,
            help=f"Ask the last question again ({REGENERATE})",
            on_click=_regenerate,
        )


def draw_search() -> None:
    """Draws the way to the history's search."""
    if st.button(
        "Search",
        icon=":material/search:",
        key="search",
        type="tertiary",
        width="content",
        shortcut=SEARCH,
        help=f"Search the history ({SEARCH})",
    ):
        st.switch_page("pages/history.py")


def draw_help() -> None:
    """Draws the shortcuts and the hints, behind a button."""
    with st.popover("Help", icon=":material/keyboard:", type="tertiary", key="help", width="content"):
        st.markdown("##### Keyboard", anchors=False)
        st.markdown("\n".join(f"- `{keys}` {what}" for keys, what in SHORTCUTS.items()))
        st.caption("On a Mac, Ctrl is Cmd.")
        st.markdown("##### Where the API surprises", anchors=False)
        st.markdown("\n".join(f"- {hint}" for hint in HINTS))


def _regenerate() -> None:
    state = session()
    if state.turns and state.live_turn is None:
        # Of an answer that was continued the whole is asked again, not its last piece.
        (ask_again if state.turns[-1].rounds[-1].continues else try_again)(state.turns[-1])
