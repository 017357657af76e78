"""A selectbox that begins with its first option and keeps what was chosen for as long as that is offered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

import streamlit as st

from components.ui.state import Key, set_widget, widget_value

_Option = TypeVar("_Option")


def draw_choice(
    key: Key[_Option | None],
    label: str,
    options: Sequence[_Option],
    *,
    width: int | Literal["stretch"] = "stretch",
    format_func: Callable[[_Option], str] = str,
) -> _Option:
    """Draws it and gives what is chosen. `width` is in px."""
    held = widget_value(key)
    index = options.index(set_widget(key, held if held in options else options[0]))
    chosen: _Option = st.selectbox(label, options, index=index, format_func=format_func, key=key, width=width)
    return chosen
