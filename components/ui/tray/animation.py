"""An animation as the browser plays it: the file itself, unchanged."""

from __future__ import annotations

import base64

import streamlit as st

from components.core.texts import whole_characters
from components.media.limits import MEGABYTE
from components.ui.figures import size

# [own] It is sent within the page, as Base64, a third larger.
_MOST_BYTES = 20 * MEGABYTE


def draw_animation(data: bytes, media_type: str, name: str) -> None:
    """Draws it playing, or says that it is too large for that."""
    if len(data) > _MOST_BYTES:
        st.caption(f"It is too large to be played here ({size(len(data))}); its frames are sent all the same.")
        return
    # As an address: from bytes Streamlit (1.67) would show the first frame of a WebP only.
    address = f"data:{media_type};base64,{base64.b64encode(data).decode()}"
    st.image(address, width="stretch", alt=f"{whole_characters(name)}, playing")
