"""The columns' heads: how each differs from the others, and which one the sidebar edits."""

from __future__ import annotations

import streamlit as st

from components.tuning.comparison import FEWEST, MOST, Comparison
from components.ui import resources
from components.ui.conversation.moving import keep_settings
from components.ui.markdown.escaping import escaped, in_code
from components.ui.settings.tools import draw_tools
from components.ui.spoken import spoken
from components.ui.state import Key, session, set_widget, widget_value

_LONGEST = 90
_EDITED = Key[str]("edited-column")


def _tools_key(letter: str) -> Key[bool]:
    """The key of the switch that has a column send the tools."""
    return Key(f"send-tools-{letter}")


def draw_heads(comparison: Comparison) -> None:
    """Draws a head for each column, and the one that adds another."""
    differences = comparison.differences(resources.card())
    boxes = st.columns(len(comparison.columns), gap="small")
    for box, column, different in zip(boxes, comparison.columns, differences, strict=True):
        with box, st.container(key=f"column-{column.letter}", border=True, gap="xxsmall", height="stretch"):
            _draw_head(comparison, column.letter, different)


def draw_column_choice(comparison: Comparison) -> None:
    """Draws, in the sidebar, the choice of the column that it edits."""
    st.segmented_control(
        "Settings of column",
        comparison.letters,
        default=set_widget(_EDITED, comparison.selected),
        key=_EDITED,
        required=True,
        width="stretch",
        on_change=lambda: select(comparison, widget_value(_EDITED)),
    )


def draw_column_tools(comparison: Comparison) -> None:
    """Draws, in the sidebar, the tools, and whether the edited column sends them."""
    draw_tools()
    column = comparison.column(comparison.selected)
    key = _tools_key(column.letter)
    st.toggle(
        f"Column {column.letter} sends them",
        value=set_widget(key, column.tools),
        key=key,
        disabled=not session().tools.text.strip(),
        help="The tools are the playground's. Calls are answered where example tools answer by themselves; else the "
        "call is the end of the reply.",
        on_change=_set_tools,
        args=(comparison, column.letter),
    )


def _set_tools(comparison: Comparison, letter: str) -> None:
    comparison.column(letter).tools = widget_value(_tools_key(letter))


def select(comparison: Comparison, letter: str) -> None:
    """Lets the sidebar show and change that column's settings."""
    comparison.selected = letter
    session().edited = comparison.column(letter).choices


def add_column(comparison: Comparison) -> None:
    """Adds a column like the selected one."""
    select(comparison, comparison.add().letter)


def can_add(comparison: Comparison) -> bool:
    """Whether there is room for another column."""
    return len(comparison.columns) < MOST


def _draw_head(comparison: Comparison, letter: str, different: dict[str, str]) -> None:
    edited = comparison.selected == letter
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(f"**{letter}**", width="stretch")
        st.button(
            "Editing" if edited else "Edit",
            icon=":material/tune:",
            key=f"edit-{letter}",
            type="tertiary",
            disabled=edited,
            help="The sidebar shows this column's settings.",
            on_click=select,
            args=(comparison, letter),
        )
        st.button(
            spoken(f"Keep the settings of column {letter}"),
            icon=":material/bookmark_added:",
            key=f"keep-{letter}",
            type="tertiary",
            help=f"Keep the settings of column {letter} for the playground",
            on_click=keep_settings,
            args=(comparison, letter),
        )
        st.button(
            spoken(f"Remove column {letter}"),
            icon=":material/close:",
            key=f"remove-{letter}",
            type="tertiary",
            help=f"Remove column {letter}",
            disabled=len(comparison.columns) <= FEWEST,
            on_click=comparison.remove,
            args=(letter,),
        )
    _draw_different(different)


def draw_settings(comparison: Comparison, letter: str) -> None:
    """Draws, at a reply, the settings in which its column differs from the others."""
    _draw_different(comparison.differences(resources.card())[comparison.letters.index(letter)])


def _draw_different(different: dict[str, str]) -> None:
    if not different:
        st.caption("The same settings as the others")
    for name, value in different.items():
        shown = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
        st.markdown(f":small[{escaped(name)} {in_code(shown)}]")
