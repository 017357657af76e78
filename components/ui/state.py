"""What one browser session holds. The only file that touches `st.session_state`.

A panel keeps its state (`PanelState`) and the keys of its widgets (`Key`) beside its own code. A key that is written in
one place only may be written at its widget; any other is named, and one with a changing part is made by a function.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, ClassVar, Generic, TypeVar, cast, overload

import streamlit as st

from components.core.request import ToolChoice
from components.history.tree import Conversation
from components.media.attachments import Attachment
from components.params.choices import Choices
from components.runs.conversation import Turn
from components.runs.run import Run
from components.tools.document import DOCUMENT
from components.ui.owner import owner

_Value = TypeVar("_Value")

_SESSION = "playground"


class Key(str, Generic[_Value]):
    """The key of a widget, and the type of what the widget holds: ``_NAME = Key[str]("preset-name")``.

    None is part of the type where the value is read before the widget was drawn, or where the widget may be empty.
    """


STOP_BUTTON = Key[bool]("stop")  # the button that ends what is running, on each page that has one


class Lasts(IntEnum):
    """How long a panel's state lasts: until the next conversation, until another user signs in, or with the tab."""

    CONVERSATION = 1
    OWNER = 2
    BROWSER = 3


class PanelState:
    """What a panel remembers from one run of the page to the next: a dataclass whose fields all have a default.

    ``class TrayState(PanelState, lasts=Lasts.CONVERSATION)``; `Session.of` holds one of each.
    """

    lasts: ClassVar[Lasts]

    def __init_subclass__(cls, lasts: Lasts) -> None:
        cls.lasts = lasts

    def let_go(self) -> None:
        """Stops the panel's background work when its browser has gone."""


_Panel = TypeVar("_Panel", bound=PanelState)


@dataclass
class Browser(PanelState, lasts=Lasts.BROWSER):
    """`page`: the page on screen; `page_changed`: it has not been drawn to its end yet.

    `entered` and `wanted_page` belong to `entry`. `refilled`: the last text that was put into a message box.
    """

    page: str | None = None
    page_changed: bool = True
    entered: bool = False
    wanted_page: str | None = None
    refilled: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Says what a change took off the page. `branch`: a node of the branch that has it; None: undo brings it back."""

    words: str
    branch: str | None = None


@dataclass(slots=True)
class ToolSettings:
    """The functions that the model may call. `text`: their definitions as typed; `document`: what the example searches.

    `automatic`: the example tools answer their calls by themselves, until a turn has `most_rounds` rounds.
    `version` counts how often the page, not the user, replaced the text.
    """

    text: str = ""
    version: int = 0
    choice: ToolChoice = ToolChoice()
    automatic: bool = False
    most_rounds: int = 8
    document: str = DOCUMENT


@dataclass(slots=True)
class Session:
    """The conversation and what is being prepared for its next turn. `of` returns what the panels remember.

    `conversation` holds all branches; `turns` are those of the branch on the page. `private`: nothing is saved.
    `runs`: id -> the runs of the conversation that were shown so far, on other branches too.
    `own`: the settings of the playground's next request, `tools` its functions, `tray` what is attached to it.
    `draft`: a text to put into the message box. `problem`: why the last prompt was not sent. `refusals`: why files were
    not attached, a sentence each. `notice`: what the last change took off the page.
    `uploads` counts emptied uploaders; a new conversation has another one. `drawing`: the whole page is being drawn.
    `presence`: the browser's stay that owns this session and releases it at its end.
    """

    conversation: Conversation = field(default_factory=lambda: Conversation(owner()))
    private: bool = False
    turns: list[Turn] = field(default_factory=list)
    runs: dict[str, Run] = field(default_factory=dict)
    own: Choices = field(default_factory=Choices)
    _edited: Choices | None = None
    tools: ToolSettings = field(default_factory=ToolSettings)
    tray: list[Attachment] = field(default_factory=list)
    draft: str | None = None
    problem: str | None = None
    refusals: list[str] = field(default_factory=list)
    notice: Notice | None = None
    uploads: int = 0
    drawing: bool = False
    presence: object = field(default=None, repr=False)
    _panels: dict[type[PanelState], PanelState] = field(default_factory=dict, repr=False)

    def of(self, kind: type[_Panel]) -> _Panel:
        """The state of the panel with this class; made at the first use."""
        if kind not in self._panels:
            self._panels[kind] = kind()
        panel = self._panels[kind]
        assert isinstance(panel, kind)
        return panel

    def let_go(self) -> None:
        """Stops the background work of every panel: the browser has gone."""
        for panel in [*self._panels.values()]:
            panel.let_go()

    def renewed(self) -> Session:
        """A session with an empty conversation and default settings, and with the panels' state that lasts longer."""
        fresh = Session(uploads=self.uploads + 1)
        least = Lasts.OWNER if fresh.owner == self.owner else Lasts.BROWSER
        fresh._panels = {kind: panel for kind, panel in self._panels.items() if kind.lasts >= least}
        return fresh

    @property
    def owner(self) -> str:
        """Owner of this session's data."""
        return self.conversation.owner

    @property
    def edited(self) -> Choices:
        """The settings that the sidebar shows."""
        return self._edited or self.own

    @edited.setter
    def edited(self, choices: Choices) -> None:
        self._edited = choices

    @property
    def live_turn(self) -> Turn | None:
        """The turn that is being answered now; only the last one can be."""
        return self.turns[-1] if self.turns and self.turns[-1].live else None


def renew() -> Session:
    """Starts an empty conversation with default settings; the one before stays in the history.

    The other pages stay as they are, unless another user has signed in: each panel's state says how long it lasts.
    """
    fresh: Session = session().renewed()
    st.session_state[_SESSION] = fresh
    return fresh


def session() -> Session:
    """This browser session's own state; made at the first use."""
    if _SESSION not in st.session_state:
        st.session_state[_SESSION] = Session()
    found: Session = st.session_state[_SESSION]
    return found


def widget_value(key: Key[_Value]) -> _Value:
    """The value that the widget holds now; None if it was never drawn."""
    return cast(_Value, st.session_state.get(key))


def component_value(key: str, name: str) -> Any:
    """What a custom component set under `name`; None if it set nothing or was never drawn."""
    values = st.session_state.get(key)
    return None if values is None else values.get(name)


@overload
def set_widget(key: Key[_Value | None], value: _Value) -> _Value: ...


@overload
def set_widget(key: Key[_Value], value: _Value) -> _Value: ...


def set_widget(key: Key[Any], value: Any) -> Any:
    """Sets the value of a widget, before the widget is drawn in this run or from a callback, and returns `value`.

    Draw the widget with the returned value as its own `value` or `default`. A value that is only set here reaches the
    browser in one message. If the message of the next run overtakes it, which happens when a click comes while the
    browser still loads the code for this kind of widget, the widget starts at its default (0, off, nothing chosen), and
    that then counts as the user's choice.

    Until a page has been drawn to its end once, the value is always set: a widget with the same key on the page before
    was another widget, and its value is lost on the way from one page to the other.
    """
    if session().of(Browser).page_changed or key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return value


def drop_widget(key: str) -> None:
    """Removes the value of a widget."""
    st.session_state.pop(key, None)


def refill(key: str, text: str) -> None:
    """Puts text into a message box, even when the same text has just been sent from it.

    The browser ignores a text that is equal to the one it was last given (ChatInput of Streamlit 1.67 compares values
    alone): a prompt that is refused twice comes back with a space behind it, or without.
    """
    browser = session().of(Browser)
    if text == browser.refilled:
        text = text[:-1] if text.endswith(" ") else f"{text} "
    browser.refilled = st.session_state[key] = text
