"""`Turn` and what earlier turns contribute to the next request. No Streamlit here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from components.core.parts import Message, Part
from components.runs.run import Run


@dataclass(slots=True)
class Turn:
    """One exchange: what the user sent and the run that answers it. `run` is replaced when it is tried again."""

    parts: tuple[Part, ...]
    run: Run

    @property
    def messages(self) -> tuple[Message, ...]:
        """What the turn adds to the conversation; a turn that got no answer adds nothing.

        The model must not read a question twice, nor one that it never answered in between.
        """
        transcript = self.run.transcript
        if not transcript.answer_deltas and not transcript.tool_calls:
            return ()
        return (Message("user", self.parts), transcript.message())


def messages_before(turns: Iterable[Turn]) -> tuple[Message, ...]:
    """The conversation that the turns make, ready to be followed by the next user message."""
    return tuple(message for turn in turns for message in turn.messages)
