"""Setting a sweep up: prompts, how answers are scored, repeats and the cap."""

from __future__ import annotations

import streamlit as st

from components.tuning.draft import Draft, cost_is_bounded
from components.tuning.scorers import KINDS, Scorer, parted
from components.tuning.ways import models_varied
from components.ui import resources
from components.ui.markdown.escaping import escaped
from components.ui.settings.templates import draw_saved_templates
from components.ui.state import Session, session, set_widget, widget_value
from components.ui.sweep.dataset import draw_table
from components.ui.sweep.keeping import SweepState
from components.ui.sweep.targets import targets_of
from components.ui.tray.arriving import draw_arriving
from components.ui.tray.tray import fill_tray
from components.ui.tray.uploads import draw_uploads

_WAYS = {"last": "the last number", "first": "the first number", "any": "any number"}
_LONGEST_NAME = 80
_PROMPT = "Several prompts stand between lines of ---. With a table, write {{column}} where its values belong."


def draw_prompts(state: Session, draft: Draft) -> None:
    """Draws what is asked: typed prompts, or a template and a table; and the media that go with each."""
    st.text_input(
        "Name",
        value=set_widget("sweep-name", draft.name),
        key="sweep-name",
        max_chars=_LONGEST_NAME,
        placeholder="As its first prompt begins",
        on_change=_take,
        args=("name", "sweep-name"),
    )
    if (saved := draw_saved_templates()) is not None:
        draft.prompts = saved
    st.text_area(
        "Prompts",
        value=set_widget("sweep-prompts", draft.prompts),
        key="sweep-prompts",
        height=120,
        placeholder="What is 17 * 23? Reply with the number only.",
        help=_PROMPT,
        on_change=_take,
        args=("prompts", "sweep-prompts"),
    )
    left, right = st.columns(2, gap="small")
    with left:
        st.text_area(
            "Expected answer",
            value=set_widget("sweep-expected", draft.expected),
            key="sweep-expected",
            height=68,
            placeholder="For the scorers; a table may have its own",
            help="One for all prompts, or one for each in their order, between lines of ---; it may be empty.",
            on_change=_take,
            args=("expected", "sweep-expected"),
        )
    with right, st.container(key="sweep-table"):
        draw_table(draft)
    if draft.missing and not state.tray:
        with st.container(horizontal=True, vertical_alignment="center", key="sweep-missing"):
            st.markdown(
                f":orange[:material/attach_file_off: {escaped(', '.join(draft.missing))} was attached before this "
                "page was opened anew; files are not kept. Attach it again.]"
            )
            st.button("Go on without", key="sweep-without", on_click=_go_without)
    notices, arrivals, tray = st.empty(), st.empty(), st.empty()
    with st.expander("Photos and clips for every prompt", icon=":material/attach_file:", expanded=bool(state.tray)):
        draw_uploads(state)
        arriving = st.container()
    fill_tray(state, notices, arrivals, tray)
    with arriving:
        draw_arriving(state)


def draw_scorers(draft: Draft) -> None:
    """Draws how answers are scored."""
    st.multiselect(
        "Score answers by",
        list(KINDS),
        format_func=lambda kind: KINDS[kind].label,
        default=set_widget("sweep-scorers", list(draft.scorers)),
        key="sweep-scorers",
        placeholder="Nothing: only time, tokens and cost are measured",
        on_change=_take_scorers,
    )
    for kind in draft.scorers:
        asks = KINDS[kind].asks
        if asks == "nothing":
            continue
        key = f"sweep-scorer-{kind}"
        unless = ", or nothing: then the expected answer counts" if KINDS[kind].expects else ""
        if KINDS[kind].ways:
            _draw_number(draft, kind, unless)
            continue
        draw = st.text_area if kind in ("schema", "rubric") else st.text_input
        draw(
            f"{KINDS[kind].label}: {asks}{unless}",
            value=set_widget(key, draft.scorers[kind]),
            key=key,
            on_change=_take_scorer,
            args=(kind, key),
        )


def _draw_number(draft: Draft, kind: str, unless: str) -> None:
    """The number that is looked for, and which of an answer's numbers counts."""
    way, rest = parted(Scorer(kind, draft.scorers[kind]))
    which, number = f"sweep-scorer-way-{kind}", f"sweep-scorer-{kind}"
    left, right = st.columns([3, 1], gap="small", vertical_alignment="bottom")
    left.text_input(
        f"{KINDS[kind].label}: {KINDS[kind].asks}{unless}",
        value=set_widget(number, rest),
        key=number,
        on_change=_take_number,
        args=(kind, which, number),
    )
    ways = list(KINDS[kind].ways)
    right.selectbox(
        "Counts",
        ways,
        index=ways.index(set_widget(which, way)),
        format_func=_WAYS.__getitem__,
        key=which,
        help="Which number of the answer is compared. Any: the nearest one, so a long answer passes easily.",
        on_change=_take_number,
        args=(kind, which, number),
    )


def draw_amounts(draft: Draft) -> None:
    """Draws repeats, the cap, and how many calls are under way at once."""
    with st.container(horizontal=True, gap="small"):
        st.number_input(
            "Repeats",
            1,
            1_000,
            value=set_widget("sweep-repeats", draft.repeats),
            key="sweep-repeats",
            width=130,
            help="From two on there is a spread; four or more can show a difference.",
            on_change=_take,
            args=("repeats", "sweep-repeats"),
        )
        if cost_is_bounded(resources.card(), targets_of(models_varied(draft.axes))):
            st.number_input(
                "Hard cap ($)",
                0.0,
                100_000.0,
                step=0.5,
                format="%g",
                value=set_widget("sweep-cap", draft.cap_usd),
                key="sweep-cap",
                width=150,
                help="Never passed: what a call may cost at most is set aside before it is sent.",
                on_change=_take,
                args=("cap_usd", "sweep-cap"),
            )
        else:
            st.number_input(
                "Hard cap (calls)",
                1,
                100_000,
                value=set_widget("sweep-cap-calls", draft.cap_calls),
                key="sweep-cap-calls",
                width=150,
                help="Never passed. What a call costs at most is not known for this model, so calls are counted: tries "
                "that are repeated and the judge's, too.",
                on_change=_take,
                args=("cap_calls", "sweep-cap-calls"),
            )
        st.number_input(
            "Calls at once",
            1,
            32,
            value=set_widget("sweep-at-once", draft.at_once),
            key="sweep-at-once",
            width=130,
            on_change=_take,
            args=("at_once", "sweep-at-once"),
        )


def _draft() -> Draft:
    draft = session().of(SweepState).draft
    assert draft is not None  # the page has drawn it
    return draft


def _take(name: str, key: str) -> None:
    session().of(SweepState).problem = None
    setattr(_draft(), name, widget_value(key))


def _go_without() -> None:
    _draft().missing = ()


def _take_number(kind: str, which: str, number: str) -> None:
    way, text = widget_value(which), widget_value(number).strip()
    _draft().scorers[kind] = text if way == KINDS[kind].ways[0] else f"{way} {text}".strip()


def _take_scorers() -> None:
    draft = _draft()
    draft.scorers = {kind: draft.scorers.get(kind, "") for kind in widget_value("sweep-scorers")}


def _take_scorer(kind: str, key: str) -> None:
    _draft().scorers[kind] = widget_value(key)
