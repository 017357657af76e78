"""The documented parameters as widgets: drawn, explained, marked and reset by looping over the model card."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

import streamlit as st

from components.api.wires.registry import WIRES
from components.core.card import Parameter
from components.params.thinking import NAMES as THINKING_NAMES
from components.params.thinking import resolve_thinking
from components.params.validation import escape, unescape, validate
from components.ui import resources
from components.ui.figures import dollars
from components.ui.safe_markdown import without_formulas
from components.ui.settings.ledger import mark
from components.ui.spoken import spoken
from components.ui.state import session, set_widget, widget_value

# A browser counts no further in whole numbers; Streamlit's widgets refuse what lies beyond (`JSNumber`).
_MOST_IN_BROWSER = 2**53 - 1


def draw_parameters() -> None:
    """Draws all parameters in their groups, each with its help, its mark when changed, and its reset."""
    parameters = resources.card().parameters.values()
    for group, members in groupby(parameters, key=lambda parameter: parameter.group):
        st.caption(group.upper())
        for parameter in members:
            _draw_parameter(parameter)
        if group == "Thinking":
            _draw_thinking_resolution()


def _draw_parameter(parameter: Parameter) -> None:
    checked = validate({parameter.name: current_value(parameter)}, resources.card())
    with st.container(key=f"param-{parameter.name}", gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
            changed = " :primary[●]" if is_changed(parameter) else ""
            probed, found = mark(parameter.name)
            explained = parameter.help + without_formulas(found)
            st.markdown(f"{parameter.label}{changed}{probed}", help=explained, width="stretch")
            _draw_reset(parameter)
            if parameter.type in ("number", "integer"):
                _draw_box(parameter)
            elif parameter.type == "boolean":
                _draw_boolean(parameter)
        if parameter.type in _DRAW:
            _DRAW[parameter.type](parameter)
        warnings = [*checked.advice.values(), *_not_sent(parameter)]
        _draw_sentences(
            [f":gray[{sentence}]" for sentence in _consequence(parameter)]
            + [f":red[:material/error: {sentence}]" for sentence in checked.problems.values()]
            + [f":orange[:material/warning: {sentence}]" for sentence in warnings]
        )


def _consequence(parameter: Parameter) -> list[str]:
    """What a search will be asked and what it costs: neither can be seen from the switch."""
    if parameter.name != "web_search_linkup" or current_value(parameter) is not True:
        return []
    price = dollars(resources.card().prices.search)
    return [f"Searches for the text of your next message, word for word, for {price}. Off again for tool results."]


def _not_sent(parameter: Parameter) -> list[str]:
    """Says that a value which was set does not travel on the chosen endpoint, and why."""
    wire = WIRES[session().edited.wire]
    reason = wire.not_sent(resources.card()).get(parameter.name)
    return [f"Not sent on {wire.label}: {reason}"] if reason is not None and is_changed(parameter) else []


def _draw_reset(parameter: Parameter) -> None:
    place = st.empty()
    if is_changed(parameter):
        place.button(
            spoken(f"Reset {parameter.name} to its default"),
            icon=":material/restart_alt:",
            key=f"reset-{parameter.name}",
            type="tertiary",
            help=f"Reset to the default: {parameter.default_text}",
            on_click=reset,
            args=(parameter,),
        )


def _draw_sentences(sentences: list[str]) -> None:
    place = st.empty()
    if sentences:
        with place.container(gap="xxsmall"):
            for sentence in sentences:
                st.markdown(without_formulas(f":small[{sentence}]"))


def current_value(parameter: Parameter) -> object:
    """What the parameter stands at: what the user set, valid or not, else the documented default."""
    return session().edited.values.get(parameter.name, parameter.default)


def is_changed(parameter: Parameter) -> bool:
    """True when the parameter stands at something else than the documented default."""
    return parameter.name in session().edited.values


def set_value(parameter: Parameter, value: object) -> None:
    """Sets a parameter; setting the default is the same as resetting it."""
    session().problem = None
    if value == parameter.default or value in (None, ()):
        session().edited.values.pop(parameter.name, None)
    else:
        session().edited.values[parameter.name] = value


def reset(parameter: Parameter) -> None:
    """Puts one parameter back to its documented default."""
    set_value(parameter, parameter.default)


def reset_all() -> None:
    """Puts every parameter back to its documented default."""
    for parameter in resources.card().parameters.values():
        reset(parameter)


def _take_widget(parameter: Parameter, key: str) -> None:
    value = widget_value(key)
    if parameter.type == "string":
        value = tuple(unescape(item) for item in value)
    set_value(parameter, value)


def _draw_slider(parameter: Parameter) -> None:
    _, low, high, step = _scale(parameter)
    key = f"slider-{parameter.name}"
    st.slider(
        parameter.label,
        low,
        high,
        step=step,
        value=set_widget(key, min(max(_standing(parameter), low), high)),
        key=key,
        label_visibility="collapsed",
        on_change=_take_widget,
        args=(parameter, key),
    )


def _draw_box(parameter: Parameter) -> None:
    number, _, _, step = _scale(parameter)
    key = f"box-{parameter.name}"
    # No bounds: what is out of range stays as typed and is explained, instead of being replaced in silence.
    st.number_input(
        f"{parameter.label}, typed",
        step=step,
        format="%d" if number is int else "%g",
        value=set_widget(key, _standing(parameter)),
        key=key,
        width=92,
        label_visibility="collapsed",
        on_change=_take_widget,
        args=(parameter, key),
    )


def _scale(parameter: Parameter) -> tuple[type[int] | type[float], float, float, float]:
    assert parameter.min is not None and parameter.max is not None and parameter.step is not None
    number = int if parameter.type == "integer" else float
    return number, number(parameter.min), number(parameter.max), number(parameter.step)


def _standing(parameter: Parameter) -> float:
    """What the widget shows: the lowest value where it cannot hold what was set, which is explained below it."""
    number, low, _, _ = _scale(parameter)
    value = current_value(parameter)
    if not isinstance(value, int | float) or not -_MOST_IN_BROWSER <= value <= _MOST_IN_BROWSER:
        return low
    return number(value)


def _draw_boolean(parameter: Parameter) -> None:
    key = f"toggle-{parameter.name}"
    st.toggle(
        parameter.label,
        value=set_widget(key, current_value(parameter) is True),
        key=key,
        label_visibility="collapsed",
        on_change=_take_widget,
        args=(parameter, key),
    )


def _draw_enum(parameter: Parameter) -> None:
    key = f"choice-{parameter.name}"
    value = current_value(parameter)
    st.select_slider(
        parameter.label,
        parameter.options,
        value=set_widget(key, value if value in parameter.options else parameter.default),
        key=key,
        label_visibility="collapsed",
        on_change=_take_widget,
        args=(parameter, key),
    )


def _draw_strings(parameter: Parameter) -> None:
    key = f"list-{parameter.name}"
    value = current_value(parameter)
    items = [escape(str(item)) for item in value] if isinstance(value, tuple) else []
    st.multiselect(
        parameter.label,
        items,
        default=set_widget(key, items),
        key=key,
        accept_new_options=True,
        # What a link brings may be too many: shown and explained, where the widget would refuse to be drawn.
        max_selections=max(parameter.max_items or 1, len(items)),
        placeholder="Type one, press Enter",
        label_visibility="collapsed",
        on_change=_take_widget,
        args=(parameter, key),
    )


_DRAW: dict[str, Callable[[Parameter], None]] = {
    "number": _draw_slider,
    "integer": _draw_slider,
    "enum": _draw_enum,
    "string": _draw_strings,
}


def _draw_thinking_resolution() -> None:
    card = resources.card()
    valid = validate(session().edited.values, card).values
    thinking = resolve_thinking(
        {name: valid[name] for name in THINKING_NAMES if name in valid},
        card,
        everything=session().edited.mode == "everything",
    )
    _draw_sentences(
        [f":gray[{thinking.reason}]", *(f":orange[:material/warning: {warning}]" for warning in thinking.warnings)]
    )
