"""The line ``simulate: thinking=81920 answer=16000`` in a prompt: asks for exact amounts and for faults.

Benchmarks and tests need replies of a known length; demonstrations need failures at a known place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from components.gateway.errors import FAULT_CODES, bad_request
from components.gateway.faults import Fault

_LINE = re.compile(r"^[ \t]*simulate:[ \t]*(.*?)[ \t]*$\n?", re.MULTILINE | re.IGNORECASE)
_AMOUNTS = ("thinking", "answer", "pause", "cut", "error_after")


@dataclass(frozen=True, slots=True)
class Directive:
    """`thinking`, `answer`: exact token counts (budget and max_tokens still cut); None: not asked for.

    `pause_s`: silence after the first event. `fault`: of this reply alone, with `cut` and `error_after` counted in
    events as in `faults`; None: none is asked for.
    """

    thinking: int | None = None
    answer: int | None = None
    pause_s: int = 0
    fault: Fault | None = None


def read_directive(prompt: str) -> Directive:
    """Reads the last such line of a prompt; without one nothing is asked for.

    Raises: GatewayError 400 for a word it does not know, so that a typo in a benchmark does not pass.
    """
    lines = _LINE.findall(prompt)
    if not lines:
        return Directive()
    amounts: dict[str, int] = {}
    error = None
    for word in lines[-1].replace(",", " ").split():
        name, _, value = word.partition("=")
        if name == "error" and value in FAULT_CODES:
            error = value
        elif name in _AMOUNTS and re.fullmatch(r"[0-9]{1,6}", value):
            amounts[name] = int(value)
        else:
            raise bad_request(
                f"'simulate:' does not understand {word!r}; it takes {', '.join(f'{known}=N' for known in _AMOUNTS)} "
                f"and error=CODE with one of {', '.join(FAULT_CODES)}.",
                "messages",
            )
    fault = Fault(error=error, error_after=amounts.get("error_after"), cut=amounts.get("cut"))
    return Directive(
        amounts.get("thinking"), amounts.get("answer"), amounts.get("pause", 0), fault if fault != Fault() else None
    )


def without_directive(text: str) -> str:
    """The text without its ``simulate:`` lines."""
    return _LINE.sub("", text).strip()
