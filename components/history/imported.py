"""Imported messages as rows of the history, so that an imported conversation is found like any other.

No run wrote them, so a row has only the texts and the day of the import.
"""

from __future__ import annotations

import time

from components.core.parts import Message, TextPart, ThinkingPart
from components.core.request import RunRequest
from components.core.transcript import Transcript
from components.history.records import RunRecord
from components.history.tree import Conversation, new_id

IMPORTED = "imported"


def imported_runs(conversation: Conversation) -> list[RunRecord]:
    """A record for each imported answer on the shown path, and for each imported question without one."""
    found: list[RunRecord] = []
    question: Message | None = None
    answered = True
    for node in conversation.path:
        if node.origin != IMPORTED or node.message is None:
            answered = True  # by a run of its own
        elif node.role == "user":
            if question is not None and not answered:
                found.append(_record(conversation, question, None))
            question, answered = node.message, False
        elif node.role == "assistant" and any(isinstance(part, TextPart | ThinkingPart) for part in node.message.parts):
            found.append(_record(conversation, question, node.message))
            answered = True
    if question is not None and not answered:
        found.append(_record(conversation, question, None))
    return found


def _record(conversation: Conversation, question: Message | None, answer: Message | None) -> RunRecord:
    parts = () if answer is None else answer.parts
    return RunRecord(
        id=new_id(),
        owner=conversation.owner,
        request=RunRequest("", () if question is None else (question,)),
        base_url="",
        status="stopped" if answer is None else "done",
        started_at=time.time(),
        conversation_id=conversation.id,
        kind=IMPORTED,
        transcript=Transcript(
            thinking_deltas=[part.text for part in parts if isinstance(part, ThinkingPart)],
            answer_deltas=["\n\n".join(part.text for part in parts if isinstance(part, TextPart))],
        ),
    )
