"""The files on their way into this session's tray."""

from __future__ import annotations

from components.media.reading import Reading
from components.ui import resources
from components.ui.state import Session


def reading(state: Session) -> Reading:
    """The files on their way into this session's tray."""
    found = resources.readings().of(state.conversation.id, state.owner)
    if state.reads_for != state.conversation.id:
        state.reads_for = state.conversation.id
        found.belong(state)
    return found
