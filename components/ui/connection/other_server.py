"""Any server of these formats, in the dialog: its address, key and model, and what is offered for each.

Running servers of this machine and the last addresses are offered, never a key. The models are those that the server
lists; any other name may be typed. The sentence at the end says what was tried, and no more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from components.api.connection import Connection
from components.api.servers import LocalServer, Server, find_local_servers, find_server, is_local
from components.core.errors import ApiError, StoreError
from components.history.addresses import recent_addresses
from components.ui import resources
from components.ui.markdown.escaping import escaped
from components.ui.secret import secret_field
from components.ui.spoken import spoken
from components.ui.state import Key, Lasts, PanelState, Session, session, set_widget, widget_value

OTHER_KEY = Key[str]("connection-other-key")
_ADDRESS = Key[str]("connection-address")
_MODEL = Key[str]("connection-model")
_MODELS = Key[str | None]("connection-models")
_CHECK = Key[bool | None]("connection-check-other")
_ANYWAY = Key[bool | None]("connection-use-anyway")
_LIST_AGAIN = Key[bool | None]("connection-list-again")
# The page waits for the list while somebody types on; checking has more patience.
_LISTING_S = 4.0
_NAMED = 8

Use = Callable[[Session, Connection, str | None, str], None]
"""Takes a connection into use, with its model, and says the sentence."""


@dataclass
class ServersState(PanelState, lasts=Lasts.CONVERSATION):
    """`nearby`: servers found on this machine. `last_addresses`: addresses used before, with the model asked there.

    `server`: what the typed address offers, or why that is not known. `not_listed`: a server and a model that it does
    not list.
    """

    nearby: list[LocalServer] | None = None
    last_addresses: list[tuple[str, str]] = field(default_factory=list)
    server: Server | str | None = field(default=None, repr=False)
    not_listed: tuple[Connection, str] | None = field(default=None, repr=False)


def draw_other_server(state: Session, use: Use) -> None:
    """Draws the fields and what follows from them."""
    servers = state.of(ServersState)
    private = resources.may_ask_private_addresses()
    st.caption(
        "Any server of these formats: vLLM, llama.cpp, Ollama, a gateway. Only the key typed here is sent to it."
        + ("" if private else " This app is shared: it asks public addresses only.")
    )
    _draw_offers(state, private=private)
    example = "http://localhost:8000/v1" if private else "https://example.com/v1"
    address = st.text_input("Address", key=_ADDRESS, placeholder=example, on_change=_forget_list).strip()
    key = secret_field("Key, if it wants one", OTHER_KEY)
    checking = bool(widget_value(_CHECK) or widget_value(_ANYWAY))
    if address and servers.server is None and not checking:
        # With the key only on request: it may have been typed for another address.
        _list_models(state, address, key if widget_value(_LIST_AGAIN) else "")
    server = servers.server if isinstance(servers.server, Server) else None
    models = server.models or () if server is not None else ()
    model = st.text_input(
        "Model",
        key=_MODEL,
        placeholder=models[0] if models else "as the server names it",
        help="Any name. Left empty, the first model that the server lists is asked.",
        live="0ms",
        on_change="ignore",
    ).strip()
    # A row of its own: names of models are long and often differ at their end only.
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        _draw_list(address, models)
    _draw_listing_problem(state)
    if st.button("Check and use", key=_CHECK, type="primary"):
        _check(state, address, key, model, use)
    if address.startswith("http://") and not is_local(address):
        st.warning("The address begins with http://: a key would travel unencrypted.", icon=":material/lock_open:")
    if servers.not_listed is not None and st.button(f"Use {escaped(servers.not_listed[1])} all the same", key=_ANYWAY):
        connection, chosen = servers.not_listed
        use(state, connection, chosen, _sentence(Server(connection, ()), chosen))


# --- what is offered --------------------------------------------------------------------------------------------


def _draw_offers(state: Session, *, private: bool) -> None:
    servers = state.of(ServersState)
    if servers.nearby is None:
        servers.nearby = find_local_servers() if private else []
        servers.last_addresses = _last_addresses(state)
    if nearby := {one.base_url: one for one in servers.nearby}:
        _draw_pills("Running on this machine", Key("connection-nearby"), list(nearby), lambda url: _name(nearby[url]))
    others = [base_url for base_url, _ in servers.last_addresses if base_url not in nearby]
    if others:
        _draw_pills("Asked before", Key("connection-recent"), others, lambda url: url.split("://", 1)[-1])


def _draw_pills(label: str, key: Key[str | None], options: list[str], words: Callable[[str], str]) -> None:
    st.pills(label, options, format_func=lambda url: escaped(words(url)), key=key, on_change=_fill_in, args=(key,))


def _name(nearby: LocalServer) -> str:
    return f"{nearby.name} · {nearby.base_url.split('://', 1)[-1].removesuffix('/v1')}"


def _last_addresses(state: Session) -> list[tuple[str, str]]:
    ours = resources.started_connection().base_url
    try:
        known = recent_addresses(resources.store(), state.owner)
    except StoreError:
        return []
    return [(url, model) for url, model in known if not Connection(url).of_empiriolabs and url != ours]


def _fill_in(key: Key[str | None]) -> None:
    chosen = widget_value(key)
    if chosen is None:
        return
    state = session()
    set_widget(_ADDRESS, chosen)
    set_widget(_MODEL, dict(state.of(ServersState).last_addresses).get(chosen, ""))
    _forget_list()


def _forget_list() -> None:
    state = session()
    servers = state.of(ServersState)
    servers.server = servers.not_listed = None


# --- its models -------------------------------------------------------------------------------------------------


def _list_models(state: Session, address: str, key: str) -> None:
    servers = state.of(ServersState)
    if not _may_be_asked(address):
        return
    with st.spinner("Asking which models it has…"):
        try:
            servers.server = find_server(
                address,
                key or None,
                public_only=not resources.may_ask_private_addresses(),
                timeout_s=_LISTING_S,
            )
        except ApiError as error:
            servers.server = Connection(address, key or None).masked(str(error))


def _draw_list(address: str, models: tuple[str, ...]) -> None:
    st.selectbox(
        f"Its models ({len(models):,})" if models else "Its models",
        models,
        index=None,
        key=_MODELS,
        placeholder="Search and choose" if models else "None listed yet",
        disabled=not models,
        on_change=_choose_model,
    )
    st.button(
        spoken("Ask for its models again"),
        icon=":material/refresh:",
        key=_LIST_AGAIN,
        type="tertiary",
        help="Ask for its models again, with the key",
        disabled=not address,
        on_click=_forget_list,
    )


def _draw_listing_problem(state: Session) -> None:
    servers = state.of(ServersState)
    if isinstance(servers.server, str):
        st.caption(f":material/info: No list yet: {escaped(servers.server)}")
    elif servers.server is not None and servers.server.models is None:
        st.caption(":material/info: It answers and lists no models: type the name of one.")


def _choose_model() -> None:
    if chosen := widget_value(_MODELS):
        set_widget(_MODEL, chosen)


# --- checking ---------------------------------------------------------------------------------------------------


def _may_be_asked(address: str) -> bool:
    return "://" not in address or address.startswith(("http://", "https://"))


def _check(state: Session, address: str, key: str, model: str, use: Use) -> None:
    servers = state.of(ServersState)
    servers.not_listed = None
    if not address:
        _draw_refusal("Type an address first.")
        return
    if not _may_be_asked(address):
        _draw_refusal("The address must begin with http:// or https://.")
        return
    try:
        server = find_server(address, key or None, public_only=not resources.may_ask_private_addresses())
    except ApiError as error:
        _draw_refusal(Connection(address, key or None).masked(str(error)), icon=":material/cloud_off:")
        return
    servers.server = server
    if not model and not server.models:
        _draw_refusal("The server does not list its models: type the name of one.")
    elif model and server.models and model not in server.models:
        listed = ", ".join(server.models[:_NAMED])
        more = f" and {len(server.models) - _NAMED:,} more" if len(server.models) > _NAMED else ""
        _draw_refusal(f"It does not offer {model}. It offers {listed}{more}.", icon=":material/model_training:")
        servers.not_listed = server.connection, model
    else:
        chosen = model or (server.models or ("",))[0]
        resources.learned_limits().learn_from_listing(server.connection.base_url, chosen, server.listing)
        use(state, server.connection, chosen, _sentence(server, chosen))


def _draw_refusal(sentence: str, icon: str = ":material/error:") -> None:
    st.error(escaped(sentence), icon=icon)


def _sentence(server: Server, model: str) -> str:
    """What was tried, and no more."""
    connection = server.connection
    if server.models is None:
        tried = f"{connection.host} answers and does not list its models"
    else:
        tried = f"{connection.host} lists its models"
    untried = "neither the key nor the model was tried yet" if connection.key else "the model was not tried yet"
    return f"{tried}; {untried}. Asking {model}."
