"""The sweep page as a whole: a sweep that is shown, or one being set up."""

from __future__ import annotations

import streamlit as st

from components.core.errors import StoreError
from components.core.texts import cut
from components.history.sweeps import SweepHead, delete_sweep, list_sweeps, load_sweep
from components.tuning.draft import Draft, Kind, plan_of, thinking_plan
from components.tuning.plan import Plan, read_plan
from components.tuning.setup_axes import TOOLS, models_varied
from components.tuning.sweep import Sweep
from components.ui import resources
from components.ui.conversation.sending import offered_tools
from components.ui.markdown.escaping import escaped, in_code, with_code
from components.ui.reader_time import written
from components.ui.saved import draw_saved
from components.ui.settings.sidebar import draw_sidebar
from components.ui.settings.tools import draw_tools
from components.ui.state import Browser, Key, Session, session, set_widget, widget_value
from components.ui.sweep.axes import draw_axes
from components.ui.sweep.draft_state import SweepState, current_draft, problem_shown, save_draft
from components.ui.sweep.earlier_sweep import draw_earlier_sweep
from components.ui.sweep.price_tag import draw_price_tag
from components.ui.sweep.probe import draw_probe, latest_probe
from components.ui.sweep.progress import ProgressView, draw_controls, follow
from components.ui.sweep.results import current_findings, draw_results
from components.ui.sweep.save_prompt import draw_save_prompt
from components.ui.sweep.setup import draw_amounts, draw_prompts, draw_scorers
from components.ui.sweep.targets import targets_of
from components.ui.views import view

PARAMETER = "sweep"
_KIND = Key[Kind]("sweep-kind")
_LONGEST = 32  # of a name in the list: what comes after it must be in sight, too
_KINDS: dict[Kind, str] = {
    "sweep": "Sweep",
    "thinking": "Thinking experiment",
    "probe": "Which parameters work?",
}


def draw_sweep_page() -> None:
    """Draws the page; returns when no sweep that it shows is running."""
    state = session()
    sweeping = state.of(SweepState)
    draft = current_draft(state)
    state.edited = draft.choices
    with st.sidebar:
        draw_sidebar(draw_tools=draw_tools if TOOLS in draft.axes else None)
    if state.of(Browser).page_changed and sweeping.id is None:
        sweeping.id = st.query_params.get(PARAMETER)
    # Looked for first: if it ends just now, the history, which is read after this, has its end.
    sweep = resources.sweeps().find(sweeping.id) if sweeping.id else None
    try:
        heads = list_sweeps(resources.store(), state.owner)
    except StoreError as error:
        st.error(with_code(f"Sweeps need the history: {error}"), icon=":material/error:")
        return
    _draw_choice(state, heads)
    head = next((head for head in heads if head.id == sweeping.id), None)
    if head is None:
        st.query_params.pop(PARAMETER, None)
        with view(0, 3):
            _draw_setup(state, draft)
    else:
        st.query_params[PARAMETER] = head.id
        with view(1 if sweep is None else 2, 3):
            _draw_sweep(state, head, sweep, heads)


def _draw_choice(state: Session, heads: list[SweepHead]) -> None:
    sweeping = state.of(SweepState)
    running = sweeping.id is not None and resources.sweeps().find(sweeping.id) is not None
    draw_saved(
        "sweep",
        "sweep",
        {head.id: _line(head) for head in heads},
        sweeping.id,
        begin=lambda: _show(None),
        choose=_show,
        delete=None if running else _delete,
        help="Delete this sweep; the runs it made stay in the history.",
    )


def _line(head: SweepHead) -> str:
    made = written(head.created_at, "%b %d, %H:%M")
    return f"{cut(head.name, _LONGEST)} · {head.cells:,} cells · {made}"


def _draw_setup(state: Session, draft: Draft) -> None:
    st.segmented_control(
        "Kind",
        list(_KINDS),
        format_func=_KINDS.__getitem__,
        default=set_widget(_KIND, draft.kind),
        key=_KIND,
        required=True,
        label_visibility="collapsed",
        on_change=_set_kind,
        args=(draft,),
    )
    if draft.kind != "probe":
        with view(0, 3):
            _draw_form(state, draft)
        save_draft(state, draft)
        return
    save_draft(state, draft)
    probing = latest_probe(state)
    with view(2 if probing is not None and probing.live else 1, 3):
        draw_probe(probing)


def _draw_form(state: Session, draft: Draft) -> None:
    draw_prompts(state, draft)
    if draft.kind == "sweep":
        draw_axes(draft)
    else:
        st.markdown(
            "Asks at every effort level and at budgets of 1,024 to 32,768 tokens, and shows what more thinking buys: "
            "answer quality by your scorers, thinking tokens, time to the first answer token, cost."
        )
    draw_scorers(draft)
    draw_amounts(draft)
    draw_price_tag(state, draft, _plan if draft.kind == "sweep" else _thinking)


def _set_kind(draft: Draft) -> None:
    draft.kind = widget_value(_KIND)


def _plan(draft: Draft) -> Plan:
    targets = targets_of(models_varied(draft.axes))
    return plan_of(draft, resources.card(), targets, offered_tools(session().tools) if TOOLS in draft.axes else ())


def _thinking(draft: Draft) -> Plan:
    return thinking_plan(draft, resources.card())


def _draw_sweep(state: Session, head: SweepHead, sweep: Sweep | None, heads: list[SweepHead]) -> None:
    sweeping = state.of(SweepState)
    try:
        findings = current_findings(state, head.id) if sweep is None else None
        record = load_sweep(resources.store(), head.id, state.owner) if findings is None else findings.record
    except StoreError as error:
        st.error(with_code(str(error)), icon=":material/error:")
        return
    if record is None:
        return
    plan = read_plan(record.plan) if findings is None else findings.plan
    st.subheader(escaped(plan.name), anchor=False)
    if plan.asked:
        st.caption(f"Asked {escaped(plan.asked)}, model {in_code(plan.model)}, {plan.choices.wire}")
    draw_controls(record, sweep, elsewhere=head.running and sweep is None)
    if sweeping.problem:
        st.error(with_code(sweeping.problem), icon=":material/error:")
    if sweep is None and head.status != "done":
        note = head.note or ("It was broken off; nothing that is done is lost." if head.status == "running" else "")
        if note:
            st.warning(with_code(note), icon=":material/pause_circle:")
    progress = ProgressView(plan)
    progress.draw(record.cells if sweep is None else sweep.cells, sweep)
    if findings is not None:
        draw_results(findings)
        draw_save_prompt(plan)
        draw_earlier_sweep(findings.record, plan, heads)
    elif sweep is not None:
        follow(progress, sweep)
        st.rerun()


def _show(sweep_id: str | None) -> None:
    sweeping = session().of(SweepState)
    sweeping.id, sweeping.problem = sweep_id, None


def _delete() -> None:
    state = session()
    sweeping = state.of(SweepState)
    assert sweeping.id is not None  # the button is drawn for one that is shown
    with problem_shown():
        delete_sweep(resources.store(), sweeping.id, state.owner)
        sweeping.id = None
