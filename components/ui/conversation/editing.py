"""Editing a conversation: each function changes its tree and shows the branch that results.

The old branch stays as it was; the last change can be undone.
"""

from __future__ import annotations

from dataclasses import dataclass

from components.core.parts import Message, Part, TextPart, ThinkingPart, ToolCallPart
from components.history.tree import Node
from components.media.attachments import attachments_of
from components.runs.conversation import Round, Turn
from components.ui.conversation.saving import reread
from components.ui.conversation.sending import start_round
from components.ui.state import Notice, Session, session


@dataclass(frozen=True, slots=True)
class Place:
    """A turn's place in the tree: the node of its question, and those of its replies and tool results."""

    question: Node | None
    replies: tuple[Node, ...]

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All its nodes, in order; at least one."""
        return (*(() if self.question is None else (self.question,)), *self.replies)


def places(state: Session) -> list[Place]:
    """The place of each turn on the page: each message of the user begins one."""
    found: list[Place] = []
    for node in state.conversation.path:
        if node.role == "user":
            found.append(Place(node, ()))
        else:
            last = found.pop() if found else Place(None, ())
            found.append(Place(last.question, (*last.replies, node)))
    return found


def place_of(turn: Turn) -> Place:
    """The place of a turn that is on the page."""
    state = session()
    return places(state)[state.turns.index(turn)]


def ask_again(turn: Turn, question: Message | None = None) -> None:
    """Asks for another answer to a turn, with today's settings. `question`: replaces its question, on a new branch."""
    state = session()
    if _is_busy(state):
        return
    position = state.turns.index(turn)
    message = question or turn.question
    notice = _left_behind(state, position)
    run = start_round(state, state.turns[:position], message)
    if run is not None:
        state.notice = notice
        media = turn.attachments if question is None else attachments_of(question.parts)
        prompt = "" if message is None else message.text
        state.turns[position:] = [Turn(prompt, media, [Round(run)], stored_question=message, asked=message is not None)]


def change_question(turn: Turn, message: Message) -> None:
    """Replaces a question; its answers stay as they are."""
    state = session()
    node = place_of(turn).question
    if node is not None and not _is_busy(state):
        state.conversation.replace(node.id, "user", message)
        reread(state)


def change_answer(turn: Turn, thinking: str, answer: str) -> None:
    """Replaces the texts of the turn's last reply; its calls stay."""
    state = session()
    nodes = _last_reply(turn)
    if not nodes or _is_busy(state):
        return
    reply = turn.rounds[-1].written or turn.run.transcript.message()
    thought = next((part for part in reply.parts if isinstance(part, ThinkingPart)), None)
    parts: list[Part] = []
    if thinking:
        # A signature is valid for the very text that it signs.
        signature = thought.signature if thought is not None and thought.text == thinking else ""
        parts.append(ThinkingPart(thinking, signature))
    if answer:
        parts.append(TextPart(answer))
    parts.extend(part for part in reply.parts if isinstance(part, ToolCallPart))
    state.conversation.replace(nodes[0].id, "assistant", Message("assistant", tuple(parts)), until=nodes[-1].id)
    reread(state)


def insert_after(turn: Turn, role: str, text: str) -> None:
    """Inserts a message behind a turn; `role`: "user" or "assistant"."""
    state = session()
    if not _is_busy(state):
        message = Message("user" if role == "user" else "assistant", (TextPart(text),))
        state.conversation.insert(place_of(turn).nodes[-1].id, message.role, message)
        reread(state)


def swap_role(turn: Turn) -> None:
    """Makes the turn's last reply a message of the user; without a reply, its question one of the model."""
    state = session()
    nodes, node = _last_reply(turn), place_of(turn).question
    if not (nodes or node) or _is_busy(state):
        return
    if nodes:
        message = Message("user", (TextPart(turn.answer),))
        state.conversation.replace(nodes[0].id, "user", message, until=nodes[-1].id)
    elif node is not None:
        text = node.message.text if node.message is not None else ""
        state.conversation.replace(node.id, "assistant", Message("assistant", (TextPart(text),)))
    reread(state)


def delete_turn(turn: Turn) -> None:
    """Deletes a question and its answer; what follows stays."""
    _delete([node.id for node in place_of(turn).nodes], "The turn was deleted.")


def delete_answer(turn: Turn) -> None:
    """Deletes the answer; the question and what follows stay."""
    _delete([node.id for node in place_of(turn).replies], "The answer was deleted.")


def delete_after(turn: Turn) -> None:
    """Deletes everything after a turn."""
    state = session()
    if not _is_busy(state):
        count = len(state.turns) - state.turns.index(turn) - 1
        state.conversation.remove_after(place_of(turn).nodes[-1].id)
        reread(state)
        if count:
            state.notice = Notice("1 turn was deleted." if count == 1 else f"{count} turns were deleted.")


def branch(turn: Turn) -> None:
    """Shows the conversation up to a turn: what is asked next begins a branch; what followed stays beside it."""
    state = session()
    if not _is_busy(state):
        state.conversation.show_until(place_of(turn).nodes[-1].id)
        reread(state)


def show(node_id: str | None) -> None:
    """Shows the branch through a node, to its end."""
    state = session()
    if not _is_busy(state):
        state.conversation.show(node_id)
        reread(state)


def undo() -> None:
    """Undoes the last change."""
    state = session()
    if not _is_busy(state) and state.conversation.undo_last_edit():
        reread(state)


def _last_reply(turn: Turn) -> list[Node]:
    """The nodes of the turn's last reply: one, or several where a cut reply was continued."""
    replies = [node for node in place_of(turn).replies if node.role == "assistant"]
    return replies[len(replies) - len(turn.reply) :]


def _left_behind(state: Session, position: int) -> Notice | None:
    """Says that the turns after the one at `position` stay on the branch that is shown now; None where none follow."""
    count = len(state.turns) - position - 1
    head = state.conversation.head
    if not count or head is None:
        return None
    stays = "The turn that followed stays" if count == 1 else f"The {count} turns that followed stay"
    return Notice(f"{stays} on the other branch, with the earlier answer.", branch=head)


def _delete(node_ids: list[str], words: str) -> None:
    state = session()
    if node_ids and not _is_busy(state):
        state.conversation.remove(node_ids)
        reread(state)
        state.notice = Notice(words)


def _is_busy(state: Session) -> bool:
    state.problem = None
    if state.live_turn is not None:
        state.problem = "A reply is still being written. Stop it, or wait for its end, before you change what was said."
        return True
    state.notice = None
    return False
