"""The progress of a sweep: how much is done, what it spent, the live matrix, and the buttons that control it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.history.sweeps import CellRecord, SweepRecord, load_sweep, save_plan
from components.tuning.plan import Plan
from components.tuning.results import paid_usd, unaccounted_calls
from components.tuning.scorers import JUDGED
from components.tuning.sweep import Sweep, calls_made
from components.ui import resources
from components.ui.figures import cost_words, dollars
from components.ui.markdown.escaping import with_dollars
from components.ui.state import STOP_BUTTON, Key, session, set_widget, widget_value
from components.ui.streamlit_internals import yield_to_rerun
from components.ui.sweep.draft_state import problem_shown
from components.ui.sweep.price_tag import duration, start_sweep

_POLL_S = 0.5
_MARKS = {"waiting": "○", "sent": "◐", "answered": "◕", "done": "●", "failed": "✗"}
_MOST_LINES = 200
_NEW_CAP = Key[float]("sweep-new-cap")  # in dollars or calls


def draw_controls(record: SweepRecord, sweep: Sweep | None, *, elsewhere: bool) -> None:
    """Draws the buttons: pause and stop while it runs, otherwise those that resume it.

    `elsewhere`: another process works on it.
    """
    open_cells = any(cell.status in ("waiting", "sent", "answered") for cell in record.cells)
    failed = sum(cell.status == "failed" for cell in record.cells)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="sweep-steering"):
        if sweep is not None:
            st.button(
                "Pause",
                icon=":material/pause:",
                key="sweep-pause",
                help="Sends nothing more; the calls under way end and are kept.",
                on_click=sweep.pause,
            )
            st.button(
                "Stop",
                icon=":material/stop:",
                key=STOP_BUTTON,
                type="primary",
                help="Breaks the calls under way off, too. They may be billed all the same.",
                on_click=sweep.stop,
            )
            return
        if elsewhere:
            st.markdown(":material/sync: Another process is at this sweep, or was until a moment ago.")
            st.button("Look again", icon=":material/refresh:", key="sweep-look")
            return
        if open_cells:
            st.button(
                "Resume",
                icon=":material/play_arrow:",
                key="sweep-resume",
                type="primary",
                on_click=_resume,
                args=(record.id,),
            )
            calls = record.plan.get("cap_calls", 0)
            st.number_input(
                "Hard cap (calls)" if calls else "Hard cap ($)",
                0.0,
                100_000.0,
                step=1.0 if calls else 0.5,
                format="%g",
                value=set_widget(_NEW_CAP, float(calls or record.plan["cap_usd"])),
                key=_NEW_CAP,
                width=150,
                help="It counts what was spent already.",
                on_change=_set_cap,
                args=(record.id,),
            )
        if failed:
            st.button(
                f"Try the {failed:,} failed again",
                icon=":material/refresh:",
                key="sweep-retry",
                on_click=retry,
                args=(record.id,),
            )


class ProgressView:
    """What of a sweep's progress changes on the page while it runs."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._bar: DeltaGenerator = st.empty()
        self._facts: DeltaGenerator = st.empty()
        self._matrix: DeltaGenerator = st.empty()
        self._legend: DeltaGenerator = st.empty()
        self._drawn: list[str] | None = None

    def draw(self, cells: Sequence[CellRecord], sweep: Sweep | None) -> None:
        """Draws the progress by the sweep's cells; the live matrix only for a `sweep` that is running."""
        counts = Counter(cell.status for cell in cells)
        done, failed = counts["done"], counts["failed"]
        share, judged = progress_of(self._plan, cells)
        self._bar.progress(share, text=f"{done:,} of {len(cells):,} cells done{judged}{_left(cells, sweep)}")
        aside = sum((cell.reserved_usd for cell in cells), Decimal(0))
        repeated = sum(max(0, cell.tries - 1) for cell in cells)
        words = [
            _spent(self._plan, cells),
            f"{dollars(aside)} set aside for calls under way" if aside else "",
            f"{failed:,} failed" if failed else "",
            f"{repeated:,} {'try' if repeated == 1 else 'tries'} repeated" if repeated else "",
        ]
        if sweep is not None and (moment := sweep.waits_until) is not None:
            left = max(1, round(moment - time.monotonic()))
            words.append(f":orange[:material/hourglass: the rate limit is reached, the next call in {left} s]")
        self._facts.caption(with_dollars(" · ".join(filter(None, words))))
        if sweep is None:
            return  # the results say more of each cell
        marks = [_MARKS.get(cell.status, "?") for cell in cells]
        if marks != self._drawn:
            self._drawn = marks
            self._draw_matrix(marks)

    def _draw_matrix(self, marks: Sequence[str]) -> None:
        plan = self._plan
        grid: dict[str, list[str]] = {"Prompt": []}
        shown = min(len(plan.questions), _MOST_LINES)
        for question in plan.questions[:shown]:
            grid["Prompt"].append(" ".join(question.prompt.split())[:80])
        repeat_size = len(plan.questions) * len(plan.variants)
        for index, variant in enumerate(plan.variants):
            firsts = (line * len(plan.variants) + index for line in range(shown))
            grid[_unused(variant.label, grid)] = ["".join(marks[first::repeat_size]) for first in firsts]
        self._matrix.dataframe(grid, hide_index=True)
        cut = (
            f" The first {shown:,} of {len(plan.questions):,} prompts are shown." if shown < len(plan.questions) else ""
        )
        self._legend.caption(f"A mark for each repeat: ○ waiting, ◐ under way, ◕ being judged, ● done, ✗ failed.{cut}")


def progress_of(plan: Plan, cells: Sequence[CellRecord]) -> tuple[float, str]:
    """How much of a sweep is done, 0 to 1, and in words how far its judge is; empty without one.

    A cell is as many steps as it takes calls: its answer, and each judgement of it.
    """
    judges = [scorer.name for scorer in plan.scorers if scorer.kind == JUDGED]
    steps = judged = 0
    for cell in cells:
        given = sum(name in cell.scores for name in judges) if cell.status in ("answered", "done") else 0
        judged += given
        steps += 1 + len(judges) if cell.status in ("done", "failed") else given + (cell.status == "answered")
    if not judges:
        return steps / len(cells), ""
    answered = sum(cell.status in ("answered", "done") for cell in cells)
    words = f"; {answered:,} answered, {judged:,} of {answered * len(judges):,} judgements of them"
    return steps / (len(cells) * (1 + len(judges))), words


def follow(view: ProgressView, sweep: Sweep) -> None:
    """Draws a running sweep until it ends or pauses; every pass lets a waiting click be served."""
    while sweep.live:
        view.draw(sweep.cells, sweep)
        yield_to_rerun()
        sweep.join(_POLL_S)
    view.draw(sweep.cells, None)


def _spent(plan: Plan, cells: Sequence[CellRecord]) -> str:
    paid, unsure = paid_usd(plan, cells), unaccounted_calls(plan, cells)
    words = cost_words(paid, unsure)
    if not plan.cap_calls:
        joint = " of" if paid is not None and not unsure.calls else ";"
        return f"**Spent** {words}{joint} at most {dollars(plan.cap_usd)}"
    return f"**Calls** {calls_made(plan, cells):,} of at most {plan.cap_calls:,}, cost {words}"


def _left(cells: Sequence[CellRecord], sweep: Sweep | None) -> str:
    if sweep is None or not sweep.finished_here:
        return ""
    left = sum(cell.status in ("waiting", "sent", "answered") for cell in cells)
    rate = sweep.finished_here / max(0.1, time.monotonic() - sweep.began)
    # The first minute's calls go out at once: what is left cannot go faster than the account's limit.
    rate = min(rate, resources.settings().requests_per_minute / 60)
    return f", about {duration(left / rate)} left" if left else ""


def _unused(name: str, taken: dict[str, list[str]]) -> str:
    while name in taken:
        name += " "
    return name


def _resume(sweep_id: str) -> None:
    with problem_shown():
        start_sweep(sweep_id)


def retry(sweep_id: str, number: int | None = None) -> None:
    """Sends the failed cells again, or only the one numbered `number`; cells that wait go on waiting."""
    with problem_shown():
        record = load_sweep(resources.store(), sweep_id, session().owner)
        cells = () if record is None else record.cells
        failed = [cell.number for cell in cells if cell.status == "failed" and number in (None, cell.number)]
        if failed:  # in another tab they may be done by now
            start_sweep(sweep_id, failed)


def _set_cap(sweep_id: str) -> None:
    owner = session().owner
    with problem_shown():
        record = load_sweep(resources.store(), sweep_id, owner)
        if record is not None:
            typed = widget_value(_NEW_CAP)
            cap: dict[str, object] = {"cap_usd": str(Decimal(str(typed)))}
            if record.plan.get("cap_calls"):
                cap = {"cap_calls": max(1, round(typed))}
            save_plan(resources.store(), sweep_id, owner, {**record.plan, **cap})
