"""Files that were chosen and are still on their way: of a clip the first frame, as the browser shows what it holds.

An upload of many megabytes takes as long as the line to the app does. What is shown meanwhile never came to the app,
says so, and gives way to the frames that are sent. Large files come in pieces, past Streamlit's uploader, which would
hold each in memory as a whole: see `Uploads`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.media.limits import CLIP_ENDINGS, CLIP_UPLOAD_BYTES, MEGABYTE
from components.media.uploads import PIECE_BYTES, WHOLE_BYTES
from components.ui import resources
from components.ui import streamlit_internals as internals
from components.ui.state import Lasts, PanelState, Session, component_value, session
from components.ui.tray.coming import reading

# The element beside which it is drawn: a new uploader for each upload, counted from 0.
UPLOADER = "uploader-"
_KEY = "arriving"
_HEARD_KEPT = 50


@dataclass
class ArrivingState(PanelState, lasts=Lasts.CONVERSATION):
    """`heard`: ids of the large files of which the page was told. `came`: files came that were not waited for yet.

    `refused_with`: the number of the uploader beside which one was refused last.
    """

    heard: list[str] = field(default_factory=list)
    came: bool = False
    refused_with: object = None


def draw_arriving(state: Session) -> None:
    """Draws what is on its way. Draw it after what came has been read: until then clips stay."""
    session_id = internals.session_id()
    if session_id is None:
        return
    internals.divert_uploads(resources.uploads().put)
    _component()(
        key=_KEY,
        data={
            "uploads": state.uploads,
            "endings": list(CLIP_ENDINGS),
            "uploader": UPLOADER,
            "address": internals.upload_address(session_id),
            "piece": PIECE_BYTES,
            "whole": WHOLE_BYTES,
            "most": CLIP_UPLOAD_BYTES,
            "heard": state.of(ArrivingState).heard,
        },
        on_news_change=_hear,
    )


def _hear() -> None:
    """Takes the large files that came, and says of the others why they did not."""
    state, session_id = session(), internals.session_id()
    arriving = state.of(ArrivingState)
    news = component_value(_KEY, "news")
    for told in news if isinstance(news, list) else ():
        id, name, size, status = (told.get(key) for key in ("id", "name", "size", "status"))
        if session_id is None or not isinstance(id, str) or not isinstance(name, str) or not isinstance(size, int):
            continue
        if id in arriving.heard:
            continue
        arriving.heard = [*arriving.heard, id][-_HEARD_KEPT:]
        source = resources.uploads().take(session_id, id, size)
        match told.get("what"):
            case "sent" if source is not None and status == 204:
                reading(state).add(id, name, source)
                arriving.came = True
            case "sent":
                state.refusals.append(_failure(name, status))
            case "lost":
                state.refusals.append(
                    f"{name!r} did not come: the page was loaded anew while it was on its way; choose it again."
                )
            case "refused":
                with_upload = told.get("upload")
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
        js=internals.dom_source("pieces.js", "arriving.js"),
    )
