"""The reference page: what is documented about the model and its parameters, drawn from the model card."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from components.api.account import read_model
from components.api.problems import SENTENCES
from components.api.wires.registry import WIRES
from components.core.card import ModelCard, Parameter, PriceRow, Trial
from components.core.errors import ApiError
from components.media import limits
from components.params.differences import differences
from components.params.trying import trial_of
from components.settings import DEFAULT_REQUESTS_PER_MINUTE, DEFAULT_TOKENS_PER_MINUTE
from components.ui import resources
from components.ui.assumptions import draw_assumptions
from components.ui.figures import NOT_KNOWN
from components.ui.markdown.escaping import escaped, in_code, with_code
from components.ui.state import renew


def draw_reference() -> None:
    """Draws the page."""
    card = resources.card()
    st.title(escaped(card.display_name), anchor=False)
    st.markdown(with_code(card.description))
    _draw_facts(card)
    _draw_live(card)
    st.subheader("Parameters", anchor="parameters")
    st.markdown("A parameter that is left out stands at its default; one without a default is left to the server.")
    for parameter in card.parameters.values():
        _draw_parameter(parameter)
    _draw_prices(card)
    _draw_limits(card)
    if card.not_supported:
        st.subheader("Not supported", anchor="not-supported")
        st.markdown("\n".join(f"- {with_code(one)}" for one in card.not_supported))
    st.subheader("Errors", anchor="errors")
    st.table({"Code": [f"`{code}`" for code in SENTENCES], "What it means, and what to do": list(SENTENCES.values())})
    st.subheader("Open questions", anchor="open-questions")
    st.markdown("The documentation is silent on these. This app and its simulator work with the likeliest answer:")
    draw_assumptions("What this app assumes")


def _draw_facts(card: ModelCard) -> None:
    facts = {
        "Model id": in_code(card.id),
        "Provider": card.provider or NOT_KNOWN,
        "Region": card.region or NOT_KNOWN,
        "Context": _tokens(card.context_tokens),
        "Longest answer": _tokens(card.max_output_tokens),
        "Takes": ", ".join(card.input_modalities) or NOT_KNOWN,
        "Gives": ", ".join(card.output_modalities) or NOT_KNOWN,
        "Features": ", ".join(card.features).replace("_", " ") or NOT_KNOWN,
        "Endpoints": ", ".join(f"`{endpoint}`" for endpoint in card.endpoints) or NOT_KNOWN,
    }
    st.table({"": list(facts), "Documented": [with_code(fact) for fact in facts.values()]})


def _tokens(count: int | None) -> str:
    return NOT_KNOWN if count is None else f"{count:,} tokens"


def _draw_live(card: ModelCard) -> None:
    connection = resources.connection()
    whose = "the simulator's copy" if connection.simulated else in_code(connection.base_url)
    with st.container(horizontal=True, vertical_alignment="center", key="live-card"):
        asked = st.button("Compare with the live card", icon=":material/sync:", key="compare-live")
        about = f"Asks {in_code(f'GET /v1/models/{resources.model()}')} of {whose} and points out what differs."
        st.markdown(f":small[{about}]", width="stretch")
    if not asked:
        return
    try:
        found = differences(card.raw, read_model(connection, resources.model()))
    except ApiError as error:
        st.error(escaped(connection.masked(str(error))), icon=":material/cloud_off:")
        return
    if not found:
        st.success("The live card says the same as this page, as far as it tells.", icon=":material/check_circle:")
        return
    st.warning(f"{len(found)} {'thing differs' if len(found) == 1 else 'things differ'}:", icon=":material/difference:")
    st.table(
        {
            "What": [in_code(one.what) for one in found],
            "This page": [escaped(one.card) for one in found],
            "Live": [escaped(one.live) for one in found],
        }
    )


def _draw_parameter(parameter: Parameter) -> None:
    trial = trial_of(parameter)
    with st.container(key=f"reference-{parameter.name}", border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{in_code(parameter.name)}**", width="stretch")
            if st.button("Try it", icon=":material/play_arrow:", key=f"try-{parameter.name}"):
                _open_trial(trial)
                st.switch_page("pages/playground.py")
        st.markdown(f":gray[{escaped(f'{parameter.type} · {parameter.range} · default {parameter.default_text}')}]")
        st.markdown(with_code(parameter.description))
        st.markdown(f":small[{with_code(f'{parameter.hint} To try: {trial.shows}')}]")
        st.markdown(f":small[{' · '.join(_fields(parameter.name, resources.card()))}]")


def _open_trial(trial: Trial) -> None:
    """Sets the playground up for a parameter's trial, in a new conversation; nothing is sent."""
    state = renew()
    state.own.values = dict(trial.values)
    state.draft = trial.prompt


def _fields(name: str, card: ModelCard) -> list[str]:
    """For each endpoint the field that carries the parameter, or why it is not sent."""
    fields = [(wire, wire.parameter_fields(card).get(name)) for wire in WIRES.values()]
    return [
        f"{wire.label}: {in_code(field)}"
        if field
        else f"{wire.label}: not sent. {with_code(wire.unsupported_parameters(card)[name])}"
        for wire, field in fields
    ]


def _draw_prices(card: ModelCard) -> None:
    st.subheader("Prices", anchor="prices")
    if not card.price_rows:
        known = "as the card has them, per token: "
        st.markdown(with_code(known + _per_token(card)) if card.prices.known else "Prices are not known.")
        return
    st.table(
        {
            "Charge": [escaped(row.charge) for row in card.price_rows],
            "Unit": [escaped(row.spec) for row in card.price_rows],
            "Price": [escaped(f"${row.rate}") for row in card.price_rows],
            "List price": [escaped(f"${row.was}") if row.was else "none given" for row in card.price_rows],
            "Discount": [_discount(row) for row in card.price_rows],
        }
    )
    st.caption(
        (
            f"Read from the model's page on {escaped(str(card.prices_read_on))}; the provider"
            if card.prices_read_on
            else "The provider"
        )
        + " may change them at any time. "
        "Thinking is billed as output (inferred: the price page has no row for it)."
    )


def _per_token(card: ModelCard) -> str:
    prices = {"input": card.prices.input, "cached input": card.prices.cached, "output": card.prices.output}
    return ", ".join(f"{name} ${rate:f}" for name, rate in prices.items() if rate is not None)


def _discount(row: PriceRow) -> str:
    return f"{(row.was - row.rate) / row.was * Decimal(100):.1f}%" if row.was else "none"


def _draw_limits(card: ModelCard) -> None:
    st.subheader("Limits", anchor="limits")
    megabyte = limits.MEGABYTE
    of_empiriolabs = "documented by EmpirioLabs"
    rows = [
        ("Requests a minute, for an account", f"{DEFAULT_REQUESTS_PER_MINUTE:,}", of_empiriolabs),
        ("Tokens a minute, for an account", f"{DEFAULT_TOKENS_PER_MINUTE:,}", of_empiriolabs),
        ("Longest request", "15 minutes", of_empiriolabs),
        ("Context", _tokens(card.context_tokens), _from(card, "context_length", card.context_tokens)),
        ("Longest answer", _tokens(card.max_output_tokens), _from(card, "max_output_tokens", card.max_output_tokens)),
        *(
            (escaped(parameter.label), str(parameter.max_items), "documented")
            for parameter in card.parameters.values()
            if parameter.max_items is not None
        ),
        ("Body of a request", f"{limits.BODY_BYTES // megabyte} MB", "this app's own, below the upstream's 100 MB"),
        ("One picture, as sent", f"{limits.IMAGE_BYTES // megabyte} MB", "this app's own"),
        ("Longest side of a picture", f"{limits.IMAGE_LONGEST_SIDE:,} px", "this app's own"),
        ("Frames of one clip, pages of one document", str(limits.CLIP_FRAMES), "this app's own"),
    ]
    st.table({"Limit": [r[0] for r in rows], "Value": [r[1] for r in rows], "Where it is from": [r[2] for r in rows]})


def _from(card: ModelCard, name: str, limit: int | None) -> str:
    return "told by the server" if name in card.learned else "documented" if limit is not None else "nobody says"
