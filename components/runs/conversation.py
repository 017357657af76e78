"""`Turn` and what earlier turns contribute to the next request. No Streamlit here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from components.core.parts import Message, Part, TextPart
from components.media.attachments import Attachment
from components.runs.run import Run


@dataclass(slots=True)
class Turn:
    """One exchange: what the user sent and the run that answers it. `run` is replaced when it is tried again."""

    prompt: str
    attachments: tuple[Attachment, ...]
    run: Run

    @property
    def messages(self) -> tuple[Message, ...]:
        """What the turn adds to the conversation; a turn that ended without an answer adds nothing.

        The model must not read a question twice, nor one that it never answered in between.
        """
        transcript = self.run.transcript
        if not self.run.live and not transcript.answer_deltas and not transcript.tool_calls:
            return ()
        return (user_message(self.attachments, self.prompt), transcript.message())


def user_message(attachments: Iterable[Attachment], prompt: str) -> Message:
    """The user's message: the media first, as the vision guides of the model's hosts have it, then the text."""
    media: list[Part] = [part for attachment in attachments for part in attachment.parts]
    return Message("user", (*media, TextPart(prompt)))


def messages_before(turns: Iterable[Turn]) -> tuple[Message, ...]:
    """The conversation that the turns make, ready to be followed by the next user message."""
    return tuple(message for turn in turns for message in turn.messages)
