"""A pane into which a growing text is drawn: finished blocks once, the open tail again and again."""

from __future__ import annotations

import time
from collections.abc import Sequence

from streamlit.delta_generator import DeltaGenerator

from components.markdown.growing import GrowingText
from components.markdown.writer import WriteText, escape
from components.ui.markdown.drawing import Tone, draw_html, page_writer

# How often the tail is drawn at most. A longer tail is drawn more seldom, or a huge code block or a paragraph full of
# formulas would take quadratic time: 3 KB every 0.2 s, 75 KB every 1.5 s. So is the tail of a fast text, as it is sent
# complete each time: at 400 characters a second, about 100 tokens, every 0.17 s, at 2,000 every 0.4 s.
_TAIL_EVERY_S = 0.15
_HTML_CHARACTERS_PER_S = 55_000
_FRESH_CHARACTERS_PER_S = 3_000
_MOST_FOR_SPEED_S = 0.25


class StreamingPane:
    """Draws Markdown into `container`; its deltas come from a growing list. `write_text` writes plain text as HTML."""

    def __init__(self, container: DeltaGenerator, *, tone: Tone = "answer", write_text: WriteText = escape) -> None:
        self._container = container
        self._tone = tone
        self._text = GrowingText(page_writer(tone=tone, write_text=write_text))
        self._read = 0
        self._fresh = 0  # characters that came since the tail was drawn
        self._blocks: list[DeltaGenerator] = []
        self._tail_drawn = ""
        self._slot: DeltaGenerator | None = None
        self._next_tail = 0.0

    def update(self, deltas: Sequence[str], *, ended: bool = False) -> None:
        """Draws what is new in `deltas`; with `ended` at once, and the tail as it is."""
        fresh = "".join(deltas[self._read : (end := len(deltas))])
        self._read = end
        if fresh:
            self._text.feed(fresh)
            self._fresh += len(fresh)
        now = time.monotonic()
        if not ended and now < self._next_tail:
            return
        self._text.advance(ended=ended)
        for block in self._text.blocks[len(self._blocks) :]:
            self._blocks.append(self._draw(self._slot, block.html))
            self._slot = None
            self._tail_drawn = ""
        html = self._text.tail(ended=ended)
        if html != self._tail_drawn:
            self._slot = self._draw(self._slot, html)
            self._tail_drawn = html
            for_speed = min(self._fresh / _FRESH_CHARACTERS_PER_S, _MOST_FOR_SPEED_S)
            self._next_tail = now + _TAIL_EVERY_S + for_speed + len(html) / _HTML_CHARACTERS_PER_S
            self._fresh = 0
        if ended:
            for number in self._text.settle():
                self._draw(self._blocks[number], self._text.blocks[number].html)

    def _draw(self, place: DeltaGenerator | None, html: str) -> DeltaGenerator:
        """Draws over the contents of `place`, or below everything if it is None. Returns the place of the HTML."""
        return draw_html(self._container if place is None else place, html, tone=self._tone)
