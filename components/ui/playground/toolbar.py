"""The playground's header: title, New, Share, and one menu for the rest. It stays in sight however far one scrolls.

It is in the top bar beside the links to the pages, so that it takes no height of its own (`toolbar.css`).
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.ui.conversation.editing import undo
from components.ui.conversation.export import show_export
from components.ui.conversation.saving import begin_new
from components.ui.playground.get_code import show_current_code
from components.ui.playground.paste_code import show_paste
from components.ui.playground.share import draw_share
from components.ui.playground.shortcuts import NEW, can_regenerate, draw_keys, regenerate, search, show_help
from components.ui.playground.title import draw_title
from components.ui.settings.templates import show_templates
from components.ui.stage.presenting import switch_presenting
from components.ui.state import Session, session


def draw_toolbar(state: Session) -> None:
    """Draws the header."""
    with st.container(key="toolbar", horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
        draw_title(state)
        st.button(
            "New",
            icon=":material/add_comment:",
            key="new-conversation",
            type="tertiary",
            shortcut=NEW,
            help=f"New conversation ({NEW}); this one stays in History",
            on_click=begin_new,
        )
        draw_share()
        actions = _actions(state)
        chosen = st.menu_button("Menu", list(actions), key="menu", icon=":material/more_horiz:", type="tertiary")
        draw_keys(state)
    if chosen in actions:
        actions[chosen]()


def _actions(state: Session) -> dict[str, Callable[[], None]]:
    """Label -> what it does, as the conversation allows it."""
    every: dict[str, Callable[[], None]] = {}
    if state.conversation.undo:
        every[":material/undo: Undo the last change"] = _at_once(undo)
    if can_regenerate(state):
        every[":material/refresh: Ask the last question again"] = _at_once(regenerate)
    every[":material/visibility_off: New private conversation"] = _at_once(lambda: begin_new(private=True))
    every[":material/text_snippet: Prompt templates"] = show_templates
    every[":material/code: Get code"] = lambda: show_current_code(session())
    every[":material/content_paste_go: Paste code"] = show_paste
    if state.turns:
        every[":material/download: Export"] = show_export
        every[":material/slideshow: Present"] = _at_once(switch_presenting)
    every[":material/search: Search history"] = search
    every[":material/keyboard: Shortcuts and help"] = show_help
    return every


def _at_once(change: Callable[[], None]) -> Callable[[], None]:
    def act() -> None:
        change()
        st.rerun()

    return act
