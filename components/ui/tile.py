"""What a photo and a frame in the tray have in common: their width, their name in Markdown, and being taken away."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.ui.state import session

PICTURE_WIDTH = 96


def draw_remove(key: str, words: str, remove: Callable[..., None], *args: int, only: bool = False) -> None:
    """Draws the button that takes a picture away; not to be pressed when it is the `only` one."""
    st.button(
        "", icon=":material/close:", key=key, type="tertiary", help=words, disabled=only, on_click=remove, args=args
    )


def plain(name: str) -> str:
    """A file's name without what Markdown would make of it."""
    return "".join(f"\\{character}" if character in r"\`*_[]:$~" else character for character in name)


def detach(position: int) -> None:
    """Takes the attachment at that place out of the tray."""
    del session().tray[position]
