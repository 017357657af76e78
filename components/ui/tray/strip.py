"""What the browser does for the tray's strip: it shows what was attached last, and takes an order that is dragged."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.media.attachments import Attachment
from components.ui.state import session, widget_value

_KEY = "tray-strip"


def draw_strip(tray: Sequence[Attachment]) -> None:
    """Watches over the strip. Draws nothing."""
    _component()(key=_KEY, data={"names": [each.name for each in tray]}, on_moved_change=_take_order)


def _take_order() -> None:
    found = widget_value(_KEY)
    moved = found.moved if found else None
    tray = session().tray
    if not isinstance(moved, dict):
        return
    start, end = moved.get("start"), moved.get("end")
    if isinstance(start, int) and isinstance(end, int) and 0 <= start < len(tray) and 0 <= end < len(tray):
        tray.insert(end, tray.pop(start))


@cache
def _component() -> ComponentRenderer:
    source = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    return st.components.v2.component("playground_tray_strip", html="<span hidden></span>", js=source)
