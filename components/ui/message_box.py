"""The message box in the browser: focused when a page or a conversation opens, one key away, quick with long texts."""

from __future__ import annotations

import time
from functools import cache

from streamlit.components.v2.types import ComponentRenderer

from components.ui.streamlit_internals import unseen_component

MESSAGE_BOX = "composer"  # the key of the box, on each page that has one


def draw_message_box(of: str) -> None:
    """Draws nothing: gives the box the focus whenever `of`, a conversation, is another one.

    Draw it after the tray: it is told each time that the page was drawn, and what was sent is gone by then.
    """
    _component()(key="message-box", data={"of": of, "drawn": time.monotonic()}, width="content", height="content")


@cache
def _component() -> ComponentRenderer:
    return unseen_component("playground_message_box", "message_box.js")
