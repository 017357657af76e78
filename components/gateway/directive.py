"""The line ``simulate: thinking=81920 answer=16000`` in a prompt: asks for exact amounts and for faults.

Benchmarks and tests need replies of a known length; demonstrations need failures at a known place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from components.gateway.errors import GatewayError, bad_request
from components.gateway.faults import Fault, read_fault

_LINE = re.compile(r"^[ \t]*simulate:[ \t]*(.*?)[ \t]*$\n?", re.MULTILINE | re.IGNORECASE)
_AMOUNT = re.compile(r"(thinking|answer|pause)=([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Directive:
    """`thinking`, `answer`: exact token counts (budget and max_tokens still cut); None: not asked for.

    `pause_s`: silence after the first event. `fault`: of this reply alone; None: none is asked for.
    """

    thinking: int | None = None
    answer: int | None = None
    pause_s: int = 0
    fault: Fault | None = None


def read_directive(prompt: str) -> Directive:
    """Reads the last such line of a prompt: ``thinking=N``, ``answer=N``, ``pause=N`` and the words of `faults`.

    Raises: GatewayError 400 for a word it does not know, so that a typo in a benchmark does not pass.
    """
    lines = _LINE.findall(prompt)
    amounts: dict[str, int] = {}
    fault_words: list[str] = []
    for word in lines[-1].replace(",", " ").split() if lines else ():
        if amount := _AMOUNT.fullmatch(word):
            amounts[amount[1]] = int(amount[2])
            continue
        try:
            read_fault(word)
        except GatewayError as error:
            raise bad_request(
                f"'simulate:' does not understand {word!r}; it takes thinking=N, answer=N, pause=N, and faults such as "
                "cut=N, error=CODE or error_after=N.",
                "messages",
            ) from error
        fault_words.append(word)
    fault = read_fault(";".join(fault_words))
    return Directive(amounts.get("thinking"), amounts.get("answer"), amounts.get("pause", 0), fault)


def without_directive(text: str) -> str:
    """The text without its ``simulate:`` lines."""
    return _LINE.sub("", text).strip()
