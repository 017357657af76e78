"""`Turn`, its rounds, and what earlier turns contribute to the next request. No Streamlit here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from components.core.parts import Message, Part, TextPart, ThinkingPart, ToolCallPart, ToolResultPart
from components.media.attachments import Attachment
from components.runs.run import Run

CONTINUE = (
    "Your last answer was cut off. Go on exactly where it ended, in the middle of a word if need be. Do not repeat any "
    "of it and do not introduce what you write; begin with a space or a line break where one belongs."
)


@dataclass(slots=True)
class Round:
    """One generation of a turn and what the tools answered to the calls it made.

    `results`: index of a call among the reply's calls -> what is sent back for it. Not by id: servers have been
    seen to leave ids out. `written`: the message that a user wrote in place of the model's; `run` then only shows it.
    `continues`: it goes on with the reply of the round before, which was cut; both together are one message.
    """

    run: Run
    results: dict[int, str] = field(default_factory=dict)
    written: Message | None = None
    continues: bool = False

    @property
    def calls(self) -> dict[int, ToolCallPart]:
        """The calls that can be answered, by index: those of a complete reply. A cut one may have cut arguments."""
        return dict(sorted(self.run.transcript.tool_calls.items())) if self.run.status == "done" else {}

    @property
    def open_calls(self) -> dict[int, ToolCallPart]:
        """The calls that have no result yet."""
        return {index: call for index, call in self.calls.items() if index not in self.results}

    @property
    def messages(self) -> tuple[Message, ...]:
        """The model's message and the tools'. A call without a result is left out: no API takes one in a history."""
        if self.written is not None:
            return (self.written, *self._tool_messages(self.calls))
        answered = {index: call for index, call in self.calls.items() if index in self.results}
        parts = [part for part in self.run.transcript.message().parts if not isinstance(part, ToolCallPart)]
        if not answered and not any(isinstance(part, TextPart) for part in parts):
            return ()  # it only thought, or called in vain: no format has an empty message
        return (Message("assistant", (*parts, *answered.values())), *self._tool_messages(answered))

    def _tool_messages(self, calls: Mapping[int, ToolCallPart]) -> tuple[Message, ...]:
        results = tuple(
            ToolResultPart(call.id, self.results[index]) for index, call in calls.items() if index in self.results
        )
        return (Message("tool", results),) if results else ()


@dataclass(slots=True)
class Turn:
    """One exchange: what the user sent and the rounds that answer it.

    A further round follows when every call of the one before has its result. The last round's run is replaced
    when it is tried again. `stored_question`: the user's message if it was loaded, edited or imported; else it is
    made of the prompt and attachments. `asked` False: the conversation begins with the model's message. Without
    rounds no answer was asked for.
    """

    prompt: str
    attachments: tuple[Attachment, ...]
    rounds: list[Round]
    stored_question: Message | None = None
    asked: bool = True

    @property
    def question(self) -> Message | None:
        """The user's message; None where the conversation begins with the model's."""
        if not self.asked:
            return None
        return self.stored_question or user_message(self.attachments, self.prompt)

    @property
    def live(self) -> bool:
        """True while the turn is being answered."""
        return bool(self.rounds) and self.run.live

    @property
    def key(self) -> str:
        """Differs from the key of any other turn at the same position in the conversation."""
        return self.run.id if self.rounds else f"unanswered {self.prompt}"

    @property
    def run(self) -> Run:
        """The latest generation."""
        return self.rounds[-1].run

    @property
    def reply(self) -> tuple[Round, ...]:
        """The rounds that wrote its last message: the latest one and, where it went on with them, those before."""
        first = len(self.rounds) - 1
        while first > 0 and self.rounds[first].continues:
            first -= 1
        return tuple(self.rounds[max(first, 0) :])

    @property
    def answer(self) -> str:
        """The text of its last message, which may have been written by several rounds."""
        return "".join(one.run.transcript.answer for one in self.reply)

    @property
    def thinking(self) -> str:
        """The thinking before its last message."""
        return "\n\n".join(thought for one in self.reply if (thought := one.run.transcript.thinking))

    @property
    def cut(self) -> bool:
        """True when its last message broke off and can be continued: it has text, and no call."""
        if not self.rounds or self.live or self.run.body is not None or self.rounds[-1].written is not None:
            return False
        run = self.run
        ended_early = run.status in ("stopped", "interrupted", "failed") or run.transcript.finish_reason == "length"
        return ended_early and bool(self.answer.strip()) and not run.transcript.tool_calls

    @property
    def open_calls(self) -> dict[int, ToolCallPart]:
        """The calls that the turn waits for, by index; empty while a reply is coming."""
        return self.rounds[-1].open_calls if self.rounds else {}

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages that the turn adds to the conversation; none if it ended without an answer.

        So the model reads no question twice, and none that it never answered. A turn whose request was written by
        hand adds none either: its question is not known.
        """
        if self.rounds and self.run.body is not None:
            return ()
        if self.rounds and not self.run.live and not any(_has_content(one) for one in self.rounds):
            return ()
        question = self.question
        return (*(() if question is None else (question,)), *reply_messages(self.rounds))


def _has_content(one: Round) -> bool:
    return bool(one.run.transcript.answer_deltas or one.results or one.written)


def reply_messages(rounds: Sequence[Round]) -> tuple[Message, ...]:
    """The model's messages and the tools', in order; a reply that was cut and continued is one message."""
    joined: list[Message] = []
    for one in rounds:
        messages = one.messages
        if one.continues and messages and joined and joined[-1].role == messages[0].role == "assistant":
            joined[-1] = _joined(joined[-1], messages[0])
            messages = messages[1:]
        joined.extend(messages)
    return tuple(joined)


def _joined(cut: Message, rest: Message) -> Message:
    """Two halves of a message as one: the thinking of each under its own signature, then both texts joined."""
    parts = (*cut.parts, *rest.parts)
    thinking = [part for part in parts if isinstance(part, ThinkingPart)]
    calls = [part for part in parts if isinstance(part, ToolCallPart)]
    return Message("assistant", (*thinking, TextPart(cut.text + rest.text), *calls))


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
    """The messages of the turns, in order, to be followed by the next user message."""
    return tuple(message for turn in turns for message in turn.messages)
