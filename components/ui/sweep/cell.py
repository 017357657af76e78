"""One cell of a sweep: what it sent, what came, and a further try where it failed."""

from __future__ import annotations

import streamlit as st

from components.core.parts import FramePart, ImagePart, Message
from components.history.runs import load_run
from components.media.attachments import kept
from components.runs.conversation import Round, Turn
from components.runs.records import restored
from components.runs.run import Run
from components.tuning.results import Row
from components.ui import resources
from components.ui.figures import figures_line
from components.ui.markdown.drawing import draw_markdown
from components.ui.markdown.escaping import escaped
from components.ui.state import session
from components.ui.sweep.progress import retry
from components.ui.turn.inspector import show_inspector
from components.ui.turn.sent import draw_sent

_HEIGHT = 420
_SHORT = 700


def draw_cell(sweep_id: str, row: Row) -> None:
    """Draws one cell's run in full; of one that failed, its last try."""
    with st.container(border=True, key="sweep-cell"):
        st.markdown(f"**Cell {row.number + 1}**: {escaped(row.variant)}, repeat {row.repeat + 1}")
        record = load_run(resources.store(), row.run_id, session().owner) if row.run_id is not None else None
        if record is not None:
            _draw_media(record.request.messages[-1])
        st.text(row.prompt)
        if row.status == "failed":
            st.error(escaped(row.note), icon=":material/error:")
        elif row.outcome is None:
            st.caption(escaped(row.note) or "It has not been answered yet.")
        for name, note in row.notes.items():
            st.caption(f"{escaped(name)}: {escaped(note)}")
        if record is not None:
            _draw_run(row, restored(record))
        if row.status == "failed":
            st.button(
                "Try this cell again",
                icon=":material/refresh:",
                key="sweep-retry-cell",
                on_click=retry,
                args=(sweep_id, row.number),
            )


def draw_answer(answer: str) -> None:
    """Draws an answer; a long one in a pane that scrolls, its wide tables sideways."""
    with st.container(height=_HEIGHT if len(answer) > _SHORT else "content", border=False):
        draw_markdown(answer)


def _draw_run(row: Row, run: Run) -> None:
    with st.expander("Thinking", icon=":material/neurology:", type="compact"):
        if run.transcript.thinking:
            draw_markdown(run.transcript.thinking, tone="thinking")
        else:
            st.caption("none")
    draw_answer(run.transcript.answer)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(figures_line([Round(run)]), width="stretch")
        if st.button("Inspect", icon=":material/lab_research:", key="sweep-inspect", type="tertiary"):
            show_inspector(Turn(row.prompt, (), [Round(run)]))


def _draw_media(asked: Message) -> None:
    """The pictures that a cell sent, as they were sent, and what they weigh."""
    stills = [part for part in asked.parts if isinstance(part, ImagePart | FramePart)]
    if not stills:
        return
    draw_sent(kept(stills))
    sizes = ", ".join(dict.fromkeys(f"{still.width} × {still.height} px" for still in stills))
    count = f"{len(stills)} {'picture' if len(stills) == 1 else 'pictures'}"
    st.caption(f"Sent: {count}, {sizes}, {sum(len(still.data) for still in stills) / 1000:,.0f} kB")
