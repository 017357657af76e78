"""What keeps a sweep that is being set up over a refresh and a restart: its id in the URL, its words in the history."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.core.errors import StoreError
from components.history.sweep_drafts import load_sweep_draft, save_sweep_draft
from components.tuning.draft import Draft, draft_json, read_draft
from components.ui import resources
from components.ui.state import Lasts, PanelState, Session

PARAMETER = "setup"


@dataclass
class SweepState(PanelState, lasts=Lasts.OWNER):
    """`draft`: the sweep being set up; `kept`: what the history was last given of it.

    `id`: the sweep that is shown. `problem`: why one could not be started.
    """

    draft: Draft | None = None
    kept: object = None
    id: str | None = None
    problem: str | None = None


def current_draft(state: Session) -> Draft:
    """The draft that the page shows: the session's, the one that the address names, or a new one."""
    sweeping = state.of(SweepState)
    if sweeping.draft is None and (wanted := st.query_params.get(PARAMETER)):
        sweeping.draft = _kept(state, wanted)
        if sweeping.draft is not None:
            sweeping.kept = draft_json(sweeping.draft)
    if sweeping.draft is None:
        sweeping.draft = Draft(state.own.copy())
        sweeping.kept = draft_json(sweeping.draft)  # as it is at first: nothing of the user's is in it
        st.query_params.pop(PARAMETER, None)
    return sweeping.draft


def keep(state: Session, draft: Draft) -> None:
    """Has the draft saved when it has changed, and puts its id in the URL."""
    sweeping = state.of(SweepState)
    draft.media = tuple(attachment.name for attachment in state.tray)
    draft.missing = () if draft.media else draft.missing
    stored = draft_json(draft)
    if stored == sweeping.kept:
        return
    sweeping.kept = stored
    resources.keeper().write(draft.id, lambda store: save_sweep_draft(store, draft.id, state.owner, stored))
    st.query_params[PARAMETER] = draft.id


def _kept(state: Session, draft_id: str) -> Draft | None:
    try:
        resources.keeper().flush()
        stored = load_sweep_draft(resources.store(), draft_id, state.owner)
    except StoreError as error:
        state.of(SweepState).problem = f"What was set up cannot be read: {error}"
        return None
    return None if stored is None else read_draft(stored, draft_id)
