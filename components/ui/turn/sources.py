"""The web searches of a turn, below its answer: the query, the price, and the sources found."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.runs.conversation import Turn
from components.runs.run import Run
from components.runs.sources import Source, read_sources
from components.ui.figures import for_price
from components.ui.markdown.escaping import escaped, with_code
from components.ui.turn.keys import turn_key

_QUERY_SHOWN = 200


def draw_sources(place: DeltaGenerator, turn: Turn, number: int) -> None:
    """Draws the searches of a turn that has ended; nothing where none was asked for."""
    searched = [one.run for one in turn.rounds if one.run.request.parameters.get("web_search_linkup") is True]
    if not searched:
        return
    with place.container(key=turn_key(number, "sources"), border=True, gap="xsmall"):
        for run in searched:
            _draw_search(run, [source for one in turn.rounds for source in read_sources(one.run.transcript.answer)])


def _draw_search(run: Run, sources: list[Source]) -> None:
    query = " ".join(run.request.search_query.split())
    if not query:
        st.caption(":material/travel_explore: Web search was on, but the message holds no text to search for.")
        return
    shown = query if len(query) <= _QUERY_SHOWN else f"{query[:_QUERY_SHOWN]}…"
    price = for_price(run.request.card.prices.search)
    st.caption(f":material/travel_explore: Searched with Linkup {with_code(price)}: {escaped(shown)}")
    hidden = run.request.parameters.get("disable_formatting") is True
    if sources:
        for position, source in enumerate(sources, start=1):
            host = urlsplit(source.url).hostname or ""
            address = source.url.replace("(", "%28").replace(")", "%29")
            st.markdown(f":small[{position}. [{escaped(source.title)}]({address}) :gray[{escaped(host)}]]")
        st.caption("Read from the Sources footer of the answer; with `disable_formatting` the API leaves it out.")
    elif hidden:
        st.caption(
            "`disable_formatting` is on, so the API adds no Sources footer: the model was given sources, but the reply "
            "does not list them. Turn it off and try again to see them."
        )
    else:
        st.caption("No sources came back: the search found none or failed, or the reply ended before its footer.")
