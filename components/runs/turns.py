"""The way through a conversation's tree as the turns of a page, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from components.api.connection import Connection
from components.core.parts import Message, TextPart, ThinkingPart, ToolCallPart, ToolResultPart
from components.core.request import RunRequest
from components.core.transcript import Transcript
from components.history.tree import Node, Origin
from components.media.attachments import kept
from components.runs.conversation import Round, Turn
from components.runs.run import Run


def nodes_of(turns: Iterable[Turn]) -> list[Node]:
    """What the turns say, in order, as nodes that stand nowhere yet: without an id, and of no time."""
    # Asked for at every click, of every turn: ids are drawn and messages made only where they are wanted.
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
                nodes.extend(propose(None, "tool", said, "tool") for said in one.messages if said.role == "tool")
    return nodes


def turns_of(way: Sequence[Node], runs: Mapping[str, Run]) -> list[Turn]:
    """The turns that a way through the tree makes. A run that is not among `runs` is gone, and its message with it."""
    turns: list[Turn] = []
    for node in way:
        if node.role == "user":
            message = node.message or Message("user", ())
            turns.append(Turn(message.text, kept(message.parts), [], said=message))
            continue
        if not turns:
            turns.append(Turn("", (), [], asked=False))
        rounds = turns[-1].rounds
        if node.role == "tool":
            if rounds and node.message is not None:
                rounds[-1].results.update(_results(rounds[-1], node.message))
        elif node.message is not None:
            rounds.append(Round(by_hand(node.message), written=node.message))
        elif node.run_id is not None and node.run_id in runs:
            rounds.append(Round(runs[node.run_id], continues=bool(rounds) and node.origin == "continued"))
    return [turn for turn in turns if turn.asked or turn.rounds]


def shown_by(run: Run) -> list[Turn]:
    """The conversation that a run was sent, with the run at its end."""
    way = [Node(None, message.role, message, "imported") for message in run.request.messages]
    return turns_of([*way, Node(None, "assistant", None, "model", run_id=run.id)], {run.id: run})


def by_hand(message: Message) -> Run:
    """A run that shows a message which no run wrote. It was never sent, and none of its figures is known."""
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
    """The results by the place of their call: by its id, and where ids are missing or alike, in order."""
    waiting = dict(one.calls)
    found: dict[int, str] = {}
    for part in message.parts:
        if not isinstance(part, ToolResultPart) or not waiting:
            continue
        place = next((place for place, call in waiting.items() if call.id == part.call_id), next(iter(waiting)))
        del waiting[place]
        found[place] = part.content
    return found
