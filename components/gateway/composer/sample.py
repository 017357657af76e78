"""Shows one sample of Markdown with every kind of block (`sample.md`), for looking at how a page draws it."""

from __future__ import annotations

import re
from pathlib import Path

from components.gateway.composer.context import Context, Outline
from components.gateway.composer.text import joined
from components.gateway.composer.wording import Wording

_ASKED = re.compile(
    r"\b(markdown|tables?|code|functions?|scripts?|python|javascript|formulas?|equations?|latex|diagrams?|mermaid|"
    r"bullet points?|list)\b",
    re.IGNORECASE,
)
_SECTIONS = Path(__file__).with_name("sample.md").read_text(encoding="utf-8").strip().split("\n\n### ")


def show_sample(context: Context, wording: Wording) -> Outline | None:
    """The sample, when a prompt asks for Markdown, a table, code, a formula, a diagram or a list."""
    asked = [*dict.fromkeys(word.lower() for word in _ASKED.findall(context.prompt))]
    if not asked:
        return None
    named = joined(asked)
    reason = wording.pick("The simulator writes none to order", "No model is asked here")
    return Outline(
        "Markdown sample",
        (
            f"The prompt names {named}. I am the simulator and cannot write that to order.",
            "What I have is a sample with every kind of block, so that it can be seen how each is drawn.",
            "I have to say that it is a sample: nobody should take it for an answer to the question.",
        ),
        (
            f"## {wording.pick('A sample of Markdown', 'Every kind of block', 'Markdown, block by block')}",
            f"The prompt asks for {named}. {reason}: this is a fixed sample of every kind of block, not an answer.",
            _SECTIONS[0],
            *(f"### {section}" for section in _SECTIONS[1:]),
        ),
    )
