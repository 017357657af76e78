"""The actions on the chosen runs: open, ask again, compare, mark, delete and restore."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.core.errors import StoreError
from components.history import marks
from components.history.entries import group_name
from components.history.listing import RunRow
from components.history.runs import load_run
from components.runs.records import run_from_record
from components.runs.turns import turns_of_run
from components.ui import resources
from components.ui.conversation import editing
from components.ui.conversation.moving import ComparingState
from components.ui.conversation.saving import SavingState, open_conversation, reread
from components.ui.history.table import clear_selection
from components.ui.history.view import HistoryView
from components.ui.markdown.escaping import with_code
from components.ui.state import renew, session
from components.ui.sweep.draft_state import SweepState

PLAYGROUND = "pages/playground.py"  # without this page's address: Streamlit refuses to clear what widgets are bound to
GROUP = "group"


def draw_actions(chosen: Sequence[RunRow], rows: Sequence[RunRow], view: HistoryView) -> None:
    """Draws the buttons into the open container; those that need a chosen row are disabled without one.

    `rows`: the runs of the `chosen` rows.
    """
    group = chosen[0].group if len(chosen) == 1 else ""
    one, two, some = len(chosen) == 1 and not group, len(rows) == 2, bool(rows)
    help_text = "Shows it in its conversation; a sweep or a comparison on its page"
    if _button("Open", "open_in_new", "open", len(chosen) == 1, help_text):
        if group:
            open_group(group, str(chosen[0].values["kind"]))
        elif open_run(rows[0].id):
            st.switch_page(PLAYGROUND, query_params={})
    help_text = "Lists the calls of the chosen sweep or comparison one by one"
    if _button("Show its calls", "unfold_more", "calls", bool(group), help_text):
        list_calls(group, view)
    help_text = "Asks the same on the playground, with the settings that stand there now"
    if _button("Ask again", "refresh", "again", one, help_text) and ask_again(rows[0].id):
        st.switch_page(PLAYGROUND, query_params={})
    if _button("Compare", "compare_arrows", "compare", two, "Two runs side by side, word by word"):
        view.compared = (rows[0].id, rows[1].id)
    starred = some and all(row.values["starred"] for row in rows)
    if _button("Unstar" if starred else "Star", "star", "star", some, "Marks the chosen runs"):
        _apply(marks.mark, rows, starred=not starred)
    if _button("Good", "thumb_up", "good", some, "Rates the chosen runs as good"):
        _apply(marks.mark, rows, rating=1)
    if _button("Bad", "thumb_down", "bad", some, "Rates the chosen runs as bad"):
        _apply(marks.mark, rows, rating=0)
    if _button("Note and tags", "sell", "note", some, "Writes a note, gives tags or takes them off"):
        view.noted = [row.id for row in rows]
    if _button("Delete", "delete", "delete", some, "Takes the chosen runs out of the history; can be undone"):
        view.deleted = [row.id for row in rows]
        _apply(marks.delete, rows)


def draw_undo(view: HistoryView) -> None:
    """Offers to restore the runs that were deleted last."""
    if not view.deleted:
        return
    count = len(view.deleted)
    with st.container(horizontal=True, vertical_alignment="center", key="history-undo"):
        st.caption(f":material/delete: {count} {'run' if count == 1 else 'runs'} deleted.")
        if st.button("Undo", icon=":material/undo:", key="history-restore", type="tertiary"):
            marks.restore(resources.store(), session().owner, view.deleted)
            view.deleted = []
            st.rerun()


@st.dialog("Note and tags")
def show_note(rows: Sequence[RunRow], tags: list[str], view: HistoryView) -> None:
    """Opens the note and the tags of the chosen runs. Save changes only what the user changed."""
    view.noted = []
    ids, count = [row.id for row in rows], len(rows)
    if count > 1:
        st.caption(f"Of {count} runs: only what you change here is changed on them.")
    all_have = set(rows[0].tags).intersection(*(row.tags for row in rows))
    some_have = set().union(*(row.tags for row in rows)) - all_have
    # Tags come first: their list opens over the note, not over the button.
    chosen = st.multiselect(
        "Tags" if count == 1 else "Tags that all of them have",
        sorted({*tags, *all_have}),
        sorted(all_have),
        accept_new_options=True,
        key=f"tags-{ids[0]}",
        placeholder="Type one",
    )
    still_chosen = set(some_have)
    if some_have:
        still_chosen = set(
            st.multiselect(
                "Tags that only some of them have",
                sorted(some_have),
                sorted(some_have),
                key=f"some-tags-{ids[0]}",
                help="One that you take out here is taken off all of them.",
            )
        )
    note, noted = _draw_note(rows)
    if st.button("Save", type="primary", key=f"note-save-{ids[0]}"):
        store, owner = resources.store(), session().owner
        if note != noted:
            marks.mark(store, owner, ids, note=note)
        for name in (all_have | some_have) - set(chosen) - still_chosen:
            marks.tag(store, owner, ids, name, on=False)
        for name in set(chosen) - all_have:
            marks.tag(store, owner, ids, name)
        clear_selection(view)
        st.rerun()


def _draw_note(rows: Sequence[RunRow]) -> tuple[str, str]:
    """Draws the note's field; returns its text and its first text, which is empty if the notes differ."""
    notes = [str(row.values["note"]) for row in rows]
    different = sorted({note for note in notes if note})
    same = len(set(notes)) == 1
    first = notes[0] if same else ""
    note = st.text_area(
        "Note",
        first,
        height=240,
        key=f"note-{rows[0].id}",
        placeholder="" if same else "Their notes differ: what you type replaces them all, empty keeps each.",
    )
    if not same:
        with st.expander(f"The notes that {sum(map(bool, notes))} of {len(notes)} have", type="compact"):
            for each in different:
                st.text(each)
    return note, first


def open_run(run_id: str) -> bool:
    """Puts the run on the playground: in its conversation, on its branch, or alone where it had none."""
    owner = session().owner
    try:
        record = load_run(resources.store(), run_id, owner)
    except StoreError as error:
        return _refuse(f"The run cannot be opened. {error}")
    if record is None:
        return _refuse("This run is no longer here.")
    if record.conversation_id is not None and open_conversation(record.conversation_id):
        state = session()
        node = next((node for node in state.conversation.nodes.values() if node.run_id == run_id), None)
        if node is not None and node not in state.conversation.path:
            state.conversation.show(node.id)
            reread(state)
        return True
    state = renew()
    run = run_from_record(record)
    state.runs[run.id] = run
    state.of(SavingState).saved.add(run.id)
    state.turns = turns_of_run(run)
    return True


def open_group(group_id: str, kind: str) -> None:
    """Goes to the page of a sweep or a comparison; if it was deleted, lists its calls here."""
    state = session()
    if not group_name(resources.store(), state.owner, group_id):
        list_calls(group_id, state.of(HistoryView))
    if kind == "compare":
        state.of(ComparingState).comparison = None
        st.switch_page("pages/compare.py", query_params={"compare": group_id})
    state.of(SweepState).id = group_id
    st.switch_page("pages/sweep.py", query_params={"sweep": group_id})


def list_calls(group_id: str, view: HistoryView) -> None:
    """Narrows the list to the calls of a sweep or a comparison."""
    clear_selection(view)
    st.query_params[GROUP] = group_id
    st.rerun()


def ask_again(run_id: str) -> bool:
    """Asks the run's question once more, beside its answer, with the settings of the playground."""
    choices, tools = session().own.copy(), session().tools
    if not open_run(run_id):
        return False
    state = session()
    state.own, state.tools = choices, tools
    turn = next((turn for turn in state.turns if any(one.run.id == run_id for one in turn.rounds)), None)
    if turn is None and (record := load_run(resources.store(), run_id, state.owner)) is not None:
        # An imported answer is no run of the page, but its question is there.
        turn = next((turn for turn in state.turns if turn.prompt == record.prompt), None)
    if turn is None:
        return _refuse("Its question is no longer in the conversation.")
    editing.ask_again(turn)
    return True


def _refuse(sentence: str) -> bool:
    st.error(with_code(sentence))
    return False


def _button(label: str, icon: str, key: str, on: bool, help_text: str) -> bool:
    return st.button(
        label, icon=f":material/{icon}:", key=f"history-{key}", type="tertiary", disabled=not on, help=help_text
    )


def _apply(change: Callable[..., None], rows: Sequence[RunRow], **values: object) -> None:
    change(resources.store(), session().owner, [row.id for row in rows], **values)
    clear_selection(session().of(HistoryView))
    st.rerun()
