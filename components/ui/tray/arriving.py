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
from starlette.exceptions import HTTPException
from streamlit.components.v2.types import ComponentRenderer
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from components.core.errors import MediaError
from components.media.limits import CLIP_ENDINGS, CLIP_UPLOAD_BYTES, MEGABYTE
from components.media.uploads import PIECE_BYTES, WHOLE_BYTES
from components.ui import resources
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
    context = get_script_run_ctx()
    if context is None:
        return
    if isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        _divert(context.uploaded_file_mgr)
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    _component()(
        key=_KEY,
        data={
            "uploads": state.uploads,
            "endings": list(CLIP_ENDINGS),
            "uploader": UPLOADER,
            "address": f"{'/' + base if base else ''}/_stcore/upload_file/{context.session_id}",
            "piece": PIECE_BYTES,
            "whole": WHOLE_BYTES,
            "most": CLIP_UPLOAD_BYTES,
            "heard": state.of(ArrivingState).heard,
        },
        on_news_change=_hear,
    )


def let_go(file_id: str) -> None:
    """Has Streamlit forget a file that was taken; it would keep it until the session ends."""
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, file_id)


def _divert(manager: MemoryUploadedFileManager) -> None:
    """Has the pieces that come to Streamlit written to the disk. Once for the process: all sessions share it."""
    if "add_file" in vars(manager):
        return
    keep, uploads = manager.add_file, resources.uploads()

    def add_file(session_id: str, file: UploadedFileRec) -> None:
        try:
            if not uploads.put(session_id, file.file_id, file.data):
                keep(session_id, file)
        except MediaError as error:
            raise HTTPException(409, str(error)) from error
        except OSError as error:
            raise HTTPException(507, "The disk is full or cannot be written.") from error

    manager.add_file = add_file  # type: ignore[method-assign]  # Streamlit has no other way in for a manager


def _hear() -> None:
    """Takes the large files that came, and says of the others why they did not."""
    state, context = session(), get_script_run_ctx()
    arriving = state.of(ArrivingState)
    news = component_value(_KEY, "news")
    for told in news if isinstance(news, list) else ():
        id, name, size, status = (told.get(key) for key in ("id", "name", "size", "status"))
        if context is None or not isinstance(id, str) or not isinstance(name, str) or not isinstance(size, int):
            continue
        if id in arriving.heard:
            continue
        arriving.heard = [*arriving.heard, id][-_HEARD_KEPT:]
        source = resources.uploads().take(context.session_id, id, size)
        match told.get("what"):
            case "sent" if source is not None and status == 204:
                reading(state).add(id, name, source)
                arriving.came = True
            case "sent":
                state.refusals.append(_failure(name, status))
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
    folder = Path(__file__).parent
    scripts = (folder / name for name in ("pieces.js", "arriving.js"))
    return st.components.v2.component(
        "playground_arriving",
        html='<div class="clips" role="status"></div>',
        css=Path(__file__).with_suffix(".css").read_text(encoding="utf-8"),
        js="\n".join(script.read_text(encoding="utf-8") for script in scripts),
    )
