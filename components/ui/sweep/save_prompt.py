"""Saves a prompt that a sweep varied as a template: as a further version where there is one of that name."""

from __future__ import annotations

import streamlit as st

from components.core.errors import StoreError
from components.history.templates import list_templates, save_template
from components.tuning.plan import Plan
from components.tuning.setup_axes import TEXT_AXES
from components.ui import resources
from components.ui.markdown.escaping import escaped, with_code
from components.ui.state import Key, session, widget_value

_NEW = ""
_LONGEST_NAME = 60
_WIDTH, _HEIGHT = 420, 160  # px
_SHORT = 240  # letters, all of which are shown
_PROMPT = Key[str]("sweep-keep-prompt")
_TEMPLATE = Key[str | None]("sweep-keep-name")
_NEW_NAME = Key[str | None]("sweep-keep-new")


def draw_save_prompt(plan: Plan) -> None:
    """Offers the texts that the sweep varied; nothing where it varied none."""
    texts = {
        f"{axis} {variant.settings[axis]}": variant.setup[axis]
        for axis in TEXT_AXES
        for variant in plan.variants
        if variant.setup.get(axis)
    }
    if not texts:
        return
    with (
        st.popover("Keep a prompt as a template", icon=":material/text_snippet:", type="tertiary", key="sweep-keep"),
        st.container(width=_WIDTH),  # else it is as wide as the text chosen, and jumps
    ):
        try:
            names = list(list_templates(resources.store(), session().owner))
        except StoreError as error:
            st.caption(with_code(f"Templates cannot be read. {error}"))
            return
        chosen = texts[st.selectbox("Prompt", list(texts), key=_PROMPT)]
        with st.container(border=True, height=_HEIGHT if len(chosen) > _SHORT else "content"):
            st.text(chosen)
        name = _NEW
        if names:
            name = st.selectbox(
                "Template",
                [_NEW, *names],
                format_func=lambda name: name or "+ New template",
                key=_TEMPLATE,
                help="One that there is gets another version; those before stay.",
            )
        if name == _NEW:
            name = st.text_input(
                "Name of the template", key=_NEW_NAME, max_chars=_LONGEST_NAME, placeholder="Such as Tutor"
            )
        st.button("Save", key="sweep-keep-save", type="primary", on_click=_save, args=(texts,))


def _save(texts: dict[str, str]) -> None:
    name = (widget_value(_TEMPLATE) or widget_value(_NEW_NAME) or "").strip()
    if not name:
        st.toast("Give the template a name, or choose one.", icon=":material/error:")
        return
    store, owner = resources.store(), session().owner
    try:
        save_template(store, owner, name, texts[widget_value(_PROMPT)])
        number = list_templates(store, owner)[name][0].number
        st.toast(f"Saved as version {number:,} of “{escaped(name)}”.", icon=":material/check:")
    except StoreError as error:
        st.toast(with_code(f"It was not saved: {error}"), icon=":material/error:")
