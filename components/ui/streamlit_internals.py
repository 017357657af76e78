"""Every hook into what Streamlit does not promise to keep; a release that changes one fails `test_streamlit_internals`.

What relies on the page's elements (`data-testid`, kinds of buttons, how React and the uploader take a value) is in the
folder `streamlit_dom`, and checked by `tests/e2e/test_streamlit_dom.py`. Nothing else may rely on either:
`tests/test_architecture.py`. Written for Streamlit 1.67, which requirements.txt pins.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.exceptions import HTTPException
from streamlit import runtime
from streamlit.components.v2.types import ComponentRenderer
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec

from components.core.errors import MediaError

__all__ = ["UploadedFile"]  # the type of what an uploader gives; no public module has it

_DOM = Path(__file__).parent / "streamlit_dom"
_ANY_KEY = "yield-to-rerun"


def dom_source(*names: str) -> str:
    """The scripts or style sheets of those names in `streamlit_dom`, one after the other."""
    return "\n".join((_DOM / name).read_text(encoding="utf-8") for name in names)


@cache
def unseen_component(name: str, *scripts: str) -> ComponentRenderer:
    """The component that draws nothing and runs those scripts of `streamlit_dom`; registered at its first use."""
    return st.components.v2.component(name, html="<span hidden></span>", js=dom_source(*scripts))


def yield_to_rerun() -> None:
    """Ends this run where a click or another change waits to be served; else does nothing.

    Streamlit checks for one whenever the session is read. Raises: its own exception, which must not be caught.
    """
    st.session_state.get(_ANY_KEY)


def session_id() -> str | None:
    """The id of the browser session that is served; None outside a run of the page."""
    context = get_script_run_ctx()
    return None if context is None else context.session_id


def is_connected(session_id: str) -> bool:
    """Whether a browser is connected to that session; Streamlit keeps one for a while after its page was closed."""
    return runtime.exists() and runtime.get_instance().is_active_session(session_id)


def close_session(session_id: str) -> None:
    """Ends a session and frees the media that it showed, without waiting for Streamlit to do so."""
    if runtime.exists():
        runtime.get_instance().close_session(session_id)


def upload_address(session_id: str) -> str:
    """The path of the app's server to which the uploader of that session sends its files."""
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    return f"{'/' + base if base else ''}/_stcore/upload_file/{session_id}"


def divert_uploads(put: Callable[[str, str, bytes], bool]) -> None:
    """Calls `put` with each uploaded file (session id, file id, bytes) before Streamlit holds it in memory.

    Streamlit keeps a file if `put` returns False. The browser gets status 409 where `put` raises MediaError, 507
    where it raises OSError. Once for the process: all sessions share one manager of files.
    """
    manager = _files()
    if manager is None or "add_file" in vars(manager):
        return
    keep = manager.add_file

    def add_file(session_id: str, file: UploadedFileRec) -> None:
        try:
            if not put(session_id, file.file_id, file.data):
                keep(session_id, file)
        except MediaError as error:
            raise HTTPException(409, str(error)) from error
        except OSError as error:
            raise HTTPException(507, "The disk is full or cannot be written.") from error

    manager.add_file = add_file  # type: ignore[method-assign]  # Streamlit has no other way in for a manager


def forget_upload(file_id: str) -> None:
    """Has Streamlit forget a file that was uploaded; it would keep it until the session ends."""
    manager, owner = _files(), session_id()
    if manager is not None and owner is not None:
        manager.remove_file(owner, file_id)


def _files() -> MemoryUploadedFileManager | None:
    context = get_script_run_ctx()
    manager = None if context is None else context.uploaded_file_mgr
    return manager if isinstance(manager, MemoryUploadedFileManager) else None


def mermaid_module() -> str | None:
    """The file name of Streamlit's module that draws diagrams: it changes with the version. None if there is none."""
    scripts = Path(st.__file__).parent / "static" / "static" / "js"
    return next((path.name for path in scripts.glob("mermaid.core.*.js")), None)
