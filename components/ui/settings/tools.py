"""The functions that the model may call: a line in the sidebar, and the dialog that edits them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components.core.request import Tool, ToolChoice, ToolMode
from components.tools.definitions import Definitions, read_tools, write_tools
from components.tools.examples import EXAMPLES
from components.ui.json_editor import json_editor
from components.ui.markdown.escaping import escaped, in_code
from components.ui.state import Key, session, set_widget, widget_value

_CHOICE = Key[ToolMode]("tool-choice")
_NAMED = Key[str | None]("tool-named")
_AUTOMATIC = Key[bool]("tools-automatic")
_ROUNDS = Key[int]("tools-rounds")
_DOCUMENT = Key[str]("tools-document")

_CHOICES: dict[ToolMode, str] = {
    "auto": "Auto",
    "none": "None",
    "required": "Required",
    "named": "Named",
}
_MOST_ROUNDS = 32
_PLACEHOLDER = """[
  {
    "name": "get_weather",
    "description": "Tells the weather of a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
  }
]"""


def draw_tools() -> None:
    """Draws the names of the tools in the sidebar, and the button that opens their dialog."""
    settings = session().tools
    definitions = read_tools(settings.text)
    with st.container(key="tools", gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("##### Tools", width="stretch", anchors=False)
            if st.button("Edit", icon=":material/function:", key="edit-tools", type="tertiary"):
                _edit_tools()
        st.markdown(f":small[{_summary(definitions)}]")


def _summary(definitions: Definitions) -> str:
    settings = session().tools
    if definitions.mistakes:
        return f":red[:material/error: {escaped(str(definitions.mistakes[0]))}]"
    if not definitions.tools:
        return ":gray[None. The model can call functions that you define.]"
    names = ", ".join(in_code(tool.name) for tool in definitions.tools)
    choice = (
        "" if settings.choice.mode == "auto" else f" · choice {settings.choice.mode} {escaped(settings.choice.name)}"
    )
    automatic = " · examples answer by themselves" if settings.automatic else ""
    return f"{names}{choice}{automatic}"


@st.dialog("Tools", width="large", on_dismiss="rerun")
def _edit_tools() -> None:
    settings = session().tools
    st.caption(
        "Functions the model may call, as JSON schemas. It asks for a call; you give the result, or an example tool "
        "does; then it goes on. Nothing that is typed here is run."
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        for name, example in EXAMPLES.items():
            st.button(
                name,
                icon=":material/add:",
                key=f"add-{name}",
                help=f"{example.tool.description} Try: “{example.prompt}”",
                on_click=_add,
                args=(example.tool,),
            )
        st.button("Clear", icon=":material/delete:", key="clear-tools", type="tertiary", on_click=_replace, args=((),))
    settings.text = json_editor(
        "Definitions, in the shape of any endpoint",
        settings.text,
        key="tools-json",
        version=settings.version,
        placeholder=_PLACEHOLDER,
    )
    definitions = read_tools(settings.text)
    with st.container(key="tools-check"):
        for mistake in definitions.mistakes:
            st.markdown(f":red[:material/error: {escaped(str(mistake))}]")
        if not definitions.mistakes:
            count = len(definitions.tools)
            words = f"{count} {'tool' if count == 1 else 'tools'}, each a valid schema" if count else "No tools defined"
            st.markdown(f":green[:material/check_circle: {words}.]" if count else f":gray[{words}.]")
    _draw_choice(definitions)
    _draw_loop()


def _draw_choice(definitions: Definitions) -> None:
    settings = session().tools
    names = [tool.name for tool in definitions.tools]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "`tool_choice`",
            list(_CHOICES),
            format_func=_CHOICES.__getitem__,
            default=set_widget(_CHOICE, settings.choice.mode),
            key=_CHOICE,
            required=True,
            on_change=_set_choice,
            help="Whether the model may, must not or must call, or which function it must call. After the first round "
            "of a turn a forced choice is left to the model, or the calls would never end.",
        )
        if settings.choice.mode == "named" and names:
            if settings.choice.name not in names:
                settings.choice = ToolChoice("named", names[0])
            index = names.index(set_widget(_NAMED, settings.choice.name))
            st.selectbox("The function", names, index=index, key=_NAMED, width=220, on_change=_set_choice)


def _draw_loop() -> None:
    settings = session().tools
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.toggle(
            "Example tools answer by themselves",
            value=set_widget(_AUTOMATIC, settings.automatic),
            key=_AUTOMATIC,
            on_change=_set,
            args=("automatic", _AUTOMATIC),
            help="Where every call of a round is an example tool's, its answers are computed here and sent at once.",
        )
        st.number_input(
            "Maximum rounds",
            1,
            _MOST_ROUNDS,
            value=set_widget(_ROUNDS, settings.most_rounds),
            key=_ROUNDS,
            width=140,
            on_change=_set,
            args=("most_rounds", _ROUNDS),
        )
    with st.expander("The document that `search_document` searches", type="compact"):
        st.text_area(
            "Document",
            value=set_widget(_DOCUMENT, settings.document),
            key=_DOCUMENT,
            height=200,
            label_visibility="collapsed",
            on_change=_set,
            args=("document", _DOCUMENT),
        )


def _add(tool: Tool) -> None:
    settings = session().tools
    definitions = read_tools(settings.text)
    if definitions.mistakes:
        return  # the mistakes are on the page; adding would have to guess what was meant
    _replace((*(other for other in definitions.tools if other.name != tool.name), tool))


def _replace(tools: tuple[Tool, ...]) -> None:
    settings = session().tools
    settings.text = write_tools(tools)
    settings.version += 1


def _set_choice() -> None:
    mode = widget_value(_CHOICE)
    session().tools.choice = ToolChoice(mode, (widget_value(_NAMED) or "") if mode == "named" else "")


def _set(field: str, key: Key[Any]) -> None:
    """Sets a field of `ToolSettings` to the value of the widget."""
    setattr(session().tools, field, widget_value(key))
