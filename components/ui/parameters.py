"""The documented parameters as widgets: drawn, explained, marked and reset by looping over the model card."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

import streamlit as st

from components.params.card import Parameter, model_card
from components.params.thinking import NAMES as THINKING_NAMES
from components.params.thinking import resolve_thinking
from components.params.validation import escape, unescape, validate
from components.ui.state import session, set_widget, widget_value


def draw_parameters() -> None:
    """Draws all parameters in their groups, each with its help, its mark when changed, and its reset."""
    parameters = model_card().parameters.values()
    for group, members in groupby(parameters, key=lambda parameter: parameter.group):
        st.caption(group.upper())
        for parameter in members:
            _draw_parameter(parameter)
        if group == "Thinking":
            _draw_thinking_resolution()


def _draw_parameter(parameter: Parameter) -> None:
    problem = validate({parameter.name: current_value(parameter)}, model_card())
    with st.container(key=f"param-{parameter.name}", gap=None):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            mark = " :primary[●]" if is_changed(parameter) else ""
            st.markdown(f"{parameter.label}{mark}", help=parameter.help, width="stretch")
            if is_changed(parameter):
                st.button(
                    "",
                    icon=":material/restart_alt:",
                    key=f"reset-{parameter.name}",
                    type="tertiary",
                    help=f"Reset to the default: {parameter.default_text}",
                    on_click=reset,
                    args=(parameter,),
                )
        _DRAW[parameter.type](parameter)
        for sentence in (*problem.problems.values(), *problem.advice.values()):
            st.caption(f":red[:material/error: {sentence}]" if problem.problems else f":orange[{sentence}]")


def current_value(parameter: Parameter) -> object:
    """What the parameter stands at: what the user set, valid or not, else the documented default."""
    return session().values.get(parameter.name, parameter.default)


def is_changed(parameter: Parameter) -> bool:
    """True when the parameter stands at something else than the documented default."""
    return parameter.name in session().values


def set_value(parameter: Parameter, value: object) -> None:
    """Sets a parameter; setting the default is the same as resetting it."""
    if value == parameter.default or value in (None, ()):
        session().values.pop(parameter.name, None)
    else:
        session().values[parameter.name] = value


def reset(parameter: Parameter) -> None:
    """Puts one parameter back to its documented default."""
    session().values.pop(parameter.name, None)


def reset_all() -> None:
    """Puts every parameter back to its documented default."""
    session().values.clear()


def _take_widget(parameter: Parameter, key: str) -> None:
    value = widget_value(key)
    if parameter.type == "string":
        value = tuple(unescape(item) for item in value)
    set_value(parameter, value)


def _draw_number(parameter: Parameter) -> None:
    number = int if parameter.type == "integer" else float
    assert parameter.min is not None and parameter.max is not None and parameter.step is not None
    value = current_value(parameter)
    typed = number(value) if isinstance(value, int | float) else number(parameter.min)
    slider, box = f"slider-{parameter.name}", f"box-{parameter.name}"
    set_widget(slider, min(max(typed, number(parameter.min)), number(parameter.max)))
    set_widget(box, typed)
    left, right = st.columns([3, 2], vertical_alignment="center", wrap=False)
    left.slider(
        parameter.label,
        number(parameter.min),
        number(parameter.max),
        step=number(parameter.step),
        key=slider,
        label_visibility="collapsed",
        on_change=_take_widget,
        args=(parameter, slider),
    )
    # The box has no bounds: what is out of range stays as typed and is explained, instead of being
    # replaced without a word.
    right.number_input(
        f"{parameter.label}, typed",
        step=number(parameter.step),
        format="%d" if number is int else "%g",
        key=box,
        label_visibility="collapsed",
        on_change=_take_widget,
        args=(parameter, box),
    )


def _draw_boolean(parameter: Parameter) -> None:
    key = f"toggle-{parameter.name}"
    set_widget(key, current_value(parameter))
    st.toggle("On", key=key, on_change=_take_widget, args=(parameter, key))


def _draw_enum(parameter: Parameter) -> None:
    key = f"choice-{parameter.name}"
    set_widget(key, current_value(parameter))
    st.segmented_control(
        parameter.label,
        parameter.options,
        key=key,
        required=True,
        label_visibility="collapsed",
        width="stretch",
        on_change=_take_widget,
        args=(parameter, key),
    )


def _draw_strings(parameter: Parameter) -> None:
    key = f"list-{parameter.name}"
    value = current_value(parameter)
    items = [escape(item) for item in value] if isinstance(value, tuple) else []
    set_widget(key, items)
    st.multiselect(
        parameter.label,
        items,
        key=key,
        accept_new_options=True,
        max_selections=parameter.max_items,
        placeholder="Type one, press Enter",
        label_visibility="collapsed",
        on_change=_take_widget,
        args=(parameter, key),
    )


_DRAW: dict[str, Callable[[Parameter], None]] = {
    "number": _draw_number,
    "integer": _draw_number,
    "boolean": _draw_boolean,
    "enum": _draw_enum,
    "string": _draw_strings,
}


def _draw_thinking_resolution() -> None:
    card = model_card()
    valid = validate(session().values, card).values
    thinking = resolve_thinking(
        {name: valid[name] for name in THINKING_NAMES if name in valid}, card, everything=session().mode == "everything"
    )
    st.caption(f":material/arrow_forward: {thinking.reason}")
    for warning in thinking.warnings:
        st.caption(f":orange[:material/warning: {warning}]")
