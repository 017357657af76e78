"""The probe on the page: which parameters, with what price, and what was found."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.api.limiter import account_of
from components.api.wires.registry import WIRES
from components.core.request import WireName
from components.tuning.budget import price, total
from components.tuning.probe import DEFAULT_N, MOST_N, all_requests
from components.tuning.probing import Probing
from components.ui import resources
from components.ui.figures import dollars
from components.ui.markdown.escaping import with_code, with_dollars
from components.ui.settings.ledger import MARKS, LedgerState, day, ledger, words
from components.ui.state import STOP_BUTTON, Session, session
from components.ui.streamlit_internals import yield_to_rerun
from components.ui.sweep.draft_state import SweepState, problem_shown
from components.ui.sweep.price_tag import duration

_POLL_S = 0.5
# One at which a narrow column does not break a date.
_HYPHEN = "\u2011"
_SEARCHING = ("web_search_linkup", "disable_formatting")


def latest_probe(state: Session) -> Probing | None:
    """The owner's latest probe of the account in use, running or not."""
    return resources.probings().find(state.owner, account_of(resources.connection()))


def draw_probe(probing: Probing | None) -> None:
    """Draws the probe; returns when it does not run."""
    state = session()
    st.markdown(
        "Reports disagree on which parameters the model really obeys. This asks **your own account**: each parameter "
        "is called with contrasting values, several times, and the ledger says whether it was refused, whether an "
        "effect was seen, or none. A mark beside each widget remembers it."
    )
    live = probing is not None and probing.live
    if probing is not None and live:
        st.button("Stop", icon=":material/stop:", key=STOP_BUTTON, type="primary", on_click=probing.stop)
    else:
        _draw_form()
    if problem := state.of(SweepState).problem or (probing.problem if probing is not None else None):
        st.error(with_code(problem), icon=":material/error:")
    progress, table = st.empty(), st.empty()
    with table.container():
        _draw_ledger()
    if probing is not None and live:
        _follow(probing, progress, table)


def _follow(probing: Probing, progress: DeltaGenerator, table: DeltaGenerator) -> None:
    """Draws how far the probe is, and each finding as it comes; then the page anew."""
    state = session()
    ledger_state = state.of(LedgerState)
    shown = -1
    while probing.live:
        done = len(probing.done)
        text = f"{probing.current or 'Done'}: {done} of {len(probing.names)} parameters, {probing.calls:,} calls made"
        progress.progress(done / len(probing.names), text=text)
        if done != shown:
            shown = done
            ledger_state.found = None
            with table.container():
                _draw_ledger()
        yield_to_rerun()
        probing.join(_POLL_S)
    ledger_state.found = None
    st.rerun()


def _draw_form() -> None:
    card = resources.card()
    wire = st.selectbox(
        "Endpoint",
        list(WIRES),
        index=list(WIRES).index(session().edited.wire),
        format_func=lambda name: WIRES[name].label,
        key="probe-wire",
        width=220,
        help="What is refused on one endpoint may be honoured on another.",
    )
    sent = [name for name in card.parameters if name not in WIRES[wire].unsupported_parameters(card)]
    usual = [name for name in sent if name not in _SEARCHING]
    search = card.prices.search
    prices = None if search is None else with_dollars(f"Searches cost {dollars(search)} each.")
    # Another model or endpoint has other parameters: the choice begins anew.
    chosen = st.multiselect("Parameters", sent, default=usual, key=f"probe-names-{card.id}-{wire}", help=prices)
    n = st.number_input(
        "Calls of each value",
        1,
        MOST_N,
        value=DEFAULT_N,
        key="probe-n",
        width=160,
        help="Sampling needs 5 or more to tell an effect from chance; where 2 to 4 are plenty, no more are made.",
    )
    requests = [request for name in chosen for request in all_requests(name, n, card, wire)]
    amounts = [price(request, card) for request in requests]
    low = total([amount.low_usd for amount in amounts], Decimal(0))
    high = total([amount.high_usd for amount in amounts], Decimal(0))
    cost = "cost not known" if low is None else f"{dollars(low)} to at most {dollars(high)} (estimated)"
    wait = duration(max(len(requests) - 1, 0) // resources.rate_limits().requests_per_minute * 61 + 10)
    st.markdown(with_dollars(f"**{len(requests)} calls**, {cost}, about {wait}."))
    st.button(
        "Probe",
        icon=":material/troubleshoot:",
        key="probe-start",
        type="primary",
        disabled=not chosen,
        on_click=_start,
        args=(tuple(chosen), n, wire),
    )


def _start(names: tuple[str, ...], n: int, wire: WireName) -> None:
    with problem_shown("Not started: "):
        resources.probings().start(
            Probing(
                names,
                n,
                session().owner,
                resources.store(),
                resources.runner(),
                resources.connection(),
                resources.card(),
                wire,
            )
        )


def _draw_ledger() -> None:
    found = ledger()
    if not found:
        st.caption("Nothing has been probed yet on this account.")
        return
    lines = ["| |Parameter|What was found|n|Cost|Date|", "|:-:|:--|:--|--:|--:|:--|"]
    for name, record in found.items():
        if name in resources.card().parameters:
            seen = words(record).replace("|", "/").replace("\n", " ")
            cost, date = dollars(record.cost_usd), day(record).replace("-", _HYPHEN)
            lines.append(f"|{MARKS.get(record.verdict, '')}|`{name}`|{seen}|{record.n}|{cost}|{date}|")
    st.markdown(with_dollars("\n".join(lines)))
    if resources.connection().simulated:
        st.caption("This is the simulator, which honours all of them; the real account may not.")
