"""A field for a key: what is seen in it is what is used, whichever way it was left."""

from __future__ import annotations

import streamlit as st


def secret_field(label: str, key: str, *, placeholder: str = "", help: str | None = None) -> str:
    """Draws the field and returns what is in it, without spaces around.

    NOTE: Streamlit (1.67) hands a password over when its input loses the focus, but not when the focus goes to the eye
    beside it, as Tab does; and a password manager fills it in without any focus. So each change is handed over at once
    (`live`), and without a run of the script for each (`on_change`): the next click brings all of it.
    """
    return st.text_input(
        label,
        type="password",
        key=key,
        placeholder=placeholder,
        help=help,
        autocomplete="off",
        live="0ms",
        on_change="ignore",
    ).strip()
