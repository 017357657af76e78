"""What the browser does for the tray, in one component: it shows files on their way, and hears what is dropped.

Of a clip that is being uploaded it shows the first frame, from the browser's own file, and says so, until the frames
that are sent are there. Large files come in pieces, past Streamlit's uploader, which would hold each in memory as a
whole: see `Uploads`. Files that are dropped anywhere on the page or pasted go to the uploader (`drop.js`): it takes
neither itself (Streamlit 1.67), and the message box would hand a pasted picture over only when it is sent, unchecked.
Tiles of the tray are dragged into another order (`tiles.js`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.media.limits import CLIP_ENDINGS, CLIP_UPLOAD_BYTES, MEGABYTE
from components.media.names import file_name
from components.media.uploads import PIECE_BYTES, WHOLE_BYTES
from components.ui import resources
from components.ui import streamlit_internals as internals
from components.ui.state import Key, Lasts, PanelState, Session, component_value, session
from components.ui.tray.chosen_order import ChosenOrder
from components.ui.tray.coming import reading

_KEY = Key[object]("arriving")
_UPLOADER = "uploader-"
_HEARD_MOST = 50


def uploader_key(state: Session) -> Key[list[internals.UploadedFile] | None]:
    """The key of the uploader; a new one empties it, when its files have been read."""
    return Key(f"{_UPLOADER}{state.uploads}")


@dataclass
class ArrivingState(PanelState, lasts=Lasts.CONVERSATION):
    """`heard`: ids of the large files the browser sent news of. `came`: files came and are being waited for.

    `refused_with`: the number of the uploader with which a large file was refused last. `chosen`: the order of files
    that are still to come and were chosen together with a large one.
    """

    heard: list[str] = field(default_factory=list)
    came: bool = False
    refused_with: object = None
    chosen: ChosenOrder = field(default_factory=ChosenOrder)


def draw_arriving(state: Session) -> None:
    """Draws the files on their way, and listens. Draw it after the tray: files that were read are then taken away."""
    session_id = internals.session_id()
    if session_id is None:
        return
    internals.divert_uploads(resources.uploads().put)
    _component()(
        key=_KEY,
        data={
            "uploads": state.uploads,
            "endings": list(CLIP_ENDINGS),
            "uploader": _UPLOADER,
            "address": internals.upload_address(session_id),
            "piece": PIECE_BYTES,
            "whole": WHOLE_BYTES,
            "most": CLIP_UPLOAD_BYTES,
            "heard": state.of(ArrivingState).heard,
            "names": [attachment.name for attachment in state.tray],
        },
        on_news_change=_on_news,
        on_moved_change=_on_moved,
    )


def _on_moved() -> None:
    """Moves a tile that was dragged."""
    moved = component_value(_KEY, "moved")
    tray = session().tray
    if not isinstance(moved, dict):
        return
    start, end = moved.get("start"), moved.get("end")
    if isinstance(start, int) and isinstance(end, int) and 0 <= start < len(tray) and 0 <= end < len(tray):
        tray.insert(end, tray.pop(start))


def _on_news() -> None:
    """Has the large files that came read, and says of the others why they did not come."""
    state, session_id = session(), internals.session_id()
    arriving = state.of(ArrivingState)
    news = component_value(_KEY, "news")
    for message in news if isinstance(news, list) else ():
        id, name, size, status = (message.get(field) for field in ("id", "name", "size", "status"))
        if session_id is None or not isinstance(id, str) or not isinstance(name, str) or not isinstance(size, int):
            continue
        if id in arriving.heard:
            continue
        arriving.heard = [*arriving.heard, id][-_HEARD_MOST:]
        source = resources.uploads().claim(session_id, id, size)
        match message.get("what"):
            case "sent" if source is not None and status == 204:
                names = message.get("chosen")
                if isinstance(names, list):
                    attached = [attachment.name for attachment in state.tray]
                    arriving.chosen.add([file_name(each) for each in names if isinstance(each, str)], attached)
                reading(state).add(id, name, source)
                arriving.came = True
            case "sent":
                state.refusals.append(_failure(name, status))
            case "lost":
                state.refusals.append(
                    f"{name!r} did not come: the page was loaded anew while it was on its way; choose it again."
                )
            case "refused":
                with_upload = message.get("upload")
                if with_upload not in (arriving.refused_with, state.uploads - 1):
                    state.refusals.clear()
                arriving.refused_with = with_upload
                state.refusals.append(
                    f"{name!r} has {size / MEGABYTE:,.0f} MB, more than the {CLIP_UPLOAD_BYTES // MEGABYTE:,} MB a "
                    "clip may have: cut it or save it smaller."
                )


def _failure(name: str, status: object) -> str:
    match status:
        case 0:
            return f"{name!r} did not come: the line to this app broke off, or the file was changed; choose it again."
        case 507:
            return f"{name!r} did not come: this app's disk is full; attach a smaller file, or make room there."
        case 403:
            return f"{name!r} did not come: this page is too old; load it anew and choose the file again."
    return f"{name!r} did not come in full (HTTP status {status}): choose it again."


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "playground_arriving",
        html='<div class="clips" role="status"></div>',
        css=Path(__file__).with_suffix(".css").read_text(encoding="utf-8"),
        js=internals.dom_source("pieces.js", "drop.js", "tiles.js", "arriving.js"),
    )
