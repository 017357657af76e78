"""What keeps a sweep that is being set up over a refresh and a restart: its id in the URL, its words in the history."""

from __future__ import annotations

import streamlit as st

from components.core.errors import StoreError
from components.history.sweep_drafts import load_sweep_draft, save_sweep_draft
from components.tuning.draft import Draft, draft_json, read_draft
from components.ui import resources
from components.ui.state import Session

PARAMETER = "setup"


def current_draft(state: Session) -> Draft:
    """The draft that the page shows: the session's, the one that the address names, or a new one."""
    if state.sweep_draft is None and (wanted := st.query_params.get(PARAMETER)):
        state.sweep_draft = _kept(state, wanted)
        if state.sweep_draft is not None:
            state.sweep_draft_kept = draft_json(state.sweep_draft)
    if state.sweep_draft is None:
        state.sweep_draft = Draft(state.own.copy())
        state.sweep_draft_kept = draft_json(state.sweep_draft)  # as it is at first: nothing of the user's is in it
        st.query_params.pop(PARAMETER, None)
    return state.sweep_draft


def keep(state: Session, draft: Draft) -> None:
    """Has the draft saved when it has changed, and puts its id in the URL."""
    draft.media = tuple(attachment.name for attachment in state.tray)
    draft.missing = () if draft.media else draft.missing
    stored = draft_json(draft)
    if stored == state.sweep_draft_kept:
        return
    state.sweep_draft_kept = stored
    resources.keeper().write(draft.id, lambda store: save_sweep_draft(store, draft.id, state.owner, stored))
    st.query_params[PARAMETER] = draft.id


def _kept(state: Session, draft_id: str) -> Draft | None:
    try:
        resources.keeper().flush()
        stored = load_sweep_draft(resources.store(), draft_id, state.owner)
    except StoreError as error:
        state.sweep_problem = f"What was set up cannot be read: {error}"
        return None
    return None if stored is None else read_draft(stored, draft_id)
