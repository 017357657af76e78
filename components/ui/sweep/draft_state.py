"""What the sweep page remembers. A sweep that is being set up survives a refresh and a restart: its id is in the URL,
its settings are in the history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from components.core.errors import MediaError, ParameterError, StoreError
from components.history.sweep_drafts import load_sweep_draft, save_sweep_draft
from components.tuning.draft import Draft, draft_json, read_draft
from components.ui import resources
from components.ui.state import Lasts, PanelState, Session, session

PARAMETER = "setup"


@dataclass
class SweepState(PanelState, lasts=Lasts.OWNER):
    """`draft`: the sweep being set up; `saved`: its JSON as the history was last given it.

    `id`: the sweep that is shown. `problem`: why the last action failed, in a sentence.
    """

    draft: Draft | None = None
    saved: object = None
    id: str | None = None
    problem: str | None = None


def current_draft(state: Session) -> Draft:
    """The draft that the page shows: the session's, the one that the address names, or a new one."""
    sweeping = state.of(SweepState)
    if sweeping.draft is None and (wanted := st.query_params.get(PARAMETER)):
        sweeping.draft = _load_draft(state, wanted)
        if sweeping.draft is not None:
            sweeping.saved = draft_json(sweeping.draft)
    if sweeping.draft is None:
        sweeping.draft = Draft(state.own.copy())
        sweeping.saved = draft_json(sweeping.draft)  # nothing of the user's is in it yet
        st.query_params.pop(PARAMETER, None)
    return sweeping.draft


def drawn_draft() -> Draft:
    """The draft that the page has drawn, for the callbacks of its widgets."""
    draft = session().of(SweepState).draft
    assert draft is not None
    return draft


def save_draft(state: Session, draft: Draft) -> None:
    """Has the draft saved when it has changed, and puts its id in the URL."""
    sweeping = state.of(SweepState)
    draft.media = tuple(attachment.name for attachment in state.tray)
    draft.missing = () if draft.media else draft.missing
    stored = draft_json(draft)
    if stored == sweeping.saved:
        return
    sweeping.saved = stored
    resources.history_writer().write(draft.id, lambda store: save_sweep_draft(store, draft.id, state.owner, stored))
    st.query_params[PARAMETER] = draft.id


@contextmanager
def problem_shown(prefix: str = "") -> Iterator[None]:
    """Replaces the page's problem by the error that ends the block, behind `prefix`; None where it ends well."""
    sweeping = session().of(SweepState)
    sweeping.problem = None
    try:
        yield
    except (ParameterError, MediaError, StoreError) as error:
        sweeping.problem = f"{prefix}{error}"


def _load_draft(state: Session, draft_id: str) -> Draft | None:
    try:
        resources.history_writer().flush()
        stored = load_sweep_draft(resources.store(), draft_id, state.owner)
    except StoreError as error:
        state.of(SweepState).problem = f"What was set up cannot be read: {error}"
        return None
    return None if stored is None else read_draft(stored, draft_id)
