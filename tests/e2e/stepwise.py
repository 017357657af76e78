"""A reply that is written a step at a time, each of which is looked at."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from playwright.sync_api import Page, expect

from tests.e2e.app_server import Stage
from tests.e2e.replies import ending, opening, said, thought
from tests.e2e.seeing import sees_newest
from tests.raw_server import Script, Step, wait_for

STEPS = 3


class Reply:
    """A reply that goes on a step at a time: each adds some lines, ends with a word of its own and waits.

    `name` tells its words from those of the reply that it takes the place of; `before`: replies that come first.
    """

    def __init__(self, stage: Stage, name: str, before: Iterable[Script] = ()) -> None:
        self.words = [f"{pane}word{step}{name}" for pane in ("thinking", "answer") for step in range(STEPS)]
        self.gates = [threading.Event() for _ in self.words]
        steps: list[Step] = []
        for word, gate in zip(self.words, self.gates, strict=True):
            tell = thought if word.startswith("thinking") else said
            steps += [tell("Some words that fill a line or two of any pane, whatever its width. " * 4 + word + "\n\n")]
            steps += [wait_for(gate)]
        stage.play(*before, [opening(), *steps, *ending()])

    def watch(self, page: Page, panes: Sequence[str], scene: str) -> None:
        """Lets the reply go on to its end; after each step its newest lines must be seen, in each of `panes`."""
        try:
            for word, gate in zip(self.words, self.gates, strict=True):
                for name in panes:
                    pane = page.locator(f".st-key-pane-{word[: word.index('word')]}-{name}")
                    expect(pane).to_contain_text(word)
                    assert sees_newest(pane), f"{scene}: {word} is out of sight in {name}"
                gate.set()
        finally:  # or the server would wait
            for gate in self.gates:
                gate.set()
