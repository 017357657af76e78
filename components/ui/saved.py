"""The row above a page that keeps what it makes: a new one, those of before, and one that is taken away."""

from __future__ import annotations

from collections import Counter
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

    `lines`: id -> how it is told in the list, newest first, in words that stay the same for as long as the list is
    open: the browser names its choice by them. `shown` is the id of the one on the page. `choose` finds
    the chosen id in the widget ``NAME-chosen``. `delete` None: what is shown cannot be taken away now.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"{name}-saved"):
        st.button(f"New {noun}", icon=":material/add:", key=f"{name}-new", on_click=begin)
        if lines:
            ids, told = list(lines), _told_apart(lines)
            chosen = set_widget(f"{name}-chosen", shown if shown in lines else None)
            st.selectbox(
                f"Earlier {noun}s",
                ids,
                index=None if chosen is None else ids.index(chosen),
                key=f"{name}-chosen",
                format_func=told.__getitem__,
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


def _told_apart(lines: Mapping[str, str]) -> dict[str, str]:
    """The lines with a number behind those that read like an older one."""
    seen: Counter[str] = Counter()
    told: dict[str, str] = {}
    for key, line in reversed([*lines.items()]):
        seen[line] += 1
        told[key] = line if seen[line] == 1 else f"{line} ({seen[line]})"
    return told
