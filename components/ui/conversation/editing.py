"""Changing what was said: each function changes the conversation's tree and shows the way that comes of it.

The old branch stays as it was; the last change can be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass

from components.core.parts import Message, Part, TextPart, ThinkingPart, ToolCallPart
from components.history.tree import Node
from components.media.attachments import kept
from components.runs.conversation import Round, Turn
from components.ui.conversation.keeping import reread
from components.ui.conversation.sending import start_round
from components.ui.state import Notice, Session, session


@dataclass(frozen=True, slots=True)
class Place:
    """Where a turn stands in the tree: the node of its question, and those of its replies and tool results."""

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
    """Answers a turn anew, with today's settings, beside the answers it has; `question`: its words from now on."""
    state = session()
    if _is_busy(state):
        return
    position = state.turns.index(turn)
    said = question or turn.question
    after = _left_behind(state, position)
    run = start_round(state, state.turns[:position], said)
    if run is not None:
        state.notice = after
        asked = said is not None
        media = turn.attachments if question is None else kept(question.parts)
        prompt = said.text if said is not None else ""
        state.turns[position:] = [Turn(prompt, media, [Round(run)], stored_question=said, asked=asked)]


def change_question(turn: Turn, message: Message) -> None:
    """Puts other words in the place of a question; its answers stay as they are."""
    state = session()
    node = place_of(turn).question
    if node is not None and not _is_busy(state):
        state.conversation.replace(node.id, "user", message)
        reread(state)


def change_answer(turn: Turn, thinking: str, answer: str) -> None:
    """Puts other words in the place of the turn's last reply; its calls stay."""
    state = session()
    nodes = _last_reply(turn)
    if not nodes or _is_busy(state):
        return
    said = turn.rounds[-1].written or turn.run.transcript.message()
    thought = next((part for part in said.parts if isinstance(part, ThinkingPart)), None)
    parts: list[Part] = []
    if thinking:
        # A signature is the proof of these very words.
        signature = thought.signature if thought is not None and thought.text == thinking else ""
        parts.append(ThinkingPart(thinking, signature))
    if answer:
        parts.append(TextPart(answer))
    parts.extend(part for part in said.parts if isinstance(part, ToolCallPart))
    state.conversation.replace(nodes[0].id, "assistant", Message("assistant", tuple(parts)), until=nodes[-1].id)
    reread(state)


def insert_after(turn: Turn, role: str, text: str) -> None:
    """Puts a message behind a turn, as the user's or the model's."""
    state = session()
    if not _is_busy(state):
        message = Message("user" if role == "user" else "assistant", (TextPart(text),))
        state.conversation.insert(place_of(turn).nodes[-1].id, message.role, message)
        reread(state)


def swap_role(turn: Turn) -> None:
    """Makes the turn's last reply the user's message; or its question, where nobody answered, the model's."""
    state = session()
    nodes, node = _last_reply(turn), place_of(turn).question
    if not (nodes or node) or _is_busy(state):
        return
    if nodes:
        said = Message("user", (TextPart(turn.answer),))
        state.conversation.replace(nodes[0].id, "user", said, until=nodes[-1].id)
    elif node is not None:
        text = node.message.text if node.message is not None else ""
        state.conversation.replace(node.id, "assistant", Message("assistant", (TextPart(text),)))
    reread(state)


def delete_turn(turn: Turn) -> None:
    """Takes a question and its answer out; what follows stays."""
    _delete([node.id for node in place_of(turn).nodes], "The turn was deleted.")


def delete_answer(turn: Turn) -> None:
    """Takes the answer out; the question and what follows stay."""
    _delete([node.id for node in place_of(turn).replies], "The answer was deleted.")


def delete_after(turn: Turn) -> None:
    """Takes everything behind a turn out."""
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
    """Takes the last change back."""
    state = session()
    if not _is_busy(state) and state.conversation.undo_last_edit():
        reread(state)


def _last_reply(turn: Turn) -> list[Node]:
    """The nodes of the turn's last reply: one, or several where a cut one was gone on with."""
    said = [node for node in place_of(turn).replies if node.role == "assistant"]
    return said[len(said) - len(turn.reply) :]


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
