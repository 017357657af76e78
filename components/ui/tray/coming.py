"""The files on their way into this session's tray."""

from __future__ import annotations

from components.media.reading import Reading
from components.ui import resources
from components.ui.conversation.saving import SavingState
from components.ui.state import Session


def reading(state: Session) -> Reading:
    """The files on their way into this session's tray."""
    saving = state.of(SavingState)
    found = resources.readings().of(state.conversation.id, state.owner)
    if saving.reads_for != state.conversation.id:
        saving.reads_for = state.conversation.id
        found.deliver_to(state)
    return found
