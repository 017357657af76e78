"""Export and import of conversations: JSON, Markdown, HTML, CSV."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import streamlit as st

from components.api.paste.reader import read_pasted
from components.api.wires.registry import WIRES
from components.core.errors import MediaError, PlaygroundError
from components.core.parts import Message
from components.history.archive import Archived, collect, read_archive, save_archived, write_archive
from components.history.conversations import load_conversation
from components.history.documents import as_csv, as_html, as_markdown
from components.history.foreign.reading import read_foreign
from components.history.listing import RunRow
from components.history.tree import Conversation, Node
from components.media.text_files import read_text
from components.runs.conversation import reply_messages
from components.runs.records import events_from, record_of
from components.ui import resources
from components.ui.conversation.moving import PLAYGROUND
from components.ui.conversation.saving import complete, open_conversation
from components.ui.markdown.escaping import with_code
from components.ui.reader_time import zone
from components.ui.state import Session, session


@st.dialog("Export this conversation", icon=":material/download:")
def show_export() -> None:
    """Opens the dialog; the files are made when it is open."""
    state = session()
    name = _file_name(state.conversation.title)
    media = st.toggle("With pictures", value=True, key="export-media", help="When off, JSON only names them")
    messages = _messages(state)
    title = state.conversation.title
    _download("JSON", f"{name}.json", write_archive([_archived(state)], media=media), "application/json")
    _download("Markdown", f"{name}.md", as_markdown(title, messages, _answerer(state)), "text/markdown")
    _download("HTML page", f"{name}.html", as_html(title, messages, _answerer(state)), "text/html")
    st.caption("JSON holds every branch and can be imported on the History page. None of them contains a key.")


def _answerer(state: Session) -> str:
    """The name of the model that answered, the last one of several."""
    runs = [one.run for turn in state.turns for one in turn.rounds]
    return runs[-1].request.card.display_name if runs else "The model"


def draw_list_export(rows: Sequence[RunRow]) -> None:
    """The chosen runs as CSV, their conversations as JSON; for the history page."""
    if not rows:
        return
    with st.popover(
        "Export", icon=":material/download:", type="tertiary", key="history-export", on_change="rerun"
    ) as popover:
        if not popover.open:
            return
        _download("CSV of the runs", "runs.csv", as_csv(rows, zone()), "text/csv")
        ids = {row.values["conversation_id"] for row in rows} - {None}
        store, owner = resources.store(), session().owner
        found = [one for one in (load_conversation(store, conversation_id, owner) for conversation_id in ids) if one]
        if found:
            text = write_archive(collect(store, one) for one in found)
            _download("JSON of their conversations", "conversations.json", text, "application/json")


def draw_import() -> None:
    """The button that brings conversations in; for the history page."""
    with st.popover("Import", icon=":material/upload:", type="tertiary", key="import"):
        file = st.file_uploader(
            "An export of this playground, of ChatGPT, Claude, Open WebUI, LibreChat, HF chat-ui or ShareGPT, or a "
            "list of messages as the OpenAI format has it",
            type="json",
            key="import-file",
        )
        if file is not None and st.button("Import", type="primary", key="import-go"):
            try:
                archived, left_out = _read(file.getvalue())
                for one in archived:
                    one.conversation.draft.pop("attached", None)  # the files themselves did not come along
                    save_archived(resources.store(), one)
            except PlaygroundError as error:
                st.error(with_code(f"Not imported: {error}"))
                return
            if open_conversation(archived[0].conversation.id):
                session().refusals += [f"Left out of the import: {sentence}" for sentence in left_out]
                st.switch_page(PLAYGROUND, query_params={})  # not the list's, which widgets are bound to


def _read(data: bytes) -> tuple[list[Archived], tuple[str, ...]]:
    """The conversations of a file, and one sentence for each thing in it that cannot be imported.

    Raises: PlaygroundError, with one sentence to show, where nothing can be imported.
    """
    owner = session().owner
    text = read_text(data)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    if (foreign := read_foreign(content, owner)) is not None:
        name, conversations, missing = foreign
        left_out = tuple(f"{what}, of an export of {name}" for what in missing)
        return [Archived(one, {}, {}) for one in conversations], left_out
    if isinstance(content, list):
        text = json.dumps({"model": resources.settings().model, "messages": content})
    elif not (isinstance(content, dict) and "messages" in content):
        if not (found := read_archive(text, owner, WIRES)):
            raise MediaError("There is no conversation in the file.")
        return found, ()
    pasted = read_pasted(text, card=resources.card())
    if not pasted.request.messages:
        raise MediaError(" ".join(("There is no message in the file that can be read.", *pasted.left_out)))
    conversation = Conversation(owner, title=file_title(pasted.request.messages))
    conversation.follow(Node(None, message.role, message, "imported") for message in pasted.request.messages)
    if pasted.request.system:
        conversation.draft = {"choices": {"values": {}, "system": pasted.request.system}}
    return [Archived(conversation, {}, {})], pasted.left_out


def file_title(messages: Sequence[Message]) -> str:
    """What an imported conversation is called: the beginning of its first question."""
    return " ".join(next((message.text for message in messages if message.role == "user"), "").split())[:80]


def _archived(state: Session) -> Archived:
    if not state.private and resources.history_writer().flush():
        saved = load_conversation(resources.store(), state.conversation.id, state.owner)
        if saved is not None:
            return collect(resources.store(), saved)
    runs, events = {}, {}
    for run_id, run in state.runs.items():
        if not run.live and any(node.run_id == run_id for node in state.conversation.nodes.values()):
            complete(run, state.owner)
            runs[run_id] = record_of(run, state.owner, state.conversation.id)
            events[run_id] = events_from(run, 0)
    return Archived(state.conversation, runs, events)  # unsaved runs have no marks


def _messages(state: Session) -> list[Message]:
    messages: list[Message] = []
    for turn in state.turns:
        messages.extend([] if turn.question is None else [turn.question])
        messages.extend(reply_messages(turn.rounds))
    return messages


def _download(label: str, name: str, text: str, media_type: str) -> None:
    st.download_button(
        label,
        text,
        name,
        media_type,
        key=f"download-{name}",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
    )


def _file_name(title: str) -> str:
    return re.sub(r"[^\w-]+", "-", title.lower()).strip("-")[:50] or "conversation"
