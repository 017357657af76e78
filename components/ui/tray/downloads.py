"""Downloads of pictures that are or were sent: as they are in a ZIP, and together on a contact sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from components.core.parts import FramePart, ImagePart
from components.media.contact_sheet import contact_sheet
from components.media.frames_zip import frames_zip


def draw_downloads(pictures: Sequence[FramePart | ImagePart], title: str, key: str) -> None:
    """Draws both buttons side by side; nothing without pictures. The files are made on demand."""
    if not pictures:
        return
    pictures, name = tuple(pictures), _file_name(title)
    with st.container(horizontal=True, gap="xsmall", width="content", key=f"save-{key}"):
        st.download_button(
            "ZIP",
            lambda: frames_zip(pictures),
            f"{name}-frames.zip",
            "application/zip",
            key=f"save-zip-{key}",
            icon=":material/folder_zip:",
            type="tertiary",
            help="Save the pictures exactly as they are sent, with a list of their times or pages and sizes",
            on_click="ignore",
        )
        st.download_button(
            "Contact sheet",
            lambda: contact_sheet(pictures, title),
            f"{name}-sheet.jpg",
            "image/jpeg",
            key=f"save-sheet-{key}",
            icon=":material/grid_on:",
            type="tertiary",
            help="Save one picture that shows them all in small, each with its time or page",
            on_click="ignore",
        )


def _file_name(title: str) -> str:
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", title)
    return re.sub(r"[^\w.-]+", "-", stem).strip("-.")[:60] or "pictures"
