"""The row above a page of saved things, such as sweeps: begin a new one, choose an earlier one, delete one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

import streamlit as st

from components.ui.spoken import spoken
from components.ui.state import Key, set_widget

_WIDTH = 460


def chosen_key(name: str) -> Key[str | None]:
    """The key of the list in the row `name`; it holds the id that was chosen."""
    return Key(f"{name}-chosen")


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

    `lines`: id -> its line in the list, newest first. A line must not change while the list is open: the browser
    identifies its choice by it. `shown`: the id of the one on the page. `choose` finds the chosen id under
    `chosen_key(name)`. `delete` None: the one on the page cannot be deleted now.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"{name}-saved"):
        st.button(f"New {noun}", icon=":material/add:", key=f"{name}-new", on_click=begin)
        if lines:
            ids, labels = list(lines), _distinct(lines)
            chosen = set_widget(chosen_key(name), shown if shown in lines else None)
            st.selectbox(
                f"Earlier {noun}s",
                ids,
                index=None if chosen is None else ids.index(chosen),
                key=chosen_key(name),
                format_func=labels.__getitem__,
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


def _distinct(lines: Mapping[str, str]) -> dict[str, str]:
    """The lines, with a number behind those that equal an older one."""
    seen: Counter[str] = Counter()
    labels: dict[str, str] = {}
    for key, line in reversed([*lines.items()]):
        seen[line] += 1
        labels[key] = line if seen[line] == 1 else f"{line} ({seen[line]})"
    return labels
