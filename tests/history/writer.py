"""A process of its own that writes to a history: ``python -m tests.history.writer URL NAME RUNS CONVERSATION``.

All of them say the same and send the same picture, in an order of their own, in one conversation: where there is
something to lose or to double, it is here.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from components.core.parts import ImagePart, Message, TextPart
from components.history.conversations import save_conversation
from components.history.records import EventRecord
from components.history.runs import save_run
from components.history.store import Store, open_store
from components.history.tree import Conversation, Node
from tests.history.samples import asked

# What every run of every writer sends.
COMMON = tuple(
    Message("user", (ImagePart(b"picture %d" % number, "image/png", 2, 3, "a.png"), TextPart(f"Question {number}")))
    for number in range(5)
)
EVENTS = 3


def write(store: Store, name: str, count: int, conversation_id: str) -> None:
    """Saves `count` runs, each live at first, then ended, and a node for each in the conversation."""
    order = random.Random(name)
    conversation = Conversation("local", id=conversation_id)
    for number in range(count):
        messages = tuple(order.sample(COMMON, len(COMMON)))
        record = asked("", messages=messages, id=f"{name}-{number}", status="answering")
        save_run(store, record, [EventRecord(0.1, "", "{}")])
        ended = asked("", messages=messages, id=record.id, started_at=record.started_at, answer=f"{name} {number}")
        save_run(store, ended, [EventRecord(0.2, "", "{}")] * (EVENTS - 1), first=1)
        node = Node(None, "user", order.choice(messages), "typed")
        conversation.put(node)
        conversation.changed = {node.id}
        conversation.head = node.id
        save_conversation(store, conversation)


if __name__ == "__main__":
    url, name, count, conversation_id = sys.argv[1:]
    opened = open_store(url, Path())
    write(opened, name, int(count), conversation_id)
    opened.close()
