"""A text in the tray, between pictures: it is sent at that point."""

from __future__ import annotations

import streamlit as st

from components.core.parts import TextPart
from components.media.attachments import Attachment, text_between
from components.ui.state import Key, session, set_widget, widget_value
from components.ui.tray.tile import draw_detach, draw_menu

_WIDTH = 220
_HEIGHT = 68


def draw_text(text: Attachment, position: int) -> None:
    """Draws a text of the tray, which is there at `position`, as a box that can be written in."""
    (part,) = text.parts
    assert isinstance(part, TextPart)
    key = Key[str](f"text-{position}")
    with st.container(width=_WIDTH):
        st.text_area(
            f"Text {position + 1}, sent in this place",
            value=set_widget(key, part.text),
            key=key,
            height=_HEIGHT,
            placeholder="Text sent at this point, e.g. “Before:”",
            label_visibility="collapsed",
            on_change=_on_change,
            args=(position, key),
        )
    with st.container(gap=None, width="content"):
        draw_detach(position, "text", f"Remove text {position + 1}")
        about = "Sent at this point, among the pictures"
        draw_menu(position, "text", "Text" if part.text else "Text: empty, not sent", about)


def _on_change(position: int, key: Key[str]) -> None:
    session().tray[position] = text_between(widget_value(key).strip())
