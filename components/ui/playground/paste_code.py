"""Paste code: opens a command, a body or a program as a conversation with its settings."""

from __future__ import annotations

import streamlit as st

from components.api.paste.archive import read_archive
from components.api.paste.pasted import Pasted
from components.api.paste.reader import read_pasted
from components.api.wires.registry import WIRES
from components.core.errors import PasteError
from components.core.parts import Message, PicturePart, VideoPart, parts_to_send
from components.core.request import RunRequest
from components.history.tree import Node
from components.media.attachments import Attachment, as_whole, attach, attachments_of
from components.media.limits import CLIP_ENDINGS
from components.params.choices import Choices, value_text
from components.params.payload import changed
from components.runs.turns import turns_of
from components.tools.definitions import write_tools
from components.ui import resources
from components.ui.markdown.escaping import with_code
from components.ui.state import renew
from components.ui.streamlit_internals import UploadedFile

_PLACEHOLDER = """curl %s/chat/completions \\
  -H "Authorization: Bearer $EMPIRIOLABS_API_KEY" \\
  -d '{"model": "%s", "messages": [{"role": "user", "content": "Hello"}]}'"""
_FILES = ["png", "jpg", "jpeg", "webp", "gif", "zip", *CLIP_ENDINGS]


@st.dialog("Paste code", width="large", icon=":material/content_paste_go:")
def show_paste() -> None:
    """Opens the dialog."""
    st.caption(
        "A cURL command (bash or cmd), a JSON body of any endpoint, a call in Python or JavaScript, or a notebook. "
        "It is read and never run."
    )
    example = _PLACEHOLDER % (resources.connection().base_url, resources.model())
    typed = st.text_area("Code", key="paste-text", height=240, placeholder=example, label_visibility="collapsed")
    uploads = st.file_uploader(
        "Pictures and clips the code refers to, or the whole zip of Get code",
        type=_FILES,
        accept_multiple_files=True,
        key="paste-files",
    )
    pasted = None
    problem = ""
    try:
        text, files = _gathered(typed or "", uploads or [])
        if text.strip():
            pasted = read_pasted(text, files, resources.card())
    except PasteError as error:
        problem = str(error)
    if problem:
        st.error(with_code(problem), icon=":material/error:")
    elif pasted is not None:
        _draw_summary(pasted)
    with st.container(horizontal=True, vertical_alignment="center"):
        if pasted is None:
            st.button("Read it", key="paste-read", type="primary")
        elif st.button("Fill the page", icon=":material/arrow_forward:", key="paste-fill", type="primary"):
            _fill(pasted.request)
            st.rerun()
        st.caption("It begins a new conversation; the one on the page stays in the history.", width="stretch")


def _gathered(typed: str, uploads: list[UploadedFile]) -> tuple[str, dict[str, bytes]]:
    """The text to read, and the files it may refer to, by path and by name. A zip brings its own program."""
    text = typed
    files: dict[str, bytes] = {}
    for upload in uploads:
        found = {upload.name: upload.getvalue()}
        if upload.name.lower().endswith(".zip"):
            program, found = read_archive(upload.getvalue())
            text = text if text.strip() else program
        files |= found | {path.rsplit("/", 1)[-1]: data for path, data in found.items()}
    return text, files


def _draw_summary(pasted: Pasted) -> None:
    request = pasted.request
    st.markdown(f":green[:material/check_circle: {pasted.kind}]: {with_code(', '.join(_contents(request)))}.")
    if request.messages and (text := request.messages[-1].text):
        st.code(text if len(text) < 400 else f"{text[:400]}…", language=None, wrap_lines=True)
    if pasted.key_dropped:
        st.warning(
            "It held a key, which was dropped: it is neither sent nor kept. Give a key under Connection.",
            icon=":material/key_off:",
        )
    left_out = [*pasted.left_out]
    if request.model not in ("", resources.model()):
        left_out.insert(0, f"The model `{request.model}`: this page asks `{resources.model()}`.")
    if left_out:
        listed = "\n".join(f"- {with_code(sentence)}" for sentence in left_out)
        st.markdown(f":orange[:material/warning: Not taken over]\n\n{listed}")


def _contents(request: RunRequest) -> list[str]:
    count = len(request.messages)
    sent = [part for one in request.messages for part in parts_to_send(one.parts, videos=True)]
    clips = sum(isinstance(part, VideoPart) for part in sent)
    pictures = sum(isinstance(part, PicturePart) for part in sent)
    words = [WIRES[request.wire].label, f"{count} {'message' if count == 1 else 'messages'}"]
    if pictures:
        words.append(f"{pictures} {'picture' if pictures == 1 else 'pictures'}")
    if clips:
        words.append(f"{clips} {'clip' if clips == 1 else 'clips'}")
    if request.system:
        words.append("a system prompt")
    words += [f"`{name}` {value_text(value)}" for name, value in request.parameters.items()]
    words += [f"the tool `{tool.name}`" for tool in request.tools]
    return words


def _fill(request: RunRequest) -> None:
    """Puts the request on the page: its messages as turns, the last question into the message box."""
    state = renew()
    messages = list(request.messages)
    question = messages.pop() if messages and messages[-1].role == "user" else None
    state.turns = turns_of([Node(None, message.role, message, "imported") for message in messages], {})
    values = changed(request.parameters, request.card)
    state.own = Choices(values, request.wire, request.system, stream=request.stream)
    state.tools.text = write_tools(request.tools)
    state.tools.version += 1
    state.tools.choice = request.tool_choice
    if question is not None:
        state.draft = question.text
        state.tray = _tray(question)


def _tray(question: Message) -> list[Attachment]:
    """The attachments of the question, in order; a clip is attached to be sent as a whole."""
    tray: list[Attachment] = []
    pictures: list[PicturePart] = []
    for part in parts_to_send(question.parts, videos=True):
        if isinstance(part, VideoPart):
            tray += [*attachments_of(pictures), as_whole(attach(part.name, part.data))]
            pictures = []
        elif isinstance(part, PicturePart):
            pictures.append(part)
    return [*tray, *attachments_of(pictures)]
