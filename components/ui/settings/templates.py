"""Templates: prompts with variables, filled by a form, changed in versions that can be compared and rolled back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from components.core.errors import StoreError
from components.history import named
from components.history.templates import Version, list_templates, save_template
from components.tuning.table import fill, variables
from components.ui import resources
from components.ui.conversation.sending import send
from components.ui.difference import draw_difference
from components.ui.markdown.escaping import escaped, with_code
from components.ui.reader_time import written
from components.ui.state import Key, Lasts, PanelState, Session, session, set_widget, widget_value

_NEW = ""
_CHOSEN = Key[str | None]("template")
_HELP = r"Write {{name}} where a value is to be filled in. Two braces that mean themselves are written \{{."
_PLACEHOLDER = "Translate into {{language}}:\n\n{{text}}"


@dataclass
class TemplatesState(PanelState, lasts=Lasts.CONVERSATION):
    """`problem`: why a template was not saved."""

    problem: str | None = None


def draw_saved_templates() -> str | None:
    """Draws a menu of the saved templates. Returns the text of the one that was just chosen, else None."""
    try:
        saved = list_templates(resources.store(), session().owner)
    except StoreError as error:
        st.caption(with_code(f"Templates cannot be read. {error}"))
        return None
    if not saved:
        return None
    chosen = st.menu_button(
        "Use a template", list(saved), icon=":material/text_snippet:", key="sweep-template", type="tertiary"
    )
    return saved[chosen][0].text if chosen in saved else None


def _forget_problem() -> None:
    session().of(TemplatesState).problem = None


@st.dialog("Templates", width="large", icon=":material/text_snippet:", on_dismiss=_forget_problem)
def show_templates() -> None:
    """Opens the dialog."""
    state = session()
    templates = state.of(TemplatesState)
    try:
        saved = list_templates(resources.store(), state.owner)
    except StoreError as error:
        st.error(with_code(f"Templates cannot be read. {error}"), icon=":material/error:")
        return
    names = [*saved, _NEW]
    chosen = widget_value(_CHOSEN)
    chosen = st.selectbox(
        "Template",
        names,
        index=names.index(set_widget(_CHOSEN, chosen if chosen in names else names[0])),
        format_func=lambda name: name or "+ New template",
        key=_CHOSEN,
        label_visibility="collapsed",
    )
    if chosen in saved:
        versions = saved[chosen]
        use, edit, history = st.tabs(["Fill in", "Edit", f"Versions ({len(versions)})"], key=f"template-tabs-{chosen}")
        with use:
            _draw_form(state, versions[0].text)
        with edit:
            _draw_editor(chosen, versions)
        with history:
            _draw_versions(chosen, versions)
    else:
        _draw_editor(_NEW, ())
    if templates.problem:
        st.error(with_code(templates.problem), icon=":material/error:")


def _draw_form(state: Session, template: str) -> None:
    names = variables(template)
    values = {
        name: st.text_area(escaped(name), key=f"template-value-{name}", height=80 if len(names) < 4 else 68)
        for name in names
    }
    missing = [name for name in names if not values[name].strip()]
    # A variable without a value yet stays as it is written in the template.
    text = fill(template, {**values, **{name: f"{{{{{name}}}}}" for name in missing}})
    with st.container(border=True, height=_height(text), key="template-text"):
        st.text(text)
    with st.container(horizontal=True, vertical_alignment="center"):
        put = st.button(
            "Put into the message box",
            icon=":material/edit:",
            key="template-put",
            help="Takes the place of what is typed there",
        )
        sent = st.button(
            "Send", icon=":material/send:", key="template-send", type="primary", help="With what is attached"
        )
    if not (put or sent):
        return
    if missing:
        st.error(with_code(f"No value yet for {_listed(missing)}."), icon=":material/error:")
        return
    if put or not send(text):
        state.draft = text
    st.rerun()


def _draw_editor(name: str, versions: tuple[Version, ...]) -> None:
    edited = f"{name}-{versions[0].number}" if versions else "new"
    name_key, prompt_key = Key[str](f"template-name-{edited}"), Key[str](f"template-prompt-{edited}")
    st.text_input("Name", name, key=name_key, max_chars=60)
    st.text_area(
        "Prompt",
        versions[0].text if versions else "",
        key=prompt_key,
        height=200,
        placeholder=_PLACEHOLDER,
        help=_HELP,
    )
    with st.container(horizontal=True):
        label = "Save as a new version" if versions else "Save"
        st.button(
            label,
            icon=":material/save:",
            key="template-save",
            type="primary",
            on_click=_save,
            args=(name, name_key, prompt_key),
        )
        if versions:
            st.button("Delete", icon=":material/delete:", key="template-delete", on_click=_delete, args=(name,))


def _draw_versions(name: str, versions: tuple[Version, ...]) -> None:
    if len(versions) == 1:
        st.caption("There is one version so far. Each change you save makes another; none is lost.")
        return
    by_number = {version.number: version for version in versions}
    numbers = list(by_number)

    def label(number: int) -> str:
        saved_at = written(by_number[number].created_at, "%Y-%m-%d %H:%M")
        return f"{number}, {saved_at}" + (" (in use)" if number == numbers[0] else "")

    left, right = st.columns(2, gap="small")
    key = f"{name}-{numbers[0]}"
    before = left.selectbox("Compare version", numbers, index=1, format_func=label, key=f"template-before-{key}")
    after = right.selectbox("with version", numbers, format_func=label, key=f"template-after-{key}")
    old, new = by_number[before].text, by_number[after].text
    with st.container(border=True, height=_height(f"{old}\n{new}")):
        draw_difference(old, new)
    st.button(
        f"Roll back to version {before}",
        icon=":material/history:",
        key="template-roll-back",
        disabled=before == numbers[0],
        help="Its text becomes the newest version; those between stay.",
        on_click=_try,
        args=(lambda: save_template(resources.store(), session().owner, name, old),),
    )


def _save(chosen: str, name_key: Key[str], prompt_key: Key[str]) -> None:
    state = session()
    templates = state.of(TemplatesState)
    name, text = widget_value(name_key).strip(), widget_value(prompt_key)
    if not name or not text.strip():
        templates.problem = "A template needs a name and a prompt."
        return
    if "" in variables(text):
        templates.problem = r"There are two braces with no name in them. Two that mean themselves are written \{{."
        return

    def save() -> None:
        store = resources.store()
        if chosen and not named.rename(store, "templates", state.owner, chosen, name):
            templates.problem = f"There is a template named {name!r} already."
        elif not chosen and name in list_templates(store, state.owner):
            templates.problem = f"There is a template named {name!r} already; choose it above to change it."
        else:
            save_template(store, state.owner, name, text)
            set_widget(_CHOSEN, name)

    _try(save)


def _delete(name: str) -> None:
    _try(lambda: named.delete(resources.store(), "templates", session().owner, name))


def _try(change: Callable[[], None]) -> None:
    templates = session().of(TemplatesState)
    templates.problem = None
    try:
        change()
    except StoreError as error:
        templates.problem = str(error)


def _height(text: str) -> int | Literal["content"]:
    """Room for a text in the dialog: all of a short one; a long one scrolls, so that the buttons stay in sight."""
    return 240 if len(text) > 700 or text.count("\n") > 8 else "content"


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{{{{{name}}}}}`" for name in names)
