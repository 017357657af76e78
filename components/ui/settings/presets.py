"""Presets in the sidebar: named settings, saved, loaded, renamed and deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import streamlit as st

from components.core.errors import StoreError
from components.history import named
from components.history.presets import SHIPPED, list_presets, save_preset
from components.params.choices import Choices, choices_json, read_choices
from components.ui import resources
from components.ui.markdown.escaping import escaped, with_code
from components.ui.state import Key, Lasts, PanelState, session, set_widget, widget_value

_SHIPPED = Key[str | None]("preset-shipped")
_NAME = Key[str]("preset-name")


@dataclass
class PresetState(PanelState, lasts=Lasts.CONVERSATION):
    """`saved`: name and settings of the user's own preset that was loaded or saved last. `problem`: why one was not."""

    saved: tuple[str, dict[str, Any]] | None = None
    problem: str | None = None


def draw_presets() -> None:
    """Draws the button that opens them."""
    active = _active()
    label = f"Preset: {escaped(active)}" if active else "Presets"
    with st.popover(label, icon=":material/tune:", key="presets", width="stretch", on_change="rerun") as popover:
        if not popover.open:
            return
        try:
            _draw(list_presets(resources.store(), session().owner))
        except StoreError as error:
            st.caption(with_code(f"Presets cannot be read. {error}"))


def _draw(own: dict[str, dict[str, Any]]) -> None:
    st.pills("Built in", list(SHIPPED), key=_SHIPPED, on_change=_load_shipped)
    chosen = st.selectbox("Your own", list(own), index=None, placeholder="Choose one", key="preset-own")
    if chosen in own:
        with st.container(horizontal=True, gap="xsmall"):
            st.button("Load", key="preset-load", type="primary", on_click=_load_own, args=(chosen, own[chosen]))
            st.button("Rename", key="preset-rename", on_click=_rename, args=(chosen,), help="To the name typed below")
            st.button("Delete", key="preset-delete", on_click=_delete, args=(chosen,))
    st.text_input("Name", key=_NAME, placeholder="A name for the settings as they stand", max_chars=60)
    st.button("Save", key="preset-save", icon=":material/save:", on_click=_save)
    if problem := session().of(PresetState).problem:
        st.caption(f":red[{with_code(problem)}]")


def _active() -> str | None:
    """The name of the preset whose settings are in use; None where none is, or they were changed since."""
    state = session()
    presets = state.of(PresetState)
    for name, values in SHIPPED.items():
        if state.edited.values == values:
            return name
    if presets.saved is not None and choices_json(state.edited) == presets.saved[1]:
        return presets.saved[0]
    return None


def _load_own(name: str, settings: dict[str, Any]) -> None:
    load(settings)
    session().of(PresetState).saved = name, choices_json(session().edited)


def load(settings: dict[str, Any]) -> None:
    """Loads a preset; what it does not set gets its default."""
    fresh, choices = read_choices(settings), session().edited
    for each in fields(Choices):
        setattr(choices, each.name, getattr(fresh, each.name))


def _load_shipped() -> None:
    chosen = widget_value(_SHIPPED)
    if chosen in SHIPPED:
        session().edited.values = dict(SHIPPED[chosen])
        set_widget(_SHIPPED, None)


def _save() -> None:
    presets = session().of(PresetState)
    name = widget_value(_NAME).strip()
    if not name:
        presets.problem = "Type a name first."
        return
    save_as_preset(session().edited, name)
    if presets.problem is None:
        presets.saved = name, choices_json(session().edited)
    set_widget(_NAME, "")


def save_as_preset(choices: Choices, name: str) -> None:
    """Saves settings as a preset; if that fails, `PresetState.problem` says why."""
    _try(lambda: save_preset(resources.store(), session().owner, name, choices_json(choices)))


def _rename(name: str) -> None:
    to = widget_value(_NAME).strip()
    if not to:
        session().of(PresetState).problem = "Type the new name below first."
        return

    def rename() -> None:
        if not named.rename(resources.store(), "presets", session().owner, name, to):
            session().of(PresetState).problem = f"There is a preset named {to!r} already."

    _try(rename)


def _delete(name: str) -> None:
    _try(lambda: named.delete(resources.store(), "presets", session().owner, name))


def _try(change: Callable[[], object]) -> None:
    presets = session().of(PresetState)
    presets.problem = None
    try:
        change()
    except StoreError as error:
        presets.problem = str(error)
