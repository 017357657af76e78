"""`Comparison`: columns of settings, and the trials: messages sent to all of them. Nothing is sent here."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from components.core.card import ModelCard
from components.core.parts import Message
from components.media.attachments import Attachment
from components.params.choices import Choices, differences
from components.runs.conversation import Round, Turn, messages_before, reply_messages, user_message
from components.runs.run import Run

LETTERS = "ABCD"
FEWEST, MOST = 2, len(LETTERS)
TIE = "tie"


@dataclass(slots=True)
class Column:
    """Settings under a letter, which stays when other columns come and go. `tools`: the playground's tools are sent."""

    letter: str
    choices: Choices
    tools: bool = False


@dataclass(slots=True)
class Trial:
    """One message, sent to every column. `rounds` (its answer) and `labels` (how a column differed) are by letter.

    `seed` fixes the order in which a blind trial shows its replies; `vote` is a letter, `TIE`, or None. `message` is
    set where it was stored; else it is made of prompt and attachments.
    """

    prompt: str
    attachments: tuple[Attachment, ...]
    rounds: dict[str, list[Round]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    blind: bool = False
    vote: str | None = None
    seed: int = field(default_factory=lambda: secrets.randbits(32))
    message: Message | None = None

    @property
    def question(self) -> Message:
        """The message that every column was sent."""
        return self.message or user_message(self.attachments, self.prompt)

    @property
    def runs(self) -> dict[str, Run]:
        """The latest generation of each column, by letter."""
        return {letter: rounds[-1].run for letter, rounds in self.rounds.items()}

    def turn(self, letter: str) -> Turn:
        """The exchange with one column, as a conversation has it."""
        return Turn(self.prompt, self.attachments, list(self.rounds[letter]), stored_question=self.message)

    @property
    def hidden(self) -> bool:
        """Whether the labels are hidden, as they are until the vote."""
        return self.blind and self.vote is None

    @property
    def live(self) -> bool:
        """Whether any column is still being answered."""
        return any(run.live for run in self.runs.values())

    def order(self, letters: list[str]) -> list[str]:
        """The letters in the order in which their replies are shown; the same for the same seed."""
        if self.blind:
            random.Random(self.seed).shuffle(letters := sorted(letters))
        return letters


@dataclass(slots=True)
class Comparison:
    """`before`: the turns of a conversation that all columns continue. `selected`: the column that is being edited.

    `id` cannot be guessed: it is in the page's address. `private`: nothing of it is stored. `touched`: the user has
    changed it; `saved`: its record when that was last checked.
    """

    columns: list[Column]
    before: tuple[Turn, ...] = ()
    trials: list[Trial] = field(default_factory=list)
    selected: str = LETTERS[0]
    blind: bool = False
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    created_at: float = field(default_factory=time.time)
    private: bool = False
    touched: bool = False
    saved: object = field(default=None, repr=False, compare=False)

    @property
    def letters(self) -> list[str]:
        """The columns' letters, from left to right."""
        return [column.letter for column in self.columns]

    @property
    def live_runs(self) -> list[Run]:
        """Every run that has not ended."""
        return [run for trial in self.trials for run in trial.runs.values() if run.live]

    def column(self, letter: str) -> Column:
        """The column of that letter. Raises: KeyError if there is none."""
        for column in self.columns:
            if column.letter == letter:
                return column
        raise KeyError(letter)

    def add(self) -> Column:
        """Adds a copy of the selected column, and selects it.

        Raises: ValueError if there are as many as there may be.
        """
        if len(self.columns) >= MOST:
            raise ValueError(f"At most {MOST} columns can be compared.")
        letter = next(letter for letter in LETTERS if letter not in self.letters)
        selected = self.column(self.selected)
        column = Column(letter, selected.choices.copy(), selected.tools)
        self.columns.append(column)
        self.selected = letter
        return column

    def remove(self, letter: str) -> None:
        """Removes a column and stops its reply. Raises: ValueError if fewer than two would be left."""
        if len(self.columns) <= FEWEST:
            raise ValueError(f"At least {FEWEST} columns are needed to compare.")
        self.columns.remove(self.column(letter))
        for trial in self.trials:
            if rounds := trial.rounds.pop(letter, None):
                rounds[-1].run.cancel()
        if self.selected == letter:
            self.selected = self.columns[0].letter

    def messages(self, letter: str, trial: Trial, rounds: Sequence[Round] = ()) -> tuple[Message, ...]:
        """What the column is sent in a trial: its conversation so far, the message, and the `rounds` that answer it."""
        return (*messages_before(self.turns(letter, trial)), trial.question, *reply_messages(rounds))

    def turns(self, letter: str, until: Trial) -> list[Turn]:
        """The conversation of one column before a trial, without what it did not answer."""
        turns = list(self.before)
        for trial in self.trials:
            if trial is until:
                break
            if letter in trial.rounds:
                turns.append(trial.turn(letter))
        return turns

    def conversation(self, letter: str, last: Trial) -> list[Turn]:
        """The conversation of one column up to the answer of a trial, as the playground continues it."""
        return [*self.turns(letter, last), last.turn(letter)]

    def differences(self, card: ModelCard) -> list[dict[str, str]]:
        """For each column the settings that it does not share with all others: name -> value in words."""
        found = differences([column.choices for column in self.columns], card)
        if len({column.tools for column in self.columns}) > 1:
            for column, words in zip(self.columns, found, strict=True):
                words["tools"] = "sent" if column.tools else "none"
        return found

    def labels(self, card: ModelCard) -> dict[str, str]:
        """The differences of each column in one line, by letter."""
        return {letter: in_words(words) for letter, words in zip(self.letters, self.differences(card), strict=True)}

    def tally(self) -> Mapping[str, tuple[int, int]]:
        """The votes: label -> (times it won, blind trials it was in); ties count as no win."""
        counts: dict[str, tuple[int, int]] = {}
        for trial in self.trials:
            if not trial.blind or trial.vote is None:
                continue
            for letter, label in trial.labels.items():
                won, of = counts.get(label, (0, 0))
                counts[label] = (won + (letter == trial.vote), of + 1)
        return counts


def new_comparison(choices: Choices, *, tools: bool = False) -> Comparison:
    """Two columns to begin with: the choices as they are, and the same with thinking switched the other way."""
    other = choices.copy()
    off = other.values.get("enable_thinking") is False or other.values.get("reasoning_effort") == "none"
    for name in ("enable_thinking", "reasoning_effort"):
        other.values.pop(name, None)
    if not off:
        other.values["enable_thinking"] = False
    return Comparison([Column("A", choices.copy(), tools), Column("B", other, tools)])


def like(comparison: Comparison) -> Comparison:
    """A new comparison without trials, with copies of the columns."""
    columns = [Column(column.letter, column.choices.copy(), column.tools) for column in comparison.columns]
    return Comparison(columns, selected=comparison.selected, blind=comparison.blind, touched=comparison.touched)


def from_turn(turns: list[Turn], position: int, choices: Choices) -> Comparison:
    """A comparison that continues a conversation at one of its turns: column A has its answer already."""
    turn = turns[position]
    comparison = new_comparison(choices, tools=bool(turn.run.request.tools))
    comparison.before = tuple(turns[:position])
    comparison.selected = "B"
    rounds = {"A": list(turn.rounds)}
    comparison.trials.append(Trial(turn.prompt, turn.attachments, rounds, message=turn.stored_question))
    return comparison


def in_words(words: Mapping[str, str]) -> str:
    """The differences of a column in one line; ``same as the others`` where there are none."""
    return ", ".join(f"{name} {value}" for name, value in words.items()) or "same as the others"
