"""What one browser session holds. The only file that touches `st.session_state`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, ClassVar, TypeVar

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


class Lasts(IntEnum):
    """How long a panel's state lasts: until the next conversation, until somebody else signs in, or with the tab."""

    CONVERSATION = 1
    OWNER = 2
    BROWSER = 3


class PanelState:
    """What a panel remembers between two runs of the page: a dataclass beside it, all of whose fields have a default.

    ``class TrayState(PanelState, lasts=Lasts.CONVERSATION)``; `Session.of` holds one of each.
    """

    lasts: ClassVar[Lasts]

    def __init_subclass__(cls, lasts: Lasts) -> None:
        cls.lasts = lasts

    def let_go(self) -> None:
        """Ends what still works for the panel when its browser has gone."""


_Panel = TypeVar("_Panel", bound=PanelState)


@dataclass
class Browser(PanelState, lasts=Lasts.BROWSER):
    """What the browser shows: `page`, which has `page_changed` until it was drawn to its end once.

    `entered` and `wanted_page` belong to `entry`. `refilled`: the last text that was put into a message box.
    """

    page: str | None = None
    page_changed: bool = True
    entered: bool = False
    wanted_page: str | None = None
    refilled: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What a change took off the page, in a sentence; `branch`: a node of the branch where it stays, None: undo it."""

    words: str
    branch: str | None = None


@dataclass(slots=True)
class ToolSettings:
    """The functions that the model may call. `text` defines them, as typed; `document` is what the example searches.

    `automatic`: the example tools answer their calls by themselves, until a turn has `most_rounds` generations.
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
    """The conversation and what is being prepared for its next turn; what else is remembered, `of` gives.

    `conversation`: all that was said in it; `turns` are the way through it that the page shows. `private`: nothing is
    kept. `runs`: id -> the runs of the conversation that were shown so far, on other branches too.
    `own`: the settings of the playground's next request, `tools` its functions, `tray` what is attached to it.
    `draft` is a text to put into the message box. `problem` says why the last prompt was not sent, `refusals` in a
    sentence each why files were not taken, `notice` what the last change took off the page.
    `uploads` counts emptied uploaders; a new conversation has another one. `drawing`: the whole page is being drawn.
    `presence`: the stay that this belongs to, which gives it back.
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
        """What the panel with this class of state remembers; made at the first use."""
        if kind not in self._panels:
            self._panels[kind] = kind()
        panel = self._panels[kind]
        assert isinstance(panel, kind)
        return panel

    def let_go(self) -> None:
        """Ends the work of every panel: the browser has gone."""
        for panel in [*self._panels.values()]:
            panel.let_go()

    def renewed(self) -> Session:
        """A session with nothing said and nothing set, and of the panels what lasts on into it."""
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
        """The settings that the sidebar stands for."""
        return self._edited or self.own

    @edited.setter
    def edited(self, choices: Choices) -> None:
        self._edited = choices

    @property
    def live_turn(self) -> Turn | None:
        """The turn that is being answered now; only the last one can be."""
        return self.turns[-1] if self.turns and self.turns[-1].live else None


def renew() -> Session:
    """Begins the playground anew, with nothing said and nothing set; what was said is in the history.

    The other pages stay as they are, unless somebody else has signed in: each panel's state says how long it lasts.
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


def widget_value(key: str) -> Any:
    """What the widget of that key holds now; None if it was never drawn."""
    return st.session_state.get(key)


def component_value(key: str, name: str) -> Any:
    """What a custom component of that key holds under `name`; None if it was never drawn or set nothing."""
    held = st.session_state.get(key)
    return None if held is None else held.get(name)


def set_widget(key: str, value: _Value) -> _Value:
    """Sets what a widget holds, before it is drawn in this run or from a callback; gives `value`.

    A widget is to be drawn with it as its own value or default as well. The browser learns of a value that is set
    here from one message alone. Where the next run's message overtakes it, as it does when a click comes while the
    browser still loads how this kind of widget is drawn, it begins with its default: 0, off, or nothing chosen; and
    that is then taken for the user's choice.

    Until a page was drawn to its end once it is always set: a widget of the same key on the page before was another
    one, and what it held is lost between the two.
    """
    if session().of(Browser).page_changed or key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return value


def drop_widget(key: str) -> None:
    """Forgets what a widget held."""
    st.session_state.pop(key, None)


def refill(key: str, text: str) -> None:
    """Puts text into a message box, even when the same text has just been sent from it.

    The browser takes in only what differs from the text it was last given (ChatInput of Streamlit 1.67 looks
    at the value alone): a prompt that is refused twice comes back with a space behind it, or without.
    """
    browser = session().of(Browser)
    if text == browser.refilled:
        text = text[:-1] if text.endswith(" ") else f"{text} "
    browser.refilled = st.session_state[key] = text
