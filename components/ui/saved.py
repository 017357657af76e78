"""The row above a page that keeps what it makes: a new one, those of before, and one that is taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from components.ui.spoken import spoken
from components.ui.state import set_widget

_WIDTH = 460


def draw_saved(
    name: str,
    noun: str,
    lines: Mapping[str, str],
    shown: str | None,
    *,
    begin: Callable[[], None],
    choose: Callable[[], None],
    delete: Callable[[], None] | None,
    help: str,
) -> None:
    """Draws the row under keys that begin with `name`.

    `lines`: id -> how it is told in the list, newest first; `shown` is the id of the one on the page. `choose` finds
    the chosen id in the widget ``NAME-chosen``. `delete` None: what is shown cannot be taken away now.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"{name}-saved"):
        st.button(f"New {noun}", icon=":material/add:", key=f"{name}-new", on_click=begin)
        if lines:
            ids = list(lines)
            chosen = set_widget(f"{name}-chosen", shown if shown in lines else None)
            st.selectbox(
                f"Earlier {noun}s",
                ids,
                index=None if chosen is None else ids.index(chosen),
                key=f"{name}-chosen",
                format_func=lines.__getitem__,
                placeholder=f"{len(ids)} earlier {noun if len(ids) == 1 else f'{noun}s'}",
                label_visibility="collapsed",
                width=_WIDTH,
                on_change=choose,
            )
        if shown in lines:
            st.button(
                spoken(f"Delete this {noun}"),
                icon=":material/delete:",
                key=f"{name}-delete",
                type="tertiary",
                help=help,
                disabled=delete is None,
                on_click=delete,
            )
