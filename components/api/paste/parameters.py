"""A body's fields -> parameters of the model card, by the endpoint's name, the card's, or another provider's."""

from __future__ import annotations

from typing import Any

from components.api.paste.pasted import RuntimeValue, excerpt
from components.api.wires.registry import WIRES
from components.core.card import ModelCard, ParameterValue
from components.core.request import WireName
from components.params.validation import validate

# Fields of other providers -> the parameter that means the same.
_SYNONYMS = {"max_completion_tokens": "max_tokens", "max_output_tokens": "max_tokens", "stop_sequences": "stop"}

# Fields that the page sets by itself.
_SET_BY_PAGE = frozenset(
    {"stream", "stream_options", "tools", "tool_choice", "messages", "input", "system", "instructions"}
)

_REASONS = {
    "response_format": "the model has no structured output",
    "text": "the model has no structured output",
    "n": "one answer is asked for at a time; see Compare",
    "previous_response_id": "nothing is stored on the server: the whole conversation is sent each time",
    "prompt": "this is the older completions format; put the text into a message",
    "functions": "this is the older form of tools; use `tools`",
    "metadata": "the page has no place for it",
    "user": "the page has no place for it",
}


def read_parameters(
    fields: dict[str, Any], wire: WireName, card: ModelCard
) -> tuple[dict[str, ParameterValue], list[str]]:
    """The parameters that the card allows, and one sentence for each field that was left out."""
    names = {field: name for name, field in WIRES[wire].parameter_fields(card).items()}
    values: dict[str, object] = {}
    left_out: list[str] = []
    for field, value in fields.items():
        if field in _SET_BY_PAGE or field in ("model", WIRES[wire].history, WIRES[wire].system):
            continue
        if isinstance(value, RuntimeValue):
            left_out.append(f"`{field}`: `{excerpt(value.source)}` is known only when the program runs.")
        elif (name := names.get(field) or _SYNONYMS.get(field) or field) in card.parameters:
            values[name] = tuple(value) if isinstance(value, list) else value
        elif (thinking := _thinking(field, value)) is not None:
            values.update(thinking)
        else:
            reason = _REASONS.get(field, "it is not among what is documented for this model")
            left_out.append(f"`{field}`: {reason}.")
    for name in WIRES[wire].required:
        if name in values and values[name] == card.default_of(name):
            del values[name]  # required in this format, so the default need not have been chosen
    checked = validate(values, card)
    return dict(checked.values), left_out + list(checked.problems.values())


def _thinking(field: str, value: Any) -> dict[str, object] | None:
    """Other spellings of thinking: OpenAI's `reasoning`, Anthropic's and Moonshot's `thinking`, vLLM's template."""
    match field, value:
        case "reasoning", {"effort": str(effort)}:
            return {"reasoning_effort": effort}
        case "thinking", {"type": "disabled"}:
            return {"enable_thinking": False}
        case "thinking", {"type": "enabled" | "adaptive", **rest}:
            budget = rest.get("budget_tokens")
            return {"enable_thinking": True, **({"thinking_budget": budget} if isinstance(budget, int) else {})}
        case "chat_template_kwargs", {"thinking": bool(on)} | {"enable_thinking": bool(on)}:
            return {"enable_thinking": on}
        case _:
            return None
