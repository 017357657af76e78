"""A prompt that a sweep varied, kept as a template: as a further version where there is one of that name."""

from __future__ import annotations

import streamlit as st

from components.core.errors import StoreError
from components.history.templates import list_templates, save_template
from components.tuning.plan import Plan
from components.tuning.ways import TEXT_AXES
from components.ui import resources
from components.ui.markdown.escaping import escaped, with_code
from components.ui.state import session, widget_value

_LONGEST_NAME = 60


def draw_kept_prompt(plan: Plan) -> None:
    """Offers the texts that the sweep varied; nothing where it varied none."""
    texts = {
        f"{axis} {variant.settings[axis]}": variant.setup[axis]
        for axis in TEXT_AXES
        for variant in plan.variants
        if variant.setup.get(axis)
    }
    if not texts:
        return
    with st.popover("Keep a prompt as a template", icon=":material/text_snippet:", type="tertiary", key="sweep-keep"):
        try:
            names = list(list_templates(resources.store(), session().owner))
        except StoreError as error:
            st.caption(with_code(f"Templates cannot be read. {error}"))
            return
        st.selectbox("Prompt", list(texts), key="sweep-keep-prompt")
        st.text(texts[widget_value("sweep-keep-prompt") or next(iter(texts))])
        st.selectbox(
            "Template",
            names,
            index=None,
            key="sweep-keep-name",
            accept_new_options=True,
            placeholder="One that there is, or a new name",
            help="A template of that name gets another version; those before stay.",
        )
        st.button("Save", key="sweep-keep-save", type="primary", on_click=_save, args=(texts,))


def _save(texts: dict[str, str]) -> None:
    name = str(widget_value("sweep-keep-name") or "").strip()[:_LONGEST_NAME]
    if not name:
        st.toast("Give the template a name, or choose one.", icon=":material/error:")
        return
    try:
        save_template(resources.store(), session().owner, name, texts[widget_value("sweep-keep-prompt")])
        st.toast(f"Saved as the newest version of “{escaped(name)}”.", icon=":material/check:")
    except StoreError as error:
        st.toast(with_code(f"It was not saved: {error}"), icon=":material/error:")
