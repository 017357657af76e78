"""Accessibility of the page by `watch.js`, among it the names of buttons of an icon alone in the tray and storyboard.

Elsewhere `spoken` names a button with an invisible picture. In the tray and the storyboard each picture is one that is
sent, so the browser sets the name: Streamlit (1.67) has no argument for one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from components.ui.markdown.escaping import escaped
from components.ui.state import Lasts, PanelState, session
from components.ui.streamlit_internals import unseen_component

_WATCH = "playground_watch", "watch.js"


@dataclass
class NamesState(PanelState, lasts=Lasts.CONVERSATION):
    """`names`: key -> the name of a button that was drawn since `draw_names` was last called."""

    names: dict[str, str] = field(default_factory=dict)


def named_button(
    icon: str, words: str, key: str, do: Callable[..., None], *args: object, disabled: bool = False
) -> None:
    """Draws a button of an icon alone. `words` are its help and, after `draw_names`, its name for screen readers."""
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
    """Names the buttons that were drawn since it was last called. `place`: another one for each call on a page."""
    panel = session().of(NamesState)
    names, panel.names = panel.names, {}
    unseen_component(*_WATCH)(key=f"names-{place}", data=names)


def draw_watch() -> None:
    """Runs `watch.js` on the page. Draws nothing."""
    unseen_component(*_WATCH)(key="watch")
