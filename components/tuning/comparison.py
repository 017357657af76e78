"""`Comparison`: columns of settings, and the trials that were put to all of them. Nothing is sent here."""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from components.core.parts import Message
from components.media.attachments import Attachment
from components.params.card import ModelCard
from components.params.choices import Choices, differences
from components.runs.conversation import Round, Turn, messages_before, user_message
from components.runs.run import Run

LETTERS = "ABCD"
FEWEST, MOST = 2, len(LETTERS)
TIE = "tie"


@dataclass(slots=True)
class Column:
    """A way of asking. `letter` stays the same when others come and go."""

    letter: str
    choices: Choices


@dataclass(slots=True)
class Trial:
    """One message, put to every column. `runs` and `labels` (what set the column apart then) are by letter.

    `seed` fixes the order in which a blind trial shows its replies; `vote` is a letter, `TIE`, or None.
    """

    prompt: str
    attachments: tuple[Attachment, ...]
    runs: dict[str, Run] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    blind: bool = False
    vote: str | None = None
    seed: int = field(default_factory=lambda: secrets.randbits(32))

    @property
    def hidden(self) -> bool:
        """Whether the labels are still to be kept from the one who votes."""
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
    """`before`: turns of a conversation that all columns go on from. `selected`: whose settings are being edited.

    `id` cannot be guessed: it stands in the page's address.
    """

    columns: list[Column]
    before: tuple[Turn, ...] = ()
    trials: list[Trial] = field(default_factory=list)
    selected: str = LETTERS[0]
    blind: bool = False
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    @property
    def letters(self) -> list[str]:
        """Of the columns, from left to right."""
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
        """A further column that stands at what the selected one does, and is selected then.

        Raises: ValueError if there are as many as there may be.
        """
        if len(self.columns) >= MOST:
            raise ValueError(f"At most {MOST} columns can be compared.")
        letter = next(letter for letter in LETTERS if letter not in self.letters)
        column = Column(letter, self.column(self.selected).choices.copy())
        self.columns.append(column)
        self.selected = letter
        return column

    def remove(self, letter: str) -> None:
        """Takes a column away and stops what it is being answered.

        Raises: ValueError if no fewer than two would be left.
        """
        if len(self.columns) <= FEWEST:
            raise ValueError(f"At least {FEWEST} columns are needed to compare.")
        self.columns.remove(self.column(letter))
        for trial in self.trials:
            if run := trial.runs.pop(letter, None):
                run.cancel()
        if self.selected == letter:
            self.selected = self.columns[0].letter

    def messages(self, letter: str, trial: Trial) -> tuple[Message, ...]:
        """What the column is asked in that trial: what it has heard and said before, then the message."""
        return (*messages_before(self.turns(letter, trial)), user_message(trial.attachments, trial.prompt))

    def turns(self, letter: str, until: Trial) -> list[Turn]:
        """The conversation of one column before a trial; what it did not answer is no part of it."""
        turns = list(self.before)
        for trial in self.trials:
            if trial is until:
                break
            if letter in trial.runs:
                turns.append(_turn(trial, letter))
        return turns

    def conversation(self, letter: str, last: Trial) -> list[Turn]:
        """The conversation of one column up to the answer of a trial, as the playground goes on with it."""
        return [*self.turns(letter, last), _turn(last, letter)]

    def labels(self, card: ModelCard) -> dict[str, str]:
        """What sets each column apart now, in words, by letter."""
        told = differences([column.choices for column in self.columns], card)
        return {letter: in_words(words) for letter, words in zip(self.letters, told, strict=True)}

    def tally(self) -> Mapping[str, tuple[int, int]]:
        """What was voted for: label -> (times it won, blind trials it was in); ties count as no win."""
        counts: dict[str, tuple[int, int]] = {}
        for trial in self.trials:
            if not trial.blind or trial.vote is None:
                continue
            for letter, label in trial.labels.items():
                won, of = counts.get(label, (0, 0))
                counts[label] = (won + (letter == trial.vote), of + 1)
        return counts


def new_comparison(choices: Choices) -> Comparison:
    """Two columns to begin with: what was chosen, and the same the other way round about thinking."""
    other = choices.copy()
    off = other.values.get("enable_thinking") is False or other.values.get("reasoning_effort") == "none"
    for name in ("enable_thinking", "reasoning_effort"):
        other.values.pop(name, None)
    if not off:
        other.values["enable_thinking"] = False
    return Comparison([Column("A", choices.copy()), Column("B", other)])


def from_turn(turns: list[Turn], position: int, choices: Choices) -> Comparison:
    """A comparison that takes up the conversation at one of its turns: column A has its answer already."""
    turn = turns[position]
    comparison = new_comparison(choices)
    comparison.before = tuple(turns[:position])
    comparison.selected = "B"
    comparison.trials.append(Trial(turn.prompt, turn.attachments, {"A": turn.reply[0].run}))
    return comparison


def in_words(words: Mapping[str, str]) -> str:
    """The differences of a column in one line; ``same as the others`` where there are none."""
    return ", ".join(f"{name} {value}" for name, value in words.items()) or "same as the others"


def _turn(trial: Trial, letter: str) -> Turn:
    return Turn(trial.prompt, trial.attachments, [Round(trial.runs[letter])])
