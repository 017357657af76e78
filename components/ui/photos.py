"""A photo in the tray: the picture that will be sent and what was done to it."""

from __future__ import annotations

import streamlit as st

from components.media.attachments import Attachment
from components.media.estimates import estimate
from components.media.images import PreparedImage
from components.ui.figures import size
from components.ui.tile import PICTURE_WIDTH, detach, draw_remove


def draw_photo(photo: Attachment, position: int) -> None:
    """Draws a photo of the tray, which stands there at `position`."""
    (part,) = photo.parts
    image = photo.facts
    assert isinstance(image, PreparedImage)
    notes = ", ".join(photo.notes) or "sent as it is, without its metadata"
    weight = estimate(photo.parts)
    about = (
        f"{photo.name}: {part.width} × {part.height} px, {size(image.original_bytes)} → {size(len(part.data))}, "
        f"about {weight.tokens:,} tokens (estimated); {notes}"
    )
    with st.container(width=PICTURE_WIDTH, gap=None):
        st.image(part.data, width=PICTURE_WIDTH, alt=photo.name)
        with st.container(horizontal=True, vertical_alignment="center", gap=None):
            st.caption(f"{part.width} × {part.height}", help=about, width="stretch")
            draw_remove(f"detach-{position}-{photo.name}", f"Remove {photo.name}", detach, position)
