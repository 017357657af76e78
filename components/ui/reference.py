"""The reference page: what is documented about the model and its parameters, drawn from the model card."""

from __future__ import annotations

import streamlit as st

from components.api.problems import SENTENCES
from components.params.card import ModelCard, model_card
from components.ui.safe_markdown import without_formulas


def draw_reference() -> None:
    """Draws the model card."""
    card = model_card()
    st.title(card.display_name, anchor=False)
    st.markdown(card.description)
    _draw_facts(card)
    st.subheader("Parameters", anchor="parameters")
    st.table(
        {
            "Parameter": [f"`{parameter.name}`" for parameter in card.parameters.values()],
            "Type": [parameter.type for parameter in card.parameters.values()],
            "Default": [parameter.default_text for parameter in card.parameters.values()],
            "Range": [parameter.range for parameter in card.parameters.values()],
            "What it does": [without_formulas(parameter.description) for parameter in card.parameters.values()],
            "Worth knowing": [without_formulas(parameter.hint) for parameter in card.parameters.values()],
        }
    )
    st.subheader("Prices", anchor="prices")
    st.table(
        {
            "Charge": [row.charge for row in card.price_rows],
            "Unit": [row.spec for row in card.price_rows],
            "Price": [f"\\${row.rate}" for row in card.price_rows],
            "List price": [f"\\${row.was}" if row.was else "none given" for row in card.price_rows],
        }
    )
    st.caption(f"Read from the model's page on {card.prices_read_on}; the provider may change them at any time.")
    st.subheader("Errors", anchor="errors")
    st.table({"Code": [f"`{code}`" for code in SENTENCES], "What it means, and what to do": list(SENTENCES.values())})


def _draw_facts(card: ModelCard) -> None:
    facts = {
        "Model id": f"`{card.id}`",
        "Context": f"{card.context_tokens:,} tokens",
        "Longest answer": f"{card.max_output_tokens:,} tokens",
        "Takes": ", ".join(card.input_modalities),
        "Gives": ", ".join(card.output_modalities),
        "Features": ", ".join(card.features).replace("_", " "),
        "Not supported": ", ".join(card.not_supported),
        "Endpoints": ", ".join(f"`{endpoint}`" for endpoint in card.endpoints),
    }
    st.table({"": list(facts), "Documented": list(facts.values())})
