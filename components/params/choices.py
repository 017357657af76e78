"""`Choices`: everything the user can set for a request but its messages. What a form, a column and a sweep hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from components.core.card import ModelCard
from components.core.parts import Message
from components.core.request import RunRequest, WireName
from components.params.payload import SendMode, build_payload
from components.params.validation import escape


@dataclass(slots=True)
class Choices:
    """`values`: parameter name -> what the user set, valid or not; a parameter that is not in it has its default.

    `wire` is the endpoint that is asked, `system` the system prompt as typed, `mode` whether parameters that were not
    touched are sent too, `stream` whether the reply is to come as it is written.
    """

    values: dict[str, object] = field(default_factory=dict)
    wire: WireName = "chat_completions"
    system: str = ""
    mode: SendMode = "changed"
    stream: bool = True

    def copy(self) -> Choices:
        """A copy with its own values."""
        return replace(self, values=dict(self.values))

    def request(self, model: str, messages: tuple[Message, ...], card: ModelCard) -> RunRequest:
        """The request that these choices make of a conversation. Values that the model has no parameter for stay here.

        Raises: ParameterError with one message per field that the card does not allow.
        """
        known = {name: value for name, value in self.values.items() if name in card.parameters}
        parameters = build_payload(known, card, self.mode).parameters
        return RunRequest(model, messages, self.wire, self.system.strip(), parameters, stream=self.stream, card=card)


_NAMES = tuple(each.name for each in fields(Choices))


def choices_json(choices: Choices) -> dict[str, Any]:
    """The choices as JSON; `read_choices` is its inverse."""
    plain = {name: getattr(choices, name) for name in _NAMES}
    return {**plain, "values": values_json(choices.values)}


def read_choices(stored: Mapping[str, Any]) -> Choices:
    """The choices of their JSON; what is missing has its default, what is not known here is left out."""
    known = {name: stored[name] for name in _NAMES if name in stored}
    return Choices(**{**known, "values": read_values(stored.get("values", {}))})


def values_json(values: Mapping[str, object]) -> dict[str, object]:
    """Parameter values as JSON, which has no tuples."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def read_values(values: Mapping[str, object]) -> dict[str, object]:
    """Parameter values of their JSON."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def differences(several: Sequence[Choices], card: ModelCard) -> list[dict[str, str]]:
    """For each of `several` what it does not share with all the others: name -> value in words.

    Parameters come under their own names, at their default too; the rest are ``endpoint``, ``system prompt``,
    ``defaults`` and ``reply``. All are empty where there is nothing to tell them apart.
    """
    described = [_in_words(choices, card) for choices in several]
    differing = [name for name in described[0] if len({words[name] for words in described}) > 1] if described else []
    return [{name: words[name] for name in differing} for words in described]


def value_text(value: object) -> str:
    """A parameter's value as it is spoken of: ``on``, ``4,096``, strings with their breaks visible."""
    match value:
        case None | () | []:
            return "none"
        case bool():
            return "on" if value else "off"
        case int():
            return f"{value:,}"
        case tuple() | list():
            return ", ".join(f"“{escape(str(item))}”" for item in value)
        case _:
            return str(value)


def _in_words(choices: Choices, card: ModelCard) -> dict[str, str]:
    words = {
        parameter.name: value_text(choices.values.get(parameter.name, parameter.default))
        for parameter in card.parameters.values()
    }
    words["endpoint"] = choices.wire
    words["system prompt"] = choices.system.strip() or "none"
    words["reply"] = "streamed" if choices.stream else "in one piece"
    words["defaults"] = "sent" if choices.mode == "everything" else "left to the API"
    return words
