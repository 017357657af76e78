"""A pane that a growing text is drawn into: finished blocks once, the open tail again and again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from streamlit.delta_generator import DeltaGenerator

from components.ui.safe_markdown import drawable, drawable_tail
from components.ui.turn.blocks import BlockSplitter

# How often the tail is drawn at most; a longer one more seldom, so that one huge code block does not cost
# its square: 1.5 KB every 0.15 s, 40 KB about once a second.
_TAIL_EVERY_S = 0.11
_TAIL_CHARACTERS_PER_S = 40_000

Write = Callable[[DeltaGenerator, str], DeltaGenerator]


class StreamingPane:
    """Draws into `container`. `write` puts one Markdown text into a place; the deltas come from a growing list."""

    def __init__(self, container: DeltaGenerator, write: Write) -> None:
        self._container = container
        self._write = write
        self._splitter = BlockSplitter()
        self._taken = 0
        self._blocks_drawn = 0
        self._tail_drawn = ""
        self._slot: DeltaGenerator | None = None
        self._next_tail = 0.0

    def update(self, deltas: Sequence[str], *, ended: bool = False) -> None:
        """Draws what is new in `deltas`; with `ended` the tail is drawn as it is and at once."""
        fresh = "".join(deltas[self._taken : (end := len(deltas))])
        self._taken = end
        if fresh:
            self._splitter.feed(fresh)
        for block in self._splitter.closed[self._blocks_drawn :]:
            self._write(self._place(), drawable(block))
            self._slot = None
            self._blocks_drawn += 1
            self._tail_drawn = ""
        now = time.monotonic()
        if not ended and now < self._next_tail:
            return
        tail = self._splitter.tail
        copy = drawable(tail) if ended else drawable_tail(tail)
        if copy != self._tail_drawn and copy.strip():
            self._write(self._place(), copy)
            self._tail_drawn = copy
            self._next_tail = now + _TAIL_EVERY_S + len(tail) / _TAIL_CHARACTERS_PER_S

    def _place(self) -> DeltaGenerator:
        if self._slot is None:
            self._slot = self._container.empty()
        return self._slot
