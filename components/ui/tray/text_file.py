"""A text file in the tray: its name and tokens, and a dialog with the very text that is sent."""

from __future__ import annotations

import streamlit as st

from components.core.errors import MediaError
from components.core.parts import TextFilePart
from components.core.texts import whole_characters
from components.media.attachments import Attachment, drawn, read_as
from components.media.estimates import part_bytes, part_tokens
from components.media.signatures import recognise
from components.media.text_files import ENCODINGS, TextFile
from components.ui.figures import size
from components.ui.markdown.escaping import escaped, with_code
from components.ui.state import session
from components.ui.tray.file_text import draw_file_text
from components.ui.tray.tile import draw_detach, draw_menu, open_next

_WIDTH = 150
# A browser freezes while it lays out longer texts.
_SHOWN = 100_000


def draw_text_file(file: Attachment, position: int) -> None:
    """Draws a text file of the tray, which is there at `position`."""
    part = _part(file)
    facts = f"about {part_tokens(part):,} tokens"
    with st.container(width=_WIDTH, gap=None, key=f"text-file-{position}"):
        st.markdown(f":material/description: {escaped(file.name)}")
        st.caption(size(part_bytes(part)))
    with st.container(gap=None, width="content"):
        actions = {":material/visibility: Look at what is sent": lambda: open_next(open_text_file, position)}
        if _is_svg(file):
            actions[":material/draw: Send it as a picture"] = lambda: _send_as_picture(position)
        about = (
            f"{file.name}: {facts} (estimated); sent as text in a fence{''.join(f'; {note}' for note in file.notes)}"
        )
        draw_detach(position, file.name)
        draw_menu(position, file.name, facts, with_code(about), actions)


@st.dialog("Text file", width="large", icon=":material/description:")
def open_text_file(position: int) -> None:
    """Opens the text file at `position` in the tray."""
    tray = session().tray
    if not (position < len(tray) and tray[position].kind == "file"):
        st.caption("This file is no longer attached.")
        return
    file = tray[position]
    part = _part(file)
    lines = part.text.count("\n") + (not part.text.endswith("\n"))
    st.markdown(
        f"**{escaped(file.name)}** · {lines:,} {'line' if lines == 1 else 'lines'} · {size(part_bytes(part))} · "
        f"about {part_tokens(part):,} tokens (estimated). This is what is sent:"
    )
    if not draw_file_text(part, _SHOWN, 440):
        whole = whole_characters(part.fenced)
        st.download_button("All of it", whole, f"{part.name}.txt", "text/plain", icon=":material/download:")
    if file.notes:
        st.caption(with_code(f"{'; '.join(file.notes)}."))
    if isinstance(file.facts, TextFile):
        _draw_encoding(file, file.facts, position)


def _draw_encoding(file: Attachment, facts: TextFile, position: int) -> None:
    names = list(ENCODINGS)
    chosen = st.selectbox(
        "Read as",
        names,
        index=names.index(facts.encoding),
        format_func=lambda name: ENCODINGS[name],
        key=f"text-encoding-{position}-{hash(facts)}",
        help="Where the text does not read right, it is in another encoding than it seems to be.",
        width=260,
    )
    if chosen == facts.encoding:
        return
    try:
        session().tray[position] = read_as(file, chosen)
    except MediaError as error:
        st.error(with_code(str(error)))
        return
    open_next(open_text_file, position)
    st.rerun()


def _is_svg(file: Attachment) -> bool:
    return isinstance(file.facts, TextFile) and recognise(file.facts.data).format == "SVG"


def _send_as_picture(position: int) -> None:
    state = session()
    try:
        state.tray[position] = drawn(state.tray[position])
    except MediaError as error:
        state.refusals.append(str(error))


def _part(file: Attachment) -> TextFilePart:
    (part,) = file.parts
    assert isinstance(part, TextFilePart)
    return part
