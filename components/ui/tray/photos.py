"""Pictures in the tray: a photo, and a picture that is sent by its address."""

from __future__ import annotations

import streamlit as st

from components.core.parts import ImagePart, RemoteImagePart
from components.media.attachments import Attachment
from components.media.images import PANORAMA, PreparedImage
from components.ui.figures import size
from components.ui.fitting import fitting
from components.ui.markdown.escaping import escaped, with_code
from components.ui.tray.photo_dialog import open_photo
from components.ui.tray.picture_tokens import about_tokens
from components.ui.tray.tile import PICTURE_WIDTH, draw_detach, draw_menu, open_next

_ADDRESS_WIDTH = 160


def draw_photo(photo: Attachment, position: int) -> None:
    """Draws a photo of the tray, which is there at `position`."""
    (part,) = photo.parts
    image = photo.facts
    assert isinstance(part, ImagePart) and isinstance(image, PreparedImage)
    notes = ", ".join(photo.notes) or "sent as it is, without its metadata"
    about = (
        f"{photo.name}: {part.width} × {part.height} px, {size(image.original_bytes)} → {size(len(part.data))}, "
        f"about {about_tokens(part.width, part.height):,} tokens (estimated); {notes}"
    )
    # Not `width=` of the picture either: Streamlit would encode a wider one anew, at every click.
    with st.container(width=PICTURE_WIDTH):
        st.image(fitting(part.data, part.width), width="stretch", alt=photo.name)
    with st.container(gap=None, width="content"):
        actions = {":material/zoom_in: Enlarge, crop, compare": lambda: open_next(open_photo, position)}
        draw_detach(position, photo.name)
        draw_menu(position, photo.name, f"{part.width} × {part.height}", with_code(about), actions)


def draw_hint(photo: Attachment, position: int) -> None:
    """Says below the tray that a panorama is better cropped, with the button to do so; nothing for other pictures."""
    if PANORAMA in photo.notes:
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
            st.caption(f":material/panorama_horizontal: {escaped(photo.name)}: {PANORAMA}", width="stretch")
            key = f"crop-hint-{position}-{photo.name}"
            st.button(
                "Crop",
                key=key,
                type="tertiary",
                icon=":material/crop:",
                on_click=open_next,
                args=(open_photo, position),
            )


def draw_remote(picture: Attachment, position: int) -> None:
    """Draws a picture that the gateway fetches: its address, no preview."""
    (part,) = picture.parts
    assert isinstance(part, RemoteImagePart)
    with st.container(width=_ADDRESS_WIDTH):
        st.caption(f":material/link: {escaped(picture.name)}")
    with st.container(gap=None, width="content"):
        about = f"{part.url}: {', '.join(picture.notes)}. Its size and tokens are not known here."
        draw_detach(position, picture.name)
        draw_menu(position, picture.name, "By address", with_code(about))
