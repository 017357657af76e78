"""The message box in the browser: focused when a page or a conversation opens, one key away, quick with long texts.

A message that was typed and not sent outlives a refresh: it is stored in the browser's tab, never on the server.
"""

from __future__ import annotations

import time

from components.ui.state import Key
from components.ui.streamlit_internals import unseen_component

MESSAGE_BOX = Key[str | None]("composer")  # the key of the box, on each page that has one


def draw_message_box(page: str, of: str, *, keep: bool) -> None:
    """Draws nothing: gives the box the focus whenever `of`, a conversation or a comparison, is another one.

    `page` names the page whose message is stored; with `keep` False it is not. Draw it after the tray: the browser
    learns from it that the page was drawn after a message was sent.
    """
    data = {"page": page, "of": of, "keep": keep, "drawn": time.monotonic()}
    component = unseen_component("playground_message_box", "unsent.js", "message_box.js")
    component(key="message-box", data=data, width="content", height="content")
