"""The documented parameters as widgets: drawn, explained, marked and reset by looping over the model card."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

import streamlit as st

from components.api.wires.registry import WIRES
from components.core.card import Parameter
from components.history.probes import ProbeRecord
from components.params.choices import value_text
from components.params.thinking import NAMES as THINKING_NAMES
from components.params.thinking import resolve_thinking
from components.params.validation import escape, unescape, validate
from components.ui import resources
from components.ui.figures import for_price
from components.ui.markdown.escaping import escaped, in_code, with_code
from components.ui.settings.ledger import ledger, mark
from components.ui.spoken import spoken
from components.ui.state import Key, session, set_widget, widget_value

# A browser counts no further in whole numbers; Streamlit's widgets refuse what lies beyond (`JSNumber`).
_MOST_IN_BROWSER = 2**53 - 1


def draw_parameters() -> None:
    """Draws all parameters in their groups, each with its help, its mark when changed, and its reset."""
    parameters = resources.card().parameters.values()
    groups = dict.fromkeys(parameter.group for parameter in parameters)  # each once, in the card's order
    by_group = sorted(parameters, key=lambda parameter: list(groups).index(parameter.group))
    probed = ledger()
    for group, members in groupby(by_group, key=lambda parameter: parameter.group):
        st.caption(escaped(group.upper()))
        for parameter in members:
            _draw_parameter(parameter, probed.get(parameter.name))
        if group == "Thinking":
            _draw_thinking_resolution()
    _draw_unknown()


def _draw_unknown() -> None:
    """Names what was set for another model, and is not sent to this one."""
    card = resources.card()
    if unknown := [name for name in session().edited.values if name not in card.parameters]:
        listed = ", ".join(map(in_code, unknown))
        words = f"Not sent: {escaped(card.display_name)} has no {listed}. “Reset all” forgets it."
        _draw_sentences([f":orange[:material/info: {words}]"])


def _draw_parameter(parameter: Parameter, probe: ProbeRecord | None) -> None:
    checked = validate({parameter.name: current_value(parameter)}, resources.card())
    with st.container(key=f"param-{parameter.name}", gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
            changed = " :primary[●]" if is_changed(parameter) else ""
            probed, found = mark(probe)
            explained = "\n\n".join(map(with_code, parameter.help.split("\n\n"))) + with_code(found)
            st.markdown(f"{escaped(parameter.label)}{changed}{probed}", help=explained, width="stretch")
            _draw_reset(parameter)
            if parameter.type in ("number", "integer"):
                _draw_box(parameter)
            elif parameter.type == "boolean" and parameter.default is not None:
                _draw_boolean(parameter)
        if (draw := _drawn_below(parameter)) is not None:
            draw(parameter)
        warnings = [*checked.advice.values(), *_not_sent(parameter)]
        _draw_sentences(
            [f":gray[{with_code(sentence)}]" for sentence in _consequence(parameter)]
            + [f":red[:material/error: {with_code(sentence)}]" for sentence in checked.problems.values()]
            + [f":orange[:material/warning: {with_code(sentence)}]" for sentence in warnings]
        )


def _consequence(parameter: Parameter) -> list[str]:
    """The query of the web search, and its cost: the switch shows neither."""
    if parameter.name != "web_search_linkup" or current_value(parameter) is not True:
        return []
    price = for_price(resources.card().prices.search)
    return [f"Searches for the exact text of your next message, {price}. Not repeated for tool results."]


def _not_sent(parameter: Parameter) -> list[str]:
    """Says that a value which was set does not travel on the chosen endpoint, and why."""
    if not is_changed(parameter):
        return []
    wire = WIRES[session().edited.wire]
    reason = wire.unsupported_parameters(resources.card()).get(parameter.name)
    return [f"Not sent on {wire.label}: {reason}"] if reason is not None else []


def _draw_reset(parameter: Parameter) -> None:
    place = st.empty()
    if is_changed(parameter):
        place.button(
            spoken(f"Reset {parameter.name} to its default"),
            icon=":material/restart_alt:",
            key=f"reset-{parameter.name}",
            type="tertiary",
            help=f"Reset to the default: {escaped(parameter.default_text)}",
            on_click=reset,
            args=(parameter,),
        )


def _draw_sentences(sentences: list[str]) -> None:
    place = st.empty()
    if sentences:
        with place.container(gap="xxsmall"):
            for sentence in sentences:
                st.markdown(f":small[{sentence}]")


def current_value(parameter: Parameter) -> object:
    """The value that the user set, valid or not, else the documented default."""
    return session().edited.values.get(parameter.name, parameter.default)


def is_changed(parameter: Parameter) -> bool:
    """True when the value is not the documented default."""
    return parameter.name in session().edited.values


def set_value(parameter: Parameter, value: object) -> None:
    """Sets a parameter; setting the default is the same as resetting it."""
    session().problem = None
    if value == parameter.default or value in (None, (), []):
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
    session().edited.values.clear()  # what was set for another model, too


def _control(parameter: Parameter, key: Key[Any]) -> dict[str, Any]:
    """The arguments that make a widget the control of a parameter; its name is drawn above it."""
    return {"key": key, "label_visibility": "collapsed", "on_change": _on_change, "args": (parameter, key)}


def _on_change(parameter: Parameter, key: Key[Any]) -> None:
    value = widget_value(key)
    if parameter.type == "string":
        value = tuple(unescape(item) for item in value)
    set_value(parameter, value)


def _choice_key(parameter: Parameter) -> Key[Any]:
    return Key(f"choice-{parameter.name}")


def _draw_slider(parameter: Parameter) -> None:
    _, low, high, step = _scale(parameter)
    key = Key[Any](f"slider-{parameter.name}")
    st.slider(
        parameter.label,
        low,
        high,
        step=step,
        value=set_widget(key, min(max(_shown_number(parameter), low), high)),
        **_control(parameter, key),
    )


def _draw_box(parameter: Parameter) -> None:
    number = int if parameter.type == "integer" else float
    key = Key[Any](f"box-{parameter.name}")
    # No bounds: a value out of range stays as typed, with an explanation, instead of being replaced silently.
    st.number_input(
        f"{parameter.label}, typed",
        step=number(parameter.step or 1),
        format="%d" if number is int else "%g",
        value=set_widget(key, None if current_value(parameter) is None else _shown_number(parameter)),
        placeholder="–",
        width=92,
        **_control(parameter, key),
    )


def _scale(parameter: Parameter) -> tuple[type[int] | type[float], float, float, float]:
    """The type of its number, its bounds and its step; a bound that is not known is the browser's own."""
    number = int if parameter.type == "integer" else float
    low = -_MOST_IN_BROWSER if parameter.min is None else parameter.min
    high = _MOST_IN_BROWSER if parameter.max is None else parameter.max
    step = parameter.step or (1 if number is int else 0.01)
    return number, number(low), number(high), number(step)


def _shown_number(parameter: Parameter) -> float:
    """The number that the widget shows: the lowest where it cannot hold the value, which is explained below it."""
    number, low, _, _ = _scale(parameter)
    value = current_value(parameter)
    if not isinstance(value, int | float) or not -_MOST_IN_BROWSER <= value <= _MOST_IN_BROWSER:
        return low
    return number(value)


def _draw_boolean(parameter: Parameter) -> None:
    key = Key[Any](f"toggle-{parameter.name}")
    st.toggle(
        parameter.label,
        value=set_widget(key, current_value(parameter) is True),
        **_control(parameter, key),
    )


def _draw_enum(parameter: Parameter) -> None:
    key = _choice_key(parameter)
    value = current_value(parameter)
    st.select_slider(
        parameter.label,
        parameter.options,
        value=set_widget(key, value if value in parameter.options else parameter.default),
        **_control(parameter, key),
    )


def _draw_choice(parameter: Parameter) -> None:
    """A switch or a choice that has no default: nothing is chosen until the user chooses."""
    key = _choice_key(parameter)
    options = [True, False] if parameter.type == "boolean" else list(parameter.options)
    value = current_value(parameter)
    st.segmented_control(
        parameter.label,
        options,
        format_func=lambda option: escaped(value_text(option)),
        default=set_widget(key, value if value in options else None),
        **_control(parameter, key),
    )


def _draw_strings(parameter: Parameter) -> None:
    key = Key[Any](f"list-{parameter.name}")
    value = current_value(parameter)
    items = [escape(str(item)) for item in value] if isinstance(value, tuple) else []
    st.multiselect(
        parameter.label,
        items,
        default=set_widget(key, items),
        # Spaces at either end are a part of a stop sequence, and would not be seen.
        format_func=lambda item: item.replace(" ", "␠"),
        accept_new_options=True,
        # What a link brings may be too many: shown and explained, where the widget would refuse to be drawn.
        max_selections=None if parameter.max_items is None else max(parameter.max_items, len(items)),
        placeholder="Type one, press Enter",
        **_control(parameter, key),
    )


def _drawn_below(parameter: Parameter) -> Callable[[Parameter], None] | None:
    """What draws the widget below the parameter's name; None: its only widget is beside the name."""
    match parameter.type:
        case "string":
            return _draw_strings
        case "enum" | "boolean" if parameter.default is None:
            return _draw_choice
        case "enum":
            return _draw_enum
        case "number" | "integer":
            # A slider always shows a value: it needs a default and both bounds.
            known = parameter.default is not None and parameter.min is not None and parameter.max is not None
            return _draw_slider if known else None
    return None


def _draw_thinking_resolution() -> None:
    card = resources.card()
    valid = validate(session().edited.values, card).values
    thinking = resolve_thinking(
        {name: valid[name] for name in THINKING_NAMES if name in valid},
        card,
        everything=session().edited.mode == "everything",
    )
    _draw_sentences(
        [
            *([f":gray[{with_code(thinking.reason)}]"] if thinking.reason else []),
            *(f":orange[:material/warning: {with_code(warning)}]" for warning in thinking.warnings),
        ]
    )
