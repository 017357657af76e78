"""The keyboard shortcuts, and the dialog that lists them with what surprises about the API."""

from __future__ import annotations

import streamlit as st

from components.ui.conversation.editing import ask_again
from components.ui.conversation.sending import try_again
from components.ui.stage.presenting import KEY as PRESENT
from components.ui.state import Session, session

STOP = "Esc"
NEW = "Ctrl+Shift+O"
REGENERATE = "Ctrl+Shift+Enter"
SEARCH = "Ctrl+Shift+K"

# On a Mac, Ctrl is Cmd.
SHORTCUTS = {
    "Enter": "Send; Shift+Enter starts a new line",
    STOP: "Stop the reply; what has arrived is kept",
    REGENERATE: "Ask the last question again",
    NEW: "New conversation",
    SEARCH: "Search your history",
    PRESENT: "Present: question, media and reply alone, in large type; ← and → go from turn to turn",
}

HINTS = (
    "**Thinking can use up the answer's tokens.** An empty answer that ended with `length` means that thinking left no "
    "room for it: raise `max_tokens` or lower `thinking_budget`.",
    "**Stopping may not stop the billing.** The connection is closed, but the provider may bill the whole reply.",
    "**Temperature may be fixed upstream.** Reports disagree on whether K2.6 accepts it: try the Sweep page's probe.",
    "**Only the settings you changed are sent.** The API's defaults apply to the rest, unless you choose otherwise.",
    "**The gateway does the web search.** It searches once a message, for its exact text, at \\$0.013 a search.",
)


def draw_keys(state: Session) -> None:
    """Draws hidden buttons that hear the shortcuts of entries of the header's menu."""
    with st.container(key="header-keys"):
        if can_regenerate(state):
            st.button("Ask again", key="regenerate", shortcut=REGENERATE, on_click=regenerate)
        if st.button("Search history", key="search", shortcut=SEARCH):
            search()


def search() -> None:
    """Goes to the history's search."""
    st.switch_page("pages/history.py", query_params={})


@st.dialog("Keyboard shortcuts and API surprises", icon=":material/keyboard:")
def show_help() -> None:
    """Opens the list of the shortcuts and of what surprises about the API."""
    st.markdown("##### Keyboard", anchors=False)
    st.markdown("\n".join(f"- `{keys}` {what}" for keys, what in SHORTCUTS.items()))
    st.caption("On a Mac, Ctrl is Cmd.")
    st.markdown("##### Where the API surprises", anchors=False)
    st.markdown("\n".join(f"- {hint}" for hint in HINTS))


def can_regenerate(state: Session) -> bool:
    """Whether there is an answer that can be asked for again."""
    return bool(state.turns and state.turns[-1].rounds)


def regenerate() -> None:
    """Asks the last question again."""
    state = session()
    if state.turns and state.live_turn is None:
        # A continued answer is asked for again from its beginning, not its last round alone.
        (ask_again if state.turns[-1].rounds[-1].continues else try_again)(state.turns[-1])
