"""How a running simulator behaves now: speed, standing fault, strictness; changed from any thread while it runs."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from components.gateway.faults import HEADER, Fault, read_fault


@dataclass(slots=True)
class Behaviour:
    """Speed, fault and strictness of a simulator; a change holds for the requests after it.

    `tokens_per_second`: the pace of every reply; 0 is as fast as it can. `seed`: of the faults' probability. `fault`:
    of every request that does not ask for one of its own. `strict_thinking`: a turn with tool calls that comes back
    without its thinking is refused, not only marked in the log.
    """

    tokens_per_second: float = 200.0
    seed: int = 0
    fault: Fault | None = None
    strict_thinking: bool = False
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = random.Random(f"faults:{self.seed}")

    def fault_for(self, headers: Mapping[str, str]) -> Fault | None:
        """The fault that strikes a request, by its header or else the standing one.

        Raises: GatewayError 400 for a header it does not understand.
        """
        asked = headers.get(HEADER)
        fault = self.fault if asked is None else read_fault(asked)
        if fault is None or fault.probability == 1:
            return fault
        return fault if self._random.random() < fault.probability else None
