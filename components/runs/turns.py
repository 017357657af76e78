"""The shown path of a conversation's tree as the turns of a page, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from components.api.connection import Connection
from components.core.parts import Message, TextPart, ThinkingPart, ToolCallPart, ToolResultPart
from components.core.request import RunRequest
from components.core.transcript import Transcript
from components.history.tree import Node, Origin
from components.media.attachments import attachments_of
from components.runs.conversation import Round, Turn
from components.runs.run import Run


def nodes_of(turns: Iterable[Turn]) -> list[Node]:
    """The messages of the turns, in order, as nodes that are in no tree yet: without id, parent and time."""
    # Called at every click, for every turn: drawing ids and making messages that are not needed would be slow.
    propose = partial(Node, id="", created_at=0.0)
    nodes: list[Node] = []
    for turn in turns:
        if (question := turn.question) is not None:
            nodes.append(propose(None, "user", question, "typed"))
        for one in turn.rounds:
            if one.written is not None:
                nodes.append(propose(None, "assistant", one.written, "edited"))
            else:
                origin: Origin = "continued" if one.continues else "model"
                nodes.append(propose(None, "assistant", None, origin, run_id=one.run.id))
            if one.results:
                nodes.extend(
                    propose(None, "tool", message, "tool") for message in one.messages if message.role == "tool"
                )
    return nodes


def turns_of(path: Sequence[Node], runs: Mapping[str, Run]) -> list[Turn]:
    """The turns of a path through the tree. The message of a run that is not among `runs` is left out."""
    turns: list[Turn] = []
    for node in path:
        if node.role == "user":
            message = node.message or Message("user", ())
            turns.append(Turn(message.text, attachments_of(message.parts), [], stored_question=message))
            continue
        if not turns:
            turns.append(Turn("", (), [], asked=False))
        rounds = turns[-1].rounds
        if node.role == "tool":
            if rounds and node.message is not None:
                rounds[-1].results.update(_results(rounds[-1], node.message))
        elif node.message is not None:
            rounds.append(Round(run_of_message(node.message), written=node.message))
        elif node.run_id is not None and node.run_id in runs:
            rounds.append(Round(runs[node.run_id], continues=bool(rounds) and node.origin == "continued"))
    return [turn for turn in turns if turn.asked or turn.rounds]


def turns_of_run(run: Run) -> list[Turn]:
    """The conversation that was sent with a run, and the run at its end, as turns."""
    path = [Node(None, message.role, message, "imported") for message in run.request.messages]
    return turns_of([*path, Node(None, "assistant", None, "model", run_id=run.id)], {run.id: run})


def run_of_message(message: Message) -> Run:
    """A run that shows a message which no run produced. It was never sent, and none of its figures is known."""
    texts = [part.text for part in message.parts if isinstance(part, TextPart)]
    thoughts = [part for part in message.parts if isinstance(part, ThinkingPart)]
    calls = [part for part in message.parts if isinstance(part, ToolCallPart)]
    transcript = Transcript(
        thinking_deltas=[thought.text for thought in thoughts],
        answer_deltas=["\n\n".join(texts)] if texts else [],
        tool_calls=dict(enumerate(calls)),
        finish_reason="tool_calls" if calls else "stop",
        signature=thoughts[0].signature if thoughts else "",
    )
    return Run(RunRequest("", ()), Connection(""), status="done", transcript=transcript)


def _results(one: Round, message: Message) -> dict[int, str]:
    """The results by the index of their call: matched by id, and in order where ids are missing or equal."""
    waiting = dict(one.calls)
    found: dict[int, str] = {}
    for part in message.parts:
        if not isinstance(part, ToolResultPart) or not waiting:
            continue
        index = next((index for index, call in waiting.items() if call.id == part.call_id), next(iter(waiting)))
        del waiting[index]
        found[index] = part.content
    return found
