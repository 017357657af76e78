"""What a sweep varies: a field with the values of each axis that is chosen."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.api.wires.registry import WIRES
from components.core.errors import StoreError
from components.history.templates import list_templates
from components.params.trying import sweep_values_of
from components.tuning.draft import Draft
from components.tuning.plan import MEDIA_AXES
from components.tuning.setup_axes import (
    ENDPOINT,
    MODEL,
    SEPARATOR,
    SETUP_AXES,
    SYSTEM,
    TEMPLATE,
    TEXT_AXES,
    TOOLS,
    split_texts,
)
from components.tuning.values import range_of
from components.ui import resources
from components.ui.markdown.escaping import escaped, in_code, with_code
from components.ui.state import Key, session, set_widget, widget_value
from components.ui.sweep.draft_state import drawn_draft

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
_AXES = Key[list[str]]("sweep-axes")


def _axis_key(name: str) -> Key[str]:
    """The key of the field with the values of an axis."""
    return Key(f"sweep-axis-{name.replace(' ', '-')}")


def _versions_key(name: str) -> Key[list[str]]:
    """The key of the choice of template versions for an axis of texts."""
    return Key(f"sweep-versions-{name.replace(' ', '-')}")


def draw_axes(draft: Draft) -> None:
    """Draws the choice of what is varied, and a field of values for each axis chosen."""
    card = resources.card()
    names = [*SETUP_AXES, *card.parameters, *MEDIA_AXES]
    st.multiselect(
        "Vary",
        names,
        default=set_widget(_AXES, [name for name in draft.axes if name in names]),
        key=_AXES,
        placeholder="System prompt, template, endpoint, model, tools, any parameter, and how media are sent",
        help="Every combination of the values is asked. What is not varied stands as the sidebar has it. Frames are "
        "taken anew from the clip, pictures are made anew from the photo.",
        on_change=_choose_axes,
    )
    if unknown := [name for name in draft.axes if name not in names]:
        listed = ", ".join(map(in_code, unknown))
        st.markdown(f":orange[:material/info: Not varied: {escaped(card.display_name)} has no {listed}.]")
    for name in (name for name in draft.axes if name in names):
        key = _axis_key(name)
        strings = name in card.parameters and card.parameters[name].type == "string"
        hint = _ASKS.get(name) or (_STRINGS if strings else _parameter_hint(name))
        label, value = f"Values of {escaped(name)} ({escaped(hint)})", set_widget(key, draft.axes[name])
        several_lines = strings or name in TEXT_AXES or name == MODEL
        draw = partial(st.text_area, height=160 if name in TEXT_AXES else 80) if several_lines else st.text_input
        draw(label, value=value, key=key, help=_HELP.get(name), on_change=_set_values, args=(name,))
        if name in TEXT_AXES:
            _draw_versions(name)


def _draw_versions(name: str) -> None:
    """Offers the versions of every saved template as values of an axis of texts."""
    try:
        saved = list_templates(resources.store(), session().owner)
    except StoreError as error:
        st.caption(with_code(f"Templates cannot be read. {error}"))
        return
    texts = {
        f"{template}, version {version.number}": version.text
        for template, versions in saved.items()
        for version in versions
    }
    if texts:
        st.multiselect(
            "Add versions of a template",
            list(texts),
            default=set_widget(_versions_key(name), []),
            key=_versions_key(name),
            placeholder="They are added to the texts above, under the template's name",
            label_visibility="collapsed",
            on_change=_add_versions,
            args=(name, texts),
        )


def _add_versions(name: str, versions: dict[str, str]) -> None:
    draft = drawn_draft()
    texts = [text for text in split_texts(draft.axes[name]) if text]
    for label in widget_value(_versions_key(name)):
        text = versions[label].strip()
        draft.called[text] = label
        texts += [text] if text not in texts else []
    draft.axes[name] = f"\n{SEPARATOR}\n".join(texts)
    set_widget(_axis_key(name), draft.axes[name])
    set_widget(_versions_key(name), [])


def _choose_axes() -> None:
    draft = drawn_draft()
    draft.axes = {name: draft.axes.get(name) or _first_values(draft, name) for name in widget_value(_AXES)}


def _set_values(name: str) -> None:
    drawn_draft().axes[name] = widget_value(_axis_key(name))


def _first_values(draft: Draft, name: str) -> str:
    """The values that an axis begins with, as they are typed."""
    usual = {
        SYSTEM: draft.choices.system,
        TEMPLATE: "{{prompt}}",
        ENDPOINT: ", ".join(WIRES),
        MODEL: resources.model(),
        TOOLS: "off, on",
        **_MEDIA_VALUES,
    }
    return usual[name] if name in usual else sweep_values_of(resources.card().parameters[name])


def _parameter_hint(name: str) -> str:
    """What is typed for a parameter, by examples of its own."""
    parameter = resources.card().parameters[name]
    if parameter.type in ("enum", "boolean"):
        return f"any of {', '.join(parameter.options) or 'on, off'}"
    values = sweep_values_of(parameter)
    return f"such as {values}, or {range_of(parameter)}"
