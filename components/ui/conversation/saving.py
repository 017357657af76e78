"""Saves a conversation and opens it again: its id is in the URL, its text and its runs in the history."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import streamlit as st

from components.core.errors import StoreError
from components.core.parts import TextPart
from components.core.request import ToolChoice
from components.history.conversations import load_conversation
from components.history.runs import load_events, load_runs
from components.params.choices import Choices, choices_json, read_choices
from components.runs.following import follow_other_process
from components.runs.records import restore_events, run_from_record
from components.runs.run import Run
from components.runs.turns import nodes_of, turns_of
from components.ui import resources
from components.ui.markdown.escaping import with_code
from components.ui.state import Lasts, PanelState, Session, ToolSettings, renew, session

PARAMETER = "conversation"
LONGEST_TITLE = 80


@dataclass
class SavingState(PanelState, lasts=Lasts.CONVERSATION):
    """`saved`: ids of the runs that are in the history or on their way there; `frame`: what else was last saved.

    `unopened`: id of the conversation that was last asked for, so that it is not tried again at every click.
    `reads_for`: id of the conversation whose files this session receives.
    """

    saved: set[str] = field(default_factory=set)
    frame: tuple[object, ...] = ()
    unopened: str | None = None
    reads_for: str | None = None


def open_from_url(state: Session) -> None:
    """Opens the conversation that the address names, if it is not on the page already."""
    wanted = st.query_params.get(PARAMETER)
    if wanted and wanted not in (state.conversation.id, state.of(SavingState).unopened):
        open_conversation(wanted)


def open_conversation(conversation_id: str) -> bool:
    """Puts a saved conversation on the page; False, with the reason on the page, when it cannot be opened."""
    state = renew()
    state.of(SavingState).unopened = conversation_id
    owner = state.owner
    try:
        resources.history_writer().flush()
        conversation = load_conversation(resources.store(), conversation_id, owner)
    except StoreError as error:
        state.problem = f"The conversation cannot be opened. {error}"
        return False
    if conversation is None:
        state.problem = "There is no such conversation here: it was deleted, or it is somebody else's."
        return False
    state.conversation = conversation
    _read_draft(state, conversation.draft)
    _find_tray(state)
    reread(state)
    return True


def begin_new(*, private: bool = False) -> None:
    """Starts an empty conversation with today's settings; nothing of a `private` one is saved."""
    old = session()
    choices, tools = old.own.copy(), old.tools
    state = renew()
    state.own, state.tools, state.private = choices, tools, private
    st.query_params.pop(PARAMETER, None)


def reread(state: Session) -> None:
    """Makes the page's turns from the branch that the conversation shows; runs that are here already stay the same."""
    conversation = state.conversation
    wanted = {node.run_id for node in conversation.path if node.run_id is not None} - state.runs.keys()
    try:
        found = find_runs(wanted, conversation.owner)
        state.of(SavingState).saved |= found.keys()
        state.runs = state.runs | found
    except StoreError as error:
        state.problem = f"A part of the conversation cannot be read. {error}"
    state.turns = turns_of(conversation.path, state.runs)


def save(state: Session) -> None:
    """Saves what is on the page and not in the history yet, and puts the conversation's id into the URL."""
    saving = state.of(SavingState)
    conversation = state.conversation
    conversation.follow(nodes_of(state.turns))
    conversation.draft = draft = _draft(state)
    conversation.title = conversation.title or _title(state)
    rounds = [one for turn in state.turns for one in turn.rounds]
    state.runs |= {one.run.id: one.run for one in rounds}
    if state.private:
        return
    resources.trays().put(conversation.id, state.owner, state.tray)
    frame = (conversation.id, conversation.head, conversation.title, draft, list(conversation.undo))
    if conversation.changed or (frame != saving.frame and (conversation.nodes or draft)):
        resources.history_writer().save(conversation)
        saving.frame = frame
    for one in rounds:
        if one.run.id not in saving.saved and one.written is None:
            saving.saved.add(one.run.id)
            resources.history_writer().watch(one.run, conversation.owner, conversation.id)
    if (conversation.nodes or draft) and st.query_params.get(PARAMETER) != conversation.id:
        st.query_params[PARAMETER] = conversation.id


def save_tray(state: Session) -> None:
    """Saves what was attached or removed in this run of the page."""
    if not state.private:
        # Not only where names changed: a file that was being read has the same name when it is in the tray.
        resources.trays().put(state.conversation.id, state.owner, state.tray)
    if state.conversation.draft.get("attached", []) != _attached(state):
        save(state)


def complete(run: Run, owner: str) -> str | None:
    """Loads the events of a run from the history; returns why where that fails."""
    if run.received or run.live:
        return None
    try:
        restore_events(run, load_events(resources.store(), run.id, owner))
    except StoreError as error:
        return str(error)
    return None


def draw_saving_problem(state: Session) -> None:
    """Says why the conversation is not saved; nothing while it is."""
    if state.private:
        st.caption(":material/visibility_off: Private: nothing of this conversation is kept.")
    elif problem := resources.history_writer().problem:
        st.warning(with_code(f"Not saved: {problem}"), icon=":material/cloud_off:")


def find_runs(run_ids: set[str], owner: str) -> dict[str, Run]:
    """The owner's runs of these ids, from this process or the history; live ones are followed. Raises: StoreError."""
    found: dict[str, Run] = {}
    for run_id in run_ids:
        if (run := resources.registry().find(run_id, owner)) is not None:
            found[run_id] = run
    for run_id, record in load_runs(resources.store(), run_ids - found.keys(), owner).items():
        run = run_from_record(record)
        if run.live:  # another process writes it, or did until a moment ago
            follow_other_process(run, resources.store(), owner)
            resources.registry().add(run, owner)
        found[run_id] = run
    return found


def _title(state: Session) -> str:
    for turn in state.turns:
        if turn.question is not None:
            text = " ".join(part.text for part in turn.question.parts if isinstance(part, TextPart))
            return " ".join(text.split())[:LONGEST_TITLE]
    return ""


def _draft(state: Session) -> dict[str, Any]:
    """The settings of the next request that differ from the defaults."""
    draft: dict[str, Any] = {}
    if state.own != Choices():
        draft["choices"] = choices_json(state.own)
    tools = {name: value for name, value in asdict(state.tools).items() if name != "version"}
    if tools != {name: value for name, value in asdict(ToolSettings()).items() if name != "version"}:
        draft["tools"] = tools
    if attached := _attached(state):
        draft["attached"] = attached
    return draft


def _attached(state: Session) -> list[str]:
    coming = (arrival.name for arrival in resources.readings().of(state.conversation.id, state.owner).arrivals)
    return [*(attachment.name for attachment in state.tray), *coming]


def _find_tray(state: Session) -> None:
    """Puts what was attached back into the tray; names it where this process no longer has it."""
    coming = resources.readings().of(state.conversation.id, state.owner)

    def begin() -> None:
        state.tray = resources.trays().find(state.conversation.id, state.owner)

    # Until now the page that was refreshed received the files; they are in its tray.
    coming.deliver_to(state, begin)
    state.of(SavingState).reads_for = state.conversation.id
    names = state.conversation.draft.get("attached", [])
    if names and not state.tray and not coming.arrivals and not coming.has_ended:
        named = ", ".join(map(repr, names))
        state.refusals = [
            f"What is attached and not sent is kept for an hour, but not over a restart. Attach it again: {named}."
        ]


def _read_draft(state: Session, draft: dict[str, Any]) -> None:
    if choices := draft.get("choices"):
        state.own = read_choices(choices)
    if tools := draft.get("tools"):
        state.tools = ToolSettings(**{**tools, "choice": ToolChoice(**tools["choice"])})
