"""A message that was typed and not sent outlives a refresh: noted in the browser's tab, never on the server."""

from __future__ import annotations

from functools import cache

from streamlit.components.v2.types import ComponentRenderer

from components.ui.streamlit_internals import unseen_component


def draw_unsent(page: str, *, keep: bool, begun: bool) -> None:
    """Draws nothing: notes what stands in the message box of a page and puts it back; not with `keep` False."""
    # A first turn moves the box to another place on the page: it is then a new one, to be looked at anew.
    data = {"slot": f"{page}-unsent", "keep": keep, "begun": begun}
    _component()(key=f"unsent-{page}", data=data, width="content", height="content")


@cache
def _component() -> ComponentRenderer:
    return unseen_component("playground_unsent", "unsent.js")
