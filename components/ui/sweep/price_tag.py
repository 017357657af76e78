"""The price tag of a sweep, and the button that starts it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from decimal import Decimal

import streamlit as st

from components.core.errors import MediaError, ParameterError, StoreError
from components.history.sweeps import create_sweep, load_sweep
from components.tuning.draft import Draft
from components.tuning.messages import sweep_messages
from components.tuning.plan import Plan, plan_json, read_plan
from components.tuning.quote import CALL_S, Quote, quote
from components.tuning.setup_axes import MODEL
from components.ui import resources
from components.ui.figures import NOT_KNOWN, dollars
from components.ui.markdown.escaping import in_code, with_code, with_dollars
from components.ui.state import Session, session
from components.ui.sweep.draft_state import SweepState, drawn_draft, problem_shown
from components.ui.sweep.targets import targets_of_plan


def draw_price_tag(state: Session, draft: Draft, make_plan: Callable[[Draft], Plan]) -> None:
    """Draws what the sweep will take, or why it cannot be started yet."""
    sweeping = state.of(SweepState)
    found = problem = None
    plan: Plan | None = None
    try:
        plan = make_plan(draft)
        with st.spinner("Making the pictures of each way of asking ready…"):
            messages = sweep_messages(plan, state.tray, resources.clip_cache())
        targets = targets_of_plan(plan)
        found = quote(plan, messages, resources.model(), resources.card(), resources.rate_limits(), targets)
    except (ParameterError, MediaError) as error:
        problem = str(error)
    with st.container(key="sweep-tag", border=True, gap="small"):
        if plan is not None and found is not None:
            _draw_quote(plan, found)
        else:
            st.markdown(f":orange[:material/info: {with_code(problem or '')}]")
        if sweeping.problem:
            st.error(with_code(sweeping.problem), icon=":material/error:")
        st.button(
            "Start the sweep",
            icon=":material/play_arrow:",
            key="sweep-start",
            type="primary",
            disabled=plan is None or found is None or _too_dear(plan, found),
            on_click=_start,
            args=(make_plan,),
        )


def _draw_quote(plan: Plan, found: Quote) -> None:
    asked = f"{len(plan.questions):,} × {len(plan.variants):,} × {plan.repeats:,}"
    with st.container(horizontal=True, gap="medium"):
        st.metric("Calls", f"{found.calls:,}", help=f"Prompts × ways of asking × repeats: {asked}, and the judge's.")
        st.metric("Cost, estimated", with_code(_range(found.low_usd, found.high_usd)))
        st.metric(
            "Tokens, estimated",
            f"{found.low_tokens:,} to {found.high_tokens:,}"
            if found.high_tokens is not None
            else f"from {found.low_tokens:,}",
        )
        limits = resources.rate_limits()
        st.metric(
            "Time, estimated",
            duration(found.seconds),
            help=f"Within {limits.requests_per_minute:,} requests and {limits.tokens_per_minute:,} tokens a minute, "
            f"{plan.at_once} calls at once, {CALL_S:g} s a call; much thinking takes longer.",
        )
    words = "The range goes from short answers to every answer as long as it may get. "
    words += "Calls of tools are not run: they are the answer." if plan.tools else "No tools are sent."
    if found.judge_usd:
        words += f" The judge alone costs up to {dollars(found.judge_usd)} of it."
    st.caption(with_code(words))
    if plan.cap_calls and found.unknown and MODEL in plan.variants[0].setup:
        models = ", ".join(map(in_code, found.unknown))
        st.markdown(
            f":orange[:material/help: What a call costs at most is not known of {models}: the cap counts calls.]"
        )
    if found.duplicates:
        st.markdown(
            f":orange[:material/content_copy: {found.duplicates:,} of the {len(plan.variants):,} ways of asking "
            f"{'sends' if found.duplicates == 1 else 'send'} the same as another: at most one thinking limit is sent, "
            "off wins, then a budget.]"
        )
    if plan.cap_calls:
        if found.calls > plan.cap_calls:
            st.markdown(
                f":orange[:material/speed: The cap of {plan.cap_calls:,} calls ends it early; it is never passed.]"
            )
    elif _too_dear(plan, found):
        st.markdown(
            with_dollars(
                ":red[:material/block: What a single call may cost is not known, so a cap in dollars cannot hold.]"
                if found.largest_usd is None
                else f":red[:material/block: A single call may cost {dollars(found.largest_usd)} at most, more than "
                "the cap. Raise it, or lower max_tokens and the thinking budget.]"
            )
        )
    elif found.high_usd is None or found.high_usd > plan.cap_usd:
        st.markdown(
            with_dollars(
                f":orange[:material/speed: The cap of {dollars(plan.cap_usd)} may end it early; it is never passed.]"
            )
        )


def _too_dear(plan: Plan, found: Quote) -> bool:
    """Whether a single call could pass a cap in dollars."""
    return not plan.cap_calls and (found.largest_usd is None or found.largest_usd > plan.cap_usd)


def _range(low: Decimal | None, high: Decimal | None) -> str:
    if low is None:
        return NOT_KNOWN
    return f"from {dollars(low)}" if high is None else f"{dollars(low)} to {dollars(high)}"


def _start(make_plan: Callable[[Draft], Plan]) -> None:
    state = session()
    with problem_shown("Not started: "):
        plan = make_plan(drawn_draft())
        messages = sweep_messages(plan, state.tray, resources.clip_cache())
        plan = replace(plan, asked=_endpoint_in_use(), model=resources.model())
        sweep_id = create_sweep(resources.store(), state.owner, plan.name, plan_json(plan), messages, plan.size)
        start_sweep(sweep_id)
        state.of(SweepState).id = sweep_id


def start_sweep(sweep_id: str, again: Collection[int] = ()) -> None:
    """Starts a sweep, or resumes it; of failed cells only those numbered in `again` are sent, and then nothing else.

    Raises: StoreError, also if the app is connected to another endpoint than the sweep asked.
    """
    record = load_sweep(resources.store(), sweep_id, session().owner)
    if record is None:
        raise StoreError("There is no such sweep.")
    plan = read_plan(record.plan)
    if plan.asked not in ("", _endpoint_in_use()):
        raise StoreError(
            f"This sweep asked {plan.asked}, but the app is connected to {_endpoint_in_use()} now. Change the "
            "connection first: answers of two endpoints in one sweep would compare nothing."
        )
    asked_model = plan.model or resources.model()
    resources.sweeps().start(
        sweep_id,
        session().owner,
        resources.store(),
        resources.runner(),
        resources.connection(),
        asked_model,
        resources.card_of(resources.connection(), asked_model),
        again,
        targets_of_plan(plan),
    )


def _endpoint_in_use() -> str:
    """The address that the app asks now; the simulator's own changes with every start, so it has a name instead."""
    connection = resources.connection()
    return "the simulator" if connection.simulated else connection.base_url


def duration(seconds: float) -> str:
    """A time in the unit that fits: ``45 s``, ``12 min``, ``3.5 h``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else f"{seconds / 3_600:.1f} h"
