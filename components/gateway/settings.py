"""How one simulator behaves: speed, seed, limits. Read once at start, frozen.

Guessed facts about the real gateway are in `assumptions.py`; here is only what a test or a demo may choose.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from components.core.card import ModelCard
from components.gateway import assumptions
from components.params.cards import default_card


@dataclass(frozen=True, slots=True)
class Settings:
    """`tokens_per_second`: pace of every reply at the start, 0 is as fast as it can. `seed`: of sampling and faults.

    `requests_per_minute`, `tokens_per_minute`: per key; None switches that limit off. `keep_alive_s`: silence
    before a comment line. `log_entries`: how many requests the log keeps. `strict_thinking`: at the start, refuse tool
    turns that come back without their thinking, as strict hosts of the model do; most clients leave it out. `card`: of
    the model that is played.
    """

    tokens_per_second: float = 200.0
    seed: int = 0
    requests_per_minute: int | None = assumptions.REQUESTS_PER_MINUTE
    tokens_per_minute: int | None = assumptions.TOKENS_PER_MINUTE
    keep_alive_s: float = assumptions.KEEP_ALIVE_S
    body_limit_bytes: int = assumptions.BODY_LIMIT_BYTES
    log_entries: int = 500
    strict_thinking: bool = False
    card: ModelCard = field(default_factory=default_card, repr=False)

    def __post_init__(self) -> None:
        if not 0 <= self.tokens_per_second < float("inf"):
            raise ValueError(f"`tokens_per_second` must be 0 or more, not {self.tokens_per_second!r}.")
        if self.keep_alive_s <= 0:
            raise ValueError(f"`keep_alive_s` must be more than 0, not {self.keep_alive_s!r}.")
