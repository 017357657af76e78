"""What a sweep varies: a line, or a text, of values for each axis that is chosen."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.api.wires.registry import WIRES
from components.core.errors import StoreError
from components.history.templates import list_templates
from components.params.trying import sweep_values_of
from components.tuning.draft import Draft
from components.tuning.plan import MEDIA_AXES
from components.tuning.values import range_of
from components.tuning.ways import ENDPOINT, MODEL, SEPARATOR, SETUP_AXES, SYSTEM, TEMPLATE, TEXT_AXES, TOOLS, parted
from components.ui import resources
from components.ui.markdown.escaping import escaped, in_code, with_code
from components.ui.state import session, set_widget, widget_value
from components.ui.sweep.keeping import SweepState

_MEDIA_VALUES = {"frames": "2, 4, 8", "longest_side": "256, 512, 1024", "jpeg_quality": "40, 70, 90"}
_ASKS = {
    "frames": "how many are taken of each clip, evenly, such as 2, 4, 8",
    "longest_side": "in px, of pictures and frames, such as 256, 512",
    "jpeg_quality": "10 to 100, such as 40, 70, 90",
    SYSTEM: f"several between lines of {SEPARATOR}; an empty one is none",
    TEMPLATE: f"several between lines of {SEPARATOR}; {{{{prompt}}}} is the prompt above, {{{{column}}}} the table's",
    ENDPOINT: f"any of {', '.join(WIRES)}",
    MODEL: "one a line: its id, or id @ address, or id @ the simulator",
    TOOLS: "on, off",
}
_HELP = {
    MODEL: "An address is asked with the key that was given for it, else without one. Each model is priced by its own "
    "card; the judge is always the model that the app asks now.",
    TOOLS: "The tools are those of the sidebar. A call is not run: it is the answer, as JSON.",
}
_STRINGS = "one set a line, strings apart by a comma"


def draw_axes(draft: Draft) -> None:
    """Draws what is varied: a line of values for each axis chosen."""
    card = resources.card()
    names = [*SETUP_AXES, *card.parameters, *MEDIA_AXES]
    st.multiselect(
        "Vary",
        names,
        default=set_widget("sweep-axes", [name for name in draft.axes if name in names]),
        key="sweep-axes",
        placeholder="System prompt, template, endpoint, model, tools, any parameter, and how media are sent",
        help="Every combination of the values is asked. What is not varied stands as the sidebar has it. Frames are "
        "taken anew from the clip, pictures are made anew from the photo.",
        on_change=_take_axes,
    )
    if unknown := [name for name in draft.axes if name not in names]:
        listed = ", ".join(map(in_code, unknown))
        st.markdown(f":orange[:material/info: Not varied: {escaped(card.display_name)} has no {listed}.]")
    for name in (name for name in draft.axes if name in names):
        key = f"sweep-axis-{name.replace(' ', '-')}"
        strings = name in card.parameters and card.parameters[name].type == "string"
        kind = _ASKS.get(name) or (_STRINGS if strings else _hint(name))
        label, value = f"Values of {escaped(name)} ({escaped(kind)})", set_widget(key, draft.axes[name])
        several_lines = strings or name in TEXT_AXES or name == MODEL
        draw = partial(st.text_area, height=160 if name in TEXT_AXES else 80) if several_lines else st.text_input
        draw(label, value=value, key=key, help=_HELP.get(name), on_change=_take_axis, args=(name, key))
        if name in TEXT_AXES:
            _draw_versions(name)


def _draw_versions(name: str) -> None:
    """Offers the versions of every saved template as values of an axis of texts."""
    try:
        saved = list_templates(resources.store(), session().owner)
    except StoreError as error:
        st.caption(with_code(f"Templates cannot be read. {error}"))
        return
    told = {
        (template, version.number): (f"{template}, version {version.number}", version.text)
        for template, versions in saved.items()
        for version in versions
    }
    if not told:
        return
    key = f"sweep-versions-{name.replace(' ', '-')}"
    st.multiselect(
        "Add versions of a template",
        list(told),
        default=set_widget(key, []),
        format_func=lambda each: told[each][0],
        key=key,
        placeholder="They are added to the texts above, under the template's name",
        label_visibility="collapsed",
        on_change=_add_versions,
        args=(name, key, told),
    )


def _add_versions(name: str, key: str, told: dict[tuple[str, int], tuple[str, str]]) -> None:
    draft = _draft()
    texts = [text for text in parted(draft.axes[name]) if text]
    for chosen in widget_value(key):
        said, text = told[chosen]
        draft.called[text.strip()] = said
        texts += [text.strip()] if text.strip() not in texts else []
    draft.axes[name] = f"\n{SEPARATOR}\n".join(texts)
    set_widget(f"sweep-axis-{name.replace(' ', '-')}", draft.axes[name])
    set_widget(key, [])


def _draft() -> Draft:
    draft = session().of(SweepState).draft
    assert draft is not None  # the page has drawn it
    return draft


def _take_axes() -> None:
    draft = _draft()
    draft.axes = {name: draft.axes.get(name) or _begins(draft, name) for name in widget_value("sweep-axes")}


def _take_axis(name: str, key: str) -> None:
    _draft().axes[name] = widget_value(key)


def _begins(draft: Draft, name: str) -> str:
    """The values that an axis begins with."""
    first = {
        SYSTEM: draft.choices.system,
        TEMPLATE: "{{prompt}}",
        ENDPOINT: ", ".join(WIRES),
        MODEL: resources.model(),
        TOOLS: "off, on",
    }
    return (
        first[name] if name in first else _MEDIA_VALUES.get(name) or sweep_values_of(resources.card().parameters[name])
    )


def _hint(name: str) -> str:
    """What is typed for a parameter, by examples of its own."""
    parameter = resources.card().parameters[name]
    if parameter.type in ("enum", "boolean"):
        return f"any of {', '.join(parameter.options) or 'on, off'}"
    values = sweep_values_of(parameter)
    return f"such as {values}, or {range_of(parameter)}"
