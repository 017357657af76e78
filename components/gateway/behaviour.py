"""How a running simulator behaves now: speed, standing fault, strictness; changed from any thread while it runs."""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping

from components.gateway.faults import HEADER, Fault, read_fault


class Behaviour:
    """Speed, fault and strictness of a simulator; a change holds for the requests after it. Safe from any thread.

    `strict_thinking`: a tool turn that comes back without its thinking is refused, not only marked in the log.
    """

    def __init__(
        self,
        tokens_per_second: float = 200.0,
        seed: int = 0,
        fault: Fault | None = None,
        *,
        strict_thinking: bool = False,
    ) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(f"faults:{seed}")
        self.tokens_per_second = tokens_per_second
        self.fault = fault
        self.strict_thinking = strict_thinking

    @property
    def tokens_per_second(self) -> float:
        """The pace of every reply; 0 is as fast as it can."""
        return self._tokens_per_second

    @tokens_per_second.setter
    def tokens_per_second(self, speed: float) -> None:
        if not 0 <= speed < float("inf"):
            raise ValueError(f"`tokens_per_second` must be 0 or more, not {speed!r}.")
        with self._lock:
            self._tokens_per_second = speed

    @property
    def fault(self) -> Fault | None:
        """What befalls every request that does not ask for a fault of its own; None is none."""
        return self._fault

    @fault.setter
    def fault(self, fault: Fault | None) -> None:
        with self._lock:
            self._fault = fault

    def fault_for(self, headers: Mapping[str, str]) -> Fault | None:
        """The fault that strikes a request, by its header or else the standing one.

        Raises: GatewayError 400 for a header it does not understand.
        """
        asked = headers.get(HEADER)
        own = read_fault(asked) if asked is not None else None
        with self._lock:
            fault = self._fault if asked is None else own
            if fault is None or fault.probability == 1:
                return fault
            return fault if self._random.random() < fault.probability else None
