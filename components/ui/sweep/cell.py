"""One call of a sweep: what it sent, what it was answered, and a button to try it again where it failed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.core.parts import FramePart, ImagePart, Message
from components.history.records import RunRecord
from components.media.attachments import attachments_of
from components.runs.conversation import Round, Turn
from components.runs.records import run_from_record
from components.runs.run import Run
from components.tuning.findings import Findings
from components.tuning.matrix import PASSED, Matrix, Spread, passed
from components.tuning.results import MEASURES, Row
from components.ui.figures import figures_line
from components.ui.markdown.drawing import draw_markdown
from components.ui.markdown.escaping import escaped
from components.ui.sweep.progress import retry
from components.ui.turn.inspector import show_inspector
from components.ui.turn.sent import draw_sent

_HEIGHT = 420
_SHORT = 700


def retry_key(side: int) -> str:
    """The key of the button that tries the cell on this side again."""
    return f"sweep-retry-cell-{side}"


def inspect_key(side: int) -> str:
    """The key of the button that opens the inspector for the cell on this side."""
    return f"sweep-inspect-{side}"


def draw_cell(
    findings: Findings, row: Row, record: RunRecord | None, side: int, *, draw_text: Callable[[], None] | None = None
) -> None:
    """Draws one cell's run in full; of one that failed, its last try.

    `side`: 0 for the left one, 1 for the right one. `draw_text` draws the answer in place of the usual way.
    """
    right = passed(row, findings.matrix.checks)
    verdict = "" if right is None else ": passed" if right else ": did not pass"
    st.markdown(f"**Cell {row.number + 1:,}**{verdict}")
    st.caption("  \n".join(map(escaped, [row.variant, *_scores(row, findings.matrix)])))
    if row.status == "failed":
        st.error(escaped(row.note), icon=":material/error:")
    elif row.outcome is None:
        st.caption(escaped(row.note) or "It has not been answered yet.")
    if record is not None:
        _draw_run(row, run_from_record(record), side, draw_text)
    if row.status == "failed" and st.button("Try this cell again", icon=":material/refresh:", key=retry_key(side)):
        retry(findings.record.id, row.number)
        st.rerun()


def _scores(row: Row, matrix: Matrix) -> list[str]:
    """A line for each score with its note; where there are several repeats, one line that sums them up."""
    lines = []
    for name in dict.fromkeys([*(name for name in matrix.metrics if name in row.values), *row.notes]):
        if name in MEASURES:
            continue
        value = row.values.get(name)
        if value is None:
            shown = "not scored"
        else:
            shown = ("passed" if value >= 1 else "did not pass") if name in matrix.checks else f"{value:.4g}"
        lines.append(f"{name}: {shown}. {row.notes.get(name, '')}".rstrip())
    spreads = matrix.cells[row.number % len(matrix.cells)].spreads
    over = [
        _spread(name, spread) for name, spread in spreads.items() if spread.n > 1 and name in (PASSED, *matrix.judged)
    ]
    return [*lines, *([f"Over its repeats: {', '.join(over)}."] if over else [])]


def _spread(name: str, spread: Spread) -> str:
    if name == PASSED:
        return f"{round(spread.mean * spread.n)} of {spread.n} passed"
    return f"{name} {spread.low:.4g} to {spread.high:.4g}"


def draw_answer(answer: str) -> None:
    """Draws an answer; a long one in a pane that scrolls, its wide tables sideways."""
    with _pane(answer):
        draw_markdown(answer)


def _pane(answer: str) -> DeltaGenerator:
    """Where an answer is drawn; a long one scrolls."""
    return st.container(height=_HEIGHT if len(answer) > _SHORT else "content", border=False)


def _draw_run(row: Row, run: Run, side: int, draw_text: Callable[[], None] | None) -> None:
    with st.expander("Thinking", icon=":material/neurology:", type="compact"):
        if run.transcript.thinking:
            draw_markdown(run.transcript.thinking, tone="thinking")
        else:
            st.caption("none")
    with _pane(run.transcript.answer):
        if draw_text is None:
            draw_markdown(run.transcript.answer)
        else:
            draw_text()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(figures_line([Round(run)]), width="stretch")
        if st.button("Inspect", icon=":material/lab_research:", key=inspect_key(side), type="tertiary"):
            show_inspector(Turn(row.prompt, (), [Round(run)]))


def draw_media(asked: Message) -> None:
    """The pictures that a cell sent, as they were sent, and what they weigh."""
    stills = [part for part in asked.parts if isinstance(part, ImagePart | FramePart)]
    if not stills:
        return
    draw_sent(attachments_of(stills))
    sizes = ", ".join(dict.fromkeys(f"{still.width} × {still.height} px" for still in stills))
    count = f"{len(stills)} {'picture' if len(stills) == 1 else 'pictures'}"
    st.caption(f"Sent: {count}, {sizes}, {sum(len(still.data) for still in stills) / 1000:,.0f} kB")
