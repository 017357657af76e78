"""The menu of a turn: ask it again, show its other branches, and change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from components.core.parts import Message, TextPart
from components.core.texts import is_blank, whole_characters
from components.history.tree import Node
from components.runs.conversation import Turn
from components.ui.conversation import editing
from components.ui.conversation.editing import Place
from components.ui.spoken import spoken
from components.ui.state import Lasts, PanelState, Session, session
from components.ui.turn.keys import turn_key


@dataclass
class MenuState(PanelState, lasts=Lasts.CONVERSATION):
    """`dialog`: the name of the dialog that a turn's menu has opened, and the number of the turn."""

    dialog: tuple[str, int] | None = None


def draw_turn_menu(turn: Turn, number: int, place: Place) -> None:
    """Draws the turn's switches between branches, its button to ask again and its menu, in one row."""
    key = turn_key(number, "menu")
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=key, width="content"):
        if place.question is not None:
            _draw_switch(place.question, f"question-{number}", "question")
        for node in place.replies:
            _draw_switch(node, f"answer-{number}-{node.id[:6]}", "answer")
        st.button(
            "Again" if turn.rounds else "Ask",
            icon=":material/refresh:",
            key=f"regenerate-{number}",
            type="tertiary",
            on_click=editing.ask_again,
            args=(turn,),
        )
        chosen = st.menu_button("More", list(_ACTIONS), key=f"menu-{number}", type="tertiary")
    if chosen is not None:
        _ACTIONS[chosen](turn, number)


def draw_open_dialog(state: Session) -> None:
    """Draws the dialog that a turn's menu has opened; once a run, after the turns."""
    menu = state.of(MenuState)
    if menu.dialog is None:
        return
    name, number = menu.dialog
    if number <= len(state.turns):
        _DIALOGS[name](state.turns[number - 1], number)


def draw_way_on() -> None:
    """Draws the branches that go on from the end of what is shown; nothing where there are none."""
    conversation = session().conversation
    following = conversation.children(conversation.head)
    if not following or not conversation.path:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="way-on"):
        st.caption(":material/call_split: What you ask now begins a branch. What was said here before is still there:")
        for number, node in enumerate(following, start=1):
            st.button(
                "Show it" if len(following) == 1 else f"Branch {number}",
                key=f"way-on-{node.id[:8]}",
                type="tertiary",
                on_click=editing.show,
                args=(node.id,),
            )


def _draw_switch(node: Node, key: str, what: str) -> None:
    siblings = session().conversation.siblings(node.id)
    if len(siblings) < 2:
        return
    at = next(index for index, sibling in enumerate(siblings) if sibling.id == node.id)
    with st.container(horizontal=True, vertical_alignment="center", gap=None, width="content"):
        for step, icon, words in ((-1, "chevron_left", "Earlier"), (1, "chevron_right", "Later")):
            beside = siblings[at + step] if 0 <= at + step < len(siblings) else None
            if step > 0:
                st.caption(f"{what} {at + 1} of {len(siblings)}", width="content")
            st.button(
                spoken(f"{words} {what}"),
                icon=f":material/{icon}:",
                key=f"{key}-{words.lower()}",
                type="tertiary",
                help=f"{words} {what}",
                disabled=beside is None,
                on_click=editing.show,
                args=(None if beside is None else beside.id,),
            )


def _close() -> None:
    session().of(MenuState).dialog = None


def _finish() -> None:
    _close()
    st.rerun()


@st.dialog("Edit the question", width="large", on_dismiss=_close)
def _edit_question(turn: Turn, number: int) -> None:
    question = turn.question
    if question is None:
        st.caption("This turn has no question: the conversation begins with the model's message.")
        return
    key = f"edit-question-{number}"
    text = st.text_area("Question", whole_characters(question.text), key=key, height=220, label_visibility="collapsed")
    pictures = [part for part in question.parts if not isinstance(part, TextPart)]
    if pictures:
        st.caption(f"What is attached to it stays: {len(pictures)} in all.")
    changed = Message("user", (*pictures, TextPart(text)))
    with st.container(horizontal=True):
        blank = is_blank(text)
        if st.button("Save and ask", key=f"{key}-ask", type="primary", icon=":material/send:", disabled=blank):
            editing.ask_again(turn, changed)
            _finish()
        if st.button("Save", key=f"{key}-save", help="The answers stay as they are", disabled=blank):
            editing.change_question(turn, changed)
            _finish()


@st.dialog("Edit the answer", width="large", on_dismiss=_close)
def _edit_answer(turn: Turn, number: int) -> None:
    if not turn.rounds:
        st.caption("This turn has no answer yet.")
        return
    key = f"edit-answer-{number}"
    thinking = st.text_area("Thinking", whole_characters(turn.thinking), key=f"{key}-thinking", height=120)
    answer = st.text_area("Answer", whole_characters(turn.answer), key=f"{key}-text", height=220)
    st.caption("The model's own answer stays beside it. From here on the model reads what stands here.")
    if st.button("Save", key=f"{key}-save", type="primary"):
        editing.change_answer(turn, thinking, answer)
        _finish()


@st.dialog("Insert a message", on_dismiss=_close)
def _insert(turn: Turn, number: int) -> None:
    key = f"insert-{number}"
    roles = {"user": "The user", "assistant": "The model"}
    role = st.segmented_control(
        "Who says it",
        list(roles),
        format_func=roles.__getitem__,
        default="user",
        required=True,
        key=f"{key}-role",
    )
    text = st.text_area("Message", key=f"{key}-text", height=160)
    if st.button("Insert", key=f"{key}-save", type="primary") and not is_blank(text):
        editing.insert_after(turn, role, text)
        _finish()


def _at_once(change: Callable[[Turn], None]) -> Callable[[Turn, int], None]:
    def act(turn: Turn, number: int) -> None:
        change(turn)
        st.rerun()

    return act


def _opens(name: str) -> Callable[[Turn, int], None]:
    def act(turn: Turn, number: int) -> None:
        session().of(MenuState).dialog = (name, number)

    return act


_DIALOGS: dict[str, Callable[[Turn, int], None]] = {
    "question": _edit_question,
    "answer": _edit_answer,
    "insert": _insert,
}


_ACTIONS: dict[str, Callable[[Turn, int], None]] = {
    ":material/edit: Edit the question": _opens("question"),
    ":material/edit_note: Edit the answer": _opens("answer"),
    ":material/call_split: Branch from here": _at_once(editing.branch),
    ":material/playlist_add: Insert a message after it": _opens("insert"),
    ":material/swap_horiz: Change the role of its last message": _at_once(editing.swap_role),
    ":material/comments_disabled: Delete the answer": _at_once(editing.delete_answer),
    ":material/delete: Delete this turn": _at_once(editing.delete_turn),
    ":material/delete_sweep: Delete everything after it": _at_once(editing.delete_after),
}
