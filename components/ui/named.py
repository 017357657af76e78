"""The watch over the page for keyboard and screen reader (`watch.js`), and names it gives to buttons of an icon alone.

Elsewhere `spoken` names a button with a picture of no size. In the tray and the storyboard each picture is one that is
sent, so a few lines in the browser write the name onto the button: Streamlit (1.67) takes none beside its label.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.ui.markdown.escaping import escaped
from components.ui.state import Lasts, PanelState, session
from components.ui.streamlit_internals import unseen_component


@dataclass
class NamesState(PanelState, lasts=Lasts.CONVERSATION):
    """`names`: key -> the name of a button that was drawn and is not named yet."""

    names: dict[str, str] = field(default_factory=dict)


def named_button(
    icon: str, words: str, key: str, do: Callable[..., None], *args: object, disabled: bool = False
) -> None:
    """Draws a button of an icon alone; `words` are shown with it and, after `draw_names`, heard."""
    session().of(NamesState).names[key] = words
    st.button(
        "",
        icon=f":material/{icon}:",
        key=key,
        type="tertiary",
        help=escaped(words),
        disabled=disabled,
        on_click=do,
        args=args,
    )


def draw_names(place: str) -> None:
    """Has the buttons heard by their names that were drawn since it was last called. Draws nothing.

    `place` tells the parts of a page apart that do so.
    """
    state = session()
    naming = state.of(NamesState)
    names, naming.names = naming.names, {}
    _component()(key=f"names-{place}", data=names)


def draw_watch() -> None:
    """Has the page watched for what `watch.js` mends. Draws nothing."""
    _component()(key="watch")


@cache
def _component() -> ComponentRenderer:
    return unseen_component("playground_watch", "watch.js")
