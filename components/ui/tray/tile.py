"""What all attachments in the tray have: a width, a menu that changes their order, a button that removes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st

from components.media.attachments import text_between
from components.ui.named import named_button
from components.ui.state import Key, Lasts, PanelState, session, widget_value

PICTURE_WIDTH = 96


@dataclass
class TrayState(PanelState, lasts=Lasts.CONVERSATION):
    """`dialog`: opens a dialog about something in the tray, at the next drawing of the tray."""

    dialog: Callable[[], None] | None = None


def draw_detach(position: int, name: str, words: str = "") -> None:
    """Draws the button that removes the attachment at `position`; `words`: its label, where `name` is none."""
    draw_remove(f"detach-{position}-{name}", words or f"Remove {name}", detach, position)


def draw_remove(key: str, words: str, remove: Callable[..., None], *args: int, only: bool = False) -> None:
    """Draws the button that removes a picture; disabled for the `only` one."""
    named_button("close", words, key, remove, *args, disabled=only)


def open_next(dialog: Callable[..., None], *args: object) -> None:
    """Has a dialog opened when the tray is drawn next: a callback cannot open one, and a rerun closes it."""
    session().of(TrayState).dialog = partial(dialog, *args)


def draw_menu(
    position: int, name: str, label: str, about: str, actions: Mapping[str, Callable[[], None]] | None = None
) -> None:
    """Draws the menu of the attachment at `position`: its own `actions` (label -> what to do), then those on order.

    `label` is a fact in few words, `about` the other facts, shown as help.
    """
    last = len(session().tray) - 1
    every = {
        **(actions or {}),
        **({":material/arrow_back: Send earlier": lambda: move(position, -1)} if position > 0 else {}),
        **({":material/arrow_forward: Send later": lambda: move(position, +1)} if position < last else {}),
        ":material/short_text: Write text before it": lambda: insert_text(position),
    }
    key = Key[str](f"menu-{position}-{name}")
    st.menu_button(label, list(every), key=key, type="tertiary", help=about, on_click=_act, args=(key, every))


def detach(position: int) -> None:
    """Removes the attachment at `position` from the tray."""
    del session().tray[position]


def move(position: int, by: int) -> None:
    """Swaps an attachment with its neighbour, so that it is sent earlier (`by` -1) or later (+1)."""
    tray = session().tray
    tray[position], tray[position + by] = tray[position + by], tray[position]


def insert_text(position: int) -> None:
    """Inserts an empty text before the attachment at `position`, or behind the last one."""
    session().tray.insert(position, text_between(""))


def _act(key: Key[str], actions: Mapping[str, Callable[[], None]]) -> None:
    actions[widget_value(key)]()
