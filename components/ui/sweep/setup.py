"""Setting a sweep up: prompts, what is varied, how answers are scored, repeats and the cap."""

from __future__ import annotations

import streamlit as st

from components.params.trying import sweep_values_of
from components.tuning.draft import Draft
from components.tuning.plan import MEDIA_AXES
from components.tuning.scorers import KINDS
from components.ui import resources
from components.ui.markdown.escaping import escaped, in_code
from components.ui.playground.composer import fill_tray
from components.ui.playground.templates import draw_saved_templates
from components.ui.state import Session, session, set_widget, widget_value
from components.ui.sweep.dataset import draw_table
from components.ui.tray.uploads import draw_uploads

_MEDIA_VALUES = {"frames": "2, 4, 8", "longest_side": "256, 512, 1024", "jpeg_quality": "40, 70, 90"}
_ASKS = {
    "frames": "how many are taken of each clip, evenly, such as 2, 4, 8",
    "longest_side": "in px, of pictures and frames, such as 256, 512",
    "jpeg_quality": "10 to 100, such as 40, 70, 90",
}
_STRINGS = "one set a line, strings apart by a comma"
_PROMPT = "Several prompts stand between lines of ---. With a table, write {{column}} where its values belong."


def draw_prompts(state: Session, draft: Draft) -> None:
    """Draws what is asked: typed prompts, or a template and a table; and the media that go with each."""
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
        st.text_input(
            "Expected answer",
            value=set_widget("sweep-expected", draft.expected),
            key="sweep-expected",
            placeholder="For the scorers; a table may have its own",
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
    fill_tray(state, notices, arrivals, tray)


def draw_axes(draft: Draft) -> None:
    """Draws what is varied: a line of values for each parameter chosen."""
    card = resources.card()
    names = [*card.parameters, *MEDIA_AXES]
    st.multiselect(
        "Vary",
        names,
        default=set_widget("sweep-axes", [name for name in draft.axes if name in names]),
        key="sweep-axes",
        placeholder="Any parameter of the model; of media frames, longest side and JPEG quality",
        help="Every combination of the values is asked. What is not varied stands as the sidebar has it. Frames are "
        "taken anew from the clip, pictures are made anew from the photo.",
        on_change=_take_axes,
    )
    if unknown := [name for name in draft.axes if name not in names]:
        listed = ", ".join(map(in_code, unknown))
        st.markdown(f":orange[:material/info: Not varied: {escaped(card.display_name)} has no {listed}.]")
    for name in (name for name in draft.axes if name in names):
        key = f"sweep-axis-{name}"
        strings = name in card.parameters and card.parameters[name].type == "string"
        kind = _ASKS.get(name, _STRINGS if strings else f"such as {_begins(name)}")
        draw = st.text_area if strings else st.text_input
        draw(
            f"Values of {escaped(name)} ({escaped(kind)})",
            value=set_widget(key, draft.axes[name]),
            key=key,
            on_change=_take_axis,
            args=(name, key),
        )


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
        draw = st.text_area if kind in ("schema", "rubric") else st.text_input
        draw(
            f"{KINDS[kind].label}: {asks}{unless}",
            value=set_widget(key, draft.scorers[kind]),
            key=key,
            on_change=_take_scorer,
            args=(kind, key),
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
        if resources.card().cost_is_bounded:
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
    draft = session().sweep_draft
    assert draft is not None  # the page has drawn it
    return draft


def _take(name: str, key: str) -> None:
    session().sweep_problem = None
    setattr(_draft(), name, widget_value(key))


def _go_without() -> None:
    _draft().missing = ()


def _take_axes() -> None:
    draft = _draft()
    draft.axes = {name: draft.axes.get(name) or _begins(name) for name in widget_value("sweep-axes")}


def _begins(name: str) -> str:
    """The values that an axis begins with."""
    return _MEDIA_VALUES.get(name) or sweep_values_of(resources.card().parameters[name])


def _take_axis(name: str, key: str) -> None:
    _draft().axes[name] = widget_value(key)


def _take_scorers() -> None:
    draft = _draft()
    draft.scorers = {kind: draft.scorers.get(kind, "") for kind in widget_value("sweep-scorers")}


def _take_scorer(kind: str, key: str) -> None:
    _draft().scorers[kind] = widget_value(key)
