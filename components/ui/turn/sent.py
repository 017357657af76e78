"""What the user sent with a turn, before the prompt: pictures, frames, addresses and texts in their order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import streamlit as st

from components.core.parts import FramePart, ImagePart, PicturePart, RemoteImagePart, TextFilePart, TextPart
from components.core.texts import whole_characters
from components.media.attachments import Attachment
from components.media.estimates import part_tokens
from components.ui.fitting import fitting
from components.ui.markdown.escaping import escaped
from components.ui.tray.file_text import draw_file_text

_PICTURE_WIDTH = 80
_TEXT_WIDTH = 200
# It is sent to the browser each time the conversation is drawn.
_FILE_SHOWN = 4_000


def draw_sent(attachments: Sequence[Attachment], *, videos: bool = False) -> None:
    """Draws what the attachments sent, the pictures of each clip or document under its name; nothing if there are none.

    `videos`: the endpoint accepted clips, so that clips to be sent themselves were.
    """
    clips = [attachment for attachment in attachments if videos and attachment.video]
    if clips:
        names = ", ".join(attachment.name for attachment in clips)
        st.caption(f":material/movie: {escaped(names)}, sent as a whole")
    parts = [part for attachment in attachments if attachment not in clips for part in attachment.parts]
    parts = [part for part in parts if part != TextPart("")]
    for clip, group in groupby(parts, lambda part: part.clip if isinstance(part, FramePart) else None):
        row = list(group)
        with st.container(gap="xxsmall"):
            if clip is not None:
                st.caption(_named(clip, row))
            with st.container(horizontal=True, gap="xsmall"):
                for part in row:
                    _draw_part(part)


def _named(clip: str, row: Sequence[object]) -> str:
    """The name of a clip or document, and the number of its pictures."""
    first = row[0]
    icon, unit = ("docs", "page") if isinstance(first, FramePart) and first.page else ("movie", "frame")
    return f":material/{icon}: {escaped(clip)}, {len(row)} {unit if len(row) == 1 else f'{unit}s'}"


def _draw_part(part: PicturePart | TextPart | TextFilePart) -> None:
    match part:
        case TextPart(text):
            with st.container(width=_TEXT_WIDTH):
                st.text(whole_characters(text))
        case TextFilePart(_, name):
            with st.popover(escaped(name), icon=":material/description:", type="tertiary", width="content"):
                st.caption(f"As it was sent, about {part_tokens(part):,} tokens (estimated)")
                draw_file_text(part, _FILE_SHOWN, 320)
        case RemoteImagePart(url):
            # Never shown here: the browser would fetch it each time the conversation is drawn.
            with st.container(width=_TEXT_WIDTH):
                st.caption(f":material/link: {escaped(url)}")
        case ImagePart():
            _draw_picture(part, part.name)
        case FramePart():
            _draw_picture(part, part.label())


def _draw_picture(part: ImagePart | FramePart, named: str) -> None:
    # Not `width=`: Streamlit would encode a wider picture again at every click.
    with st.container(width=_PICTURE_WIDTH):
        try:
            data = fitting(part.data, part.width)
            st.image(data, caption=escaped(named), width="stretch", alt=f"Sent: {whole_characters(named)}")
        except OSError:  # Pillow's: what a file brought that was imported need not be one
            st.caption(f":material/broken_image: {escaped(named)}, no picture that can be shown")
