"""Each hook of `components/ui/streamlit_internals.py` against the Streamlit that is installed.

A failure here means that this release of Streamlit changed what the named function relies on.
"""

from __future__ import annotations

import re
from importlib.metadata import version
from inspect import signature
from pathlib import Path

import pytest
import streamlit as st
from starlette.exceptions import HTTPException
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import SessionState
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.testing.v1 import AppTest

from components.core.errors import MediaError
from components.ui import streamlit_internals

DOM = Path(streamlit_internals.__file__).parent / "streamlit_dom"
STATIC = Path(st.__file__).parent / "static"
# Streamlit joins these of a fixed text and the kind of the button.
JOINED = {"stBaseButton-tertiary": "stBaseButton-"}


def test_streamlit_is_the_release_that_the_hooks_were_written_for():
    assert version("streamlit").startswith("1.67."), "try every hook with the new release, then change this line"


def test_yield_to_rerun_reaches_the_point_where_streamlit_serves_a_waiting_click(monkeypatch):
    asked = []
    state = SafeSessionState(SessionState(), lambda: asked.append(True))
    monkeypatch.setattr("streamlit.runtime.state.session_state_proxy.get_session_state", lambda: state)
    streamlit_internals.yield_to_rerun()
    assert asked, "`yield_to_rerun`: reading the session no longer asks whether a click waits"


def test_session_id_and_upload_address_are_those_of_the_session_that_is_served():
    def page() -> None:
        import streamlit as st

        from components.ui.streamlit_internals import session_id, upload_address

        st.text(upload_address(session_id() or "none"))

    shown = AppTest.from_function(page).run()
    assert not shown.exception, "`session_id`"
    assert re.fullmatch(r"/_stcore/upload_file/(?!none).+", shown.text[0].value), "`upload_address`, `session_id`"
    assert streamlit_internals.session_id() is None


def test_the_server_takes_uploads_where_upload_address_says():
    server = "".join(path.read_text("utf-8") for path in (Path(st.__file__).parent / "web").rglob("*.py"))
    assert "_stcore/upload_file" in server, "`upload_address`: the server takes uploads elsewhere"


def test_the_runtime_tells_who_is_connected_and_closes_sessions():
    for hook, name in (("is_connected", "is_active_session"), ("close_session", "close_session")):
        assert list(signature(getattr(Runtime, name)).parameters) == ["self", "session_id"], f"`{hook}`"
    assert not streamlit_internals.is_connected("nobody")  # and without a server
    streamlit_internals.close_session("nobody")


class _Context:
    session_id = "session"

    def __init__(self) -> None:
        self.uploaded_file_mgr = MemoryUploadedFileManager("/_stcore/upload_file")


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> MemoryUploadedFileManager:
    context = _Context()
    monkeypatch.setattr(streamlit_internals, "get_script_run_ctx", lambda: context)
    return context.uploaded_file_mgr


def _add(files: MemoryUploadedFileManager, id: str) -> None:
    files.add_file("session", UploadedFileRec(id, f"{id}.bin", "application/octet-stream", b"12"))


def test_divert_uploads_takes_what_it_wants_and_forget_upload_drops_the_rest(files):
    taken = []

    def put(session_id: str, file_id: str, data: bytes) -> bool:
        taken.append((session_id, file_id, data))
        return file_id == "piece"

    streamlit_internals.divert_uploads(put)
    streamlit_internals.divert_uploads(put)  # once for the process
    _add(files, "piece")
    _add(files, "small")
    assert taken == [("session", "piece", b"12"), ("session", "small", b"12")], "`divert_uploads`"
    assert [file.file_id for file in files.get_files("session", ["piece", "small"])] == ["small"], "`divert_uploads`"
    streamlit_internals.forget_upload("small")
    assert files.get_files("session", ["small"]) == [], "`forget_upload`"


@pytest.mark.parametrize(("error", "status"), [(MediaError("too large"), 409), (OSError("full"), 507)])
def test_what_diverting_raises_is_answered_with_its_status(files, error, status):
    def put(*_: object) -> bool:
        raise error

    streamlit_internals.divert_uploads(put)
    with pytest.raises(HTTPException) as raised:
        _add(files, "piece")
    assert raised.value.status_code == status


def test_the_server_keeps_uploads_with_the_manager_that_divert_uploads_knows():
    files = [path for part in ("web", "runtime") for path in (Path(st.__file__).parent / part).rglob("*.py")]
    sources = [path.read_text("utf-8") for path in files]
    assert any(" MemoryUploadedFileManager(" in source for source in sources), "`divert_uploads`"


def test_mermaid_module_is_a_file_that_streamlit_serves():
    name = streamlit_internals.mermaid_module()
    assert name is not None, "`mermaid_module`: Streamlit brings no `mermaid.core.*.js` any more"
    assert (STATIC / "static" / "js" / name).is_file()


def test_every_test_id_of_streamlit_dom_is_in_the_page_that_streamlit_serves():
    """Which of them an element has is looked at in a browser, by `tests/e2e/test_streamlit_dom.py`."""
    served = b"".join(path.read_bytes() for path in (STATIC / "static" / "js").glob("*.js"))
    missing = [
        f"{id} ({file.name})"
        for file in sorted(DOM.iterdir())
        if file.suffix in (".js", ".css")
        for id in sorted(set(re.findall(r'data-testid="([^"]+)"', file.read_text("utf-8"))))
        if JOINED.get(id, id).encode() not in served
    ]
    assert not missing, f"Streamlit's page has no such elements any more: {', '.join(missing)}"
