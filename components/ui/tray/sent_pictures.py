"""Pictures of an earlier message in the tray: they are sent again as they were, as their files are not at hand."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

import streamlit as st

from components.core.parts import FramePart, ImagePart, PicturePart, RemoteImagePart, TextFilePart, TextPart
from components.media.attachments import Attachment
from components.ui.figures import size
from components.ui.fitting import fitting
from components.ui.markdown.escaping import escaped
from components.ui.state import session
from components.ui.tray.storyboard import sent_whole, short_label
from components.ui.tray.tile import PICTURE_WIDTH, detach, draw_remove


def draw_sent(attachment: Attachment, position: int) -> None:
    """Draws the pictures of the attachment at `position` in the tray; each can be left out.

    A clip that is itself sent again is drawn as a line.
    """
    if attachment.video is not None and sent_whole(session(), position):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            facts = f"the clip itself is sent, as it was · {size(len(attachment.video.data))}"
            st.markdown(f":material/movie: **{escaped(attachment.name)}** :small[:gray[{facts}]]", width="stretch")
            draw_remove(f"leave-{position}", f"Remove {attachment.name}", detach, position)
        return
    for index, part in enumerate(attachment.parts):
        named, words = _words(part)
        with st.container(width=PICTURE_WIDTH, gap=None, key=f"kept-{position}-{index}"):
            if isinstance(part, ImagePart | FramePart):
                st.image(fitting(part.data, part.width), width="stretch", alt=named)
            st.caption(words)
            key = f"leave-{position}-{index}-{hash(part)}"
            draw_remove(key, f"Remove {named}", _leave_out, position, index)


def _words(part: PicturePart | TextPart | TextFilePart) -> tuple[str, str]:
    """The part's name, and the words under it."""
    match part:
        case FramePart():
            return part.name, short_label(part)
        case ImagePart():
            return part.name, f"{part.width} × {part.height}"
        case RemoteImagePart(url):
            return url, ":material/link: By address"
        case TextFilePart(_, name):
            return name, ":material/description: File"
        case TextPart(text):
            return text, ":material/short_text: Text"
        case _:
            assert_never(part)


def _leave_out(position: int, index: int) -> None:
    tray = session().tray
    parts = tray[position].parts
    if len(parts) == 1:
        del tray[position]
    else:
        tray[position] = replace(tray[position], parts=parts[:index] + parts[index + 1 :])
