"""The outcome of a run that is no plain answer: stopped, cut, failed, or lost to thinking.

Every case says in one sentence what happened, and offers the next step; the prompt, the media and the text that came
stay on the page.
"""

from __future__ import annotations

import streamlit as st

from components.core.card import ModelCard, ParameterValue
from components.runs.conversation import Turn
from components.runs.run import Run
from components.ui import resources
from components.ui.conversation.sending import go_on, return_to_composer, try_again
from components.ui.markdown.escaping import escaped, with_code
from components.ui.settings.parameters import current_value, set_value

_RAW_SHOWN = 4_000


def draw_outcome(turn: Turn, number: int, *, last: bool) -> None:
    """Draws what happened to the turn's run; nothing for a plain answer. `last`: no turn follows."""
    run = turn.run
    if run.transcript.thinking_deltas and not run.transcript.answer_deltas and not turn.messages and not run.live:
        st.caption(
            ":material/visibility_off: This turn has no answer, so it is left out of what is sent next: "
            "the model is given neither its question nor its thinking."
        )
    if run.status == "failed" or run.error is not None:
        _draw_failure(run)
    elif run.status == "stopped":
        st.caption(
            ":material/stop_circle: Stopped by you; what came is kept. "
            "The provider may bill the whole reply all the same."
        )
    elif run.status == "interrupted":
        st.warning("The stream ended before the reply was complete. What came is kept.", icon=":material/link_off:")
    elif lost_to_thinking(run):
        _draw_lost_answer(turn, number)
        return
    elif run.transcript.finish_reason == "length":
        st.warning(
            "The answer was cut at `max_tokens`. Continue it, or raise the limit and try again.",
            icon=":material/content_cut:",
        )
    elif run.transcript.finish_reason == "content_filter":
        st.warning("The provider's content filter ended the answer.", icon=":material/shield:")
    if unread := len(run.transcript.unknown):
        events = "1 event was not understood and is" if unread == 1 else f"{unread} events were not understood and are"
        st.caption(f":material/help: {events} left out here; Inspect shows what came.")
    if not turn.cut and run.status == "done":
        return
    with st.container(horizontal=True):
        if turn.cut:
            since = "" if last else " What was said since stays beside it, as another branch."
            st.button(
                "Continue",
                icon=":material/resume:",
                key=f"continue-{number}",
                type="primary" if last else "secondary",
                help=f"Asks the model to go on where the answer ends; what comes is joined to it.{since}",
                on_click=go_on,
                args=(turn,),
            )
        if run.status != "done":
            _draw_try_again(turn, number)
            st.button(
                "Change it",
                icon=":material/edit:",
                key=f"change-{number}",
                help="Puts the prompt and its media back into the message box.",
                on_click=return_to_composer,
                args=(turn,),
            )


def _draw_try_again(turn: Turn, number: int) -> None:
    st.button("Try again", icon=":material/refresh:", key=f"again-{number}", on_click=try_again, args=(turn,))


def lost_to_thinking(run: Run) -> bool:
    """True when the model thought but never answered, whatever ended it; `why_no_answer` says what did."""
    transcript = run.transcript
    return (
        run.status == "done"
        and bool(transcript.thinking_deltas)
        and not transcript.answer.strip()
        and not transcript.tool_calls
    )


def why_no_answer(run: Run) -> str:
    """Says in one or two sentences what ended a reply that only thought, as far as it was reported.

    `max_tokens` is blamed only where the reply says that a limit ended it (`length`). Ended by itself (`stop`), a
    model has closed its reply inside its thinking, and more room would not have helped.
    """
    reason = run.transcript.finish_reason
    if reason == "length":
        return (
            "The model thought but never answered (it ended with `length`): the thinking used up the room. "
            "Give the answer more tokens, or the thinking fewer."
        )
    if reason == "content_filter":
        return "The provider's content filter ended the reply while the model was still thinking. Ask in other words."
    ended = "it ended its reply by itself" if reason == "stop" else "its reply ended"
    advice = "Ask again, or ask without thinking."
    if reason == "stop" and run.request.parameters.get("stop"):
        advice = "One of the `stop` strings may have come up in its thinking: remove them, or ask again."
    return (
        f"The model thought but never answered: {ended} (`{reason}`) inside its thinking, and no limit was reported. "
        f"{advice}"
    )


def _draw_failure(run: Run) -> None:
    error = run.error
    if error is None:
        return
    kept = " What came is kept." if run.status == "interrupted" or run.transcript.answer else ""
    st.error(f"{escaped(str(error))}{kept}", icon=":material/error:")
    if error.raw or error.request_id:
        with st.expander("Raw reply", icon=":material/data_object:", type="compact"):
            facts = [
                f"status {error.status}" if error.status else "",
                f"code {escaped(error.code)}" if error.code else "",
                f"request {escaped(error.request_id)}" if error.request_id else "",
            ]
            st.caption(" · ".join(filter(None, facts)))
            st.code(error.raw[:_RAW_SHOWN] or "(empty)", language=None, wrap_lines=True)


def _draw_lost_answer(turn: Turn, number: int) -> None:
    st.warning(with_code(why_no_answer(turn.run)), icon=":material/hourglass_disabled:")
    card = resources.card()
    switch = card.thinking_switch
    with st.container(horizontal=True):
        if turn.run.transcript.finish_reason == "length":
            _draw_more_room(turn, number, card)
            return
        _draw_try_again(turn, number)
        if switch is not None:
            st.button(
                "Try again without thinking",
                key=f"unthinking-{number}",
                on_click=_change_and_try,
                args=(turn, switch.name, switch.turns_thinking_off),
            )


def _draw_more_room(turn: Turn, number: int, card: ModelCard) -> None:
    """Offers to change the limits that the model has: a higher one for the answer, a lower one for thinking."""
    largest, budget = card.parameters.get("max_tokens"), card.parameters.get("thinking_budget")
    if largest is not None and largest.max is not None:
        st.button(
            f"Raise max_tokens to {largest.max:,} and try again",
            key=f"raise-{number}",
            on_click=_change_and_try,
            args=(turn, largest.name, largest.max),
        )
    if budget is not None:
        current = current_value(budget)
        lower = max(1, int(current) // 4) if isinstance(current, int | float) else 1
        st.button(
            f"Lower thinking_budget to {lower:,} and try again",
            key=f"lower-{number}",
            on_click=_change_and_try,
            args=(turn, budget.name, lower),
        )


def _change_and_try(turn: Turn, name: str, value: ParameterValue) -> None:
    set_value(resources.card().parameters[name], value)
    try_again(turn)
