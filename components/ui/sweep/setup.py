"""Setting a sweep up: prompts, how answers are scored, repeats and the cap."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components.tuning.draft import Draft, cost_is_bounded
from components.tuning.scorers import KINDS, Scorer, split_setting
from components.tuning.setup_axes import models_varied
from components.ui import resources
from components.ui.markdown.escaping import escaped
from components.ui.settings.templates import draw_saved_templates
from components.ui.state import Key, Session, session, set_widget, widget_value
from components.ui.sweep.dataset import draw_table
from components.ui.sweep.draft_state import SweepState, drawn_draft
from components.ui.sweep.targets import targets_of
from components.ui.tray.arriving import draw_arriving
from components.ui.tray.tray import fill_tray
from components.ui.tray.uploads import draw_uploads
from components.ui.views import Place

_COUNTED = {"last": "the last number", "first": "the first number", "any": "any number"}
_LONGEST_NAME = 80
_PROMPT = "Several prompts stand between lines of ---. With a table, write {{column}} where its values belong."
_SCORERS = Key[list[str]]("sweep-scorers")


def _field_key(field: str) -> Key[Any]:
    """The key of the widget that sets a field of the draft."""
    return Key(f"sweep-{field.removesuffix('_usd').replace('_', '-')}")


def _scorer_key(kind: str) -> Key[str]:
    """The key of the widget that sets a scorer up."""
    return Key(f"sweep-scorer-{kind}")


def _number_key(kind: str) -> Key[str]:
    """The key of the widget that says which number of an answer a scorer compares."""
    return Key(f"sweep-scorer-way-{kind}")


def draw_prompts(state: Session, draft: Draft) -> None:
    """Draws what is asked: typed prompts, or a template and a table; and the media that go with each."""
    st.text_input("Name", max_chars=_LONGEST_NAME, placeholder="As its first prompt begins", **_field(draft, "name"))
    if (saved := draw_saved_templates()) is not None:
        draft.prompts = saved
    st.text_area(
        "Prompts",
        height=120,
        placeholder="What is 17 * 23? Reply with the number only.",
        help=_PROMPT,
        **_field(draft, "prompts"),
    )
    left, right = st.columns(2, gap="small")
    with left:
        st.text_area(
            "Expected answer",
            height=68,
            placeholder="For the scorers; a table may have its own",
            help="One for all prompts, or one for each in their order, between lines of ---; it may be empty.",
            **_field(draft, "expected"),
        )
    with right, st.container(key="sweep-table"):
        draw_table(draft)
    if draft.missing and not state.tray:
        with st.container(horizontal=True, vertical_alignment="center", key="sweep-missing"):
            st.markdown(
                f":orange[:material/attach_file_off: {escaped(', '.join(draft.missing))} was attached before this "
                "page was opened anew; files are not kept. Attach it again.]"
            )
            st.button("Go on without", key="sweep-without", on_click=_forget_missing)
    notices, arrivals, tray = st.empty(), st.empty(), Place(expected=bool(state.tray))
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
        default=set_widget(_SCORERS, list(draft.scorers)),
        key=_SCORERS,
        placeholder="Nothing: only time, tokens and cost are measured",
        on_change=_choose_scorers,
    )
    for name in draft.scorers:
        kind = KINDS[name]
        if kind.asks == "nothing":
            continue
        label = f"{kind.label}: {kind.asks}{', or nothing: then the expected answer counts' if kind.expects else ''}"
        if kind.modes:
            _draw_number(draft, name, label)
            continue
        draw = st.text_area if name in ("schema", "rubric") else st.text_input
        value = set_widget(_scorer_key(name), draft.scorers[name])
        draw(label, value=value, key=_scorer_key(name), on_change=_set_scorer, args=(name,))


def _draw_number(draft: Draft, name: str, label: str) -> None:
    """The number that is looked for, and which of an answer's numbers counts."""
    mode, rest = split_setting(Scorer(name, draft.scorers[name]))
    left, right = st.columns([3, 1], gap="small", vertical_alignment="bottom")
    number = set_widget(_scorer_key(name), rest)
    left.text_input(label, value=number, key=_scorer_key(name), on_change=_set_number, args=(name,))
    modes = list(KINDS[name].modes)
    right.selectbox(
        "Counts",
        modes,
        index=modes.index(set_widget(_number_key(name), mode)),
        format_func=_COUNTED.__getitem__,
        key=_number_key(name),
        help="Which number of the answer is compared. Any: the nearest one, so a long answer passes easily.",
        on_change=_set_number,
        args=(name,),
    )


def draw_amounts(draft: Draft) -> None:
    """Draws repeats, the cap, and how many calls are under way at once."""
    with st.container(horizontal=True, gap="small"):
        spread = "From two on there is a spread; four or more can show a difference."
        st.number_input("Repeats", 1, 1_000, width=130, help=spread, **_field(draft, "repeats"))
        if cost_is_bounded(resources.card(), targets_of(models_varied(draft.axes))):
            st.number_input(
                "Hard cap ($)",
                0.0,
                100_000.0,
                step=0.5,
                format="%g",
                width=150,
                help="Never passed: what a call may cost at most is set aside before it is sent.",
                **_field(draft, "cap_usd"),
            )
        else:
            st.number_input(
                "Hard cap (calls)",
                1,
                100_000,
                width=150,
                help="Never passed. What a call costs at most is not known for this model, so calls are counted: tries "
                "that are repeated and the judge's, too.",
                **_field(draft, "cap_calls"),
            )
        st.number_input("Calls at once", 1, 32, width=130, **_field(draft, "at_once"))


def _field(draft: Draft, name: str) -> dict[str, Any]:
    """The arguments of a widget that shows and sets a field of the draft."""
    key = _field_key(name)
    return {"value": set_widget(key, getattr(draft, name)), "key": key, "on_change": _set_field, "args": (name,)}


def _set_field(name: str) -> None:
    session().of(SweepState).problem = None
    setattr(drawn_draft(), name, widget_value(_field_key(name)))


def _forget_missing() -> None:
    drawn_draft().missing = ()


def _choose_scorers() -> None:
    draft = drawn_draft()
    draft.scorers = {kind: draft.scorers.get(kind, "") for kind in widget_value(_SCORERS)}


def _set_scorer(kind: str) -> None:
    drawn_draft().scorers[kind] = widget_value(_scorer_key(kind))


def _set_number(kind: str) -> None:
    mode, text = widget_value(_number_key(kind)), widget_value(_scorer_key(kind)).strip()
    drawn_draft().scorers[kind] = text if mode == KINDS[kind].modes[0] else f"{mode} {text}".strip()
