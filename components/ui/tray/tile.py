"""What the attachments in the tray have in common: width, name in Markdown, order, and being taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from components.media.attachments import text_between
from components.ui.named import named_button
from components.ui.state import Lasts, PanelState, session, widget_value

PICTURE_WIDTH = 96


@dataclass
class TrayState(PanelState, lasts=Lasts.CONVERSATION):
    """`opened`: the place in the tray of what is to be looked at closely."""

    opened: int | None = None


def draw_remove(key: str, words: str, remove: Callable[..., None], *args: int, only: bool = False) -> None:
    """Draws the button that takes a picture away; not to be pressed when it is the `only` one."""
    named_button("close", words, key, remove, *args, disabled=only)


def draw_menu(
    position: int, name: str, label: str, about: str, actions: Mapping[str, Callable[[], None]] | None = None
) -> None:
    """Draws the menu of the attachment at `position`: its own `actions` (label -> what to do), then those on order.

    `label` is a fact in few words, `about` the rest of them.
    """
    last = len(session().tray) - 1
    every = {
        **(actions or {}),
        **({":material/arrow_back: Send earlier": lambda: move(position, -1)} if position > 0 else {}),
        **({":material/arrow_forward: Send later": lambda: move(position, +1)} if position < last else {}),
        ":material/short_text: Write text before it": lambda: insert_text(position),
    }
    key = f"menu-{position}-{name}"
    st.menu_button(
        label,
        list(every),
        key=key,
        type="tertiary",
        help=about,
        on_click=_act,
        args=(key, every),
    )


def detach(position: int) -> None:
    """Takes the attachment at that place out of the tray."""
    del session().tray[position]


def move(position: int, by: int) -> None:
    """Swaps an attachment with its neighbour, so that it is sent earlier (`by` -1) or later (+1)."""
    tray = session().tray
    tray[position], tray[position + by] = tray[position + by], tray[position]


def insert_text(position: int) -> None:
    """Makes room for a text before the attachment at `position`, or behind the last one."""
    session().tray.insert(position, text_between(""))


def _act(key: str, actions: Mapping[str, Callable[[], None]]) -> None:
    actions[widget_value(key)]()
