"""The row above a page of saved things, such as sweeps: begin a new one, choose an earlier one, delete one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

import streamlit as st

from components.ui.spoken import spoken
from components.ui.state import Key, set_widget, widget_value

_WIDTH = 460


def _chosen_key(name: str) -> Key[str | None]:
    """The key of the list in the row `name`; it holds the id that was chosen."""
    return Key(f"{name}-chosen")


def draw_saved(
    name: str,
    noun: str,
    lines: Mapping[str, str],
    shown: str | None,
    *,
    begin: Callable[[], None],
    choose: Callable[[str | None], None],
    delete: Callable[[], None] | None,
    help: str,
) -> None:
    """Draws the row under keys that begin with `name`.

    `lines`: id -> its line in the list, newest first. A line must stay the same while the list is open, since the
    browser names its choice by it. `shown`: the id of the one on the page. `choose` is called with the chosen id.
    `delete` None: what is shown cannot be deleted now.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"{name}-saved"):
        st.button(f"New {noun}", icon=":material/add:", key=f"{name}-new", on_click=begin)
        if lines:
            ids, labels, key = list(lines), _distinct(lines), _chosen_key(name)
            chosen = set_widget(key, shown if shown in lines else None)
            st.selectbox(
                f"Earlier {noun}s",
                ids,
                index=None if chosen is None else ids.index(chosen),
                key=key,
                format_func=labels.__getitem__,
                placeholder=f"{len(ids)} earlier {noun if len(ids) == 1 else f'{noun}s'}",
                label_visibility="collapsed",
                width=_WIDTH,
                on_change=lambda: choose(widget_value(key)),
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
