"""One trial on the page: the message, the columns' replies side by side, the vote, and the figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.tuning.comparison import TIE, Comparison, Trial
from components.ui.compare.asking import answer_by_examples, ask_one
from components.ui.compare.figures import draw_figures
from components.ui.compare.header import draw_settings
from components.ui.compare.reply import ReplyView, draw_reply
from components.ui.conversation.moving import draw_go_on
from components.ui.difference import draw_difference
from components.ui.figures import figures_of
from components.ui.spoken import spoken
from components.ui.stage.panes import draw_panes
from components.ui.stage.stage import mark_live
from components.ui.turn.sent import draw_sent


def trial_key(number: int, element: str = "trial", of: str | int | None = None) -> str:
    """The key of a trial, numbered from 1, or of a part of it: its `replies`, or of one reply, its head or vote.

    `of`: the letter of a column, or the position of a reply from 1, where letters are hidden.
    """
    return f"{element}-{number}" if of is None else f"{element}-{number}-{of}"


@dataclass(frozen=True, slots=True)
class TrialView:
    """The containers of a drawn trial that change while it is live; `mark` marks it as live for the browser."""

    number: int
    replies: list[ReplyView]
    verdict: DeltaGenerator
    mark: DeltaGenerator

    @property
    def finished(self) -> bool:
        """Whether every reply is drawn to its end."""
        return all(reply.finished for reply in self.replies)


def draw_trial(comparison: Comparison, number: int, against: str | None) -> TrialView:
    """Draws trial `number` (from 1); the view that comes back draws what is added later.

    `against`: the letter whose texts the others' differences are shown to, or None for the replies themselves.
    """
    trial = comparison.trials[number - 1]
    replies: list[ReplyView] = []
    with st.container(key=trial_key(number)):
        _draw_question(trial)
        with st.container(key=trial_key(number, "replies")):
            for position, letter in enumerate(trial.order(comparison.letters), 1):
                with st.container(key=trial_key(number, "reply", letter), border=True, gap="xsmall"):
                    view = _draw_column(comparison, number, letter, position, against)
                    replies += [view] if view else []
        mark = mark_live(trial_key(number), str(number)) if trial.live else st.empty()
    return TrialView(number, replies, st.empty(), mark)


def _draw_column(
    comparison: Comparison, number: int, letter: str, position: int, against: str | None
) -> ReplyView | None:
    trial = comparison.trials[number - 1]
    head = trial_key(number, "head", letter)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=head):
        st.markdown(f"**{_title(trial, letter, position)}**", width="content")
        status, stop = st.empty(), st.empty()
    if not trial.hidden:
        with st.container(gap="xsmall", key=trial_key(number, "settings", letter)):
            draw_settings(comparison, letter)
    if letter not in trial.rounds:
        _draw_absent(comparison, trial, letter, number)
        return None
    if against is not None and against in trial.rounds and not trial.live and not trial.hidden:
        _draw_against(trial, letter, against, number)
        return None
    view = _draw_reply(comparison, trial, letter, number, status, stop)
    if trial.runs[letter].live:
        _draw_stop(trial, letter, number, position, stop)
    return view


def draw_verdict(comparison: Comparison, number: int, vote: DeltaGenerator) -> None:
    """Draws, when all replies of the trial have ended, the vote into `vote`, or else the figures here."""
    trial = comparison.trials[number - 1]
    if trial.hidden:
        with vote.container():
            _draw_vote(comparison, trial, number)
        return
    if trial.blind:
        won = "You found them equally good." if trial.vote == TIE else f"You voted for column {trial.vote}."
        st.markdown(f":material/how_to_vote: {won} :gray[Order shuffled with seed {trial.seed}.]")
    _draw_figures(trial, comparison.letters)


def _title(trial: Trial, letter: str, position: int) -> str:
    if trial.hidden:
        return f"Reply {position}"
    voted = " :material/how_to_vote:" if trial.vote == letter else ""
    return f"{letter}{voted}"


def _draw_question(trial: Trial) -> None:
    with st.chat_message("user", avatar=":material/person:"):
        draw_sent(trial.attachments)
        st.text(trial.prompt)


def _draw_reply(
    comparison: Comparison, trial: Trial, letter: str, number: int, status: DeltaGenerator, stop: DeltaGenerator
) -> ReplyView:
    rounds = trial.rounds[letter]

    def draw_actions() -> None:
        with st.container(horizontal=True, gap="xsmall"):
            if rounds[-1].run.status != "done":
                st.button(
                    "Try again",
                    icon=":material/refresh:",
                    key=trial_key(number, "again", letter),
                    on_click=ask_one,
                    args=(comparison, letter, trial),
                )
            elif not trial.hidden:
                draw_go_on(comparison, letter, trial, number)

    return draw_reply(
        rounds,
        f"{number}-{letter}",
        status,
        stop,
        quiet=trial.hidden,
        draw_actions=draw_actions,
        go_on=partial(answer_by_examples, comparison, letter, trial),
    )


def _draw_stop(trial: Trial, letter: str, number: int, position: int, stop: DeltaGenerator) -> None:
    """The button that ends this reply alone; named by its position, which a blind trial shows, not by its letter."""
    name = f"Stop reply {position}"
    stop.button(
        spoken(name),
        icon=":material/stop_circle:",
        key=trial_key(number, "stop", position),
        type="tertiary",
        help=f"{name} alone; the others go on.",
        on_click=lambda: trial.runs[letter].cancel(),
    )


def _draw_absent(comparison: Comparison, trial: Trial, letter: str, number: int) -> None:
    st.caption("This column was not asked.")
    st.button(
        "Ask it now",
        icon=":material/send:",
        key=trial_key(number, "ask", letter),
        on_click=ask_one,
        args=(comparison, letter, trial),
    )


def _draw_against(trial: Trial, letter: str, against: str, number: int) -> None:
    mine, base = trial.turn(letter), trial.turn(against)
    if letter == against:
        st.caption("The others are compared with this one.")
    panes = draw_panes(trial_key(number, "difference", letter), "Answer, compared")
    with panes.thinking:
        _draw_text(base.thinking, mine.thinking, same=letter == against)
    with panes.answer:
        _draw_text(base.answer, mine.answer, same=letter == against)
    panes.end([one.run for one in trial.rounds[letter]])


def _draw_text(base: str, mine: str, *, same: bool) -> None:
    if same:
        st.text(mine or "(empty)")
    else:
        draw_difference(base, mine)


def _draw_vote(comparison: Comparison, trial: Trial, number: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=trial_key(number, "vote")):
        st.markdown("Which reply is the best?", width="content")
        for position, letter in enumerate(trial.order(comparison.letters), 1):
            key = trial_key(number, "vote", position)
            st.button(f"Reply {position}", key=key, on_click=_vote, args=(trial, letter))
        st.button("Equally good", key=trial_key(number, "vote", TIE), on_click=_vote, args=(trial, TIE))


def _vote(trial: Trial, choice: str) -> None:
    trial.vote = choice


def _draw_figures(trial: Trial, letters: list[str]) -> None:
    done = {
        letter: [figures_of(trial.rounds[letter])]
        for letter in letters
        if letter in trial.rounds and trial.runs[letter].status == "done"
    }
    if len(done) >= 2:
        draw_figures(done, letters)
