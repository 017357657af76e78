"""What all sessions of the process share: settings, the runner, the registry, the simulator.

The only file with `st.cache_*`. Nothing here belongs to one user.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field

import streamlit as st

from components.api.account import get_json
from components.api.connection import Connection
from components.api.limiter import RateLimits
from components.core.card import ModelCard
from components.core.errors import ApiError
from components.gateway.server import Simulator
from components.gateway.settings import Settings as SimulatorSettings
from components.history.store import Store, open_store
from components.media.clip_cache import ClipCache
from components.media.uploads import Uploads
from components.params.cards import USERS_FOLDER, Cards, read_cards
from components.params.learned import LearnedLimits
from components.runs.history_writer import HistoryWriter
from components.runs.readings import Readings
from components.runs.registry import Registry
from components.runs.runner import Runner
from components.runs.trays import Trays
from components.settings import DEFAULT_BASE_URL, Settings, read_settings
from components.tuning.comparisons import Comparisons
from components.tuning.probings import Probings
from components.tuning.sweeps import Sweeps
from components.ui.owner import is_shared
from components.ui.presence import Presence
from components.ui.state import Lasts, PanelState, session
from components.ui.streamlit_internals import session_id

_PATIENCE_S = 0.3


@dataclass
class Asked(PanelState, lasts=Lasts.OWNER):
    """The endpoint and the model that this session has chosen; None: those of the environment. It may hold a key."""

    connection: Connection | None = field(default=None, repr=False)
    model: str | None = None


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """The environment as it was at the first page. Raises: ParameterError if a variable cannot be used."""
    return read_settings()


@st.cache_resource(show_spinner=False)
def cards() -> Cards:
    """The model cards of the app and of the user's folder, as they were at the first page."""
    return read_cards(settings().data_dir / USERS_FOLDER)


@st.cache_resource(show_spinner=False)
def learned_limits() -> LearnedLimits:
    """The limits of models that servers have reported since the app was started."""
    return LearnedLimits()


@st.cache_resource(show_spinner=False, on_release=Runner.close)
def runner() -> Runner:
    """The one thread on which every generation of this process runs."""
    return Runner(limits=rate_limits(), learned=learned_limits())


@st.cache_resource(show_spinner=False)
def registry() -> Registry:
    """Every run of this process, each for its owner only."""
    return Registry()


@st.cache_resource(show_spinner=False)
def readings() -> Readings:
    """The files that are being read for conversations, each for its owner only."""
    return Readings(clip_cache())


@st.cache_resource(show_spinner=False)
def uploads() -> Uploads:
    """The large files that are being sent, each by one browser session."""
    return Uploads(settings().data_dir)


@st.cache_resource(show_spinner=False)
def trays() -> Trays:
    """What is attached to conversations and not sent yet, each for its owner only."""
    return Trays()


@st.cache_resource(show_spinner=False, on_release=HistoryWriter.close)
def history_writer() -> HistoryWriter:
    """The one thread that writes to the history."""
    chosen = settings()
    return HistoryWriter(lambda: open_store(chosen.database_url, chosen.data_dir))


@st.cache_resource(show_spinner=False, on_release=Sweeps.close)
def sweeps() -> Sweeps:
    """The sweeps at work in this process, each for its owner only."""
    return Sweeps()


@st.cache_resource(show_spinner=False)
def probings() -> Probings:
    """The probes of this process, each for its owner only."""
    return Probings()


@st.cache_resource(show_spinner=False)
def comparisons() -> Comparisons:
    """The comparisons of this process, each for its owner only."""
    return Comparisons()


def store() -> Store:
    """The history. Raises: StoreError while it cannot be used; it is tried again at the next call."""
    return history_writer().store


@st.cache_resource(show_spinner=False, on_release=Simulator.stop)
def simulator() -> Simulator:
    """The built-in simulator on a free loopback port, started when it is first needed."""
    return _playing(settings().model)


@st.cache_resource(show_spinner=False, on_release=Simulator.stop, max_entries=16)
def _simulator_of(model: str) -> Simulator:
    """The simulator as it plays another model."""
    return _playing(model)


def _playing(model: str) -> Simulator:
    """Starts a simulator that plays a model; where no card is about it, the app's own model."""
    chosen = settings()
    played = cards().for_model(model)
    return Simulator(
        SimulatorSettings(
            tokens_per_second=chosen.simulator_tokens_per_second,
            requests_per_minute=chosen.requests_per_minute,
            tokens_per_minute=chosen.tokens_per_minute,
            card=played if played.known else cards().default,
        )
    ).start()


def rate_limits() -> RateLimits:
    """The account's limits in a minute, and where they are counted."""
    chosen = settings()
    return RateLimits(chosen.requests_per_minute, chosen.tokens_per_minute, chosen.redis_url)


@st.cache_resource(show_spinner=False)
def clip_cache() -> ClipCache:
    """Decoded frames of all users' clips, bounded; stored under tokens that only a clip's owner has."""
    return ClipCache()


@st.cache_resource(show_spinner=False, scope="session", on_release=lambda presence: presence.leave())
def _presence() -> Presence:
    return Presence(session_id() or "", trays(), readings(), uploads(), clip_cache(), registry())


def stay() -> None:
    """Registers this browser session's state, to be released a while after its page was closed."""
    _presence().belong(session())


def connection() -> Connection:
    """The endpoint of this session's requests: the one that it chose, else that of the environment."""
    return session().of(Asked).connection or started_connection()


def model() -> str:
    """The id of the model that this session asks."""
    return session().of(Asked).model or settings().model


def card() -> ModelCard:
    """The card of the model that this session asks, at its endpoint."""
    return card_of(connection(), model())


def card_of(asked: Connection, model: str) -> ModelCard:
    """The card of a model at an endpoint, with the limits that the endpoint has reported."""
    where = None if asked.simulated else asked.base_url
    found = cards().for_model(model, where)
    if not found.known and not asked.simulated:
        _ask_for_limits(asked.base_url, model, asked)
    return learned_limits().of(found, asked.base_url)


@st.cache_resource(show_spinner=False, max_entries=1_000)
def _ask_for_limits(base_url: str, model: str, _asked: Connection) -> None:
    """Asks an endpoint, once, for the limits of a model that has no card. The page waits at most `_PATIENCE_S`."""
    learned = learned_limits()

    def ask() -> None:
        with contextlib.suppress(ApiError):  # what cannot be asked tells nothing; a request to it will say why
            learned.learn_from_listing(base_url, model, get_json(_asked, "/models"))

    asking = threading.Thread(target=ask, name="listing", daemon=True)
    asking.start()
    asking.join(_PATIENCE_S)


def started_connection() -> Connection:
    """The API or the address that the environment names, else the simulator."""
    chosen = settings()
    if chosen.uses_simulator:
        return simulated_connection()
    return Connection(chosen.base_url or DEFAULT_BASE_URL, chosen.api_key)


def may_ask_private_addresses() -> bool:
    """Whether a user may type an address in this server's own network."""
    allowed = settings().private_addresses
    return not is_shared() if allowed is None else allowed


def simulated_connection(model: str = "") -> Connection:
    """The built-in simulator; with `model` one that plays another than the app was started to ask."""
    asked = simulator() if model in ("", settings().model) else _simulator_of(model)
    return Connection(asked.base_url, asked.key, simulated=True)
