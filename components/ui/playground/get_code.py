"""Get code: a turn, or the whole conversation, as a program that sends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from components.api.connection import Connection
from components.api.snippets.archive import make_archive
from components.api.snippets.body import MediaFile, is_from_clip, only_last_turn, safe_name
from components.api.snippets.program import Options, Program, tool_answers_in
from components.api.snippets.registry import TARGETS, targets_of, write_program
from components.api.wires.registry import WIRES
from components.core.errors import ParameterError
from components.core.parts import FramePart, Message
from components.core.request import RunRequest
from components.media.storyboard import Storyboard
from components.runs.conversation import Turn, reply_messages
from components.settings import DEFAULT_BASE_URL
from components.ui import resources
from components.ui.conversation.sending import next_request
from components.ui.markdown.escaping import in_code, with_code
from components.ui.state import Session, session

EXAMPLE = "Write a haiku about the ocean."
_HEIGHT = 420


def show_current_code(state: Session) -> None:
    """Opens the dialog for the conversation as it would be sent now, with today's settings."""
    try:
        show_code(_current_request(state))
    except ParameterError as error:
        st.toast(with_code(f"There is no code yet: {error}"), icon=":material/error:")


def _current_request(state: Session) -> RunRequest:
    """The last question with all before it; in an empty conversation what is attached, with an example prompt."""
    request = next_request(state, EXAMPLE)
    if not state.turns:
        return request
    asked = state.turns[-1].rounds[0].run.request
    return replace(request, messages=asked.messages)


def draw_turns_code(turn: Turn, number: int) -> None:
    """Draws the button for one turn, exactly as it was sent; nothing for one that never was."""
    if turn.rounds[0].written is not None:
        return
    if st.button("Code", icon=":material/code:", key=f"code-{number}", type="tertiary"):
        run = turn.rounds[0].run
        show_code(run.request, reply_messages(turn.rounds), run.body)


@st.dialog("Get code", width="large", icon=":material/code:")
def show_code(request: RunRequest, after: tuple[Message, ...] = (), body: Mapping[str, Any] | None = None) -> None:
    """Opens the dialog for a request. `after`: the messages that followed it, with the answers of tools.

    `body`: its body where that was written by hand, which is sent as it is.
    """
    connection = resources.connection()
    if session().live_turn is not None:
        st.caption(":material/schedule: A reply is being written; what you choose here is shown when it has ended.")
    own = False
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if body is None:
            request, from_clip = _draw_choices(request)
        else:
            from_clip = False
            st.caption("The body was written by hand; it is sent as it is.")
        if connection.simulated:
            own = st.toggle(
                "Ask the simulator",
                key="code-simulator",
                help=f"The code asks `{connection.base_url}`, as long as this app runs, with the key "
                f"`{connection.key}`. Else it asks the real API.",
            )
    options = replace(
        _options(connection, own),
        frames_from_clip=from_clip,
        tool_answers=tool_answers_in((*request.messages, *after)),
    )
    names = [target.name for target in targets_of(request.wire, options.base_url, by_hand=body is not None)]
    name = st.segmented_control(
        "Language and package",
        names,
        default=names[0],
        format_func=lambda name: TARGETS[name].label,
        key=f"code-target-{request.wire}",
        required=True,
        label_visibility="collapsed",
    )
    _draw_program(write_program(TARGETS[name], request, options, body), request, options)


def _draw_choices(request: RunRequest) -> tuple[RunRequest, bool]:
    """Draws what can be changed about the request. Returns the changed one, and whether the code takes the frames."""
    wire = st.segmented_control(
        "Endpoint",
        list(WIRES),
        default=request.wire,
        format_func=lambda name: WIRES[name].label,
        key="code-wire",
        required=True,
    )
    stream = st.toggle("Stream", value=request.stream, key="code-stream")
    last = st.toggle(
        "This turn only",
        key="code-last",
        help="Without what was said before it.",
        disabled=only_last_turn(request) == request,
    )
    from_clip = bool(_clip_names(request)) and st.toggle(
        "Frames by OpenCV",
        key="code-frames",
        help="The program takes the frames out of the clip itself, in Python; else they are files beside it.",
    )
    request = replace(request, wire=WIRES[wire].name, stream=stream)
    return (only_last_turn(request) if last else request), from_clip


def _options(connection: Connection, own: bool) -> Options:
    if connection.simulated and not own:
        return Options(DEFAULT_BASE_URL)
    known = connection.simulated or connection.base_url == (resources.settings().base_url or DEFAULT_BASE_URL)
    return Options(connection.base_url) if known else Options(connection.base_url, key_variable="API_KEY")


def _draw_program(program: Program, request: RunRequest, options: Options) -> None:
    for name, reason in WIRES[request.wire].unsupported_parameters(request.card).items():
        if name in request.parameters:
            st.caption(f":material/warning: {in_code(name)} is not sent: {with_code(reason)}")
    for note in program.notes:
        st.caption(f":material/info: {with_code(note)}")
    st.code(program.code, language=program.language, height=_HEIGHT if program.code.count("\n") > 18 else "content")
    clips = _clips(request) if options.frames_from_clip and not program.files else []
    files = [*program.files, *clips]
    with st.container(horizontal=True, vertical_alignment="center"):
        count = f" with {len(files)} {'file' if len(files) == 1 else 'files'}" if files else ""
        st.markdown(f":small[:gray[`{program.install}`, then `{program.run}`]]", width="stretch")
        if files:
            st.download_button(
                f"Download as zip{count}",
                lambda: make_archive(program, clips),
                f"{request.model}.zip",
                "application/zip",
                icon=":material/folder_zip:",
                key="code-zip",
                on_click="ignore",
            )
        else:
            st.download_button(
                f"Download {program.filename}",
                program.code,
                program.filename,
                "text/plain",
                icon=":material/download:",
                key="code-file",
                on_click="ignore",
            )
    if files:
        st.caption("Pictures are files beside the program; the key is read from the environment, never written here.")
    else:
        st.caption("The key is read from the environment, never written here.")


def _clips(request: RunRequest) -> list[MediaFile]:
    """The clips that the frames were taken from, as far as this session still has them."""
    wanted = _clip_names(request)
    state = session()
    attachments = [*state.tray, *(attachment for turn in state.turns for attachment in turn.attachments)]
    boards = (attachment.facts for attachment in attachments if isinstance(attachment.facts, Storyboard))
    found = {board.clip.name: board.clip.data for board in boards}
    return [MediaFile(safe_name(name), found[name]) for name in sorted(wanted & found.keys())]


def _clip_names(request: RunRequest) -> set[str]:
    parts = (part for message in request.messages for part in message.parts)
    return {part.clip for part in parts if isinstance(part, FramePart) and is_from_clip(part)}
