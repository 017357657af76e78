"""`Turn`, its rounds, and what earlier turns contribute to the next request. No Streamlit here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from components.core.parts import Message, Part, TextPart, ToolCallPart, ToolResultPart
from components.media.attachments import Attachment
from components.runs.run import Run


@dataclass(slots=True)
class Round:
    """One generation of a turn and what the tools answered to the calls it made.

    `results`: place of a call among the reply's calls -> what is sent back for it. Not by id: servers have been
    seen to leave ids out. `written`: the message that somebody wrote in the model's place; `run` then only shows it.
    """

    run: Run
    results: dict[int, str] = field(default_factory=dict)
    written: Message | None = None

    @property
    def calls(self) -> dict[int, ToolCallPart]:
        """The calls that can be answered: those of a reply that came whole; a cut one may have cut its arguments."""
        return dict(sorted(self.run.transcript.tool_calls.items())) if self.run.status == "done" else {}

    @property
    def open_calls(self) -> dict[int, ToolCallPart]:
        """The calls that no result was given for yet."""
        return {place: call for place, call in self.calls.items() if place not in self.results}

    @property
    def messages(self) -> tuple[Message, ...]:
        """The model's message and the tools'. A call without a result is left out: no API takes one in a history."""
        if self.written is not None:
            return (self.written, *self._tool_messages(self.calls))
        answered = {place: call for place, call in self.calls.items() if place in self.results}
        said = [part for part in self.run.transcript.message().parts if not isinstance(part, ToolCallPart)]
        if not answered and not any(isinstance(part, TextPart) for part in said):
            return ()  # it only thought, or called in vain: no format has an empty message
        spoken = Message("assistant", (*said, *answered.values()))
        return (spoken, *self._tool_messages(answered))

    def _tool_messages(self, calls: Mapping[int, ToolCallPart]) -> tuple[Message, ...]:
        results = tuple(
            ToolResultPart(call.id, self.results[place]) for place, call in calls.items() if place in self.results
        )
        return (Message("tool", results),) if results else ()


@dataclass(slots=True)
class Turn:
    """One exchange: what the user sent and the rounds that answer it.

    A further round follows when every call of the one before has its result. The last round's run is replaced
    when it is tried again. `said`: the user's message where it was kept, edited or taken over from elsewhere; else it
    follows from prompt and attachments. `asked` False: the conversation begins with the model's message. Without
    rounds nobody was to answer.
    """

    prompt: str
    attachments: tuple[Attachment, ...]
    rounds: list[Round]
    said: Message | None = None
    asked: bool = True

    @property
    def question(self) -> Message | None:
        """The user's message; None where the conversation begins with the model's."""
        if not self.asked:
            return None
        return self.said or user_message(self.attachments, self.prompt)

    @property
    def live(self) -> bool:
        """True while the turn is being answered."""
        return bool(self.rounds) and self.run.live

    @property
    def key(self) -> str:
        """What tells it from another turn that stood in the same place."""
        return self.run.id if self.rounds else f"unanswered {self.prompt}"

    @property
    def run(self) -> Run:
        """The latest generation."""
        return self.rounds[-1].run

    @property
    def open_calls(self) -> dict[int, ToolCallPart]:
        """The calls that the turn waits for, by their place; empty while a reply is coming."""
        return self.rounds[-1].open_calls if self.rounds else {}

    @property
    def messages(self) -> tuple[Message, ...]:
        """What the turn adds to the conversation; a turn that ended without an answer adds nothing.

        The model must not read a question twice, nor one that it never answered in between. Nor does a turn whose
        request was written by hand: what was asked there may be anything.
        """
        if self.rounds and self.run.body is not None:
            return ()
        if self.rounds and not self.run.live and not any(_says_something(one) for one in self.rounds):
            return ()
        question = self.question
        said = (message for one in self.rounds for message in one.messages)
        return (*(() if question is None else (question,)), *said)


def _says_something(one: Round) -> bool:
    return bool(one.run.transcript.answer_deltas or one.results or one.written)


def user_message(attachments: Iterable[Attachment], prompt: str) -> Message:
    """The user's message: the attachments in the user's order, then the prompt.

    So pictures come before what is asked about them, as the vision guides of the model's hosts have it; a text that
    the user put among them stays where it is.
    """
    media: list[Part] = [
        part
        for attachment in attachments
        for part in (*([attachment.video] if attachment.video else []), *attachment.parts)
        if part != TextPart("")
    ]
    return Message("user", (*media, TextPart(prompt)))


def messages_before(turns: Iterable[Turn]) -> tuple[Message, ...]:
    """The conversation that the turns make, ready to be followed by the next user message."""
    return tuple(message for turn in turns for message in turn.messages)
