"""What one browser session holds. The only file that touches `st.session_state`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from components.api.connection import Connection
from components.api.servers import Nearby, Server
from components.core.parts import FramePart
from components.core.request import ToolChoice
from components.history.probes import ProbeRecord
from components.history.tree import Conversation
from components.media.attachments import Attachment
from components.params.choices import Choices
from components.runs.conversation import Turn
from components.runs.receipt import Receipt
from components.runs.run import Run
from components.tools.document import DOCUMENT
from components.tuning.comparison import Comparison
from components.tuning.draft import Draft
from components.tuning.findings import Findings
from components.ui.history.view import HistoryView
from components.ui.owner import owner

if TYPE_CHECKING:
    from components.ui.tray.filmstrip import Drawing
    from components.ui.tray.taking import Taking

_Value = TypeVar("_Value")

_SESSION = "playground"
# What belongs to other pages than the playground.
_OTHER_PAGES = (
    "history",
    "comparison",
    "sweep_draft",
    "sweep_draft_kept",
    "sweep_id",
    "sweep_problem",
    "sweep_findings",
    "ledger",
    "fault_problem",
)
_CHOSEN_CONNECTION = ("connection", "model")  # of the same person only: it may hold a key


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
    """The conversation and what is being prepared for its next turn.

    `conversation`: all that was said in it; `turns` are the way through it that the page shows. `private`: nothing is
    kept. `runs`: id -> the runs of the conversation that were shown so far, on other branches too. `kept`: ids of
    those that the history has or is given; `kept_frame`: what it was last given of the rest. `unopened`: id of the
    conversation that was last asked for; it is not tried again at every click. `dialog`: which one a turn's menu
    has opened, and the turn's number.
    `own`: the settings of the playground's next request. `edited`: those that the sidebar shows and changes, which
    are a column's on the page that compares.
    `refusals`: one sentence for each file that was not taken. `problem` says why the last prompt
    was not sent. `draft` is a text to put into the message box, `refilled` the last one that was. `uploads`
    counts emptied uploaders; `drawn` is how many turns stand on the page, `earlier` how many turns before
    the usual window are to be shown.
    `opened_clip` is the token of the clip whose storyboard is open, `taking` the work on it, `filmstrip`
    that on its small pictures, `storyboard_problem` why
    the last change of it was not made, `enlarged` the frame to show large, `cited` the number of a turn and the time
    in seconds in its answer that was clicked.
    `history` is what the history page remembers. `preset_problem` and `template_problem` say why a preset or
    a template was not saved.
    `comparison` is what the page that compares shows. `sweep_draft` is the sweep being set up,
    `sweep_draft_kept` what the history was last given of it, `sweep_id` the sweep that is shown, `sweep_problem` why
    one could not be started, `sweep_findings` what was worked out of it. `ledger` is the account in use and what probes
    found of it. `fault_problem` says why the simulator could not take a fault.
    `opened` is the place in the tray of the photo to look at closely. `came`: files came that were not waited for yet.
    `fitting`: pictures made narrower to be shown. `presence`: the stay that this belongs to, which gives it back.
    `heard`: ids of the large files of which the page was told; `refused_with`: the number of the uploader beside which
    one was refused last.
    `reads_for`: id of the conversation whose files this session takes. `receipts`: id of a run -> what it sent, with
    the API's count.
    `names`: key -> the name of a button of an icon alone that was drawn and is not named yet.
    `connection`: where this session asks by its own choice, `model` what it asks there; None: as the app was started.
    `nearby`, `last_addresses` (with the model asked there), `server` (what the typed address offers, or why that is not
    known) and `not_listed` (a server and a model that it does not list) belong to the connection dialog.
    `notice`: what the last change of the conversation took off the page.
    `preset`: name and settings of the user's own preset that was loaded or saved last.
    `places`: what stands in which of the two places of `views.view_of`.
    `linked`: the settings in the address were taken over; from then on it follows the page.
    `entered`, `wanted_page`, `page` and `page_changed` belong to `entry`, `drawing` and `shown` to `playground.parts`.
    """

    conversation: Conversation = field(default_factory=lambda: Conversation(owner()))
    private: bool = False
    kept: set[str] = field(default_factory=set)
    kept_frame: tuple[object, ...] = ()
    runs: dict[str, Run] = field(default_factory=dict)
    unopened: str | None = None
    dialog: tuple[str, int] | None = None
    turns: list[Turn] = field(default_factory=list)
    tray: list[Attachment] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    problem: str | None = None
    draft: str | None = None
    refilled: str | None = None
    uploads: int = 0
    drawn: int = 0
    earlier: int = 0
    fault_problem: str | None = None
    opened: int | None = None
    names: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    came: bool = False
    presence: object = field(default=None, repr=False)
    fitting: dict[tuple[int, int], bytes] = field(default_factory=dict, repr=False)
    heard: list[str] = field(default_factory=list)
    refused_with: object = None
    notice: Notice | None = None
    preset: tuple[str, dict[str, Any]] | None = None
    reads_for: str | None = None
    connection: Connection | None = field(default=None, repr=False)
    model: str | None = None
    linked: bool = False
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    entered: bool = False
    wanted_page: str | None = None
    tools: ToolSettings = field(default_factory=ToolSettings)
    page: str | None = None
    page_changed: bool = True
    drawing: bool = False
    shown: object = None
    own: Choices = field(default_factory=Choices)
    _edited: Choices | None = None
    comparison: Comparison | None = None
    preset_problem: str | None = None
    template_problem: str | None = None
    history: HistoryView = field(default_factory=HistoryView)
    opened_clip: object | None = None
    taking: Taking | None = None
    filmstrip: Drawing | None = None
    storyboard_problem: str | None = None
    enlarged: FramePart | None = None
    sweep_draft: Draft | None = None
    sweep_draft_kept: object = None
    sweep_id: str | None = None
    sweep_problem: str | None = None
    sweep_findings: Findings | None = field(default=None, repr=False)
    cited: tuple[int, float] | None = None
    ledger: tuple[str, dict[str, ProbeRecord]] | None = None
    nearby: list[Nearby] | None = None
    last_addresses: list[tuple[str, str]] = field(default_factory=list)
    server: Server | str | None = field(default=None, repr=False)
    not_listed: tuple[Connection, str] | None = field(default=None, repr=False)

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

    The other pages stay as they are, unless somebody else has signed in.
    """
    state = session()
    fresh = Session(uploads=state.uploads + 1)
    if fresh.owner == state.owner:
        for name in (*_OTHER_PAGES, *_CHOSEN_CONNECTION):
            setattr(fresh, name, getattr(state, name))
    fresh.drawn, fresh.refilled, fresh.entered = state.drawn, state.refilled, state.entered
    fresh.linked, fresh.places = state.linked, state.places
    fresh.page, fresh.page_changed, fresh.wanted_page = state.page, state.page_changed, state.wanted_page
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
    if session().page_changed or key not in st.session_state or st.session_state[key] != value:
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
    state = session()
    if text == state.refilled:
        text = text[:-1] if text.endswith(" ") else f"{text} "
    state.refilled = st.session_state[key] = text
